"""A hanging protocol as frozen values, and its TOML form: for which exams, how many places, what hangs where.

Owns the format (docs/hanging.md) and says in a sentence what is wrong in a file. Must never look at an exam.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

import tomli_w

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.hanging.vocabulary import Vocabulary
from vetpacs_desktop.viewer.presets import TISSUES
from vetpacs_desktop.viewer.state import LARGEST_GRID, Preset, PresetKind

RADIOGRAPH = "radiograph"
"""Stands for every kind of radiograph except those of teeth."""
LETTERS = frozenset("LE RT D V CR CD R M L PR DI PA PL".split())
"""Quadruped letters (PS3.3 C.7.6.1.1.1)."""
MOST = 16
"""Viewports that a row is given where its protocol says nothing."""
_QUARTERS = (0, 90, 180, 270)


class BadProtocol(KnownError):
    """The hanging protocol in {path} can't be used: {reason}. The other protocols still work; correct or
    remove that file."""


class Layout(Enum):
    """How images are spread over the screen."""

    ONE = "one"
    """One image or stack fills the screen."""
    ROW = "row"
    """As many viewports as images, in the order of the places."""
    PAIRS = "pairs"
    """The right limb at the viewer's left, the left one beside it; a row for each view."""
    LIMBS = "limbs"
    """A row for each limb, a column for each view; the other way round where that suits a wide screen."""
    CHART = "chart"
    """Teeth where they are in the mouth."""
    GRID = "grid"
    """The rows and columns that are given; a place each, and what nobody fills stays empty."""


@dataclass(frozen=True, slots=True)
class Edges:
    """What is wanted at two edges of the picture: any of these letters; empty asks for nothing."""

    left: tuple[str, ...] = ()
    top: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """One place: which image belongs there and how it is to be seen. An empty condition holds for all."""

    views: tuple[str, ...] = ()
    side: str = ""
    regions: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """Every one of them in the image's description."""
    prior: bool = False
    """An image of an earlier exam."""
    empty: bool = False
    """Stays empty whatever there is."""
    edges: tuple[Edges, ...] = ()
    """Tried in this order; the first that the image's orientation allows is taken."""
    flip: bool = False
    """Mirrored left to right; for images whose orientation is known, `edges` decide instead."""
    rotate: int = 0
    """Clockwise, after the flip."""
    window: Window | Preset | None = None
    invert: bool = False


@dataclass(frozen=True, slots=True)
class Protocol:
    """For which exams, how many places, what hangs where."""

    name: str
    species: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    both_sides: bool = False
    """Only for exams that show a right and a left limb."""
    layout: Layout = Layout.ROW
    rows: int = 1
    """With `Layout.GRID` alone."""
    columns: int = 1
    most: int = MOST
    """Of the viewports that a row is given."""
    slots: tuple[Slot, ...] = ()
    path: Path | None = None
    """Where it was read."""
    own: bool = False
    """The user's own: comes before the program's."""

    def renamed(self, name: str) -> Protocol:
        """The same by another name."""
        return replace(self, name=name)


