"""One volume as a body on the page: how it is seen, what was cut, its newest picture as a frame.

Knows no widget. Everything runs in the window's thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.ui.viewing.body.marks import box_marks, outline_mark
from vetpacs_desktop.ui.viewing.body.own import OWN
from vetpacs_desktop.viewer.corner_texts import CornerTexts, Translate, as_written
from vetpacs_desktop.viewer.description import FrameDescription, ImageDescription
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame
from vetpacs_desktop.viewer.marks import to_screen
from vetpacs_desktop.viewer.session import FrameStack
from vetpacs_desktop.viewer.snapshot import Resolved
from vetpacs_desktop.viewer.state import Point
from vetpacs_desktop.viewer.volume.body import (
    BodyCamera,
    BodyState,
    Frame3d,
    History,
    Kind,
    Side,
    first_state,
    frame3d,
)
from vetpacs_desktop.viewer.volume.curve import VolumePreset, presets_for
from vetpacs_desktop.viewer.volume.section import BodyAxes
from vetpacs_desktop.viewer.volume.volume import Volume
from vetpacs_desktop.viewer.volume.wish import BodyWish, wish_of


class LookedAt:
    """A body. `moved` is told when another picture is wanted, `changed` when there is something to draw."""

    def __init__(
        self,
        volume: Volume,
        name: str,
        axes: BodyAxes,
        quadruped: bool,
        moved: Callable[[], object],
        changed: Callable[[], object],
        translate: Translate = as_written,
    ) -> None:
        self.volume, self.axes, self.quadruped = volume, axes, quadruped
        self._name, self._moved, self._changed = name, moved, changed
        self._translate = translate
        self.history = History()
        self.scalpel: Kind | None = None
        """The cut in the hand."""
        self.drawn: tuple[Point, ...] = ()
        """The outline in the making, device pixels of the viewport."""
        self.held: tuple[int, int] | None = None
        """The face of the box that is under the mouse or in the hand: axis and end."""
        self.size = (0, 0)
        self._tissue = volume.tissue
        self.presets = presets_for(volume.description.modality)
        self.state = first_state(volume, axes, quadruped)
        self._first = self.state.camera
        self._shown: tuple[BodyWish, NDArray[np.uint8]] | None = None
        self._count = 0

    @property
    def is_ct(self) -> bool:
        """Whether values are HU, so that bone and table can be told from the animal."""
        return self.volume.description.modality == "CT"

    # --- wishes -------------------------------------------------------------------------------------

    def put(self, state: BodyState) -> None:
        """Seen otherwise."""
        if state != self.state:
            before, self.state = self.state, state
            if replace(before, box=state.box, preset=state.preset) != state:
                self._moved()
            self._changed()

    def look(self, camera: BodyCamera) -> None:
        """From elsewhere."""
        self.put(replace(self.state, camera=camera))

    def cut(self, state: BodyState, since: BodyState | None = None) -> None:
        """Something was cut away, which can be undone; `since` is how it was when the cut began."""
        before = since or self.state
        if state.cutting != before.cutting:
            self.history = self.history.done(before)
        self.put(state)

    def undo(self) -> None:
        """The last cut is taken back."""
        self.history, state = self.history.undo(self.state)
        self.put(state)

    def redo(self) -> None:
        """And made again."""
        self.history, state = self.history.redo(self.state)
        self.put(state)

    def choose(self, preset: VolumePreset) -> None:
        """One of the presets."""
        self.put(replace(self.state, curve=preset.curve_for(*self._tissue), preset=preset.name))

    def from_side(self, side: Side) -> None:
        """An anatomical view."""
        self.look(self.state.camera.from_side(side, self.axes, self.quadruped))

    def reset(self) -> bool:
        """As it was first looked at; False where it is."""
        if self.state.camera == self._first and self.scalpel is None:
            return False
        self.scalpel, self.drawn = None, ()
        self.look(self._first)
        self._changed()
        return True

    def refresh(self) -> None:
        """Something over the picture changed."""
        self._changed()

    @property
    def wish(self) -> BodyWish | None:
        """The picture that is wanted; None before anybody knows how large."""
        width, height = self.size
        return wish_of(self.state, width, height) if width and height else None

    # --- pictures -----------------------------------------------------------------------------------

    def take(self, wish: BodyWish, rgb: NDArray[np.uint8]) -> None:
        """A picture is there."""
        self._shown = wish, rgb
        self._count += 1
        self._changed()

    @property
    def shown(self) -> tuple[BodyWish, NDArray[np.uint8]] | None:
        """The newest picture and what it shows."""
        return self._shown

    @property
    def stack(self) -> FrameStack:
        """One picture, which is never leafed through."""
        return FrameStack(
            keys=(FrameKey(Path(self._name) / "3d" / str(self._count)),),
            kind="volume",
            label="3D",
            note=", ".join((*self.volume.notes, *self._notes())),
            final=True,
        )

    def frame(self, _number: int = 0) -> LoadedFrame | None:
        """The newest picture."""
        if self._shown is None:
            return None
        wish, rgb = self._shown
        return LoadedFrame(self.stack.keys[0], self._described(wish), rgb)

    def _notes(self) -> tuple[str, ...]:
        """What is not shown: a reader must know that something was cut away."""
        cut = bool(self.state.edits) or not self.state.clip.whole
        return ("Parts cut away",) if cut else ()

    def _described(self, wish: BodyWish) -> ImageDescription:
        """Directions are known, so that letters are true; there is no scale to measure with."""
        facts = FrameDescription(
            index=0, position=None, orientation=(*wish.camera.right, *wish.camera.down), pixel_spacing=None
        )
        return replace(
            self.volume.description,
            sop_uid="",
            rows=wish.height,
            columns=wish.width,
            number_of_frames=1,
            frames=(facts,),
            samples_per_pixel=3,
            photometric="RGB",
            padding=None,
            units="",
            imager_pixel_spacing=None,
            patient_orientation=(),
        )

    # --- over the picture ---------------------------------------------------------------------------

    @property
    def frame3d(self) -> Frame3d | None:
        """Places and pixels of the picture on the screen."""
        if self._shown is None:
            return None
        wish = self._shown[0]
        return frame3d(self.volume.grid, wish.camera, wish.width, wish.height)

    def said(self, corners: CornerTexts) -> CornerTexts:
        """Zoom and number of a flat picture mean nothing here; what is seen, and what is not, do."""
        if not corners.bottom_left and not corners.bottom_right:
            return corners
        named = next((one.words for one in self.presets if one.name == self.state.preset), "")
        named = named or self.state.preset.removeprefix(OWN) or "Own colours"
        return replace(
            corners,
            bottom_left=("3D", *self.volume.notes, *self._notes()),
            bottom_right=tuple(self._translate(one) for one in (named, "Not for measuring")),
        )

    def drawn_over(self, found: Resolved) -> Resolved:
        """A snapshot with the box and the outline in the making."""
        found = replace(found, corners=self.said(found.corners))
        frame, picture = self.frame3d, found.picture
        if frame is None or picture is None:
            return found
        marks = []
        if self.state.box:

            def place(pixel: Point) -> Point:
                return to_screen(pixel, picture, found.camera, found.viewport)

            ratio = found.viewport.ratio
            marks.append(box_marks(frame, self.volume.grid, self.state.clip, place, self.held, ratio))
        if len(self.drawn) > 1:
            marks.append(outline_mark(self.drawn, found.viewport.ratio))
        return replace(found, marks=(*found.marks, *marks)) if marks else found
