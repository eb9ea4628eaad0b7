import keyring.backend
import keyring.errors
import pytest
from keyring.backends import fail, null

from comfydoctor.comfy.auth import Secrets, check_exposure, headers
from comfydoctor.errors import SettingsError
from comfydoctor.model.server import AuthKind, ServerProfile

PROFILE = ServerProfile("a", "http://a:8188", AuthKind.BEARER)


class Memory(keyring.backend.KeyringBackend):
    """A real backend that keeps what it is given."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        if self.kept.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError


async def test_keeps_a_secret_in_the_keyring_one_per_origin():
    backend = Memory()
    secrets = Secrets(backend)
    assert await secrets.put(PROFILE, "S3CRET")
    assert secrets.kept
    assert backend.kept == {("comfydoctor", "http://a:8188"): "S3CRET"}
    assert await Secrets(backend).get(PROFILE) == "S3CRET"
    other = ServerProfile("b", "https://a:8188", AuthKind.BEARER)
    assert await Secrets(backend).get(other) == ""


async def test_forgets_a_secret_everywhere():
    backend = Memory()
    secrets = Secrets(backend)
    await secrets.put(PROFILE, "S3CRET")
    await secrets.forget(PROFILE)
    await secrets.forget(PROFILE)
    assert not backend.kept
    assert await secrets.get(PROFILE) == ""


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring])
async def test_says_honestly_that_a_secret_is_only_in_memory(backend):
    secrets = Secrets(backend())
    assert not await secrets.put(PROFILE, "S3CRET")
    assert not secrets.kept
    assert await secrets.get(PROFILE) == "S3CRET"
    await secrets.forget(PROFILE)
    assert await secrets.get(PROFILE) == ""


async def test_refuses_a_keyring_that_writes_plain_text(monkeypatch):
    class Plain(Memory):
        """As keyrings.alt has one."""

    backend = Plain()
    Plain.__module__ = "keyrings.alt.file"
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    secrets = Secrets()
    assert not await secrets.put(PROFILE, "S3CRET")
    assert not backend.kept


async def test_shows_no_secret_in_its_repr():
    secrets = Secrets(Memory())
    await secrets.put(PROFILE, "S3CRET")
    assert "S3CRET" not in repr(secrets)


def test_greets_with_a_token_or_with_name_and_password():
    assert headers(PROFILE, "tok") == {"Authorization": "Bearer tok"}
    basic = ServerProfile("a", "http://a", AuthKind.BASIC, user="me")
    assert headers(basic, "pw") == {"Authorization": "Basic bWU6cHc="}
    assert headers(ServerProfile("a", "http://a"), "pw") == {}


def test_never_sends_what_makes_comfyui_answer_403():
    extra = (("Origin", "http://evil"), ("Sec-Fetch-Site", "x"), ("X-Key", "1"))
    profile = ServerProfile("a", "http://a", headers=extra)
    assert headers(profile, "") == {"X-Key": "1"}


@pytest.mark.parametrize(
    "header", [("a b", "1"), ("", "1"), ("x", "1\r\nHost: b"), ("x", "ü"), ("x:", "1")]
)
def test_refuses_headers_that_would_break_the_request(header):
    with pytest.raises(SettingsError):
        headers(ServerProfile("a", "http://a", headers=(header,)), "")


@pytest.mark.parametrize("token", ["a\nb", "tökên"])
def test_refuses_tokens_that_cannot_be_sent_without_repeating_them(token):
    with pytest.raises(SettingsError) as failed:
        headers(PROFILE, token)
    assert token not in str(failed.value)


def test_sends_no_password_readable_over_a_network():
    with pytest.raises(SettingsError):
        check_exposure(PROFILE, "S3CRET")
    agreed = ServerProfile("a", PROFILE.url, AuthKind.BEARER, plain_secret_ok=True)
    local = ServerProfile("a", "http://localhost:1", AuthKind.BEARER)
    secure = ServerProfile("a", "https://a", AuthKind.BEARER)
    for harmless in (agreed, local, secure):
        check_exposure(harmless, "S3CRET")
    check_exposure(PROFILE, "")
