"""Pictures along a path against an independent resampling, and a straight path against the plane itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.viewer.volume.volumes import volume_of
from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.render.reslicer import Reslicer
from vetpacs_desktop.viewer.render.straightener import Straightener, Strip
from vetpacs_desktop.viewer.volume.section import Cut, Slab, vector
from vetpacs_desktop.viewer.volume.track import track
from vetpacs_desktop.viewer.volume.volume import Volume

SimpleITK = pytest.importorskip("SimpleITK")


def curve_in(volume: Volume, size: float) -> list[Vector]:
    middle = np.asarray(volume.grid.middle)
    angles = np.linspace(0, 3, 7)
    return [
        vector(middle + size * np.array([math.cos(a), math.sin(a), 0.3 * math.sin(2 * a)])) for a in angles
    ]


@pytest.mark.parametrize("name", ["ct-tilted", "mr-classic"])
def test_every_pixel_has_the_value_of_its_place(name: str) -> None:
    """Also in a stack that a tilted gantry sheared: the values are blended at the true places."""
    volume = volume_of(name)
    one = track(curve_in(volume, 25.0), 0.8, (0, 0, -1))
    made = Straightener(volume).cut(Strip(one, 41)).astype(float)
    assert made.shape == (41, one.count)
    rows = (np.arange(41) - 20) * 0.8
    places = one.places[None] + rows[:, None, None] * one.across[None]
    index = volume.grid.to_index(places)
    image = SimpleITK.GetImageFromArray(volume.values.astype(np.float32))
    inside = np.all((index > 0) & (index < np.array(volume.values.shape[::-1]) - 1), axis=-1)
    assert inside.mean() > 0.5
    known = [image.EvaluateAtContinuousIndex([float(part) for part in at]) for at in index[inside]]
    assert made[inside] == pytest.approx(np.array(known), abs=1.5)


def test_a_straight_path_gives_the_plane_itself() -> None:
    volume = volume_of("mr-classic")
    middle = np.asarray(volume.grid.middle)
    mm = 0.9
    way = np.array([0.0, 20.0, 0.0])
    start, end = middle - way, middle + way
    one = track([vector(start), vector(middle), vector(end)], mm, (0, 0, -1))
    corner = vector(start + np.array([0.0, 0.0, 15 * mm]))
    plane = Cut(corner, (0, 1, 0), (0, 0, -1), mm, one.count, 31)
    thin = Straightener(volume).cut(Strip(one, 31)).astype(int)
    assert np.abs(thin - Reslicer(volume).cut(plane).astype(int)).max() <= 1


@pytest.mark.parametrize(("slab", "put"), [(Slab.MIP, np.max), (Slab.MINIP, np.min), (Slab.MEAN, np.mean)])
def test_a_slab_is_made_of_planes_beside_each_other(slab: Slab, put: Callable[..., object]) -> None:
    volume = volume_of("mr-classic")
    points = curve_in(volume, 25.0)
    one, mm = track(points, 0.9, (0, 0, -1)), 6.0
    straightener = Straightener(volume)
    made = straightener.cut(Strip(one, 31, mm, slab)).astype(float)
    samples = straightener._samples(mm)
    beside = [
        straightener.cut(Strip(replace(one, places=one.places + one.side * away), 31)).astype(float)
        for away in np.linspace(-mm / 2, mm / 2, samples)
    ]
    known = np.asarray(put(np.array(beside), axis=0))
    if slab is Slab.MEAN:  # the two outer samples count half
        whole = np.array(beside)
        known = (whole.sum(axis=0) - (whole[0] + whole[-1]) / 2) / (samples - 1)
    assert made == pytest.approx(known, abs=1.5)


def test_the_middle_row_is_the_path() -> None:
    assert Strip(track([(0, 0, 0), (5, 0, 0)], 1.0, (0, 0, 1)), 31).middle == 15
