import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfydoctor.fixes.bisect import find_culprits


class Trouble:
    """Shows with any of the culprits, or with a whole group."""

    def __init__(self, culprits=(), groups=(), always=False):
        self.culprits, self.groups = set(culprits), [set(g) for g in groups]
        self.always, self.trials = always, 0

    async def __call__(self, packs):
        self.trials += 1
        there = set(packs)
        grouped = any(group <= there for group in self.groups)
        return self.always or grouped or bool(there & self.culprits)


def packs(count):
    return [f"p{i}" for i in range(count)]


@given(st.integers(1, 40), st.data())
async def test_every_culprit_is_found_and_no_other(count, data):
    names = packs(count)
    planted = data.draw(st.sets(st.sampled_from(names), min_size=1, max_size=5))
    found = await find_culprits(names, Trouble(planted))
    assert set(found.culprits) == planted
    assert found.together == ()


@given(st.integers(4, 24), st.data())
async def test_packs_that_only_clash_are_found_as_a_group(count, data):
    names = packs(count)
    group = data.draw(st.sets(st.sampled_from(names), min_size=2, max_size=3))
    found = await find_culprits(names, Trouble(groups=[group]))
    assert found.culprits == ()
    assert [set(g) for g in found.together] == [group]


async def test_a_culprit_and_a_clash_are_both_found():
    trouble = Trouble({"p3"}, [{"p1", "p9"}])
    found = await find_culprits(packs(12), trouble)
    assert found.culprits == ("p3",)
    assert [set(g) for g in found.together] == [{"p1", "p9"}]
    assert found.blamed == {"p1", "p3", "p9"}


@pytest.mark.parametrize("count", [8, 37, 128])
async def test_one_culprit_takes_few_trials(count):
    trouble = Trouble({f"p{count // 3}"})
    await find_culprits(packs(count), trouble)
    assert trouble.trials <= 2 * math.ceil(math.log2(count)) + 3


async def test_no_pack_is_blamed_for_what_happens_without_any():
    found = await find_culprits(packs(5), Trouble(always=True))
    assert found.without_any
    assert found.blamed == frozenset()
    assert (await find_culprits(packs(5), Trouble())).never


async def test_each_trial_is_told():
    said = []
    await find_culprits(packs(4), Trouble({"p2"}), said.append)
    assert said[:3] == [
        "Try without any node pack.",
        "Try with all node packs.",
        "Try 2 packs of the 4 that are in question.",
    ]
    assert said[-1] == "Try without p2."
