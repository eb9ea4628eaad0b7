"""Entry point: the window without arguments, the command line with them."""

import sys


def main(argv: list[str] | None = None) -> int:
    """Run ComfyDoctor; returns the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments == ["--version"]:
        from comfydoctor import __version__

        sys.stdout.write(f"comfydoctor {__version__}\n")
        return 0
    return 2


if __name__ == "__main__":
    raise SystemExit(main())
