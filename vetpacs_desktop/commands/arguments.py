"""What a word on the command line must look like; argparse turns every "no" here into a usage error (code 2).

Pure functions of the text. Whether a place or an identifier exists is the commands' question, not theirs.
"""

from __future__ import annotations

import math
from argparse import ArgumentTypeError

LARGEST_PORT = 65535
LONGEST_TITLE = 16
LARGEST_SIDE = 20_000
ALL = 10**9


def place(text: str) -> str:
    """A path or identifier. An empty one, as an unset variable of a script leaves it, would mean "here"."""
    if not text.strip():
        raise ArgumentTypeError("the name of a file, folder or identifier is empty")
    return text


def count(text: str) -> int:
    """A whole number from 0; beyond `ALL` it means everything."""
    if not (text.isascii() and text.isdecimal()):
        raise ArgumentTypeError(f"{text!r} is not a whole number from 0")
    return ALL if len(text) > 9 else int(text)


def port(text: str) -> int:
    """A TCP port; 0 stands for any free one."""
    number = count(text)
    if number > LARGEST_PORT:
        raise ArgumentTypeError(f"{text!r} is not a port: those end at {LARGEST_PORT}")
    return number


def title(text: str) -> str:
    """The name a machine is known by (AE title, PS3.5 6.2): 1 to 16 plain characters without a backslash."""
    name = text.strip()
    if not is_title(name):
        raise ArgumentTypeError(
            f"{text!r} is no AE title: 1 to 16 plain letters, digits and signs, no backslash"
        )
    return name


def is_title(name: str) -> bool:
    """Whether `name` can stand for a machine in DICOM."""
    return 1 <= len(name) <= LONGEST_TITLE and name.isascii() and name.isprintable() and "\\" not in name


def size(text: str) -> tuple[int, int]:
    """``1200x900`` -> (width, height), 1 to 20,000 each."""
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise ArgumentTypeError(f"{text!r} is not a size like 1200x900")
    if not (1 <= int(width) <= LARGEST_SIDE and 1 <= int(height) <= LARGEST_SIDE):
        raise ArgumentTypeError(f"{text!r} is outside 1x1 to {LARGEST_SIDE}x{LARGEST_SIDE}")
    return int(width), int(height)


def points(text: str) -> tuple[tuple[float, float], ...]:
    """``12,30 40.5,7`` -> ((12, 30), (40.5, 7)): columns and rows of an image."""
    found = tuple(_point(word) for word in text.replace(";", " ").split())
    if not found:
        raise ArgumentTypeError('no points; they are written like "12,30 40.5,7" (column,row)')
    return found


def known_object(text: str) -> tuple[tuple[tuple[float, float], ...], float]:
    """``12,30 40.5,7 25`` -> (the points, 25 mm): the ends or edge of an object and its size."""
    places, _, size = text.strip().rpartition(" ")
    found = points(places)
    if len(found) not in (2, 3):
        raise ArgumentTypeError(
            "two ends of a line or three points on the edge of a ball, then its size in mm"
        )
    return found, millimetres(size)


def millimetres(text: str) -> float:
    """A size above 0."""
    try:
        size = float(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a number of millimetres") from error
    if not math.isfinite(size) or size <= 0:
        raise ArgumentTypeError(f"{text!r} is not a size: it must be above 0")
    return size


def gigabytes(text: str) -> float:
    """An amount from 0, in GB of 1000^3 bytes."""
    try:
        amount = float(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a number of GB") from error
    if not math.isfinite(amount) or amount < 0:
        raise ArgumentTypeError(f"{text!r} is not an amount: it must be 0 or more")
    return amount


def _point(word: str) -> tuple[float, float]:
    column, _, row = word.partition(",")
    try:
        found = float(column), float(row)
    except ValueError as error:
        raise ArgumentTypeError(f"{word!r} is not a point like 12,30 (column,row)") from error
    if not all(map(math.isfinite, found)):
        raise ArgumentTypeError(f"{word!r} is not a point: both must be numbers")
    return found


def window(text: str) -> tuple[float, float]:
    """``40/400`` -> (centre 40, width 400); the width is above 0 (PS3.3 C.11.2.1.2)."""
    center, _, width = text.partition("/")
    try:
        found = float(center), float(width)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a window like 40/400 (centre/width)") from error
    if not all(map(math.isfinite, found)) or found[1] <= 0:
        raise ArgumentTypeError(f"{text!r} is not a window: the width must be a number above 0")
    return found
