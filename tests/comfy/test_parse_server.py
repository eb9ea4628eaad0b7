import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfydoctor.comfy.parse_server import parse_remaining, parse_system_stats
from comfydoctor.errors import DoctorError, Garbled, NotComfy

CUDA = {
    "system": {
        "os": "nt",
        "ram_total": 68_000_000_000,
        "ram_free": 30_000_000_000,
        "comfyui_version": "0.33.0",
        "python_version": "3.12.7 (main)",
        "pytorch_version": "2.9.1+cu128",
        "embedded_python": True,
        "argv": ["main.py", "--lowvram"],
        "required_frontend_version": "1.49.6",
        "comfy_package_versions": [
            {
                "name": "comfyui-frontend-package",
                "installed": None,
                "required": "1.49.6",
            },
            {"name": "x"},
            7,
        ],
        "deploy_environment": "local-git",
    },
    "devices": [
        {
            "name": "cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync",
            "type": "cuda",
            "index": 0,
            "vram_total": 24_000,
            "vram_free": 10_000,
            "torch_vram_total": 9_000,
            "torch_vram_free": 1_000,
        },
        "not a device",
    ],
}


def test_reads_a_windows_portable_with_one_card():
    info = parse_system_stats(CUDA)
    assert info.version == "0.33.0"
    assert info.embedded_python
    assert info.argv == ("main.py", "--lowvram")
    assert info.packages[0].installed == ""
    assert len(info.packages) == 1
    (card,) = info.devices
    assert (card.vram_used, card.used_by_comfy, card.used_by_others) == (14e3, 8e3, 6e3)


def test_tolerates_missing_and_unknown_fields():
    info = parse_system_stats({"system": {"new": 1}, "devices": [{}], "more": []})
    assert info.version == ""
    assert info.devices[0].index is None


@pytest.mark.parametrize(
    "value", [None, [], 5, "x", {}, {"system": {}}, {"devices": []}, {"system": 5}]
)
def test_other_json_is_another_program(value):
    with pytest.raises(NotComfy) as failed:
        parse_system_stats(value)
    assert failed.value.advice


def test_absurd_sizes_are_not_believed():
    device = {"type": "cuda", "vram_total": -5, "vram_free": 1e300, "index": True}
    (card,) = parse_system_stats({"system": {"os": "x"}, "devices": [device]}).devices
    assert (card.vram_total, card.vram_free, card.index) == (0, 0, None)


def test_counts_the_queue_or_says_that_it_cannot():
    assert parse_remaining({"exec_info": {"queue_remaining": 3}}) == 3
    for odd in ({}, {"exec_info": {}}, {"exec_info": {"queue_remaining": -1}}, [1]):
        with pytest.raises(Garbled):
            parse_remaining(odd)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["system", "devices", "argv", "name", "index", "exec_info", "required"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(ANY)
def test_whatever_comes_is_read_or_refused_with_our_errors(value):
    for parse in (parse_system_stats, parse_remaining):
        try:
            json.dumps(repr(parse(value)))
        except DoctorError as error:
            assert str(error)
