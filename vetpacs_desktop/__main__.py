"""``python -m vetpacs_desktop`` is the same command line as ``vetpacs-desktop``."""

import sys

from vetpacs_desktop.cli import main

if __name__ == "__main__":
    sys.exit(main())
