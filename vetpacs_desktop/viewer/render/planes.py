"""A plane through a volume without a screen: for the `render` command, tours and tests.

Builds the volume of the first stack that can be one, cuts it and draws what a viewport would show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.viewer.choosing import stacks_of_files
from vetpacs_desktop.viewer.corner_texts import Place, subject_of_file
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame, loaded
from vetpacs_desktop.viewer.pixels.files import ImageFiles
from vetpacs_desktop.viewer.pixels.present import shown
from vetpacs_desktop.viewer.presets import WindowMemory, actual_window
from vetpacs_desktop.viewer.render.offscreen import USUAL_SIZE, draw
from vetpacs_desktop.viewer.render.reslicer import Reslicer
from vetpacs_desktop.viewer.resolve import Facts, resolve
from vetpacs_desktop.viewer.session import FrameStack
from vetpacs_desktop.viewer.snapshot import Viewport
from vetpacs_desktop.viewer.state import ViewState
from vetpacs_desktop.viewer.volume.build import Builder
from vetpacs_desktop.viewer.volume.plan import NoVolume, plan
from vetpacs_desktop.viewer.volume.section import (
    BodyAxes,
    PlaneName,
    Section,
    Slab,
    Thickness,
    natural_axes,
    section,
)
from vetpacs_desktop.viewer.volume.volume import Volume

WHOLE = 10_000.0
"""A slab of this many millimetres goes through any animal."""


@dataclass(frozen=True, slots=True)
class PlaneWish:
    """Which plane: its kind, how far along the body, how thick."""

    name: PlaneName
    position: float | None = None
    """Millimetres along the body's own axis across the plane: to the left for sagittal ones, to the back for
    coronal (dorsal) ones, to the head for axial (transverse) ones, in the patient's coordinates (PS3.3
    C.7.6.2.1.1). None is the middle."""
    thickness: Thickness = field(default_factory=Thickness)


def render_plane(
    paths: Sequence[Path],
    wish: PlaneWish,
    *,
    size: tuple[int, int] | None = None,
    window: Window | None = None,
    plain: bool = False,
    quadruped: bool = True,
) -> tuple[NDArray[np.uint8], Window | None]:
    """(height, width, 3) uint8 RGB of one plane and the window used.

    `size` is (width, height); None is 1200x900 or, when `plain`, the plane's own, pixel for pixel. Raises
    `NoVolume` with the reason, `UsageError` where the position lies outside, `NotAnImage`, `CannotDecode`.
    """
    volume = volume_of(stacks_of_files(paths))
    one, number = plane_of(volume, wish, quadruped)
    picture = cut_frame(volume, one, number)
    if plain and size in (None, (one.width, one.height)):
        used = window or picture.default_window
        return np.repeat(shown(picture.values, None, used)[..., np.newaxis], 3, axis=2), used
    width, height = size or ((one.width, one.height) if plain else USUAL_SIZE)
    place = Place(number, one.count, one.position(number), ", ".join(volume.notes))
    facts = Facts(picture, place, subject_of_file(picture.description))
    state = ViewState(index=number, window=window)
    windows = WindowMemory()
    resolved = resolve(state, facts, Viewport(width, height), windows, texts=not plain, quadruped=quadruped)
    return draw(resolved), actual_window(state, picture, windows)


def volume_of(stacks: Sequence[FrameStack]) -> Volume:
    """The volume of the first stack that can be one; if none can, the first one's reason is raised."""
    reason: NoVolume | None = None
    for stack in stacks:
        try:
            if stack.arranged is None:
                continue
            builder, files = Builder(plan(stack.arranged)), ImageFiles()
        except NoVolume as error:
            reason = reason or error
            continue
        for key in builder.keys:
            builder.put(loaded(key, files.get(key.path)))
        return builder.volume()
    raise reason or NoVolume(reason="there are no slices")


def plane_of(volume: Volume, wish: PlaneWish, quadruped: bool) -> tuple[Section, int]:
    """The planes of that kind and the number of the wished one. Raises `UsageError` outside of the volume."""
    axes = natural_axes(volume)
    through = volume.grid.middle_voxel
    if wish.position is not None:
        through = _moved(through, _across(axes, wish.name), wish.position)
    one = section(volume, axes, through, wish.name, quadruped=quadruped, thickness=wish.thickness)
    number = round(one.number_at(through))
    if not 0 <= number < one.count:
        way = np.asarray(_across(axes, wish.name))
        ends = sorted(float(np.asarray(one.cut(n).corner) @ way) for n in (0, one.count - 1))
        reach = f"they go from {ends[0]:.1f} to {ends[1]:.1f} mm"
        raise UsageError(reason=f"there is no plane at {wish.position:g} mm: {reach}")
    return one, number


def cut_frame(volume: Volume, one: Section, number: int) -> LoadedFrame:
    """One plane as a picture."""
    values: NDArray[Any] = Reslicer(volume).cut(one.cut(number))
    values.flags.writeable = False
    described = one.described(volume, number)
    return LoadedFrame(FrameKey(described.path), described, values, default_window=volume.window)


def projection(view: str, slab: float | None, position: float | None) -> PlaneWish:
    """What the command line's words mean: a plane, a slab of the brightest values, or the whole as one."""
    if view == "mip":
        return PlaneWish(PlaneName.CORONAL, position, Thickness(slab or WHOLE, Slab.MIP))
    return PlaneWish(PlaneName(view), position, Thickness(slab or 0.0, Slab.MEAN))


def _across(axes: BodyAxes, name: PlaneName) -> Vector:
    return {
        PlaneName.AXIAL: axes.cranial,
        PlaneName.SAGITTAL: axes.left,
        PlaneName.CORONAL: axes.dorsal,
    }[name]


def _moved(place: Vector, way: Vector, to: float) -> Vector:
    """The place moved along a unit vector until it lies `to` mm along it."""
    here = sum(p * w for p, w in zip(place, way, strict=True))
    x, y, z = (p + (to - here) * w for p, w in zip(place, way, strict=True))
    return x, y, z
