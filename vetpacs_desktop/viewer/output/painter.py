"""From a shot to its pixels: decoded, resolved, drawn whole at its own size or a chosen one, labelled.

Knows no screen: who draws a snapshot is given, so that the window draws in its own thread and the command
line in the only one there is. Everything else here is meant for a thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.annotations import Sheet
from vetpacs_desktop.viewer.corner_texts import CornerTexts, Translate, as_written
from vetpacs_desktop.viewer.geometry.scale import Scale, scale_of, user_scale
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame, loaded
from vetpacs_desktop.viewer.marks import Entry, with_marks
from vetpacs_desktop.viewer.measure.calibration import Calibration
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measuring import Measurements
from vetpacs_desktop.viewer.output.shots import Shot
from vetpacs_desktop.viewer.pixels.files import ImageFiles, Opened
from vetpacs_desktop.viewer.presets import WindowMemory
from vetpacs_desktop.viewer.resolve import Facts, is_page, resolve, wished_part
from vetpacs_desktop.viewer.snapshot import Resolved, Viewport
from vetpacs_desktop.viewer.state import ViewState, one_to_one
from vetpacs_desktop.viewer.treating import Treated, treated_at_once
from vetpacs_desktop.viewer.volume.volume import Volume

Rgb = NDArray[np.uint8]
Draw = Callable[[Resolved], Rgb]
"""A snapshot as (height, width, 3) uint8, top row first."""
Over = Callable[[ViewState, LoadedFrame, Resolved, Translate], Resolved]
Underline = Callable[[Rgb], Rgb]
"""A picture with its label below."""

LARGEST_SIDE = 16_000
"""Pixels; no graphics card draws more at once. A larger image is made smaller."""
LEAST_CUT = 1000
"""Pixels of the longer side of what was cut from a volume, which has no pixels of its own: words must fit."""
TEXT_PER_SIDE = 1 / 1100
"""Words over a picture of so many pixels are as large as on a screen; over larger ones they grow."""


@dataclass(frozen=True, slots=True)
class Taste:
    """How pictures are wanted."""

    overlay: bool = True
    """Words, letters, drawings and measurements over the picture."""
    longest: int | None = None
    """Pixels of the longer side; None is the image's own resolution."""
    quadruped: bool | None = None


class Cut(Protocol):
    """Pictures that lie in no file, such as planes through a volume."""

    def frame(self, key: FrameKey, index: int) -> LoadedFrame | None:
        """One by its name; None for an image."""
        ...

    def drawn(self, key: FrameKey) -> tuple[Entry, ...] | None:
        """What is drawn on it, where that is known already."""
        ...

    def volume_of(self, space: str, series_uid: str) -> Volume | None:
        """The voxels that figures in the animal are measured by."""
        ...

    def corners(self, texts: CornerTexts) -> CornerTexts:
        """The words of one that is no flat picture."""
        ...


