"""``comfydoctor model``: what model files are, and which LoRA fits which base."""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer
from comfydoctor.doctor.models import (
    Found,
    LoraMatcher,
    ModelScanner,
    find_models,
    open_cache,
)
from comfydoctor.errors import UsageError
from comfydoctor.model.modelfile import LoraMatch, ModelFile, ModelKind

_STEP = 100
_MATCH = "match"


def model(options: argparse.Namespace, printer: Printer) -> int:
    """Look into files; exit 0 when nothing is wrong with any, else 1."""
    if options.files[:1] == [_MATCH]:
        return match(options.files[1:], options, printer)
    if options.workflow:
        from comfydoctor.cli.model_workflow import match_workflow

        return match_workflow(options, printer)
    if not options.files:
        raise UsageError("Which files or folders?", advice="comfydoctor model FILE...")
    found = list(listed(options.files))
    with open_cache() as cache:
        files = examine(ModelScanner(cache), found, printer)
    shown = [file for file in files if wrong(file)] if options.problems else files
    if options.json:
        printer.json({"schema": 1, "files": [file_json(file) for file in shown]})
    else:
        print_files(shown, len(files), printer)
    return Exit.FOUND if any(wrong(file) for file in files) else Exit.OK


def listed(names: Iterable[str]) -> Iterator[Found]:
    """Files named, and the models below folders named."""
    for name in names:
        path = Path(name)
        if path.is_dir():
            yield from find_models([(path.absolute(), "")])
        elif path.exists():
            known = path.stat()
            full = str(path.absolute())
            yield Found(full, known.st_size, known.st_mtime_ns, "", path.name)
        else:
            raise UsageError(f"There is no file or folder {name}.")


def examine(
    scanner: ModelScanner, found: list[Found], printer: Printer
) -> list[ModelFile]:
    """Look into each; a long list says how far it is, to people."""
    tell = sys.stderr.isatty() and len(found) > _STEP

    def on_step(count: int, _file: ModelFile) -> None:
        if tell and count % _STEP == 0:
            printer.note(f"{count} of {len(found)} files…")

    return scanner.examine_all(found, on_step)


def wrong(file: ModelFile) -> bool:
    """Whether something about the file needs a person."""
    return not file.healthy or bool(file.misplaced)


def file_json(file: ModelFile) -> dict[str, object]:
    """The documented shape, version 1."""
    return {
        "path": file.path,
        "format": file.format,
        "kind": file.kind,
        "family": file.family or None,
        "family_id": file.family_id or None,
        "whole": file.whole,
        "problem": file.problem or file.misplaced or None,
        "advice": file.advice or None,
        "dtype": file.dtype or None,
        "parameters": file.parameters,
        "can_run_code": file.can_run_code,
        "calls": file.calls,
        "notes": file.notes,
        "folder": file.folder or None,
        "size": file.size,
    }


def print_files(files: list[ModelFile], count: int, printer: Printer) -> None:
    """Those with a problem first."""
    for file in sorted(files, key=lambda file: (not wrong(file), file.path)):
        print_file(file, printer)
    bad = sum(wrong(file) for file in files)
    if count > 1:
        printer.line()
        printer.line(f"{count} files, {bad or 'none'} with a problem.")


def print_file(file: ModelFile, printer: Printer) -> None:
    """A file in a few lines."""
    mark = "■" if not file.healthy else "▲" if file.misplaced else "●"
    printer.line(f"{mark} {shortened(file.path)}")
    printer.line(f"    {what(file)}")
    for words in (file.problem, file.misplaced, file.advice, *file.notes):
        if words:
            printer.line(f"    {words}")


def what(file: ModelFile) -> str:
    """Kind, family, type and count of numbers, in one line."""
    kind = file.kind.value
    if file.kind is ModelKind.UNKNOWN:
        kind = f"{file.format.value}, kind not known"
    parts = [kind, file.family, file.dtype, parameters(file.parameters)]
    if file.can_run_code:
        parts.append("can run code")
    elif file.can_run_code is None and file.healthy:
        parts.append("not known whether it can run code")
    return " · ".join(part for part in parts if part)


def parameters(count: int | None) -> str:
    """``2.6 billion numbers``; empty when not known."""
    if count is None:
        return ""
    for unit, one in (("billion", 10**9), ("million", 10**6), ("thousand", 1000)):
        if count >= one:
            return f"{count / one:.1f} {unit} parameters"
    return f"{count} parameters"


def shortened(path: str) -> str:
    """Relative to where we are, when that is shorter."""
    try:
        relative = os.path.relpath(path)
    except ValueError:
        return path
    return relative if len(relative) < len(path) else path


def match(names: list[str], options: argparse.Namespace, printer: Printer) -> int:
    """Match one base with LoRAs."""
    if len(names) < 2:
        raise UsageError(
            "A base and at least one LoRA are needed.",
            advice="comfydoctor model match BASE LORA...",
        )
    missing = next((name for name in names if not Path(name).is_file()), None)
    if missing is not None:
        raise UsageError(f"There is no file {missing}.")
    base, *loras = names
    matches = LoraMatcher().matrix([base], loras)
    if options.json:
        printer.json({"schema": 1, "matches": [match_json(one) for one in matches]})
    else:
        for one in matches:
            print_match(one, printer)
    return Exit.OK if all(one.verdict == "fits" for one in matches) else Exit.FOUND


def match_json(one: LoraMatch) -> dict[str, object]:
    """The documented shape, version 1."""
    return {
        "base": one.base,
        "lora": one.lora,
        "base_family": one.base_family or None,
        "lora_family": one.lora_family or None,
        "verdict": one.verdict,
        "share": None if one.share is None else round(one.share, 4),
        "keys": one.keys,
        "applied": one.applied,
        "unknown": one.unknown,
        "reasons": one.reasons,
        "problem": one.problem or None,
    }


def print_match(one: LoraMatch, printer: Printer) -> None:
    """A pair in a few lines."""
    mark = {"fits": "●", "partly": "▲", "does not fit": "■"}.get(one.verdict, "◆")
    printer.line(f"{mark} {shortened(one.lora)} on {shortened(one.base)}")
    if one.problem:
        printer.line(f"    not known: {one.problem}")
        return
    share = "no key can be judged" if one.share is None else f"{one.share:.0%} of it"
    printer.line(f"    {one.verdict}: {share} ({one.applied} of {one.keys} keys apply)")
    families = f"{one.lora_family or 'not known'} on {one.base_family or 'not known'}"
    printer.line(f"    {families}")
    for reason in one.reasons:
        printer.line(f"    {reason.keys} keys: {reason.reason} ({reason.example})")
