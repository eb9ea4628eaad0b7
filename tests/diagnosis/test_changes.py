"""What is not as it was, ranked, in words, and beside findings."""

import pytest

from comfydoctor.diagnosis.changes import MOST, compare, differences, suspects
from comfydoctor.diagnosis.suspicion import suspicion_of
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity
from comfydoctor.model.fingerprint import Comparison, Event, Fingerprint, Moment

BEFORE = Fingerprint(
    {
        "server": {"version": "0.32.0", "torch": "2.9.1+cu128", "python": "3.12.7"},
        "flags": {"--lowvram": "", "--fast": ""},
        "packs": {"impact": "a" * 40, "gone": "1.0", "same": "b" * 40},
        "packages": {"numpy": "1.26.4", "tqdm": "4.66", "torch": "2.9.1+cu128"},
        "nodes": {"A": "custom_nodes.x", "B": "custom_nodes.x", "K": "nodes"},
        "models": {"loras/a.safetensors": "1 bytes of 1", "vae/b.safetensors": "2"},
    }
)
AFTER = Fingerprint(
    {
        "server": {"version": "0.33.0", "torch": "2.13.0+cpu", "python": "3.12.7"},
        "flags": {"--fast": "fp16"},
        "packs": {"impact": "c" * 40, "new": "2.0", "same": "b" * 40},
        "packages": {"numpy": "2.3.0", "tqdm": "4.67", "torch": "2.13.0+cpu"},
        "nodes": {"K": "nodes", "N": "custom_nodes.new"},
        "models": {"vae/b.safetensors": "3", "vae/c.safetensors": "1"},
    },
    {"driver": "it is not told here"},
)


def moment(state: Fingerprint) -> Moment:
    return Moment(1000.0, Event.SUCCESS, state)


def finding(title: str = "Something broke", **more: object) -> Finding:
    given = {
        "key": "x",
        "cause": "x",
        "title": title,
        "severity": Severity.ERROR,
        "confidence": Confidence.LIKELY,
    }
    return Finding(**given | more)  # type: ignore[arg-type]


def test_all_differences_come_most_suspicious_first() -> None:
    found = differences(BEFORE, AFTER)
    said = [x.says for x in found]
    assert said[:2] == [
        "torch 2.9.1+cu128 → 2.13.0+cpu",
        "ComfyUI 0.32.0 → 0.33.0",
    ]
    assert set(said[2:]) == {
        "node pack impact aaaaaaaa → cccccccc",
        "node pack new is new (2.0)",
        "node pack gone is gone (1.0)",
        "start flag --lowvram was removed",
        "start flag --fast: without value → fp16",
        "numpy 1.26.4 → 2.3.0",
        "tqdm 4.66 → 4.67",
        "2 classes of custom_nodes.x are gone (A, B)",
        "1 classes of custom_nodes.new are new (N)",
        "model loras/a.safetensors is gone",
        "model vae/b.safetensors is another file than before",
        "model vae/c.safetensors is new",
    }
    weights = [x.suspicion for x in found]
    assert weights == sorted(weights, reverse=True)
    assert found[-1].says == "model vae/c.safetensors is new"


def test_equal_states_differ_in_nothing() -> None:
    assert differences(BEFORE, BEFORE) == []


def test_a_part_that_one_side_lacks_is_said_and_never_counted_as_gone() -> None:
    less = Fingerprint({"packs": dict(BEFORE.parts["packs"])}, {"nodes": "no answer"})
    found = compare(moment(BEFORE), moment(less))
    assert found.differences == ()
    assert "Node classes could not be compared: now, no answer." in found.unread
    assert "Model files could not be compared: now, it was not read." in found.unread
    assert not any("driver" in sentence for sentence in found.unread)


def test_what_a_silent_server_does_not_say_of_itself_is_no_change() -> None:
    less = Fingerprint({"server": {"version": "0.32.0"}})
    assert differences(Fingerprint({"server": BEFORE.parts["server"]}), less) == []


def test_two_unlike_computers_give_a_bounded_list() -> None:
    many = Fingerprint({"packages": {f"p{n}": "1" for n in range(3 * MOST)}})
    assert len(differences(Fingerprint({"packages": {}}), many)) == MOST


def test_what_a_finding_names_goes_first() -> None:
    found = compare(moment(BEFORE), moment(AFTER))
    about = finding(
        "numpy ABI", evidence=(Evidence("log", "numpy.dtype size changed"),)
    )
    assert suspects(about, found)[0].subject == "numpy"
    pack = finding("A node pack failed to load", subject="impact")
    assert suspects(pack, found)[0].subject == "impact"
    plain = [x.subject for x in suspects(finding(), found)]
    assert plain == ["torch", "version", "impact"]


def test_mild_changes_are_no_suspects_unless_named() -> None:
    mild = compare(
        moment(Fingerprint({"packages": {"tqdm": "1"}})),
        moment(Fingerprint({"packages": {"tqdm": "2"}})),
    )
    assert suspects(finding(), mild) == ()
    named = finding(evidence=(Evidence("log", "ImportError in tqdm/std.py"),))
    assert [x.subject for x in suspects(named, mild)] == ["tqdm"]
    assert suspects(finding(), Comparison()) == ()


@pytest.mark.parametrize(
    ("more", "less"),
    [
        (("packages", "torch", "1", "2"), ("packages", "tqdm", "1", "2")),
        (("packs", "x", "a", "b"), ("packs", "x", None, "b")),
        (("packs", "x", None, "b"), ("packs", "x", "a", None)),
        (("flags", "--lowvram", "", None), ("flags", "--listen", "", None)),
        (("models", "x", "1", "2"), ("models", "x", None, "2")),
        (("nodes", "x", "3 classes", None), ("nodes", "x", None, "3 classes")),
        (("driver", "nvidia", "1", "2"), ("settings", "x", "1", "2")),
    ],
)
def test_suspicion_follows_what_breaks_most(more: tuple, less: tuple) -> None:
    assert suspicion_of(*more) > suspicion_of(*less)
