import argparse

import pytest

from comfydoctor.cli.fix import target_of
from comfydoctor.errors import UsageError
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
