import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfydoctor.comfy.limits import Limits
from comfydoctor.comfy.parse_json import canonical, load, strict_bytes
from comfydoctor.errors import DoctorError, Garbled, ServerError, TooMuch

LIMITS = Limits()


def nested(depth, opening="[", closing="]"):
    return (opening * depth + closing * depth).encode()


def test_takes_ordinary_json_as_it_is():
    value = {"a": [1, 2.5, None, True, "ü 🎨"], "seed": 18446744073709551615}
    assert load(json.dumps(value).encode(), LIMITS) == value


def test_takes_200_levels_and_refuses_201():
    load(nested(200), LIMITS)
    load(nested(200, '{"a":', "}").replace(b":}", b":1}"), LIMITS)
    with pytest.raises(TooMuch):
        load(nested(201), LIMITS)


def test_refuses_a_million_brackets():
    with pytest.raises(TooMuch):
        load(b"[" * 1_000_000, LIMITS)


def test_brackets_inside_strings_are_no_depth():
    value = {"prompt": "[" * 5000 + "{" * 5000}
    assert load(json.dumps(value).encode(), LIMITS) == value


def test_refuses_an_explosion_before_it_happens():
    body = b"[" + b"[]," * (64 * 1024 * 1024 // 3)
    with pytest.raises(TooMuch):
        load(body, LIMITS)


BAD_ENCODINGS = [
    '{"a": "ü"}'.encode("latin-1"),
    '{"a": 1}'.encode("utf-16"),
    '{"a": 1}'.encode("utf-16-le"),
    '{"a": 1}'.encode("utf-16-be"),
    '{"a": 1}'.encode("utf-32"),
    '{"a": 1}'.encode("utf-8-sig"),
    '{"a": "語"}'.encode("shift-jis"),
    '{"a": "語"}'.encode("euc-jp"),
    '{"a": "語"}'.encode("iso2022-jp"),
    '{"a": "я"}'.encode("cp1251"),
    '{"a": "я"}'.encode("koi8-r"),
    '{"a": "ü"}'.encode("cp500"),
    b'{"a": "\xff"}',
    b'{"a": "\xfe\xff"}',
    b'{"a": "\xc0\x80"}',
    b'{"a": "\xc1\xbf"}',
    b'{"a": "\xe0\x80\x80"}',
    b'{"a": "\xed\xa0\x80"}',
    b'{"a": "\xed\xbf\xbf"}',
    b'{"a": "\xf4\x90\x80\x80"}',
    b'{"a": "\xf8\x88\x80\x80\x80"}',
    b'{"a": "\xe4\xb8"}',
    b'{"a": "\x80"}',
    b'{"a": "\x00"}',
    b'{"a": "\x1b[31m"}',
    b'{"a": "line\nbreak"}',
    b'\x00{"a": 1}',
    b'{"a": 1}\x00',
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"",
    b"+ADw-script+AD4-",
    b"\x1f\x8b\x08\x00",
]


@pytest.mark.parametrize("body", BAD_ENCODINGS, ids=range(len(BAD_ENCODINGS)))
def test_refuses_every_other_encoding(body):
    with pytest.raises(Garbled):
        load(body, LIMITS)


@pytest.mark.parametrize(
    ("escaped", "meant"),
    [
        ("\\ud800", "\ufffd"),
        ("\\udc00x", "\ufffdx"),
        ("\\ud83c\\udfa8", "🎨"),
        ("\\udfa8\\ud83c", "\ufffd\ufffd"),
        ("\\ud83c\\ud83c\\udfa8", "\ufffd🎨"),
        ("\\\\ud800", "\\ud800"),
        ("\\\\\\ud800", "\\\ufffd"),
        ("\\uD83C\\uDFA8\\u00fc", "🎨ü"),
    ],
)
def test_replaces_lone_surrogates_only(escaped, meant):
    assert load(f'"{escaped}"'.encode(), LIMITS) == meant


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_refuses_numbers_that_are_none_unless_told_otherwise(number):
    body = f'{{"n": {number}}}'.encode()
    with pytest.raises(Garbled):
        load(body, LIMITS)
    assert math.isnan(load(body, LIMITS, tolerant=True)["n"])


def test_refuses_a_number_of_ten_million_digits_at_once():
    with pytest.raises(Garbled):
        load(b"1" * 10_000_000, LIMITS)


def test_never_quotes_what_it_refuses():
    for body in (
        b'{"k": S3CRET}',
        b'{"k": "S3CRET',
        b'"S3CRET\xff"',
        b'["S3CRET",NaN]',
    ):
        with pytest.raises(Garbled) as failed:
            load(body, LIMITS)
        assert "S3CRET" not in str(failed.value) + repr(failed.value)


def test_canonical_text_means_the_same_to_the_letter():
    text = '{"b":1,"a":[0.1,1e+20,18446744073709551616,"\\ud800 \\u00fc",null]}'
    assert canonical(load(text.encode(), LIMITS, tolerant=True)) == text


def test_our_own_json_never_holds_what_json_cannot():
    loop = []
    loop.append(loop)
    for value in ({"n": math.nan}, {"n": math.inf}, {"o": object()}, loop):
        with pytest.raises(Garbled):
            strict_bytes(value)
    assert strict_bytes({"a": "ü"}) == b'{"a":"\\u00fc"}'


@given(st.binary(max_size=300), st.booleans())
def test_raises_nothing_but_our_own_errors_for_bytes(body, tolerant):
    try:
        load(body, LIMITS, tolerant=tolerant)
    except ServerError as error:
        assert str(error)


@given(st.text('[]{}",:\\u0123456789eEdDaA.-truefalsn NI', max_size=80), st.booleans())
def test_raises_nothing_but_our_own_errors_for_near_json(text, tolerant):
    try:
        load(text.encode(), LIMITS, tolerant=tolerant)
    except DoctorError as error:
        assert str(error)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_reads_back_whatever_json_there_is(value):
    body = json.dumps(value).encode()
    try:
        text = body.decode()
        assert canonical(load(body, LIMITS)) == json.dumps(
            json.loads(text), separators=(",", ":")
        )
    except Garbled:
        assert "Infinity" in text
