"""The fixes there are, for lists and menus."""

from dataclasses import dataclass

from comfydoctor.model.fix import Risk


@dataclass(frozen=True)
class Remedy:
    """One fix as a list shows it."""

    id: str
    title: str
    about: str
    risk: Risk


def list_remedies() -> tuple[Remedy, ...]:
    """Every registered fix, in the registry's order."""
    from comfydoctor.fixes import FIXES

    return tuple(Remedy(fix.id, fix.title, fix.about, fix.risk) for fix in FIXES)
