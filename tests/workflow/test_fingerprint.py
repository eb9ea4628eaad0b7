import copy
from typing import Any

from comfydoctor.workflow.fingerprint import content_hash, fingerprint
from comfydoctor.workflow.parse import parse
from tests.workflow.drawing import Drawing

API: dict[str, Any] = {
    "3": {
        "class_type": "KSampler",
        "inputs": {"seed": 1, "steps": 20, "model": ["4", 0]},
    },
    "4": {
        "class_type": "Loader",
        "inputs": {"ckpt_name": "a"},
        "_meta": {"title": "L"},
    },
}


def test_another_seed_order_or_title_is_the_same_graph() -> None:
    other = dict(reversed(copy.deepcopy(API).items()))
    other["3"]["inputs"]["seed"] = 2
    other["4"]["_meta"]["title"] = "Other"
    assert fingerprint(parse(other)) == fingerprint(parse(API))
    assert content_hash(parse(other)) != content_hash(parse(API))


def test_another_value_or_connection_is_another_graph() -> None:
    seen = {fingerprint(parse(API))}
    for name, value in (("steps", 30), ("model", ["4", 1]), ("cfg", 3)):
        other = copy.deepcopy(API)
        other["3"]["inputs"][name] = value
        seen.add(fingerprint(parse(other)))
    assert len(seen) == 4


def test_the_drawn_form_ignores_places_and_steered_seeds() -> None:
    def drawn(seed: int, place: int, steps: int) -> str:
        drawing = Drawing()
        values = (seed, "randomize", steps)
        drawing.node("KSampler", values=values, pos=[place, place])
        return fingerprint(parse(drawing.workflow()))

    assert drawn(1, 1, 20) == drawn(2, 9, 20)
    assert drawn(1, 1, 20) != drawn(1, 1, 21)


def test_the_same_content_has_the_same_hash_in_any_order() -> None:
    other = dict(reversed(copy.deepcopy(API).items()))
    assert content_hash(parse(other)) == content_hash(parse(API))
