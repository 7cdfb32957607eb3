"""What a viewport shows, as frozen values: made by `resolve`, compared and drawn by `render`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.corner_texts import CornerTexts
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.geometry.letters import Letters
from vetpacs_desktop.viewer.mark import Mark
from vetpacs_desktop.viewer.pixels.overlays import Overlay
from vetpacs_desktop.viewer.state import Point
from vetpacs_desktop.viewer.transfer import COLOUR, Transfer


@dataclass(frozen=True, slots=True)
class Viewport:
    """The place on the screen, in device pixels; `ratio` of them make a logical pixel."""

    width: int
    height: int
    ratio: float = 1.0


@dataclass(frozen=True, slots=True)
class Picture:
    """Values and the shape of a pixel: width and height with the smaller one 1."""

    values: NDArray[Any]
    """(rows, columns) modality values or (rows, columns, 3) uint8."""
    pixel: Point
    mask: NDArray[np.bool_] | None = None
    """True where the value is background: as dark as can be."""
    inverse: bool = False
    """The file's own low values are bright."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Picture) and self.values is other.values and self.pixel == other.pixel

    def __hash__(self) -> int:
        return hash((id(self.values), self.pixel))

    @property
    def size(self) -> Point:
        """Width and height in square pixels."""
        rows, columns = self.values.shape[:2]
        return columns * self.pixel[0], rows * self.pixel[1]

    @property
    def middle(self) -> Point:
        """The middle, where the first pixel's centre is (0, 0)."""
        width, height = self.size
        return (width - self.pixel[0]) / 2, (height - self.pixel[1]) / 2


@dataclass(frozen=True, slots=True, eq=False)
class Detail:
    """A part of a page over its picture, at the screen's own resolution."""

    values: NDArray[Any]
    """(rows, columns, 3) uint8."""
    corner: Point
    """The centre of its first pixel in the picture's pixels."""
    pitch: float
    """Picture pixels that one of its pixels is wide."""
    exact: bool
    """Its pixels are the screen's; else it was drawn for another size and stands in."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Detail) and self.values is other.values and self.exact == other.exact

    def __hash__(self) -> int:
        return hash((id(self.values), self.exact))


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """Over a picture: the device's shutter (hidden, black) and its drawings (60xx overlays, white)."""

    shutter: NDArray[np.bool_] | None
    """(rows, columns), True where the picture is hidden."""
    overlays: tuple[Overlay, ...]
    background: NDArray[np.bool_] | None = None
    """Padding below colours, which have no black to show it in; black too."""

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Cover)
            and self.shutter is other.shutter
            and self.background is other.background
            and self.overlays == other.overlays
        )

    def __hash__(self) -> int:
        return hash((id(self.shutter), id(self.background), self.overlays))


@dataclass(frozen=True, slots=True, eq=False)
class FusedPicture:
    """A second series over a picture, cut at the places of its pixels."""

    values: NDArray[Any]
    """(rows, columns) values of the second series in square pixels as wide as the picture's finer side; the
    centre of the first lies on that of the picture's."""
    reached: NDArray[np.bool_]
    """(rows, columns), True where the second series reaches."""
    transfer: Transfer
    opacity: float
    """0 to 1."""
    clear: bool
    """The darkest values let the picture through."""
    squares: bool = False
    """Seen in every other square."""

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, FusedPicture)
            and self.values is other.values
            and (self.transfer, self.opacity, self.clear, self.squares)
            == (other.transfer, other.opacity, other.clear, other.squares)
        )

    def __hash__(self) -> int:
        return hash((id(self.values), self.opacity))


@dataclass(frozen=True, slots=True)
class ColourBar:
    """Which colour means which value, at the side of a picture."""

    colours: bytes
    """256 times red, green, blue, from the lowest value shown to the highest."""
    values: tuple[str, ...]
    """Written at equal steps from the lowest to the highest, with their unit."""
    title: str = ""
    """Above it: of which series, where there are two."""


@dataclass(frozen=True, slots=True)
class Camera:
    """Where the viewport looks, in the picture's square pixels: x right, y down, 0 in the first's centre."""

    center: Point
    right: Point
    down: Point
    """The screen's directions in the picture: unit vectors at right angles."""
    factor: float
    """Screen pixels per square image pixel."""

    def image_point(self, at: Point, viewport: Viewport) -> Point:
        """The picture's point under the device pixel position `at` (right, down from the top left corner)."""
        x, y = (at[0] - viewport.width / 2) / self.factor, (at[1] - viewport.height / 2) / self.factor
        return (
            self.center[0] + x * self.right[0] + y * self.down[0],
            self.center[1] + x * self.right[1] + y * self.down[1],
        )

    def screen_point(self, point: Point, viewport: Viewport) -> Point:
        """The device pixel position of a point of the picture."""
        x, y = point[0] - self.center[0], point[1] - self.center[1]
        return (
            viewport.width / 2 + (x * self.right[0] + y * self.right[1]) * self.factor,
            viewport.height / 2 + (x * self.down[0] + y * self.down[1]) * self.factor,
        )


@dataclass(frozen=True, slots=True)
class Resolved:
    """Everything a viewport shows."""

    viewport: Viewport
    picture: Picture | None = None
    transfer: Transfer = COLOUR
    detail: Detail | None = None
    fused: FusedPicture | None = None
    cover: Cover | None = None
    camera: Camera = Camera((0.0, 0.0), (1, 0), (0, 1), 1.0)
    smooth: bool = True
    window: Window | None = None
    """None for colour pictures and where there is nothing to see."""
    letters: Letters = field(default_factory=Letters)
    corners: CornerTexts = field(default_factory=CornerTexts)
    bar: ColourBar | None = None
    notes: tuple[str, ...] = ()
    """What was done to the picture; among the words of a corner, and said where there are no others."""
    message: str = ""
    waiting: bool = False
    """The wished frame is still on its way."""
    marks: tuple[Mark, ...] = ()
    """What is drawn over the picture, in device pixels (see `marks.with_marks`)."""
