from hypothesis import given
from hypothesis import strategies as st

from comfydoctor.workflow.cycle import find_cycle

NAMES = [str(n) for n in range(8)]


def test_a_chain_has_no_circle_in_any_order() -> None:
    assert find_cycle({"c": ["b"], "b": ["a"], "a": []}) == []


def test_a_node_that_waits_for_itself_is_a_circle() -> None:
    assert find_cycle({"a": [], "b": ["a", "b"]}) == ["b"]


def test_a_long_circle_is_found_without_recursion() -> None:
    count = 50_000
    sources = {str(n): [str((n + 1) % count)] for n in range(count)}
    assert len(find_cycle(sources)) == count


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES))))
def test_what_is_found_is_a_circle_and_none_is_overlooked(
    drawn: dict[str, list[str]],
) -> None:
    sources = {n: [s for s in drawn.get(n, []) if s in drawn] for n in drawn}
    circle = find_cycle(sources)
    for name, source in zip(circle, [*circle[1:], *circle[:1]], strict=True):
        assert source in sources[name]
    assert bool(circle) == _has_circle(sources)


def _has_circle(sources: dict[str, list[str]]) -> bool:
    left = dict(sources)
    while free := [n for n, those in left.items() if not set(those) & left.keys()]:
        for name in free:
            del left[name]
    return bool(left)
