"""Which lines of a text are about one job, and about one life of the server."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from comfydoctor.diagnosis.events import Line, Run

BEGIN = "got prompt"
END = "Prompt executed in"
REFUSED = "invalid prompt: "


class Spans:
    """Cuts lines where a job ends or the first one begins, and at each start.

    A job that arrives while another runs cuts nothing: the lines after it are still
    about the one that runs.
    """

    def __init__(self, lines: Sequence[Line], runs: Sequence[Run]) -> None:
        self._lines = lines
        self._numbers = [line.number for line in lines]
        self._starts = self._indexes(runs)
        self._cuts = sorted({*self._starts, *_cuts(lines)})

    def job(self, index: int) -> range:
        """Indexes of the lines of the job that a line belongs to."""
        return _around(self._cuts, index, len(self._lines))

    def life(self, index: int) -> range:
        """Indexes of the lines of the server's life that a line belongs to."""
        return _around(self._starts, index, len(self._lines))

    def _indexes(self, runs: Sequence[Run]) -> list[int]:
        return sorted({0, *(bisect_left(self._numbers, run.start) for run in runs)})


def _around(cuts: Sequence[int], index: int, end: int) -> range:
    place = bisect_right(cuts, index)
    stop = cuts[place] if place < len(cuts) else end
    return range(cuts[place - 1] if place else 0, stop)


def _cuts(lines: Sequence[Line]) -> list[int]:
    """Indexes of the first lines of jobs."""
    cuts: list[int] = []
    waiting = 0
    for index, line in enumerate(lines):
        if BEGIN in line.text:
            if not waiting:
                cuts.append(index)
            waiting += 1
        elif END in line.text:
            cuts.append(index + 1)
            waiting = max(0, waiting - 1)
        elif line.text.startswith(REFUSED):
            waiting = max(0, waiting - 1)
    return cuts
