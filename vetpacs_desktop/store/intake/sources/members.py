"""One file inside an archive, of whatever kind: `zips.py` and `discs.py` fill it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken

BLOCK = 1 << 20
MOST_MEMBERS = 500_000
"""More files than this in one archive come from no clinic."""


class ArchiveRefused(KnownError):
    """{reason}"""


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive that is open."""

    name: str
    """Its path inside, with forward slashes: for people, never for the file system."""
    size: int
    modified: float | None
    """Seconds since 1970, None when unknown."""
    open: Callable[[], AbstractContextManager[BinaryIO]]
    """Its bytes. Opening and reading raise `ArchiveRefused` for what is locked or damaged, and `OSError`."""

    def head(self, length: int) -> bytes:
        """Its first bytes. Raises as `open`."""
        with self.open() as stream:
            return stream.read(length)

    def write(self, target: Path, cancel: CancelToken) -> None:
        """Its bytes as a new file, with its time. Raises as `open`, and `Cancelled`; then no file is left."""
        try:
            with self.open() as stream, target.open("xb") as file:
                while block := stream.read(BLOCK):
                    cancel.check()
                    file.write(block)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        if self.modified is not None:
            os.utime(target, (self.modified, self.modified))


def safe_name(name: str) -> str:
    """A name as it is shown: forward slashes, nothing that climbs, no drive, no control signs."""
    parts = name.replace("\\", "/").split("/")
    shown = [part for part in parts if part not in ("", ".", "..")]
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in "/".join(shown))
