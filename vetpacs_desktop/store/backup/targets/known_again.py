"""What a disk is known again by: the volume's own serial number and a mark that was left on it.

Pure. A copy of the disk carries the mark but another serial number; an empty mount point carries neither.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

MARK_FILE = "VetPACS/place.id"
"""Where the mark lies, below the target's root."""
LONGEST_MARK = 64
_VOLUME, _MARK = "volume:", "mark:"


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a place; empty parts are unknown."""

    volume: str = ""
    mark: str = ""

    def __str__(self) -> str:
        parts = (f"{_MARK}{self.mark}" if self.mark else "", f"{_VOLUME}{self.volume}" if self.volume else "")
        return " ".join(part for part in parts if part)


def parsed(identity: str) -> Signs:
    """The signs in a `Target.identity()`; a volume's token may hold blanks, so it comes last."""
    rest, mark, volume = identity, "", ""
    if rest.startswith(_MARK):
        mark, _, rest = rest.removeprefix(_MARK).partition(" ")
    if rest.startswith(_VOLUME):
        volume = rest.removeprefix(_VOLUME)
    return Signs(volume, mark)


def difference(expected: Signs, found: Signs) -> str:
    """Why the place is another one, in words for people; empty when nothing speaks against it."""
    if expected.volume and found.volume and expected.volume != found.volume:
        return "the folder lies on another disk or share"
    if expected.mark and not found.mark:
        return "the mark that was left there is gone"
    if expected.mark != found.mark and expected.mark:
        return "it carries the mark of another target"
    return ""


def host_key(identity: str) -> str:
    """The key of the computer behind an SFTP target's identity (``ssh-ed25519 SHA256:...``), which a person
    compares with what that computer's administrator says; empty for other targets."""
    volume = parsed(identity).volume
    return volume if " SHA256:" in volume else ""


def fresh_mark() -> str:
    """A mark that no other place has."""
    return secrets.token_hex(16)


def read_mark(data: bytes) -> str:
    """The mark in a mark's file; empty when it holds none."""
    text = data[: LONGEST_MARK + 1].decode("ascii", "replace").strip()
    return text if text.isalnum() and len(text) <= LONGEST_MARK else ""
