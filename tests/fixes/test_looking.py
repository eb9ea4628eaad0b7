import pytest

from comfydoctor.errors import DiskFull, Garbled, NotApplicable, TimedOut, Unreachable
from comfydoctor.fixes.base import done, not_done, unknown
from comfydoctor.fixes.looking import LOOKS, second_look, troubled
from comfydoctor.model.fix import FixOutcome


class Patience:
    """Stands for the care: only its sleep is used."""

    def __init__(self):
        self.slept = []

    async def sleep(self, seconds):
        self.slept.append(seconds)


def looking(*answers):
    left = list(answers)

    async def look():
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return look


async def test_it_looks_again_while_nobody_answers():
    patience = Patience()
    look = looking(Unreachable("x"), Garbled("y"), done("ok"))
    assert (await second_look(patience, look, None)).said == "ok"
    assert patience.slept == list(LOOKS[:3])


async def test_it_gives_up_as_unknown():
    look = looking(*[Unreachable("away")] * len(LOOKS))
    verdict = await second_look(Patience(), look, None)
    assert verdict.outcome is FixOutcome.UNKNOWN
    assert verdict.detail == "away"


@pytest.mark.parametrize(
    ("verdict", "trouble", "outcome"),
    [
        (done("d"), TimedOut("t"), FixOutcome.DONE),
        (not_done("n"), TimedOut("t"), FixOutcome.UNKNOWN),
        (not_done("n"), Unreachable("t"), FixOutcome.NOT_DONE),
        (unknown("u"), Unreachable("t"), FixOutcome.UNKNOWN),
    ],
)
async def test_a_verdict_is_weighed_with_what_went_wrong(verdict, trouble, outcome):
    weighed = await second_look(Patience(), looking(verdict), trouble)
    assert weighed.outcome is outcome


async def test_our_own_and_the_servers_trouble_are_kept_others_pass():
    async def fail(error):
        raise error

    async def well():
        return None

    assert await troubled(well()) is None
    for error in (DiskFull("x"), Unreachable("y")):
        assert await troubled(fail(error)) is error
    with pytest.raises(NotApplicable):
        await troubled(fail(NotApplicable("z")))
