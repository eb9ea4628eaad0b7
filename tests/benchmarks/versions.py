"""Keeping, opening, searching and comparing versions, against plain ``git``.

    python -m tests.benchmarks.versions [--full]

The same states of the same files go into our store and into a git repository (by
fast-import, then packed by ``git gc``); then both are asked the same, by turns, so that
a busy machine is busy for both. Opening ours checks the whole list for damage, and
keeping ours reads the graph for search and outcomes and waits for the disk, which git
does not; so these two may take longer. 20,000 versions, with ``--full`` 100,000. A
time of git contains the start of its process, as whoever uses it pays it.
"""

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from comfydoctor.model.version import Origin, Place, Sighting
from comfydoctor.store.versions import VersionStore
from comfydoctor.store.versions_search import search, timeline
from comfydoctor.workflow.diff import diff_texts
from comfydoctor.workflow.sighting import sight
from tests.benchmarks.table import Figure, show

WORKFLOWS, NODES, LARGE = 200, 30, 1000
ROUNDS = 9
KINDS = ("KSampler", "CLIPTextEncode", "LoraLoader", "VAEDecode", "LoadImage")


def drawn(rng: random.Random, count: int, number: int) -> dict[str, object]:
    """A workflow as the browser saves it."""
    nodes = [
        {
            "id": place,
            "type": rng.choice(KINDS),
            "pos": [rng.randrange(4000), rng.randrange(4000)],
            "size": [210, 120],
            "flags": {},
            "order": place,
            "mode": 0,
            "inputs": [{"name": "model", "type": "MODEL", "link": place}],
            "outputs": [],
            "properties": {"Node name for S&R": "KSampler"},
            "widgets_values": [rng.randrange(2**50), "randomize", 20, 8, "euler"],
        }
        for place in range(1, count + 1)
    ]
    links = [[at, at, 0, at + 1, 0, "MODEL"] for at in range(1, count)]
    return {"id": f"w{number}", "nodes": nodes, "links": links, "version": 0.4}


def change(rng: random.Random, graph: dict[str, object]) -> bytes:
    """Another seed, another value; the file that makes."""
    nodes = graph["nodes"]
    assert isinstance(nodes, list)
    node = rng.choice(nodes)
    node["widgets_values"][0] = rng.randrange(2**50)
    node["widgets_values"][2] = rng.randrange(10, 60)
    return json.dumps(graph).encode()


def states(total: int) -> Iterator[tuple[int, bytes]]:
    """Number of the workflow, and its next state."""
    rng = random.Random(7)
    graphs = [drawn(rng, NODES, number) for number in range(WORKFLOWS)]
    for turn in range(total):
        number = turn % WORKFLOWS
        yield number, change(rng, graphs[number])


class Ours:
    """The store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = VersionStore(folder)

    def fill(self, total: int) -> None:
        self.store.keep_all(
            Sighting(
                Place(f"s|{number}", f"flow {number}", f"flow{number}.json", "s"),
                content,
                Origin.SERVER,
                1e9 + turn,
                fingerprint=f"{number}-{turn // WORKFLOWS // 10}",
                nodes=NODES,
                words=f"KSampler portrait{number} of a cat sd_xl_{turn % 7}",
            )
            for turn, (number, content) in enumerate(states(total))
        )

    def open(self) -> None:
        self.store.close()
        self.store = VersionStore(self.folder)
        timeline(self.store, 1, limit=20)

    def keep(self, content: bytes) -> None:
        place = Place("s|large", "large", "large.json", "s")
        self.store.keep(sight(place, content, Origin.SERVER, time.time()))

    def search(self, word: str) -> None:
        assert search(self.store, word)

    def read(self) -> None:
        oldest = timeline(self.store, 7, limit=50)[-1]
        self.store.content(oldest.content)

    def size(self) -> int:
        return self.store.figures().disk


class Git:
    """A repository with one file for each workflow."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.run("init", "-q")
        self.run("config", "user.email", "nobody@example.org")
        self.run("config", "user.name", "nobody")

    def run(self, *words: str, data: bytes | None = None) -> bytes:
        done = subprocess.run(
            ["git", *words],
            cwd=self.folder,
            input=data,
            check=True,
            capture_output=True,
        )
        return done.stdout

    def fill(self, total: int) -> None:
        with subprocess.Popen(
            ["git", "fast-import", "--quiet"], cwd=self.folder, stdin=subprocess.PIPE
        ) as importer:
            assert importer.stdin is not None
            for turn, (number, content) in enumerate(states(total)):
                head = (
                    "commit refs/heads/master\n"
                    f"committer n <n@e> {10**9 + turn} +0000\ndata 1\nx\n"
                    f"M 100644 inline flow{number}.json\ndata {len(content)}\n"
                )
                importer.stdin.write(head.encode() + content + b"\n")
        self.run("gc", "-q")
        self.run("checkout", "-q", "-f", "master")

    def open(self) -> None:
        self.run("log", "-20", "--format=%h %ct", "--", "flow1.json")

    def keep(self, content: bytes) -> None:
        (self.folder / "large.json").write_bytes(content)
        self.run("add", "large.json")
        self.run("commit", "-q", "-m", "x")

    def search(self, word: str) -> None:
        self.run("log", "-1", "-S", word, "--format=%h", "--", "flow1.json")

    def read(self) -> None:
        listed = self.run("log", "-50", "--format=%h", "--", "flow7.json").split()
        self.run("show", f"{listed[-1].decode()}:flow7.json")

    def size(self) -> int:
        return sum(p.stat().st_size for p in self.folder.rglob("*") if p.is_file())


