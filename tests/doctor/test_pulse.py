"""In which words it is said how well a server is heard."""

import pytest

from comfydoctor.comfy import trouble
from comfydoctor.comfy.stream import ChannelState
from comfydoctor.doctor.pulse import PulseKeeper
from comfydoctor.doctor.state import State
from comfydoctor.errors import SettingsError, Untrusted
from comfydoctor.model.server import Reach, ServerProfile

URL = "http://127.0.0.1:8188"


class Bench:
    """A pulse whose clocks stand still until they are moved."""

    def __init__(self):
        self.now = 1000.0
        self.said = []
        self.state = State(ServerProfile("a", URL), clock=lambda: self.now)
        self.pulse = PulseKeeper(
            self.state,
            announce=lambda change: self.said.append(change.connection),
            steady=lambda: self.now,
        )

    @property
    def connection(self):
        return self.state.connection


@pytest.fixture
def bench():
    return Bench()


def test_the_first_answer_is_news_and_the_next_is_not(bench):
    assert bench.pulse.answered()
    assert not bench.pulse.answered()
    assert [c.reach for c in bench.said] == [Reach.CONNECTED]


def test_refused_before_any_answer_is_down_with_what_to_do(bench):
    bench.pulse.failed(trouble.refused(URL))
    assert bench.connection.reach is Reach.DOWN
    assert "refused" in bench.connection.detail
    assert "Start ComfyUI" in bench.connection.advice


def test_one_cut_line_is_not_down(bench):
    bench.pulse.answered()
    bench.pulse.failed(trouble.cut_off(URL))
    assert bench.connection.reach is Reach.CONNECTED
    bench.pulse.failed(trouble.cut_off(URL))
    assert bench.connection.reach is Reach.DOWN


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (trouble.login_needed(URL), "login"),
        (Untrusted("The server's certificate has expired.", url=URL), "certificate"),
        (trouble.not_comfy(URL), "not ComfyUI"),
    ],
)
def test_login_certificate_and_another_program_are_problems(bench, error, word):
    bench.pulse.failed(error)
    assert bench.connection.reach is Reach.PROBLEM
    assert word in bench.connection.detail
    assert bench.connection.advice == error.advice


def test_silence_is_slowness_and_told_in_steps_of_ten_seconds(bench):
    bench.pulse.answered()
    bench.said.clear()
    for _ in range(25):
        bench.now += 1.0
        bench.pulse.waited()
    assert [c.detail[:20] for c in bench.said] == [
        "No answer for 10 s, ",
        "No answer for 20 s, ",
    ]
    assert bench.connection.reach is Reach.SLOW
    assert "comes back by itself" in bench.connection.advice


def test_a_server_that_never_answered_is_not_said_to_be_there(bench):
    for _ in range(12):
        bench.now += 1.0
        bench.pulse.waited()
    assert bench.connection.reach is Reach.SLOW
    assert bench.connection.detail == "No answer yet, for 10 s."
    bench.pulse.failed(trouble.too_slow(URL, 15.0))
    assert "within 15 seconds" in bench.connection.detail


def test_since_is_kept_while_the_reach_stays_the_same(bench):
    bench.pulse.failed(trouble.refused(URL))
    bench.now = 1050.0
    bench.pulse.failed(trouble.no_such_host(URL))
    assert bench.connection.since == 1000.0
    assert "name" in bench.connection.detail
    bench.now = 1060.0
    bench.pulse.answered()
    assert bench.connection.since == 1060.0


def test_trouble_of_the_event_channel_is_told_while_connected(bench):
    bench.pulse.answered()
    bench.pulse.channel(ChannelState(False, False, "The proxy passes no WebSocket."))
    assert bench.connection.detail == "The proxy passes no WebSocket."
    assert not bench.connection.live_events
    bench.pulse.channel(ChannelState(True, True))
    assert bench.connection.live_events and bench.connection.log_stream
    assert bench.connection.detail == ""


def test_the_channel_does_not_cover_up_that_the_server_is_down(bench):
    bench.pulse.failed(trouble.refused(URL))
    bench.pulse.channel(ChannelState(False, False, "no socket"))
    assert "refused" in bench.connection.detail


def test_an_error_status_is_an_answer(bench):
    bench.pulse.failed(trouble.rejected(URL, 500, b""))
    assert bench.connection.reach is Reach.CONNECTED


def test_who_gives_up_says_why_and_keeps_saying_it(bench):
    bench.pulse.answered()
    bench.pulse.gave_up(SettingsError("The password was not sent.", advice="https"))
    bench.pulse.waited()
    assert bench.connection.reach is Reach.PROBLEM
    assert bench.connection.detail == "The password was not sent."
    assert bench.connection.advice == "https"
