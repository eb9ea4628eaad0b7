import pytest

from comfydoctor.comfy.address import (
    from_environment,
    login_of,
    normalise,
    parse_address,
)
from comfydoctor.errors import SettingsError


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("studio-a", "http://studio-a:8188"),
        ("127.0.0.1", "http://127.0.0.1:8188"),
        (" localhost:8000 ", "http://localhost:8000"),
        ("10.0.0.5:8188/", "http://10.0.0.5:8188"),
        ("::1", "http://[::1]:8188"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("http://[fe80::1]:8188/x", "http://[fe80::1]:8188/x"),
        ("0.0.0.0:8188", "http://127.0.0.1:8188"),
        ("http://[::]:8188", "http://[::1]:8188"),
        ("http://studio-a", "http://studio-a"),
        ("http://studio-a:80/", "http://studio-a"),
        ("https://Comfy.Example.com:443/comfy/", "https://comfy.example.com/comfy"),
        ("http://a:8188/api", "http://a:8188"),
        ("http://a:8188/comfy/api/", "http://a:8188/comfy"),
        ("http://a:8188/#abc", "http://a:8188"),
        ("http://a:8188/?workflow=1", "http://a:8188"),
        ("http://a:8188/index.html", "http://a:8188"),
        ("a:8188/api/system_stats", "http://a:8188"),
        ("ws://a:8188/ws", "http://a:8188"),
        ("wss://a/ws?clientId=1", "https://a"),
        ("<http://a:8188>", "http://a:8188"),
        ("http://user:pw@a:8188", "http://a:8188"),
        ("http:\\\\a:8188\\x", "http://a:8188/x"),
        ("bücher.example:1", "http://bücher.example:1"),
    ],
)
def test_takes_addresses_as_people_type_and_paste_them(typed, url):
    assert normalise(typed) == url
    assert normalise(url) == url, "one spelling stays as it is"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "http://",
        "file:///etc/passwd",
        "ftp://a",
        "javascript://a",
        "a b",
        "a:port",
        "a:99999999",
        "http://a/../b",
        "http://a/x y",
        "http://a\r\nHost: b",
        "http://[::1",
        "?",
        "a;b",
        "\x00",
    ],
)
def test_refuses_what_is_no_address_and_says_what_to_do(typed):
    with pytest.raises(SettingsError) as failed:
        normalise(typed)
    assert failed.value.advice


def test_never_repeats_a_password_in_the_refusal():
    with pytest.raises(SettingsError) as failed:
        normalise("ftp://user:S3CRET@host")
    assert "S3CRET" not in str(failed.value) + failed.value.advice


def test_finds_a_login_pasted_inside_the_address():
    assert login_of("http://me:p%40ss@a:8188") == ("me", "p@ss")
    assert login_of("http://a:8188") == ("", "")


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("127.8.9.1", True),
        ("[::1]", True),
        ("10.0.0.1", False),
        ("localhost.evil.com", False),
    ],
)
def test_knows_what_stays_on_this_computer(host, loopback):
    assert parse_address(f"http://{host}:1").is_loopback is loopback


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ("", "")),
        ({"COMFYUI_URL": "http://c:1"}, ("http://c:1", "COMFYUI_URL")),
        (
            {"COMFYUI_URL": "http://c:1", "COMFY_LOCAL_URL": "http://b:1"},
            ("http://b:1", "COMFY_LOCAL_URL"),
        ),
        (
            {"COMFY_LOCAL_URL": "http://b:1", "COMFYDOCTOR_URL": "a"},
            ("http://a:8188", "COMFYDOCTOR_URL"),
        ),
        ({"COMFYUI_HOST": "d"}, ("http://d:8188", "COMFYUI_HOST")),
        (
            {"COMFYUI_HOST": "d", "COMFYUI_PORT": "9"},
            ("http://d:9", "COMFYUI_HOST"),
        ),
        (
            {"COMFYUI_HOST": "::1", "COMFYUI_PORT": "9"},
            ("http://[::1]:9", "COMFYUI_HOST"),
        ),
        (
            {"COMFYUI_HOST": "https://d:7/x", "COMFYUI_PORT": "9"},
            ("https://d:7/x", "COMFYUI_HOST"),
        ),
        ({"COMFYUI_PORT": "9"}, ("", "")),
    ],
)
def test_reads_the_environment_by_precedence(environment, expected):
    assert from_environment(environment) == expected
