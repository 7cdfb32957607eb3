"""What a backup needs of the place it lies in, and the ways in which such a place fails.

Names are relative, with `/`, plain ASCII, without `..`. This module connects to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from vetpacs_desktop.errors import KnownError


class TargetError(KnownError):
    """The backup target {target} could not be used: {reason}"""


class TargetUnreachable(TargetError):
    """The backup target {target} can't be reached ({reason}). Is it switched on and connected? What was
    copied is kept; the next run goes on from there."""


class TargetRefused(TargetError):
    """The backup target {target} did not accept the name and password ({reason}). Enter them again."""


class TargetNotWritable(TargetError):
    """Nothing can be written to the backup target {target} ({reason}). Allow this account to write there,
    or choose another folder."""


class TargetFull(TargetError):
    """The backup target {target} is full. Make room there, or let old backups go. What is proved stays."""


class TargetChanged(TargetError):
    """This is not the place that was set up as {target} ({reason}). Nothing was written. If you changed it
    yourself, set it up again."""


class NotThere(TargetError):
    """The backup target {target} has no {name}."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file below a folder of the target."""

    name: str
    """Relative to the target's root."""
    size: int
    """Bytes."""
    changed: float
    """Seconds since 1970 by the target's own clock."""


@dataclass(frozen=True, slots=True)
class Space:
    """Bytes of the volume that the target lies on."""

    free: int
    total: int


class Target(Protocol):
    """One place. Safe to use from several threads; a call that gets no answer ends with
    `TargetUnreachable`."""

    name: str
    """As the clinic calls it; for sentences."""
    lanes: int
    """How many calls at once make it fastest."""

    def write(self, name: str, blocks: Iterable[bytes], size: int | None = None) -> int:
        """Put a file in place whole: below another name first, length checked, flushed, then renamed over
        `name`; folders are made. Returns the bytes written. Durable on return as far as the place can say so.
        """
        ...

    def write_many(self, files: Iterable[tuple[str, Iterable[bytes], int]]) -> Iterator[tuple[str, int]]:
        """As `write` for many files (name, blocks, size), several at once where that is quicker; yields
        (name, bytes) of each once it is durable, in any order.
        """
        ...

    def read(self, name: str, block: int = 1 << 20) -> Iterator[bytes]:
        """A file's bytes from the place itself, not from a cache of this computer where that can be had.
        Raises `NotThere`.
        """
        ...

    def create(self, name: str, data: bytes) -> bool:
        """Make a small file only if there is none by this name: False when there is (for locks)."""
        ...

    def size(self, name: str) -> int | None:
        """Bytes of a file, None when there is none."""
        ...

    def entries(self, folder: str) -> Iterator[Entry]:
        """The files directly in a folder; nothing when there is no such folder."""
        ...

    def folders(self, folder: str) -> Iterator[str]:
        """The last parts of the names of the folders directly in a folder."""
        ...

    def rename(self, name: str, new: str) -> None:
        """Rename a file or folder; what was at `new` is replaced if it is a file."""
        ...

    def delete(self, name: str) -> None:
        """Delete a file; no error when there is none."""
        ...

    def remove_folder(self, name: str) -> None:
        """Delete an empty folder; no error when there is none or it is not empty."""
        ...

    def space(self) -> Space | None:
        """Room on its volume, None when it doesn't say."""
        ...

    def identity(self) -> str:
        """What tells this disk, share or computer from another with the same address; empty when unknown."""
        ...

    def close(self) -> None:
        """End its connections; calls under way end with `TargetUnreachable`."""
        ...
