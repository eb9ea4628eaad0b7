"""All of them: ``python -m tests.benchmarks``; each module runs alone, too."""

import subprocess
import sys

ALL = ("startup", "loop_delay", "server_cost")


def main() -> int:
    """Run one after the other; options such as --full go to each that has them."""
    full = ["--full"] if "--full" in sys.argv[1:] else []
    failed = 0
    for name in ALL:
        options = full if name != "startup" else []
        argv = [sys.executable, "-m", f"tests.benchmarks.{name}", *options]
        failed += subprocess.run(argv, check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
