import json

from comfydoctor.fixes.fitting import choices_of


def test_both_forms_of_choices_are_read():
    old = {"input": {"required": {"a": [["x", "y"], {}]}}}
    new = {"input": {"optional": {"a": ["COMBO", {"options": ["x"]}]}}}
    assert choices_of(old, "a") == ["x", "y"]
    assert choices_of(new, "a") == ["x"]
    assert choices_of(old, "b") is None
    assert choices_of({"input": {"required": {"a": ["INT", {}]}}}, "a") is None
    assert choices_of(json.loads("{}"), "a") is None
