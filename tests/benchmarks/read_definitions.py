"""Reads a file of node definitions, and 100 of its classes, in one of two ways.

Run as ``python read_definitions.py json|index FILE``; prints seconds of processor time
for the whole (``cpu``) and with the classes (``all``), and the peak of memory in bytes.
"""

import json
import re
import sys
import time
from pathlib import Path

ASKED = 100

manner, path = sys.argv[1:]
if manner == "json":
    read = json.loads
else:
    from comfydoctor.comfy.definitions import Definitions

    read = Definitions.from_bytes
body = Path(path).read_bytes()
began = time.process_time()
known = read(body)
cpu = time.process_time() - began
if not all(known.get(f"Node{7 * number}") for number in range(ASKED)):
    sys.exit("A class is missing.")
everything = time.process_time() - began
# Not `ru_maxrss`: that begins with what the process that started this one held.
status = Path("/proc/self/status").read_text()
peak = 1024 * int(re.search(r"VmHWM:\s*(\d+) kB", status)[1])
sys.stdout.write(json.dumps({"cpu": cpu, "all": everything, "peak": peak}))
