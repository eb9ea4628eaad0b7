"""What a file's size says of it."""

import pytest

from comfydoctor.diagnosis.modelfolder import folder_of, trouble_with


@pytest.mark.parametrize(
    ("node", "name", "folder"),
    [
        ("CheckpointLoaderSimple", "ckpt_name", "checkpoints"),
        ("DualCLIPLoader", "clip_name2", "text_encoders"),
        ("CLIPVisionLoader", "clip_name", "clip_vision"),
        ("LoraLoader", "lora_name", "loras"),
        ("StackLoader", "lora_name_3", ""),
        ("KSampler", "sampler_name", ""),
    ],
)
def test_the_folder_follows_from_node_and_input(node, name, folder):
    assert folder_of(node, name) == folder


@pytest.mark.parametrize(
    ("folder", "size", "word"),
    [
        ("checkpoints", 0, "empty"),
        ("loras", 135, "Git LFS"),
        ("checkpoints", 48_000, "web page"),
    ],
)
def test_too_small_is_said_with_its_likely_reason(folder, size, word):
    assert word in trouble_with(folder, size)


@pytest.mark.parametrize(
    ("folder", "size"),
    [("checkpoints", 2 << 30), ("loras", 90_000), ("checkpoints", None)],
)
def test_what_may_be_right_is_left_alone(folder, size):
    assert trouble_with(folder, size) == ""
