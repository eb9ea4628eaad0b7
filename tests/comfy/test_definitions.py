import gc
import json
import math
import threading
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfydoctor.comfy.definitions import KEPT, STEP, Definitions
from comfydoctor.comfy.limits import Limits
from comfydoctor.errors import Garbled, ServerError, TooMuch
from tests.contract.recordings import exchanges


def node(words="", **extra):
    """As ComfyUI describes a node, with inputs that look like nodes."""
    inputs = {
        "required": {"seed": ["INT", {"max": 2**64 - 1}], "name": [["a", "b"], {}]},
        "optional": {"input": ["IMAGE", {"tooltip": words}]},
    }
    return {
        "input": inputs,
        "input_order": {"required": ["seed"]},
        "output": [],
        **extra,
    }


def many(count):
    """Far more than one step of text; names and sizes differ."""
    return {f"Node {n} “ü”": node("words, " * (n % 97), number=n) for n in range(count)}


LAYOUTS = {
    "as ComfyUI": {},
    "compact": {"separators": (",", ":")},
    "indented": {"indent": 2},
    "sorted": {"sort_keys": True},
    "not ASCII": {"ensure_ascii": False},
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_every_class_is_as_if_all_had_been_decoded(layout):
    body = json.dumps(many(500), **layout).encode()
    assert len(body) > 4 * STEP
    known = Definitions.from_bytes(body)
    whole = json.loads(body)
    assert list(known.names()) == list(whole)
    assert len(known) == len(whole)
    assert {name: known.get(name) for name in whole} == whole
    assert list(known.items()) == list(whole.items())


@pytest.mark.parametrize("version", ["0.3.64", "0.8.0", "0.33.0"])
def test_recorded_definitions_are_found(version):
    for exchange in exchanges(version, "rest_idle"):
        if exchange.path.startswith("/object_info/") and exchange.value:
            known = Definitions.from_bytes(exchange.body)
            assert dict(known.items()) == exchange.value


def test_an_unknown_class_is_none_and_an_empty_one_too():
    known = Definitions.from_bytes(b'{"a": {}, "b": null, "c": {"input": {}}}')
    assert known.get("z") is known.get("a") is known.get("b") is None
    assert known.get("c") == {"input": {}}
    assert [name for name, _ in known.items()] == ["c"]
    assert "a" in known
    assert "z" not in known


def test_no_classes_at_all():
    assert len(Definitions.from_bytes(b" { } ")) == 0


def test_a_class_larger_than_many_steps_does_not_hide_the_others():
    choices = [f"model {n}.safetensors" for n in range(30_000)]
    whole = many(60) | {"Big": node(choices=choices)} | many(70)
    known = Definitions.from_bytes(json.dumps(whole).encode())
    assert known.get("Big") == whole["Big"]
    assert list(known.names()) == list(whole)


def test_infinity_in_one_class_leaves_the_rest_as_it_is():
    whole = many(300)
    whole["Odd"] = node(max=math.inf, also=[math.nan, -math.inf], word="NaN, NaN")
    known = Definitions.from_bytes(json.dumps(whole | many(400)).encode())
    odd = known.get("Odd")
    assert odd["word"] == "NaN, NaN"
    assert math.isnan(odd["max"])
    assert all(math.isnan(number) for number in odd["also"])
    assert len(known) == 401
    assert known.get("Node 399 “ü”") == many(400)["Node 399 “ü”"]


def test_a_lone_surrogate_in_a_name_or_a_text_is_replaced():
    known = Definitions.from_bytes(b'{"a\\ud800": {"b": 1}, "c": {"d": "\\udc00"}}')
    assert dict(known.items()) == {"a\ufffd": {"b": 1}, "c": {"d": "\ufffd"}}


def test_of_two_classes_with_one_name_the_last_counts():
    first, rest = json.dumps({"A": node(n=1)} | many(200)), json.dumps({"A": node(n=2)})
    known = Definitions.from_bytes(f"{first[:-1]}, {rest[1:]}".encode())
    assert known.get("A")["n"] == 2
    assert dict(known.items())["A"]["n"] == 2


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", Garbled),
        (b"<html>", Garbled),
        (b"[]", Garbled),
        (b'{"a": 1', Garbled),
        (b'{"a": 1,}', Garbled),
        (b'{"a": 1} {"b": 2}', Garbled),
        (b'{"a": NaN, "b"}', Garbled),
        (b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}", TooMuch),
        (b"{" + b",".join(b'"%d":{}' % n for n in range(200_001)) + b"}", TooMuch),
    ],
)
def test_what_is_no_list_of_classes_is_refused(body, error):
    with pytest.raises(error):
        Definitions.from_bytes(body)


def test_an_answer_cut_off_anywhere_is_refused():
    body = json.dumps(many(300)).encode()
    for length in range(1, len(body), 9973):
        with pytest.raises(Garbled):
            Definitions.from_bytes(body[:length])


def test_a_class_that_is_broken_in_itself_shows_when_asked_for():
    deep = b"[" * 300 + b"]" * 300
    known = Definitions.from_bytes(b'{"a": {"x": %b}, "b": {"y": "\xff"}}' % deep)
    with pytest.raises(TooMuch):
        known.get("a")
    with pytest.raises(Garbled):
        known.get("b")
    assert list(known.items()) == []


def test_one_endless_stretch_may_not_hold_more_than_the_limit():
    body = b'{"a": [' + b"1," * 600_000 + b"1]}"
    with pytest.raises(TooMuch):
        Definitions.from_bytes(body, Limits(tokens=1000))


def test_never_quotes_what_it_refuses():
    with pytest.raises(Garbled) as failed:
        Definitions.from_bytes(b'{"a": S3CRET}')
    assert "S3CRET" not in str(failed.value) + repr(failed.value)
    assert failed.value.__cause__ is None


def test_memory_goes_with_the_last_reference():
    known = Definitions.from_bytes(json.dumps(many(10)).encode())
    for name in known.names():
        known.get(name)
    gone = weakref.ref(known._index)
    gc.disable()
    try:
        del known
        assert gone() is None
    finally:
        gc.enable()


def test_classes_are_the_same_for_every_thread():
    whole = many(KEPT + 200)
    known = Definitions.from_bytes(json.dumps(whole).encode())
    wrong = []

    def look():
        wrong.extend(name for name in whole if known.get(name) != whole[name])

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


NEAR = st.text('{}[]", :\\uinputNaNdD8', max_size=120).map(
    lambda t: f'{{"a":{{{t}}}}}'.encode()
)


@given(st.binary(max_size=300) | NEAR)
def test_raises_nothing_but_our_own_errors(body):
    try:
        known = Definitions.from_bytes(body)
        for name in known.names():
            known.get(name)
    except ServerError as error:
        assert str(error)


@given(
    st.dictionaries(
        st.text(max_size=5), st.dictionaries(st.text(max_size=5), st.text())
    )
)
def test_reads_whatever_json_there_is(whole):
    known = Definitions.from_bytes(json.dumps(whole).encode())
    assert len(known) == len(json.loads(json.dumps(whole)))
