"""When a foreign file was made: from what it says itself, else from the time its file carries.

Tolerates any nonsense; reads no pixels and counts no frames.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from vetpacs_desktop.store.intake.foreign import exif, raster, streams
from vetpacs_desktop.store.intake.foreign.recognise import Format, Refused

_EARLIEST = 1990
"""A file's time before this year is a clock that was never set."""


def taken_at(path: Path, found: Format) -> str:
    """ISO ``YYYY-MM-DDTHH:MM:SS`` on the clock of the device; empty when nothing believable is said."""
    stated = ""
    if found.is_picture:
        stated = _of_picture(path)
    elif found.is_video:
        stated = _of_video(path)
    return _iso(stated) or _of_file(path)


def _of_picture(path: Path) -> str:
    try:
        with raster.opened(path) as image:
            return exif.device_of(image).taken_at
    except (Refused, OSError):
        return ""


def _of_video(path: Path) -> str:
    import av

    try:
        with av.open(str(path)) as container:
            stream = streams.moving_picture(container)
            return streams.device_of({**container.metadata, **(stream.metadata if stream else {})}).taken_at
    except (av.FFmpegError, ValueError, OverflowError, UnicodeDecodeError, OSError):
        return ""


def _of_file(path: Path) -> str:
    try:
        moment = datetime.fromtimestamp(os.stat(path).st_mtime)  # noqa: DTZ006, PTH116 - the clinic's own clock
    except (OSError, ValueError, OverflowError):
        return ""
    now = datetime.now()  # noqa: DTZ005
    if moment.year < _EARLIEST or moment > now + timedelta(days=1):
        return ""
    return moment.isoformat(timespec="seconds")


def _iso(stated: str) -> str:
    """A DT of at least a second's precision as ISO, without its zone."""
    if len(stated) < 14:
        return ""
    text = f"{stated[:4]}-{stated[4:6]}-{stated[6:8]}T{stated[8:10]}:{stated[10:12]}:{stated[12:14]}"
    try:
        return datetime.fromisoformat(text).isoformat(timespec="seconds")
    except ValueError:
        return ""
