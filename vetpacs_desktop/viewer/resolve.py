"""The one way from a wish to a picture: state, frame and viewport in, a frozen snapshot of the screen out.

A pure function: no loading, no drawing, no memory of the last call. Renderers compare two snapshots and touch
what differs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer import corner_texts, presets
from vetpacs_desktop.viewer.corner_texts import CornerTexts, Place, Subject, Translate, as_written
from vetpacs_desktop.viewer.description import ImageDescription, Medium, Window
from vetpacs_desktop.viewer.documents.part import Part, part_seen
from vetpacs_desktop.viewer.geometry.letters import Letters, edge_letters
from vetpacs_desktop.viewer.geometry.scale import Basis, Scale, scale_of, user_scale
from vetpacs_desktop.viewer.loading import LoadedFrame
from vetpacs_desktop.viewer.measure.calibration import Calibration
from vetpacs_desktop.viewer.pixels.overlays import Overlay
from vetpacs_desktop.viewer.pixels.present import inverted
from vetpacs_desktop.viewer.state import Point, Preset, ViewState, ZoomMode, axes
from vetpacs_desktop.viewer.transfer import COLOUR, COLOUR_INVERTED, Transfer, transfer_of

if TYPE_CHECKING:
    from vetpacs_desktop.viewer.marks import Mark


@dataclass(frozen=True, slots=True)
class Viewport:
    """The place on the screen, in device pixels; `ratio` of them make a logical pixel."""

    width: int
    height: int
    ratio: float = 1.0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is at hand for a viewport, apart from the wish."""

    frame: LoadedFrame | None = None
    """The frame to show: the wished one, or the nearest that is there already."""
    place: Place = field(default_factory=Place)
    """Of `frame`, never of what is still to come."""
    subject: Subject = field(default_factory=Subject)
    message: str = ""
    """Why there is no picture, as a sentence."""
    wished: int | None = None
    """The index of the frame that is still on its way; None when the frame at hand is the wished one."""
    part: LoadedFrame | None = None
    """Of the page in `frame`, drawn for the screen."""
    calibration: Calibration | None = None
    """The reader's own scale of `frame`; only said here, never used to place anything."""


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

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cover) and self.shutter is other.shutter and self.overlays == other.overlays

    def __hash__(self) -> int:
        return hash((id(self.shutter), self.overlays))


@dataclass(frozen=True, slots=True)
class Camera:
    """Where the viewport looks, in the picture's square pixels: x right, y down, 0 in the first's centre."""

    center: Point
    right: tuple[int, int]
    down: tuple[int, int]
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
    cover: Cover | None = None
    camera: Camera = Camera((0.0, 0.0), (1, 0), (0, 1), 1.0)
    smooth: bool = True
    window: Window | None = None
    """None for colour pictures and where there is nothing to see."""
    letters: Letters = field(default_factory=Letters)
    corners: CornerTexts = field(default_factory=CornerTexts)
    message: str = ""
    waiting: bool = False
    """The wished frame is still on its way."""
    marks: tuple[Mark, ...] = ()
    """What is drawn over the picture, in device pixels (see `marks.with_marks`)."""


def resolve(
    state: ViewState,
    facts: Facts,
    viewport: Viewport,
    windows: presets.WindowMemory,
    *,
    texts: bool = True,
    quadruped: bool | None = None,
    translate: Translate = as_written,
) -> Resolved:
    """The snapshot of one viewport; `quadruped` overrides the file's kind of orientation letters."""
    frame = facts.frame
    if frame is None:
        return _without_picture(facts, viewport, texts)
    description = frame.description
    scale = scale_of(description, frame.key.frame)
    picture = Picture(frame.values, pixel_shape(scale), frame.padding_mask, inverted(description))
    camera = camera_of(state, picture, viewport, sharp=is_page(description))
    window = actual_window(state, frame, windows)
    corners = CornerTexts()
    if texts and not (is_page(description) and crowded(picture, camera, viewport)):
        corners = _corners(facts, frame, window, camera, scale, translate)
    return Resolved(
        viewport=viewport,
        picture=picture,
        transfer=_transfer(state, description, window),
        detail=_detail(facts.part, camera),
        cover=_cover(frame, texts),
        camera=camera,
        smooth=state.smooth,
        window=window,
        letters=_letters(state, frame, quadruped) if texts else Letters(),
        corners=corners,
        message=facts.message,
        waiting=facts.wished is not None,
    )