def read_protocols(path: Path, vocabulary: Vocabulary, *, own: bool = False) -> tuple[Protocol, ...]:
    """All protocols of a file. Raises `BadProtocol`."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadProtocol(path=path, reason=f"it can't be read ({error})") from error
    tables = document.get("protocol")
    if not isinstance(tables, list) or not tables:
        raise BadProtocol(path=path, reason="it holds no [[protocol]]")
    return tuple(_Reader(path, vocabulary).protocol(one, own) for one in tables)


def protocols_text(protocols: Iterable[Protocol]) -> str:
    """The TOML form of protocols; `read_protocols` gives the same back."""
    return tomli_w.dumps({"protocol": [_protocol_table(one) for one in protocols]})


def _protocol_table(protocol: Protocol) -> dict[str, Any]:
    table: dict[str, Any] = {"name": protocol.name}
    table |= _filled(
        species=protocol.species,
        modality=protocol.modalities,
        region=protocol.regions,
        both_sides=protocol.both_sides,
    )
    table["layout"] = protocol.layout.value
    if protocol.layout is Layout.GRID:
        table |= {"rows": protocol.rows, "columns": protocol.columns}
    elif protocol.most != MOST:
        table["most"] = protocol.most
    table["place"] = [_slot_table(one) for one in protocol.slots]
    return table


def _slot_table(slot: Slot) -> dict[str, Any]:
    return _filled(
        view=slot.views,
        side=slot.side,
        region=slot.regions,
        words=slot.words,
        prior=slot.prior,
        empty=slot.empty,
        show=[_filled(left=" ".join(one.left), top=" ".join(one.top)) for one in slot.edges],
        flip=slot.flip,
        rotate=slot.rotate,
        window=_window_word(slot.window),
        invert=slot.invert,
    )


def _filled(**values: Any) -> dict[str, Any]:
    return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items() if v}


class _Reader:
    """Turns tables into values; every complaint names the file and the line's key."""

    def __init__(self, path: Path, vocabulary: Vocabulary) -> None:
        self._path = path
        self._regions = {*vocabulary.regions.phrases.values(), *vocabulary.groups.values()}
        self._views = set(vocabulary.views.phrases.values())

    def protocol(self, table: object, own: bool) -> Protocol:
        row = self._table(table, "protocol", _PROTOCOL_KEYS)
        name = self._text(row, "name").strip()
        if not name:
            raise self._wrong("a protocol has no name")
        layout = self._layout(row)
        return Protocol(
            name=name,
            species=tuple(one.casefold() for one in self._texts(row, "species")),
            modalities=tuple(
                one if one == RADIOGRAPH else one.upper() for one in self._texts(row, "modality")
            ),
            regions=self._known(row, "region", self._regions),
            both_sides=self._flag(row, "both_sides"),
            layout=layout,
            rows=self._size(row, "rows", 1),
            columns=self._size(row, "columns", 1),
            most=self._size(row, "most", MOST, LARGEST_GRID**2),
            slots=tuple(self._slot(one) for one in self._list(row, "place")),
            path=self._path,
            own=own,
        )

    def _slot(self, table: object) -> Slot:
        row = self._table(table, "place", _PLACE_KEYS)
        side = self._text(row, "side").upper()
        if side not in ("", "R", "L"):
            raise self._wrong(f'side is "{side}", but can only be R or L')
        rotate = row.get("rotate", 0)
        if rotate not in _QUARTERS:
            raise self._wrong(f"rotate is {rotate!r}, but can only be 0, 90, 180 or 270")
        return Slot(
            views=self._known(row, "view", self._views),
            side=side,
            regions=self._known(row, "region", self._regions),
            words=self._texts(row, "words"),
            prior=self._flag(row, "prior"),
            empty=self._flag(row, "empty"),
            edges=tuple(self._edges(one) for one in self._list(row, "show")),
            flip=self._flag(row, "flip"),
            rotate=int(rotate),
            window=self._window(row.get("window")),
            invert=self._flag(row, "invert"),
        )

    def _edges(self, table: object) -> Edges:
        row = self._table(table, "show", ("left", "top"))
        found = [tuple(self._text(row, edge).split()) for edge in ("left", "top")]
        for letter in (*found[0], *found[1]):
            if letter not in LETTERS:
                known = " ".join(sorted(LETTERS))
                raise self._wrong(f'"{letter}" is no letter of a direction; known are {known}')
        if not any(found):
            raise self._wrong("show needs left or top")
        return Edges(*found)

    def _layout(self, row: Mapping[str, Any]) -> Layout:
        word = row.get("layout", Layout.ROW.value)
        try:
            return Layout(word)
        except ValueError:
            known = ", ".join(one.value for one in Layout)
            raise self._wrong(f'layout is "{word}", but can only be one of {known}') from None

    def _window(self, value: object) -> Window | Preset | None:
        if value is None:
            return None
        if isinstance(value, str) and value in _WINDOW_WORDS:
            return _WINDOW_WORDS[value]
        if (
            isinstance(value, list)
            and len(value) == 2
            and all(_is_number(one) for one in value)
            and value[1] > 0
        ):
            return Window(float(value[0]), float(value[1]))
        known = ", ".join(_WINDOW_WORDS)
        raise self._wrong(f"window is {value!r}, but can only be [centre, width] or one of {known}")

    # --- single values ----------------------------------------------------------------------------

    def _table(self, value: object, kind: str, keys: Sequence[str]) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self._wrong(f"a {kind} is not a table")
        for key in value:
            if key not in keys:
                raise self._wrong(f'"{key}" means nothing in a {kind}; known are {", ".join(keys)}')
        return value

    def _list(self, row: Mapping[str, Any], key: str) -> list[object]:
        value = row.get(key, [])
        if not isinstance(value, list):
            raise self._wrong(f"{key} is not a list")
        return value

    def _texts(self, row: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = row.get(key, ())
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list | tuple) or not all(isinstance(one, str) for one in listed):
            raise self._wrong(f"{key} is not a list of words")
        return tuple(listed)

    def _known(self, row: Mapping[str, Any], key: str, names: set[str]) -> tuple[str, ...]:
        found = self._texts(row, key)
        for one in found:
            if one not in names:
                raise self._wrong(f'the {key} "{one}" is not known; known are {", ".join(sorted(names))}')
        return found

    def _text(self, row: Mapping[str, Any], key: str) -> str:
        value = row.get(key, "")
        if not isinstance(value, str):
            raise self._wrong(f"{key} is not a text")
        return value

    def _flag(self, row: Mapping[str, Any], key: str) -> bool:
        value = row.get(key, False)
        if not isinstance(value, bool):
            raise self._wrong(f"{key} is neither true nor false")
        return value

    def _size(self, row: Mapping[str, Any], key: str, default: int, most: int = LARGEST_GRID) -> int:
        value = row.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            raise self._wrong(f"{key} is {value!r}, but can only be a number from 1 to {most}")
        return value

    def _wrong(self, reason: str) -> BadProtocol:
        return BadProtocol(path=self._path, reason=reason)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_PROTOCOL_KEYS = (
    "name", "species", "modality", "region", "both_sides", "layout", "rows", "columns", "most", "place",
)  # fmt: skip
_PLACE_KEYS = (
    "view", "side", "region", "words", "prior", "empty", "show", "flip", "rotate", "window", "invert",
)  # fmt: skip
_WINDOW_WORDS: Mapping[str, Preset] = {
    "automatic": Preset(PresetKind.AUTOMATIC),
    "full": Preset(PresetKind.FULL_RANGE),
    **{window.label.casefold(): Preset(PresetKind.TISSUE, n) for n, window in enumerate(TISSUES)},
}
"""Windows that are worked out anew for every image."""


def _window_word(window: Window | Preset | None) -> str | list[float] | None:
    if isinstance(window, Window):
        return [window.center, window.width]
    return next((word for word, preset in _WINDOW_WORDS.items() if preset == window), None)
