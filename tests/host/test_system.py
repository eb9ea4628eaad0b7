"""psutil on the computer that runs the tests."""

import math
import os
import socket
import subprocess
import sys
from collections import namedtuple

import pytest

from comfydoctor.host import system

Times = namedtuple("Times", "user nice system idle iowait guest")


def test_memory_and_processor_are_plausible():
    reader = system.System()
    first = reader.read()
    assert math.isnan(first.cpu_percent), "a load needs two readings"
    assert 0 < first.ram_used_bytes < first.ram_total_bytes
    assert sum(range(300_000))
    second = reader.read()
    assert math.isnan(second.cpu_percent) or 0 <= second.cpu_percent <= 100


def test_after_a_sleep_the_load_begins_anew():
    reader = system.System()
    reader.read()
    reader.forget()
    assert math.isnan(reader.read().cpu_percent)


def test_waiting_for_a_disk_is_not_work_and_guests_count_once():
    busy, total = system.busy_and_total(Times(30, 5, 15, 40, 10, 8))
    assert (busy, total) == (50, 100)


def test_our_own_process_can_be_read(hands):
    reader = system.System(hands)
    first = reader.process(os.getpid())
    assert first.rss_bytes > 1 << 20
    assert first.threads >= 1
    assert math.isnan(first.cpu_percent)
    hands.now += 1
    assert reader.process(os.getpid()).cpu_percent >= 0
    assert first.reason == ""


def test_a_process_that_ended_is_nobody():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    reader = system.System()
    assert reader.process(child.pid).pid == child.pid
    child.communicate(b"\n")
    assert reader.process(child.pid) is None


def test_room_on_a_volume_is_told_once(tmp_path):
    (tmp_path / "a").mkdir()
    (entry,) = system.disks([str(tmp_path), str(tmp_path / "a")])
    assert 0 <= entry.free_bytes <= entry.total_bytes
    assert entry.reason == ""


def test_a_path_that_is_not_there_says_so(tmp_path):
    (entry,) = system.disks([str(tmp_path / "none")])
    assert math.isnan(entry.free_bytes)
    assert "No such file" in entry.reason


def test_who_listens_on_a_port_is_found():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        try:
            (found,) = system.listeners(port)
        except PermissionError:
            pytest.skip("this system shows ports to administrators only")
        assert (found.address, found.port, found.pid) == (
            "127.0.0.1",
            port,
            os.getpid(),
        )
    assert system.listeners(port) == ()


def test_loopback_is_an_address_of_ours():
    assert "127.0.0.1" in system.own_addresses()
