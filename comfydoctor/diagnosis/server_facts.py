"""What ``GET /system_stats`` says, in the terms of the signatures."""

from comfydoctor.diagnosis.events import Facts
from comfydoctor.model.server import ServerInfo

_SYSTEMS = {"nt": "windows", "win32": "windows", "darwin": "macos", "posix": "linux"}
_MB = 1 << 20


def facts_of(info: ServerInfo) -> Facts:
    """Facts of a server; empty where it does not say."""
    device = info.devices[0] if info.devices else None
    on_card = device is not None and device.has_vram
    return Facts(
        version=info.version,
        torch=info.torch,
        python=info.python.split()[0] if info.python else "",
        device=device.type if device else "",
        gpu=device_name(device.name) if device and on_card else "",
        os=_SYSTEMS.get(info.os.lower(), info.os.lower()),
        install=_install(info),
        argv=" ".join(info.argv),
        vram_mb=device.vram_total // _MB if device and on_card else 0,
        ram_mb=info.ram_total // _MB,
    )


def device_name(said: str) -> str:
    """``cuda:0 NVIDIA GeForce RTX 3060 : cudaMallocAsync`` -> the card's name."""
    name = said.partition(" : ")[0]
    head, _, rest = name.partition(" ")
    return rest if ":" in head and rest else name


def _install(info: ServerInfo) -> str:
    """The kind of installation, where the server gives it away."""
    words = f"{info.deploy_environment} {' '.join(info.argv)}".lower()
    if "desktop" in words or "electron" in words:
        return "desktop"
    if "stabilitymatrix" in words:
        return "stability-matrix"
    portable = info.embedded_python or "--windows-standalone-build" in info.argv
    return "portable" if portable else ""
