"""What is refuted fades; everything else stays open."""

from comfydoctor.diagnosis.flowchart.known import Known
from comfydoctor.diagnosis.flowchart.possible import reachable
from tests.diagnosis.flowchart.charts import SLOW

ALL = {"hot", "free", "cool", "good", "more"}


def test_all_is_open_while_nothing_is_known() -> None:
    assert reachable(SLOW, "hot", Known()) == ALL


def test_a_refuted_answer_closes_its_branch() -> None:
    cool = Known(metrics={"gpu.temperature": 50.0})
    assert reachable(SLOW, "hot", cool) == {"hot", "more"}


def test_only_what_lies_ahead_is_possible() -> None:
    assert reachable(SLOW, "cool", Known()) == {"cool", "good", "more"}
