"""Explaining a 100 MB log against a compiled loop, ripgrep, and a bad pattern more.

    python -m tests.benchmarks.diagnosis_speed [MEGABYTES]

The log is like ComfyUI's: half of it progress bars, 0.3 % of the lines begin an error.
The loop of the same patterns per line is measured on the first megabyte only: it would
take minutes. ``rg -j1 -f`` gets the patterns that its language knows. The worst
pattern is one that the content test admits, on words of which the log is full. All
are processor times; the least of three runs counts.
"""

import io
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.content.literals import required_literals, weakness
from comfydoctor.content.schema import Rule
from comfydoctor.diagnosis.explain import Explainer
from comfydoctor.diagnosis.signatures import Matcher
from tests.content.hostile import slow_line

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
    ours = least(lambda: Explainer(matcher).stream(io.BytesIO(data)))
    say(f"explain: {ours:.2f} s, {len(data) / 1e6 / ours:.0f} MB/s")
    lines = data[:1_000_000].decode().split("\n")
    loop = looped(catalogue, lines) * len(data) / 1e6
    say(f"loop of compiled patterns: {loop:.0f} s, {loop / ours:.0f} times ours")
    grep = ripgrepped(catalogue, data)
    say(
        f"ripgrep -j1 -f: {grep:.2f} s; ours is {ours / grep:.2f} of it" if grep else ""
    )
    worst = added_by_the_worst(matcher, catalogue, data)
    say(f"the worst pattern that is admitted adds {worst:.1%}")
    return int(loop < 100 * ours or ours > 1.5 * (grep or ours) or worst > 0.05)


ADMITTED = (
    r"Requested to load \w{1,40} ?\w{1,40}!",
    r"loaded completely [\d.e+]{1,30} ?[\d.]{1,30} (?:True|False)x",
    r"Prompt executed in (?:.{1,60},){1,2}.{1,60}seconds",
)


def added_by_the_worst(matcher: Matcher, catalogue: Catalogue, data: bytes) -> float:
    """The share of time one pattern more costs; all take turns, as load differs."""
    readers = [Explainer(matcher), *(with_pattern(catalogue, it) for it in ADMITTED)]
    times = [float("inf")] * len(readers)
    for _ in range(5):
        for index, reader in enumerate(readers):
            start = time.process_time()
            reader.stream(io.BytesIO(data))
            times[index] = min(times[index], since(start))
    return max(times[1:]) / times[0] - 1


def with_pattern(catalogue: Catalogue, text: str) -> Explainer:
    """An explainer with one pattern more, on which a rule rests."""
    if weakness(text) or slow_line(text):
        raise AssertionError(f"the content test would refuse {text!r}")
    library = catalogue.library
    worse = Catalogue(catalogue.root)
    rule = Rule(line=text)
    first = library.causes[0].model_copy(update={"rules": (rule,)})
    worse.library = library.model_copy(
        update={
            "causes": (first, *library.causes[1:]),
            "literals": {**library.literals, text: required_literals(text)},
        }
    )
    matcher = Matcher(worse)
    _ = matcher.patterns.scan
    return Explainer(matcher)


def ripgrepped(catalogue: Catalogue, data: bytes) -> float:
    """Seconds of ripgrep with one thread, 0 when it is not installed."""
    rg = shutil.which("rg")
    if rg is None:
        say("ripgrep is not installed")
        return 0.0
    rules = [rule for cause in catalogue.library.causes for rule in cause.rules]
    texts = {rule.line for rule in rules if rule.line}
    known = sorted(
        text for text in texts if not re.search(r"\(\?(?:[!=]|<[!=]|P=)", text)
    )
    say(f"ripgrep knows {len(known)} of {len(texts)} patterns")
    with tempfile.TemporaryDirectory() as folder:
        log, file = Path(folder) / "log", Path(folder) / "patterns"
        log.write_bytes(data)
        file.write_text("\n".join(map(as_ripgrep_has_it, known)), encoding="utf-8")
        argv = [rg, "--no-config", "-j1", "-c", "-a", "-f", str(file), str(log)]
        return min(child_time(argv) for _ in range(3))


def as_ripgrep_has_it(pattern: str) -> str:
    """All patterns become one there, so groups have no names."""
    unnamed = re.sub(r"\(\?P<\w+>", "(?:", pattern)
    return unnamed.replace("\\'", "'").replace('\\"', '"')


def child_time(argv: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(argv, capture_output=True, check=False)
    if done.returncode > 1:
        raise AssertionError(done.stderr.decode()[-500:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def least(work: Callable[[], object]) -> float:
    """Processor seconds of the quickest of three runs."""
    times = []
    for _ in range(3):
        start = time.process_time()
        work()
        times.append(since(start))
    return min(times)


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
