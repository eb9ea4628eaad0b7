import pytest

from comfydoctor.model.fix import Plan, PlanStep, Risk
from comfydoctor.store.plans import read_plan, write_plan


def test_a_plan_comes_back_as_it_was():
    plan = Plan(
        "i", "f", "t", "s", (PlanStep("a", "b"),), "n", Risk.DISRUPTIVE, "u", "b",
        (1.0, 2.0), "x", (("l", "v"),), "{}",
    )  # fmt: skip
    assert read_plan(write_plan(plan)) == plan


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"risk": "none"}', "null"])
def test_anything_else_is_none(text):
    assert read_plan(text) is None
