"""Findings in the words of the catalogue."""

from comfydoctor.diagnosis.events import Facts
from comfydoctor.diagnosis.fault import Fault, findings_of, place
from comfydoctor.diagnosis.findings import finding_of
from comfydoctor.diagnosis.graph import GraphNode
from comfydoctor.model.finding import Confidence, Evidence, Severity
from tests.diagnosis.looking import MATCHER, offline

SEEN = (Evidence("queue", "seen"),)


def make(cause, **more):
    more.setdefault("confidence", Confidence.LIKELY)
    return finding_of(cause, MATCHER.catalogue, SEEN, **more)


def test_words_severity_and_remedies_come_from_the_cause():
    finding = make("disk-full")
    assert finding.title == "The disk is full"
    assert finding.severity is Severity.CRITICAL
    assert finding.fixes and finding.explanation
    assert (finding.key, finding.evidence) == ("disk-full", SEEN)


def test_a_subject_and_values_make_it_exact():
    values = {"path": "/data", "free": "2.0 GB"}
    finding = make("disk-nearly-full", subject="/data", values=values)
    assert finding.key == "disk-nearly-full:/data"
    assert finding.title.endswith("/data")
    assert finding.explanation.startswith("2.0 GB are free on /data.")


def test_recipes_fit_the_installation():
    portable = make("cpu-mode-by-mistake", facts=Facts(install="portable"))
    assert "delete --cpu from the .bat" in portable.fixes[0].detail


def test_a_cause_without_words_still_has_its_name():
    finding = make("some-new-cause")
    assert (finding.title, finding.severity) == ("Some new cause", Severity.WARNING)


def test_faults_of_one_kind_become_one_finding():
    faults = [
        Fault("value-out-of-range", "a is 7", values={"input": "a"}),
        Fault("value-out-of-range", "b is 8", confidence=Confidence.POSSIBLE),
        Fault("missing-node-pack", "no X", "X", {"class": "X"}),
    ]
    values, missing = findings_of(faults, offline())
    assert [evidence.text for evidence in values.evidence] == ["a is 7", "b is 8"]
    assert values.confidence is Confidence.CERTAIN
    assert missing.key == "missing-node-pack:X"


def test_texts_of_strangers_are_made_safe():
    nasty = "a\x1b]52;c;evil\x07\u202e" + "x" * 5000 + "\nsecond line"
    [finding] = findings_of(
        [Fault("missing-node-pack", nasty, nasty, {"class": nasty})], offline()
    )
    shown = finding.title + finding.subject + finding.evidence[0].text
    assert len(shown) < 1500
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)
    assert "\n" not in finding.title


def test_a_node_is_named_as_people_find_it():
    assert place(GraphNode("4", "KSampler")) == "KSampler (node 4)"
