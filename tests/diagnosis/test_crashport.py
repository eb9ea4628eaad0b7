"""Who holds a port: real listeners of this process and of others."""

import os
import socket
import subprocess
import sys
import time

from comfydoctor.diagnosis.crashport import PortHolder, who_holds
from comfydoctor.host.system import Listener


def test_this_process_is_named_as_the_holder() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        found = who_holds(port)
    assert found and found.pid == os.getpid()
    assert str(os.getpid()) in found.says
    assert not found.is_comfyui


def test_another_comfyui_is_known_by_how_it_was_called(tmp_path) -> None:
    (tmp_path / "main.py").write_text(
        "import socket, time\ns = socket.socket()\ns.bind(('127.0.0.1', 0))\n"
        "s.listen()\nprint(s.getsockname()[1], flush=True)\ntime.sleep(60)\n",
        "utf-8",
    )
    words = [sys.executable, "main.py", "--password", "S3CRET"]
    process = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE)
    try:
        assert process.stdout
        found = who_holds(int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    assert found and found.pid == process.pid
    assert found.is_comfyui
    assert "another ComfyUI" in found.says
    assert "S3CRET" not in repr(found)
    assert abs(found.started - time.time()) < 3600


def test_a_free_port_has_no_holder() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
    assert who_holds(port) is None


def test_what_the_system_hides_is_said_to_be_hidden() -> None:
    def refused(port: int) -> tuple[Listener, ...]:
        raise PermissionError

    assert "does not show who" in who_holds(8188, listeners=refused).says  # type: ignore[union-attr]
    hidden = who_holds(8188, listeners=lambda port: (Listener("::", port, None),))
    assert hidden == PortHolder(8188)
    gone = who_holds(8188, listeners=lambda port: (Listener("::", port, 2**22 + 9),))
    assert gone == PortHolder(8188)
