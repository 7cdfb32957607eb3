"""The mark by which a target is known again, read and left through the target; old files in the making.

For targets on other computers, where no volume's number can be asked for.
"""

from __future__ import annotations

import contextlib
import time

from vetpacs_desktop.store.backup.target import NotThere, Target, TargetChanged, TargetError
from vetpacs_desktop.store.backup.targets import names
from vetpacs_desktop.store.backup.targets.known_again import (
    MARK_FILE,
    Signs,
    difference,
    fresh_mark,
    read_mark,
)

STALE_SECONDS = 3 * 24 * 3600.0
"""A file in the making that is so old was left by a program that is gone, even if the clocks differ."""


def mark_of(target: Target) -> str:
    """The mark that was left there, empty when there is none. Raises `TargetError`."""
    try:
        return read_mark(b"".join(target.read(MARK_FILE)))
    except NotThere:
        return ""


def left_mark(target: Target) -> str:
    """The mark, left there now if there was none and the place can be written. Raises `TargetError`."""
    mark = mark_of(target)
    if not mark:
        with contextlib.suppress(TargetError):
            target.create(MARK_FILE, fresh_mark().encode("ascii"))
        mark = mark_of(target)
    return mark


def check(target: str, expected: Signs, found: Signs) -> None:
    """Raises `TargetChanged` when it is another place than the one that was set up."""
    reason = difference(expected, found)
    if reason:
        raise TargetChanged(target=target, reason=reason)


def sweep(target: Target) -> None:
    """Delete what programs that are gone left in the making. Raises `TargetError`."""
    limit = time.time() - STALE_SECONDS
    for folder in (names.PARTS, names.parts_folder(MARK_FILE)):
        for part in list(target.entries(folder)):
            if part.changed < limit:
                target.delete(part.name)
