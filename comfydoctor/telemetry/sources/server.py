"""What a ComfyUI tells of itself, as samples."""

from comfydoctor.model.metric import Sample
from comfydoctor.model.server import Device, ServerInfo


def from_info(
    info: ServerInfo, time: float, *, cards: bool = True
) -> tuple[Sample, ...]:
    """Turn ``GET /system_stats`` into samples.

    Without ``cards`` the cards' whole memory is left out: where this computer's
    driver is read, its figures are fresher, and one series has one source.
    """
    samples = [
        Sample("server.ram_used", time, float(info.ram_total - info.ram_free)),
        Sample("server.ram_total", time, float(info.ram_total)),
    ]
    for place, device in enumerate(info.devices):
        if device.has_vram:
            samples += _device(device, subject(device, place), time, cards)
    return tuple(samples)


def _device(device: Device, name: str, time: float, whole: bool) -> list[Sample]:
    comfy = Sample("gpu.vram_comfy", time, float(device.used_by_comfy), name)
    if not whole:
        return [comfy]
    return [
        comfy,
        Sample("gpu.vram_used", time, float(device.vram_used), name),
        Sample("gpu.vram_total", time, float(device.vram_total), name),
    ]


def subject(device: Device, place: int) -> str:
    """``gpu0``: by torch's index, or by place in the list where there is none."""
    return f"gpu{place if device.index is None else device.index}"


def from_queue(remaining: int | None, time: float) -> Sample:
    """Jobs running and waiting; no reading when they are not known."""
    value = float("nan") if remaining is None else float(remaining)
    return Sample("queue.remaining", time, value)


def from_latency(seconds: float | None, time: float) -> Sample:
    """Time that an answer took; no reading when none came."""
    value = float("nan") if seconds is None else seconds
    return Sample("server.latency", time, value)
