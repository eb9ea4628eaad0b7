"""Sends the recorded requests of a real server to the simulator and compares."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from yarl import URL

from comfydoctor.simulator.scenario import load_scenario
from comfydoctor.simulator.simulator import Simulator
from tests.contract.recordings import records

SPEED = 8.0
SLOWER = {"interrupts": 4.0, "queue_ops": 5.0, "ws_reconnect": 5.0}
"""Scenarios in which the moment of a request decides."""
LONGEST_JOB = 10.0
MANAGERS = {
    ("0.8.0", "manager_v3"): "V3.41",
    ("0.8.0", "manager_v4"): "V4.0.4",
    ("0.33.0", "manager_v4"): "V4.2.2",
}
UPLOADS = {
    "upload": ("up.png", b"one", {}),
    "upload_same_again": ("up.png", b"one", {}),
    "upload_other_content_same_name": ("up.png", b"two", {}),
    "upload_overwrite": ("up.png", b"three", {"overwrite": "true"}),
    "upload_temp_subfolder": ("t.png", b"t", {"type": "temp", "subfolder": "sub/x"}),
    "upload_traversal": ("../../evil.png", b"e", {}),
    "upload_bad_type": ("up.png", b"one", {"type": "bogus"}),
    "upload_no_file": (None, b"", {"type": "input"}),
}
SKIPPED = {"same_number_and_id_2"}
"""It failed or not by whether the worker had taken the one before."""
OTHER_SERVER = "KeyboardInterrupt"
"""Where worker_dead goes on with a freshly started server."""
Record = dict[str, Any]


@dataclass
class Played:
    """What came of one scenario: differences by exchange, events by socket."""

    differences: dict[str, list[str]] = field(default_factory=dict)
    theirs: dict[str, list[Any]] = field(default_factory=dict)
    ours: dict[str, list[Any]] = field(default_factory=dict)
    console: list[str] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)
    """Recorded ids and file names, and ours in their place."""

    def to_ours(self, text: str) -> str:
        for theirs, ours in self.known.items():
            text = text.replace(theirs, ours)
        return text

    def to_theirs(self, text: str) -> str:
        for theirs, ours in self.known.items():
            text = text.replace(ours, theirs)
        return text


class Replay:
    """One recorded scenario against a fresh simulator of its version."""

    def __init__(self, version: str, scenario: str) -> None:
        self._version = version
        self._scenario = scenario
        self._records = records(version, scenario)
        self._played = Played()
        self._speed = SLOWER.get(scenario, SPEED)
        self._session: aiohttp.ClientSession

    async def play(self) -> Played:
        manager = MANAGERS.get((self._version, self._scenario), "")
        bench = load_scenario("test-bench").model_copy(update={"manager": manager})
        async with (
            Simulator(bench, self._version, speed=self._speed) as simulator,
            aiohttp.ClientSession(auto_decompress=False) as session,
        ):
            self._simulator, self._session = simulator, session
            sockets = [each async for each in self._open_sockets()]
            await self._send_all()
            await asyncio.sleep(0.05)
            for socket in sockets:
                await socket.close()
            life = simulator.life
            assert life is not None
            self._played.console = [entry["m"] for entry in life.console.ring]
        return self._played

    async def _open_sockets(self) -> Any:
        for name in dict.fromkeys(
            record["socket"] for record in self._records if record["kind"] == "ws"
        ):
            mine = [
                each
                for each in self._records
                if each["kind"] == "ws" and each["socket"] == name
            ]
            greeting = next((each for each in mine if "text" in each), None)
            if greeting is None or mine[0]["t"] > 1.0:
                continue  # refused, or opened in the middle: tests of their own
            client = json.loads(greeting["text"])["data"]["sid"]
            address = f"{self._simulator.url}/ws?clientId={client}"
            socket = await self._session.ws_connect(address)
            for each in mine[:3]:
                if each["dir"] == "sent":
                    await socket.send_json(each["data"])
            self._played.theirs[name] = [_frame(each) for each in mine]
            self._played.ours[name] = []
            asyncio.get_running_loop().create_task(self._listen(name, socket))
            yield socket

    async def _listen(self, name: str, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            text = message.type is aiohttp.WSMsgType.TEXT
            said = json.loads(message.data) if text else {"type": "binary"}
            self._played.ours[name].append(said)

    async def _send_all(self) -> None:
        before = 0.0
        for record in self._records:
            if record["kind"] != "http" or record["status"] is None:
                continue
            if record["name"].split("-", 1)[-1] in SKIPPED:
                continue
            if record["name"].endswith(OTHER_SERVER):
                return
            gap = (record["t"] - before) / self._speed
            ended = record["name"].split("-", 1)[-1].startswith("history-")
            await self._wait(LONGEST_JOB if ended else gap)
            before = record["t"]
            if not await self._send(record):
                return

    async def _wait(self, gap: float) -> None:
        """As long as in the recording, but not when nothing goes on any more."""
        life = self._simulator.life
        assert life is not None
        end = asyncio.get_running_loop().time() + gap
        while life.queue.remaining and life.worker.alive:
            left = end - asyncio.get_running_loop().time()
            if left <= 0:
                return
            await asyncio.sleep(min(0.01, left))
        await asyncio.sleep(0)

    async def _send(self, record: Record) -> bool:
        url = URL(
            self._simulator.url + self._played.to_ours(record["path"]), encoded=True
        )
        body, headers = self._body(record)
        try:
            async with self._session.request(
                record["method"], url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                content = await answer.read()
        except aiohttp.ClientError as error:
            self._note(record, [f"no answer: {type(error).__name__}"])
            return False
        kind = answer.headers.get("Content-Type", "")
        self._compare(record, answer.status, kind, content)
        return True

    def _body(self, record: Record) -> tuple[Any, dict[str, str]]:
        headers = dict(record["sent_headers"])
        port = self._simulator.url.rpartition(":")[2]
        for name in ("Origin", "Host"):
            if name in headers:
                headers[name] = re.sub(r":8[0-9]{3}$", f":{port}", headers[name])
        name = record["name"].split("-", 1)[-1]
        if self._scenario == "files" and name in UPLOADS:
            return _form(*UPLOADS[name]), headers
        text = record["sent_data"]
        if record["sent"] is not None:
            text = self._played.to_ours(json.dumps(record["sent"]))
        if text is not None:
            headers.setdefault("Content-Type", "application/json")
            return text.encode(), headers
        return None, headers

    def _compare(self, record: Record, status: int, kind: str, content: bytes) -> None:
        found = []
        if status != record["status"]:
            found.append(f"status {status} for {record['status']}")
        if kind != (record["content_type"] or ""):
            found.append(f"type {kind!r} for {record['content_type']!r}")
        if not found:
            found = self._compare_bodies(record, content)
        self._note(record, found)

    def _note(self, record: Record, found: list[str]) -> None:
        if found:
            name = record["name"].split("-", 1)[-1]
            self._played.differences.setdefault(name, []).extend(found)

    def _compare_bodies(self, record: Record, content: bytes) -> list[str]:
        if record["body_kind"] == "json":
            ours = json.loads(content)
            learn(record["body"], ours, self._played.known)
            ours = json.loads(self._played.to_theirs(json.dumps(ours)))
            if record["path"] == "/object_info":  # seven classes were kept
                ours = {name: ours[name] for name in record["body"]}
            return list(differences(record["body"], ours))
        if record["body_kind"] == "text" and record["status"] != 200:
            text = content.decode()
            same = text == record["body"]
            return [] if same else [f"text {text[:80]!r} for {record['body'][:80]!r}"]
        if record["body_kind"] == "empty" and content:
            return [f"{len(content)} bytes where none were"]
        return []


def _form(name: str | None, content: bytes, more: dict[str, str]) -> aiohttp.FormData:
    form = aiohttp.FormData(default_to_multipart=True)
    if name is not None:
        form.add_field("image", content, filename=name)
    for key, value in more.items():
        form.add_field(key, value)
    return form


def _frame(record: Record) -> Any:
    if record["dir"] != "recv":
        return None
    return json.loads(record["text"]) if "text" in record else {"type": "binary"}


def learn(theirs: Any, ours: Any, known: dict[str, str]) -> None:
    """Remember which of our ids and names stand for the recorded ones."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in ("prompt_id", "filename"):
            pair = theirs.get(key), ours.get(key)
            if all(isinstance(each, str) for each in pair) and pair[0] != pair[1]:
                known.setdefault(*pair)
        for key in theirs.keys() & ours.keys():
            learn(theirs[key], ours[key], known)
        if len(theirs) == len(ours) == 1:
            learn(*theirs.values(), *ours.values(), known)
    elif isinstance(theirs, list) and isinstance(ours, list):
        for left, right in zip(theirs, ours, strict=False):
            learn(left, right, known)
    elif str(theirs).endswith("_snapshot"):
        known.setdefault(theirs, ours)


