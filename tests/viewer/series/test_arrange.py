"""Series come into reading order by geometry, and what is wrong with them is said."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.headers import AXIAL, CORONAL, CT, DX, MR, SAGITTAL, US, image, slice_at
from tests.viewer.geometry.test_planes import angles, cosines
from tests.viewer.series.stacks import one, real, regular
from vetpacs_desktop.viewer.description import ImageDescription
from vetpacs_desktop.viewer.geometry.planes import along, normal
from vetpacs_desktop.viewer.series.arrange import arrange
from vetpacs_desktop.viewer.series.stack import StackKind

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


# ------------------------------------------------------------------------- kinds


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
