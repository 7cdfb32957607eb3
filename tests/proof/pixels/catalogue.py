"""Every file that pydicom and pydicom-data carry, and what it is: `files.txt`, one line each.

A line says ``grey`` or ``colour`` with the number of frames, ``broken`` (pixels that can't be had) or
``none`` (no picture). A file of a newer package must be looked at and get its line before the proof passes.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pydicom

LIST = Path(__file__).parent / "files.txt"
FOLDERS = ("test_files", "charset_files", "palettes")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list."""

    word: str
    frames: int
    name: str
    """``pydicom/`` or ``pydicom-data/`` and the path in the package."""

    @property
    def path(self) -> Path:
        return files()[self.name]

    def chosen_frames(self) -> list[int]:
        """All, or about a dozen of a long film, the first and the last among them."""
        step = max(self.frames // 12, 1) if self.frames > 30 else 1
        return sorted({*range(0, self.frames, step), self.frames - 1})


@cache
def listed() -> tuple[Entry, ...]:
    """All lines."""
    lines = (line.split(None, 2) for line in LIST.read_text().splitlines())
    return tuple(Entry(word, int(count), name) for word, count, name in lines)


@cache
def files() -> dict[str, Path]:
    """The files of the installed packages by the names of the list."""
    base = Path(pydicom.__file__).parent / "data"
    found = {
        f"pydicom/{path.relative_to(base).as_posix()}": path
        for folder in FOLDERS
        for path in (base / folder).rglob("*")
    }
    extra = importlib.util.find_spec("data_store")
    if extra is not None and extra.origin is not None:
        more = Path(extra.origin).parent / "data"
        found |= {f"pydicom-data/{path.relative_to(more).as_posix()}": path for path in more.rglob("*")}
    return {name: path for name, path in found.items() if path.is_file() and path.suffix != ".pyc"}


def present(*words: str) -> list[Entry]:
    """The lines with one of `words` whose file is installed."""
    return [entry for entry in listed() if entry.word in words and entry.name in files()]
