"""Whether a stack can be a true volume, and how: its grid, which slice goes where, what is corrected.

Says no with the reason rather than stretch anything. Works on what the headers say; never looks at values.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.viewer.geometry.planes import Cosines, Vector
from vetpacs_desktop.viewer.geometry.scale import is_projection
from vetpacs_desktop.viewer.series.spacing import places
from vetpacs_desktop.viewer.series.splitting import place_of
from vetpacs_desktop.viewer.series.stack import Stack, StackFrame, StackKind
from vetpacs_desktop.viewer.volume.grid import Grid

FEWEST = 3
"""Two slices have a gap but no spacing that could be checked."""
MOST_FILLED = 4
"""An uneven stack is laid on a grid of at most this many times as many slices."""
WIDEST_GAP = 12.0
"""Times the usual gap: a wider hole has no slices near enough to say what is in it."""
MOST_ASKEW = 1.0
"""Pixels: a slice that is turned against the others by more than this, at its far corner, lies elsewhere than
an even grid would have it."""
WHOLE_BYTES, REAL_BYTES = 2, 4
"""A voxel of whole numbers and one of real numbers."""

Floats = NDArray[np.float64]


class NoVolume(KnownError):
    """These images can't be cut in other planes: {reason}."""


class VolumeTooLarge(KnownError):
    """This volume needs {needed} MB of memory, {limit} MB are allowed; one slice in {every} would fit."""

    @property
    def every(self) -> int:
        """What would fit: every `every`-th slice."""
        return int(str(self.facts["every"]))


@dataclass(frozen=True, slots=True)
class Source:
    """Where one slice of the grid comes from: between two frames, `share` of the way to the second one."""

    first: int
    second: int
    share: float = 0.0

    @property
    def exact(self) -> bool:
        """A slice of its own, not a blend."""
        return self.share == 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How a stack becomes a volume."""

    frames: tuple[StackFrame, ...]
    """In the order of the grid's slices, those that are left out skipped."""
    grid: Grid
    sources: tuple[Source, ...]
    """One for each slice of the grid, by places in `frames`."""
    normal: Vector
    """Across the slices; not the grid's third axis where the gantry was tilted."""
    frame_of_reference: str
    notes: tuple[str, ...] = ()
    """What was corrected, in sentences for the screen."""
    every: int = 1

    @property
    def nbytes(self) -> int:
        """Memory of the values, as far as the headers tell."""
        slices, rows, columns = self.grid.shape
        return slices * rows * columns * (WHOLE_BYTES if self.whole else REAL_BYTES)

    @property
    def whole(self) -> bool:
        """Whether all values are whole numbers of two bytes: no slice is rescaled to fractions."""
        return all(_is_whole(frame) for frame in self.frames)


def plan(stack: Stack, limit_bytes: int | None = None, every: int = 1) -> Plan:
    """How `stack` becomes a volume of every `every`-th slice.

    Raises `NoVolume` with the reason where it can't be a true one, `VolumeTooLarge` where it would need more
    than `limit_bytes`.
    """
    _refuse(stack)
    frames = stack.frames
    axis, normal = _axis(stack), stack.geometry.normal
    assert normal is not None  # a volume has one
    across, down = _in_plane(stack)
    along = _along(stack)
    sources, spacing, notes = _slices(stack, along)
    if every > 1:
        sources, spacing = sources[::every], spacing * every
        notes = (*notes, f"Only one slice in {every} is used, to save memory.")
        frames, sources = _used(frames, sources)
    image = frames[0].description
    x, y, z = (float(part) * spacing for part in axis)
    origin = place_of(stack.frames[0])
    grid = Grid(origin, across, down, (x, y, z), (len(sources), image.rows, image.columns))
    made = Plan(frames, grid, sources, normal, image.frame_of_reference_uid, _tilt_note(stack) + notes, every)
    _bound(made, len(_slices(stack, along)[0]), limit_bytes)
    return made


def _refuse(stack: Stack) -> None:
    if is_mosaic(stack):
        raise NoVolume(reason="each picture is a mosaic of many small slices, which is left as it is")
    if stack.kind is StackKind.CINE:
        raise NoVolume(reason="they are a film in time, not slices through the animal")
    if stack.kind is not StackKind.VOLUME:
        raise NoVolume(reason="they do not say where in the animal they lie")
    first = stack.frames[0]
    if len(stack.frames) < FEWEST:
        raise NoVolume(reason=f"there are only {len(stack.frames)} slices")
    if is_projection(first.description, first.frame):
        raise NoVolume(reason="they are shadow pictures, not slices")
    if first.description.samples_per_pixel != 1 or first.description.photometric == "PALETTE COLOR":
        raise NoVolume(reason="they are colour pictures, which have no densities to work with")
    if first.facts.pixel_spacing is None:
        raise NoVolume(reason="they do not say how large a pixel is")
    if stack.geometry.displaced:
        raise NoVolume(reason="some slices are displaced sideways against the others")
    if _askew(stack) > MOST_ASKEW:
        raise NoVolume(reason="some slices are turned against the others")
    widest = max(stack.geometry.gaps_mm) / (stack.geometry.slice_mm or 1.0)
    if widest > WIDEST_GAP:
        raise NoVolume(reason=f"there is a hole of {max(stack.geometry.gaps_mm):.0f} mm between two slices")


def is_mosaic(stack: Stack) -> bool:
    """Whether each picture holds many slices side by side (Siemens): its place is that of the whole sheet,
    so nothing in it lies where its header would put it."""
    return any("MOSAIC" in frame.facts.frame_type.upper().split("\\") for frame in stack.frames)


def _orientation(stack: Stack) -> Cosines:
    """The one that most slices share; some devices round a few of them differently."""
    found = Counter(frame.facts.orientation for frame in stack.frames).most_common(1)[0][0]
    assert found is not None  # slices of a volume have one
    return found


