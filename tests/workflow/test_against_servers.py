"""The verdict of `lint` against the verdict of a server that gets the same graph.

Against the simulator in all its versions, and against a real ComfyUI when
COMFYDOCTOR_REAL_URL names one.
"""

import copy
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest

from comfydoctor.comfy.definitions import Definitions
from comfydoctor.comfy.parse_prompt import PromptRefused
from comfydoctor.model.finding import Severity
from comfydoctor.workflow.classes import Classes
from comfydoctor.workflow.lint import lint
from comfydoctor.workflow.parse import parse
from tests.contract.bench import BENCHES, Bench, open_bench

Graph = dict[str, Any]
COUNT = 60
VALUES: tuple[Any, ...] = (
    *(None, "", 0, -1, 10**9, "abc", "12", True, 3.7, 0.25, {}, [], ["x"], [1, 0]),
    *(["1", 99], ["nope", 0], {"__value__": 3}, ["1", 0, 0]),
)
OTHERS = ("Nope", "ImageInvert", "SaveImage", "EmptyImage")


@pytest.fixture(params=BENCHES)
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async with open_bench(request.param) as found:
        yield found


def base() -> Graph:
    """Small and quick: nobody needs a model."""
    size = {"upscale_method": "bilinear", "width": 32, "height": 32}
    return {
        "1": _node("EmptyImage", width=16, height=16, batch_size=1, color=7),
        "2": _node("ImageScale", image=["1", 0], crop="disabled", **size),
        "3": _node("ImageInvert", image=["2", 0]),
        "9": _node("SaveImage", images=["3", 0], filename_prefix="lint"),
    }


def _node(kind: str, **inputs: Any) -> Graph:
    return {"class_type": kind, "inputs": inputs}


def mutated(rng: random.Random) -> Graph:
    """The base with one to three things done to it."""
    graph = copy.deepcopy(base())
    for _ in range(rng.choice((1, 1, 2, 3))):
        name = rng.choice(list(graph))
        inputs = graph[name]["inputs"]
        turn = rng.random()
        if turn < 0.2 and inputs:
            del inputs[rng.choice(list(inputs))]
        elif turn < 0.7 and inputs:
            inputs[rng.choice(list(inputs))] = copy.deepcopy(rng.choice(VALUES))
        elif turn < 0.85 and inputs:
            inputs[rng.choice(list(inputs))] = [rng.choice(list(graph)), 0]
        elif turn < 0.93:
            graph[name]["class_type"] = rng.choice(OTHERS)
        elif len(graph) > 1:
            del graph[name]
    return graph


async def _refusal(bench: Bench, graph: Graph) -> str:
    """Type of the error, or ``in part``; empty when the server takes it."""
    try:
        answer = await bench.client.submit(copy.deepcopy(graph))
    except PromptRefused as refused:
        return refused.error_type or "refused"
    return "in part" if answer.problems else ""


async def test_verdicts_agree(bench: Bench) -> None:
    classes = Classes(Definitions.from_bytes(await bench.client.object_info_bytes()))
    rng = random.Random(7)
    differing = []
    counts = {True: 0, False: 0}
    for graph in [base(), *(mutated(rng) for _ in range(COUNT))]:
        found = lint(parse({"prompt": graph}), classes)
        errors = [f for f in found if f.severity >= Severity.ERROR]
        refusal = await _refusal(bench, graph)
        counts[bool(refusal)] += 1
        if bool(errors) != bool(refusal):
            differing.append((refusal, [f.title for f in errors], graph))
    assert not differing, differing
    assert min(counts.values()) >= 5, counts
