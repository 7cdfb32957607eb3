"""Windows by name: those of `resources/windows`, and those that a reader saved. Reads and writes their TOML.

Owns the format and the order, which saved screens rely on. Must never look at a picture; `presets` does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import tomli_w

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import resources
from vetpacs_desktop.viewer.description import Window

KEYS = range(1, 10)
"""Digits that a window may lie on; 0 is the file's own."""


class BadWindows(KnownError):
    """The windows in {path} can't be used: {reason}. The others still work; correct or delete the file."""


class WindowNotSaved(KnownError):
    """The window could not be saved in {path} ({reason}); the images are untouched. Try again."""


@dataclass(frozen=True, slots=True)
class NamedWindow:
    """One of `resources/windows`."""

    words: str
    """In English; translated where it is shown."""
    source: str
    modality: str
    window: Window | None = None
    """In the values' own unit; None where it is made of shares."""
    shares: tuple[float, float] | None = None
    """Of the animal's values, 0 to 1, that are black and white."""
    regions: tuple[str, ...] = ()
    """Where it is most useful, in words of headers; empty is anywhere."""
    sequences: tuple[str, ...] = ()
    species: tuple[str, ...] = ()

    def fits(self, words: str) -> bool:
        """Whether it was made for what `words` (of a header, any case) speak of."""
        said = words.casefold()
        return any(word in said for word in (*self.regions, *self.sequences, *self.species))


@dataclass(frozen=True, slots=True)
class OwnWindow:
    """One that the reader saved."""

    name: str
    center: float
    width: float
    modality: str
    """Of the pictures that it is offered for."""
    key: int | None = None
    """The digit that it lies on."""

    @property
    def window(self) -> Window:
        """As a window, with its name."""
        return Window(self.center, self.width, label=self.name)


@cache
def named_windows() -> tuple[NamedWindow, ...]:
    """Those of the program, file by file. Raises `BadWindows` for a damaged installation."""
    found: list[NamedWindow] = []
    for path in sorted((resources() / "windows").glob("*.toml")):
        found += read_named(path)
    return tuple(found)


def read_named(path: Path) -> list[NamedWindow]:
    """The windows of one file. Raises `BadWindows`."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        return [_named(str(said["modality"]), row) for row in said["window"]]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise BadWindows(path=path, reason=_reason(error)) from error


def read_own(path: Path) -> tuple[OwnWindow, ...]:
    """The reader's; none where there is no file. Raises `BadWindows`."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("window", [])
        return tuple(_own(row) for row in rows)
    except FileNotFoundError:
        return ()
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise BadWindows(path=path, reason=_reason(error)) from error


def write_own(path: Path, own: Sequence[OwnWindow]) -> None:
    """All of the reader's, in place of what was there. Raises `WindowNotSaved`."""
    rows = [
        {
            "name": one.name,
            "center": one.center,
            "width": one.width,
            "modality": one.modality,
            **({"key": one.key} if one.key is not None else {}),
        }
        for one in own
    ]
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(tomli_w.dumps({"window": rows}), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise WindowNotSaved(path=path, reason=error.strerror or str(error)) from error


def with_window(own: Sequence[OwnWindow], new: OwnWindow) -> tuple[OwnWindow, ...]:
    """With one more, in place of one of the same name; its key is taken from any other of its modality."""
    kept = [one for one in own if (one.name.casefold(), one.modality) != (new.name.casefold(), new.modality)]
    freed = [
        OwnWindow(one.name, one.center, one.width, one.modality)
        if one.key == new.key and one.modality == new.modality
        else one
        for one in kept
    ]
    return (*freed, new)


def _named(modality: str, row: dict[str, Any]) -> NamedWindow:
    window = shares = None
    if "center" in row:
        window = Window(float(row["center"]), float(row["width"]), label=str(row["words"]))
    else:
        shares = float(row["low"]) / 100, float(row["high"]) / 100
        if not 0 <= shares[0] < shares[1] <= 1:
            raise ValueError(f"shares of {row['words']} do not rise from 0 to 100")
    if window is not None and window.width <= 0:
        raise ValueError(f"{row['words']} has no width")
    several = [tuple(str(word).casefold() for word in row.get(k, ())) for k in _WORDS]
    return NamedWindow(str(row["words"]), str(row["source"]), modality, window, shares, *several)


def _own(row: dict[str, Any]) -> OwnWindow:
    key, width = row.get("key"), float(row["width"])
    if width <= 0:
        raise ValueError(f"{row['name']} has no width")
    if key is not None and key not in KEYS:
        raise ValueError(f"the key of {row['name']} is not 1 to 9")
    return OwnWindow(str(row["name"]), float(row["center"]), width, str(row["modality"]), key)


_WORDS = ("regions", "sequences", "species")


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
