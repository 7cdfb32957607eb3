"""Text as small pictures: bright letters with a dark outline, readable over bone as well as over air.

`FreeTypeLettering` needs no window system; the reading page brings its own that knows every script.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
import vtkmodules.vtkRenderingFreeType  # noqa: F401  (registers the renderer of texts)
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkRenderingCore import vtkTextProperty, vtkTextRenderer

from vetpacs_desktop.viewer.render.fonts import font_file

Rgba = NDArray[np.uint8]
"""(height, width, 4), top row first, colour not multiplied by alpha."""
TEXT_COLOR = (232, 236, 235)
ATTENTION_COLOR = (245, 184, 74)
"""Amber: 11 to 1 on black, and told from the others by its word and its weight, too."""
OUTLINE_ALPHA = 0.85
_POINTS_PER_INCH = 72
_FONT_FILE = 4
"""VTK_FONT_FILE of vtkTextProperty."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of text."""

    lines: tuple[str, ...]
    size: int
    """Height of the type in device pixels."""
    align: str = "left"
    """left, center or right."""
    bold: bool = False
    room: int = 0
    """Device pixels that a line may take; longer ones end in an ellipsis. 0 sets no bound."""
    attention: bool = False
    """In amber."""


class Lettering(Protocol):
    """Draws a block of text."""

    def draw(self, piece: Piece) -> Rgba:
        """The block's picture, as small as it can be; (0, 0, 4) when there is nothing to draw."""


class FreeTypeLettering:
    """Letters drawn by VTK's own FreeType, with a font file of the system where there is one."""

    def __init__(self) -> None:
        self._renderer = vtkTextRenderer.GetInstance()

    def draw(self, piece: Piece) -> Rgba:
        """See `Lettering`."""
        text = "\n".join(shortened(piece, partial(self._width, _property(piece))))
        if not text.strip():
            return np.zeros((0, 0, 4), np.uint8)
        image, used = vtkImageData(), [0, 0]
        # The back end is named, for a dollar sign would else start a formula and call matplotlib.
        done = self._renderer.RenderString(
            _property(piece), text, image, used, _POINTS_PER_INCH, vtkTextRenderer.FreeType
        )
        if not done or 0 in used:
            return np.zeros((0, 0, 4), np.uint8)
        width, height, _ = image.GetDimensions()
        rgba = vtk_to_numpy(image.GetPointData().GetScalars()).reshape(height, width, 4)
        coverage = rgba[used[1] - 1 :: -1, : used[0], 3]
        return outlined(coverage, max(1, round(piece.size / 10)), colour_of(piece))

    def _width(self, look: vtkTextProperty, text: str) -> float:
        box = [0, 0, 0, 0]
        self._renderer.GetBoundingBox(look, text, box, _POINTS_PER_INCH, vtkTextRenderer.FreeType)
        return float(box[1] - box[0])


def shortened(piece: Piece, width: Callable[[str], float]) -> tuple[str, ...]:
    """The lines of a piece, each cut to its room; `width` measures a text in device pixels."""
    if not piece.room:
        return piece.lines
    return tuple(_shortened(line, piece.room, width) for line in piece.lines)


def _shortened(line: str, room: int, width: Callable[[str], float]) -> str:
    if width(line) <= room:
        return line
    short, long = 0, len(line)
    while long - short > 1:
        middle = (short + long) // 2
        if width(line[:middle].rstrip() + "…") <= room:
            short = middle
        else:
            long = middle
    return line[:short].rstrip() + "…"


def colour_of(piece: Piece) -> tuple[int, int, int]:
    """Of its letters."""
    return ATTENTION_COLOR if piece.attention else TEXT_COLOR


def outlined(alpha: NDArray[np.uint8], reach: int, colour: tuple[int, int, int] = TEXT_COLOR) -> Rgba:
    """Letters of coverage `alpha` in a bright colour, with `reach` pixels of near-black around them."""
    coverage = np.pad(alpha, reach).astype(np.float32) / np.float32(255)
    dark = coverage
    for _ in range(reach):
        dark = _grown(dark)
    dark = dark * np.float32(OUTLINE_ALPHA)
    total = coverage + dark * (1 - coverage)
    share = np.divide(coverage, total, out=np.zeros_like(total), where=total > 0)
    picture = np.empty((*coverage.shape, 4), np.uint8)
    picture[..., :3] = share[..., None] * np.array(colour, np.float32) + 0.5
    picture[..., 3] = total * 255 + 0.5
    return picture


def _grown(alpha: NDArray[np.float32]) -> NDArray[np.float32]:
    """Every pixel takes the largest of its 3x3 neighbourhood."""
    tall = alpha.copy()
    np.maximum(tall[1:], alpha[:-1], out=tall[1:])
    np.maximum(tall[:-1], alpha[1:], out=tall[:-1])
    wide = tall.copy()
    np.maximum(wide[:, 1:], tall[:, :-1], out=wide[:, 1:])
    np.maximum(wide[:, :-1], tall[:, 1:], out=wide[:, :-1])
    return wide


def _property(piece: Piece) -> vtkTextProperty:
    made = vtkTextProperty()
    file = font_file()
    if file is not None:
        made.SetFontFamily(_FONT_FILE)
        made.SetFontFile(str(file))
    else:
        made.SetFontFamilyToArial()
    made.SetFontSize(piece.size)
    made.SetBold(piece.bold)
    made.SetLineSpacing(1.2)
    made.SetColor(1, 1, 1)
    justify = {"left": 0, "center": 1, "right": 2}[piece.align]
    made.SetJustification(justify)
    return made
