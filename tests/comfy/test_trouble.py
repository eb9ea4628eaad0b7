import inspect
import socket
import ssl

import pytest

from comfydoctor.comfy import trouble
from comfydoctor.errors import (
    DoctorError,
    Garbled,
    LoginNeeded,
    NotComfy,
    Unreachable,
    Untrusted,
)

URL = "http://a:8188"


def every_error():
    one = inspect.signature
    for name, make in vars(trouble).items():
        if inspect.isfunction(make) and next(iter(one(make).parameters), "") == "url":
            rest = list(one(make).parameters.values())[1:]
            samples = {float: 3.0, int: 500, str: "x", bytes: b"body"}
            yield name, make(URL, *(samples[part.annotation] for part in rest))


@pytest.mark.parametrize(("name", "error"), list(every_error()))
def test_every_error_is_a_sentence_with_an_advice(name, error):
    assert isinstance(error, DoctorError)
    assert str(error)[0].isupper()
    assert str(error).endswith((".", "x"))
    assert error.advice.endswith(".")
    assert error.url == URL


def verification(code):
    error = ssl.SSLCertVerificationError()
    error.verify_code = code
    return error


@pytest.mark.parametrize(
    ("cause", "error", "word"),
    [
        (ConnectionRefusedError(), Unreachable, "refused"),
        (socket.gaierror(), Unreachable, "name"),
        (OSError(113, "no route"), Unreachable, "network"),
        (ssl.SSLError(), Garbled, "encrypted"),
        (verification(10), Untrusted, "expired"),
        (verification(9), Untrusted, "not valid yet"),
        (verification(62), Untrusted, "another name"),
        (verification(18), Untrusted, "itself"),
        (verification(20), Untrusted, "not signed by anybody"),
    ],
)
def test_the_cause_is_found_however_deep_it_is_wrapped(cause, error, word):
    try:
        try:
            raise cause
        except OSError as inner:
            raise ExceptionGroup("all attempts", [OSError("v6"), inner]) from None
    except ExceptionGroup as group:
        wrapped = RuntimeError("outer")
        wrapped.__cause__ = group
    said = trouble.from_connecting(wrapped, URL)
    assert isinstance(said, error)
    assert word in str(said)


def test_a_chain_that_bites_its_tail_ends():
    first, second = OSError("a"), OSError("b")
    first.__cause__, second.__cause__ = second, first
    assert len(list(trouble.causes(first))) == 2


def test_a_login_page_is_told_from_another_page():
    login = b"<html><input TYPE='PASSWORD'>"
    assert isinstance(trouble.not_comfy(URL, login), LoginNeeded)
    assert isinstance(trouble.not_comfy(URL, b"<html>nginx"), NotComfy)


def test_the_body_of_an_error_is_clean_and_short():
    error = trouble.rejected(URL, 500, b"\x1b[31mred\xff\n" + b"x" * 100_000)
    assert error.body.startswith("red")
    assert len(error.body) <= 200