def _askew(stack: Stack) -> float:
    """How far, in pixels, the far corner of some slice lies from where the shared orientation puts it."""
    image, spacing = stack.frames[0].description, stack.frames[0].facts.pixel_spacing
    assert spacing is not None  # `_refuse` looked
    shared = _orientation(stack)
    others = {frame.facts.orientation for frame in stack.frames} - {shared, None}
    away = [np.subtract(one, shared) for one in others if one is not None]
    size = np.array([image.columns * spacing[1], image.rows * spacing[0]])
    off = [float(np.linalg.norm(way[:3] * size[0]) + np.linalg.norm(way[3:] * size[1])) for way in away]
    return max(off, default=0.0) / min(spacing)


def _in_plane(stack: Stack) -> tuple[Vector, Vector]:
    """The ways in mm of one column and one row."""
    orientation, spacing = _orientation(stack), stack.frames[0].facts.pixel_spacing
    assert spacing is not None  # `_refuse` looked
    row_mm, column_mm = spacing
    a, b, c = (part * column_mm for part in orientation[:3])
    d, e, f = (part * row_mm for part in orientation[3:])
    return (a, b, c), (d, e, f)


def _axis(stack: Stack) -> Floats:
    """The way from slice to slice for one millimetre along the normal: leans where the gantry was tilted."""
    normal = np.asarray(stack.geometry.normal)
    first, last = (np.asarray(place_of(stack.frames[n])) for n in (0, -1))
    way: Floats = last - first
    leaning: Floats = way / float(way @ normal)
    return leaning


def _along(stack: Stack) -> Floats:
    """Places of the slices along the normal, mm, the first at 0."""
    found = places([place_of(frame) for frame in stack.frames], _orientation(stack))
    first: Floats = np.asarray(found - found[0], dtype=np.float64)
    return first


def _slices(stack: Stack, along: Floats) -> tuple[tuple[Source, ...], float, tuple[str, ...]]:
    """The slices of an even grid, their spacing along the normal, and what had to be corrected."""
    geometry = stack.geometry
    spacing = geometry.slice_mm or float(np.median(np.diff(along)))
    if geometry.regular:
        return tuple(Source(n, n) for n in range(len(along))), spacing, ()
    if geometry.missing:
        return _with_missing(along, spacing, geometry.missing)
    return _laid_even(along)


def _with_missing(
    along: Floats, spacing: float, missing: tuple[int, ...]
) -> tuple[tuple[Source, ...], float, tuple[str, ...]]:
    """An even stack with holes: what is missing is blended from its neighbours, and said."""
    slots = np.rint(along / spacing).astype(int)
    made = tuple(_between(along, slot * spacing, spacing * 0.25) for slot in range(int(slots[-1]) + 1))
    which = ", ".join(map(str, missing[:8])) + (" ..." if len(missing) > 8 else "")
    count = len(missing)
    noun = "slice is" if count == 1 else "slices are"
    note = f"{count} {noun} missing (number {which}) and blended from the neighbours."
    return made, spacing, (note,)


def _laid_even(along: Floats) -> tuple[tuple[Source, ...], float, tuple[str, ...]]:
    """Uneven gaps: the true places on an even grid as fine as the finest gap allows."""
    gaps = np.diff(along)
    extent = float(along[-1])
    spacing = max(float(gaps.min()), extent / (MOST_FILLED * len(along)))
    count = int(np.floor(extent / spacing + 1e-6)) + 1
    made = tuple(_between(along, number * spacing, 1e-3) for number in range(count))
    note = (
        f"The gaps between the slices differ ({gaps.min():.3g} to {gaps.max():.3g} mm): "
        "blended at their true places."
    )
    return made, spacing, (note,)


def _between(along: Floats, place: float, near: float) -> Source:
    """Where the slice at `place` mm comes from; a frame within `near` mm is taken as it is."""
    after = int(np.clip(np.searchsorted(along, place), 0, len(along) - 1))
    nearest = min((after, max(after - 1, 0)), key=lambda n: abs(along[n] - place))
    if abs(along[nearest] - place) <= near:
        return Source(nearest, nearest)
    before = max(after - 1, 0)
    share = (place - along[before]) / (along[after] - along[before])
    return Source(before, after, float(np.clip(share, 0.0, 1.0)))


def _used(
    frames: tuple[StackFrame, ...], sources: tuple[Source, ...]
) -> tuple[tuple[StackFrame, ...], tuple[Source, ...]]:
    """Only the frames that some source needs, and the sources by their new places."""
    needed = sorted({n for source in sources for n in (source.first, source.second)})
    place = {old: new for new, old in enumerate(needed)}
    moved = tuple(Source(place[one.first], place[one.second], one.share) for one in sources)
    return tuple(frames[n] for n in needed), moved


def _tilt_note(stack: Stack) -> tuple[str, ...]:
    tilt = stack.geometry.tilt_degrees
    if not tilt:
        return ()
    return (f"The gantry was tilted by {abs(tilt):.1f} degrees: shown upright, at the true places.",)


def _is_whole(frame: StackFrame) -> bool:
    facts, image = frame.facts, frame.description
    scaled = float(facts.slope).is_integer() and float(facts.intercept).is_integer()
    return image.bits_allocated <= 16 and (scaled or facts.modality_lut is not None)


def _bound(made: Plan, slices: int, limit_bytes: int | None) -> None:
    if limit_bytes is None or made.nbytes <= limit_bytes:
        return
    one = made.nbytes // made.grid.shape[0]
    every = max(2, -(-slices * one // limit_bytes))
    million = 1_000_000
    raise VolumeTooLarge(needed=made.nbytes // million, limit=limit_bytes // million, every=every)
