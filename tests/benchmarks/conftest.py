"""Benchmarks run only when asked for: ``-m benchmark``."""


def pytest_collection_modifyitems(config, items):
    if "benchmark" in config.getoption("-m"):
        return
    left = [item for item in items if item.get_closest_marker("benchmark") is None]
    if len(left) < len(items):
        config.hook.pytest_deselected(items=[i for i in items if i not in left])
        items[:] = left
