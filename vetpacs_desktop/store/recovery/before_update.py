"""The index as it was, kept beside the library before a newer program changes how it is written.

The change itself is made whole or not at all; this is for the day on which the newer program turns out to be
wrong, and the older one is to go on with what it knew. Backups elsewhere: a newer program makes one due.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.database import copy_live

LOG = logging.getLogger(__name__)

KEPT = 2


def keep(home: Home) -> None:
    """Copy the index to `home.earlier`, where the last two stay. Never fails: without room for the copy the
    program goes on, and the log says so."""
    part = home.earlier / "copy.part"
    try:
        home.earlier.mkdir(mode=0o700, exist_ok=True)
        part.unlink(missing_ok=True)
        copy_live(home.database, part, lambda _left, _of: None)
        part.replace(home.earlier / f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.sqlite")
        for old in sorted(home.earlier.glob("*.sqlite"))[:-KEPT]:
            old.unlink()
    except (KnownError, OSError) as error:
        LOG.warning("No copy of the index before its change: %s", type(error).__name__)
