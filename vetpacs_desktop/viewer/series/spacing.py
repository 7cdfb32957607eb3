"""How parallel slices lie to each other: gaps, missing slices, tilt. Pure maths on positions in millimetres.

SliceThickness is never a spacing here; it only tells a planned change of the gap from a missing slice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.geometry.planes import Cosines, Vector, angle_between, normal
from vetpacs_desktop.viewer.series.stack import Geometry

LEAST_USUAL = 0.5
"""A gap that fewer than this share of all gaps show is not the usual one, and nothing can be said missing."""

SAME_PLACE_MM = 0.01
"""Slices closer than this along the normal lie at the same place."""

EVEN_SHARE = 0.02
EVEN_MM = 0.06
EVEN_LIMIT = 0.1
"""A slice may be off the even grid by 2 % of the spacing, or by 0.06 mm, because devices round positions to a
tenth of a millimetre; but never by more than a tenth of the spacing."""

TILT_DEGREES = 0.2
"""Smaller angles between step and normal are rounding of the direction cosines."""

SIDEWAYS_PIXELS = 0.5
"""A slice that lies further than this beside the line through the others is displaced."""

CHANGED_THICKNESS = 1.2
"""Slices this much thicker than usual were planned with a wider gap; nothing is missing between them."""

_Floats = NDArray[np.floating[Any]]


def places(positions: Sequence[Sequence[float]], orientation: Cosines) -> _Floats:
    """Distances along the normal, mm, one for each position."""
    along: _Floats = np.asarray(positions, dtype=float) @ np.asarray(normal(orientation))
    return along


def measure(
    positions: Sequence[Vector],
    orientation: Cosines,
    pixel_mm: float | None,
    thicknesses: Sequence[float | None],
    order: Sequence[int],
) -> Geometry:
    """The geometry of slices that are already sorted along the normal, at least two, all at different places.

    `order` holds the rank of each slice in the device's numbering.
    """
    axis = normal(orientation)
    along = places(positions, orientation)
    gaps = np.diff(along)
    usual = float(np.median(gaps))
    slots = _slots(gaps, usual, thicknesses)
    if slots is None and (smallest := float(gaps.min())) < usual:
        slots = _slots(gaps, smallest, thicknesses)
        usual = smallest if slots is not None else usual
    missing = _missing(slots)
    fitted = _even_spacing(along, slots) if slots is not None else None
    even = fitted is not None
    step = _step(np.asarray(positions, dtype=float), along, int(slots[-1]) if slots is not None else None)
    displaced = _displaced(np.asarray(positions, dtype=float), along, pixel_mm)
    tilt = _tilt(step, axis, orientation)
    return Geometry(
        regular=even and not missing and not displaced,
        slice_mm=round(fitted or usual, 6),
        gaps_mm=tuple(round(float(gap), 6) for gap in gaps),
        missing=missing,
        tilt_degrees=tilt,
        normal=axis,
        step=step,
        left_handed=_against(order),
        displaced=displaced,
        findings=_findings(gaps, usual, missing, even, displaced, tilt),
    )


def _slots(gaps: _Floats, usual: float, thicknesses: Sequence[float | None]) -> NDArray[np.int64] | None:
    """The place of each slice on an even grid, from 0; None when the gaps are no multiples of `usual`."""
    steps = np.rint(gaps / usual).astype(np.int64)
    if steps.min() < 1 or np.any(np.abs(gaps - steps * usual) > 2 * _tolerance(usual)):
        return None
    if LEAST_USUAL * len(steps) > np.count_nonzero(steps == 1):
        return None
    if _planned(steps, thicknesses):
        return None
    return np.concatenate([[0], np.cumsum(steps)])


def _planned(steps: NDArray[np.int64], thicknesses: Sequence[float | None]) -> bool:
    """Whether a wide gap comes with thicker slices: a protocol of two parts, not a loss."""
    known = [one for one in thicknesses if one is not None]
    if not known or len(known) != len(thicknesses):
        return False
    thick = np.asarray(known) > CHANGED_THICKNESS * float(np.min(known))
    return bool(np.any((steps > 1) & (thick[:-1] | thick[1:])))


def _missing(slots: NDArray[np.int64] | None) -> tuple[int, ...]:
    if slots is None:
        return ()
    present = set(slots.tolist())
    return tuple(number + 1 for number in range(int(slots[-1]) + 1) if number not in present)


def _even_spacing(along: _Floats, slots: NDArray[np.int64]) -> float | None:
    """The spacing of the grid that fits all slices best, or None when one of them is off it.

    Where positions are rounded to a tenth of a millimetre, this is nearer to the truth than the median gap.
    """
    spacing, start = (float(one) for one in np.polyfit(slots, along, 1))
    off = float(np.max(np.abs(along - start - slots * spacing)))
    return spacing if off <= _tolerance(spacing) else None


def _tolerance(spacing: float) -> float:
    return min(max(EVEN_SHARE * spacing, EVEN_MM), EVEN_LIMIT * spacing)


def _step(positions: _Floats, along: _Floats, last_slot: int | None) -> Vector:
    x, y, z = (float(part) for part in (positions[-1] - positions[0]) / (last_slot or len(along) - 1))
    return x, y, z


def _displaced(positions: _Floats, along: _Floats, pixel_mm: float | None) -> bool:
    """Whether a slice lies beside the straight line from the first to the last by more than half a pixel."""
    share = (along - along[0]) / (along[-1] - along[0])
    line = positions[0] + np.outer(share, positions[-1] - positions[0])
    return bool(np.max(np.linalg.norm(positions - line, axis=1)) > SIDEWAYS_PIXELS * (pixel_mm or 1.0))


def _tilt(step: Vector, axis: Vector, orientation: Cosines) -> float:
    angle = angle_between(step, axis)
    if angle <= TILT_DEGREES:
        return 0.0
    across = float(np.dot(step, orientation[:3])), float(np.dot(step, orientation[3:]))
    leaning = max(across, key=abs)
    return round(-angle if leaning < 0 else angle, 3)


def _against(order: Sequence[int]) -> bool:
    ranks = np.asarray(order, dtype=float)
    return bool(np.sum(np.sign(np.diff(ranks))) < 0)


def _findings(
    gaps: _Floats, usual: float, missing: tuple[int, ...], even: bool, displaced: bool, tilt: float
) -> tuple[str, ...]:
    found = []
    if missing:
        total = len(gaps) + 1 + len(missing)
        named = ", ".join(map(str, missing[:8])) + (" ..." if len(missing) > 8 else "")
        verb = "slices are" if len(missing) > 1 else "slice is"
        found.append(f"{len(missing)} of {total} {verb} missing (number {named}; usual gap {usual:.4g} mm)")
    elif not even:
        found.append(f"the gaps between slices differ, {gaps.min():.3g} to {gaps.max():.3g} mm")
    if displaced:
        found.append("some slices are displaced sideways")
    if tilt:
        found.append(f"the slices are tilted by {abs(tilt):.1f} degrees against their stacking direction")
    return tuple(found)
