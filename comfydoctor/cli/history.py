"""``comfydoctor history``: recordings as files, and what they take."""

import argparse
import contextlib
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

from comfydoctor.cli.changes import when
from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer
from comfydoctor.doctor.office import open_store
from comfydoctor.errors import ReadOnly, UsageError
from comfydoctor.store.samples import scopes
from comfydoctor.store.samples_files import read_json, write_csv, write_json
from comfydoctor.store.store import Store


def history(options: argparse.Namespace, printer: Printer) -> int:
    """Do what was asked for."""
    work = {"export": _export, "import": _import, "size": _size}[options.what]
    with contextlib.closing(open_store(write=options.what == "import")) as store:
        return work(store, options, printer)


def _export(store: Store, options: argparse.Namespace, printer: Printer) -> int:
    now = time.time()
    start = when(options.since, now)
    if start is None:
        raise UsageError("last-good is no time here.", advice="2h, 3d, a date are.")
    samples = store.samples(_scope(store, options.server))
    write = write_json if options.format == "jsonl" else write_csv
    with _opened(options.out, printer) as out:
        count = write(samples, (start, now), options.metric, out)
    printer.note(f"{count} times were written.")
    return Exit.OK if count else Exit.FOUND


def _import(store: Store, options: argparse.Namespace, printer: Printer) -> int:
    if store.readings.read_only:
        raise ReadOnly(store.readings.read_only)
    try:
        with Path(options.file).open(encoding="utf-8", errors="replace") as lines:
            count = read_json(store.readings, _key(options.server), lines)
    except OSError as error:
        raise UsageError(f"{options.file} cannot be read: {error}.") from error
    printer.line(f"{count} times were taken as readings of {options.server}.")
    return Exit.OK


def _size(store: Store, options: argparse.Namespace, printer: Printer) -> int:
    size = store.samples("").size()
    if options.json:
        known = {
            "bytes_per_month": size.bytes_per_month,
            "servers": scopes(store.readings),
        }
        printer.json({"schema": 1, "size": size, **known})
        return Exit.OK
    printer.line(f"On disk: {_mega(size.file_bytes)} for {size.series} curves")
    if not math.isnan(size.first):
        first = datetime.fromtimestamp(size.first)
        printer.line(f"Since: {first:%Y-%m-%d %H:%M}")
    month = size.bytes_per_month
    said = "not known before the first hour is packed" if math.isnan(month) else ""
    printer.line(f"A month of this: {said or _mega(month)}")
    return Exit.OK


def _scope(store: Store, server: str) -> str:
    known = scopes(store.readings)
    if server:
        return _key(server)
    if len(known) == 1:
        return known[0]
    if not known:
        raise UsageError("Nothing was recorded yet.")
    raise UsageError(
        "There are recordings of several servers.",
        advice="Name one by --server: " + ", ".join(known),
    )


def _key(server: str) -> str:
    """As a profile's key is made of an address."""
    return server.rstrip("/").lower()


@contextmanager
def _opened(path: str | None, printer: Printer) -> Iterator[TextIO]:
    if path is None:
        yield printer.out
        return
    try:
        with Path(path).open("w", encoding="utf-8", newline="") as out:
            yield out
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error}.") from error


def _mega(count: float) -> str:
    return f"{count / 1e6:.1f} MB"
