"""Trouble goes before wellness, a person before a look, and unknown stays open."""

from comfydoctor.diagnosis.checklist import newest, stand
from comfydoctor.diagnosis.flowchart.known import Known
from comfydoctor.model.checklist import Checklist, Section, Task, TaskState, Tick
from comfydoctor.model.flowchart import Condition
from comfydoctor.model.probe import Outcome

TASK = Task(
    "disk",
    "Room",
    good=(Condition(probe="disk", outcome=("pass",)),),
    bad=(Condition(finding=("disk-full",)),),
)
LIST = Checklist("a", "A", "x", (Section("S", (TASK,)),))
PASS = {"disk": (Outcome.PASS, "80 GB")}


def one(known: Known, ticks=()):
    return stand(LIST, known, newest(ticks))[0]


def test_what_is_not_known_is_open():
    assert one(Known()).state is TaskState.OPEN


def test_a_pass_is_good_unless_a_finding_says_otherwise():
    assert one(Known(probes=PASS)).state is TaskState.GOOD
    both = Known(probes=PASS, findings={"disk-full": "It is full"})
    assert one(both).state is TaskState.BAD
    assert one(both).why == "It is full"


def test_the_newest_word_of_a_person_counts():
    ticks = [Tick("disk", TaskState.BAD, "full"), Tick("disk", TaskState.SKIPPED)]
    view = one(Known(probes=PASS), ticks)
    assert view.state is TaskState.SKIPPED
    assert view.why == "80 GB"
    assert one(Known(probes=PASS), [*ticks, Tick("disk", TaskState.OPEN)]).tick is None
