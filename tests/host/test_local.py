"""Whether a server runs here: loopback alone proves nothing."""

import os
import socket

import pytest

from comfydoctor.host.local import Place, Surroundings, is_loopback, locate

FOLDERS = {"checkpoints": ["/srv/comfy/models/checkpoints"], "loras": ["/srv/loras"]}


class Around(Surroundings):
    def __init__(self, listener=(True, 42), program="python3", resolves=()):
        super().__init__()
        self._listener = listener
        self._program = program
        self._resolves = frozenset(resolves)

    def addresses(self):
        return frozenset({"127.0.0.1", "192.168.1.5"})

    def resolve(self, host):
        return self._resolves

    def listener(self, port):
        return self._listener

    def program(self, pid):
        return self._program


def test_a_python_that_listens_here_is_the_server():
    found = locate("http://127.0.0.1:8188", surroundings=Around())
    assert (found.place, found.pid) == (Place.HERE, 42)
    assert found.files_here is None


def test_our_own_address_counts_as_here():
    around = Around(resolves=["192.168.1.5"])
    assert locate("http://studio:8188", surroundings=around).place is Place.HERE


def test_another_address_is_another_computer():
    around = Around(resolves=["192.168.1.9"])
    found = locate("http://studio:8188", surroundings=around)
    assert found.place is Place.ELSEWHERE
    assert "studio" in found.reason


@pytest.mark.parametrize("program", ["ssh", "docker-proxy", "WSLRelay.exe", "nginx"])
def test_a_tunnel_is_judged_by_the_servers_folders(program):
    def ask(there):
        return locate(
            "http://localhost:8188",
            FOLDERS,
            surroundings=Around(program=program),
            exists=lambda path: there,
        )

    assert ask(True).place is Place.HERE
    assert ask(True).pid is None
    assert ask(False).place is Place.ELSEWHERE
    unknown = locate("http://localhost:8188", surroundings=Around(program=program))
    assert unknown.place is Place.NOT_KNOWN


def test_a_process_that_cannot_be_seen_is_judged_by_folders():
    around = Around(listener=(True, None))
    found = locate(
        "http://127.0.0.1:8188", FOLDERS, surroundings=around, exists=lambda path: True
    )
    assert (found.place, found.files_here) == (Place.HERE, True)


def test_a_container_with_the_hosts_network_is_here_but_its_files_are_not():
    found = locate(
        "http://127.0.0.1:8188",
        FOLDERS,
        surroundings=Around(),
        exists=lambda path: False,
    )
    assert (found.place, found.pid, found.files_here) == (Place.HERE, 42, False)


def test_nobody_listening_is_not_known():
    around = Around(listener=(False, None))
    assert locate("http://127.0.0.1:1", surroundings=around).place is Place.NOT_KNOWN


def test_shares_named_by_the_server_are_never_looked_at():
    looked = []
    locate(
        "http://127.0.0.1:8188",
        {
            "x": [
                "\\\\evil\\share",
                "//evil/share",
                "/\\evil",
                "models",
                "C:\\ok",
                "/ok",
            ]
        },
        surroundings=Around(),
        exists=lambda path: looked.append(path) or True,
    )
    assert looked == ["C:\\ok", "/ok"]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("0.0.0.0", False),
        ("localhost.example.org", False),
        ("10.0.0.1", False),
    ],
)
def test_loopback_addresses_are_known(host, expected):
    assert is_loopback(host) is expected


def test_a_real_listener_is_found_by_its_process():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        found = locate(f"http://127.0.0.1:{server.getsockname()[1]}")
    assert found.place is Place.HERE
    assert found.pid in {os.getpid(), None}


def test_a_name_that_nobody_knows_resolves_to_nothing():
    assert Surroundings().resolve("no-such-host.invalid") == frozenset()
