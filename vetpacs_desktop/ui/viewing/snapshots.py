"""What each viewport of the controller shows now, put together from its wish and from what is at hand.

Keeps what must outlast one snapshot: sizes, windows worked out, shapes of marks, parts of pages. Changes no
wish and draws nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from vetpacs_desktop.ui.viewing.linkage import Linkage, Viewports
from vetpacs_desktop.ui.viewing.supply import Supply
from vetpacs_desktop.ui.viewing.volumes.moving import Views, crossed
from vetpacs_desktop.viewer import presets, state
from vetpacs_desktop.viewer.annotations import ImageRef
from vetpacs_desktop.viewer.comparing import subject_on_page
from vetpacs_desktop.viewer.corner_texts import Place, Subject
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame
from vetpacs_desktop.viewer.marks import MarkMemory, with_marks
from vetpacs_desktop.viewer.measuring import image_of
from vetpacs_desktop.viewer.resolve import Facts, is_page, resolve, wished_part
from vetpacs_desktop.viewer.snapshot import Resolved, Viewport
from vetpacs_desktop.viewer.standard.overlaying import with_others, with_shield
from vetpacs_desktop.viewer.treating import Treater


class Wishes(Viewports, Views, Protocol):
    """What is needed of the controller."""

    supply: Supply
    linkage: Linkage
    treater: Treater | None
    dragging: bool
    others_shown: bool

    @property
    def marks_shown(self) -> bool: ...

    def exam_of(self, number: int) -> Exam: ...


class Snapshots:
    """Of one controller."""

    def __init__(self, wishes: Wishes) -> None:
        self._of = wishes
        self._windows = presets.WindowMemory()
        self._viewports: dict[int, Viewport] = {}
        self._memories: dict[int, MarkMemory] = {}
        self._parts: dict[int, LoadedFrame] = {}
        """The part of a page that each viewport got last."""
        self._subjects: tuple[Exam | None, dict[int, Subject]] = (None, {})

    def resize(self, number: int, viewport: Viewport) -> bool:
        """A viewport has this size; True when it had another."""
        if self._viewports.get(number) == viewport:
            return False
        self._viewports[number] = viewport
        return True

    def size(self, number: int) -> Viewport:
        """How large a viewport is."""
        return self._viewports.get(number, Viewport(1, 1))

    def nearest(self, number: int) -> tuple[LoadedFrame | None, int]:
        """The frame to show and its index: the wished one, else a loaded one near it."""
        return self._of.supply.nearest(number, self._of.grid.views[number])

    def takes_part(self, number: int, frame: LoadedFrame) -> bool:
        """Whether this is the part that a viewport's page waits for; it is kept then."""
        if frame.key.part is None or frame.key != self.wished_part(number):
            return False
        self._parts[number] = frame
        return True

    def resolved(self, number: int) -> Resolved:
        """What a viewport shows now."""
        frame, index = self.nearest(number)
        part = self._part(number, frame)
        found = self._resolved(number, frame, index, part)
        found = self._of.fusions.over(self._of.grid.views[number], frame, found, self._of.translate)
        if frame is not None and self._of.marks_shown:
            marking = self._of.marking
            memory = self._memories.setdefault(number, MarkMemory())
            found = with_marks(found, marking.entries(frame), marking.hovered, marking.held, memory)
            layers = self._of.exam_of(number).layers if self._of.others_shown else None
            found = with_others(found, layers, image_of(frame))
        if frame is not None:
            found = with_shield(
                found, self._of.exam_of(number).layers, image_of(frame), self._of.grid.views[number]
            )
        return crossed(self._of, number, self._of.linkage.drawn_over(number, frame, index, found))

    def placed(self, number: int) -> Resolved:
        """What a viewport shows now, without what is drawn on it: for places, not for the screen."""
        frame, index = self.nearest(number)
        return self._resolved(number, frame, index, None)

    def _resolved(
        self, number: int, frame: LoadedFrame | None, index: int, part: LoadedFrame | None
    ) -> Resolved:
        return resolve(
            self._of.grid.views[number],
            self._facts(number, frame, index, part),
            self.size(number),
            self._windows,
            texts=self._of.grid.texts,
            quadruped=self._of.grid.quadruped,
            translate=self._of.translate,
        )

    def _part(self, number: int, frame: LoadedFrame | None) -> LoadedFrame | None:
        """The part of the page in `frame` that is at hand: the wished one, else the last of this page."""
        if frame is None or not is_page(frame.description):
            return None
        wished = self.wished_part(number)
        if wished is None:
            return None
        part = self._of.supply.get(wished)
        if part is not None:
            self._parts[number] = part
            return part
        last = self._parts.get(number)
        same = last is not None and (last.key.path, last.key.frame) == (frame.key.path, frame.key.frame)
        return last if same else None

    def wished_part(self, number: int) -> FrameKey | None:
        """What must be drawn for a viewport's page to be sharp; None where it is, or is still coming."""
        frame, index = self.nearest(number)
        wished = self._of.supply.wished(self._of.grid.views[number])
        if frame is None or not is_page(frame.description) or frame.key != wished:
            return None
        part = wished_part(self._resolved(number, frame, index, None))
        return None if part is None else replace(frame.key, part=part)

    def _facts(self, number: int, frame: LoadedFrame | None, index: int, part: LoadedFrame | None) -> Facts:
        view, stack = self._of.grid.views[number], self._of.stack(number)
        if view.series is None:
            invitation = "Drag a series here, or click one at the left."
            return Facts(message="" if view.hole else self._of.translate(invitation))
        wished = self._of.supply.wished(self._of.grid.views[number])
        message = self._of.supply.failure(wished)
        if stack is not None and not stack.keys:
            message = self._of.translate("This series holds no images.")
        key = frame is not None and self._is_key(image_of(frame))
        notes = (
            self._of.translate("Key image") if key else "",
            stack.note if stack else "",
            self._of.linkage.words(number),
        )
        note = ", ".join(one for one in notes if one)
        mirrored = self._of.translate(state.mirrored_words(view))
        title = self._of.volumes.title(view, self._of.translate)
        place = (
            Place(index, len(stack.keys), stack.position(index), note, mirrored, title) if stack else Place()
        )
        return Facts(
            frame=frame,
            place=place,
            subject=self._subject(view.series),
            message=message,
            wished=None
            if message or view.plane or (frame is not None and frame.key == wished)
            else view.index,
            part=part,
            treated=None
            if frame is None or self._of.treater is None
            else self._of.treater.of(frame, view, dragging=self._of.dragging),
            calibration=None if frame is None else self._of.marking.calibration(frame),
        )

    def _subject(self, series: int) -> Subject:
        """Whose images a series holds, and of which day: always as the exam is now."""
        if self._subjects[0] is not self._of.exam:
            self._subjects = self._of.exam, {}
        if series not in self._subjects[1]:
            self._subjects[1][series] = subject_on_page(self._of.exam, series, self._of.translate)
        return self._subjects[1][series]

    def _is_key(self, image: ImageRef) -> bool:
        """Whether the reader, or another program, marked a picture."""
        layers = [
            one.layers for one in self._of.exam.exams if one.layers is not None and self._of.others_shown
        ]
        return self._of.marking.sheet.is_key(image) or any(others.is_key(image) for others in layers)
