"""From a series as devices send it to a true volume: what is split, left out, refused, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.helpers.headers import AXIAL, MR, SAGITTAL, header, item, slice_at
from tests.viewer.render.files import image_file
from tests.viewer.series.stacks import one, regular
from tests.viewer.volume.volumes import built, made_up
from vetpacs_desktop.viewer.describe import describe, read_description
from vetpacs_desktop.viewer.description import ImageDescription
from vetpacs_desktop.viewer.geometry.letters import edge_letters
from vetpacs_desktop.viewer.inspect import inspection
from vetpacs_desktop.viewer.render.planes import cut_frame
from vetpacs_desktop.viewer.series.arrange import arrange
from vetpacs_desktop.viewer.series.stack import Stack, StackKind
from vetpacs_desktop.viewer.volume.build import Builder
from vetpacs_desktop.viewer.volume.plan import NoVolume, plan
from vetpacs_desktop.viewer.volume.section import PlaneName, natural_axes, section
from vetpacs_desktop.viewer.volume.volume import Volume

ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"
CONVERTED_MR = "1.2.840.10008.5.1.4.1.1.4.4"
MOSAIC = ["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"]

SIDES = {"L": 0, "R": 0, "V": 1, "D": 1, "CR": 2, "CD": 2, "A": 1, "P": 1, "H": 2, "F": 2}
TOWARDS = {"L": 1, "R": -1, "D": 1, "V": -1, "CR": 1, "CD": -1, "P": 1, "A": -1, "H": 1, "F": -1}
"""Along which axis of the patient's coordinates a letter points, and which way (PS3.3 C.7.6.2.1.1)."""


def refusal(stack: Stack) -> str:
    with pytest.raises(NoVolume) as caught:
        plan(stack)
    return caught.value.sentence


def frames_at(places: list[float]) -> list[Dataset]:
    """Functional groups of axial frames."""
    return [
        item(
            PlanePositionSequence=[item(ImagePositionPatient=[0.0, 0.0, place])],
            PlaneOrientationSequence=[item(ImageOrientationPatient=list(AXIAL))],
            PixelMeasuresSequence=[item(PixelSpacing=[0.5, 0.5], SliceThickness=9.0)],
        )
        for place in places
    ]


def many_frames(groups: list[Dataset], number: int = 1, sop_class: str = ENHANCED_MR, **values: Any) -> Any:
    facts = {"FrameOfReferenceUID": "1.2.6", "NumberOfFrames": len(groups), **values}
    made = header("MR", sop_class, number, PerFrameFunctionalGroupsSequence=groups, **facts)
    return describe(made, Path(f"{number}.dcm"))


# --- several files, one volume; one file, several volumes ---------------------------------------------


def test_the_parts_of_a_concatenation_are_one_volume() -> None:
    """A long enhanced object cut into files (PS3.3 C.7.6.16.2.2.4), which may come in any order."""
    parts = [
        many_frames(
            frames_at([2.0 * n for n in some]), number, ConcatenationUID="1.9", InConcatenationNumber=number
        )
        for number, some in ((2, range(4, 9)), (1, range(4)))
    ]
    made = plan(one(parts))
    assert made.grid.shape == (9, 4, 6)
    assert made.notes == ()
    assert made.grid.to_patient((0, 0, 8)) == pytest.approx((0, 0, 16))


def test_echoes_of_a_converted_object_are_volumes_of_their_own() -> None:
    """Converted images keep what has no macro in a sequence of its own; SliceThickness says nothing."""
    groups = []
    for n in range(6):
        for echo in (12.0, 96.0):
            (group,) = frames_at([4.0 * n])
            group.UnassignedPerFrameConvertedAttributesSequence = [item(EchoTime=echo)]
            groups.append(group)
    stacks = arrange([many_frames(groups, sop_class=CONVERTED_MR)])
    assert [stack.label for stack in stacks] == ["echo 12 ms", "echo 96 ms"]
    for stack in stacks:
        assert plan(stack).grid.shape[0] == 6
        assert plan(stack).grid.spacing[2] == pytest.approx(4.0)


