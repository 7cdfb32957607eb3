"""Names of files on a target: which are allowed everywhere, and what a file is called while it is made.

Pure; it knows no place. A name that one kind of target could hold and another could not is refused on all.
"""

from __future__ import annotations

import posixpath
import secrets

PARTS = ".part"
"""The folder of files in the making, in the first folder of their names: a rename stays on one volume."""
LONGEST = 200
"""Signs of one part of a name."""
_FORBIDDEN = frozenset('\\:*?"<>|')
"""What Windows and its shares can't hold."""
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)


def checked(name: str) -> str:
    """`name` itself. Raises `ValueError` for one that climbs or that some kind of target can't hold."""
    for part in name.split("/"):
        if not part or part in (".", "..") or part[-1] in ". " or len(part) > LONGEST:
            raise ValueError(f"not a name for a file of a backup: {name!r}")
        if not (part.isascii() and part.isprintable()) or _FORBIDDEN & set(part):
            raise ValueError(f"not a name for a file of a backup: {name!r}")
        if part.split(".")[0].casefold() in _DEVICES:
            raise ValueError(f"a name that Windows keeps for a device: {name!r}")
    return name


def folder_of(name: str) -> str:
    """The folder that a name lies in; empty for the root."""
    return posixpath.dirname(name)


def fresh_part(name: str) -> str:
    """A name that nobody has, for a file that will be called `name`."""
    return f"{parts_folder(name)}/{secrets.token_hex(12)}"


def parts_folder(name: str) -> str:
    """Where what will be called `name` is made."""
    first, slash, _ = name.partition("/")
    return f"{first}/{PARTS}" if slash else PARTS


def is_hidden(part: str) -> bool:
    """Whether a file or folder (its last part) is none of the backup's."""
    return part == PARTS
