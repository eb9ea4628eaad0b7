import asyncio
import contextlib
import datetime
import socket
import ssl

import pytest
import trustme
from aiohttp import web

from comfydoctor.comfy.examine import examine
from comfydoctor.comfy.limits import Limits
from comfydoctor.comfy.pin import fingerprint
from comfydoctor.errors import (
    Forbidden,
    Garbled,
    LoginNeeded,
    NotComfy,
    Redirected,
    SettingsError,
    TimedOut,
    Unreachable,
    Untrusted,
)
from comfydoctor.model.server import AuthKind, ServerProfile
from tests.comfy.web_server import STATS, raw_serving, serving

ROUTES = {"GET /system_stats": STATS}
QUICK = Limits(connect=0.5, read=0.3, total=0.6)


async def examined(url, *, secret="", **profile):
    return await examine(
        ServerProfile("t", url, **profile), secret=secret, limits=QUICK
    )


def page(text, status=200):
    return web.Response(text=text, content_type="text/html", status=status)


def check(found, error, *words):
    """The last step failed with this error, in words and with an advice."""
    assert isinstance(found.error, error), found
    assert found.info is None
    last = found.steps[-1]
    assert not last.ok
    assert last.advice
    assert last.text == str(found.error)
    for word in words:
        assert word in last.text + last.advice


async def test_a_comfyui_is_found_step_by_step():
    async with serving(ROUTES) as served:
        found = await examined(served.url)
    assert found.info.version == "0.33.0"
    assert found.error is None
    assert all(step.ok for step in found.steps)
    assert [step.text.split()[0] for step in found.steps] == [
        "The",
        "The",
        "Something",
        "It",
    ]
    assert len(served.heard) == 1


async def test_no_address():
    check(await examined("ftp://x"), SettingsError)


async def test_refused():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    found = await examined(f"http://127.0.0.1:{port}")
    check(found, Unreachable, "refused", "Start ComfyUI")
    assert [step.ok for step in found.steps] == [True, True, False]


async def test_no_such_host():
    found = await examined("http://no-such-host.invalid:8188")
    check(found, Unreachable, "no computer of this name")


async def test_something_else_answers_with_a_page():
    async with serving({"GET /system_stats": page("<h1>nginx")}) as served:
        check(await examined(served.url), NotComfy, "not ComfyUI", "8188")


async def test_something_else_answers_with_other_json():
    async with serving({"GET /system_stats": {"status": "ok"}}) as served:
        check(await examined(served.url), NotComfy)


async def test_something_else_without_such_a_route():
    async with serving({}) as served:
        check(await examined(served.url), NotComfy)


async def test_something_that_speaks_no_http():
    async def hang_up(reader, writer):
        writer.close()

    async with raw_serving(hang_up, greeting=b"220 mail ESMTP\r\n") as served:
        check(await examined(served.url), NotComfy)


async def test_forbidden_by_the_origin_check():
    async with serving({"GET /system_stats": (403, b"")}) as served:
        check(await examined(served.url), Forbidden, "403", "origin")


@pytest.mark.parametrize(
    "answer", [(401, b""), page("<form><input type='password'></form>")]
)
async def test_a_login(answer):
    async with serving({"GET /system_stats": lambda _: answer}) as served:
        check(await examined(served.url), LoginNeeded, "password")


async def test_a_login_with_the_right_secret():
    def answer(heard):
        right = heard.headers.get("authorization") == "Bearer tok"
        return STATS if right else (401, b"")

    async with serving({"GET /system_stats": answer}) as served:
        options = {"auth": AuthKind.BEARER}
        assert (await examined(served.url, secret="tok", **options)).info
        check(await examined(served.url, secret="no", **options), LoginNeeded)


async def test_a_redirect_is_shown_and_not_followed():
    async with serving(ROUTES) as target:
        moved = web.Response(
            status=301, headers={"Location": f"{target.url}/comfy/system_stats"}
        )
        async with serving({"GET /system_stats": moved}) as served:
            found = await examined(served.url)
    check(found, Redirected, "another address")
    assert found.suggestion == f"{target.url}/comfy"
    assert not target.heard


