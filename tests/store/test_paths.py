import os
import sys
from pathlib import Path

import pytest
from platformdirs import PlatformDirs

from comfydoctor.store.paths import Paths


def test_the_environment_chooses_the_home(tmp_path):
    paths = Paths.find({"COMFYDOCTOR_HOME": str(tmp_path / "h")}, tmp_path)
    assert paths.settings == tmp_path / "h" / "config.toml"
    assert paths.records.is_relative_to(tmp_path / "h")


def test_portable_txt_puts_everything_beside_the_program(tmp_path):
    (tmp_path / "portable.txt").write_text("")
    assert Paths.find({}, tmp_path).config == tmp_path / "profile"


def test_portable_txt_may_name_the_folder(tmp_path):
    (tmp_path / "portable.txt").write_text("my files\nnote", encoding="utf-8-sig")
    assert Paths.find({}, tmp_path).config == tmp_path / "my files"


def test_the_environment_goes_before_portable_txt(tmp_path):
    (tmp_path / "portable.txt").write_text("")
    home = str(tmp_path / "elsewhere")
    assert Paths.find({"COMFYDOCTOR_HOME": home}, tmp_path).config == Path(home)


def test_else_the_operating_system_says_where(tmp_path):
    paths = Paths.find({}, tmp_path)
    for folder in (paths.config, paths.data, paths.state, paths.cache):
        assert folder.is_absolute()
        assert "comfydoctor" in str(folder).lower()


@pytest.mark.skipif(sys.platform != "linux", reason="where we do it ourselves")
@pytest.mark.parametrize("chosen", ["", "/elsewhere"])
def test_on_linux_it_is_where_platformdirs_says(chosen, tmp_path, monkeypatch):
    names = {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"}
    for name in names:
        monkeypatch.setenv(name, chosen and f"{chosen}/{name}")
    monkeypatch.delenv("COMFYDOCTOR_HOME", raising=False)
    paths = Paths.find(os.environ, tmp_path)
    said = PlatformDirs("comfydoctor", appauthor=False)
    assert paths.config == said.user_config_path
    assert paths.data == said.user_data_path
    assert paths.state == said.user_state_path
    assert paths.cache == said.user_cache_path


def test_nothing_is_created(tmp_path):
    Paths.find({"COMFYDOCTOR_HOME": str(tmp_path / "h")}, tmp_path)
    assert not (tmp_path / "h").exists()
