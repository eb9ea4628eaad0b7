"""The errors of one exchange with a server, in words for the person."""

# ruff: noqa: D103 - each function says its sentence itself

import socket
import ssl
from collections.abc import Iterator

from comfydoctor.comfy.text import one_line
from comfydoctor.errors import (
    Forbidden,
    Garbled,
    LoginNeeded,
    NotComfy,
    Redirected,
    Rejected,
    ServerError,
    TimedOut,
    TooMuch,
    Unreachable,
    Unsupported,
    Untrusted,
)

_EXPIRED, _NOT_YET = 10, 9
_SELF_SIGNED = {18, 19}
_WRONG_NAME = {62, 64}
_LOGIN_MARKS = (b'type="password"', b"type='password'", b"sign in", b"log in", b"login")


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it came from, nearest first, groups opened."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            waiting.extend(cause.exceptions)
        waiting.extend((cause.__cause__, cause.__context__))


def from_connecting(error: BaseException, url: str) -> ServerError:
    """What kept us from a connection: name, port, certificate, or the network."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return untrusted(cause, url)
        if isinstance(cause, ssl.SSLError):
            return no_tls(url)
        if isinstance(cause, socket.gaierror):
            return no_such_host(url)
        if isinstance(cause, ConnectionRefusedError):
            return refused(url)
    return Unreachable(
        "The server cannot be reached over the network.",
        url=url,
        advice="Check that the computer is switched on and in the same network.",
    )


def refused(url: str) -> Unreachable:
    return Unreachable(
        "Nothing answers at this address: the connection is refused.",
        url=url,
        advice="Start ComfyUI and wait until it says where to open it; after a "
        "restart this can take minutes. Then check the port.",
    )


def no_such_host(url: str) -> Unreachable:
    return Unreachable(
        "There is no computer of this name in the network.",
        url=url,
        advice="Check the spelling, or use the number of the computer "
        "(such as 192.168.1.20).",
    )


def cut_off(url: str) -> Unreachable:
    return Unreachable(
        "The server closed the connection without a whole answer.",
        url=url,
        advice="It may be restarting or have crashed. If it uses a certificate, "
        "the address must begin with https://.",
    )


def too_slow(url: str, seconds: float) -> TimedOut:
    return TimedOut(
        f"The server gave no complete answer within {seconds:g} seconds.",
        url=url,
        advice="It may be busy with one long step; wait a moment and look again.",
    )


def too_large(url: str, limit: int) -> TooMuch:
    return TooMuch(
        f"The server's answer is larger than the {_amount(limit)} we accept.",
        url=url,
        advice="Check that this address is really a ComfyUI.",
    )


def compressed(url: str, encoding: str) -> Garbled:
    return Garbled(
        f"The answer is compressed ({one_line(encoding, 40)}) though we did not ask.",
        url=url,
        advice="Switch compression off in the proxy before ComfyUI.",
    )


def no_tls(url: str) -> Garbled:
    return Garbled(
        "The server answers, but not with an encrypted connection we understand.",
        url=url,
        advice="Try the address with http:// instead of https://.",
    )


def untrusted(
    error: ssl.SSLCertVerificationError, url: str, fingerprint: str = ""
) -> Untrusted:
    """By OpenSSL's verify codes (``openssl verify``)."""
    message = "The server's certificate is not signed by anybody this computer trusts."
    advice = "Compare its fingerprint on the server, then choose to trust it."
    if error.verify_code == _EXPIRED:
        message = "The server's certificate has expired."
        advice = "Renew the certificate on the server, and check both clocks."
    elif error.verify_code == _NOT_YET:
        message = "The server's certificate is not valid yet."
        advice = "Check the clocks of both computers."
    elif error.verify_code in _WRONG_NAME:
        message = "The server's certificate belongs to another name."
        advice = "Use the name the certificate was made for."
    elif error.verify_code in _SELF_SIGNED:
        message = "The server signed its certificate itself."
    return Untrusted(message, url=url, advice=advice, fingerprint=fingerprint)


def changed_certificate(url: str, fingerprint: str) -> Untrusted:
    return Untrusted(
        "The server shows another certificate than the one you chose to trust.",
        url=url,
        advice="Nothing was sent. Ask whoever runs the server whether it was renewed, "
        "compare the fingerprint, then trust the new one.",
        fingerprint=fingerprint,
    )


def login_needed(url: str) -> LoginNeeded:
    return LoginNeeded(
        "The server asks for a login.",
        url=url,
        advice="Enter the name and password, or the token, in the server's settings.",
    )


def forbidden(url: str) -> Forbidden:
    return Forbidden(
        "The server refuses us (403).",
        url=url,
        advice="A proxy or ComfyUI's check of the origin refuses the request. Use the "
        "very address that works in the browser, or ask whoever runs the proxy.",
    )


def unsupported(url: str, path: str) -> Unsupported:
    return Unsupported(
        f"This server has no {one_line(path, 80)}.",
        url=url,
        advice="Its ComfyUI may be older, or a proxy does not let the request pass.",
    )


def redirected(url: str, location: str) -> Redirected:
    shown = one_line(location, 500)
    error = Redirected(
        f"The server points to another address: {shown}", location=shown, url=url
    )
    error.advice = "If you know that address, enter it instead of this one."
    return error


def not_comfy(url: str, body: bytes = b"") -> ServerError:
    """A web page where JSON should be: a login page, or another program."""
    start = body[:65536].lower()
    if b"<" in start and any(mark in start for mark in _LOGIN_MARKS):
        return login_needed(url)
    return NotComfy(
        "Something answers at this address, but it is not ComfyUI.",
        url=url,
        advice="Check the port; ComfyUI's own is 8188 (Desktop: 8000).",
    )


def behind_proxy(url: str, status: int) -> Unreachable:
    return Unreachable(
        f"The proxy answers that ComfyUI behind it does not ({status}).",
        url=url,
        advice="Start ComfyUI on that computer, or wait until it has started.",
    )


def rejected(url: str, status: int, body: bytes) -> Rejected:
    """Any other error status; 500 is ComfyUI's answer to a body it cannot use."""
    said = one_line(body[:4000].decode("utf-8", "replace"))
    error = Rejected(
        f"The server answered with an error ({status}).",
        status=status,
        body=said,
        url=url,
    )
    error.advice = "The server's own log says more at this moment."
    return error


def _amount(limit: int) -> str:
    return f"{limit >> 20} MiB" if limit >= 1 << 20 else f"{limit:,} bytes"
