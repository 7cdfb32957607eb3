"""Volumes for tests: from real series, and made-up stacks of known values; planes and lengths in them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.viewer.series.stacks import real
from vetpacs_desktop.viewer.description import ImageDescription
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame, loaded
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.pixels.files import ImageFiles
from vetpacs_desktop.viewer.series.arrange import arrange
from vetpacs_desktop.viewer.series.stack import Stack
from vetpacs_desktop.viewer.volume.build import Builder
from vetpacs_desktop.viewer.volume.plan import Plan, plan
from vetpacs_desktop.viewer.volume.section import BodyAxes, PlaneName, Section, section, vector
from vetpacs_desktop.viewer.volume.volume import Volume


def main_stack(name: str) -> Stack:
    """The main stack of a real series."""
    return arrange(real(name))[0]


def built(made: Plan) -> Volume:
    """The volume of a plan over real files."""
    builder, files = Builder(made), ImageFiles()
    for key in builder.keys:
        builder.put(loaded(key, files.get(key.path)))
    return builder.volume()


def volume_of(name: str) -> Volume:
    """The volume of a real series."""
    return built(plan(main_stack(name)))


def frame_of(description: ImageDescription, values: NDArray[Any], **facts: Any) -> LoadedFrame:
    """A decoded frame of a made-up slice."""
    return LoadedFrame(FrameKey(description.path, 0), description, values, **facts)


def made_up(
    descriptions: Sequence[ImageDescription],
    value: Callable[[NDArray[Any]], NDArray[Any]],
    kind: type = np.int16,
) -> tuple[Plan, list[LoadedFrame]]:
    """A plan and its frames, whose voxels are `value` of their places in mm (rows, columns, 3)."""
    (stack,) = arrange(descriptions)
    made = plan(stack)
    frames = []
    for one in stack.frames:
        image = one.description
        assert one.facts.orientation is not None
        assert one.facts.pixel_spacing is not None
        row, column = np.indices((image.rows, image.columns))
        across, down = np.array(one.facts.orientation[:3]), np.array(one.facts.orientation[3:])
        row_mm, column_mm = one.facts.pixel_spacing
        places = np.array(one.facts.position) + column[..., None] * across * column_mm
        places = places + row[..., None] * down * row_mm
        frames.append(frame_of(image, np.asarray(value(places)).astype(kind)))
    return made, frames


def ramp(places: NDArray[Any]) -> NDArray[Any]:
    """Rises by 1000, 100 and 10 a mm along x, y and z: blending it gives exact values everywhere."""
    risen: NDArray[Any] = places @ np.array([1000.0, 100.0, 10.0])
    return risen


def plane_through(
    volume: Volume, a: NDArray[np.float64], b: NDArray[np.float64], spin: float
) -> tuple[Section, int]:
    """A plane that holds both places, turned about the line between them."""
    right = (b - a) / np.linalg.norm(b - a)
    aside = np.cross(right, [0.3, 0.5, 0.8])
    aside /= np.linalg.norm(aside)
    down = aside * math.cos(spin) + np.cross(right, aside) * math.sin(spin)
    axes = BodyAxes(vector(right), vector(down), vector(np.cross(right, down)))
    plane = section(volume, axes, vector(a), PlaneName.AXIAL, quadruped=False)
    return plane, round(plane.number_at(a))


def length_of(frame: LoadedFrame, *pixels: tuple[float, float]) -> float:
    """As the length tool says it."""
    value = TOOLS["length"].measure(list(pixels), MeasuredImage.of_loaded(frame)).value
    assert value is not None
    return float(value)
