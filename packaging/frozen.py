"""Where the frozen program starts."""

import multiprocessing
import sys

from comfydoctor.__main__ import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
