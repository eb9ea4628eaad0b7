"""The people and scripts that use the simulated server, and what befalls it."""

import asyncio
import random
import uuid
from typing import Any

from comfydoctor.simulator.hostile import flood
from comfydoctor.simulator.life import Life, copied
from comfydoctor.simulator.scenario import (
    Scenario,
    Stream,
    Trouble,
    Workflow,
    load_workflow,
)

Body = dict[str, Any]
HTTP_OK = 200


class Users:
    """Makes the jobs of a scenario; one for all lives, so that seeds go on."""

    def __init__(self, scenario: Scenario, rng: random.Random) -> None:
        self._rng = rng
        self._workflows = {name: load_workflow(name) for name in _names(scenario)}
        self._clients: list[str] = []

    @property
    def names(self) -> list[str]:
        """The workflows that occur in the scenario."""
        return sorted(self._workflows)

    def client(self, index: int) -> str:
        """The client id of one of the browsers."""
        while len(self._clients) <= index:
            number = uuid.UUID(int=self._rng.getrandbits(128), version=4)
            self._clients.append(number.hex)
        return self._clients[index]

    def body(self, name: str, client: str) -> Body:
        """What a browser posts: the graph with a new seed, and its own workflow."""
        workflow = self._workflows[name]
        graph = copied(workflow.nodes)
        if workflow.seed is not None:
            node, field = workflow.seed
            graph[node]["inputs"][field] = self._rng.randrange(2**24)
        body: Body = {"prompt": graph, "extra_data": _png_info(workflow)}
        if client:
            body["client_id"] = client
        return body


def _names(scenario: Scenario) -> set[str]:
    names = set(scenario.past.workflows)
    for stream in scenario.stream:
        names |= set(stream.workflows)
    return names | {each.workflow for each in scenario.trouble if each.workflow}


def _png_info(workflow: Workflow) -> Body:
    nodes = [
        {"id": index, "type": node["class_type"]}
        for index, node in enumerate(workflow.nodes.values(), 1)
    ]
    known = {"id": str(uuid.uuid5(uuid.NAMESPACE_URL, workflow.id)), "nodes": nodes}
    extra = {"name": workflow.title, "links": [], "version": 0.4}
    return {"extra_pnginfo": {"workflow": {**known, **extra}}}


class Goings:
    """Everything that happens to one life by itself.

    After a restart (not the ``first`` life) a trouble that comes again waits its
    whole turn: who restarted shall see that it helped.
    """

    def __init__(self, life: Life, users: Users, *, first: bool = True) -> None:
        self._first = first
        self._life = life
        self._users = users
        self._scenario = life.world.scenario
        self._pace = life.world.pace

    async def live_past(self) -> None:
        """Run the jobs of the last half hour at once."""
        past = self._scenario.past
        if not past.jobs:
            return
        gap = past.minutes * 60.0 / (past.jobs + 1)
        for index in range(past.jobs):
            before = self._pace.now()
            name = past.workflows[index % len(past.workflows)]
            body = self._users.body(name, self._users.client(0))
            status, _ = self._life.submit(body)
            if status == HTTP_OK:
                await self._life.worker.work_once()
            self._pace.skip(max(1.0, gap - (self._pace.now() - before)))

    async def go_on(self) -> None:
        """Jobs and troubles from now on."""
        async with asyncio.TaskGroup() as tasks:
            for index, stream in enumerate(self._scenario.stream):
                tasks.create_task(self._post_steadily(index, stream))
            for trouble in self._scenario.trouble:
                tasks.create_task(self._trouble_again(trouble))
            if self._scenario.flood:
                tasks.create_task(flood(self._life, self._scenario.flood))

    async def _post_steadily(self, index: int, stream: Stream) -> None:
        count = 0
        await self._pace.sleep(0.4 + 0.8 * index)
        while True:
            if self._life.queue.remaining < stream.most_waiting:
                name = stream.workflows[count % len(stream.workflows)]
                who = index * 4 + count % stream.clients
                client = "" if stream.nobody else self._users.client(who)
                self._life.submit(self._users.body(name, client))
                count += 1
            await self._pace.sleep(stream.every)

    def befall_first(self) -> None:
        """What is so from the start."""
        for trouble in self._scenario.trouble:
            if not trouble.at:
                self.befall(trouble)

    async def _trouble_again(self, trouble: Trouble) -> None:
        wait = trouble.at or trouble.every
        if not self._first and trouble.every:
            wait = trouble.every
        while wait:
            await self._pace.sleep(wait)
            self.befall(trouble)
            wait = trouble.every

    def befall(self, trouble: Trouble) -> None:
        """Let it happen now."""
        life = self._life
        if trouble.does == "post":
            self._post(trouble)
        elif trouble.does == "twins":
            self._post_twins(trouble)
        elif trouble.does == "strain":
            self._strain(trouble)
        elif trouble.does == "crash":
            life.crash(trouble.down)
        elif trouble.does == "interrupt":
            life.interrupt(None)
        elif trouble.does == "clear":
            life.queue.clear()
        elif trouble.does == "page-cache":
            life.world.disk.page_cache = False
        else:
            self._set_mood(trouble)

    def _post(self, trouble: Trouble) -> None:
        for _ in range(trouble.count):
            body = self._users.body(trouble.workflow, self._users.client(1))
            if trouble.front:
                body["front"] = True
            self._life.submit(body)

    def _post_twins(self, trouble: Trouble) -> None:
        """A script that sends several jobs with one number and one prompt_id."""
        same = {"number": 7, "prompt_id": str(uuid.uuid4())}
        for _ in range(trouble.count):
            body = self._users.body(trouble.workflow, self._users.client(1))
            try:
                self._life.submit({**body, **same})
            except TypeError as error:
                self._life.say_request_failed(str(error))

    def _strain(self, trouble: Trouble) -> None:
        strain = self._life.world.card.strain
        strain.heat = trouble.heat
        strain.swapping = trouble.swapping
        strain.power_share = trouble.power_share
        if trouble.others_mb is not None:
            strain.others_mb = trouble.others_mb

    def _set_mood(self, trouble: Trouble) -> None:
        mood = self._life.machine.mood
        mood.nan_vae = trouble.nan_vae
        mood.forgets_models = trouble.forgets_models
        mood.partner = trouble.partner
        if trouble.forgets_models:
            self._life.queue.ask_free(unload_models=True, free_memory=True)
