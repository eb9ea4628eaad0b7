import json
import time

import pytest

from comfydoctor.store.redact import (
    MARK,
    is_secret_name,
    redact_text,
    strip_secrets,
)

SECRETS = [
    "comfyui-0123456789abcdef0123456789abcdef",
    "sk-proj-AbCdEf0123456789AbCdEf0123456789",
    "hf_AbCdEfGhIjKlMnOpQrStUvWx",
    "ghp_0123456789abcdef0123456789abcdef0123",
    "github_pat_11AAAAAAA0abcdefghijkl_mnopqrstu",
    "glpat-AbCdEfGh0123456789xy",
    "AKIAIOSFODNN7EXAMPLE",
    "AIzaSyA-1234567890abcdefghijklmnopqrstu",
    "xoxb-123456789012-abcdefghijkl",
    "r8_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789",
    "nvapi-AbCdEf0123456789AbCdEf0123456789",
    "12345678-90ab-cdef-1234-567890abcdef:0123456789abcdef0123456789abcdef",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
    "https://discord.com/api/webhooks/123456/AbCdEfGhIj",
    "https://hooks.slack.com/services/T000/B000/XXXXXXXX",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "around", ["{}", "key is {} here", '{{"x": "{}"}}', "a={}&b=1", "\n{}\n", "({})"]
)
def test_no_known_kind_of_key_gets_through(secret, around):
    assert secret not in redact_text(around.format(secret))
    assert secret not in json.dumps(strip_secrets({"x": [around.format(secret)]})[0])


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer abcdefghijklmnop", "abcdefghijklmnop"),
        ("http://user:pass-word@host:8188/x", "pass-word"),
        ('{"api_key_comfy_org": "whatever it is"}', "whatever it is"),
        ("password=hunter22 next", "hunter22"),
        ("X-API-Key: 12345abc", "12345abc"),
        ("--client-secret=abcdef", "abcdef"),
        ("cookie: 'sid=1; x=2'", "sid=1; x=2"),
    ],
)
def test_what_is_named_a_secret_is_taken_out(text, secret):
    assert secret not in redact_text(text)
    assert MARK in redact_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "a red fox, masterpiece, best quality",
        "tokenizer loaded from /models/clip/tokenizer",
        "CUDA out of memory. Tried to allocate 2.00 GiB",
        "prompt 3c0e2c3e-6a7e-4f8e-9a64-0b1f9b0a7c11 executed in 3.2 seconds",
        "key frame 12, keyboard, monkey",
        "http://127.0.0.1:8188/queue",
        "sd_xl_base_1.0.safetensors",
    ],
)
def test_ordinary_text_stays(text):
    assert redact_text(text) == text
    assert strip_secrets({"text": text}) == ({"text": text}, ())


@pytest.mark.parametrize(
    "name",
    [
        *("api_key_comfy_org", "auth_token_comfy_org", "apiKey", "X-API-Key"),
        *("openai_api_key", "Authorization", "password", "clientSecret", "webhook_url"),
    ],
)
def test_names_of_secrets_are_known(name):
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name", ["tokens", "tokenizer", "seed", "keyframe", "text", "hotkey", "token"]
)
def test_names_of_other_things_are_not(name):
    assert not is_secret_name(name)


def test_a_secret_is_found_again_without_its_name():
    graph = {"5": {"inputs": {"api_key": "free form secret text", "seed": 1}}}
    workflow = {"nodes": [{"widgets_values": [1, "free form secret text"]}]}
    clean, removed = strip_secrets({"graph": graph, "extra_data": workflow})
    assert "free form" not in json.dumps(clean)
    assert [r.place for r in removed] == [
        "graph.5.inputs.api_key",
        "extra_data.nodes.0.widgets_values.1",
    ]


def test_a_short_password_is_not_hunted_through_the_graph():
    document = {"password": "none", "control": "none"}
    clean, removed = strip_secrets(document)
    assert clean == {"password": MARK, "control": "none"}
    assert len(removed) == 1


def test_links_numbers_and_words_of_a_graph_stay():
    graph = {
        "1": {"class_type": "A", "inputs": {"token": ["2", 0], "key": "C major"}},
        "2": {"class_type": "B", "inputs": {"tokens": 77, "api_key": ""}},
    }
    assert strip_secrets(graph) == (graph, ())


def test_planted_secrets_never_leak_and_nothing_is_slow():
    text = "\n".join(
        f"line {i} {SECRETS[i % len(SECRETS)]} tail" for i in range(20_000)
    )
    started = time.perf_counter()
    clean = redact_text(text)
    seconds = time.perf_counter() - started
    assert not any(secret in clean for secret in SECRETS)
    nasty = ["a-" * 10_000, "api_key" * 3000, "eyJ" * 7000, "://" + "a" * 20_000]
    started = time.perf_counter()
    for one in nasty:
        redact_text(one)
    assert time.perf_counter() - started < 20 * max(seconds, 0.05)
