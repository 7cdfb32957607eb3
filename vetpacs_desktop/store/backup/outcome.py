"""What came of a backup and of proving one, as values that commands and windows show.

It decides nothing and reads nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

RUNNING, COMPLETE, VERIFIED, DAMAGED = "running", "complete", "verified", "damaged"
"""States of a generation: being made; published; read back whole afterwards; found with damage."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation as the ledger knows it."""

    id: str
    made: str
    """ISO 8601 in UTC."""
    objects: int = 0
    """Files that belong to it, images and others."""
    bytes: int = 0
    copied: int = 0
    """Files that its run had to copy; the others lay there already."""
    seconds: float = 0.0
    state: str = COMPLETE
    database: str = ""
    """The digest of its copy of the database."""
    lost: tuple[str, ...] = ()
    """Files of the library, by path in the home, that could not be read here and lay on no target either:
    they are not in this generation."""
    note: str = ""
    """What a person must know of it: a clock that went backwards."""

    @property
    def partly(self) -> bool:
        """Whether something of the library could not be kept."""
        return bool(self.lost)

    @property
    def verified(self) -> bool:
        """Whether everything of it was read back and compared. Each file is, before a manifest is written."""
        return self.state in (COMPLETE, VERIFIED) and not self.lost


@dataclass(frozen=True, slots=True)
class Proof:
    """What reading a generation (or a share of all copies) back has shown."""

    generation: str
    """Its id; empty for a share of the copies of all generations."""
    checked: int
    missing: tuple[str, ...] = ()
    """Paths in the home of files that are not on the target; of the backup's own files, names there."""
    corrupt: tuple[str, ...] = ()
    """The same of files that are there with other bytes."""
    seconds: float = 0.0
    bytes: int = 0
    """What was read."""

    @property
    def clean(self) -> bool:
        return not self.missing and not self.corrupt
