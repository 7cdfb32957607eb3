"""How an exam looks on the screen as a document, and the look that such a document gives an exam again.

Owns the document's form. Which picture a viewport shows is written by the names that series and images have
in the exam, never by their places, for places move when images come or go. Fields are carried by their types,
so that what others add to `state` is kept without being named here; what a document lacks, or has in a form
that is not understood, is as new. Pure: must never read a file or ask what is loaded.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import types
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.exam import Exam, ExamSeries
from vetpacs_desktop.viewer.left_looks import UNSEEN, Place, VolumeLook, sound
from vetpacs_desktop.viewer.loading import FrameKey
from vetpacs_desktop.viewer.session import FrameStack
from vetpacs_desktop.viewer.state import (
    LARGEST_FACTOR,
    LARGEST_GRID,
    SMALLEST_FACTOR,
    GridState,
    ViewState,
    show_series,
)

VERSION = 1
_BY_NAME = frozenset({"series", "stack"})
"""Places of a view: written as names instead. The index counts only in a plane, which has no images."""
_CURVE = "uint16"
"""Marks a VOI LUT's curve: its steps, which are small numbers, packed."""
_LONGEST_CURVE = 1 << 16
MOST_LOOKS = 64
"""Stacks whose volumes or overlays are remembered."""
_OF_THE_DAY = ("spot", "second", "second_alone")
"""What is as it is now: the place pointed at, and the screens that this table has today."""
_NOT_OF_THE_GRID = frozenset({"views", *_OF_THE_DAY})
_KIND = "is"
"""Says which of several classes a value is of, such as a window or the preset it comes from."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Resumed:
    """An exam's grid as it was left; `keys` are the pictures of its views, None where nothing is to be found.

    The views' indices are guesses until the stacks are known: see `found`.
    """

    grid: GridState
    keys: tuple[FrameKey | None, ...]


# --- writing --------------------------------------------------------------------------------------


def document(
    grid: GridState,
    exam: Exam,
    keys: Sequence[FrameKey | None],
    looks: Mapping[Place, VolumeLook] | None = None,
) -> str:
    """The grid as JSON; `keys` are the pictures that its views show, in their order, `looks` how volumes and
    overlays are seen, by the first picture of their stacks."""
    shown = {view.series for view in grid.views}
    names = {n: _names(series) for n, series in enumerate(exam.all_series) if n in shown}
    views = [
        {"place": _plain(_place(exam, names, view, key)), "view": _without(_plain(view), _BY_NAME)}
        for view, key in zip(grid.views, keys, strict=True)
    ]
    kept = {
        "version": VERSION,
        "grid": _without(_plain(grid), _NOT_OF_THE_GRID),
        "views": views,
        "beside": [one.study_uid for one in exam.beside],
        "looks": [
            {"place": _plain(place), "look": _plain(look)}
            for place, look in (looks or {}).items()
            if look != UNSEEN
        ],
    }
    return json.dumps(kept, separators=(",", ":"))


def _names(series: ExamSeries) -> dict[Path, str]:
    """The images' names by their files: looking for each anew takes long in a series of a thousand."""
    return dict(zip(series.paths, series.sop_uids, strict=False))


def _place(
    exam: Exam, names: Mapping[int, Mapping[Path, str]], view: ViewState, key: FrameKey | None
) -> Place | None:
    if view.series is None or view.series not in names:
        return None
    sop_uid = names[view.series].get(key.path, "") if key is not None else ""
    return Place(exam.series_at(view.series).series_uid, sop_uid, key.frame if key is not None else 0)


def _plain(value: object) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        own = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {_KIND: type(value).__name__, **own}
    if isinstance(value, np.ndarray):
        return _packed(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((_plain(one) for one in value), key=repr)
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float | None) else None


def _packed(curve: NDArray[Any]) -> dict[str, str] | None:
    if curve.dtype != np.uint16 or curve.ndim != 1:
        return None
    steps = np.diff(curve, prepend=np.uint16(0)).astype("<u2")
    return {_CURVE: base64.b64encode(zlib.compress(steps.tobytes())).decode("ascii")}


def _without(facts: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name not in names}


# --- reading --------------------------------------------------------------------------------------


