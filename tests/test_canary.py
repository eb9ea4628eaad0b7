"""The pinned PySide6 does not lose references (6.12.0 aborts on Python 3.11)."""

import sys

from PySide6.QtCore import QObject, Signal


class Sender(QObject):
    happened = Signal(bool)


def test_emitting_a_signal_keeps_the_references_of_true(qapp):
    sender = Sender()
    before = sys.getrefcount(True)
    for _ in range(5000):
        sender.happened.emit(True)
    assert abs(sys.getrefcount(True) - before) < 100


def test_calls_that_return_none_keep_the_references_of_none(qapp):
    sender = QObject()
    before = sys.getrefcount(None)
    for _ in range(2000):
        sender.setObjectName("x")
    assert abs(sys.getrefcount(None) - before) < 100
