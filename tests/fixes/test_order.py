from hypothesis import given
from hypothesis import strategies as st

from comfydoctor.fixes.order import new_numbers

numbers = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12, unique=True)


def ordered(places, moved, wanted):
    now = {**places, **moved}
    return sorted(wanted, key=now.__getitem__)


@given(numbers, st.randoms())
def test_any_order_is_reached(values, chance):
    places = {f"j{i}": v for i, v in enumerate(values)}
    wanted = list(places)
    chance.shuffle(wanted)
    moved = new_numbers(places, wanted)
    assert ordered(places, moved, wanted) == wanted
    assert len(set({**places, **moved}.values())) == len(wanted)


@given(st.integers(2, 30), st.data())
def test_one_job_that_moves_is_the_only_one_touched(count, data):
    places = {f"j{i}": float(i) for i in range(count)}
    wanted = list(places)
    job = data.draw(st.sampled_from(wanted))
    wanted.remove(job)
    wanted.insert(data.draw(st.integers(0, count - 1)), job)
    assert len(new_numbers(places, wanted)) <= 1


def test_the_order_that_is_there_moves_nothing():
    assert new_numbers({"a": 1.0, "b": 2.0}, ["a", "b"]) == {}
    assert new_numbers({}, []) == {}


def test_a_job_moved_back_stays_before_jobs_that_come_later():
    moved = new_numbers({"a": 1.0, "b": 2.0}, ["b", "a"])
    assert all(number < 3.0 for number in moved.values())


def test_equal_numbers_are_told_apart():
    places = {"a": 1.0, "b": 1.0, "c": 1.0}
    moved = new_numbers(places, ["c", "a", "b"])
    assert ordered(places, moved, ["a", "b", "c"]) == ["c", "a", "b"]


def test_a_gap_without_room_renumbers_all():
    places = {"a": 1.0, "b": 1.0 + 2**-52, "c": 2.0}
    wanted = ["a", "c", "b"]
    moved = new_numbers(places, wanted)
    assert ordered(places, moved, wanted) == wanted
