"""Finds how one series lies against another of the same animal: a turn and a move, by mutual information.

Works on the values alone, with SimpleITK, in whatever thread calls it. Its answer is a proposal: nothing here
decides that it is right. Method: Mattes et al., PET-CT image registration in the chest, IEEE TMI 22(1), 2003.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import SimpleITK as sitk  # noqa: N813 - its usual name

from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import CancelToken, Progress, Report
from vetpacs_desktop.viewer.volume.grid import Grid
from vetpacs_desktop.viewer.volume.rigid import Rigid, rigid_of
from vetpacs_desktop.viewer.volume.volume import Volume

BINS = 40
LEVELS = (4, 2, 1)
"""Coarse to fine: each level's voxels are so many times larger."""
STEPS = 100
"""The most of one level."""
LEAST_VOXELS = 12
"""Along the shorter side: a coarser level would only mislead."""
SAMPLES = 60_000
"""Voxels that are compared in a step, about: more only takes longer."""
ALONG = 128
"""The most voxels along a side that are looked at."""
LEAST_MM = 0.4
LEAST_OVERLAP = 0.05
"""Of the smaller volume: with less there is nothing to compare."""


class NotAligned(KnownError):
    """The two series could not be aligned: {reason}. Move them by hand until they nearly fit, then try
    again."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """What was found."""

    rigid: Rigid
    """From places of the fixed series to those of the moving one."""
    before: float
    """Mutual information at the start, in nats."""
    after: float
    """And at the end."""

    @property
    def better(self) -> bool:
        """Whether it fits better than the start."""
        return self.after > self.before


def centres(fixed: Volume, moving: Volume) -> Rigid:
    """Both middles together, nothing turned."""
    a, b = np.asarray(fixed.grid.middle), np.asarray(moving.grid.middle)
    x, y, z = (float(part) for part in b - a)
    return Rigid(move=(x, y, z))


def align(fixed: Volume, moving: Volume, start: Rigid, report: Report, cancel: CancelToken) -> Alignment:
    """The turn and move near `start` that let the two tell most of each other.

    Raises `NotAligned`, and `Cancelled` when asked to stop.
    """
    report(Progress(0, len(LEVELS) * STEPS))
    here, there = _reduced(fixed), _reduced(moving)
    levels = _levels(here)
    cancel.check()
    _must_overlap(fixed, moving, start)
    first = _euler(start, fixed.grid)
    method = _method(here, levels)
    method.SetInitialTransform(first, inPlace=False)
    watch = _Watch(method, len(levels) * STEPS, report, cancel)
    method.AddCommand(sitk.sitkIterationEvent, watch.step)
    method.AddCommand(sitk.sitkMultiResolutionIterationEvent, watch.level)
    try:
        found = method.Execute(here, there)
        cancel.check()
        after = _information(here, there, found)
    except RuntimeError as error:
        if cancel.cancelled:
            raise Cancelled() from error
        raise NotAligned(reason="too little of the one lies in the other") from error
    rigid = _rigid(found)
    _must_overlap(fixed, moving, rigid)
    return Alignment(rigid, _information(here, there, first), after)


class _Watch:
    """Called by the method in its own thread."""

    def __init__(self, method: Any, steps: int, report: Report, cancel: CancelToken) -> None:
        self._method, self._steps, self._report, self._cancel = method, steps, report, cancel
        self._level = -1

    def level(self) -> None:
        self._level += 1

    def step(self) -> None:
        if self._cancel.cancelled:
            self._method.StopRegistration()
        done = max(self._level, 0) * STEPS + self._method.GetOptimizerIteration()
        self._report(Progress(min(done, self._steps), self._steps))


def _levels(image: Any) -> list[int]:
    return [level for level in LEVELS if level == 1 or min(image.GetSize()) >= level * LEAST_VOXELS]


def _method(image: Any, levels: list[int]) -> Any:
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(BINS)
    method.SetMetricSamplingStrategy(method.REGULAR)
    count = float(np.prod(image.GetSize()))
    shares = [min(1.0, max(0.02, SAMPLES / max(count / level**3, 1.0))) for level in levels]
    method.SetMetricSamplingPercentagePerLevel(shares, 1)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetOptimizerAsRegularStepGradientDescent(
        learningRate=2.0,
        minStep=1e-3,
        numberOfIterations=STEPS,
        relaxationFactor=0.6,
        gradientMagnitudeTolerance=1e-7,
    )
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetShrinkFactorsPerLevel(levels)
    method.SetSmoothingSigmasPerLevel([float(level - 1) for level in levels])
    method.SmoothingSigmasAreSpecifiedInPhysicalUnitsOff()
    return method


def _information(fixed: Any, moving: Any, transform: Any) -> float:
    """Mutual information of the two as they lie, in nats; 0 where they do not meet."""
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(BINS)
    method.SetMetricSamplingStrategy(method.REGULAR)
    method.SetMetricSamplingPercentage(min(1.0, SAMPLES / max(float(np.prod(fixed.GetSize())), 1.0)))
    method.SetInterpolator(sitk.sitkLinear)
    method.SetInitialTransform(transform)
    try:
        return -float(method.MetricEvaluate(fixed, moving))
    except RuntimeError:
        return 0.0


def _must_overlap(fixed: Volume, moving: Volume, rigid: Rigid) -> None:
    """Raises `NotAligned` where hardly any of the smaller volume lies in the other."""
    ends = [np.linspace(0, n - 1, 12) for n in reversed(fixed.grid.shape)]
    places = fixed.grid.to_patient(np.stack(np.meshgrid(*ends, indexing="ij"), -1).reshape(-1, 3))
    share = float(np.mean(moving.grid.holds(rigid.place(places))))
    sizes = [one.grid.voxel_mm3 * float(np.prod(one.grid.shape)) for one in (fixed, moving)]
    if share * sizes[0] < LEAST_OVERLAP * min(sizes):
        raise NotAligned(reason="they do not meet where they begin")


def _reduced(volume: Volume) -> Any:
    """As SimpleITK has it, no finer than is needed, upright in millimetres."""
    grid = volume.grid
    image = sitk.GetImageFromArray(np.ascontiguousarray(volume.values))
    longest = max(n * mm for n, mm in zip(reversed(grid.shape), grid.spacing, strict=True))
    wanted = max(LEAST_MM, longest / ALONG)
    if grid.upright:
        image.SetOrigin(grid.origin)
        image.SetSpacing(grid.spacing)
        image.SetDirection((grid.axes / np.linalg.norm(grid.axes, axis=0)).ravel().tolist())
        times = [
            max(1, min(round(wanted / mm), n // 8 or 1))
            for mm, n in zip(grid.spacing, reversed(grid.shape), strict=True)
        ]
        image = sitk.BinShrink(image, times) if max(times) > 1 else image
        return sitk.Cast(image, sitk.sitkFloat32)
    return _straightened(sitk.Cast(image, sitk.sitkFloat32), grid, wanted, float(volume.values.min()))


def _straightened(image: Any, grid: Grid, mm: float, background: float) -> Any:
    """A sheared stack on an upright grid of cubes: SimpleITK knows none that leans."""
    low, high = grid.corners.min(axis=0), grid.corners.max(axis=0)
    to_index = sitk.AffineTransform(3)
    inverse = np.linalg.inv(grid.axes)
    to_index.SetMatrix(inverse.ravel().tolist())
    to_index.SetTranslation((-inverse @ np.asarray(grid.origin)).tolist())
    size = [max(2, math.ceil(length / mm)) for length in high - low]
    return sitk.Resample(
        image,
        size,
        to_index,
        sitk.sitkLinear,
        (low + mm / 2).tolist(),
        (mm, mm, mm),
        np.eye(3).ravel().tolist(),
        background,
        sitk.sitkFloat32,
    )


def _euler(rigid: Rigid, grid: Grid) -> Any:
    """Turning about the fixed volume's middle, so that turn and move are nearly independent."""
    middle = np.asarray(grid.middle)
    transform = sitk.Euler3DTransform()
    transform.SetCenter(middle.tolist())
    transform.SetMatrix(np.asarray(rigid.turn).ravel().tolist(), 1e-6)
    transform.SetTranslation((rigid.place(middle) - middle).tolist())
    return transform


def _rigid(transform: Any) -> Rigid:
    """Whatever SimpleITK made of it, by where it sends four places."""
    origin = np.asarray(transform.TransformPoint((0.0, 0.0, 0.0)))
    columns = [np.asarray(transform.TransformPoint(axis)) - origin for axis in np.eye(3).tolist()]
    whole = np.eye(4)
    whole[:3, :3], whole[:3, 3] = np.column_stack(columns), origin
    return rigid_of(whole)