def differences(theirs: Any, ours: Any, path: str = "") -> Iterator[str]:
    """Keys and types that are not the same; of lists the common part counts."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        yield from (f"{path}.{key} missing" for key in theirs.keys() - ours.keys())
        yield from (f"{path}.{key} too much" for key in ours.keys() - theirs.keys())
        for key in theirs.keys() & ours.keys():
            yield from differences(theirs[key], ours[key], f"{path}.{key}")
    elif isinstance(theirs, list) and isinstance(ours, list):
        by_cache = path.endswith((".nodes", ".executed"))
        if bool(theirs) != bool(ours) and not by_cache:
            yield f"{path}: {len(ours)} entries for {len(theirs)}"
        pairs = zip(_settled(theirs), _settled(ours), strict=False)
        for index, (left, right) in enumerate(pairs):
            yield from differences(left, right, f"{path}[{index}]")
    elif _type(theirs) != _type(ours):
        yield f"{path}: {_type(ours)} for {_type(theirs)}"


def _settled(entries: list[Any]) -> list[Any]:
    """The errors of a node come in random order (a set)."""
    if entries and all(
        isinstance(each, dict) and "details" in each for each in entries
    ):
        return sorted(entries, key=lambda each: (each["type"], each["details"]))
    return entries


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    return type(value).__name__


def words(message: Any) -> str:
    """One event as a word that can be compared; empty for those that do not count."""
    kind, data = message["type"], message.get("data")
    if kind in {"logs", "progress"}:
        return ""
    if kind == "progress_state":
        nodes = (f"{node}={each['state']}" for node, each in data["nodes"].items())
        return f"progress_state {' '.join(nodes)}"
    if kind == "status":
        return f"status {data['status']['exec_info']['queue_remaining']}"
    if kind in {"executing", "executed"}:
        return f"{kind} {data['node']} {sorted(data)}"
    if kind == "execution_cached":
        return f"{kind} {data['nodes']}"
    if kind.startswith("execution_"):
        return f"{kind} {data.get('node_id', '')} {sorted(data)}"
    return str(kind)


def story(messages: list[Any], *, with_status: bool) -> dict[str, list[str]]:
    """The order of events, a list a job; the same state twice counts once."""
    told: dict[str, list[str]] = {}
    job = ""
    for message in messages:
        word = words(message) if message else ""
        if not word or (word.startswith("status") and not with_status):
            continue
        data = message.get("data")
        if isinstance(data, dict) and "prompt_id" in data:
            job = data["prompt_id"]
        lines = told.setdefault("" if with_status else job, [])
        if not lines or lines[-1] != word or word.startswith("status"):
            lines.append(word)
    return told
