"""What is shown, as a picture or as a table."""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QWidget

from comfydoctor.errors import DoctorError
from comfydoctor.ui.charts.past import Line

HEAD = ("time", "metric", "subject", "value")


def table_of(lines: Mapping[tuple[str, str], Line], start: float, end: float) -> str:
    """CSV with times in UTC; a gap is an empty value."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for (metric, subject), line in lines.items():
        inside = (line.times >= start) & (line.times <= end)
        pairs = zip(line.times[inside], line.values[inside], strict=True)
        for time, value in pairs:
            stamp = datetime.fromtimestamp(float(time), UTC).isoformat("T", "seconds")
            said = "" if np.isnan(value) else f"{float(value):.10g}"
            writer.writerow((stamp, metric, _harmless(subject), said))
    return out.getvalue()


def _harmless(text: str) -> str:
    """A name that a spreadsheet would take for a formula gets a quote before it."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


def save_table(text: str, path: Path) -> None:
    """Write it. Raises DoctorError."""
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise DoctorError(f"{path} could not be written: {error}.") from error


def save_picture(widget: QWidget, path: Path) -> None:
    """The charts as they stand there. Raises DoctorError."""
    if not widget.grab().save(str(path)):
        raise DoctorError(f"{path} could not be written.")