def test_magnitude_and_phase_b_values_and_times_are_never_one_volume() -> None:
    kinds: tuple[list[dict[str, Any]], ...] = (
        [{"ImageType": ["ORIGINAL", "PRIMARY", "M"]}, {"ImageType": ["ORIGINAL", "PRIMARY", "P"]}],
        [{"DiffusionBValue": 0.0}, {"DiffusionBValue": 1000.0}],
        [{"TemporalPositionIdentifier": 1}, {"TemporalPositionIdentifier": 2}],
    )
    for kind in kinds:
        slices = [slice_at(3.0 * n, 2 * n + k + 1, **kind[k]) for n in range(7) for k in (0, 1)]
        stacks = arrange(slices)
        assert [plan(stack).grid.shape[0] for stack in stacks] == [7, 7]
        assert all(plan(stack).notes == () for stack in stacks)


def test_two_orientations_in_one_series_are_two_volumes_and_a_scout_is_none() -> None:
    upright = [slice_at((3.0 * n, 0.0, 0.0), 40 + n, orientation=SAGITTAL) for n in range(5)]
    scout = slice_at((0.0, 0.0, 3.0), 99, orientation=(0.0, 1.0, 0.0, 1.0, 0.0, 0.0))
    stacks = arrange([*upright, *regular(8), scout])
    assert [len(stack.frames) for stack in stacks if stack.kind is StackKind.VOLUME] == [8, 5]
    assert plan(stacks[0]).grid.shape[0] == 8


# --- refused, with the reason -------------------------------------------------------------------------


def test_a_mosaic_is_left_as_it_is_and_the_reason_is_said(tmp_path: Path) -> None:
    sheets = [slice_at((0.0, 0.0, 5.0), n + 1, ImageType=MOSAIC, TriggerTime=n) for n in range(4)]
    assert "mosaic" in refusal(one(sheets))
    moved = [slice_at(5.0 * n, n + 1, ImageType=MOSAIC) for n in range(4)]
    assert "mosaic" in refusal(one(moved))
    path = image_file(
        tmp_path,
        np.zeros((8, 8), np.uint16),
        SOPClassUID=MR,
        Modality="MR",
        ImageType=MOSAIC,
        ImagePositionPatient=[0, 0, 0],
        ImageOrientationPatient=list(AXIAL),
        PixelSpacing=[1, 1],
    )
    assert any("mosaic" in problem for problem in inspection([path]).problems)


def test_a_slice_turned_against_the_others_is_refused_and_rounding_is_not() -> None:
    def stack(degrees: float) -> Stack:
        c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        slices = regular(8, Rows=512, Columns=512)
        slices[3] = slice_at(6.0, 4, orientation=(c, s, 0.0, -s, c, 0.0), Rows=512, Columns=512)
        return one(slices)

    assert "turned against" in refusal(stack(0.3))
    assert plan(stack(0.01)).notes == ()


def test_the_first_slice_s_rounding_does_not_turn_the_volume() -> None:
    slices = regular(8)
    slices[0] = slice_at(0.0, 1, orientation=(1.0, 1e-4, 0.0, -1e-4, 1.0, 0.0))
    made = plan(one(slices))
    assert made.grid.across == pytest.approx((0.5, 0.0, 0.0), abs=1e-12)


# --- values ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slopes", [(2.0, 3.0, 5.0, 7.0), (0.5, 0.25, 1.5, 1.0)])
def test_every_slice_is_rescaled_by_its_own_numbers(tmp_path: Path, slopes: tuple[float, ...]) -> None:
    raw = np.arange(12 * 10, dtype=np.uint16).reshape(12, 10)
    paths = [
        image_file(
            tmp_path,
            raw,
            SOPClassUID=MR,
            Modality="MR",
            ImagePositionPatient=[0.0, 0.0, 2.0 * n],
            ImageOrientationPatient=list(AXIAL),
            PixelSpacing=[0.5, 0.5],
            FrameOfReferenceUID="1.2.6",
            RescaleSlope=slope,
            RescaleIntercept=10.0 * n,
        )
        for n, slope in enumerate(slopes)
    ]
    volume = built(plan(one([read_description(path) for path in paths])))
    for n, slope in enumerate(slopes):
        assert np.array_equal(volume.values[n], raw * slope + 10.0 * n), f"slice {n}"


# --- letters: how the animal lay does not matter, only where the slices say they are ---------------------

POSITIONS: dict[str, tuple[float, ...]] = {
    "HFS": (1, 0, 0, 0, 1, 0),
    "HFP": (-1, 0, 0, 0, -1, 0),
    "HFDR": (0, 1, 0, -1, 0, 0),
    "HFDL": (0, -1, 0, 1, 0, 0),
    "FFS": (-1, 0, 0, 0, 1, 0),
    "FFP": (1, 0, 0, 0, -1, 0),
    "sagittal": SAGITTAL,
    "coronal": (1, 0, 0, 0, 0, -1),
}
"""Rows and columns as a scanner writes them for each way of lying."""


