"""The quick way of reading a header tells the same as pydicom's, and leaves the stream at the pixels."""

from __future__ import annotations

import io
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from tests.helpers.corpus import images
from tests.helpers.headers import ANYWHERE, file_of, header, item
from tests.viewer.test_describe import SAMPLES, groups
from vetpacs_desktop.viewer.describe import describe
from vetpacs_desktop.viewer.header import read_header
from vetpacs_desktop.viewer.items import Encoding, sequence_end, split_items

SYNTAXES = (ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian)


def film(*, open_ended: bool, frames: int = 5) -> Dataset:
    """An enhanced image with a private sequence in each frame and an element between groups and pixels."""
    per_frame = []
    for number in range(frames):
        group = groups(
            FrameContentSequence={"StackID": "ä", "TemporalPositionIndex": number},
            PlanePositionSequence={"ImagePositionPatient": [0, 0, number * 1.5]},
            FrameVOILUTSequence={"WindowCenter": number, "WindowWidth": 10},
        )
        block = group.private_block(0x21, "A MAKER", create=True)
        block.add_new(1, "SQ", [item(PatientComments="x" * number, ContentSequence=[item()])])
        group[0x00211001].is_undefined_length = open_ended
        for element in group:
            if element.VR == "SQ":
                element.is_undefined_length = open_ended
                for inner in element.value:
                    inner.is_undefined_length_sequence_item = open_ended
        group.is_undefined_length_sequence_item = open_ended
        per_frame.append(group)
    dataset = header(
        NumberOfFrames=frames, PerFrameFunctionalGroupsSequence=per_frame, SpecificCharacterSet="ISO_IR 100"
    )
    dataset["PerFrameFunctionalGroupsSequence"].is_undefined_length = open_ended
    dataset.add_new(0x60000010, "US", 4)
    dataset.add_new(0x7FE00010, "OW", bytes(48 * frames))
    return dataset


@pytest.mark.parametrize("open_ended", [True, False])
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_groups_are_kept_raw_and_read_as_pydicom_reads_them(syntax: str, open_ended: bool) -> None:
    content = file_of(film(open_ended=open_ended), syntax=syntax)
    stream = io.BytesIO(content)
    dataset = read_header(stream)
    order: Any = "big" if syntax == ExplicitVRBigEndian else "little"
    assert stream.read(2) == 0x7FE0.to_bytes(2, order)
    assert isinstance(dataset.get_item(0x52009230).value, bytes)
    assert dataset[0x60000010].value == 4
    found = describe(dataset, ANYWHERE)
    oracle = dcmread(io.BytesIO(content), stop_before_pixels=True)
    assert [frame.position for frame in found.frames] == [
        tuple(group.PlanePositionSequence[0].ImagePositionPatient)
        for group in oracle.PerFrameFunctionalGroupsSequence
    ]
    assert found.frames[1].stack_id == "ä"
    assert found == describe(oracle, ANYWHERE)
    # Whoever asks pydicom for the groups still gets them.
    assert dataset.PerFrameFunctionalGroupsSequence == oracle.PerFrameFunctionalGroupsSequence


def test_a_deflated_film_is_read_too() -> None:
    content = file_of(film(open_ended=True), syntax=DeflatedExplicitVRLittleEndian)
    found = describe(read_header(io.BytesIO(content)), ANYWHERE)
    assert [frame.time_ms for frame in found.frames] == [0, 1, 2, 3, 4]


@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
@pytest.mark.parametrize("path", [path for path in SAMPLES if b"DICM" in path.read_bytes()[128:132]], ids=str)
def test_every_sample_is_described_alike(path: Path) -> None:
    with path.open("rb") as stream:
        quick = describe(read_header(stream), path, pixels=True)
    slow = dcmread(path, stop_before_pixels=True)
    for element in slow.iterall():
        assert element is not None  # pydicom takes every sequence apart on the way
    assert repr(quick) == repr(describe(slow, path, pixels=True))


def test_real_enhanced_files_are_described_alike() -> None:
    for path in images("mr-enhanced"):
        with path.open("rb") as stream:
            quick = describe(read_header(stream), path)
        assert quick == describe(dcmread(path, stop_before_pixels=True), path)
        assert isinstance(quick.frames[0].pixel_spacing, tuple)


def test_groups_that_are_cut_off_leave_the_rest_readable() -> None:
    content = file_of(film(open_ended=True))
    dataset = read_header(io.BytesIO(content[: content.index(b"\x00\x52\x30\x92") + 300]))
    found = describe(dataset, ANYWHERE, pixels=False)
    assert (found.rows, found.number_of_frames) == (4, 5)


@settings(deadline=None)
@given(st.binary(max_size=80), st.booleans(), st.booleans())
def test_anything_is_split_or_refused(value: bytes, implicit: bool, little: bool) -> None:
    for start in (b"", b"\xfe\xff\x00\xe0\xff\xff\xff\xff", b"\xfe\xff\x00\xe0\x10\0\0\0"):
        with suppress(ValueError):
            split_items(start + value, Encoding(implicit, little))
        with suppress(ValueError):
            assert 8 <= sequence_end(start + value, 0, implicit, little) <= len(start + value)


def test_endless_nesting_is_refused() -> None:
    deep = b"\xfe\xff\x00\xe0\xff\xff\xff\xff\x40\x00\x30\xa7SQ\0\0\xff\xff\xff\xff" * 5000
    with pytest.raises(ValueError, match="deeply"):
        sequence_end(deep, 0, implicit=False, little=True)
