"""Every attack of a hostile HTTP server ends in time, in memory and in our errors."""

import json
import subprocess
import sys

import pytest

from tests.hostile.hostile_server import CHARSETS, SECRET
from tests.hostile.victim import BODY, CASES, TOKEN

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="reads peak memory from /proc"
)

MIB = 1 << 20
SLACK = 24 * MIB
"""What a request costs at all: buffers, exceptions, the interpreter's arenas."""
ENDS = {
    "big": "TooMuch",
    "endless": "TooMuch",
    "endless-chunked": "TooMuch",
    "tiny-chunks": "TooMuch TimedOut",
    "chunk-extensions": "TooMuch Garbled",
    "endless-trailers": "TooMuch Garbled",
    "drip-body": "TimedOut",
    "drip-headers": "TimedOut",
    "drip-status": "TimedOut",
    "silence": "TimedOut",
    "header-flood": "TooMuch",
    "giant-header": "TooMuch",
    "continue-flood": "TimedOut TooMuch",
    "early-hints-flood": "TimedOut TooMuch",
    "gzip": "Garbled",
    "gzip-stacked": "Garbled",
    "br": "Garbled",
    "zstd": "Garbled",
    "deflate": "Garbled",
    "redirect-same": "Redirected",
    "redirect-loop": "Redirected",
    "redirect-cross": "Redirected",
    "redirect-file": "Redirected",
    "redirect-metadata": "Redirected",
    "redirect-odd": "Redirected Garbled",
    "refresh": "NotComfy",
    "asks-login": "LoginNeeded",
    "deep": "TooMuch",
    "deep-900": "TooMuch",
    "amplify": "TooMuch",
    "amplify-objects": "TooMuch",
    "nan-stats": "Garbled",
    "odd-stats": "answer",
    "huge-stats": "answer",
    "digits": "Garbled",
    "nan-queue": "answer",
    "secret-json": "Garbled",
    "secret-queue": "answer",
    "secret-text": "Garbled",
    "urls": "answer",
    "negative-length": "Garbled",
    "two-lengths": "Garbled",
    "length-and-chunks": "Garbled",
    "bad-chunk": "Garbled",
    "switching": "Rejected Garbled Unreachable",
    "old-http": "Garbled Unreachable",
    "nul-head": "Garbled",
    "tls-alert": "Garbled Unreachable",
    "http2": "Garbled Unreachable",
    "status-999": "Rejected Garbled",
    "cut": "Unreachable",
    "large-history": "answer",
    "large-object-info": "answer",
    **{f"charset-{index}": "NotComfy Garbled" for index in range(len(CHARSETS))},
}


@pytest.fixture(scope="module")
def report():
    """One server and one victim for all attacks; each attack is judged by itself."""
    command = [sys.executable, "-m", "tests.hostile.hostile_server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            ports = server.stdout.readline().split()
            done = subprocess.run(
                [sys.executable, "-W", "error", "-m", "tests.hostile.victim", *ports],
                capture_output=True,
                text=True,
                timeout=100,
            )
        finally:
            server.kill()
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_every_attack_has_its_expected_end():
    assert set(ENDS) == set(CASES)
    assert len(CHARSETS) == 30


@pytest.mark.parametrize("name", CASES)
def test_the_attack_ends_as_it_should(report, name):
    result = report["results"][name]
    assert result["kind"] in ENDS[name].split(), result["said"][:2000]


@pytest.mark.parametrize("name", CASES)
def test_the_attack_ends_within_its_deadline(report, name):
    result = report["results"][name]
    assert result["seconds"] < result["total"] * 1.5


@pytest.mark.parametrize("name", CASES)
def test_memory_stays_bounded(report, name):
    cap = 80 * MIB if name.startswith(("amplify", "digits", "large")) else BODY
    assert report["results"][name]["grown"] < 2 * cap + SLACK


@pytest.mark.parametrize("name", CASES)
def test_the_event_loop_goes_on(report, name):
    """In units of work, so that a slow computer is no failure."""
    assert report["results"][name]["worst"] < 12 * report["unit"]


@pytest.mark.parametrize("name", CASES)
def test_no_error_repeats_a_secret(report, name):
    said = report["results"][name]["said"]
    assert SECRET not in said
    assert TOKEN not in said


def test_no_log_holds_a_secret(report):
    assert report["log"], "the log was heard at all"
    assert SECRET not in report["log"]
    assert TOKEN not in report["log"]


def test_nobody_else_was_ever_asked(report):
    """No redirect, no proxy of the environment, no address out of an answer."""
    assert report["visits"] == []


def test_a_poisoned_queue_is_still_read(report):
    assert "poisoned=True" in report["results"]["nan-queue"]["said"]
