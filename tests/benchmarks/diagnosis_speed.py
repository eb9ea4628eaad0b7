"""Explaining a 100 MB log against a compiled loop of the same patterns per line.

    python tests/benchmarks/diagnosis_speed.py [MEGABYTES]

The log is like ComfyUI's: half of it progress bars, 0.3 % of the lines begin an error.
The loop is measured on the first megabyte only: it would take minutes.
"""

import io
import random
import re
import sys
import time

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.explain import Explainer
from comfydoctor.diagnosis.signatures import Matcher

ORDINARY = (
    "got prompt",
    "Requested to load SDXLClipModel",
    "loaded completely 9.5367431640625e+25 1560.802734375 True",
    "model weight dtype torch.float16, manual cast: None",
    "model_type EPS",
    "Using pytorch attention in VAE",
    "VAE load device: cuda:0, offload device: cpu, dtype: torch.bfloat16",
    "Prompt executed in 12.31 seconds",
    "FETCH ComfyRegistry Data: 5/92",
    "Unloaded partially: 14.23 MB freed, 3.12 MB remains loaded",
)


def make_log(megabytes: int, catalogue: Catalogue) -> bytes:
    """A log with errors of all causes, the same each time."""
    rng = random.Random(7)
    errors = [e.log for cause in catalogue.library.causes for e in cause.examples]
    lines: list[str] = []
    size = 0
    while size < megabytes * 1_000_000:
        chance = rng.random()
        if chance < 0.55:
            step = rng.randrange(1, 30)
            text = f"{step * 3:3d}%|{'#' * (step // 3):10s}| {step}/30 [00:01<00:09]"
        elif chance < 0.997:
            text = rng.choice(ORDINARY)
        else:
            text = rng.choice(errors)
        lines.append(f"[2026-11-23 14:{rng.randrange(60):02d}:11.123] {text}")
        size += len(lines[-1]) + 1
    return "\n".join(lines).encode()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> int:
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    start = time.process_time()
    catalogue = Catalogue()
    matcher = Matcher(catalogue)
    _ = matcher.patterns.scan
    say(f"loading all causes without a compiled copy: {since(start):.2f} s")
    data = make_log(megabytes, catalogue)
    start = time.process_time()
    explanation = Explainer(matcher).stream(io.BytesIO(data))
    ours = len(data) / 1e6 / since(start)
    say(f"explain: {ours:.1f} MB/s, {len(explanation.findings)} findings")
    lines = data[:1_000_000].decode().split("\n")
    loop = 1.0 / looped(catalogue, lines)
    say(f"loop of compiled patterns: {loop:.2f} MB/s; {ours / loop:.0f} times as slow")
    return int(ours < 100 * loop)


def looped(catalogue: Catalogue, lines: list[str]) -> float:
    """Seconds of the plain way: every pattern on every line."""
    rules = [rule for cause in catalogue.library.causes for rule in cause.rules]
    searches = [re.compile(rule.line).search for rule in rules if rule.line]
    start = time.process_time()
    for line in lines:
        for search in searches:
            search(line)
    return since(start)


def since(start: float) -> float:
    return max(time.process_time() - start, 1e-9)


if __name__ == "__main__":
    sys.exit(main())
