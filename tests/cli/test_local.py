"""The command line about a ComfyUI that does not run."""

import json
from pathlib import Path

import pytest

from comfydoctor.cli.main import run
from comfydoctor.cli.parser import build_parser

DATA = Path(__file__).parents[1] / "data/crash"


@pytest.fixture
def dead(tmp_path: Path) -> Path:
    (tmp_path / "c/custom_nodes").mkdir(parents=True)
    text = (DATA / "0.33.0-syntax-error.log").read_bytes()
    (tmp_path / "c/server.log").write_bytes(text)
    return tmp_path / "c"


def test_check_local_names_the_cause_and_exits_with_1(dead: Path, capsys) -> None:
    assert run(["check", "--local", str(dead)]) == 1
    said = capsys.readouterr().out
    assert "An error stops the start of ComfyUI" in said
    assert "SyntaxError" in said


def test_check_local_as_json_has_its_documented_shape(dead: Path, capsys) -> None:
    assert run(["check", "--local", str(dead), "--json", "--exit-code", "1"]) == 1
    (told,) = json.loads(capsys.readouterr().out)["installations"]
    assert told["installation"]["base"] == str(dead)
    assert told["installation"]["version"] is None
    assert (told["end"], told["exit_code"]) == ("error", "1")
    assert told["findings"][0]["cause"] == "start-stopped-by-error"


def test_explain_takes_the_folder_of_an_installation(dead: Path, capsys) -> None:
    assert run(["explain", str(dead), "--json"]) == 0
    (first, *_) = json.loads(capsys.readouterr().out)["findings"]
    assert first["cause"] == "start-stopped-by-error"
    assert first["root_line"]


def test_a_folder_without_comfyui_is_a_mistake_of_usage(tmp_path: Path, capsys) -> None:
    (tmp_path / "x").mkdir()
    assert run(["check", "--local", str(tmp_path / "x")]) == 2
    assert "holds no ComfyUI" in capsys.readouterr().err


def test_an_unreachable_address_elsewhere_keeps_its_error(capsys) -> None:
    assert run(["check", "--url", "http://127.0.0.1:9", "--json"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert document["error"]["type"] == "Unreachable"


def test_an_unreachable_server_here_is_told_from_its_files(
    dead: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMFYUI_PATH", str(dead))
    (dead / "main.py").touch()
    (dead / "comfyui_version.py").write_text('__version__ = "0.33.0"\n')
    (dead / "run.sh").write_text("python main.py --port 9\n")
    assert run(["check", "--url", "http://127.0.0.1:9", "--json"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert document["error"]["type"] == "Unreachable"
    assert document["findings"][0]["cause"] == "start-stopped-by-error"
    assert run(["check", "--url", "http://127.0.0.1:9"]) == 3
    said = capsys.readouterr()
    assert "An error stops the start" in said.out
    assert "refused" in said.err


def test_exit_codes_may_be_written_as_windows_shows_them() -> None:
    words = ["check", "--local", "x", "--exit-code", "0xC0000005"]
    assert build_parser().parse_args(words).exit_code == 0xC0000005
