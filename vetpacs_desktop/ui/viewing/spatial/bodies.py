"""Bodies that are measured in a volume: worked out in threads, remembered, and what pictures show of them.

One of each open exam. Everything is called in the window's thread; only the arithmetic runs elsewhere. What
is kept of a body is its annotation: its voxels are found again when its volume is at hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import CancelToken, Job, Progress, Report
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.marking.words import tr
from vetpacs_desktop.viewer.annotations import Annotation, ImageRef
from vetpacs_desktop.viewer.figures import Line
from vetpacs_desktop.viewer.measure.measured import Measured
from vetpacs_desktop.viewer.series.stack import Stack, StackFrame
from vetpacs_desktop.viewer.spatial import growing, stacking
from vetpacs_desktop.viewer.spatial.pane import Pane, pane_of_slice
from vetpacs_desktop.viewer.spatial.placed import Grown, Placed
from vetpacs_desktop.viewer.spatial.valuing import measure_placed
from vetpacs_desktop.viewer.volume.volume import Volume

REMEMBERED = 400
"""Edges of bodies in pictures."""
_Found = growing.Region | stacking.Body | None


@dataclass(frozen=True, slots=True)
class _Worked:
    """What a thread found of a collection."""

    value: Measured
    body: stacking.Body | None


class Bodies:
    """Of one open exam; `say` tells the reader how far something is."""

    def __init__(self, controller: Controller, bridge: Bridge, say: Callable[[str], object]) -> None:
        self._of = controller
        self._bridge = bridge
        self._say = say
        self._found: dict[tuple[object, ...], _Found] = {}
        self._edges: dict[tuple[object, ...], tuple[Line, ...]] = {}
        self._asked: set[tuple[object, ...]] = set()
        self._growth: Job[object] | None = None
        self._stacks: list[Stack] = []
        self._slices: dict[tuple[str, int], StackFrame] = {}
        """Of `_stacks`."""
        self._jobs: list[Job[_Worked]] = []
        marking = controller.marking
        marking.values.volume_of = self.volume_of
        marking.values.later = self.later
        marking.values.edges = self.edges
        marking.values.pane_of = self.pane_of
        marking.stop = self.stop
        self._end = marking.planted.subscribe(self._plant)

    def close(self) -> None:
        """The exam is closed: nothing is worked out any more."""
        self._end()
        self.stop()
        for job in self._jobs:
            job.cancel()
        self._found.clear()
        self._edges.clear()
        self._stacks, self._slices = [], {}

    def volume_of(self, space: str, series_uid: str) -> Volume | None:
        """The voxels of one series; those of another series of the same animal are other values."""
        for held in self._of.volumes.all():
            volume = held.volume
            known = volume.frame_of_reference or volume.description.series_uid
            if known == space and volume.description.series_uid == series_uid:
                return volume
        return None

    def pane_of(self, image: ImageRef) -> Pane | None:
        """Where a slice of the exam lies, by its header; planes show where they cut what is drawn on it."""
        series = range(len(self._of.exam.all_series))
        stacks = [one.arranged for n in series for one in self._of.stacks(n) if one.arranged is not None]
        if [id(one) for one in stacks] != [id(one) for one in self._stacks]:
            self._stacks = stacks
            self._slices = {
                (one.description.sop_uid, one.frame): one for stack in stacks for one in stack.frames
            }
        found = self._slices.get((image.sop_uid, image.frame))
        return None if found is None else pane_of_slice(found.description, found.frame)

    # --- collections of outlines --------------------------------------------------------------------

    def later(self, one: Annotation) -> None:
        """The value of a collection, from a thread."""
        placed = one.space
        if placed is None:
            return
        volume = self.volume_of(placed.frame_of_reference_uid, placed.series_uid)
        key = (placed, volume)
        if key in self._asked:
            return
        self._asked.add(key)
        job = self._bridge.start(
            partial(_work, one, placed, volume), partial(self._learn, one, placed, volume), _ignore
        )
        self._jobs = [*(known for known in self._jobs if not known.future.done()), job]

    def _learn(self, one: Annotation, placed: Placed, volume: Volume | None, found: _Worked) -> None:
        self._asked.discard((placed, volume))
        self._found[placed,] = found.body
        self._of.marking.values.learn_placed(one, volume, found.value)
        self._of.marking.changed.emit(None)

    # --- what grows from a seed ---------------------------------------------------------------------

    def stop(self) -> bool:
        """End what grows; False where nothing does."""
        growth, self._growth = self._growth, None
        if growth is None or growth.future.done():
            return False
        growth.cancel()
        self._say(tr("Stopped."))
        return True

    def _plant(self, planted: tuple[Annotation, float]) -> None:
        one, widen = planted
        placed = one.space
        if placed is None:
            return
        volume = self.volume_of(placed.frame_of_reference_uid, placed.series_uid)
        if volume is None:
            return
        self.stop()
        try:
            low, high = growing.first_range(volume, placed.places[0], widen)
        except KnownError as error:
            self._say(error.sentence)
            return
        self._growth = self._bridge.start(
            partial(_grow, volume, placed, low, high),
            partial(self._grown, one, placed, volume),
            self._not_grown,
            self._progress,
        )

    def _grown(self, one: Annotation, placed: Placed, volume: Volume, found: object) -> None:
        self._growth = None
        assert isinstance(found, tuple)
        grown, region = found
        whole = replace(one, space=replace(placed, grown=grown))
        assert whole.space is not None
        self._found[_seed_key(whole.space),] = region
        self._of.marking.add(whole)

    def _not_grown(self, error: BaseException) -> None:
        self._growth = None
        if isinstance(error, KnownError):
            self._say(error.sentence)
        elif not isinstance(error, Cancelled):
            raise error

    def _progress(self, progress: Progress) -> None:
        if self._growth is not None:
            self._say(tr("{count} voxels so far. Esc stops it.").format(count=f"{progress.done:,}"))

    # --- what pictures show -------------------------------------------------------------------------

    def edges(self, one: Annotation, pane: Pane) -> tuple[Line, ...]:
        """The edge of a body in a picture; nothing until its voxels are found again."""
        placed = one.space
        if (
            placed is None
            or placed.frame_of_reference_uid != pane.space
            or not (placed.rings or placed.grown)
        ):
            return ()
        volume = self.volume_of(placed.frame_of_reference_uid, placed.series_uid)
        known = self._body_of(one, placed, volume)
        key = (_seed_key(placed), id(known), pane.image)
        if known is None:
            return ()
        if key not in self._edges:
            if len(self._edges) > REMEMBERED:
                self._edges.clear()
            if isinstance(known, stacking.Body):
                self._edges[key] = stacking.edges_of(known, pane)
            else:
                self._edges[key] = () if volume is None else growing.edges_of(known, volume, pane)
        return self._edges[key]

    def _body_of(self, one: Annotation, placed: Placed, volume: Volume | None) -> _Found:
        if placed.grown is None:
            return self._found.get((placed,))
        key = _seed_key(placed)
        if (key,) not in self._found and volume is not None and key not in self._asked:
            self._asked.add(key)
            work = partial(_grow, volume, placed, placed.grown.low, placed.grown.high)
            self._bridge.start(work, partial(self._again, key), _ignore)
        return self._found.get((key,))

    def _again(self, key: tuple[object, ...], found: object) -> None:
        assert isinstance(found, tuple)
        self._found[key,] = found[1]
        self._of.marking.changed.emit(None)


def _seed_key(placed: Placed) -> tuple[object, ...]:
    grown = placed.grown
    ends = (grown.low, grown.high) if grown is not None else ()
    return (placed.series_uid, placed.places, ends)


def _work(
    one: Annotation, placed: Placed, volume: Volume | None, _report: Report, cancel: CancelToken
) -> _Worked:
    value = measure_placed(one, volume)
    cancel.check()
    try:
        body = stacking.body_of(placed)
    except KnownError:
        body = None
    return _Worked(value, body)


def _grow(
    volume: Volume, placed: Placed, low: float, high: float, report: Report, cancel: CancelToken
) -> tuple[Grown, growing.Region]:
    return growing.grow(volume, placed.places[0], low, high, lambda count: report(Progress(count)), cancel)


def _ignore(error: BaseException) -> None:
    """What can't be found again is not drawn; a bug is one."""
    if not isinstance(error, KnownError | Cancelled):
        raise error
