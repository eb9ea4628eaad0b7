"""What runs before the first paint loads nothing heavy."""

import json
import subprocess
import sys

HEAVY = (
    *("httpx", "pydantic", "numpy", "pyqtgraph", "psutil", "asyncio", "aiohttp"),
    *("websockets", "msgspec", "tomlkit", "keyring", "sqlite3", "PySide6"),
)
SCRIPT = """
import json, sys
from comfydoctor.doctor.early import early_settings, office
from comfydoctor.doctor.glance import glance
early, logs = early_settings()
print(json.dumps([early.theme, early.last_server, str(logs), sorted(sys.modules)]))
"""


def loaded(home):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_nothing_heavy_is_imported(home):
    modules = loaded(home)[3]
    assert [name for name in HEAVY if name in modules] == []


def test_the_settings_that_matter_are_read(home):
    from comfydoctor.store.paths import Paths
    from comfydoctor.store.settings import Settings, SettingsFile

    paths = Paths.find()
    settings = Settings(theme="dark", last_server="http://10.0.0.2:8188")
    SettingsFile(paths.settings).save(settings)
    theme, last, logs, _ = loaded(home)
    assert (theme, last) == ("dark", "http://10.0.0.2:8188")
    assert logs == str(paths.logs)


def test_without_a_file_there_are_defaults(home):
    theme, last, *_ = loaded(home)
    assert (theme, last) == ("system", "")


async def test_the_office_opens_from_here(home):
    from comfydoctor.doctor.early import office

    async with office() as opened:
        assert opened.servers() == ()
        assert opened.store.read_only == ""
