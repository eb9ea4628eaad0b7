"""Which installation belongs to an address, and what its files tell."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from comfydoctor.comfy.examine import Examination, Step
from comfydoctor.doctor.abodes import Abode
from comfydoctor.doctor.deathbed import (
    examine_address,
    examine_folder,
    home_of,
    is_local,
    port_in,
    trace_of,
    with_files,
)
from comfydoctor.doctor.office import load_matcher
from comfydoctor.errors import Unreachable, UsageError
from tests.comfy.install.trees import comfyui

DATA = Path(__file__).parents[1] / "data/crash"
SERVER = """\
import socket, sys, time
print("To see the GUI go to: http://127.0.0.1", flush=True)
server = socket.socket()
server.bind(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])))
server.listen()
print("got prompt", flush=True)
time.sleep(60)
"""


@dataclass
class Patient:
    """A process that is called as ComfyUI is, with its console in a file."""

    root: Path
    base: Path
    log: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def abode(self) -> Abode:
        pid = self.process.pid
        return Abode(str(self.root), str(self.base), (str(self.log),), pid=pid)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


def start_patient(folder: Path, port: int) -> Patient:
    root = comfyui(folder / "prog")
    base = folder / "base"
    (base / "custom_nodes").mkdir(parents=True, exist_ok=True)
    (root / "main.py").write_text(SERVER, "utf-8")
    words = ["main.py", "--port", str(port), "--base-directory", str(base)]
    log = folder / "elsewhere.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, *words], cwd=root, stdout=out, stderr=out
        )
    for _ in range(500):
        if b"got prompt" in log.read_bytes():
            break
        time.sleep(0.01)
    return Patient(root, base, log, port, process)


@pytest.fixture
def patient(tmp_path: Path, unused_tcp_port: int) -> Iterator[Patient]:
    made = start_patient(tmp_path, unused_tcp_port)
    yield made
    made.end()


@pytest.fixture
def unused_tcp_port() -> int:
    import socket

    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


async def matcher():
    return load_matcher()


def test_addresses_of_this_computer_are_known_without_a_name_server() -> None:
    assert is_local("http://127.0.0.1:8188")
    assert is_local("http://localhost:8188")
    assert is_local("https://[::1]:8188/comfy")
    assert not is_local("http://192.0.2.7:8188")
    assert not is_local("http://example.invalid")
    assert port_in("https://x") == 443


async def test_the_killed_server_of_a_port_is_explained(patient: Patient) -> None:
    patient.end()
    url = f"http://127.0.0.1:{patient.port}"
    report = await examine_address(url, load_matcher(), patient.abode)
    assert report is not None
    assert report.findings[0].cause == "server-ended-without-word"
    assert report.log and report.log.path == str(patient.log)


def test_a_running_server_is_found_by_its_port(patient: Patient) -> None:
    found = home_of(patient.port, None)
    assert found and found.base == str(patient.base)
    trace = trace_of(found, patient.port)
    assert (trace.lives, trace.pid) == (True, patient.process.pid)
    assert trace_of(found, patient.port + 1).lives is False


def test_a_new_process_of_the_same_folders_counts_as_alive(
    tmp_path: Path, patient: Patient
) -> None:
    old = patient.abode
    patient.end()
    new = start_patient(tmp_path, patient.port)
    try:
        found = home_of(patient.port, old)
        assert found and [x.pid for x in found.running] == [new.process.pid]
    finally:
        new.end()


def test_an_abode_that_was_removed_is_no_home(tmp_path: Path) -> None:
    gone = Abode(str(tmp_path / "a"), str(tmp_path / "b"))
    assert home_of(1, gone, running=lambda: ()) is None


async def test_a_refused_address_gets_a_step_with_what_the_log_tells(
    patient: Patient,
) -> None:
    refused = Examination(
        (Step("Refused.", ok=False),), None, Unreachable("Refused."), "", ""
    )
    url = f"http://127.0.0.1:{patient.port}"
    told = await with_files(refused, url, matcher)
    assert len(told.steps) == 2
    assert told.steps[1].text.startswith("Its log tells:")
    elsewhere = await with_files(refused, "http://192.0.2.7:8188", matcher)
    assert elsewhere is refused
    fine = Examination((), None, None, "", "")
    assert await with_files(fine, url, matcher) is fine


async def test_a_folder_without_comfyui_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        await examine_folder(tmp_path / "nothing", load_matcher())
    assert "main.py" in refused.value.advice


async def test_a_folder_is_explained(tmp_path: Path) -> None:
    (tmp_path / "user").mkdir()
    text = (DATA / "0.33.0-port-in-use.log").read_bytes()
    (tmp_path / "user/comfyui.log").write_bytes(text)
    os.utime(tmp_path / "user/comfyui.log")
    report = await examine_folder(tmp_path, load_matcher())
    assert report.findings[0].cause == "port-in-use"
