"""A clock that a test turns."""

import pytest


class Hands:
    """Seconds; ``await hands.sleep(s)`` turns it instead of waiting."""

    def __init__(self):
        self.now = 1_700_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def hands():
    return Hands()
