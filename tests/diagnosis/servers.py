"""Servers as ``/system_stats`` describes them."""

from comfydoctor.model.server import Device, ServerInfo

GIB = 1 << 30


def card(
    name="cuda:0 NVIDIA GeForce RTX 3060 : native",
    total=12 * GIB,
    free=10 * GIB,
    torch=GIB,
    torch_free=0,
    kind="cuda",
):
    return Device(name, kind, 0, total, free, torch, torch_free)


def processor(total=32 * GIB, free=20 * GIB):
    return Device("cpu", "cpu", None, total, free, total, free)


def server(*devices, **said):
    given = {
        "version": "0.33.0",
        "os": "linux",
        "python": "3.11.7 (main) [GCC]",
        "torch": "2.9.1+cu128",
        "argv": ("main.py",),
        "embedded_python": False,
        "ram_total": 32 * GIB,
        "ram_free": 20 * GIB,
        "devices": devices or (card(),),
    }
    return ServerInfo(**(given | said))
