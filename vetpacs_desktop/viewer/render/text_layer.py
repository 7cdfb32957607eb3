"""All words over a picture: four corners, the letters at the edges, a sentence where there is no picture."""

from __future__ import annotations

import textwrap

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.render.label import Label
from vetpacs_desktop.viewer.render.lettering import Lettering, Piece
from vetpacs_desktop.viewer.snapshot import Resolved, Viewport

TYPE = 13
SMALL_TYPE = 11
LETTER_TYPE = 16
MARGIN = 8
NARROW = 420
"""Logical pixels: a viewport narrower than this gets the small type and two lines in each corner."""
NARROWER = 300
"""And below this only the first line."""
MOST_HEIGHT = 0.3
"""The share of a viewport's height that the lines of one corner may take."""
FADED = 0.35

_CORNERS = {
    "top_left": (0.0, 0.0),
    "top_right": (1.0, 0.0),
    "bottom_left": (0.0, 1.0),
    "bottom_right": (1.0, 1.0),
}
_EDGES = {"left": (0.0, 0.5), "right": (1.0, 0.5), "top": (0.5, 0.0), "bottom": (0.5, 1.0)}
_STEADY = "bottom_right"
"""This corner shows the window and the zoom, which one wants to see while dragging."""


class TextLayer:
    """Labels that are written, placed and faded together."""

    def __init__(self, lettering: Lettering) -> None:
        anchors = {**_CORNERS, **_EDGES, "message": (0.5, 0.5), "mark": (0.0, 0.0)}
        self._labels = {name: Label(lettering, anchor) for name, anchor in anchors.items()}

    def show(self, resolved: Resolved) -> None:
        """Write and place what `resolved` says."""
        viewport = resolved.viewport
        for name, piece in _pieces(resolved).items():
            self._labels[name].write(piece)
        below = self._labels["mark"].size[1]
        for name, label in self._labels.items():
            x, y = _place(name, viewport)
            label.place(x, y + (below if name == "top_left" else 0))

    def draw(self, onto: NDArray[np.uint8], top: int = 0) -> None:
        """Over (height, width, 4) RGBA, top row first, of which the first row is the viewport's row `top`."""
        for label in self._labels.values():
            label.draw(onto, top)

    def fade(self, faded: bool) -> None:
        """Step back while the reader drags."""
        for name in (*_CORNERS, *_EDGES):
            self._labels[name].fade(FADED if faded and name != _STEADY else 1.0)


def _pieces(resolved: Resolved) -> dict[str, Piece]:
    viewport = resolved.viewport
    narrow = viewport.width < NARROW * viewport.ratio
    size = round((SMALL_TYPE if narrow else TYPE) * viewport.ratio)
    most = _most_lines(viewport, size)
    letter = round((TYPE if narrow else LETTER_TYPE) * viewport.ratio)
    # Two corners and the letter between them share the width.
    room = max(1, round(viewport.width / 2 - MARGIN * viewport.ratio - 1.5 * letter))
    pieces = {
        name: Piece(getattr(resolved.corners, name)[:most], size, "right" if anchor[0] else "left", room=room)
        for name, anchor in _CORNERS.items()
    }
    for edge in _EDGES:
        pieces[edge] = Piece((getattr(resolved.letters, edge),), letter, "center", bold=True)
    mark = resolved.corners.mark
    pieces["mark"] = Piece(
        (mark.text,) if mark is not None else (),
        round(TYPE * viewport.ratio),
        bold=True,
        room=room,
        attention=mark is not None and mark.other,
    )
    pieces["message"] = Piece(_wrapped(resolved.message, size, viewport), size, "center")
    return pieces


def _most_lines(viewport: Viewport, size: int) -> int:
    width = viewport.width / viewport.ratio
    by_width = 1 if width < NARROWER else 2 if width < NARROW else 9
    return max(1, min(by_width, int(viewport.height * MOST_HEIGHT / (size * 1.3))))


def _wrapped(sentence: str, size: int, viewport: Viewport) -> tuple[str, ...]:
    room = max(12, int((viewport.width - 4 * MARGIN * viewport.ratio) / (size * 0.62)))
    return tuple(textwrap.wrap(sentence, min(room, 60)))


def _place(name: str, viewport: Viewport) -> tuple[float, float]:
    anchor = {**_CORNERS, **_EDGES, "message": (0.5, 0.5), "mark": (0.0, 0.0)}[name]
    margin = MARGIN * viewport.ratio
    return (
        margin + anchor[0] * (viewport.width - 2 * margin),
        margin + anchor[1] * (viewport.height - 2 * margin),
    )