class Painter:
    """Makes the pictures of one export; for one thread at a time."""

    def __init__(
        self,
        draw: Draw,
        taste: Taste,
        sheet: Sheet | None = None,
        translate: Translate = as_written,
        saying: Translate | None = None,
        over: Over | None = None,
        cut: Cut | None = None,
    ) -> None:
        """`sheet` is what was drawn on the exam; `saying` translates the words of measurements.

        `over` lays a second series over a picture, as it lies there on the screen; `cut` has the pictures
        that lie in no file.
        """
        self._cut = cut
        self._over = over
        self._draw = draw
        self._taste = taste
        self._sheet = sheet or Sheet()
        self._measurements = Measurements()
        if cut is not None:
            self._measurements.volume_of = cut.volume_of
        self._saying = saying or translate
        self._translate = translate
        self._files = ImageFiles()
        self._windows = WindowMemory()
        self._last_treated: tuple[tuple[object, ...], Treated | None] | None = None

    @property
    def overlay(self) -> bool:
        """Whether words and drawings lie over the pictures."""
        return self._taste.overlay

    def picture(self, shot: Shot, room: tuple[int, int] | None = None, ratio: float | None = None) -> Rgb:
        """The whole picture; `room` is a size to fill instead of the taste's, black at the sides.

        `ratio` says how many pixels make one of a screen's, for words of a known size on paper. Raises
        `NotAnImage`, `CannotDecode`, `PathMissing`.
        """
        frame, file = self._load(shot)
        width, height = room or self.size(shot, frame)
        screen = Viewport(width, height, ratio or max(1.0, max(width, height) * TEXT_PER_SIDE))
        return self._draw(self._sharp(self._resolved(shot, frame, screen), shot, frame, file))

    def load(self, shot: Shot) -> LoadedFrame:
        """The decoded frame. Raises like `picture`."""
        return self._load(shot)[0]

    def size(self, shot: Shot, frame: LoadedFrame) -> tuple[int, int]:
        """Width and height the picture gets: its own, turned as it is, or the chosen longer side."""
        width, height = self.extent(shot, frame)
        longest = self._taste.longest or min(max(width, height), LARGEST_SIDE)
        if self._taste.longest is None and not frame.description.sop_uid:
            longest = max(longest, LEAST_CUT)
        factor = min(longest, LARGEST_SIDE) / max(width, height)
        return max(1, round(width * factor)), max(1, round(height * factor))

    def extent(self, shot: Shot, frame: LoadedFrame) -> tuple[float, float]:
        """Width and height of the turned picture in square image pixels."""
        at_one = one_to_one(shot.state)
        now = self._resolve(replace(shot, state=at_one), frame, Viewport(1000, 1000), words=False)
        if now.picture is None:
            return float(frame.values.shape[1]), float(frame.values.shape[0])
        width, height = now.picture.size
        left, top = (-side / 2 for side in now.picture.pixel)
        corners = [(left + x * width, top + y * height) for x in (0, 1) for y in (0, 1)]
        places = [now.camera.screen_point(corner, now.viewport) for corner in corners]
        xs, ys = [x for x, _ in places], [y for _, y in places]
        return max(xs) - min(xs), max(ys) - min(ys)

    def calibration(self, frame: LoadedFrame) -> Calibration | None:
        """The reader's own scale of a frame."""
        return self._measurements.calibration(self._sheet, MeasuredImage.of_loaded(frame))

    def millimetres(self, shot: Shot, frame: LoadedFrame) -> tuple[tuple[float, float] | None, Scale]:
        """Width and height of the turned picture in mm, where it has any, and their source."""
        own = self.calibration(frame)
        scale = scale_of(frame.description, frame.key.frame)
        if own is not None:
            scale = user_scale(own.row_mm, own.column_mm)
        if scale.column_mm is None or scale.row_mm is None:
            return None, scale
        unit = min(scale.column_mm, scale.row_mm)  # the smaller side of a pixel is the unit of the picture
        width, height = self.extent(shot, frame)
        return (width * unit, height * unit), scale

    def _load(self, shot: Shot) -> tuple[LoadedFrame, Opened | None]:
        made = None if self._cut is None else self._cut.frame(shot.key, shot.place.index)
        if made is not None:
            return made, None
        file = self._files.get(shot.key.path)
        return loaded(shot.key, file), file

    def _resolved(
        self, shot: Shot, frame: LoadedFrame, screen: Viewport, part: LoadedFrame | None = None
    ) -> Resolved:
        found = self._resolve(shot, frame, screen, words=self._taste.overlay, part=part)
        if not self._taste.overlay:
            # Without words, too, a picture says what was done to it.
            return replace(found, corners=replace(found.corners, bottom_right=found.notes))
        known = None if self._cut is None else self._cut.drawn(frame.key)
        if known is None:
            known = self._measurements.entries(self._sheet, frame, self._saying)
        return with_marks(found, known)

    def _resolve(
        self,
        shot: Shot,
        frame: LoadedFrame,
        screen: Viewport,
        *,
        words: bool,
        part: LoadedFrame | None = None,
    ) -> Resolved:
        found = resolve(
            shot.state,
            Facts(
                frame,
                shot.place,
                shot.subject,
                part=part,
                calibration=self.calibration(frame),
                treated=self._treated(shot, frame),
            ),
            screen,
            self._windows,
            texts=words,
            quadruped=self._taste.quadruped,
            translate=self._translate,
        )
        if self._cut is not None and not frame.description.sop_uid:
            found = replace(found, corners=self._cut.corners(found.corners))
        return found if self._over is None else self._over(shot.state, frame, found, self._translate)

    def _treated(self, shot: Shot, frame: LoadedFrame) -> Treated | None:
        """Sharpened or smoothed as it is on the screen; worked out once, for a picture is resolved twice."""
        wish = frame.key, shot.state.treatment, shot.state.window
        if self._last_treated is None or self._last_treated[0] != wish:
            self._last_treated = wish, treated_at_once(frame, shot.state, self._windows)
        return self._last_treated[1]

    def _sharp(self, found: Resolved, shot: Shot, frame: LoadedFrame, file: Opened | None) -> Resolved:
        """A page is drawn anew at the size it gets."""
        part = wished_part(found) if is_page(frame.description) else None
        if part is None or file is None:
            return found
        return self._resolved(shot, frame, found.viewport, loaded(replace(shot.key, part=part), file))