def actual_window(state: ViewState, frame: LoadedFrame, windows: presets.WindowMemory) -> Window | None:
    """The user's window where there is one; else the preset's or the frame's own. None for colour."""
    if presets.is_colour(frame):
        return None
    if isinstance(state.window, Window):
        return state.window
    if isinstance(state.window, Preset):
        chosen = windows.window(state.window, frame)
        if chosen is not None:
            return chosen
    return frame.default_window


SQUARE = 2e-3
"""Pixels whose sides differ by less than this share are drawn square: the spacings are rounded numbers."""


def pixel_shape(scale: Scale) -> Point:
    """Width and height of a pixel, the smaller one 1."""
    aspect = scale.aspect
    if not 0.05 < aspect < 20 or abs(aspect - 1) < SQUARE:
        return 1.0, 1.0
    return (1.0, aspect) if aspect > 1 else (1 / aspect, 1.0)


def is_page(description: ImageDescription) -> bool:
    """Whether the picture can be drawn anew at any resolution."""
    return description.medium is Medium.DOCUMENT


MARGIN = 190.0
"""Logical pixels beside a page that the corner texts need."""


def crowded(picture: Picture, camera: Camera, viewport: Viewport) -> bool:
    """Whether the corner texts would lie on the page, where neither could be read."""
    left, top = (-side / 2 for side in picture.pixel)
    width, height = picture.size
    corners = ((left, top), (left + width, top + height))
    xs = [camera.screen_point(corner, viewport)[0] for corner in corners]
    return min(min(xs), viewport.width - max(xs)) < MARGIN * viewport.ratio


def wished_part(resolved: Resolved) -> Part | None:
    """What of a page must be drawn to be sharp as it is `resolved`; None where its own picture is."""
    picture, camera, viewport = resolved.picture, resolved.camera, resolved.viewport
    if picture is None or camera.factor == 1.0:
        return None
    corners = (0.0, 0.0), (float(viewport.width), float(viewport.height))
    (ax, ay), (bx, by) = (camera.image_point(corner, viewport) for corner in corners)
    low, high = (min(ax, bx) + 0.5, min(ay, by) + 0.5), (max(ax, bx) + 0.5, max(ay, by) + 0.5)
    return part_seen(low, high, picture.size, camera.factor)


def _detail(loaded: LoadedFrame | None, camera: Camera) -> Detail | None:
    part = loaded.key.part if loaded is not None else None
    if loaded is None or part is None:
        return None
    corner = (part.left + 0.5) / part.factor - 0.5, (part.top + 0.5) / part.factor - 0.5
    return Detail(loaded.values, corner, 1 / part.factor, part.factor == camera.factor)


def camera_of(state: ViewState, picture: Picture, viewport: Viewport, *, sharp: bool = False) -> Camera:
    """The camera for a wish; whole zoom factors put image pixels exactly on screen pixels.

    `sharp` puts the picture's corner on the screen's grid at every factor.
    """
    right, down = axes(state)
    factor = zoom_factor(state, picture, viewport)
    middle = picture.middle
    center = middle[0] + state.pan[0], middle[1] + state.pan[1]
    camera = Camera(center, right, down, factor)
    return _on_the_grid(camera, picture, viewport) if sharp or factor == round(factor) else camera


