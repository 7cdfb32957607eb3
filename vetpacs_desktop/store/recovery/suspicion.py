"""A word from whoever could not read the index to whoever mends it: an empty file in the run folder.

Any process may leave it; the filing process takes it away and looks the index over. It holds nothing.
"""

from __future__ import annotations

import contextlib

from vetpacs_desktop.paths import Home

FILE = "index.suspect"


def leave(home: Home) -> None:
    """The index could not be read. Never fails."""
    with contextlib.suppress(OSError):
        (home.run / FILE).touch()


def take(home: Home) -> bool:
    """Whether somebody said so since the last time."""
    try:
        (home.run / FILE).unlink()
    except OSError:
        return False
    return True