def by_turns(*works: Callable[[], object]) -> list[float]:
    """Median seconds of each, taking turns; the first turn warms up."""
    spent: list[list[float]] = [[] for _ in works]
    for turn in range(ROUNDS + 1):
        for place, work in enumerate(works):
            start = time.perf_counter()
            work()
            if turn:
                spent[place].append(time.perf_counter() - start)
    return [statistics.median(each) for each in spent]


def ratio(name: str, goal: float, works: list[float]) -> Figure:
    """Ours by git's."""
    ours, git = works
    note = f"{ours * 1e3:.1f} ms against {git * 1e3:.1f} ms"
    return Figure(name, ours / git, goal, note=note)


def figures(root: Path, total: int) -> Iterator[Figure]:
    """Fill both, then ask both."""
    ours, git = Ours(root / "ours"), Git(root / "git")
    ours.fill(total)
    git.fill(total)
    opened = by_turns(ours.open, git.open)
    yield Figure("seconds to open the store and list 20", opened[0], 1.0, "s")
    yield ratio(f"the same at {total} versions, of git log", 2.5, opened)
    found = by_turns(lambda: ours.search("portrait77"), lambda: git.search("12345"))
    yield ratio("searching all versions, of git log -S on one file", 1.0, found)
    yield ratio("reading an old version", 1.0, by_turns(ours.read, git.read))
    yield Figure("bytes on the disk, of git after gc", ours.size() / git.size(), 3.0)
    rng = random.Random(3)
    graph = drawn(rng, LARGE, 0)
    kept = by_turns(
        lambda: ours.keep(change(rng, graph)), lambda: git.keep(change(rng, graph))
    )
    yield ratio("keeping a state of 1,000 nodes, durable", 2.5, kept)
    old, new = change(rng, graph), change(rng, graph)
    git.keep(old)
    (git.folder / "large.json").write_bytes(new)
    compared = by_turns(lambda: diff_texts(old, new), lambda: git.run("diff"))
    yield Figure(
        "comparing 1,000 nodes in words, of git diff in bytes",
        compared[0] / compared[1],
        10.0,
        note=f"{compared[0] * 1e3:.1f} ms against {compared[1] * 1e3:.1f} ms",
    )
    ours.store.close()


def main() -> int:
    """Measure in a folder of our own, and remove it."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--full", action="store_true", help="100,000 versions")
    total = 100_000 if ask.parse_args().full else 20_000
    if shutil.which("git") is None:
        sys.stdout.write("There is no git to compare with.\n")
        return 0
    with tempfile.TemporaryDirectory(prefix="comfydoctor-versions-") as place:
        return 0 if show("Workflow versions", figures(Path(place), total)) else 1


if __name__ == "__main__":
    sys.exit(main())
