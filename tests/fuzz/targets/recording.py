"""Recordings of another machine, as ``comfydoctor history import`` reads them."""

import io
import json

from comfydoctor.store.database import Database
from comfydoctor.store.samples_codec import pack, unpack
from comfydoctor.store.samples_files import FORMAT, read_json
from comfydoctor.store.schema import SAMPLES

_HEAD = json.dumps(FORMAT)
_RAW = {"metric": "gpu.load", "subject": "gpu0", "step": 0}
_RAW |= {"times": [0, 1.5, 7200], "last": [1, None, 3]}
_ROLLED = {"metric": "host.cpu", "subject": "", "step": 60, "times": [60, 120]}
_ROLLED |= {name: [1.0, 2.0] for name in ("low", "mean", "high", "last")}

SEEDS: list[bytes] = [
    "\n".join((_HEAD, json.dumps(_RAW), json.dumps(_ROLLED))).encode(),
    _HEAD.encode(),
    pack((([0.0, 1.0, 2.0], 10.0), ([], 1.0), ([5.0, 6.5, 7.0], 10.0))),
]
WORDS: list[bytes] = [b"null", b"1e308", b"-1", b"99999999999", b"600", b"[", b"\n"]


def run(data: bytes) -> None:
    """A packed chunk by its first byte, else lines of text."""
    if data[:1] == b"\x78":
        unpack(data)
        return
    database = Database(None, SAMPLES)
    try:
        read_json(database, "s", io.StringIO(data.decode("utf-8", "replace")))
    finally:
        database.close()
