from comfydoctor.simulator.order import Order

GRAPH = {
    "1": {"inputs": {}},
    "2": {"inputs": {"image": ["1", 0]}},
    "3": {"inputs": {"image": ["2", 0]}},
    "9": {"inputs": {"image": ["1", 0]}},
}


def _run(cached: set[str]) -> list[str]:
    outputs = ["3", "9"]
    order = Order(GRAPH, outputs, cached.__contains__, outputs.__contains__)
    ran = []
    while order:
        node = order.pick()
        ran.append(node)
        order.finish(node)
    return ran


def test_an_output_that_is_ready_goes_first() -> None:
    assert _run(set()) == ["1", "9", "2", "3"]


def test_what_is_cached_is_not_waited_for() -> None:
    assert _run({"1", "2"})[:2] == ["3", "9"]
