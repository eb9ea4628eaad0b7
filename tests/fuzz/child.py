"""Runs one target in this process, under caps: ``python -m tests.fuzz.child``.

Linux only: the caps are RLIMIT_AS and SIGALRM. The number of the input at hand stands
in a file of eight bytes, so that the parent can name it when this process dies.
"""

import argparse
import gc
import json
import mmap
import resource
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comfydoctor.errors import DoctorError
from tests.fuzz.mutation import Mutator
from tests.fuzz.target import Target, load

SECONDS = 5.0
"""Of processor time for one input of up to one MiB."""
ROOM = 768 << 20
"""Bytes that one input may need above what the process had at first."""
GROWTH = 48 << 20
"""Bytes that the process may be larger in the end than after a tenth of the run."""
_PAGE = resource.getpagesize()


class TooLong(BaseException):
    """The alarm; no ``except Exception`` of the parser may swallow it."""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--place", type=Path, required=True)
    options = parser.parse_args()
    target = load(options.name)
    mutator = Mutator(target.seeds, target.words, options.seed)
    with _place(options.place) as place:
        told = _run_all(target, mutator, options.count, place)
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


def _run_all(
    target: Target, mutator: Mutator, count: int, place: mmap.mmap
) -> dict[str, object]:
    target.run(mutator.input(0))  # what is loaded once is no growth
    _cap_memory()
    signal.signal(signal.SIGVTALRM, _on_alarm)
    early = 0
    slowest = (0.0, 0)
    for index in range(count):
        place[:] = index.to_bytes(8, "little")
        data = mutator.input(index)
        start = time.process_time()
        if problem := _run_one(target, data):
            return {"index": index, "problem": problem}
        slowest = max(slowest, (time.process_time() - start, index))
        if index == count // 10:
            early = _resident()
    grown = _resident() - early
    if count >= 1000 and grown > GROWTH:
        return {"index": count, "problem": f"grew by {grown >> 20} MiB"}
    return {"index": count, "problem": "", "slowest": slowest, "grown": grown}


def _run_one(target: Target, data: bytes) -> str:
    """What went wrong, or nothing."""
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        target.run(data)
    except DoctorError:
        return ""
    except TooLong:
        return f"more than {SECONDS:.0f} s"
    except BaseException:  # noqa: BLE001 - whatever it is, it is the finding
        return traceback.format_exc(limit=-6)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return ""


def _on_alarm(_number: int, _frame: object) -> None:
    raise TooLong


def _cap_memory() -> None:
    size = int(Path("/proc/self/statm").read_text().split()[0]) * _PAGE
    resource.setrlimit(resource.RLIMIT_AS, (size + ROOM, size + ROOM))


def _resident() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


@contextmanager
def _place(path: Path) -> Iterator[mmap.mmap]:
    path.write_bytes(bytes(8))
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 8) as place:
        yield place


if __name__ == "__main__":
    sys.exit(main())
