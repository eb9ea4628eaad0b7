"""How the command line writes results."""

import io
import json
import math
from dataclasses import dataclass, field

from comfydoctor.cli.output import Printer, jsonable
from comfydoctor.model.finding import Confidence, Severity
from comfydoctor.model.probe import Outcome


@dataclass
class Thing:
    size: float
    secret: str = field(default="s3cret", repr=False)


def test_a_missing_reading_is_null_not_a_number():
    assert jsonable({"a": math.nan, "b": math.inf}) == {"a": None, "b": None}


def test_enums_are_their_words():
    values = [Severity.ERROR, Confidence.NOT_KNOWN, Outcome.PASS]
    assert jsonable(values) == ["error", "not known", "pass"]


def test_what_is_hidden_from_repr_is_hidden_from_json():
    assert jsonable(Thing(1.0)) == {"size": 1.0}


def test_no_colour_when_piped():
    out = io.StringIO()
    printer = Printer(out, io.StringIO())
    printer.line(printer.severity(Severity.ERROR))
    assert out.getvalue() == "■ error\n"


def test_json_is_one_document_with_letters_as_they_are():
    out = io.StringIO()
    Printer(out, io.StringIO()).json({"text": "Größe"})
    assert json.loads(out.getvalue()) == {"text": "Größe"}
    assert "Größe" in out.getvalue()


def narrow(encoding="cp1252"):
    """A stream as Windows gives it to a program whose output goes into a file."""
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n")


def written(stream):
    stream.flush()
    return stream.buffer.getvalue().decode(stream.encoding)


def test_a_code_page_without_our_signs_ends_nothing():
    out = narrow()
    printer = Printer(out, narrow())
    printer.line(f"{printer.severity(Severity.ERROR)} → 日本")
    assert written(out) == "? error ? ??\n"


def test_json_loses_nothing_in_a_narrow_code_page():
    out = narrow("ascii")
    Printer(out, narrow()).json({"text": "日本 ● \ud800"})
    assert json.loads(written(out)) == {"text": "日本 ● \ud800"}
