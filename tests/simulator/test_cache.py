from comfydoctor.simulator.cache import Cache
from comfydoctor.simulator.nodes.fault_classes import FAULT_NODES
from comfydoctor.simulator.nodes.image import IMAGE_NODES
from comfydoctor.simulator.nodes.work import Outcome

CLASSES = {each.name: each for each in (*IMAGE_NODES, *FAULT_NODES)}


def _graph(colour: int, name: str = "ImageInvert") -> dict:
    return {
        "1": {"class_type": "EmptyImage", "inputs": {"color": colour}},
        "2": {"class_type": name, "inputs": {"image": ["1", 0]}},
    }


def test_a_key_covers_everything_that_leads_to_a_node() -> None:
    cache = Cache(keeps_unused=False)
    one, same, other = (
        cache.keys(_graph(colour), CLASSES).by_node for colour in (1, 1, 2)
    )
    assert one == same
    assert one["2"] != other["2"]


def test_a_node_that_always_changes_never_has_the_same_key() -> None:
    cache = Cache(keeps_unused=False)
    keys = [cache.keys(_graph(1, "FaultLeak"), CLASSES).by_node for _ in range(2)]
    assert keys[0]["1"] == keys[1]["1"]
    assert keys[0]["2"] != keys[1]["2"]


def test_a_raising_is_changed_becomes_a_warning() -> None:
    keys = Cache(keeps_unused=False).keys(_graph(1, "FaultIsChanged"), CLASSES)
    assert keys.warnings == ("WARNING: IS_CHANGED failed",)


def test_only_the_newer_cache_keeps_what_the_last_job_did_not_use() -> None:
    for keeps in (False, True):
        cache = Cache(keeps)
        cache.put("old", Outcome())
        cache.put("new", Outcome())
        cache.tidy({"new"})
        assert (cache.get("old") is not None) == keeps
        assert cache.get("new") is not None
