"""Entry point: the window without a verb, the command line with one."""

import gc
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from comfydoctor.cli.output import Printer

WINDOW_VERBS = {"open", "demo", "screenshot", "draw"}


def main(argv: list[str] | None = None) -> int:
    """Run ComfyDoctor; returns the exit code.

    The window is opened before anything else is imported: the time to the first
    paint is what a stressed person feels.
    """
    arguments = sys.argv[1:] if argv is None else argv
    if not arguments:
        return open_window()
    if arguments == ["--version"]:
        from comfydoctor import __version__

        sys.stdout.write(f"comfydoctor {__version__}\n")
        return 0
    if arguments == ["nvml-child"]:  # the frozen program as its own helper
        from comfydoctor.host.nvml_child import main as child

        child()
        return 0
    if arguments[0] in WINDOW_VERBS and "--no-window" not in arguments:
        return _with_window(arguments)
    from comfydoctor.cli.main import run

    return run(arguments)


def open_window(
    url: str = "",
    *,
    demo: str = "",
    speed: float = 1.0,
    on_useful: Callable[[], None] | None = None,
    on_painted: Callable[[], None] | None = None,
) -> int:
    """Open the window on a server, on a demo, or where it was left.

    ``on_painted`` is called once, after the first paint; ``on_useful`` once, when
    live data of a server has been painted.
    """
    # Nothing of a start is garbage; the window's `Collector` takes over later.
    gc.disable()
    from comfydoctor.doctor.early import early_settings, office
    from comfydoctor.model.server import ServerProfile
    from comfydoctor.ui.app import Start, run

    early, logs = early_settings()
    profile = ServerProfile(url.partition("://")[2], url) if url else None
    return run(
        Start(
            early=early,
            logs=logs,
            factory=office,
            profile=profile,
            demo=demo,
            speed=speed,
            on_useful=on_useful,
            on_painted=on_painted,
        )
    )


def _with_window(arguments: list[str]) -> int:
    from comfydoctor.cli.main import run

    verbs = {"open": _open, "demo": _demo, "screenshot": _screenshot, "draw": _draw}
    return run(arguments, verbs[arguments[0]])


def _open(options: "Namespace", _printer: "Printer") -> int:
    from comfydoctor.comfy.address import normalise

    return open_window(normalise(options.url))


def _demo(options: "Namespace", _printer: "Printer") -> int:
    return open_window(demo=options.scenario, speed=options.speed)


def _screenshot(options: "Namespace", printer: "Printer") -> int:
    from comfydoctor.cli.screenshot import read_size, without_screen
    from comfydoctor.doctor.early import office

    without_screen()
    from pathlib import Path

    from comfydoctor.ui.screenshot import PANELS, Shot, render

    if options.panel == "list":
        printer.line("\n".join(PANELS))
        return 0
    shot = Shot(
        panel=options.panel,
        out=Path(options.out or f"{options.panel}.png"),
        theme=options.theme,
        size=read_size(options.size),
        scale=options.scale,
        scenario=options.scenario,
    )
    printer.line(str(render(shot, factory=office)))
    return 0


def _draw(options: "Namespace", printer: "Printer") -> int:
    from comfydoctor.cli.screenshot import without_screen

    without_screen()
    from comfydoctor.doctor.guidance import read_charts
    from comfydoctor.ui.flowchart.drawing import draw

    charts = read_charts()
    if options.what == "list":
        printer.line("\n".join(("tree", *charts)))
        return 0
    printer.line(str(draw(charts, options.what, options.out, options.paper)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
