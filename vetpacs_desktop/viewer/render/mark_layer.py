"""Marks over a picture: lines with their handles, and the words beside them as labels.

Draws what it is given in device pixels. Owns where a label finds room, since only the lettering knows how
large it is; never what it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.mark import ASIDE, GROWN, HANDLE, Look, Mark, Tag
from vetpacs_desktop.viewer.render.label import Label
from vetpacs_desktop.viewer.render.lettering import Lettering, Piece
from vetpacs_desktop.viewer.render.strokes import Ink, Path, Rgb, ink_of, most
from vetpacs_desktop.viewer.snapshot import Viewport

COLOURS: dict[Look, Rgb] = {
    Look.PLAIN: (255, 221, 110),
    Look.HOVERED: (255, 255, 255),
    Look.CHOSEN: (120, 226, 255),
    Look.SLICE: (176, 190, 210),
    Look.SPOT: (255, 150, 215),
    Look.AXIAL: (255, 176, 79),
    Look.SAGITTAL: (92, 200, 255),
    Look.CORONAL: (240, 240, 130),
}
"""Yellow, white, light blue, grey, pink: told apart by lightness, dashes and shape, not by red and green. The
lines of planes carry the plane's name beside their colour."""
EDGE: Rgb = (0, 0, 0)
PLATE_MARGIN = 4
_OPAQUE = np.uint32(0xFF000000)
TYPE = 13
SAMPLE = 12.0
MOST_SAMPLES = 400

Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False, slots=True)
class _Built:
    """The ink of one mark, and places (n, 2) that words should not cover."""

    mark: Mark
    viewport: Viewport
    ink: Ink
    core: _Wash
    places: NDArray[np.float64]


class _Wash:
    """A colour that covers some pixels more or less."""

    def __init__(self, at: NDArray[np.intp], shares: NDArray[np.uint8], colour: Rgb) -> None:
        """`shares` (n,) of 255 for the pixels of number `at`, counted row by row."""
        seen = np.flatnonzero(shares)
        self._at = at[seen]
        covers = shares[seen].astype(np.uint16)[:, np.newaxis]
        self._rest = np.uint16(255) - covers
        self._colour = covers * np.asarray((*colour, 255), np.uint16) + np.uint16(128)

    def draw(self, onto: NDArray[np.uint8], top: int) -> None:
        """Over (height, width, 4) RGBA, top row first, of which the first row is the picture's row `top`."""
        flat = onto.reshape(-1, 4).view(np.uint32)[:, 0]
        at, rest, colour = self._at, self._rest, self._colour
        if top or (len(at) and int(at.max()) >= len(flat)):
            at = at - top * onto.shape[1]
            here = np.flatnonzero((at >= 0) & (at < len(flat)))
            at, rest, colour = at[here], rest[here], colour[here]
        mixed = flat[at]
        under = mixed.view(np.uint8).reshape(-1, 4) * rest
        under += colour
        under += under >> 8  # with the half in `colour`: a rounded division by 255
        under >>= 8
        flat[at] = under.astype(np.uint8).view(np.uint32)[:, 0] | _OPAQUE


class MarkLayer:
    """Lines, handles and labels of one viewport."""

    def __init__(self, lettering: Lettering) -> None:
        self._lettering = lettering
        self._labels: list[Label] = []
        self._known: dict[str, _Built] = {}
        self._plates: list[Box] = []
        self._edges: _Wash | None = None

    def show(self, marks: Sequence[Mark], viewport: Viewport) -> None:
        """Other marks, or none."""
        tags = [(mark.tag, mark.ratio) for mark in marks if mark.tag is not None]
        self._known = built = {mark.id: self._built(mark, viewport) for mark in marks}
        drawn = np.concatenate([np.zeros((0, 2)), *(one.places for one in built.values())])
        self._plates = self._write(tags, drawn, viewport)
        self._edges = None
        if built:
            at = np.concatenate([one.ink.at for one in built.values()])
            shares = np.concatenate([one.ink.edge for one in built.values()])
            self._edges = _Wash(at, most(at, shares), EDGE)

    def draw(self, onto: NDArray[np.uint8], top: int = 0) -> None:
        """Over (height, width, 4) RGBA, top row first, of which the first row is the viewport's row `top`.

        All dark edges first, then all cores: where figures cross, no edge cuts through a line.
        """
        for box in self._plates:
            _shade(onto, box, top)
        if self._edges is not None:
            self._edges.draw(onto, top)
        for one in self._known.values():
            one.core.draw(onto, top)
        for label in self._labels:
            label.draw(onto, top)

    def _built(self, mark: Mark, viewport: Viewport) -> _Built:
        """What a mark is drawn with; made once for each."""
        known = self._known.get(mark.id)
        if known is not None and known.mark is mark and known.viewport == viewport:
            return known
        ink = _ink(mark, viewport)
        core = _Wash(ink.at, ink.core, COLOURS[mark.look])
        return _Built(mark, viewport, ink, core, _places(mark))

    def _write(
        self, tags: Sequence[tuple[Tag, float]], drawn: NDArray[np.float64], viewport: Viewport
    ) -> list[Box]:
        """The labels in their places; answers the boxes that lie behind them."""
        while len(self._labels) < len(tags):
            label = Label(self._lettering, (0.0, 0.0))
            self._labels.append(label)
        taken: list[Box] = []
        for n, label in enumerate(self._labels):
            if n >= len(tags):
                label.write(Piece((), TYPE))
                continue
            tag, ratio = tags[n]
            label.write(Piece(tag.lines, round(TYPE * ratio)))
            box = _room_for(tag.at, label.size, ASIDE * ratio, viewport, taken, drawn)
            taken.append(box)
            label.place(box[0], box[1])
        return taken


