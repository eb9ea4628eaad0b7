"""Logs that fuzzing begins with: an example of every fifth cause, and healthy ones."""

import codecs

from comfydoctor.content.catalogue import Catalogue
from tests.fuzz.target import FOLDER

_HEALTHY = FOLDER.parents[1] / "data" / "diagnosis" / "healthy"
_CAUSES = Catalogue().library.causes

SEEDS: list[bytes] = [
    cause.examples[0].log.encode() for cause in _CAUSES[::5] if cause.examples
]
SEEDS += [path.read_bytes() for path in sorted(_HEALTHY.glob("*.log"))[:6]]
SEEDS.append(codecs.BOM_UTF16_LE + SEEDS[0].decode().encode("utf-16-le"))
SEEDS.append(b"\r 50%|#####     | 10/20 [00:05<00:05,  1.33s/it]" * 20)

WORDS: list[bytes] = [
    b"Traceback (most recent call last):\n",
    b'  File "/c/custom_nodes/a/b.py", line 99999999, in x\n',
    b"!!! Exception during processing !!! ",
    b"RuntimeError: ",
    b"# ComfyUI Error Report\n- **Node Type:** KSampler\n",
    b"During handling of the above exception, another exception occurred:\n",
    b"Cannot import /c/x module for custom nodes: No module named 'y'\n",
    b"Failed to validate prompt for output 9:\n* A 1:\n",
    b"Value not in list: ckpt_name: 'a' not in ['b']",
    b"Total VRAM 99999999999 MB, total RAM 1 MB\n",
    b"Fatal Python error: Segmentation fault\n",
    b"99999999999999999999 GiB is free. ",
    b"2025-05-29 22:46:13,716 - root - ERROR - ",
    b"web-1  | ",
    b"got prompt\n",
    b"Prompt executed in 99:99:99\n",
]
