"""Files of ``torch.save``, as torch 2.13 wrote them."""

from pathlib import Path

from tests.fuzz.targets import _models

_FOLDER = Path(__file__).parents[2] / "assets" / "data" / "torch"
SEEDS = [path.read_bytes() for path in sorted(_FOLDER.iterdir())]
WORDS = [
    b"PK\x01\x02",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"\xff\xff\xff\xff",
    b"data.pkl",
    b"\x80\x02",
    b"cos\nsystem\n",
]


def run(data: bytes) -> None:
    _models.run_as(".ckpt", data)
