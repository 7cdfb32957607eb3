"""Slices find their place in whatever order they come; blends are exact; background is never mixed in."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.helpers.corpus import corpus
from tests.helpers.headers import slice_at
from tests.viewer.series.stacks import regular
from tests.viewer.volume.volumes import built, frame_of, made_up, ramp, volume_of
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.series.arrange import arrange
from vetpacs_desktop.viewer.volume.build import Builder
from vetpacs_desktop.viewer.volume.plan import NoVolume, plan


def test_any_order_gives_the_same_volume() -> None:
    made, frames = made_up(regular(9), ramp)
    volumes = []
    for seed in range(3):
        builder = Builder(made)
        random.Random(seed).shuffle(frames)
        for frame in frames:
            assert not builder.whole
            builder.put(frame)
        assert builder.whole
        volumes.append(builder.volume().values)
    assert all(np.array_equal(volumes[0], other) for other in volumes[1:])
    where = np.array([5, 3, 7])
    place = made.grid.to_patient(where)
    assert volumes[0][7, 3, 5] == pytest.approx(ramp(place), abs=0.5)


def test_a_frame_handed_in_comes_back_inside_the_volume() -> None:
    made, frames = made_up(regular(4), ramp)
    builder = Builder(made)
    shared = builder.put(frames[1])
    assert shared is not None
    assert shared.lent
    assert shared.nbytes == 0
    assert np.array_equal(shared.values, frames[1].values)
    assert builder.put(frames[1]) is None, "once is enough"
    for frame in frames:
        builder.put(frame)
    assert np.shares_memory(shared.values, builder.volume().values)


def test_missing_and_uneven_slices_are_blended_at_their_true_places() -> None:
    lost = [one for one in regular(10) if one.instance_number not in (4, 5)]
    uneven = [slice_at(place, n) for n, place in enumerate((0.0, 1.1, 3.0, 4.2, 7.7, 9.0))]
    for descriptions in (lost, uneven):
        made, frames = made_up(descriptions, ramp)
        builder = Builder(made)
        for frame in reversed(frames):
            builder.put(frame)
        values = builder.volume().values
        for slot in range(made.grid.shape[0]):
            assert values[slot, 2, 3] == pytest.approx(ramp(made.grid.to_patient((3, 2, slot))), abs=1)


def test_a_volume_with_holes_is_none() -> None:
    made, frames = made_up(regular(5), ramp)
    builder = Builder(made)
    for frame in frames[:-1]:
        builder.put(frame)
    assert [key.path.name for key in builder.missing()] == [frames[-1].key.path.name]
    with pytest.raises(NoVolume):
        builder.volume()
    with pytest.raises(NoVolume):
        builder.put(frame_of(frames[-1].description, np.zeros((2, 2), np.int16)))


def test_background_is_dark_and_no_value() -> None:
    made, frames = made_up(regular(5), lambda places: ramp(places) + 500)
    mask = np.zeros((4, 6), np.bool_)
    mask[0, 1] = True
    values = frames[2].values.copy()
    values[mask] = 30_000
    frames[2] = frame_of(frames[2].description, values, padding_mask=mask)
    builder = Builder(made)
    for frame in frames:
        builder.put(frame)
    volume = builder.volume()
    lowest = min(int(frame.values.min()) for n, frame in enumerate(frames) if n != 2)
    assert volume.values[2, 0, 1] == lowest
    assert volume.value_at(made.grid.to_patient((1, 0, 2))) is None
    assert volume.value_at(made.grid.to_patient((2, 0, 2))) == values[0, 2]
    assert volume.value_at((0, 0, -50)) is None
    assert np.array_equal(volume.measured(2), ~mask)
    assert volume.measured(1).all()


def test_two_threads_that_bring_the_last_slices_get_one_volume() -> None:
    """Each may find it whole; with background in it, finishing it twice wrote into what is for reading."""
    made, frames = made_up(regular(5), lambda places: ramp(places) + 500)
    mask = np.zeros((4, 6), np.bool_)
    mask[0, 1] = True
    frames[2] = frame_of(frames[2].description, frames[2].values, padding_mask=mask)
    builder = Builder(made)
    for frame in frames:
        builder.put(frame)
    assert builder.volume() is builder.volume()


def test_slices_of_different_scale_become_real_numbers() -> None:
    descriptions = [slice_at(2.0 * n, n + 1, RescaleSlope=f"1.{n}", RescaleIntercept="0") for n in range(4)]
    made, frames = made_up(descriptions, ramp, np.float32)
    whole = frame_of(frames[0].description, frames[0].values.astype(np.int16))
    builder = Builder(made)
    for frame in (whole, *frames[1:]):
        builder.put(frame)
    assert builder.volume().values.dtype == np.float32


def test_the_enhanced_and_the_classic_files_are_one_volume() -> None:
    (enhanced,) = (
        stack
        for stack in arrange([read_description(corpus("mr-enhanced") / "0126.dcm")])
        if len(stack.frames) == 63
    )
    one, other = built(plan(enhanced)), volume_of("mr-classic")
    assert np.array_equal(one.values, other.values)
    assert one.grid.to_patient((3, 5, 7)) == pytest.approx(other.grid.to_patient((3, 5, 7)), abs=1e-3)
    assert one.grid.spacing == pytest.approx(other.grid.spacing, abs=1e-4)