def _ink(mark: Mark, viewport: Viewport) -> Ink:
    paths: list[Path] = [(stroke.points, stroke.closed, stroke.dashed) for stroke in mark.strokes]
    rings = [(*one.at, (GROWN if one.grown else HANDLE) * mark.ratio) for one in mark.handles]
    return ink_of(paths, mark.ratio, viewport.width, viewport.height, rings)


def _shade(onto: NDArray[np.uint8], box: Box, top: int) -> None:
    """Half as bright: under words."""
    left, above, right, below = (round(side) for side in box)
    rows = slice(max(above - PLATE_MARGIN // 2 - top, 0), max(below + PLATE_MARGIN // 2 - top, 0))
    columns = slice(max(left - PLATE_MARGIN, 0), max(right + PLATE_MARGIN, 0))
    onto[rows, columns, :3] >>= 1


def _room_for(
    at: tuple[float, float],
    size: tuple[int, int],
    aside: float,
    viewport: Viewport,
    taken: Sequence[Box],
    drawn: NDArray[np.float64],
) -> Box:
    """(left, top, right, bottom) beside `at`: at the right, below, above or left, where it hides least.

    `drawn` are places (n, 2) of lines that words should not cover.
    """
    width, height = size
    x, y = at
    corners = (
        (x + aside, y - height / 2),
        (x - width / 2, y + aside),
        (x - width / 2, y - aside - height),
        (x - width, y + aside),
        (x - width, y - aside - height),
        (x - aside - width, y - height / 2),
        (x + aside, y + height / 2),
        (x + aside, y - 1.5 * height),
    )
    boxes = [(left, top, left + width, top + height) for left, top in corners]
    free = [box for box in boxes if _inside(box, viewport) and not any(_meet(box, other) for other in taken)]
    if free:
        return min(free, key=lambda box: _covered(box, drawn))
    return _pushed_in(boxes[0], viewport)


def _covered(box: Box, drawn: NDArray[np.float64]) -> int:
    """How much of the lines lies under a box, in steps that leave small differences alone."""
    x, y = drawn[:, 0], drawn[:, 1]
    return int(((x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])).sum())


def _places(mark: Mark) -> NDArray[np.float64]:
    """Places along the lines of a mark, about SAMPLE apart."""
    found = [np.zeros((0, 2))]
    for stroke in mark.strokes:
        path = np.asarray(stroke.points, np.float64)
        path = np.vstack([path, path[:1]]) if stroke.closed else path
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
        at = np.linspace(0.0, along[-1], min(int(along[-1] / SAMPLE) + 2, MOST_SAMPLES))
        found.append(np.stack([np.interp(at, along, path[:, n]) for n in (0, 1)], axis=1))
    return np.concatenate(found)


def _inside(box: Box, viewport: Viewport) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= viewport.width and box[3] <= viewport.height


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _pushed_in(box: Box, viewport: Viewport) -> Box:
    """A figure that reaches out of sight keeps its words in sight, as long as its place is."""
    left = min(max(box[0], 0.0), max(viewport.width - (box[2] - box[0]), 0.0))
    top = min(max(box[1], 0.0), max(viewport.height - (box[3] - box[1]), 0.0))
    return left, top, left + box[2] - box[0], top + box[3] - box[1]
