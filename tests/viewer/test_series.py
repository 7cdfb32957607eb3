"""Series come into reading order by geometry, and what is wrong with them is said."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.corpus import images
from tests.helpers.headers import AXIAL, CORONAL, CT, DX, MR, SAGITTAL, US, image, slice_at
from tests.viewer.geometry.test_planes import angles, cosines
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import ImageDescription
from vetpacs_desktop.viewer.geometry.planes import along, normal
from vetpacs_desktop.viewer.series import Stack, StackKind, arrange


def real(name: str) -> list[ImageDescription]:
    return [read_description(path) for path in images(name)]


def one(descriptions: list[ImageDescription]) -> Stack:
    (stack,) = arrange(descriptions)
    return stack


def regular(count: int = 10, gap: float = 2.0, **values: Any) -> list[ImageDescription]:
    return [slice_at(gap * i, i + 1, **values) for i in range(count)]


# ----------------------------------------------------------------- real series


@pytest.mark.parametrize(
    ("name", "count", "spacing", "left_handed"),
    [
        ("ct-thin", 140, (1.0, 0.451171875, 0.451171875), False),
        ("mr-prone", 35, (4.8, 1.015625, 1.015625), True),
        ("mr-jpeg2000", 96, (2.0, 2.0, 2.0), True),
        ("mr-jpeg-lossless", 96, (2.0, 2.0, 2.0), True),
        ("mr-classic", 63, (2.2, 2.23256, 2.23256), True),
    ],
)
def test_real_volumes_are_regular_and_upright(
    name: str, count: int, spacing: tuple[float, float, float], left_handed: bool
) -> None:
    stack = one(real(name))
    assert stack.kind is StackKind.VOLUME
    assert len(stack.frames) == count
    assert stack.spacing == pytest.approx(spacing, abs=1e-4)
    assert stack.geometry.regular
    assert stack.geometry.tilt_degrees == 0
    assert stack.geometry.missing == ()
    assert stack.geometry.left_handed is left_handed
    assert stack.problems == ()
    places = [
        along(frame.facts.position or (), normal(frame.facts.orientation or AXIAL)) for frame in stack.frames
    ]
    assert places == sorted(places)
    assert len(set(places)) == count


def test_a_gantry_tilt_is_found_from_the_positions() -> None:
    stack = one(real("ct-tilted"))
    assert stack.geometry.tilt_degrees == pytest.approx(-18.5, abs=0.01)
    assert stack.geometry.regular
    assert stack.geometry.slice_mm == pytest.approx(2.5 * math.cos(math.radians(18.5)), abs=1e-4)
    assert stack.geometry.step is not None
    assert math.hypot(*stack.geometry.step) == pytest.approx(2.5, abs=1e-4)
    assert "tilted by 18.5 degrees" in stack.reason


def test_varying_gaps_are_reported_and_never_called_missing() -> None:
    stack = one(real("ct-variable-gap"))
    geometry = stack.geometry
    assert not geometry.regular
    assert (min(geometry.gaps_mm), max(geometry.gaps_mm)) == pytest.approx((1.081, 6.999), abs=1e-3)
    assert geometry.missing == ()
    assert abs(geometry.tilt_degrees) == pytest.approx(18.5, abs=0.01)
    assert "1.08 to 7 mm" in stack.reason
    assert len(stack.problems) == 2


def test_five_enhanced_files_are_five_times_of_one_volume() -> None:
    stacks = arrange(real("mr-enhanced"))
    assert [len(stack.frames) for stack in stacks] == [63] * 5
    assert all(stack.kind is StackKind.VOLUME and stack.geometry.regular for stack in stacks)
    assert all(len({frame.path for frame in stack.frames}) == 1 for stack in stacks)
    assert [stack.frames[0].facts.time_ms for stack in stacks] == [1, 2, 3, 4, 5]


def test_a_volume_is_the_same_as_enhanced_and_as_classic_files() -> None:
    enhanced = one([image for image in real("mr-enhanced") if image.path.name == "0126.dcm"])
    classic = one(real("mr-classic"))
    assert enhanced.spacing == pytest.approx(classic.spacing, abs=1e-4)
    for left, right in zip(enhanced.frames, classic.frames, strict=True):
        assert left.facts.position == pytest.approx(right.facts.position, abs=1e-3)
        assert left.facts.orientation == right.facts.orientation


# ------------------------------------------------------------------------ order


@settings(deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_arrival_does_not_matter(seed: int) -> None:
    given_order = regular() + [slice_at((0, 0, 3), 90 + i, orientation=SAGITTAL) for i in range(2)]
    shuffled = random.Random(seed).sample(given_order, len(given_order))
    assert arrange(shuffled)[0].frames == arrange(given_order)[0].frames


@settings(deadline=None)
@given(
    a=angles,
    b=angles,
    c=angles,
    count=st.integers(3, 30),
    gap=st.floats(0.3, 12),
    seed=st.integers(0, 999),
)
def test_slices_in_any_direction_are_sorted_along_their_normal(
    a: float, b: float, c: float, count: int, gap: float, seed: int
) -> None:
    orientation = cosines(a, b, c)
    axis = normal(orientation)
    slices = [
        slice_at([10 + gap * i * part for part in axis], i + 1, orientation=orientation) for i in range(count)
    ]
    stack = one(random.Random(seed).sample(slices, count))
    assert [frame.description.instance_number for frame in stack.frames] == list(range(1, count + 1))
    assert stack.geometry.regular
    assert stack.geometry.slice_mm == pytest.approx(gap, abs=2e-6)
    assert stack.geometry.tilt_degrees == 0
    assert not stack.geometry.left_handed


@settings(deadline=None)
@given(degrees=st.floats(0.5, 40), gap=st.floats(0.5, 10), back=st.booleans())
def test_any_tilt_is_measured(degrees: float, gap: float, back: bool) -> None:
    lean = math.tan(math.radians(degrees)) * (-1 if back else 1)
    stack = one([slice_at((0, lean * gap * i, gap * i), i + 1) for i in range(8)])
    assert stack.geometry.tilt_degrees == pytest.approx(-degrees if back else degrees, abs=1e-3)
    assert stack.geometry.slice_mm == pytest.approx(gap, abs=2e-6)


def test_numbers_against_the_normal_are_a_left_handed_stack() -> None:
    stack = one([slice_at(-2.0 * i, i + 1) for i in range(5)])
    assert stack.geometry.left_handed
    assert [frame.description.instance_number for frame in stack.frames] == [5, 4, 3, 2, 1]


def test_a_scout_that_hides_in_a_series_does_not_turn_it() -> None:
    scout = slice_at((0, 0, 0), 0, orientation=CORONAL)
    main, other = arrange([scout, *regular()])
    assert (main.kind, len(main.frames), main.geometry.slice_mm) == (StackKind.VOLUME, 10, 2.0)
    assert (other.kind, other.label) == (StackKind.SINGLE, "dorsal")


def test_directions_that_are_rounded_differently_stay_together() -> None:
    slices = regular(6)
    slices[2] = slice_at(4.0, 3, orientation=(1, 0.0001, 0, -0.0001, 1, 0))
    assert len(one(slices).frames) == 6


# ---------------------------------------------------------------------- spacing


def test_thickness_and_stated_spacing_are_never_the_spacing() -> None:
    stack = one(regular(gap=2.0, SliceThickness=5, SpacingBetweenSlices=-3))
    assert stack.geometry.slice_mm == 2.0


@pytest.mark.parametrize("lost", [{4}, {4, 5}, {2, 7}])
def test_missing_slices_are_named(lost: set[int]) -> None:
    stack = one([s for s in regular(10) if s.instance_number not in lost])
    assert stack.geometry.missing == tuple(sorted(lost))
    assert not stack.geometry.regular
    assert stack.geometry.slice_mm == 2.0
    assert f"{len(lost)} of 10" in stack.reason
    assert stack.geometry.step == pytest.approx((0, 0, 2.0))


def test_a_slice_lost_from_a_real_series_is_named() -> None:
    whole = one(real("ct-thin")).frames
    stack = one([frame.description for number, frame in enumerate(whole, 1) if number != 57])
    assert stack.geometry.missing == (57,)
    assert "number 57" in stack.problems[0]


def test_a_wider_gap_with_thicker_slices_was_planned() -> None:
    thin = [slice_at(2.0 * i, i + 1, SliceThickness=2) for i in range(6)]
    thick = [slice_at(14.0 + 4.0 * i, 7 + i, SliceThickness=4) for i in range(4)]
    stack = one(thin + thick)
    assert stack.geometry.missing == ()
    assert not stack.geometry.regular
    assert "2 to 4 mm" in stack.reason


def test_positions_rounded_to_a_tenth_are_regular_and_a_displaced_one_is_not() -> None:
    rounded = [slice_at(round(0.625 * i, 1), i + 1) for i in range(40)]
    assert one(rounded).geometry.regular
    assert one(rounded).geometry.slice_mm == pytest.approx(0.625, abs=1e-3)
    moved = regular(10)
    moved[5] = slice_at(10.5, 6)
    assert not one(moved).geometry.regular


def test_a_slice_that_lies_beside_the_others_is_reported() -> None:
    slices = regular(10)
    slices[5] = slice_at((0.0, 3.0, 10.0), 6)
    stack = one(slices)
    assert not stack.geometry.regular
    assert "sideways" in stack.problems[0]


def test_two_distant_groups_do_not_promise_thousands_of_missing_slices() -> None:
    stack = one([slice_at(place, i) for i, place in enumerate((0.0, 1.0, 500.0, 1000.0))])
    assert stack.geometry.missing == ()
    assert not stack.geometry.regular


# ------------------------------------------------------------- what belongs together


@pytest.mark.parametrize(
    ("values", "label"),
    [
        (({"EchoTime": 10}, {"EchoTime": 90}), "echo 10 ms"),
        (({"DiffusionBValue": 0.0}, {"DiffusionBValue": 800.0}), "b 0"),
        (({"TriggerTime": 0}, {"TriggerTime": 400}), "time 0"),
        (({"AcquisitionNumber": 1}, {"AcquisitionNumber": 2}), "acquisition 1"),
        (
            ({"ImageType": ["ORIGINAL", "PRIMARY", "M"]}, {"ImageType": ["ORIGINAL", "PRIMARY", "P"]}),
            "m",
        ),
        (({"Rows": 4}, {"Rows": 8}), "6x4"),
        (
            ({"FrameOfReferenceUID": "1.2.7"}, {"FrameOfReferenceUID": "1.2.8"}),
            "other position of the animal",
        ),
        (({}, {}), "repeat 1"),
    ],
)
def test_the_same_places_twice_are_two_volumes(
    values: tuple[dict[str, Any], dict[str, Any]], label: str
) -> None:
    slices = [slice_at(2.0 * i, 2 * i + 1 + part, **values[part]) for i in range(6) for part in (0, 1)]
    first, second = arrange(slices)
    assert [len(first.frames), len(second.frames)] == [6, 6]
    assert first.geometry.regular
    assert second.geometry.regular
    assert first.label == label
    assert [frame.description.instance_number for frame in first.frames] == [1, 3, 5, 7, 9, 11]


def test_times_and_acquisitions_that_differ_in_every_slice_split_nothing() -> None:
    slices = [slice_at(2.0 * i, i + 1, TriggerTime=13 * i, AcquisitionNumber=i) for i in range(8)]
    assert len(one(slices).frames) == 8


def test_phases_with_times_of_their_own_at_each_place_become_volumes_in_order() -> None:
    slices = [
        slice_at(5.0 * place, 4 * place + phase + 1, TriggerTime=100 * phase + place)
        for place in range(6)
        for phase in range(4)
    ]
    stacks = arrange(slices)
    assert [len(stack.frames) for stack in stacks] == [6] * 4
    for phase, stack in enumerate(stacks):
        assert [frame.facts.time_ms for frame in stack.frames] == [100 * phase + place for place in range(6)]


def test_one_slice_sent_twice_is_kept_beside_the_volume() -> None:
    again = slice_at(6.0, 77)
    main, extra = arrange([*regular(), again])
    assert len(main.frames) == 10
    assert main.geometry.regular
    assert (extra.kind, len(extra.frames)) == (StackKind.SINGLE, 1)


def test_copies_of_an_image_are_kept_apart() -> None:
    slices = regular()
    main, copies = arrange([*slices, *slices[:3]])
    assert (len(main.frames), len(copies.frames), copies.label) == (10, 3, "copy 1")


def test_many_frames_at_one_place_are_a_film_in_time() -> None:
    stack = one([slice_at(0.0, i + 1, TriggerTime=50 * (7 - i)) for i in range(8)])
    assert stack.kind is StackKind.CINE
    assert [frame.facts.time_ms for frame in stack.frames] == [50 * i for i in range(8)]


@pytest.mark.parametrize("modality", ["US", "XA", "RF", "NM"])
def test_frames_without_places_are_a_film(modality: str) -> None:
    clip = image(modality, US, NumberOfFrames=30)
    stack = one([clip])
    assert stack.kind is StackKind.CINE
    assert [frame.frame for frame in stack.frames] == list(range(30))
    assert stack.spacing[0] is None


def test_radiographs_are_read_one_by_one_in_the_order_of_their_numbers() -> None:
    views = [
        image("DX", DX, number, ViewPosition=view, ImagerPixelSpacing=[0.2, 0.1])
        for number, view in ((3, "VD"), (1, "LL"), (2, "RL"))
    ]
    stacks = arrange(views)
    assert [stack.label for stack in stacks] == ["LL", "RL", "VD"]
    assert {stack.kind for stack in stacks} == {StackKind.SINGLE}
    assert stacks[0].spacing == (None, 0.2, 0.1)


def test_slices_that_lost_their_places_stay_together_by_number() -> None:
    stack = one([image("CT", CT, number) for number in (3, 1, 2)])
    assert stack.kind is StackKind.MIXED
    assert [frame.description.instance_number for frame in stack.frames] == [1, 2, 3]
    assert "without places" in stack.reason


def test_files_without_pictures_come_last_with_their_sentence() -> None:
    report = image("SR", "1.2.840.10008.5.1.4.1.1.88.11", 1, Rows=None, Columns=None)
    stacks = arrange([report, *regular()])
    assert stacks[-1].frames[0].description is report
    assert "report" in stacks[-1].reason


def test_several_series_come_in_the_order_of_their_numbers() -> None:
    late = [slice_at(1.0 * i, i, SeriesInstanceUID="1.9", SeriesNumber=12) for i in range(3)]
    early = [slice_at(1.0 * i, i, SeriesInstanceUID="1.8", SeriesNumber=2) for i in range(3)]
    unnumbered = [slice_at(1.0 * i, i, SeriesInstanceUID="1.7") for i in range(3)]
    assert [stack.series_uid for stack in arrange(unnumbered + late + early)] == ["1.8", "1.9", "1.7"]


def test_nothing_is_arranged_to_nothing() -> None:
    assert arrange([]) == []


# -------------------------------------------------------------------- anything at all

anything = st.builds(
    lambda number, place, orientation, frames, modality, values: (
        slice_at(place, number, orientation=orientation, NumberOfFrames=frames, Modality=modality, **values)
        if orientation
        else image(modality, MR, number, NumberOfFrames=frames, **values)
    ),
    number=st.integers(0, 12),
    place=st.sampled_from([0.0, 0.005, 1.0, 2.0, 2.5, 1e6, -3.0]),
    orientation=st.sampled_from([None, AXIAL, SAGITTAL, CORONAL, (0.8, 0.6, 0, -0.6, 0.8, 0)]),
    frames=st.integers(1, 3),
    modality=st.sampled_from(["CT", "MR", "US", "DX", "", "SR"]),
    values=st.fixed_dictionaries(
        {},
        optional={
            "EchoTime": st.integers(1, 2),
            "TriggerTime": st.integers(0, 3),
            "AcquisitionNumber": st.integers(0, 2),
            "PixelSpacing": st.just([0.7, 0.7]),
            "BitsAllocated": st.none(),
            "SliceThickness": st.sampled_from([1, 5]),
        },
    ),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(anything, max_size=14))
def test_every_frame_is_in_exactly_one_stack(descriptions: list[ImageDescription]) -> None:
    stacks = arrange(descriptions)
    shown = [(id(frame.description), frame.frame) for stack in stacks for frame in stack.frames]
    assert len(shown) == len(set(shown))
    expected = {
        (id(image), number)
        for image in descriptions
        for number in (range(image.number_of_frames) if image.has_pixels else [0])
    }
    assert set(shown) == expected
    for stack in stacks:
        assert stack.reason
        if stack.kind is StackKind.VOLUME:
            assert len(stack.geometry.gaps_mm) == len(stack.frames) - 1
            assert all(gap > 0 for gap in stack.geometry.gaps_mm)
