"""Facts, versions and figures that a rule asks for."""

import pytest

from comfydoctor.diagnosis.conditions import fact_fits, figures_fit
from comfydoctor.diagnosis.events import Facts, Figures, JobEnd, Reading, Step

FACTS = Facts(
    version="0.14.1", device="cuda", gpu="NVIDIA GeForce RTX 5090", ram_mb=16384
)


@pytest.mark.parametrize(
    ("name", "wanted", "fits"),
    [
        ("version", "<0.20", True),
        ("version", ">=0.14.2", False),
        ("version", "=0.14", True),
        ("device", "cuda|xpu", True),
        ("device", "!cuda", False),
        ("gpu", r"RTX 50\d\d", True),
        ("os", "windows", False),
        ("os", "!windows", False),
        ("torch", "<2", False),
    ],
)
def test_facts(name: str, wanted: str, fits: bool) -> None:
    assert fact_fits(FACTS, name, wanted) is fits


MEMORY = Figures(1, asked=0.014, total=16.0, free=13.6, allocated=1.8, reserved=0.0)
READING = Reading(
    steps=(Step(1, 2.0, 20), Step(2, 5.0, 20), Step(3, 6.0, 20)),
    jobs=(JobEnd(4, 700.0),),
)


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ("free > 4*asked", True),
        ("fill < 0.5", True),
        ("others > 1", False),
        ("rest > 0.05*total", False),
        ("ram < 17", True),
        ("vram > 1", False),
        ("step > 5.5", True),
        ("job > 600", True),
        ("slowdown > 2", True),
    ],
)
def test_figures(wanted: str, fits: bool) -> None:
    assert figures_fit((wanted,), MEMORY, FACTS, READING) is fits


def test_what_is_not_known_never_fits() -> None:
    assert not figures_fit(("asked < 1",), None, Facts(), Reading())
    assert not figures_fit(("slowdown > 0",), None, Facts(), Reading())
