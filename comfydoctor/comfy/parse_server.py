"""What a server says of itself: ``/system_stats`` and ``/prompt``."""

from comfydoctor.comfy.parse_fields import (
    items,
    line,
    mapping,
    name,
    sequence,
    size,
    whole,
)
from comfydoctor.errors import Garbled, NotComfy
from comfydoctor.model.server import Device, PackageVersion, ServerInfo


def parse_system_stats(value: object) -> ServerInfo:
    """``GET /system_stats``. Raises NotComfy when it is another program's JSON."""
    answer = mapping(value)
    system = mapping(answer.get("system"))
    if not system or not isinstance(answer.get("devices"), list):
        raise NotComfy(
            "Something answers at this address, but it is not ComfyUI.",
            advice="Check the port; ComfyUI's own is 8188 (Desktop: 8000).",
        )
    return ServerInfo(
        version=line(system.get("comfyui_version")),
        os=line(system.get("os")),
        python=line(system.get("python_version")),
        torch=line(system.get("pytorch_version")),
        argv=tuple(name(part) for part in sequence(system.get("argv"))[:200]),
        embedded_python=system.get("embedded_python") is True,
        ram_total=size(system.get("ram_total")) or 0,
        ram_free=size(system.get("ram_free")) or 0,
        devices=tuple(map(_device, list(items(answer["devices"]))[:64])),
        packages=_packages(system.get("comfy_package_versions")),
        frontend_required=line(system.get("required_frontend_version")),
        deploy_environment=line(system.get("deploy_environment")),
    )


def parse_remaining(value: object) -> int:
    """``GET /prompt``: jobs running and waiting. Garbled when it is not told."""
    info = mapping(mapping(value).get("exec_info"))
    remaining = whole(info.get("queue_remaining"))
    if remaining is None or remaining < 0:
        raise Garbled("The server does not say how many jobs are in its queue.")
    return remaining


def _device(value: dict[str, object]) -> Device:
    index = whole(value.get("index"))
    return Device(
        name=line(value.get("name")),
        type=line(value.get("type"), 40),
        index=index if index is not None and 0 <= index < 1024 else None,
        vram_total=size(value.get("vram_total")) or 0,
        vram_free=size(value.get("vram_free")) or 0,
        torch_vram_total=size(value.get("torch_vram_total")) or 0,
        torch_vram_free=size(value.get("torch_vram_free")) or 0,
    )


def _packages(value: object) -> tuple[PackageVersion, ...]:
    return tuple(
        PackageVersion(
            line(item.get("name")), line(item.get("installed")), line(item["required"])
        )
        for item in list(items(value))[:200]
        if item.get("name") and "required" in item
    )
