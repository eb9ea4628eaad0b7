import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfydoctor.comfy.limits import Limits
from comfydoctor.comfy.parse_json import load
from comfydoctor.comfy.parse_queue import parse_queue
from comfydoctor.errors import DoctorError, Garbled

GRAPH = {"2": {"class_type": "B", "inputs": {}}, "1": {"class_type": "A", "inputs": {}}}


def entry(number, job_id="a", extra=None, prompt=GRAPH):
    return [number, job_id, prompt, extra or {}, ["9"]]


def queue(*pending, running=()):
    return parse_queue({"queue_running": list(running), "queue_pending": list(pending)})


def test_waiting_jobs_stand_in_the_order_in_which_they_will_run():
    found = queue(entry(5, "c"), entry(-3, "a"), entry(2, "b"), running=[entry(1, "r")])
    assert [item.id for item in found.pending] == ["a", "b", "c"]
    assert found.running[0].id == "r"
    assert found.remaining == 4


def test_the_payload_is_kept_to_the_letter():
    extra = {"client_id": "me", "extra_pnginfo": {"workflow": {"name": "Portrait"}}}
    item = queue(entry(1, extra=extra)).pending[0]
    assert item.prompt_json == json.dumps(GRAPH, separators=(",", ":"))
    assert json.loads(item.extra_data_json) == extra
    assert (item.client_id, item.workflow_name) == ("me", "Portrait")
    assert item.node_count == 2
    assert item.outputs == ("9",)


def test_notices_account_keys_and_never_shows_them():
    item = queue(entry(1, extra={"api_key_comfy_org": "S3CRET"})).pending[0]
    assert item.hides_secrets
    assert "S3CRET" not in repr(item)
    assert (
        not queue(entry(1, extra={"api_key_comfy_org": None})).pending[0].hides_secrets
    )


@pytest.mark.parametrize(
    "raw",
    [
        '[NaN, "n", {}, {}, []]',
        '[1, "n", {"1": {"inputs": {"cfg": NaN}}}, {}, []]',
        '[1, "n", {}, {"x": [-Infinity]}, []]',
        '[1, "n", {}, {"x": 1e999}, []]',
    ],
)
def test_a_poisoned_item_is_named_and_hides_no_other(raw):
    body = (
        '{"queue_running": [], "queue_pending": [' + raw + ', [2, "b", {}, {}, []]]}'
    ).encode()
    found = parse_queue(load(body, Limits(), tolerant=True))
    by_id = {item.id: item for item in found.pending}
    assert by_id["n"].poisoned
    assert not by_id["b"].poisoned
    if math.isnan(by_id["n"].number):
        assert found.pending[-1].id == "n", "it goes last"


def test_the_word_nan_inside_a_text_poisons_nothing():
    prompt = {"1": {"inputs": {"text": 'say "NaN", \\ or Infinity'}}}
    assert not queue(entry(1, prompt=prompt)).pending[0].poisoned


def test_entries_that_are_none_are_left_out():
    found = queue([1], "x", None, [1, None, {}, {}], [1, "ok", None, None])
    assert [item.id for item in found.pending] == ["ok"]


@pytest.mark.parametrize("value", [None, [], {}, {"queue_running": []}])
def test_what_is_no_queue_is_refused(value):
    with pytest.raises(Garbled):
        parse_queue(value)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(
                ["client_id", "extra_pnginfo", "workflow", "name", "extra"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=25,
)


@given(st.lists(ANY), st.lists(ANY))
def test_whatever_comes_is_read_or_refused_with_our_errors(running, pending):
    try:
        found = parse_queue({"queue_running": running, "queue_pending": pending})
        assert found.remaining <= len(running) + len(pending)
    except DoctorError as error:
        assert str(error)
