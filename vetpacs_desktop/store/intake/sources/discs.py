"""Images of discs (ISO 9660 with Joliet or Rock Ridge, UDF beside it): their files one by one, unmounted.

The richest names a disc has are shown: UDF, Rock Ridge, Joliet, then the short ones of ISO 9660.
"""

from __future__ import annotations

import posixpath
import struct
from calendar import timegm
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from vetpacs_desktop.store.intake.sources.members import MOST_MEMBERS, ArchiveRefused, Member, safe_name

SECTOR = 2048
_FIRST = 16 * SECTOR
"""Where the descriptors of a volume begin (ECMA-119 8.1)."""
_MARKS = (b"CD001", b"BEA01")
UNREADABLE = (
    "The disc image is damaged, or of a kind that can't be read here; open it with a double click so that it "
    "appears as a disc, and import that."
)
_BROKEN = (
    struct.error,
    ValueError,
    IndexError,
    KeyError,
    OverflowError,
    AttributeError,
    TypeError,
    RecursionError,
)
"""What pycdlib raises beside its own errors for images that are damaged."""


def is_disc(path: Path) -> bool:
    """Whether it is an image of a disc. Raises `OSError`."""
    with path.open("rb") as file:
        file.seek(_FIRST)
        return file.read(6)[1:6] in _MARKS


@contextmanager
def opened(path: Path) -> Iterator[list[Member]]:
    """The files on a disc image. Raises `ArchiveRefused`, `OSError`."""
    import pycdlib
    from pycdlib.pycdlibexception import PyCdlibException

    disc = pycdlib.PyCdlib()
    try:
        disc.open(str(path))
    except (PyCdlibException, *_BROKEN) as error:
        raise ArchiveRefused(reason=UNREADABLE) from error
    try:
        try:
            members = list(_members(disc))
        except (PyCdlibException, *_BROKEN) as error:
            raise ArchiveRefused(reason=UNREADABLE) from error
        yield members
    finally:
        disc.close()


def _members(disc: Any) -> Iterator[Member]:
    names = _names(disc)
    count = 0
    for folder, _, files in disc.walk(**{names: "/"}):
        for name in files:
            count += 1
            if count > MOST_MEMBERS:
                raise ArchiveRefused(
                    reason="The disc image holds more files than any disc; it may be damaged."
                )
            inside = posixpath.join(folder, name)
            record = disc.get_record(**{names: inside})
            shown = inside if names != "iso_path" else _without_version(inside)
            yield Member(
                safe_name(shown),
                record.get_data_length(),
                _moment(record),
                partial(_member, disc, names, inside),
            )


def _names(disc: Any) -> str:
    """Under which names the files are asked for, in pycdlib's words."""
    for has, names in (
        (disc.has_udf, "udf_path"),
        (disc.has_rock_ridge, "rr_path"),
        (disc.has_joliet, "joliet_path"),
    ):
        if has():
            return names
    return "iso_path"


@contextmanager
def _member(disc: Any, names: str, inside: str) -> Iterator[BinaryIO]:
    from pycdlib.pycdlibexception import PyCdlibException

    try:
        with disc.open_file_from_iso(**{names: inside}) as stream:
            yield cast(BinaryIO, stream)
    except (PyCdlibException, *_BROKEN) as error:
        raise ArchiveRefused(reason="This file on the disc image is damaged; read the disc again.") from error


def _without_version(name: str) -> str:
    """``IM001.;1`` is ``IM001`` (ECMA-119 7.5.1)."""
    return name.split(";")[0].rstrip(".")


def _moment(record: Any) -> float | None:
    """When the file was made (ECMA-119 9.1.5); only ISO 9660's own records say it in this way."""
    date: Any = getattr(record, "date", None)
    try:
        fields = (
            date.years_since_1900 + 1900,
            date.month,
            date.day_of_month,
            date.hour,
            date.minute,
            date.second,
        )
        return float(timegm((*fields, 0, 0, 0)) - date.gmtoffset * 15 * 60)
    except (AttributeError, ValueError, OverflowError, TypeError):
        return None
