"""A slab along an axis holds exactly the voxels that lie in it, each as far as it does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.viewer.series.stacks import regular
from tests.viewer.volume.volumes import made_up, ramp
from vetpacs_desktop.viewer.volume.build import Builder
from vetpacs_desktop.viewer.volume.section import BodyAxes, PlaneName, Slab, Thickness, section
from vetpacs_desktop.viewer.volume.slab import axis_of, layer
from vetpacs_desktop.viewer.volume.volume import Volume


def block() -> Volume:
    made, frames = made_up(regular(15), lambda places: ramp(places) * np.sin(places[..., 2]), np.float32)
    builder = Builder(made)
    for frame in frames:
        builder.put(frame)
    return builder.volume()


BLOCK = block()
AXES = {PlaneName.AXIAL: 2, PlaneName.SAGITTAL: 0, PlaneName.CORONAL: 1}


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(list(PlaneName)),
    st.sampled_from(list(Slab)),
    st.floats(0, 1),
    st.floats(0.5, 12),
)
def test_a_slab_is_what_lies_in_it(name: PlaneName, slab: Slab, share: float, thickness: float) -> None:
    grid, axis = BLOCK.grid, AXES[name]
    one = section(
        BLOCK, BodyAxes(), grid.middle_voxel, name, quadruped=True, thickness=Thickness(thickness, slab)
    )
    cut = one.cut(round(share * (one.count - 1)))
    if axis_of(grid, cut) is None:
        assert thickness < grid.spacing[axis]
        return
    middle, pitch = float(grid.to_index(cut.corner)[axis]), grid.spacing[axis]
    low, high = middle - cut.thickness_mm / 2 / pitch, middle + cut.thickness_mm / 2 / pitch
    numbers = np.arange(grid.shape[2 - axis])
    rows = np.moveaxis(BLOCK.values, 2 - axis, 0).astype(np.float64)
    if slab is Slab.MEAN:
        inside = np.clip(np.minimum(numbers + 0.5, high) - np.maximum(numbers - 0.5, low), 0, 1)
        wanted = np.tensordot(inside, rows, axes=1) / inside.sum()
    else:
        held = rows[(numbers >= low - 1e-6) & (numbers <= high + 1e-6)]
        wanted = held.max(axis=0) if slab is Slab.MIP else held.min(axis=0)
    found = np.squeeze(layer(BLOCK, cut, axis).values, axis=2 - axis)
    assert found == pytest.approx(wanted, rel=1e-4, abs=1e-2)


def test_a_slanted_slab_has_no_axis() -> None:
    turned = BodyAxes().turned((1, 0, 0), 10)
    one = section(
        BLOCK, turned, BLOCK.grid.middle, PlaneName.AXIAL, quadruped=True, thickness=Thickness(5, Slab.MIP)
    )
    assert axis_of(BLOCK.grid, one.cut(0)) is None
