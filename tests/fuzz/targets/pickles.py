"""Bare pickles, harmless and not."""

import pickle

from comfydoctor.assets.picklerebuild import tensors_in
from comfydoctor.assets.pickles import follow
from tests.assets import picklebytes
from tests.fuzz.targets import _models

SEEDS = [
    picklebytes.calls("os", "system", "true"),
    picklebytes.calls("builtins", "eval", "1", protocol=4),
    picklebytes.instance("posix", "system", "true"),
    picklebytes.newobj("collections", "OrderedDict"),
    picklebytes.hidden_name(),
    *(pickle.dumps({"a": [1, (2, 3)], "b": {"c": None}}, protocol=p) for p in range(6)),
]
WORDS = [b"cos\nsystem\n", b"\x93", b"\x81", b"R", b"(", b"t", b"}", b"u", b"0", b"2"]


def run(data: bytes) -> None:
    story = follow(data)
    for tensor in tensors_in(story.value).values():
        assert tensor.elements >= 0
    _models.run_as(".pkl", data)
