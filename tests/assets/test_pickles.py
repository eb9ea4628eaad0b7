"""Attacks as they were seen in the wild and in scanners' tests, never opened."""

import pickle

import pytest

from comfydoctor.assets import picklename
from comfydoctor.assets.header import examine_file
from comfydoctor.assets.pickles import MOST_CALLS, MOST_STEPS, follow
from comfydoctor.model.modelfile import ModelFormat
from tests.assets.picklebytes import (
    broken_off,
    calls,
    head,
    hidden_name,
    instance,
    newobj,
)

EVIL = {
    "os.system": calls("os", "system", "true"),
    "posix.system": calls("posix", "system", "true"),
    "nt.system": calls("nt", "system", "true"),
    "subprocess.Popen": calls("subprocess", "Popen", ["true"]),
    "subprocess.check_output": calls("subprocess", "check_output", "true", protocol=4),
    "builtins.eval": calls("builtins", "eval", "1"),
    "builtins.exec": calls("builtins", "exec", "1", protocol=4),
    "__builtin__.eval": calls("__builtin__", "eval", "1"),
    "builtins.getattr": calls("builtins", "getattr", 1, "x"),
    "builtins.__import__": calls("builtins", "__import__", "os"),
    "runpy._run_code": calls("runpy", "_run_code", "x"),
    "webbrowser.open": calls("webbrowser", "open", "http://x.invalid"),
    "socket.create_connection": calls("socket", "create_connection", ("x", 1)),
    "shutil.rmtree": calls("shutil", "rmtree", "/nowhere"),
    "importlib.import_module": calls("importlib", "import_module", "os"),
    "pickle.loads": calls("pickle", "loads", b"x"),
    "operator.attrgetter": calls("operator", "attrgetter", "system"),
    "functools.partial": calls("functools", "partial", 1),
    "bdb.Bdb.run": calls("bdb", "Bdb.run", "x", protocol=4),
    "pip.main": calls("pip", "main", ["install", "x"]),
}


@pytest.mark.parametrize(("name", "payload"), EVIL.items(), ids=EVIL)
def test_every_call_that_attacks_are_made_of_is_found(tmp_path, name, payload):
    path = tmp_path / "x.pt"
    path.write_bytes(payload)
    model = examine_file(path)
    assert model.calls == (name,)
    assert model.can_run_code is True
    assert model.problem.startswith("Opening it runs code")


def test_older_ways_to_call_are_followed_too():
    assert follow(instance("os", "system", "true")).imports == ["os.system"]
    assert follow(newobj("evil", "Thing")).imports == ["evil.Thing"]
    old = b"cos\nsystem\n(S'true'\ntR."
    assert follow(old).imports == ["os.system"]


def test_a_name_that_the_pickle_hides_counts_as_one():
    story = follow(hidden_name())
    assert story.imports == ["a name that it hides"]


def test_a_payload_before_a_broken_end_is_still_found(tmp_path):
    path = tmp_path / "x.pkl"
    path.write_bytes(broken_off(calls("os", "system", "true")))
    model = examine_file(path)
    assert model.can_run_code is True and "os.system" in model.problem


def test_a_nested_payload_is_found_by_its_loader():
    inner = calls("os", "system", "true")
    assert follow(calls("pickle", "loads", inner)).imports == ["pickle.loads"]


def test_an_attack_is_named_however_many_imports_hide_it():
    noise = b"".join(f"cnoise{n}\nname\n0".encode() for n in range(MOST_CALLS + 20))
    story = follow(head(2) + noise + b"cos\nsystem\n.")
    assert "os.system" in story.imports and len(story.imports) == MOST_CALLS


def test_a_pickle_too_long_to_follow_is_not_called_safe(tmp_path):
    path = tmp_path / "x.pkl"
    path.write_bytes(head(2) + b"N0" * MOST_STEPS + b"cos\nsystem\n(tR.")
    model = examine_file(path)
    assert model.can_run_code is None
    assert model.problem


def test_plain_data_and_tensors_ask_for_nothing():
    raw = pickle.dumps({"a": [1, 2.0, "x", None, True, (1, 2), {3}, b"x"]}, 2)
    story = follow(raw)
    assert story.complete and story.imports == []
    assert picklename.builds_tensors("torch._utils._rebuild_tensor_v2")
    assert picklename.builds_tensors("torch.HalfStorage")
    assert not picklename.builds_tensors("torch.load")
    assert not picklename.builds_tensors("torch.hub.load")


def test_deep_and_self_holding_data_is_walked_once():
    deep = head(2) + b")" + b"\x85" * 100_000 + b"."
    assert follow(deep).complete
    itself = head(2) + b"}q\x00U\x01ah\x00s."
    assert follow(itself).complete


def test_a_pickle_that_looks_like_text_is_still_one(tmp_path):
    path = tmp_path / "x.pt"
    path.write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    model = examine_file(path)
    assert model.format is ModelFormat.PICKLE
    assert model.can_run_code is True and "os.system" in model.problem