async def test_a_redirect_to_a_file_is_no_suggestion():
    moved = web.Response(status=301, headers={"Location": "file:///etc/passwd"})
    async with serving({"GET /system_stats": moved}) as served:
        found = await examined(served.url)
    check(found, Redirected)
    assert found.suggestion == ""


async def test_silence():
    async def silent(reader, writer):
        await asyncio.sleep(30)

    async with raw_serving(silent) as served:
        check(await examined(served.url), TimedOut, "wait a moment")


async def test_a_wrong_prefix_is_put_right():
    async with serving(ROUTES) as served:
        found = await examined(f"{served.url}/wrong")
    assert found.info
    assert found.suggestion == served.url
    assert any("/wrong" in step.text and not step.ok for step in found.steps)


async def test_the_right_prefix_is_kept():
    async with serving({"GET /comfy/system_stats": STATS}) as served:
        found = await examined(f"{served.url}/comfy")
    assert found.info
    assert found.suggestion == ""


async def test_neither_the_prefix_nor_the_root():
    async with serving({}) as served:
        found = await examined(f"{served.url}/wrong")
    assert found.error
    assert found.suggestion == ""


async def test_our_simulator_is_called_one():
    marked = web.json_response(STATS, headers={"x-comfydoctor-simulated": "healthy"})
    async with serving({"GET /system_stats": marked}) as served:
        found = await examined(served.url)
    assert "simulator" in found.steps[-1].text


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@contextlib.asynccontextmanager
async def secure_serving(authority, name="127.0.0.1", **options):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = authority.issue_cert(name, **options)
    certificate.configure_cert(context)
    pem = certificate.cert_chain_pems[0].bytes().decode()
    async with serving(ROUTES, ssl=context) as served:
        yield served, fingerprint(ssl.PEM_cert_to_DER_cert(pem))


async def test_a_strange_certificate_is_offered_for_pinning(authority):
    async with secure_serving(authority) as (served, shown):
        found = await examined(served.url)
        pinned = await examined(served.url, pinned_sha256=found.fingerprint)
    check(found, Untrusted, "fingerprint")
    assert found.fingerprint == shown
    assert pinned.info
    assert len(served.heard) == 1


async def test_an_expired_certificate_is_not_offered(authority, tmp_path):
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    async with secure_serving(authority, not_after=past) as (served, _):
        found = await examined(served.url, ca_file=str(pem))
    check(found, Untrusted, "expired")
    assert found.fingerprint == ""


async def test_a_certificate_of_another_name(authority, tmp_path):
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))
    async with secure_serving(authority, "other.example") as (served, shown):
        found = await examined(served.url, ca_file=str(pem))
    check(found, Untrusted, "another name")
    assert found.fingerprint == shown


async def test_a_changed_certificate(authority):
    async with secure_serving(authority) as (served, shown):
        found = await examined(served.url, pinned_sha256="0" * 64)
    check(found, Untrusted, "another certificate")
    assert found.fingerprint == shown
    assert not served.heard


async def test_plain_http_to_an_encrypted_port(authority):
    async with secure_serving(authority) as (served, _):
        found = await examined(served.url.replace("https:", "http:"))
    check(found, Unreachable, "https://")
    assert found.suggestion == served.url


async def test_https_to_a_plain_port():
    async with serving(ROUTES) as served:
        found = await examined(served.url.replace("http:", "https:"))
    check(found, Garbled, "http://")
    assert found.suggestion == served.url


async def test_no_password_crosses_the_network_readable():
    profile = ServerProfile(
        "t", "http://192.0.2.1:1", AuthKind.BEARER, proxy="http://127.0.0.1:1"
    )
    found = await examine(profile, secret="S3CRET", limits=QUICK)
    check(found, SettingsError, "unencrypted")
    assert "S3CRET" not in repr(found)


async def test_through_a_proxy_nothing_is_tried_beside_it():
    async with serving({"GET http://far.invalid/system_stats": STATS}) as proxy:
        found = await examined("http://far.invalid", proxy=proxy.url)
    assert proxy.heard
    assert any("proxy" in step.text for step in found.steps)
