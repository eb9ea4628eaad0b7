import logging
import random
import ssl

import pytest
from websockets.exceptions import ConnectionClosedError, InvalidMessage, InvalidURI
from websockets.frames import Close

from comfydoctor.comfy.channel import (
    Backoff,
    Timing,
    describe,
    merge,
    open_channel,
    socket_url,
)
from comfydoctor.model.server import ServerProfile


@pytest.mark.parametrize(
    ("url", "socket"),
    [
        ("http://127.0.0.1:8188", "ws://127.0.0.1:8188/ws?clientId=me"),
        ("https://studio", "wss://studio/ws?clientId=me"),
        ("http://[::1]:8188/a/b", "ws://[::1]:8188/a/b/ws?clientId=me"),
    ],
)
def test_makes_the_socket_address_of_a_profile(url, socket):
    assert socket_url(url, "me") == socket


def test_waits_longer_up_to_the_cap_with_full_jitter():
    backoff = Backoff(lambda: 1.0, 0.5, 30.0)
    assert [backoff.next() for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    backoff.reset()
    assert backoff.next() == 0.5
    for _ in range(5000):
        backoff.next()
    assert backoff.next() == 30


def test_twenty_clients_of_a_restarted_server_do_not_align():
    attempts = [_attempts(random.Random(seed).random, 600.0) for seed in range(20)]
    for times in attempts:
        for minute in range(1, 10):
            assert sum(60 * minute <= at < 60 * minute + 60 for at in times) <= 12
    late = sorted(at for times in attempts for at in times if at > 60)
    crowd = max(sum(at <= other < at + 1 for other in late) for at in late)
    assert crowd <= 8, "full jitter spreads twenty clients over half a minute"


def _attempts(rng, seconds: float) -> list[float]:
    backoff, now, times = Backoff(rng, 0.5, 30.0), 0.0, []
    while now < seconds:
        now += backoff.next()
        times.append(now)
    return times


def test_own_headers_win_over_the_profiles():
    assert merge((("A", "1"), ("B", "2")), (("a", "3"),)) == [("B", "2"), ("a", "3")]


def closed(code: int, by_us: bool) -> ConnectionClosedError:
    close = Close(code, "")
    if by_us:
        return ConnectionClosedError(None, close, None)
    return ConnectionClosedError(close, close, True)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionClosedError(None, None, None), "cut off"),
        (closed(1009, by_us=True), "larger than 64 MiB"),
        (closed(1011, by_us=True), "did not answer our pings"),
        (closed(1002, by_us=True), "garbage"),
        (closed(1007, by_us=True), "text that is none"),
        (closed(4000, by_us=True), "given up (4000)"),
        (closed(1001, by_us=False), "the server closed"),
        (InvalidMessage("x"), "not that of an event channel"),
        (TimeoutError(), "did not open in time"),
        (ConnectionRefusedError(), "nobody listens"),
        (ssl.SSLCertVerificationError(), "certificate"),
        (OSError("no route"), "cannot be reached"),
        (ImportError("python-socks"), "proxy"),
        (InvalidURI("http://user:secret@x", "bad"), "settings"),
    ],
)
def test_says_in_plain_words_why_there_is_no_channel(error, words):
    assert words in describe(error)
    assert "secret" not in describe(error)


async def test_the_library_logs_none_of_our_headers(caplog):
    caplog.set_level(logging.DEBUG)
    profile = ServerProfile("t", "http://127.0.0.1:9")
    headers = (("Authorization", "Bearer secret"),)
    with pytest.raises(OSError):
        await open_channel(profile, "me", headers, None, Timing())
    assert "secret" not in caplog.text
