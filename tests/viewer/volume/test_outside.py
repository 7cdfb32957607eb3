"""Pixels of a cut that are no measurement, and the slices that it comes from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.viewer.volume.volumes import volume_of
from vetpacs_desktop.viewer.volume.outside import outside, slices_of
from vetpacs_desktop.viewer.volume.section import PlaneName, natural_axes, section


def test_pixels_are_outside_where_their_place_is() -> None:
    volume = volume_of("mr-classic")
    axes = natural_axes(volume).turned((1, 0.3, 0.2), 25)
    one = section(volume, axes, volume.grid.middle, PlaneName.AXIAL, quadruped=False)
    number = one.count // 2
    gone = outside(volume, one.cut(number))
    assert 0.05 < gone.mean() < 0.95
    rows, columns = np.indices(gone.shape)
    cut = one.cut(number)
    places = np.asarray(cut.corner) + columns[..., None] * np.asarray(cut.right) * cut.mm
    places = places + rows[..., None] * np.asarray(cut.down) * cut.mm
    assert np.mean(volume.grid.holds(places) == gone) < 0.001


def test_background_is_outside_too() -> None:
    volume = volume_of("mr-classic")
    hidden = np.zeros(volume.values.shape, np.bool_)
    hidden[:, :, :5] = True
    marked = replace(volume, background=np.packbits(hidden, axis=2))
    one = section(volume, natural_axes(volume), volume.grid.middle_voxel, PlaneName.AXIAL, quadruped=False)
    cut = one.cut(one.count // 2)
    assert not outside(volume, cut).any()
    assert outside(marked, cut).any()


def test_slices_are_those_that_the_plane_and_its_thickness_reach() -> None:
    volume = volume_of("mr-classic")
    grid = volume.grid
    across = section(volume, natural_axes(volume), grid.middle_voxel, PlaneName.AXIAL, quadruped=False)
    low, high = slices_of(volume, across.cut(0))
    assert (low, high) == pytest.approx((0, volume.values.shape[0] - 1), abs=volume.values.shape[0])
    assert 0 <= low <= high <= volume.values.shape[0] - 1
