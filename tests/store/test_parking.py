import json
import math
from dataclasses import replace

import pytest

from comfydoctor.errors import Damaged, StoreError
from comfydoctor.model.job import QueueItem
from comfydoctor.store.parking import Parking

KEY = "comfyui-0123456789abcdef0123456789abcdef"
PLAIN = QueueItem(
    number=3.0,
    id="11111111-1111-4111-8111-111111111111",
    prompt_json='{"1": {"class_type":"A","inputs":{"text":"ü \\u00fc"}}}',
    extra_data_json='{"client_id":"c" }',
    outputs=("1",),
    client_id="c",
    workflow_name="w",
    node_count=1,
)
KEYED = replace(
    PLAIN,
    id="22222222-2222-4222-8222-222222222222",
    number=-1.0,
    extra_data_json=json.dumps({"api_key_comfy_org": KEY, "client_id": "c"}),
    hides_secrets=True,
)
IN_GRAPH = replace(
    PLAIN,
    id="33333333-3333-4333-8333-333333333333",
    prompt_json=json.dumps({"5": {"inputs": {"api_key": "free form secret"}}}),
    extra_data_json=json.dumps({"w": [1, "free form secret"]}),
)


@pytest.fixture
def parking(tmp_path, clock):
    return Parking(tmp_path / "parked", clock=clock)


def park(parking, *items, entry="e1"):
    return parking.park(entry, items, server="s", fix="clear-queue", title="Park")


def test_jobs_come_back_to_the_letter(parking, tmp_path):
    park(parking, PLAIN)
    again = Parking(tmp_path / "parked").load("e1")
    assert [p.item for p in again.items] == [PLAIN]
    assert again.items[0].removed == ()
    assert (again.server, again.fix, again.title) == ("s", "clear-queue", "Park")


def test_secrets_never_reach_the_disk(parking, tmp_path):
    park(parking, KEYED, IN_GRAPH)
    text = (tmp_path / "parked" / "e1.json").read_text()
    assert KEY not in text
    assert "free form secret" not in text


def test_this_process_still_knows_them(parking):
    assert [p.item for p in park(parking, KEYED, IN_GRAPH).items] == [KEYED, IN_GRAPH]


def test_another_process_says_what_is_gone(parking, tmp_path):
    park(parking, PLAIN, KEYED, IN_GRAPH)
    plain, keyed, graph = Parking(tmp_path / "parked").load("e1").items
    assert plain.runnable
    assert keyed.removed == ("extra_data.api_key_comfy_org",)
    assert keyed.runnable
    assert json.loads(keyed.item.extra_data_json) == {"client_id": "c"}
    assert keyed.item.prompt_json == KEYED.prompt_json
    assert not graph.runnable
    assert graph.removed == ("graph.5.inputs.api_key", "extra_data.w.1")


def test_odd_numbers_and_texts_survive(parking, tmp_path):
    odd = replace(PLAIN, number=math.nan, prompt_json='{"1":{"x":NaN,"y":"\\ud800"}}')
    park(parking, odd)
    (again,) = Parking(tmp_path / "parked").load("e1").items
    assert math.isnan(again.item.number)
    assert again.item.prompt_json == odd.prompt_json


def test_files_are_listed_and_dropped(parking):
    assert parking.entries() == ()
    park(parking, PLAIN, entry="b")
    park(parking, PLAIN, entry="a")
    assert parking.entries() == ("a", "b")
    assert parking.has("a")
    parking.drop("a")
    parking.drop("a")
    assert not parking.has("a")


@pytest.mark.parametrize("entry", ["", "../x", "a/b", "a b", "x" * 65, "a\n"])
def test_odd_names_are_refused(parking, entry):
    with pytest.raises(StoreError):
        park(parking, PLAIN, entry=entry)


def test_a_missing_file_and_a_broken_one_are_told_apart(parking, tmp_path):
    with pytest.raises(StoreError, match="not there"):
        parking.load("e1")
    (tmp_path / "parked").mkdir()
    for content in (b"{", b"[]", b'{"format": 9}', b'{"format": 1}', b"\xff"):
        (tmp_path / "parked" / "e1.json").write_bytes(content)
        with pytest.raises(Damaged):
            parking.load("e1")


def test_without_a_folder_nothing_is_parked():
    with pytest.raises(StoreError):
        park(Parking(None), PLAIN)
    assert Parking(None).entries() == ()


def test_more_jobs_join_an_action_and_are_found(tmp_path):
    parking = Parking(tmp_path)
    first, second = replace(PLAIN, id="one"), replace(PLAIN, id="two")
    parking.park("a", [first], server="s", fix="f", title="t")
    parking.add("a", [second, first])
    assert [p.item.id for p in Parking(tmp_path).load("a").items] == ["one", "two"]
    assert parking.find("two").item == second
    assert parking.find("three") is None
