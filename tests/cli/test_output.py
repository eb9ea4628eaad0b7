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
