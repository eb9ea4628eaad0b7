"""Definitions of node classes in all forms that servers send."""

from comfydoctor.diagnosis.nodeclass import inputs_of, is_output, outputs_of

LOADER = {
    "input": {
        "required": {
            "old": [["a", "b"], {"tooltip": "x"}],
            "new": ["COMBO", {"options": ["c", "d"]}],
            "remote": ["COMBO", {"remote": {"route": "/x"}}],
            "steps": ["INT", {"min": 1, "max": 100}],
            "image": [["a.png"], {"image_upload": True}],
        },
        "optional": {"model": ["MODEL"]},
        "hidden": {"prompt": "PROMPT"},
    },
    "output": ["MODEL", ["x", "y"]],
    "output_node": True,
}


def test_choices_limits_and_uploads_are_read():
    specs = {spec.name: spec for spec in inputs_of(LOADER)}
    assert specs["old"].options == ("a", "b")
    assert specs["new"].options == ("c", "d")
    assert specs["remote"].options is None
    assert (specs["steps"].minimum, specs["steps"].maximum) == (1, 100)
    assert specs["image"].upload and not specs["old"].upload
    assert not specs["model"].required and specs["old"].required
    assert "prompt" not in specs


def test_outputs_and_ends():
    assert outputs_of(LOADER) == ("MODEL", "COMBO")
    assert is_output(LOADER) and not is_output({})


def test_odd_definitions_are_empty():
    assert inputs_of({"input": {"required": {"x": []}, "optional": 7}}) == ()
    assert inputs_of({"input": 1}) == () and outputs_of({"output": 5}) == ()
