"""A dead worker is told from a living one, as surely as one look can."""

import asyncio
import json

from comfydoctor.diagnosis.answers import Answers, Tick
from comfydoctor.diagnosis.probes.queue_moves import QueueMoves, said_dead
from comfydoctor.diagnosis.reading import read_text
from comfydoctor.model.finding import Confidence, Severity
from comfydoctor.model.logline import LogLine
from comfydoctor.model.probe import Outcome
from tests.diagnosis.looking import QUICK, look_at, offline, simulated

DIED = "Exception in thread Thread-1 (prompt_worker):"


async def test_an_empty_queue_passes_at_once():
    async with simulated("test-bench") as (_, client):
        result = await QueueMoves().run(await look_at(client, **QUICK))
    assert (result.outcome, result.detail) == (Outcome.PASS, "The queue is empty.")


async def test_a_living_worker_passes():
    async with simulated("healthy-studio") as (_, client):
        result = await QueueMoves().run(await look_at(client, **QUICK))
    assert result.outcome is Outcome.PASS


async def test_a_worker_that_died_in_the_queue_is_certain_without_its_words():
    async with simulated("stuck-queue-in-queue") as (_, client):
        await until(client, lambda queue: queue.pending and not queue.running)
        result = await QueueMoves().run(await look_at(client, log_lines=(), **QUICK))
    [finding] = result.findings
    assert finding.cause == "prompt-worker-dead"
    assert finding.confidence is Confidence.CERTAIN
    assert finding.severity is Severity.CRITICAL
    assert "no job runs" in finding.evidence[0].text.lower()


async def test_a_worker_that_died_in_a_node_is_suspected_after_a_minute():
    async with simulated("stuck-queue-in-node") as (_, client):
        await until(client, lambda queue: queue.running and stuck(queue))
        await idle(client)
        young = await QueueMoves().run(await look_at(client, **QUICK))
        later = await look_at(client, **QUICK)
        later.answers = Later(client, later.clock)
        old = await QueueMoves().run(later)
    assert young.outcome is Outcome.PASS
    [finding] = old.findings
    assert finding.cause == "prompt-worker-dead"
    assert finding.confidence is Confidence.LIKELY
    assert finding.severity is Severity.ERROR


class Later(Answers):
    """The server's clock has gone on."""

    async def tick(self):
        return Tick(0.01, 400.0)


def stuck(queue):
    graph = json.loads(queue.running[0].prompt_json)
    return any(n["class_type"] == "StudioLicenceCheck" for n in graph.values())


async def idle(client):
    for _ in range(200):
        host = await client.simulated_host()
        if host["gpus"][0]["load_percent"] < 5 and host["cpu_percent"] < 9:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the machine never idles")


async def until(client, holds):
    for _ in range(200):
        if holds(await client.queue()):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the scenario did not get stuck")


async def test_the_last_words_count_only_until_a_job_ends():
    dead = said_dead(read_text(f"got prompt\n{DIED}\n"))
    assert dead.evidence[0].text == DIED
    assert said_dead(read_text(f"{DIED}\nPrompt executed in 1.00 seconds\n")) is None
    assert said_dead(read_text("got prompt\n")) is None


async def test_the_end_of_the_last_words_is_enough():
    end = """    await process_inputs(input_dict, i)
  File "/opt/ComfyUI/execution.py", line 306, in process_inputs
    result = f(**inputs)
  File "/opt/ComfyUI/custom_nodes/Example/nodes.py", line 9, in go
    raise KeyboardInterrupt()
KeyboardInterrupt"""
    assert said_dead(read_text(end)).evidence[0].text == "KeyboardInterrupt"
    at_the_keyboard = end.replace("execution.py", "main.py")
    assert said_dead(read_text(at_the_keyboard)) is None


async def test_the_last_words_are_enough():
    look = offline(log_lines=(LogLine("got prompt"), LogLine(DIED)))
    result = await QueueMoves().run(look)
    assert result.outcome is Outcome.FAIL
    assert result.findings[0].confidence is Confidence.CERTAIN
