"""A look keeps what was learnt; a probe's outcome follows from its findings."""

import pytest

from comfydoctor.diagnosis.probe import Probe
from comfydoctor.diagnosis.probes.clock import Clock
from comfydoctor.host.local import Place, Whereabouts
from comfydoctor.model.finding import Confidence, Severity
from comfydoctor.model.logline import LogLine
from comfydoctor.model.probe import Outcome
from tests.diagnosis.looking import offline
from tests.diagnosis.servers import server

HERE = Whereabouts(Place.HERE, "It listens here.", 1)
LINES = (
    LogLine("OSError: [Errno 28] No space left on device"),
    LogLine(" 50%|##   | 1/2", transient=True),
)


@pytest.mark.parametrize(
    ("severity", "outcome"),
    [
        (Severity.INFO, Outcome.PASS),
        (Severity.WARNING, Outcome.WARN),
        (Severity.ERROR, Outcome.FAIL),
        (Severity.CRITICAL, Outcome.FAIL),
    ],
)
def test_the_worst_finding_decides(severity, outcome):
    look = offline()
    mild = look.finding("x", (), confidence=Confidence.LIKELY, severity=Severity.INFO)
    bad = look.finding("y", (), confidence=Confidence.LIKELY, severity=severity)
    assert Clock().result("said", (mild, bad)).outcome is outcome


def test_the_question_is_the_first_line_of_the_module():
    assert Clock().question == "Do the server's clock and ours agree?"


async def test_the_console_is_read_once():
    look = offline(log_lines=LINES)
    assert await look.reading() is await look.reading()
    assert len((await look.reading()).lines) == 1
    first = await look.log_findings()
    assert first is await look.log_findings()
    assert [finding.cause for finding in first] == ["disk-full"]


def test_only_a_real_server_here_is_here():
    assert offline(where=HERE, info=server()).is_here
    assert not offline(where=HERE, info=server(simulated="demo")).is_here
    assert not offline(info=server()).is_here


def test_a_probe_must_be_able_to_run():
    with pytest.raises(TypeError):
        Probe()
