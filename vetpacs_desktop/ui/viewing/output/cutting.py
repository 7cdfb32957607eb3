"""What is cut from a volume and leaves the program: planes, pictures along and across a path, bodies in 3D.

A copy of how they lie at the moment when somebody asked, with a cutter of its own: later turns don't reach a
job, and it may work in another thread. Must never hand on an image of the stack in place of a plane.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.volumes.held import HeldVolume, plane_name
from vetpacs_desktop.viewer.corner_texts import CornerTexts, Lines, Place, subject_of
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame
from vetpacs_desktop.viewer.marks import Entry
from vetpacs_desktop.viewer.output.files import file_name
from vetpacs_desktop.viewer.output.shots import Album, Reel, Shot, Unit
from vetpacs_desktop.viewer.render.reslicer import Reslicer
from vetpacs_desktop.viewer.session import FrameStack
from vetpacs_desktop.viewer.state import ViewState, fit
from vetpacs_desktop.viewer.volume.volume import Volume

STILL_MS = 100.0
"""The pace of planes that are played, when nobody chose one."""
Said = Callable[[CornerTexts], CornerTexts]


@dataclass(frozen=True, eq=False, slots=True)
class Cutting:
    """The pictures of the active viewport, which lie in no file."""

    volume: Volume
    stack: FrameStack
    view: ViewState
    title: Lines
    now: LoadedFrame
    """The picture on the screen."""
    entries: tuple[Entry, ...]
    """What is drawn on it."""
    make: Callable[[int], LoadedFrame] | None
    """Any other of them; None where there is none, or it can't be had elsewhere than in the window."""
    said: Said | None = None
    """What stands in the corners of a body, in place of what would be said of a flat picture."""

    @property
    def count(self) -> int:
        """How many pictures there are to be had."""
        return 1 if self.make is None else len(self.stack.keys)

    def shot(self, album: Album, unit: Unit, index: int) -> Shot:
        """One of them, by its number."""
        series = album.exam.series[unit[0]]
        words = (
            album.label.animal or "animal",
            album.label.date,
            series.description or series.modality,
            self.title[0] if self.title else self.stack.label,
            f"{index + 1:03}" if self.count > 1 else "",
        )
        return Shot(
            key=self.stack.keys[index],
            place=Place(
                index, self.count, self.stack.position(index), self.stack.note, plane=self.title or ()
            ),
            subject=subject_of(album.exam, series),
            name=file_name(" ".join(word for word in words if word)),
            state=replace(fit(self.view), series=unit[0], stack=unit[1], index=index),
        )

    def shots(self, album: Album, unit: Unit) -> list[Shot]:
        """All of them."""
        if self.make is None:
            return [self.shot(album, unit, self.view.index)]
        return [self.shot(album, unit, number) for number in range(self.count)]

    def reel(self, album: Album, unit: Unit) -> Reel:
        """To be played one after another."""
        shots = self.shots(album, unit)
        return Reel(shots, STILL_MS, shots[0].name.rsplit(" ", 1)[0] if self.make else shots[0].name, False)

    # --- for the painter ------------------------------------------------------------------------------

    def frame(self, key: FrameKey, index: int) -> LoadedFrame | None:
        """A picture by its name; None for an image, which lies in a file."""
        if key == self.now.key:
            return self.now
        return self.make(index) if self.make is not None and key in self.stack.keys else None

    def drawn(self, key: FrameKey) -> tuple[Entry, ...] | None:
        """What is drawn on it, where that is known already."""
        return self.entries if key == self.now.key else None

    def volume_of(self, space: str, series_uid: str) -> Volume | None:
        """The voxels that figures in the animal are measured by."""
        own = self.volume.description
        known = self.volume.frame_of_reference or own.series_uid
        return self.volume if (known, own.series_uid) == (space, series_uid) else None

    def corners(self, texts: CornerTexts) -> CornerTexts:
        """The words of a picture."""
        return texts if self.said is None else self.said(texts)


def cutting_of(controller: Controller) -> Cutting | None:
    """What the active viewport shows of a volume; None where it shows images, or nothing yet."""
    number = controller.grid.active
    view = controller.grid.views[number]
    held = controller.volumes.of(view) if view.plane else None
    stack, frame = controller.stack(number), controller.frame(number)
    if held is None or stack is None or frame is None or not stack.keys:
        return None
    index = min(view.index, len(stack.keys) - 1)
    name = plane_name(view)
    if name is not None:
        frame = held.frame(name, index)  # not the sketch that is on the screen while it moves
    extra: object = held.extras.get(view.plane)
    said = getattr(extra, "said", None)
    return Cutting(
        volume=held.volume,
        stack=replace(stack, keys=tuple(stack.keys)),
        view=replace(view, index=index),
        title=controller.volumes.title(view, controller.translate) or (controller.translate(stack.label),),
        now=frame,
        entries=controller.marking.entries(frame),
        make=_planes(held, view, stack),
        said=said if callable(said) else None,
    )


def _planes(held: HeldVolume, view: ViewState, stack: FrameStack) -> Callable[[int], LoadedFrame] | None:
    """Cuts any plane of a section as it lies now; other pictures are to be had one at a time."""
    name = plane_name(view)
    if name is None:
        return None
    volume, one, keys = held.volume, held.section(name), tuple(stack.keys)
    cutters: list[Reslicer] = []

    def make(number: int) -> LoadedFrame:
        if not cutters:  # in the thread that needs it
            cutters.append(Reslicer(volume))
        values = cutters[0].cut(one.cut(number))
        values.flags.writeable = False
        described = one.described(volume, number)
        return LoadedFrame(keys[number], described, values, default_window=volume.window)

    return make
