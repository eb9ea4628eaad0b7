"""Nothing secret or personal leaves; what a helper needs stays."""

import random
import string
import time

import pytest

from comfydoctor.doctor.dossier import redacted
from comfydoctor.incidents.markdown import to_markdown
from comfydoctor.incidents.privacy import Redactor, own_names
from comfydoctor.incidents.report import to_html
from tests.incidents.dossiers import DOSSIER, finding

LETTERS = string.ascii_letters + string.digits
NAMES = [("user", "Jane.Doe"), ("computer", "RENDER-07")]


def secret(dice: random.Random, length: int = 32) -> str:
    return "".join(dice.choice(LETTERS) for _ in range(length))


def planted(dice: random.Random) -> list[tuple[str, str]]:
    """A secret, and a line as it might stand in a log."""
    key, hexes = (
        secret(dice),
        "".join(dice.choice("0123456789abcdef") for _ in range(40)),
    )
    return [
        (key, f"Authorization: Bearer {key}"),
        (key, f"api_key={key}"),
        (key, f'{{"api_key_comfy_org": "{key}"}}'),
        (key, f"Using password: {key}"),
        (key, f"https://user:{key}@example.org/x"),
        (key, f"token: hf_{key}"),
        (key, f"export GITHUB=ghp_{key}{key}"),
        (key, f"sk-{key} was refused"),
        (hexes, f"comfyui-{hexes}"),
        (key, f"https://hooks.slack.com/services/T0/B0/{key}"),
        (key, f"https://discord.com/api/webhooks/1/{key}"),
        (key, f"x-api-key: {key}"),
        (key, f"cookie: session={key}"),
        (key, f"client_secret = '{key}'"),
    ]


def test_no_secret_of_hundreds_leaves_in_any_form():
    dice = random.Random(11)
    pairs = [pair for _ in range(18) for pair in planted(dice)]
    assert len(pairs) >= 200
    lines = tuple(line for _, line in pairs)
    evidence = tuple(finding(text=line) for line in lines)
    whole = redacted(
        DOSSIER.__class__(
            **{**vars(DOSSIER), "log": lines, "findings": evidence, "note": lines[0]}
        )
    )
    for text in (to_html(whole), to_markdown(whole), repr(whole)):
        assert [key for key, _ in pairs if key in text] == []
    assert any(said.startswith("secrets: ") for said in whole.removed)


def test_people_and_computers_get_numbered_stand_ins():
    redactor = Redactor(NAMES)
    said = redactor.text(
        r"C:\Users\jane.doe\ComfyUI on RENDER-07 by jane.doe, /home/bob/x, /home/bob/y"
    )
    assert "jane" not in said.lower() and "render-07" not in said.lower()
    assert said.count("<user1>") == 2
    assert said.count("<user2>") == 2
    assert "<computer1>" in said


@pytest.mark.parametrize(
    "personal",
    ["jane@example.org", "192.168.1.20", "10.0.0.4", "172.20.1.9", "100.101.2.3"],
)
def test_mail_and_private_addresses_go(personal):
    assert personal not in Redactor([]).text(f"reached {personal} at last")


@pytest.mark.parametrize(
    "needed",
    [
        "custom_nodes/ComfyUI-Impact-Pack/modules/impact/core.py",
        "ModuleNotFoundError: No module named 'insightface'",
        "lora_unet_down_blocks_0_attentions_0_proj_in.alpha",
        "sd_xl_base_1.0.safetensors",
        "torch 2.9.1+cu128, CUDA 12.8, driver 572.16",
        "Token indices sequence length is longer than 77",
        "tokenizer loaded: CLIPTokenizer",
        "http://127.0.0.1:8188",
        "/root/ComfyUI/main.py",
        "version 10.0.22631",
    ],
)
def test_what_a_helper_needs_stays(needed):
    assert Redactor(NAMES).text(needed) == needed


def test_secrets_in_fields_go_by_the_field_s_name():
    clean = Redactor([]).value({"password": "abc", "name": "abc", "n": [1, None]})
    assert clean == {"password": "[removed]", "name": "abc", "n": [1, None]}


def test_own_names_are_left_out_where_they_say_nothing():
    assert own_names(lambda: "root", lambda: "localhost") == []
    assert own_names(lambda: "jane", lambda: "box-1") == [
        ("user", "jane"),
        ("computer", "box-1"),
    ]

    def unknown():
        raise OSError

    assert own_names(unknown, unknown) == []


def test_time_grows_with_length_and_no_faster():
    redactor = Redactor(NAMES)
    line = "Requested to load SDXL from C:\\Users\\jane\\models\\x.safetensors 123.4\n"
    spent = []
    for size in (1000, 8000):
        began = time.process_time()
        redactor.text(line * size)
        spent.append(time.process_time() - began)
    assert spent[1] < 8 * 3 * max(spent[0], 0.01)
