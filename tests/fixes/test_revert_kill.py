"""Killed while it reverts: the file or one of its states is always there."""

import random
import subprocess
import sys
import threading

from comfydoctor.fixes.runner import Runner
from comfydoctor.store.paths import Paths
from comfydoctor.store.store import Store
from comfydoctor.store.versions_search import timeline
from tests.fixes.reverter import care_for
from tests.fixes.saved import drawn

KILLS = 8


def killed_after(profile, file, seconds):
    """The last state that was saved before the process was killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fixes.reverter", str(profile), str(file)],
        stdout=subprocess.PIPE,
        text=True,
    )
    first = process.stdout.readline()
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    said = [first, *process.stdout]
    process.wait()
    timer.cancel()
    process.stdout.close()
    return int([line for line in said if line.endswith("\n")][-1])


async def test_killed_at_random_moments_the_last_save_is_never_lost(tmp_path):
    rng = random.Random(8)
    file = tmp_path / "workflows" / "w.json"
    file.parent.mkdir()
    for _ in range(KILLS):
        last = killed_after(tmp_path / "profile", file, rng.random() / 3)
        store = Store.open(Paths.under(tmp_path / "profile"))
        runner = Runner(care_for(store))
        for entry in runner.unfinished():
            await runner.inspect(entry.id)
        for entry in runner.unfinished():
            await runner.finish(entry.id)
        versions = timeline(store.versions(), 1, limit=10_000)
        kept = {store.versions().content(v.content) for v in versions}
        beside = {path.read_bytes() for path in file.parent.iterdir()}
        assert drawn(last) in kept | beside
        assert store.versions().verify() == []
        await runner.care.client.aclose()
        store.close()
