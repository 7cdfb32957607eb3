"""The volumes of an open exam and the planes through them, as stacks that viewports show like any other.

Owns the voxels and how the planes are turned. Planes are cut when they are looked at and few are remembered:
cutting one takes milliseconds. Knows no widget.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.corner_texts import Lines, Translate
from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame
from vetpacs_desktop.viewer.render.reslicer import Reslicer
from vetpacs_desktop.viewer.session import FrameStack
from vetpacs_desktop.viewer.snapshot import Resolved
from vetpacs_desktop.viewer.state import ViewState
from vetpacs_desktop.viewer.volume.section import (
    PlaneName,
    Section,
    Slab,
    keys_of,
    natural_axes,
    section,
    vector,
)
from vetpacs_desktop.viewer.volume.turn import ORDER, Turn
from vetpacs_desktop.viewer.volume.volume import Volume

AT_ONCE = 400_000
"""A plane of more samples than this is sketched while it moves."""
REMEMBERED = 8
"""Planes that were cut last: those on the screen, and where they were a moment ago."""
WORDS = {
    PlaneName.AXIAL: ("Transverse", "Axial"),
    PlaneName.SAGITTAL: ("Sagittal", "Sagittal"),
    PlaneName.CORONAL: ("Dorsal", "Coronal"),
}
"""What planes are called in animals and in people."""


class Extra(Protocol):
    """Further pictures of a volume, such as those along a path: seen like planes, by a name of their own."""

    @property
    def stack(self) -> FrameStack | None:
        """What is leafed through; None while there is nothing to see."""
        ...

    def frame(self, number: int) -> LoadedFrame | None:
        """One picture."""
        ...


@runtime_checkable
class Over(Protocol):
    """A picture with something of its own drawn over it."""

    def drawn_over(self, found: Resolved) -> Resolved:
        """The snapshot with that."""
        ...


def plane_name(view: ViewState) -> PlaneName | None:
    """Which of the three planes a viewport shows; None for anything else."""
    return next((name for name in ORDER if name.value == view.plane), None)


class HeldVolume:
    """One volume with its planes."""

    def __init__(self, volume: Volume, name: str, quadruped: bool) -> None:
        self.volume = volume
        self._name = name
        self.extras: dict[str, Extra] = {}
        """By `ViewState.plane`."""
        self.path: object | None = None
        """What `path_held` keeps of a path through it."""
        self._reslicer = Reslicer(volume)
        self._behind: Reslicer | None = None
        """The one that cuts behind the scenes."""
        self._sketches: dict[PlaneName, LoadedFrame] = {}
        """Planes that moved a moment ago, coarser than they are."""
        self._first = Turn(natural_axes(volume), volume.grid.middle_voxel, quadruped=quadruped)
        self._revision = 0
        self._sections: dict[PlaneName, Section] = {}
        self._stacks: dict[PlaneName, FrameStack] = {}
        self._cut: OrderedDict[FrameKey, LoadedFrame] = OrderedDict()
        self._turn = self._first
        self._cross = self._first.through

    @property
    def turn(self) -> Turn:
        """How the planes lie now."""
        return self._turn

    @turn.setter
    def turn(self, turn: Turn) -> None:
        if turn != self._turn:
            self._turn = turn
            self._revision += 1
            self._sections, self._stacks, self._sketches = {}, {}, {}
            self._cut.clear()

    def reset(self) -> None:
        """As the planes lay at first; the kind of letters stays."""
        self.turn = replace(self._first, quadruped=self._turn.quadruped)

    def as_left(self, turn: Turn, cross: Vector | None) -> None:
        """The planes as they were left the last time, meeting where they met."""
        self.turn = turn
        self._cross = cross or turn.through

    def turned_by(self, name: PlaneName) -> float:
        """How far a plane is turned against that of the body, degrees."""
        own, first = (np.cross(*axes.plane(name, True)) for axes in (self._turn.axes, self._first.axes))
        return math.degrees(math.acos(min(1.0, abs(float(own @ first)))))

    def crossing(self, shown: Mapping[PlaneName, int]) -> Vector:
        """Where the three planes meet, mm; `shown` are the numbers of those that are on the screen."""
        place = np.asarray(self._cross)
        for name, number in shown.items():
            one = self.section(name)
            normal = np.asarray(one.normal)
            place = place + normal * (one.position(number) - float(place @ normal))
        self._cross = vector(place)
        return self._cross

    def section(self, name: PlaneName) -> Section:
        """The planes called `name`, as they lie now."""
        if name not in self._sections:
            turn = self._turn
            self._sections[name] = section(
                self.volume,
                turn.axes,
                turn.through,
                name,
                quadruped=turn.quadruped,
                roll=turn.roll(name),
                roomy=turn.roomy,
                thickness=turn.thickness,
            )
        return self._sections[name]

    def stack(self, name: PlaneName) -> FrameStack:
        """The planes as a stack to leaf through."""
        if name not in self._stacks:
            one = self.section(name)
            self._stacks[name] = FrameStack(
                keys=keys_of(one, f"{self._name}/{self._revision}/{name.value}"),
                positions=one.positions,
                kind="volume",
                label=WORDS[name][0 if self._turn.quadruped else 1],
                note=", ".join(self.volume.notes),
                problems=self.volume.notes,
                space=self.volume.frame_of_reference,
                normal=one.normal,
                final=True,
            )
        return self._stacks[name]

    def frame(self, name: PlaneName, number: int) -> LoadedFrame:
        """One plane, cut now or a moment ago."""
        key = self._key(name, number)
        if key not in self._cut:
            self.take(name, number, self._reslicer.cut(self.section(name).cut(number)))
        self._cut.move_to_end(key)
        return self._cut[key]

    def glimpse(self, name: PlaneName, number: int) -> tuple[LoadedFrame, bool]:
        """One plane for the screen, and whether it was sketched now: what takes long comes coarser first."""
        key, one = self._key(name, number), self.section(name)
        if key in self._cut:  # asked several times for each picture
            return self.frame(name, number), False
        sketched = FrameKey(key.path.with_name(f"{key.path.name} sketch"))
        last = self._sketches.get(name)
        if last is not None and last.key == sketched:
            return last, False
        cut = one.cut(number)
        if self._reslicer.effort(cut) <= AT_ONCE:
            return self.frame(name, number), False
        self._sketches[name] = self._made(sketched, one, number, self._reslicer.sketch(cut))
        return self._sketches[name], True

    def wanted(self, name: PlaneName, number: int) -> Callable[[], NDArray[Any]] | None:
        """What cuts a plane as it lies now, in another thread; None where it is at hand already."""
        if self._key(name, number) in self._cut:
            return None
        self._behind = self._behind or self._reslicer.twin()
        return partial(self._behind.cut, self.section(name).cut(number))

    def take(self, name: PlaneName, number: int, values: NDArray[Any]) -> None:
        """A plane that was cut, as the planes lie now."""
        key = self._key(name, number)
        while len(self._cut) >= REMEMBERED:
            self._cut.popitem(last=False)
        self._cut[key] = self._made(key, self.section(name), number, values)
        self._sketches.pop(name, None)

    def _key(self, name: PlaneName, number: int) -> FrameKey:
        keys = self.stack(name).keys
        return keys[min(max(number, 0), len(keys) - 1)]

    def _made(self, key: FrameKey, one: Section, number: int, values: NDArray[Any]) -> LoadedFrame:
        values.flags.writeable = False
        return LoadedFrame(key, one.described(self.volume, number), values, default_window=self.volume.window)


TURNED = 0.5
"""Degrees from which a plane is no longer that of the body."""
_SLABS = {
    Slab.MIP: "Slab {mm} mm, brightest",
    Slab.MINIP: "Slab {mm} mm, darkest",
    Slab.MEAN: "Slab {mm} mm, mean",
}


def title_of(held: HeldVolume, name: PlaneName, translate: Translate) -> Lines:
    """``Transverse, turned by 12°`` and ``Slab 10 mm, brightest``: lines for a corner."""
    turn = held.turn
    words = translate(WORDS[name][0 if turn.quadruped else 1])
    degrees = held.turned_by(name)
    if degrees >= TURNED:
        words = translate("{plane}, turned by {degrees}°").format(plane=words, degrees=f"{degrees:.0f}")
    return words, *slab_words(held, translate)


def slab_words(held: HeldVolume, translate: Translate) -> Lines:
    """``Slab 10 mm, brightest``; nothing for thin planes."""
    thick = held.turn.thickness
    return (translate(_SLABS[thick.slab]).format(mm=f"{thick.mm:g}"),) if thick.mm else ()


class HeldVolumes:
    """All volumes of an open exam, by the series and the stack that they were made of.

    `series_uid` names a series by its number on the page, which changes when exams are laid beside.
    """

    def __init__(self, series_uid: Callable[[int], str]) -> None:
        self._series_uid = series_uid
        self._held: dict[tuple[str, int], HeldVolume] = {}
        self.later: Callable[[], object] | None = None
        """Told when a viewport shows a new sketch; without anybody to tell, every plane is cut at once."""

    def put(self, view: ViewState, held: HeldVolume, most: int) -> None:
        """The volume of what a viewport shows is ready; `most` are kept, the oldest go."""
        if view.series is not None:
            self._held[self._series_uid(view.series), view.stack] = held
        while len(self._held) > most:
            del self._held[next(iter(self._held))]

    def of(self, view: ViewState) -> HeldVolume | None:
        """The volume of what a viewport shows; None while there is none."""
        if view.series is None:
            return None
        return self._held.get((self._series_uid(view.series), view.stack))

    def by_unit(self) -> tuple[tuple[tuple[str, int], HeldVolume], ...]:
        """Every one with its series' UID and the number of its stack."""
        return tuple(self._held.items())

    def all(self) -> tuple[HeldVolume, ...]:
        """Every one."""
        return tuple(self._held.values())

    def let_go(self, series_uids: Collection[str]) -> None:
        """Give the memory of the volumes of some series back."""
        self._held = {unit: held for unit, held in self._held.items() if unit[0] not in series_uids}

    def forget(self) -> None:
        """Give the memory of all volumes back."""
        self._held.clear()

    def title(self, view: ViewState, translate: Translate) -> Lines:
        """What a viewport that shows a plane says of it: which, how far turned, how thick a slab."""
        held, name = self.of(view) if view.plane else None, plane_name(view)
        if held is None:
            return ()
        if name is not None:
            return title_of(held, name, translate)
        extra = held.extras.get(view.plane)
        stack = extra.stack if extra is not None else None
        curved = stack is not None and stack.kind == "curve"
        return (translate(stack.label), *slab_words(held, translate)) if stack is not None and curved else ()

    def stack(self, view: ViewState) -> FrameStack | None:
        """The planes that a viewport leafs through."""
        held, name = self.of(view), plane_name(view)
        if held is None:
            return None
        if name is not None:
            return held.stack(name)
        extra = held.extras.get(view.plane)
        return extra.stack if extra is not None else None

    def frame(self, view: ViewState) -> LoadedFrame | None:
        """The plane that a viewport shows."""
        held, name = self.of(view), plane_name(view)
        if held is None:
            return None
        if name is not None and self.later is not None:
            frame, sketched = held.glimpse(name, view.index)
            if sketched:
                self.later()
            return frame
        if name is not None:
            return held.frame(name, view.index)
        extra = held.extras.get(view.plane)
        return extra.frame(view.index) if extra is not None else None
