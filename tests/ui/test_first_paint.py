"""Live data is painted first; nothing heavy is loaded before that."""

import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

HEAVY = (
    "numpy",
    "pyqtgraph",
    "httpx",
    "pydantic",
    "psutil",
    "asyncio",
    "aiohttp",
    "websockets",
    "msgspec",
    "qtawesome",
    "pynvml",
    "keyring",
)

SCRIPT = """
import json, sys
from pathlib import Path
from types import SimpleNamespace

from comfydoctor.ui.app import Start, run

early = SimpleNamespace(
    theme="dark", scale=1.0, reduce_motion=True, last_server=sys.argv[1],
    width=900, height=700, maximized=False, page="now",
)
seen = {}

def factory():
    raise SystemExit  # the core is of no interest here

def useful():
    import PySide6.QtCore
    seen["enumerations"] = "Qt" in vars(PySide6.QtCore)
    from PySide6.QtWidgets import QApplication
    seen["modules"] = [name for name in json.loads(sys.argv[2]) if name in sys.modules]
    tops = QApplication.topLevelWidgets()
    window = next(top for top in tops if hasattr(top, "pages"))
    now = window.pages["now"]
    seen["figure"] = now.cards.queue.accessibleName()
    seen["header"] = window.header.about.text()
    seen["dataclasses"] = sorted(
        f"{name}.{thing}"
        for name, module in sys.modules.items() if name.startswith("comfydoctor")
        for thing, value in vars(module).items()
        if hasattr(value, "__dataclass_fields__") and value.__module__ == name
    )
    print(json.dumps(seen), flush=True)
    QApplication.quit()

run(Start(early, Path(sys.argv[3]), factory, on_useful=useful))
"""

STATS = {
    "system": {"os": "linux", "comfyui_version": "0.33.0", "python_version": "3.12",
               "pytorch_version": "2.8", "embedded_python": False, "argv": ["main.py"],
               "ram_total": 64, "ram_free": 32},
    "devices": [{"name": "cuda:0 NVIDIA GeForce RTX 4090 : native", "type": "cuda",
                 "index": 0, "vram_total": 24 * 2**30, "vram_free": 6 * 2**30,
                 "torch_vram_total": 0, "torch_vram_free": 0}],
}  # fmt: skip


class Comfy(BaseHTTPRequestHandler):
    def do_GET(self):
        answers = {
            "/system_stats": STATS,
            "/prompt": {"exec_info": {"queue_remaining": 7}},
        }
        body = json.dumps(answers.get(self.path, {})).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def comfy_url():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Comfy)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(3)


def test_live_data_is_painted_before_anything_heavy_is_loaded(comfy_url, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, comfy_url, json.dumps(HEAVY), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout, done.stderr
    seen = json.loads(done.stdout.splitlines()[0])
    assert seen["modules"] == []
    assert not seen["enumerations"], "the class Qt takes 16 ms to load"
    # Python writes and compiles six functions for each: half a millisecond. What is
    # no noun of the model can be a NamedTuple.
    assert len(seen["dataclasses"]) <= 8, seen["dataclasses"]
    assert "7 jobs" in seen["figure"]
    assert seen["header"] == "ComfyUI 0.33.0 · RTX 4090"
