"""A process that keeps states for ever and says each that was kept; to be killed."""

import itertools
import sys
from pathlib import Path

from comfydoctor.model.version import Origin, Place, Sighting
from comfydoctor.store.versions import VersionStore


def content(number):
    """As large as a workflow, and always another."""
    lines = (f"node {i} seed {(i * 7919 + number) % 997}" for i in range(400))
    return "\n".join((*lines, str(number))).encode()


def main(folder):
    store = VersionStore(Path(folder))
    start = store.figures().versions
    for number in itertools.count(start):
        place = Place(f"k{number % 3}", "w")
        version = store.keep(Sighting(place, content(number), Origin.SERVER, 1.0))
        sys.stdout.write(f"{number} {version.content}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
