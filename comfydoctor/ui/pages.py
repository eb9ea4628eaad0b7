"""The rail's pages in their order; each is imported when it is first opened."""

from collections.abc import Callable
from typing import NamedTuple

from comfydoctor.ui.panels.panel import Panel, Setting


class PageEntry(NamedTuple):
    """One page: how the rail shows it and how it is made."""

    id: str
    title: str
    icon: str
    make: Callable[[Setting], Panel]


def _now(setting: Setting) -> Panel:
    from comfydoctor.ui.panels.now import NowPanel

    return NowPanel(setting)


def _diagnose(setting: Setting) -> Panel:
    from comfydoctor.ui.panels.diagnose import DiagnosePanel

    return DiagnosePanel(setting)


def _queue(setting: Setting) -> Panel:
    from comfydoctor.ui.panels.queue import QueuePanel

    return QueuePanel(setting)


def _workflows(setting: Setting) -> Panel:
    from comfydoctor.ui.panels.workflows import WorkflowsPanel

    return WorkflowsPanel(setting)


def _charts(setting: Setting) -> Panel:
    from comfydoctor.ui.panels.charts import ChartsPanel

    return ChartsPanel(setting)


def _models(setting: Setting) -> Panel:
    from comfydoctor.ui.panels.models import ModelsPanel

    return ModelsPanel(setting)


def _checklists(setting: Setting) -> Panel:
    from comfydoctor.ui.panels.checklists import ChecklistsPanel

    return ChecklistsPanel(setting)


def _incidents(setting: Setting) -> Panel:
    from comfydoctor.ui.panels.incidents import IncidentsPanel

    return IncidentsPanel(setting)


def _console(setting: Setting) -> Panel:
    from comfydoctor.ui.panels.console import ConsolePanel

    return ConsolePanel(setting)


def _done(setting: Setting) -> Panel:
    from comfydoctor.ui.panels.activity import ActivityPanel

    return ActivityPanel(setting)


def _settings(setting: Setting) -> Panel:
    from comfydoctor.ui.panels.settings import SettingsPanel

    return SettingsPanel(setting)


PAGES: tuple[PageEntry, ...] = (
    PageEntry("now", "Now", "home-heart", _now),
    PageEntry("diagnose", "Diagnose", "stethoscope", _diagnose),
    PageEntry("queue", "Queue", "playlist-play", _queue),
    PageEntry("workflows", "Workflows", "file-tree-outline", _workflows),
    PageEntry("charts", "Charts", "chart-line", _charts),
    PageEntry("models", "Models", "cube-outline", _models),
    PageEntry("checklists", "Checklists", "clipboard-text-outline", _checklists),
    PageEntry("incidents", "Incidents", "lifebuoy", _incidents),
    PageEntry("console", "Console", "console-line", _console),
    PageEntry("done", "Activity", "history", _done),
    PageEntry("settings", "Settings", "cog-outline", _settings),
)


def keys_of(place: int, page_id: str) -> str:
    """Keys that open a page, ``place`` counted from 1; the tenth and on have none."""
    if page_id == "settings":
        return "Ctrl+,"
    return f"Ctrl+{place}" if place <= 9 else ""
