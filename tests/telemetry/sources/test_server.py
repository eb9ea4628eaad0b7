"""What /system_stats says, as samples."""

import math

from comfydoctor.model.metric import METRICS
from comfydoctor.model.server import Device, ServerInfo
from comfydoctor.telemetry.sources.server import from_info, from_latency, from_queue


def info(*devices):
    return ServerInfo(
        "0.33.0", "posix", "3.12", "2.9", (), False, 64 << 30, 40 << 30, devices
    )


CARD = Device("cuda:0 RTX 4090", "cuda", 0, 24 << 30, 4 << 30, 16 << 30, 2 << 30)
CPU = Device("cpu", "cpu", None, 64 << 30, 40 << 30, 64 << 30, 40 << 30)


def as_dict(samples):
    return {(s.metric, s.subject): s.value for s in samples}


def test_memory_is_told_apart_by_who_holds_it():
    assert as_dict(from_info(info(CARD), 1.0)) == {
        ("server.ram_used", ""): 24 << 30,
        ("server.ram_total", ""): 64 << 30,
        ("gpu.vram_comfy", "gpu0"): 14 << 30,
        ("gpu.vram_used", "gpu0"): 20 << 30,
        ("gpu.vram_total", "gpu0"): 24 << 30,
    }


def test_where_the_driver_is_read_the_whole_card_is_left_to_it():
    found = as_dict(from_info(info(CARD), 1.0, cards=False))
    assert ("gpu.vram_used", "gpu0") not in found
    assert found["gpu.vram_comfy", "gpu0"] == 14 << 30


def test_a_processor_has_no_video_memory():
    assert {s.metric for s in from_info(info(CPU), 1.0)} == {
        "server.ram_used",
        "server.ram_total",
    }


def test_every_metric_is_in_the_table():
    ids = {metric.id for metric in METRICS}
    samples = [*from_info(info(CARD), 1.0), from_queue(3, 1.0), from_latency(0.1, 1.0)]
    assert {s.metric for s in samples} <= ids


def test_what_is_not_known_is_no_reading():
    assert from_queue(3, 1.0).value == 3
    assert math.isnan(from_queue(None, 1.0).value)
    assert from_latency(0.02, 1.0).value == 0.02
    assert math.isnan(from_latency(None, 1.0).value)
