import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfydoctor.comfy.parse_prompt import (
    PromptRefused,
    parse_refusal,
    parse_submitted,
)
from comfydoctor.errors import Garbled, Rejected

MISSING_MODEL = {
    "type": "value_not_in_list",
    "message": "Value not in list",
    "details": "ckpt_name: 'a.safetensors' not in ['b']",
    "extra_info": {"input_name": "ckpt_name", "received_value": "a.safetensors"},
}
NODE_ERRORS = {
    "4": {"errors": [MISSING_MODEL], "class_type": "CheckpointLoaderSimple"},
    "5": None,
}


def test_an_accepted_job_may_still_lose_outputs():
    taken = parse_submitted({"prompt_id": "a", "number": 3, "node_errors": NODE_ERRORS})
    assert (taken.id, taken.number) == ("a", 3.0)
    (problem,) = taken.problems
    assert (problem.node, problem.node_type) == ("4", "CheckpointLoaderSimple")
    assert (problem.input_name, problem.received) == ("ckpt_name", "a.safetensors")


@pytest.mark.parametrize("value", [None, {}, {"prompt_id": "a"}, {"number": 1}, []])
def test_an_answer_without_an_id_is_refused(value):
    with pytest.raises(Garbled):
        parse_submitted(value)


def test_a_missing_node_is_named():
    refused = parse_refusal(
        {
            "error": {
                "type": "missing_node_type",
                "message": "Node 'X' not found.",
                "details": "Node ID '#2'",
                "extra_info": {"node_id": "2", "class_type": "X"},
            },
            "node_errors": {},
        },
        status=400,
        url="http://a",
    )
    assert isinstance(refused, Rejected)
    assert refused.error_type == "missing_node_type"
    assert dict(refused.extra)["class_type"] == "X"
    assert str(refused) == "Node 'X' not found."
    assert refused.problems == ()


def test_very_old_servers_send_the_error_as_text():
    refused = parse_refusal({"error": "no prompt"}, status=400, url="")
    assert str(refused) == "no prompt"
    assert refused.error_type == ""


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["error", "node_errors", "errors", "extra_info", "received_value", "1",
             "prompt_id", "number", "type", "message"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@given(ANY)
def test_whatever_comes_is_read_or_refused_with_our_errors(value):
    assert isinstance(parse_refusal(value, status=400, url=""), PromptRefused)
    try:
        parse_submitted(value)
    except Garbled as error:
        assert str(error)
