"""What the server prints while it starts."""

from comfydoctor.simulator.card import Card
from comfydoctor.simulator.console import Console
from comfydoctor.simulator.disk import ROOT
from comfydoctor.simulator.scenario import Pack, Scenario
from comfydoctor.simulator.version import PYTHON, TORCH, Version

WEB_ROOT = f"{ROOT}/venv/lib/python3.11/site-packages/comfyui_frontend_package/static"
CPU_ATTENTION = (
    "Using sub quadratic optimization for attention, if you have memory or speed"
    " issues try using: --use-split-cross-attention"
)
LOADER_LINE = {"0.3.64": 2133, "0.8.0": 2135, "0.33.0": 2263}


def print_start(
    console: Console, version: Version, card: Card, scenario: Scenario, url: str
) -> None:
    """Everything from the first line to the address of the interface."""
    _print_device(console, version, card)
    _print_versions(console, version, scenario)
    for pack in scenario.pack:
        if pack.failure:
            _print_failure(console, version, pack)
    _print_packs(console, scenario)
    console.info("Context impl SQLiteImpl.")
    console.info("Will assume non-transactional DDL.")
    if version.since(0, 23):
        console.info("Using RAM pressure cache.")
    console.info("Starting server\n")
    console.info(f"To see the GUI go to: {url}")


def _print_device(console: Console, version: Version, card: Card) -> None:
    ram = card.ram_total >> 20
    total = card.facts.memory_mb if card.there else ram
    console.info("Checkpoint files will always be loaded safely.")
    console.info(f"Total VRAM {total} MB, total RAM {ram} MB")
    console.info(f"pytorch version: {TORCH}")
    state = "NORMAL_VRAM" if card.there else "DISABLED"
    console.info(f"Set vram state to: {state}")
    device = f"cuda:0 {card.facts.name} : native" if card.there else "cpu"
    console.info(f"Device: {device}")
    if card.there and version.since(0, 8):
        console.info("Using async weight offloading with 2 streams")
        console.info(f"Enabled pinned memory {ram * 0.9:.1f}")
    console.info("Using pytorch attention" if card.there else CPU_ATTENTION)


def _print_versions(console: Console, version: Version, scenario: Scenario) -> None:
    console.info(f"Python version: {PYTHON}")
    console.info(f"ComfyUI version: {version.text}")
    if version.packages:
        for name, number in version.packages:
            console.info(f"{name} version: {number}")
    else:
        console.info(f"ComfyUI frontend version: {version.frontend}")
    console.info(f"[Prompt Server] web root: {WEB_ROOT}")
    if scenario.manager:
        console.info(f"### ComfyUI-Manager Version: {scenario.manager}")


def _print_failure(console: Console, version: Version, pack: Pack) -> None:
    line = LOADER_LINE[version.text]
    folder = f"{ROOT}/custom_nodes/{pack.folder}"
    console.warning(
        "Traceback (most recent call last):\n"
        f'  File "{ROOT}/nodes.py", line {line}, in load_custom_node\n'
        "    module_spec.loader.exec_module(module)\n"
        '  File "<frozen importlib._bootstrap_external>", line 940, in exec_module\n'
        '  File "<frozen importlib._bootstrap>", line 241, in'
        " _call_with_frames_removed\n"
        f'  File "{folder}/__init__.py", line 1, in <module>\n'
        f"    {pack.code}\n"
        f"{pack.failure}\n"
    )
    reason = pack.failure.partition(": ")[2]
    console.warning(f"Cannot import {folder} module for custom nodes: {reason}")


def _print_packs(console: Console, scenario: Scenario) -> None:
    console.info("\nImport times for custom nodes:")
    for pack in scenario.pack:
        failed = " (IMPORT FAILED)" if pack.failure else ""
        folder = f"{ROOT}/custom_nodes/{pack.folder}"
        console.info(f"   {pack.seconds:.1f} seconds{failed}: {folder}")
    console.info("")
