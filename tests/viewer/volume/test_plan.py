"""A stack becomes a true volume, is corrected and says so, or is refused with the reason."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.helpers.headers import AXIAL, slice_at
from tests.viewer.series.stacks import one, real, regular
from tests.viewer.volume.volumes import main_stack
from vetpacs_desktop.viewer.series.arrange import arrange
from vetpacs_desktop.viewer.series.stack import Stack
from vetpacs_desktop.viewer.volume.plan import NoVolume, VolumeTooLarge, plan


def refusal(stack: Stack) -> str:
    with pytest.raises(NoVolume) as caught:
        plan(stack)
    return caught.value.sentence


def test_an_even_stack_needs_no_correction() -> None:
    made = plan(one(regular(10)))
    assert made.notes == ()
    assert made.grid.shape == (10, 4, 6)
    assert made.grid.spacing == pytest.approx((0.5, 0.5, 2.0))
    assert all(source.exact for source in made.sources)


def test_every_frame_lies_where_its_header_says() -> None:
    for name in ("ct-thin", "ct-tilted", "mr-prone", "mr-classic"):
        stack = main_stack(name)
        made = plan(stack)
        for slot, frame in enumerate(stack.frames):
            assert made.grid.to_patient((0, 0, slot)) == pytest.approx(frame.facts.position, abs=0.02), name


def test_a_tilted_gantry_is_said_and_not_stretched() -> None:
    made = plan(main_stack("ct-tilted"))
    assert "tilted by 18.5 degrees" in made.notes[0]
    normal, step = np.array(made.normal), np.array(made.grid.step)
    assert math.degrees(math.acos(normal @ step / np.linalg.norm(step))) == pytest.approx(18.5, abs=0.05)


def test_a_missing_slice_is_blended_at_its_place_and_said() -> None:
    made = plan(one([s for s in regular(10) if s.instance_number not in (4, 5)]))
    assert made.grid.shape[0] == 10
    assert "number 4, 5" in made.notes[0]
    assert [source.exact for source in made.sources] == [True] * 3 + [False] * 2 + [True] * 5
    assert [made.sources[3].share, made.sources[4].share] == pytest.approx([1 / 3, 2 / 3])


def test_uneven_gaps_keep_their_true_places() -> None:
    stack = main_stack("ct-variable-gap")
    made = plan(stack)
    assert any("1.08 to 7 mm" in note for note in made.notes)
    for slot, source in enumerate(made.sources):
        first, second = (np.array(made.frames[n].facts.position) for n in (source.first, source.second))
        place = first + source.share * (second - first)
        assert made.grid.to_patient((0, 0, slot)) == pytest.approx(place, abs=0.05)


def test_a_slice_in_the_list_twice_changes_nothing() -> None:
    slices = regular(8)
    twice = [*slices, slices[3]]
    made = plan(arrange(twice)[0])
    assert made.grid.shape[0] == 8


def test_refusals_say_why() -> None:
    assert "only 2 slices" in refusal(one(regular(2)))
    assert "film in time" in refusal(one([slice_at(0.0, n, AcquisitionNumber=n) for n in (1, 2, 3, 4)]))
    moved = regular(10)
    moved[5] = slice_at((0.0, 3.0, 10.0), 6)
    assert "displaced sideways" in refusal(one(moved))
    assert "how large a pixel" in refusal(one(regular(5, PixelSpacing=None)))
    assert "colour" in refusal(
        one(regular(5, SamplesPerPixel=3, PhotometricInterpretation="RGB", BitsAllocated=8, BitsStored=8))
    )
    far = [slice_at(place, i) for i, place in enumerate((0.0, 1.0, 2.0, 3.0, 4.0, 90.0))]
    assert "hole of 86 mm" in refusal(one(far))


def test_scouts_inside_a_series_stay_out() -> None:
    scout = slice_at(
        (0, 0, 0), 90, orientation=(0, 1, 0, 0, 0, -1), ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"]
    )
    stack = arrange([*regular(10), scout])[0]
    assert plan(stack).grid.shape[0] == 10


def test_too_large_says_what_would_fit() -> None:
    stack = one(regular(10))
    whole = plan(stack).nbytes
    with pytest.raises(VolumeTooLarge) as caught:
        plan(stack, limit_bytes=whole // 2)
    made = plan(stack, limit_bytes=whole // 2, every=caught.value.every)
    assert made.grid.shape[0] == 5
    assert "one slice in 2" in made.notes[-1]
    assert [frame.facts.position for frame in made.frames] == [(0, 0, 4.0 * n) for n in range(5)]
    assert made.grid.to_patient((0, 0, 4)) == pytest.approx((0, 0, 16))


def test_left_handed_numbering_gives_the_same_volume() -> None:
    against = [slice_at(2.0 * i, 10 - i) for i in range(10)]
    assert plan(one(against)).grid == plan(one(regular(10))).grid
    assert np.linalg.det(plan(one(against)).grid.axes) > 0


def test_the_headers_tell_whether_numbers_stay_whole() -> None:
    assert plan(one(regular(4))).whole
    assert not plan(one(regular(4, RescaleSlope="0.5", RescaleIntercept="0"))).whole
    assert AXIAL[0] == 1
    assert plan(arrange(real("mr-prone"))[0]).whole
