import asyncio
import datetime
import socket
import ssl

import pytest
import trustme

from comfydoctor.comfy import tls
from comfydoctor.comfy.address import parse_address
from comfydoctor.comfy.pin import fingerprint
from comfydoctor.errors import Garbled, SettingsError, TimedOut, Unreachable, Untrusted
from comfydoctor.model.server import AuthKind, ServerProfile
from tests.comfy.web_server import STATS, client_for, serving

ROUTES = {"GET /system_stats": STATS}


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def server_context(authority, name="127.0.0.1", **options):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = authority.issue_cert(name, **options)
    certificate.configure_cert(context)
    der = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
    return context, fingerprint(der)


async def test_a_stranger_is_refused_before_anything_is_sent(authority):
    context, shown = server_context(authority)
    async with (
        serving(ROUTES, ssl=context) as served,
        client_for(served.url, secret="S3CRET", auth=AuthKind.BEARER) as client,
    ):
        with pytest.raises(Untrusted) as failed:
            await client.system_stats()
    assert failed.value.fingerprint == shown
    assert "trust" in failed.value.advice
    assert not served.heard


async def test_the_studios_own_authority_is_trusted(authority, tmp_path):
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))
    context, _ = server_context(authority)
    async with (
        serving(ROUTES, ssl=context) as served,
        client_for(served.url, ca_file=str(pem)) as client,
    ):
        assert (await client.system_stats()).version == "0.33.0"


async def test_the_wrong_name_is_refused_even_with_the_right_authority(
    authority, tmp_path
):
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))
    context, _ = server_context(authority, "other.example")
    async with (
        serving(ROUTES, ssl=context) as served,
        client_for(served.url, ca_file=str(pem)) as client,
    ):
        with pytest.raises(Untrusted, match="another name"):
            await client.system_stats()


async def test_an_expired_certificate_is_said_so(authority, tmp_path):
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    context, _ = server_context(authority, not_after=past)
    async with (
        serving(ROUTES, ssl=context) as served,
        client_for(served.url, ca_file=str(pem)) as client,
    ):
        with pytest.raises(Untrusted, match="expired"):
            await client.system_stats()


async def test_a_pinned_certificate_is_trusted_whatever_its_name(authority):
    context, shown = server_context(authority, "other.example")
    pairs = ":".join(shown[i : i + 2] for i in range(0, 64, 2)).upper()
    async with (
        serving(ROUTES, ssl=context) as served,
        client_for(served.url, pinned_sha256=pairs) as client,
    ):
        assert (await client.system_stats()).version == "0.33.0"


async def test_a_changed_certificate_is_refused_before_any_header_leaves(authority):
    context, shown = server_context(authority)
    async with (
        serving(ROUTES, ssl=context) as served,
        client_for(
            served.url, pinned_sha256="0" * 64, secret="S3CRET", auth=AuthKind.BEARER
        ) as client,
    ):
        with pytest.raises(Untrusted, match="another certificate") as failed:
            await client.system_stats()
    assert failed.value.fingerprint == shown
    assert not served.heard


async def test_a_swap_after_the_pin_was_checked_fails_in_the_handshake(authority):
    _, shown = server_context(authority)
    other, other_shown = server_context(authority)
    assert shown != other_shown
    first, _ = server_context(authority)
    async with serving(ROUTES, ssl=first) as served:
        certificate = await tls.fetch_certificate(parse_address(served.url))
    trusting = tls.pinned_context(certificate)
    async with serving(ROUTES, ssl=other) as served:
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection("127.0.0.1", served.port, ssl=trusting)
    assert not served.heard


async def test_plain_http_needs_no_context():
    assert await tls.context(ServerProfile("a", "http://a")) is None


async def test_a_plain_server_behind_https_is_said_so():
    async with serving(ROUTES) as served:
        secure = served.url.replace("http:", "https:")
        async with client_for(secure) as client:
            with pytest.raises(Garbled, match="encrypted"):
                await client.system_stats()


@pytest.mark.parametrize("content", [None, b"", b"no pem"])
async def test_a_bad_authority_file_is_a_wrong_setting(tmp_path, content):
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    profile = ServerProfile("a", "https://a", ca_file=str(file))
    with pytest.raises(SettingsError):
        await tls.context(profile)


async def test_looking_at_a_certificate_has_a_deadline_and_says_what_failed():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(TimedOut):
            await tls.fetch_certificate(parse_address(url), seconds=0.2)
    with pytest.raises(Unreachable):
        await tls.fetch_certificate(parse_address("https://127.0.0.1:1"))
