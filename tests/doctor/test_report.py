"""How one check of a server is told."""

from comfydoctor.doctor.report import CheckReport
from comfydoctor.model.manager import Manager, ManagerGeneration
from comfydoctor.model.probe import Outcome, ProbeResult
from comfydoctor.model.server import Device, ServerInfo, ServerProfile

PROFILE = ServerProfile("a", "http://127.0.0.1:8188")
CARD = Device("NVIDIA GeForce RTX 4090", "cuda", 0, 24, 20, 2, 1)


def info(**more):
    given = {"version": "0.33.0", "os": "linux", "python": "3.12", "torch": "2.9"}
    given |= {"argv": ("main.py",), "embedded_python": False}
    given |= {"ram_total": 10, "ram_free": 5, "devices": (CARD,)}
    return ServerInfo(**given | more)


def report(known=None, manager=None, probes=()):
    return CheckReport(PROFILE, known, manager, tuple(probes), ())


def test_what_is_not_known_of_a_server_is_none():
    said = report().server
    assert said.pop("url") == PROFILE.url
    assert set(said.values()) == {None}


def test_the_server_is_told_with_its_manager():
    said = report(info(), Manager(ManagerGeneration.V4_POST, "4.2.1")).server
    assert said["version"] == "0.33.0"
    assert said["argv"] == ["main.py"]
    assert said["devices"] == [CARD]
    assert said["manager"] == "v4-post"
    assert said["simulated"] is None


def test_a_simulated_server_is_said_to_be_simulated():
    assert "Simulated ComfyUI 0.33.0" in report(info(simulated="demo")).headline
    assert report(info(simulated="demo")).server["simulated"] == "demo"


def test_the_headline_names_address_version_and_cards():
    headline = report(info()).headline
    assert headline == f"{PROFILE.url} · ComfyUI 0.33.0 · {CARD.name}"
    assert "nothing is known" in report().headline


def test_outcomes_are_counted_and_absent_ones_are_zero():
    outcomes = (Outcome.PASS, Outcome.PASS, Outcome.WARN)
    probes = [ProbeResult(str(n), "?", o, "") for n, o in enumerate(outcomes)]
    counts = report(probes=probes).counts
    assert counts[Outcome.PASS] == 2 and counts[Outcome.WARN] == 1
    assert counts[Outcome.CRASHED] == 0
