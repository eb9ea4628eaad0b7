"""What was called kept is there after kill -9 at any moment."""

import random
import subprocess
import sys
import threading

from comfydoctor.store.versions import VersionStore
from comfydoctor.store.versions_codec import hash_of
from tests.store.keeper import content

KILLS = 8


def killed_after(folder, seconds):
    """What the process said it had kept before it was killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.store.keeper", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    first = process.stdout.readline()  # it is under way
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    said = [first, *process.stdout]
    process.wait()
    timer.cancel()
    process.stdout.close()
    return [line.split() for line in said if line.endswith("\n")]


def test_killed_at_random_moments_nothing_that_was_kept_is_lost(tmp_path):
    rng = random.Random(4)
    kept = {}
    for turn in range(KILLS):
        for number, name in killed_after(tmp_path, rng.random() / 4):
            kept[int(number)] = name
        if turn % 3 == 2:  # and the list is lost, too
            for path in tmp_path.glob("versions.db*"):
                path.unlink()
        store = VersionStore(tmp_path)
        assert store.verify() == []
        for number, name in kept.items():
            assert store.content(name) == content(number)
            assert hash_of(content(number)) == name
        store.close()
    assert len(kept) > KILLS
