"""One whole run of the program: starts, paints, remembers, and ends in time."""

import json
import os
import subprocess
import sys
import tomllib

from tests.ui.test_first_paint import comfy_url  # noqa: F401 - a fixture

SCRIPT = """
import json, sys, time
from comfydoctor.doctor.early import early_settings, office
from comfydoctor.model.server import ServerProfile
from comfydoctor.ui.app import Start, run

early, logs = early_settings()
told = {}

def useful():
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication
    window = next(w for w in QApplication.topLevelWidgets() if hasattr(w, "pages"))
    told["useful"] = window.pages["now"].sentence.text()

    def end():
        told["charts"] = window.pages["now"].details.group is not None
        window.open_page("console")
        told["begun"] = time.monotonic()
        window.close()

    window.bridge.opened.connect(lambda p: told.update(opened=p.key))
    timer = QTimer(window, interval=50)
    begun = time.monotonic()

    def look():
        details = window.pages["now"].details
        ready = details is not None and details.group is not None
        if (ready and told.get("opened")) or time.monotonic() - begun > 20:
            timer.stop()
            QTimer.singleShot(300, end)

    timer.timeout.connect(look)
    timer.start()

profile = ServerProfile("studio", sys.argv[1])
told["code"] = run(Start(early, logs, office, profile=profile, on_useful=useful))
told["seconds"] = time.monotonic() - told.pop("begun")
print(json.dumps(told), flush=True)
"""


def test_a_run_from_start_to_end(comfy_url, tmp_path):  # noqa: F811
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, comfy_url],
        capture_output=True,
        text=True,
        timeout=90,
        env=os.environ | {"COMFYDOCTOR_HOME": str(home)},
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["code"] == 0
    assert told["useful"].startswith("Everything works normally.")
    assert told["charts"]
    assert told["seconds"] < 3
    kept = tomllib.loads((home / "config.toml").read_text(encoding="utf-8"))
    assert kept["last_server"] == comfy_url
    assert kept["window"]["page"] == "console"
    log = home / "state" / "logs" / "window.log"
    assert not log.exists() or "Traceback" not in log.read_text(encoding="utf-8")
