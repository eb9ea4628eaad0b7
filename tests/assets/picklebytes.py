"""Pickles put together by hand: what no honest program writes."""

import pickle
import pickletools
from typing import Any

STOP = b"."


def calls(module: str, name: str, *arguments: Any, protocol: int = 2) -> bytes:
    """A pickle that calls a function with plain arguments when it is opened."""
    if protocol >= 4:
        found = _text(module) + _text(name) + b"\x93"
    else:
        found = f"c{module}\n{name}\n".encode()
    return head(protocol) + found + _plain(arguments) + b"R" + STOP


def head(protocol: int) -> bytes:
    """The first two bytes."""
    return b"\x80" + bytes([protocol]) if protocol >= 2 else b""


def _text(text: str) -> bytes:
    raw = text.encode()
    return b"\x8c" + bytes([len(raw)]) + raw


def _plain(value: Any) -> bytes:
    """The instructions for a plain value, without head and end."""
    raw = pickle.dumps(value, protocol=2)
    return raw[2 : raw.rindex(STOP)]


def instance(module: str, name: str, *arguments: Any) -> bytes:
    """The same by the old INST instruction, which calls as well."""
    inner = b"".join(_plain(one) for one in arguments)
    return b"(" + inner + f"i{module}\n{name}\n".encode() + STOP


def newobj(module: str, name: str) -> bytes:
    """The same by NEWOBJ."""
    return head(2) + f"c{module}\n{name}\n".encode() + b")\x81" + STOP


def hidden_name() -> bytes:
    """A name that is not in the pickle but made by it: it cannot be told."""
    return head(4) + b"NN\x93)R" + STOP


def broken_off(payload: bytes) -> bytes:
    """It does its work, then ends in rubbish, so that readers raise."""
    return payload[:-1] + b"\xff\xff"


def is_readable(raw: bytes) -> bool:
    """Whether pickletools can list it to its end."""
    try:
        list(pickletools.genops(raw))
    except ValueError:
        return False
    return True
