import socket

import pytest

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.process import Launch
from comfydoctor.fixes.startline import free_port, known_flags, main_of, without_flags


def test_flags_are_left_out_with_their_values():
    words = ["--cpu", "--port", "1", "--fast", "a", "b", "--listen", "--port=3"]
    left = without_flags(words, {"--port": 1, "--listen": 1})
    assert left == ["--cpu", "--fast", "a", "b"]


def test_known_flags_are_read_from_the_source(tmp_path):
    source = tmp_path / "comfy" / "cli_args.py"
    source.parent.mkdir()
    source.write_text('parser.add_argument("--lowvram")\nx.add_argument("--fp8-e4", 1)')
    assert known_flags(tmp_path / "main.py") == {"--lowvram", "--fp8-e4"}
    assert known_flags(tmp_path / "none" / "main.py") == frozenset()


def test_the_program_is_named_by_its_start(tmp_path):
    launch = Launch(("python", "-s", "ComfyUI/main.py", "--cpu"), str(tmp_path), {})
    assert main_of(launch) == tmp_path / "ComfyUI" / "main.py"
    with pytest.raises(NotApplicable):
        main_of(Launch(("comfy", "launch"), str(tmp_path), {}))


def test_a_free_port_can_be_taken():
    with socket.socket() as one:
        one.bind(("127.0.0.1", free_port()))
