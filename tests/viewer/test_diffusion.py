"""b-values that only the makers' private elements state, in files as pydicom writes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests.helpers.headers import MR, file_of, header, item
from vetpacs_desktop.viewer.describe import describe, read_description
from vetpacs_desktop.viewer.diffusion import private_b_value
from vetpacs_desktop.viewer.series.arrange import arrange

SIEMENS = (0x0019, "SIEMENS MR HEADER", 0x0C, "IS")
GE = (0x0043, "GEMS_PARM_01", 0x39, "IS")
PHILIPS = (0x2001, "Philips Imaging DD 001", 0x03, "FL")
UIH = (0x0065, "Image Private Header", 0x09, "FD")
Maker = tuple[int, str, int, str]
STATED: tuple[tuple[Maker, Any, float | None], ...] = (
    (SIEMENS, 800, 800.0),
    (SIEMENS, 0, 0.0),
    (GE, [1000, 8, 0, 0], 1000.0),
    (GE, [1_000_000_800, 8, 0, 0], 800.0),
    (GE, [1_000_000_000, 8, 0, 0], 0.0),
    (PHILIPS, 600.0, 600.0),
    (PHILIPS, -1.0, None),
    (UIH, 999.9996, 1000.0),
    (UIH, 1e9, None),
)


def stating(maker: Maker, value: Any, modality: str = "MR", number: int = 1, **values: Any) -> Dataset:
    group, creator, element, vr = maker
    dataset = header(modality, MR, number, **values)
    dataset.private_block(group, creator, create=True).add_new(element, vr, value)
    return dataset


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
@pytest.mark.parametrize(("maker", "value", "expected"), STATED)
def test_the_b_value_is_read_from_the_makers_own_element(
    tmp_path: Path, syntax: Any, maker: Maker, value: Any, expected: float | None
) -> None:
    path = tmp_path / "slice.dcm"
    path.write_bytes(file_of(stating(maker, value), syntax=syntax))
    assert read_description(path).frames[0].b_value == expected


@pytest.mark.parametrize(("maker", "value", "_expected"), STATED[:1] + STATED[5:6])
def test_the_standards_own_element_counts_first(maker: Maker, value: Any, _expected: float) -> None:
    dataset = stating(maker, value, DiffusionBValue=50.0)
    assert describe(dataset, Path("a.dcm")).frames[0].b_value == 50.0


@pytest.mark.parametrize("maker", [SIEMENS, GE, PHILIPS, UIH])
def test_an_element_of_another_creator_says_nothing(maker: Maker) -> None:
    group, _, element, vr = maker
    assert private_b_value(stating((group, "SOMEBODY ELSE", element, vr), 700)) is None
    assert describe(stating(maker, 700, "CT"), Path("a.dcm")).frames[0].b_value is None
    assert private_b_value(header("MR", MR)) is None


def test_the_block_is_found_by_its_creator_wherever_it_lies() -> None:
    dataset = header("MR", MR)
    for creator in ("FIRST", "SECOND", SIEMENS[1]):
        dataset.private_block(0x0019, creator, create=True).add_new(0x0C, "IS", 5)
    dataset.private_block(0x0019, SIEMENS[1]).add_new(0x0C, "IS", 400)
    assert private_b_value(dataset) == 400.0


def test_what_is_garbled_is_absent() -> None:
    dataset = header("MR", MR)
    dataset.private_block(0x0019, SIEMENS[1], create=True).add_new(0x0C, "UN", b"none ")
    assert private_b_value(dataset) is None
    dataset.private_block(0x2001, PHILIPS[1], create=True).add_new(0x03, "UN", b"\x01")
    assert private_b_value(dataset) is None


def test_a_converted_image_keeps_the_makers_element() -> None:
    """Legacy converted objects carry it in a group of their own (PS3.3 A.70)."""
    frames = []
    for value in (0, 900):
        said = item()
        said.private_block(0x0019, SIEMENS[1], create=True).add_new(0x0C, "IS", value)
        frames.append(item(UnassignedPerFrameConvertedAttributesSequence=[said]))
    dataset = header("MR", MR, NumberOfFrames=2, PerFrameFunctionalGroupsSequence=frames)
    assert [frame.b_value for frame in describe(dataset, Path("a.dcm")).frames] == [0.0, 900.0]


@pytest.mark.parametrize("maker", [SIEMENS, GE, PHILIPS, UIH])
def test_each_b_value_is_a_stack_of_its_own(maker: Maker) -> None:
    slices = []
    for place in range(6):
        for part, value in enumerate((0, 500, 1000)):
            number = 3 * place + part + 1
            dataset = stating(
                maker,
                value,
                number=number,
                ImagePositionPatient=[0.0, 0.0, 3.0 * place],
                ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
                PixelSpacing=[1, 1],
                FrameOfReferenceUID="1.2.6",
            )
            slices.append(describe(dataset, Path(f"{number}.dcm")))
    stacks = arrange(slices)
    assert [stack.label for stack in stacks] == ["b 0", "b 500", "b 1000"]
    assert [len(stack.frames) for stack in stacks] == [6, 6, 6]
    assert all(stack.geometry.regular for stack in stacks)
