"""What is known: readings of now, open findings, facts; nothing is made up."""

from comfydoctor.diagnosis.board import Board
from comfydoctor.doctor.state import State
from comfydoctor.doctor.whatisknown import gather
from comfydoctor.model.finding import Confidence, Finding, Severity
from comfydoctor.model.metric import Sample
from comfydoctor.model.probe import Outcome, ProbeResult
from comfydoctor.model.server import ServerInfo, ServerProfile
from comfydoctor.telemetry.series import History

NOW = 1000.0
INFO = ServerInfo(
    version="0.33.0",
    os="posix",
    python="3.12.1",
    torch="2.9.1+cpu",
    argv=("main.py", "--cpu"),
    embedded_python=False,
    ram_total=8 << 30,
    ram_free=4 << 30,
    devices=(),
)


def clock() -> float:
    return NOW


def state() -> State:
    return State(ServerProfile("one", "http://one"), clock)


def test_of_a_server_never_seen_nothing_is_known():
    known = gather(state(), Board(clock), History(clock), {})
    assert not (known.findings or known.probes or known.metrics or known.job)
    assert set(known.facts.values()) == {""}
    assert known.reach == "stopped"


def test_the_hottest_card_counts_and_gaps_and_old_readings_do_not():
    series = History(clock)
    series.add(
        (
            Sample("gpu.temperature", NOW - 1, 60.0, "gpu0"),
            Sample("gpu.temperature", NOW - 1, 91.0, "gpu1"),
            Sample("gpu.power", NOW - 1, float("nan"), "gpu0"),
            Sample("gpu.load", NOW - 120, 50.0, "gpu0"),
        )
    )
    known = gather(state(), Board(clock), series, {})
    assert known.metrics == {"gpu.temperature": 91.0}


def test_findings_probes_and_facts_are_taken_over():
    board, seen = Board(clock), state()
    seen.take_info(INFO)
    board.report(
        Finding("leak", "leak", "It leaks", Severity.ERROR, Confidence.LIKELY), "0.33.0"
    )
    result = ProbeResult("disk", "Is there room?", Outcome.FAIL, "3 GB left")
    known = gather(seen, board, History(clock), {"disk": result})
    assert known.findings == {"leak": "It leaks"}
    assert known.probes == {"disk": (Outcome.FAIL, "3 GB left")}
    assert known.facts["argv"] == "main.py --cpu"
    assert known.facts["torch"] == "2.9.1+cpu"
