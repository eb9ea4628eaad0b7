"""Checking 10,000 model files against a bare listing and against ``safe_open``.

    python -m tests.benchmarks.model_headers

One file in fifty is cut off. All contestants take turns in one process, so that a busy
machine is busy for all alike; the files' headers are in memory after the first turn.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from comfydoctor.assets.scan import Scanner, find_models
from comfydoctor.assets.tensors import Tensor
from tests.assets.known import safetensors_header
from tests.benchmarks.table import Figure, show

DIFFERENT, LINKS, FOLDERS = 1000, 10, 40
CUT_EVERY = 50
ROUNDS = 5
LARGEST_PART, SMALLEST_PART = 4.0, 1 / 80


def make_models(root: Path) -> int:
    """Sparse files with headers of usual sizes; returns how many are cut off."""
    rng = random.Random(3)
    heads = [safetensors_header(tensors(count)) for count in (264, 722, 2515)]
    cut = 0
    for number in range(DIFFERENT):
        folder = root / f"loras{number % FOLDERS:02d}"
        folder.mkdir(exist_ok=True)
        head, length = rng.choices(heads, (2, 7, 1))[0]
        path = folder / f"m{number:05d}.safetensors"
        short = rng.randrange(1, length) if number % CUT_EVERY == 0 else 0
        with path.open("wb") as stream:
            stream.write(head)
            stream.truncate(len(head) + length - short)
        for copy in range(1, LINKS):
            os.link(path, folder / f"m{number:05d}_{copy}.safetensors")
        cut += LINKS if short else 0
    return cut


def tensors(count: int) -> dict[str, Tensor]:
    """Layers in the names of a usual LoRA."""
    made = {}
    for number in range(count):
        side = "down" if number % 2 else "up"
        layer = f"attentions_{number % 2}_transformer_blocks_{number // 8}"
        name = f"lora_unet_down_blocks_{number % 3}_{layer}_attn1_to_k.{number}"
        made[f"{name}.lora_{side}.weight"] = Tensor("F16", (1280, 32))
    return made


def bare(root: Path) -> int:
    """Only names and sizes."""
    return sum(1 for _path, _size in listed(str(root)))


def listed(root: str) -> Iterator[tuple[str, int]]:
    waiting = [root]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif entry.name.endswith(".safetensors"):
                    yield entry.path, entry.stat().st_size


def ours(root: Path) -> int:
    """Every file that is cut off."""
    return sum(1 for _model in Scanner().broken(find_models([(root, "")])))


def opened(root: Path) -> int:
    """What the safetensors library refuses."""
    from safetensors import SafetensorError, safe_open

    refused = 0
    for path, _size in listed(str(root)):
        try:
            with safe_open(path, "np") as model:
                list(model.keys())
                model.metadata()
        except SafetensorError:
            refused += 1
    return refused


def measure(root: Path) -> dict[str, float]:
    """Median seconds of processor time of each."""
    contestants: dict[str, Callable[[Path], int]] = {
        "bare": bare,
        "ours": ours,
        "opened": opened,
    }
    spent: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for turn in range(ROUNDS + 1):
        for name in names[turn % 3 :] + names[: turn % 3]:
            start = time.process_time()
            contestants[name](root)
            spent[name].append(time.process_time() - start)
    return {name: statistics.median(taken[1:]) for name, taken in spent.items()}


def figures(root: Path, cut: int) -> list[Figure]:
    """The ratios, and whether every file that is cut off was found."""
    took = measure(root)
    each = took["ours"] / DIFFERENT / LINKS * 1e6
    return [
        Figure(
            "10,000 files checked, of a bare scandir and stat",
            took["ours"] / took["bare"],
            LARGEST_PART,
            note=f"{each:.0f} us a file",
        ),
        Figure(
            "the same, of a safe_open loop",
            took["ours"] / took["opened"],
            SMALLEST_PART,
            note=f"1/{took['opened'] / took['ours']:.0f}",
        ),
        Figure("files cut off that were not found", cut - ours(root), 0, "files"),
    ]


def main() -> int:
    """Make the files, measure, remove them."""
    with tempfile.TemporaryDirectory(prefix="comfydoctor-models-") as place:
        cut = make_models(Path(place))
        return 0 if show("Model files", figures(Path(place), cut)) else 1


if __name__ == "__main__":
    sys.exit(main())
