"""A foreign file while it is converted: where and what it is, its size and digest, how its bytes are read.

Reads only. The digest names the file everywhere else: the same bytes always become the same objects.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.store.intake.foreign.recognise import Format, Refused, recognise

BLOCK = 1 << 20
LONGEST = 0xFFFFFFFE - 1024
"""Bytes that one DICOM element can hold (a 32-bit length), with room for its surroundings."""


@dataclass(frozen=True, slots=True)
class Source:
    """One foreign file, read to its end once."""

    path: Path
    format: Format
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """Its file name as text that a header can hold."""
        return self.path.name.encode("utf-8", "replace").decode("utf-8").replace("\\", "/")


def look_at(path: Path, cancel: CancelToken) -> Source:
    """Recognise and digest a file. Raises `Refused`, `OSError`, `Cancelled`."""
    found = recognise(path)
    size, digest = 0, hashlib.sha256()
    for block in blocks(path, cancel):
        digest.update(block)
        size += len(block)
    if size > LONGEST:
        raise Refused(
            reason="The file is larger than 4 GB, more than an image file can hold; cut it in parts."
        )
    return Source(path, found, size, digest.hexdigest())


def blocks(path: Path, cancel: CancelToken) -> Iterator[bytes]:
    """A file's bytes, a megabyte at a time. Raises `Cancelled`."""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            cancel.check()
            yield block
