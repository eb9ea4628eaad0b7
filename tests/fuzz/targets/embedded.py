"""Metadata of pictures, films and sounds, as Pillow and ffmpeg write it."""

from pathlib import Path

from comfydoctor.workflow.embedded import graphs_in

FOLDER = Path(__file__).parents[2] / "data" / "workflows"
SEEDS = [
    file.read_bytes() for file in sorted(FOLDER.iterdir()) if file.suffix != ".json"
]
WORDS = [
    *(b"prompt\0", b"workflow\0", b"zTXt", b"iTXt", b"comf", b"EXIF", b"moov", b"meta"),
    *(b"ilst", b"keys", b"\xff\xff\xff\xff", b"\0\0\0\0", b"OggS", b"TXXX", b"II*\0"),
]


def run(data: bytes) -> None:
    graphs_in(data)