def resumed(text: str, exam: Exam, now: GridState | None = None) -> Resumed | None:
    """What `text` says of `exam`; None when it says nothing, or nothing that it speaks of is there any more.

    `now` is the grid as it stands, which says how many screens there are.

    A series that is gone leaves its viewport empty; an image that is gone leaves its series as new: the flips
    and the window of one picture are never put on another.
    """
    kept = _parsed(text)
    listed = kept.get("views")
    if kept.get("version") != VERSION or not isinstance(listed, list):
        return None
    pairs = [_view(one, exam) for one in listed[: 2 * LARGEST_GRID**2]]
    if all(view.series is None for view, _ in pairs):
        return None
    return _whole(_from_plain(GridState, kept.get("grid"), GridState()), pairs, now or GridState())


def beside(text: str) -> tuple[str, ...]:
    """The exams (StudyInstanceUID) that lay beside this one."""
    listed = _parsed(text).get("beside")
    return tuple(one for one in listed if isinstance(one, str)) if isinstance(listed, list) else ()


def looks(text: str, exam: Exam) -> dict[Place, VolumeLook]:
    """How volumes and overlays were left, of stacks that are still among the exam's."""
    listed = _parsed(text).get("looks")
    kept = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    known: dict[Place, VolumeLook] = {}
    for one in kept[:MOST_LOOKS]:
        place = _from_plain(Place, one.get("place"), Place(""))
        look = sound(_from_plain(VolumeLook, one.get("look"), UNSEEN))
        if look != UNSEEN and key_at(place, exam) is not None:
            known[place] = look
    return known


def key_at(place: Place, exam: Exam) -> FrameKey | None:
    """The picture that a place names; None where it is gone."""
    series = next((one for one in exam.all_series if one.series_uid == place.series_uid), None)
    if series is None or place.sop_uid not in series.sop_uids:
        return None
    return FrameKey(series.paths[series.sop_uids.index(place.sop_uid)], max(0, place.frame))


def found(view: ViewState, key: FrameKey, stacks: Sequence[FrameStack]) -> ViewState | None:
    """The view at the place of `key`; None while no stack holds it. As new when none ever will."""
    for number, stack in enumerate(stacks):
        if key in stack.keys and view.plane:
            return replace(view, stack=number)
        if key in stack.keys:
            return replace(view, stack=number, index=stack.keys.index(key))
    if stacks and all(stack.final for stack in stacks):
        return show_series(view, view.series)
    return None


def _parsed(text: str) -> dict[str, Any]:
    try:
        kept = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _view(kept: object, exam: Exam) -> tuple[ViewState, FrameKey | None]:
    """One view with its picture; an empty one where its series is gone."""
    facts = kept if isinstance(kept, dict) else {}
    place = _from_plain(Place, facts.get("place"), Place(""))
    if not place.series_uid:
        return replace(_from_plain(ViewState, facts.get("view"), ViewState()), series=None, index=0), None
    number = next((n for n, one in enumerate(exam.all_series) if one.series_uid == place.series_uid), None)
    if number is None:
        return ViewState(), None
    series = exam.series_at(number)
    fresh = ViewState(series=number)
    if place.sop_uid not in series.sop_uids:
        return fresh, None
    image = series.sop_uids.index(place.sop_uid)
    key = FrameKey(series.paths[image], max(0, place.frame))
    view = _sound(_from_plain(ViewState, facts.get("view"), ViewState()))
    index = max(0, view.index) if view.plane else _guess(series, image, key.frame)
    return replace(view, series=number, stack=0, index=index), key


def _guess(series: ExamSeries, image: int, frame: int) -> int:
    """Where the first look most likely finds a picture, before the headers have been read."""
    if len(series.paths) == 1:
        return frame
    return image if series.frame_count <= len(series.paths) else 0


def _sound(view: ViewState) -> ViewState:
    """Numbers that a picture can be drawn with, whatever the document holds."""
    return replace(view, factor=min(max(view.factor, SMALLEST_FACTOR), LARGEST_FACTOR))


