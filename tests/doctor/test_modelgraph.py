"""Which LoRA meets which base, in the forms that workflows have."""

import json

import pytest

from comfydoctor.assets.scan import Found
from comfydoctor.doctor.modelgraph import Meeting, file_of, meetings
from comfydoctor.workflow.parse import parse


def api(**nodes):
    return parse(
        json.dumps(
            {
                key: {"class_type": kind, "inputs": inputs}
                for key, (kind, inputs) in nodes.items()
            }
        )
    )


def test_a_chain_of_loras_meets_the_base_it_comes_from():
    workflow = api(
        a=("CheckpointLoaderSimple", {"ckpt_name": "xl.safetensors"}),
        b=("UNETLoader", {"unet_name": "flux.safetensors"}),
        c=("LoraLoader", {"lora_name": "one.safetensors", "model": ["a", 0]}),
        d=("LoraLoaderModelOnly", {"lora_name": "two.safetensors", "model": ["c", 0]}),
        e=("LoraLoaderModelOnly", {"lora_name": "f.safetensors", "model": ["b", 0]}),
    )
    assert meetings(workflow) == (
        Meeting("xl.safetensors", "one.safetensors", "c"),
        Meeting("xl.safetensors", "two.safetensors", "d"),
        Meeting("flux.safetensors", "f.safetensors", "e"),
    )


def test_a_lora_stack_without_a_model_meets_every_base():
    workflow = api(
        a=("CheckpointLoaderSimple", {"ckpt_name": "xl.safetensors"}),
        b=("CR LoRA Stack", {"lora_name_1": "one.safetensors", "switch_1": "On"}),
    )
    assert meetings(workflow) == (Meeting("xl.safetensors", "one.safetensors", "b"),)


def test_a_power_loader_leaves_out_what_is_switched_off():
    workflow = api(
        a=("CheckpointLoaderSimple", {"ckpt_name": "xl.safetensors"}),
        b=(
            "Power Lora Loader (rgthree)",
            {
                "lora_1": {"on": True, "lora": "yes.safetensors", "strength": 1},
                "lora_2": {"on": False, "lora": "no.safetensors", "strength": 1},
                "model": ["a", 0],
            },
        ),
    )
    assert [one.lora for one in meetings(workflow)] == ["yes.safetensors"]


def test_other_loaders_are_no_bases_and_loops_end():
    workflow = api(
        a=("ControlNetLoader", {"control_net_name": "c.safetensors"}),
        b=("UpscaleModelLoader", {"model_name": "u.pth"}),
        c=("LoraLoader", {"lora_name": "l.safetensors", "model": ["d", 0]}),
        d=("ModelSamplingSD3", {"model": ["c", 0]}),
    )
    assert meetings(workflow) == ()


def test_the_saved_form_tells_the_same():
    saved = {
        "nodes": [
            {
                "id": 1,
                "type": "CheckpointLoaderSimple",
                "mode": 0,
                "inputs": [],
                "outputs": [{"name": "MODEL", "type": "MODEL", "links": [7]}],
                "widgets_values": ["xl.safetensors"],
            },
            {
                "id": 2,
                "type": "LoraLoaderModelOnly",
                "mode": 0,
                "inputs": [{"name": "model", "type": "MODEL", "link": 7}],
                "outputs": [],
                "widgets_values": ["style\\one.safetensors", 1.0],
            },
        ],
        "links": [[7, 1, 0, 2, 0, "MODEL"]],
    }
    found = meetings(parse(json.dumps(saved)))
    assert [(one.base, one.lora) for one in found] == [
        ("xl.safetensors", "style\\one.safetensors")
    ]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("style\\one.safetensors", "/m/loras/style/one.safetensors"),
        ("style/one.safetensors", "/m/loras/style/one.safetensors"),
        ("old/One.safetensors", "/m/loras/one.safetensors"),
        ("gone.safetensors", ""),
    ],
)
def test_a_name_leads_to_its_file(name, path):
    found = [
        Found("/m/loras/one.safetensors", 1, 1),
        Found("/m/loras/style/one.safetensors", 1, 1),
    ]
    assert file_of(name, found) == path