def zoom_factor(state: ViewState, picture: Picture, viewport: Viewport) -> float:
    """Screen pixels per square image pixel."""
    if state.zoom is ZoomMode.ONE_TO_ONE:
        return 1.0
    if state.zoom is ZoomMode.FACTOR:
        return state.factor
    width, height = picture.size
    if state.rotation % 180:
        width, height = height, width
    if state.zoom is ZoomMode.WIDTH:
        return max(viewport.width / width, 1e-6)
    return max(min(viewport.width / width, viewport.height / height), 1e-6)


def _on_the_grid(camera: Camera, picture: Picture, viewport: Viewport) -> Camera:
    """Move by less than a screen pixel so that the picture's corner meets a corner of the screen's grid."""
    corner = -picture.pixel[0] / 2, -picture.pixel[1] / 2
    x, y = camera.screen_point(corner, viewport)
    shift = (x - round(x)) / camera.factor, (y - round(y)) / camera.factor
    center = (
        camera.center[0] + shift[0] * camera.right[0] + shift[1] * camera.down[0],
        camera.center[1] + shift[0] * camera.right[1] + shift[1] * camera.down[1],
    )
    return Camera(center, camera.right, camera.down, camera.factor)


def _cover(frame: LoadedFrame, texts: bool) -> Cover | None:
    overlays = frame.overlays if texts else ()
    return Cover(frame.shutter, overlays) if frame.shutter is not None or overlays else None


def _transfer(state: ViewState, description: ImageDescription, window: Window | None) -> Transfer:
    if window is None:
        return COLOUR_INVERTED if state.invert else COLOUR
    return transfer_of(window, inverted=state.invert != inverted(description))


def _letters(state: ViewState, frame: LoadedFrame, quadruped: bool | None) -> Letters:
    return edge_letters(
        frame.description,
        frame.key.frame,
        quadruped=quadruped,
        flip_h=state.flip_h,
        flip_v=state.flip_v,
        rotation_degrees=state.rotation,
    )


def _corners(
    facts: Facts,
    frame: LoadedFrame,
    window: Window | None,
    camera: Camera,
    scale: Scale,
    translate: Translate,
) -> CornerTexts:
    description = frame.description
    numbers: tuple[str, ...] = ()
    if not is_page(description):  # the dots of a page are ours: neither zoom nor scale would mean anything
        own = facts.calibration
        basis = scale_text(user_scale(own.row_mm, own.column_mm) if own is not None else scale, translate)
        basis += f", {own.known_mm:g} mm" if own is not None else ""
        numbers = corner_texts.numbers_of(window, camera.factor, basis, description.units, translate)
    facts_of_frame = description.frames[frame.key.frame]
    return corner_texts.corner_texts(
        facts.subject, facts.place, facts.wished, numbers, description, facts_of_frame, translate
    )


_SCALE_WORDS = {
    Basis.PHYSICAL: "",
    Basis.CALIBRATED: "Scale: calibrated",
    Basis.MAGNIFIED: "Scale: corrected for magnification",
    Basis.DETECTOR: "Scale: at the detector",
    Basis.UNKNOWN: "Scale: origin unknown",
    Basis.USER: "Scale: calibrated here",
    Basis.REGION: "Scale: ultrasound region",
    Basis.NONE: "No scale",
}


def scale_text(scale: Scale, translate: Translate = as_written) -> str:
    """Where a millimetre comes from; nothing for the plain case, where the device measured it."""
    words = _SCALE_WORDS[scale.basis]
    return translate(words) if words else ""


def _without_picture(facts: Facts, viewport: Viewport, texts: bool) -> Resolved:
    subject = facts.subject
    corners = CornerTexts()
    if texts and subject.animal:
        corners = CornerTexts(
            top_left=tuple(line for line in (subject.animal, subject.owner) if line),
            top_right=(subject.series,) if subject.series else (),
        )
    return Resolved(
        viewport=viewport, corners=corners, message=facts.message, waiting=facts.wished is not None
    )