def _whole(kept: GridState, pairs: list[tuple[ViewState, FrameKey | None]], now: GridState) -> Resumed:
    """As many views as there is room for, one of them active; a second screen as it stands now."""
    rows, columns = (max(1, min(n, LARGEST_GRID)) for n in (kept.rows, kept.columns))
    count = rows * columns
    first = (pairs[:count] + [(ViewState(), None)] * count)[:count]
    beyond: list[tuple[ViewState, FrameKey | None]] = [(view, None) for view in now.views[now.on_first :]]
    if now.second is not None and len(pairs) == count + len(beyond):
        beyond = pairs[count:]
    both = first + beyond
    grid = replace(
        kept,
        rows=rows,
        columns=columns,
        views=tuple(view for view, _ in both),
        active=kept.active if 0 <= kept.active < len(first) else 0,
        **{name: getattr(now, name) for name in _OF_THE_DAY},
        resting=len(first) if beyond else 0,
    )
    return Resumed(grid, tuple(key for _, key in both))


class _Unfit(Exception):
    """A value that is not of the type which the field has now."""


def _from_plain(kind: type[T], kept: object, otherwise: T) -> T:
    """A dataclass from what JSON kept of it; what does not fit is as in `otherwise`."""
    if not isinstance(kept, dict):
        return otherwise
    plain_type: Any = kind  # type[T] is no Hashable to the checker
    hints = _hints(plain_type)
    changes: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        if field.init and field.name in kept:
            try:
                changes[field.name] = _revived(hints[field.name], kept[field.name])
            except _Unfit:
                continue
    return replace(otherwise, **changes)  # type: ignore[type-var]


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    """Working them out takes longer than all the rest. Raises `NameError`."""
    return get_type_hints(kind)


def _revived(hint: Any, kept: object) -> Any:
    """A value of type `hint`. Raises `_Unfit`."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(hint), kept)
    if origin in (tuple, frozenset):
        return _several(origin, get_args(hint), kept)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(get_args(hint), kept)
    if origin is np.ndarray:
        return _unpacked(kept)
    if origin is Literal:
        return _checked(kept, kept in get_args(hint))
    if hint in (None, type(None)):
        return _checked(kept, kept is None)
    if is_dataclass(hint):
        return _instance(hint, kept)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _member(hint, kept)
    return _simple(hint, kept)


def _one_of(hints: tuple[Any, ...], kept: object) -> Any:
    for hint in hints:
        try:
            return _revived(hint, kept)
        except _Unfit:
            continue
    raise _Unfit


def _several(origin: type, hints: tuple[Any, ...], kept: object) -> Any:
    if not isinstance(kept, list):
        raise _Unfit
    if origin is frozenset or (len(hints) == 2 and hints[1] is Ellipsis):
        return origin(_revived(hints[0], one) for one in kept)
    if len(hints) != len(kept):
        raise _Unfit
    return tuple(_revived(hint, one) for hint, one in zip(hints, kept, strict=True))


def _mapping(hints: tuple[Any, ...], kept: object) -> Any:
    if not isinstance(kept, dict) or hints[:1] != (str,):
        raise _Unfit
    return {key: _revived(hints[1], one) for key, one in kept.items()}


def _unpacked(kept: object) -> NDArray[np.uint16]:
    packed = kept.get(_CURVE) if isinstance(kept, dict) else None
    try:
        unpacker = zlib.decompressobj()
        steps = unpacker.decompress(base64.b64decode(packed or "", validate=True), 2 * _LONGEST_CURVE)
        return np.cumsum(np.frombuffer(steps, "<u2"), dtype=np.uint16)
    except (TypeError, ValueError, binascii.Error, zlib.error) as error:
        raise _Unfit from error


def _instance(kind: Any, kept: object) -> Any:
    if not isinstance(kept, dict) or kept.get(_KIND) != kind.__name__:
        raise _Unfit
    try:
        hints = _hints(kind)
        return kind(**{name: _revived(hint, kept[name]) for name, hint in hints.items() if name in kept})
    except (NameError, TypeError, ValueError) as error:
        raise _Unfit from error


def _member(kind: type[Enum], kept: object) -> Enum:
    try:
        return kind(kept)
    except ValueError as error:
        raise _Unfit from error


def _simple(hint: Any, kept: object) -> Any:
    if hint is float:
        number = isinstance(kept, int | float) and not isinstance(kept, bool) and math.isfinite(kept)
        return float(_checked(kept, number))
    if hint in (bool, str):
        return _checked(kept, isinstance(kept, hint))
    return _checked(kept, hint is int and isinstance(kept, int) and not isinstance(kept, bool))


def _checked(kept: Any, fits: bool) -> Any:
    if not fits:
        raise _Unfit
    return kept
