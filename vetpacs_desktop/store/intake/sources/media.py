"""A disc's table of contents (DICOMDIR, PS3.10 8.6, PS3.3 annex F): which images should be there.

It only tells what is missing. Images are always found by looking through the folder, since tables of contents
are absent, stale or in another case than their disc; what one refers to is never opened, wherever it points.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vetpacs_desktop.errors import NotAnImage
from vetpacs_desktop.store.reading import values
from vetpacs_desktop.store.reading.scan import scan_file

RECORDS = 0x00041220
FILE_ID = 0x00041500
INSTANCE = 0x00041511
LARGEST = 256 << 20
"""No disc's table of contents is longer."""
MISSING = "The disc's table of contents lists this image, but it is not on the disc; ask for the disc again."


@dataclass(frozen=True, slots=True)
class Listed:
    """One image in a table of contents."""

    name: str
    """Its path on the disc as it is written there, with forward slashes: for people and for comparing."""
    sop_uid: str


def listed(path: Path) -> list[Listed]:
    """The images a table of contents lists; none when it can't be understood. Raises `OSError`."""
    if path.stat().st_size > LARGEST:
        return []
    try:
        scanned = scan_file(path, None)
    except NotAnImage:
        return []
    found = []
    for record in scanned.items(RECORDS):
        sop_uid = values.identifier(record.values.get(INSTANCE, b""))
        parts = record.values.get(FILE_ID, b"").decode("latin-1").rstrip("\0 ").split("\\")
        if sop_uid and parts != [""]:
            found.append(Listed("/".join(part.strip() for part in parts), sop_uid))
    return found


def missing(
    contents: Sequence[Listed], folder: str, names: Collection[str], here: Collection[str], *, images: bool
) -> list[Listed]:
    """What is listed and neither stands on the disc nor is known.

    `folder`: where the table of contents stands; `names`: `plain` names of all files of the disc; `here`: SOP
    instance UIDs that are known; `images`: the disc has images. A table that lists none of them is another
    disc's.
    """
    if images and not any(one.sop_uid in here for one in contents):
        return []
    return [one for one in contents if one.sop_uid not in here and plain(f"{folder}/{one.name}") not in names]


def plain(name: str) -> str:
    """A name in the form in which two spellings of the same file are alike."""
    return name.replace("\\", "/").split(";")[0].rstrip(".").casefold()


def folder_of(shown: str) -> str:
    """The folder of a file as it is shown, on a disc or in an archive."""
    return shown.replace("\\", "/").rpartition("/")[0]


def plain_names(names: Iterable[str]) -> set[str]:
    return set(map(plain, names))
