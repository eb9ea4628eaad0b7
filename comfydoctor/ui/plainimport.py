"""Takes PySide's hand off Python's ``import``; to be imported before Qt."""

import builtins

_BEFORE = builtins.__import__
_HOOK = "__feature_import__"


def import_plainly() -> None:
    """Give ``import`` back as it was; called once Qt has been imported.

    PySide reads the source of every module imported after it, for switches that we
    do not use (snake_case, true_property): a fifth of all that our imports cost. And
    pydantic, looked at while it is half imported, fails then: the core does not start.
    Where Qt was imported before this, the hook behind PySide's first one has to do.
    """
    if builtins.__import__.__name__ == _HOOK:
        hooked = _BEFORE.__name__ == _HOOK
        behind = getattr(builtins, "__orig_import__", _BEFORE)
        builtins.__import__ = behind if hooked else _BEFORE
