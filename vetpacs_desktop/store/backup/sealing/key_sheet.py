"""The words of the key sheet: the page on paper with which a sealed backup can be opened on the worst day.

Pure texts for whoever draws the page; they hold the secret key, so they are never logged or kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from vetpacs_desktop.store.backup.sealing import keys
from vetpacs_desktop.store.backup.words import date_text

GROUP = 6
TITLE = "Key sheet of a backup"
WARNING = (
    "Without this key nobody can read the backup: not you, not the makers of VetPACS. Print this page twice, "
    "keep one copy in the clinic's safe and one in another building, and none beside the backup itself.",
    "Whoever holds this page and the backup can read every image and every name in it. Treat it like cash.",
)
CHECK = (
    "To make sure that the page is right, VetPACS asks for the key from it before the first backup. Signs "
    "may be typed in small letters and with or without the spaces."
)
WITH_PROGRAM = (
    "Install VetPACS, choose System > Backup > Bring back, name the place where the backup lies, and type "
    "the key when you are asked for it."
)
WITHOUT_PROGRAM = (
    "The files are sealed in the open format of age (age-encryption.org). Install age, a free program for "
    "Windows, macOS and Linux.",
    "Write the key in one line, without spaces, into a plain text file called key.txt.",
    "Open a terminal in the folder VetPACS of the backup and give the command below for your system. It "
    "writes every image as a DICOM file into the folder opened, which any viewer or archive can import.",
    "The list of what was kept on a day opens in the same way: the files below generations and lists.",
)
COMMAND_UNIX = (
    "mkdir opened; find objects -name '*.age' | while read f; do age -d -i key.txt -o "
    '"opened/$(basename "$f" .age).dcm" "$f"; done'
)
COMMAND_WINDOWS = (
    "mkdir opened; Get-ChildItem objects -Recurse -Filter *.age | ForEach-Object { age -d -i key.txt -o "
    '"opened\\$($_.BaseName).dcm" $_.FullName }'
)


@dataclass(frozen=True, slots=True)
class KeySheet:
    """What stands on the page, from top to bottom."""

    title: str
    what_for: str
    groups: tuple[str, ...] = field(repr=False)
    """The secret key in pieces of six signs, as it is printed and read aloud."""
    secret: str = field(repr=False)
    """In one line; also what a code for cameras (QR) holds."""
    public: str
    warning: tuple[str, ...]
    check: str
    with_program: str
    without_program: tuple[str, ...]
    commands: tuple[tuple[str, str], ...]
    """Name of the system and the line to type there."""


def key_sheet(secret: str, *, clinic: str, place: str, url: str, backup_id: str, made: date) -> KeySheet:
    """The sheet for the secret key of the backup at `url`, called `place` here. Raises `BadKey`."""
    secret = keys.secret_text(keys.parse_secret(secret))
    whose = f" of {clinic}" if clinic else ""
    named = f", identity {backup_id}" if backup_id else ""
    return KeySheet(
        TITLE,
        f"Opens the backup{whose} called {place} ({url}{named}). Made on {date_text(made)}.",
        tuple(secret[start : start + GROUP] for start in range(0, len(secret), GROUP)),
        secret,
        keys.public_of(secret),
        WARNING,
        CHECK,
        WITH_PROGRAM,
        WITHOUT_PROGRAM,
        (("Linux and macOS", COMMAND_UNIX), ("Windows (PowerShell)", COMMAND_WINDOWS)),
    )
