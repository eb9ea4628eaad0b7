import random
import subprocess
import sys

from comfydoctor.store.early import Early, read_early
from comfydoctor.store.settings import Settings, SettingsFile, Window


def test_it_reads_what_the_settings_wrote(tmp_path):
    path = tmp_path / "config.toml"
    window = Window(x=1, y=2, width=800, height=600, maximized=True, page="p")
    chosen = Settings(
        theme="dark", scale=2, reduce_motion=True, last_server="u", window=window
    )
    SettingsFile(path).save(chosen)
    assert read_early(path) == Early("dark", 2.0, True, "u", 1, 2, 800, 600, True, "p")


def test_anything_wrong_is_the_default(tmp_path):
    path = tmp_path / "config.toml"
    assert read_early(path) == Early()
    chance = random.Random(1)
    for _ in range(200):
        path.write_bytes(chance.randbytes(chance.randrange(200)))
        assert isinstance(read_early(path), Early)
    path.write_text('theme = 1\nscale = "x"\nwindow = 3\nlast_server = true')
    assert read_early(path) == Early()


def test_it_loads_nothing_heavy():
    code = (
        "import sys, comfydoctor.store.early, comfydoctor.store.paths;"
        "print([m for m in ('pydantic', 'tomlkit', 'sqlite3', 'httpx', 'asyncio')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr
