"""A path drawn through one volume, the picture along it and those across it, cut when they are looked at.

Owns the points and which side is seen. Knows no widget and nothing of the page.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.ui.viewing.volumes.held import HeldVolume
from vetpacs_desktop.viewer.description import FrameDescription, ImageDescription
from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame
from vetpacs_desktop.viewer.render.reslicer import Reslicer
from vetpacs_desktop.viewer.render.straightener import Straightener, Strip
from vetpacs_desktop.viewer.session import FrameStack
from vetpacs_desktop.viewer.spatial.placed import Placed
from vetpacs_desktop.viewer.volume.section import MOST_PIXELS, Cut, Thickness, minus, vector
from vetpacs_desktop.viewer.volume.track import Track, distinct, track, whole_length

ALONG, ACROSS = "curve", "cross"
"""`ViewState.plane` of the picture along a path, and of those across it."""
REACH = (40.0, 160.0)
"""Least and most of what is seen to both sides of a path together, mm."""
SHARE = 0.4
"""Of a path's length that is seen across it, until the reader says otherwise."""
REMEMBERED = 6
SHORT = "Curved plane: no angles"
NOTE = "Along a drawn path: lengths are true along it and straight across it only, no angles"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A path as the reader drew it."""

    points: tuple[Vector, ...] = ()
    down: Vector = (0.0, 0.0, -1.0)
    """Where the columns of the picture go at the start, as far as the path lets them."""
    turn: float = 0.0
    """Turned about the path from there, degrees."""
    wider: float = 1.0
    """Times of what is usually seen across."""


@dataclass(frozen=True, slots=True)
class KeptPath:
    """What an exam keeps of a path."""

    id: str
    drawn: Drawn
    placed: Placed


@dataclass(slots=True)
class _Made:
    """What was made of a path."""

    drawn: Drawn
    thickness: Thickness
    track: Track | None
    name: str
    frames: OrderedDict[FrameKey, LoadedFrame] = field(default_factory=OrderedDict)


class HeldPath:
    """The path of one volume."""

    def __init__(self, held: HeldVolume, name: str) -> None:
        self.held = held
        self.drawing = False
        """Whether clicks place points."""
        self.kept: KeptPath | None = None
        """What the exam keeps of it; None while nothing does."""
        self.gone = ""
        """The annotation that was taken away under it: where that comes back, so does the path."""
        self.in_hand = False
        """A point of it, or its side, is being moved."""
        self.drawn = Drawn()
        self._name = name
        self._count = 0
        self._volume = held.volume
        self._reslicer = Reslicer(held.volume)
        self._straightener = Straightener(held.volume)
        self._last: _Made | None = None
        held.extras[ALONG] = _Pictures(self._along_stack, self._along_frame)
        held.extras[ACROSS] = _Pictures(self._across_stack, self._across_frame)

    @property
    def id(self) -> str:
        """Of the annotation that keeps it; empty while nothing does."""
        return self.kept.id if self.kept is not None else ""

    @property
    def track(self) -> Track | None:
        """The path as it is walked; None before it has two points."""
        return self._made().track

    def turned(self, degrees: float) -> Drawn:
        """Seen from further round: a quarter on, head, back or left are up again."""
        one = self.track
        if one is None:
            return self.drawn
        first = track(distinct(self.drawn.points), one.step, self.drawn.down)
        side = vector(np.cross(first.along[0], first.across[0]))
        way = 1 if upward(side) == side else -1
        return replace(self.drawn, turn=self.drawn.turn + way * degrees)

    @property
    def length(self) -> float:
        """Of the whole path, mm."""
        return whole_length(distinct(self.drawn.points))

    @property
    def strip(self) -> Strip | None:
        """How the picture along the path is laid out."""
        made = self._made()
        if made.track is None:
            return None
        thick = made.thickness
        return Strip(made.track, self._pixels(made.track) | 1, thick.mm, thick.slab)

    def cross_cut(self, number: int) -> Cut | None:
        """The plane across the path at one of its places, which lies in the middle of its middle pixel."""
        made = self._made()
        if made.track is None:
            return None
        at = min(max(number, 0), made.track.count - 1)
        down, along = made.track.across[at], made.track.along[at]
        right = np.cross(down, along)
        size, mm = self._pixels(made.track) | 1, min(self._volume.grid.spacing)
        size = max(3, round(size * made.track.step / mm) | 1)
        corner = made.track.places[at] - (right + down) * (size // 2) * mm
        thick = made.thickness
        return Cut(vector(corner), vector(right), vector(down), mm, size, size, thick.mm, thick.slab)

    def _pixels(self, one: Track) -> int:
        reach = min(max(SHARE * one.length, REACH[0]), REACH[1]) * self.drawn.wider
        return max(3, min(round(reach / one.step), MOST_PIXELS))

    def _made(self) -> _Made:
        drawn, thickness = self.drawn, self.held.turn.thickness
        last = self._last
        if last is None or (last.drawn, last.thickness) != (drawn, thickness):
            points = distinct(drawn.points)
            found = None
            if len(points) > 1:
                step = max(min(self._volume.grid.spacing), whole_length(points) / MOST_PIXELS)
                found = track(points, step, drawn.down, drawn.turn)
            self._count += 1
            last = self._last = _Made(drawn, thickness, found, f"{self._name}/path/{self._count}")
        return last

    # --- the picture along it ---

    def _along_stack(self) -> FrameStack | None:
        made = self._made()
        if made.track is None:
            return None
        return FrameStack(
            keys=(FrameKey(Path(made.name) / ALONG),),
            kind="curve",
            label="Along the path",
            note=SHORT,
            problems=(NOTE,),
            final=True,
        )

    def _along_frame(self, _number: int) -> LoadedFrame | None:
        strip = self.strip
        if strip is None:
            return None
        facts = FrameDescription(
            index=0,
            pixel_spacing=(strip.mm, strip.mm),
            slice_thickness=strip.thickness_mm or None,
            rescale_type=self._volume.description.frames[0].rescale_type,
        )
        size = strip.rows, strip.track.count
        return self._frame(
            FrameKey(Path(self._made().name) / ALONG), facts, size, self._straightener.cut, strip
        )

    # --- those across it ---

    def _across_stack(self) -> FrameStack | None:
        made = self._made()
        if made.track is None:
            return None
        count, step, path = made.track.count, made.track.step, Path(made.name) / ACROSS
        return FrameStack(
            keys=_Keys(path, count),
            positions=tuple(number * step for number in range(count)),
            kind="curve",
            label="Across the path",
            final=True,
        )

    def _across_frame(self, number: int) -> LoadedFrame | None:
        made, cut = self._made(), self.cross_cut(number)
        if cut is None or made.track is None:
            return None
        facts = FrameDescription(
            index=0,
            position=cut.corner,
            orientation=(*cut.right, *cut.down),
            pixel_spacing=(cut.mm, cut.mm),
            slice_thickness=cut.thickness_mm or cut.mm,
            rescale_type=self._volume.description.frames[0].rescale_type,
        )
        at = min(max(number, 0), made.track.count - 1)
        return self._frame(
            FrameKey(Path(made.name) / ACROSS / str(at)),
            facts,
            (cut.height, cut.width),
            self._reslicer.cut,
            cut,
        )

    def _frame(
        self,
        key: FrameKey,
        facts: FrameDescription,
        size: tuple[int, int],
        make: Callable[[Any], NDArray[Any]],
        what: object,
    ) -> LoadedFrame:
        frames = self._made().frames
        if key not in frames:
            values = make(what)
            values.flags.writeable = False
            while len(frames) >= REMEMBERED:
                frames.popitem(last=False)
            described = self._described(facts, size)
            frames[key] = LoadedFrame(key, described, values, default_window=self._volume.window)
        frames.move_to_end(key)
        return frames[key]

    def _described(self, facts: FrameDescription, size: tuple[int, int]) -> ImageDescription:
        """Without an identifier; a place only where `facts` have one."""
        window = self._volume.window
        return replace(
            self._volume.description,
            sop_uid="",
            rows=size[0],
            columns=size[1],
            number_of_frames=1,
            frames=(replace(facts, windows=(window,) if window is not None else ()),),
            padding=None,
            imager_pixel_spacing=None,
            patient_orientation=(),
        )


@dataclass(frozen=True, slots=True)
class _Keys(Sequence[FrameKey]):
    """Keys of the pictures across a path, made when they are asked for: a path in the hand has new ones at
    every step."""

    path: Path
    size: int

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, index: int) -> FrameKey: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[FrameKey, ...]: ...

    def __getitem__(self, index: int | slice) -> FrameKey | tuple[FrameKey, ...]:
        numbers = range(self.size)[index]
        if isinstance(numbers, range):
            return tuple(FrameKey(self.path / str(number)) for number in numbers)
        return FrameKey(self.path / str(numbers))


class _Pictures:
    """One of the names that a viewport can show."""

    def __init__(
        self, stack: Callable[[], FrameStack | None], frame: Callable[[int], LoadedFrame | None]
    ) -> None:
        self._stack, self._frame = stack, frame

    @property
    def stack(self) -> FrameStack | None:
        return self._stack()

    def frame(self, number: int) -> LoadedFrame | None:
        return self._frame(number)


def upward(normal: Vector) -> Vector:
    """The direction down a picture whose columns lie along `normal`, so that head, back or left is up."""
    strongest = max(range(3), key=lambda n: abs(normal[n]))
    return minus(normal) if normal[strongest] > 0 else normal
