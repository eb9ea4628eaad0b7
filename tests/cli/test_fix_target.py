import argparse

import pytest

from comfydoctor.cli.fix import apply_now, target_of
from comfydoctor.errors import StalePlan, UsageError
from comfydoctor.model.wish import Wish


def options(target, *pairs):
    return argparse.Namespace(target=target, set=list(pairs))


def test_options_join_the_target():
    target = target_of(options("job", "to=front", "x=a=b"))
    assert Wish.read(target) == Wish("job", {"to": "front", "x": "a=b"})
    assert target_of(options("job")) == "job"


def test_what_is_no_pair_is_a_usage_error():
    with pytest.raises(UsageError, match="NAME=VALUE"):
        target_of(options("job", "front"))


class Busy:
    """A doctor whose server changes between plan and apply for a while."""

    def __init__(self, stale):
        self.stale = stale
        self.plans = 0

    async def plan(self, fix_id, target):
        self.plans += 1
        return (fix_id, target)

    async def apply(self, plan):
        if self.plans <= self.stale:
            raise StalePlan("The server changed.")
        return plan


async def test_a_busy_server_is_planned_for_anew_when_nobody_looked():
    assert await apply_now(Busy(2), "clear-queue", "") == ("clear-queue", "")
    with pytest.raises(StalePlan):
        await apply_now(Busy(9), "clear-queue", "")