def lying(orientation: tuple[float, ...], back: bool) -> Volume:
    """Slices whose values grow towards the animal's left (x 100), back (x 10) and head (x 1)."""
    across, down = np.array(orientation[:3]), np.array(orientation[3:])
    normal = np.cross(across, down) * (-1 if back else 1)
    slices = [
        slice_at(tuple(normal * 0.5 * n - 1.0), n + 1, orientation=orientation, Rows=10, Columns=12)
        for n in range(11)
    ]
    made, frames = made_up(slices, lambda places: places @ np.array([100.0, 10.0, 1.0]), np.float32)
    builder = Builder(made)
    for frame in frames:
        builder.put(frame)
    return builder.volume()


@pytest.mark.parametrize("back", [False, True], ids=["along", "left-handed"])
@pytest.mark.parametrize("lies", POSITIONS)
def test_letters_tell_the_side_that_the_values_grow_to(lies: str, back: bool) -> None:
    """The letters at the edges against the pixels: an independent witness of where each side is."""
    volume = lying(POSITIONS[lies], back)
    weights = {0: 100.0, 1: 10.0, 2: 1.0}
    for quadruped in (True, False):
        for name in PlaneName:
            plane = section(volume, natural_axes(volume), volume.grid.middle_voxel, name, quadruped=quadruped)
            frame = cut_frame(volume, plane, plane.nearest(volume.grid.middle_voxel))
            letters = edge_letters(frame.description, 0, quadruped=quadruped)
            values = frame.values.astype(np.float64)
            row, column = (size // 2 for size in values.shape)
            for edge, step in (
                (letters.right, values[row, column + 1] - values[row, column]),
                (letters.bottom, values[row + 1, column] - values[row, column]),
            ):
                first = "CR" if edge.startswith("CR") else "CD" if edge.startswith("CD") else edge[0]
                grows = weights[SIDES[first]] * TOWARDS[first] * plane.mm
                assert step == pytest.approx(grows, rel=0.01), (name, quadruped, edge)


# --- properties: any orientation -------------------------------------------------------------------------


@st.composite
def orientations(draw: st.DrawFn) -> tuple[float, ...]:
    first = np.array(draw(st.tuples(*[st.floats(-1, 1)] * 3)))
    second = np.array(draw(st.tuples(*[st.floats(-1, 1)] * 3)))
    if np.linalg.norm(np.cross(first, second)) < 0.1:
        first, second = np.array([1.0, 0, 0]), np.array([0, 1.0, 0])
    across = first / np.linalg.norm(first)
    down = second - across * (across @ second)
    return (*across, *(down / np.linalg.norm(down)))


def field(places: NDArray[np.float64]) -> NDArray[np.float64]:
    values: NDArray[np.float64] = (
        np.sin(places[..., 0]) * 500 + np.cos(places[..., 1] * 1.7) * 400 + places[..., 2] * 30
    )
    return values


@settings(max_examples=40, deadline=None)
@given(
    orientations(), st.floats(0.3, 4.0), st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)), st.booleans()
)
def test_any_orientation_any_tilt_every_voxel_lies_where_its_header_says(
    orientation: tuple[float, ...], gap: float, lean: tuple[float, float], back: bool
) -> None:
    across, down = np.array(orientation[:3]), np.array(orientation[3:])
    step = np.cross(across, down) * gap * (-1 if back else 1) + across * lean[0] * gap + down * lean[1] * gap
    slices: list[ImageDescription] = [
        slice_at(tuple(step * n), n + 1, orientation=orientation, PixelSpacing=[0.7, 0.4]) for n in range(7)
    ]
    made, frames = made_up(slices, field)
    builder = Builder(made)
    for frame in frames:
        builder.put(frame)
    volume = builder.volume()
    for number in (0, 3, 6):
        frame = frames[number]
        facts = frame.description.frames[0]
        assert facts.position is not None
        for column, row in ((0, 0), (5, 3)):
            place = np.array(facts.position) + across * 0.4 * column + down * 0.7 * row
            assert made.grid.to_index(place) == pytest.approx((column, row, number), abs=1e-5)
            assert volume.value_at(place) == frame.values[row, column]
