import random

import pytest
from hypothesis import given, settings, strategies

from comfydoctor.model.server import AuthKind, ServerProfile
from comfydoctor.store.settings import Settings, SettingsFile, Window, understand

PROFILE = ServerProfile(
    name="studio ü",
    url="https://gpu.example:8443/comfy",
    auth=AuthKind.BASIC,
    user="me",
    headers=(("X-Team", "a"),),
    pinned_sha256="ab" * 32,
)
FULL = Settings(
    servers=(PROFILE, ServerProfile("local", "http://127.0.0.1:8188")),
    last_server=PROFILE.key,
    theme="dark",
    scale=1.5,
    reduce_motion=True,
    expert=True,
    window=Window(x=5, y=6, width=900, height=600, maximized=True, page="queue"),
)
BY_HAND = """\
# mine
theme = "dark"   # night shift
colour = "kept for a newer version"

[window]
# left screen
x = 10
width = 900

[[servers]]
name = "a"
url = "http://a:8188"
"""


@pytest.fixture
def file(tmp_path, clock):
    return SettingsFile(tmp_path / "config" / "config.toml", clock=clock)


def test_without_a_file_everything_has_its_default(file):
    loaded = file.load()
    assert loaded.settings == Settings()
    assert loaded.ignored == ()
    assert loaded.settings.theme == "system"


def test_what_is_saved_comes_back(file):
    assert file.save(FULL) == ()
    assert file.load().settings == FULL
    file.save(Settings())
    assert file.load().settings == Settings()


def test_comments_and_unknown_fields_stay(file):
    file.path.parent.mkdir()
    file.path.write_text(BY_HAND)
    loaded = file.load()
    assert loaded.ignored == ()
    changed = loaded.settings.model_copy(
        update={"scale": 2.0, "window": Window(x=10, width=1000)}
    )
    file.save(changed)
    text = file.path.read_text()
    for kept in ("# mine", "# night shift", "colour =", "# left screen", "[[servers]]"):
        assert kept in text
    assert file.load().settings == changed


def test_nothing_new_is_not_written(file):
    file.save(FULL)
    before = file.path.stat().st_mtime_ns, file.path.stat().st_ino
    file.save(FULL)
    assert (file.path.stat().st_mtime_ns, file.path.stat().st_ino) == before


def test_a_wrong_field_has_its_default_and_the_others_stay(file):
    file.path.parent.mkdir()
    file.path.write_text(
        'theme = "purple"\nscale = 2.0\n[window]\nx = "left"\nwidth = 700\n'
    )
    loaded = file.load()
    assert loaded.settings == Settings(scale=2.0, window=Window(width=700))
    assert len(loaded.ignored) == 2
    assert loaded.ignored[0].startswith("theme")
    assert loaded.set_aside.read_text() == file.path.read_text()
    assert file.load().set_aside == loaded.set_aside


def test_a_wrong_server_is_left_out_and_the_others_stay():
    loaded, ignored = understand(
        {
            "servers": [
                {"name": "a"},
                {"name": "b", "url": "http://b"},
                {"name": "c", "url": "http://c", "auth": "magic"},
            ]
        }
    )
    assert [server.name for server in loaded.servers] == ["b"]
    assert len(ignored) == 2


@pytest.mark.parametrize(
    "content", [b"{{{{", b"\xff\xfe\x00", b"theme = ", b"a = 1\n" * 300_000, b"\0"]
)
def test_a_file_beyond_reading_is_kept_aside(file, content):
    file.path.parent.mkdir()
    file.path.write_bytes(content)
    loaded = file.load()
    assert loaded.settings == Settings()
    assert loaded.ignored
    assert loaded.set_aside.exists()
    file.save(FULL)
    assert file.load().settings == FULL


def test_a_windows_editor_does_not_matter(file):
    file.path.parent.mkdir()
    file.path.write_bytes(b"\xef\xbb\xbf" + BY_HAND.replace("\n", "\r\n").encode())
    assert file.load().settings.theme == "dark"
    assert file.load().ignored == ()


def test_secrets_are_withheld_and_told(file):
    secret = ServerProfile(
        "s",
        "http://user:pass1@host:8188",
        headers=(("X-API-Key", "12345"), ("X-Team", "a")),
        proxy="http://u:pass2@proxy:3128",
    )
    withheld = file.save(Settings(servers=(secret,)))
    text = file.path.read_text()
    for word in ("pass1", "pass2", "12345"):
        assert word not in text
    assert withheld == (
        "s: the header X-API-Key",
        "s: the login in its address",
        "s: the login of its proxy",
    )
    (kept,) = file.load().settings.servers
    assert kept.url == "http://host:8188"
    assert kept.headers == (("X-Team", "a"),)


VALUES = strategies.recursive(
    strategies.none()
    | strategies.booleans()
    | strategies.integers()
    | strategies.floats()
    | strategies.text(max_size=20),
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.dictionaries(strategies.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(
    strategies.dictionaries(
        strategies.sampled_from([*Settings.model_fields, "other"]), VALUES, max_size=6
    )
)
def test_any_values_make_settings(values):
    loaded, _ = understand(values)
    assert isinstance(loaded, Settings)


def test_any_damage_to_the_file_is_survived(file):
    file.save(FULL)
    good, chance = file.path.read_bytes(), random.Random(3)
    for _ in range(150):
        data = bytearray(good)
        for _ in range(chance.randrange(1, 4)):
            place = chance.randrange(len(data))
            data[place : place + chance.randrange(3)] = chance.randbytes(
                chance.randrange(3)
            )
        file.path.write_bytes(bytes(data))
        loaded = file.load()
        assert isinstance(loaded.settings, Settings)
        file.save(loaded.settings)
        assert file.load().settings == loaded.settings


def test_a_command_of_the_person_is_kept_as_a_list(tmp_path):
    file = SettingsFile(tmp_path / "config.toml")
    profile = ServerProfile("a", "http://127.0.0.1:8188")
    words = ("systemctl", "--user", "restart", "comfy ui")
    file.save(Settings(restart_commands={profile.key: words}))
    settings = SettingsFile(file.path).load().settings
    assert settings.restart_command(profile) == words
    assert settings.restart_command(ServerProfile("b", "http://b")) == ()
