"""Frames in fragments: with tables, with wrong tables, without tables, and cut off."""

from __future__ import annotations

import struct
from pathlib import Path

import imagecodecs
import numpy as np
import pytest

from tests.viewer.pixels.samples import compressed, decoded, grey_like
from vetpacs_desktop.errors import CannotDecode
from vetpacs_desktop.viewer.pixels.files import open_file

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")

JPEG_LS = "1.2.840.10008.1.2.4.80"
SIZES = {"Rows": 40, "Columns": 50}
FRAMES = [grey_like(seed=seed) for seed in range(5)]
CODED = [imagecodecs.jpegls_encode(frame) for frame in FRAMES]


def check(path: Path) -> None:
    file = open_file(path)
    for number in (4, 0, 2, 1, 3):
        assert np.array_equal(file.stored(number), FRAMES[number])


@pytest.mark.parametrize("table", ["basic", "none"])
@pytest.mark.parametrize("per_frame", [1, 3])
def test_frames_are_found_with_and_without_a_table(tmp_path: Path, table: str, per_frame: int) -> None:
    check(compressed(tmp_path / "f.dcm", CODED, JPEG_LS, table=table, per_frame=per_frame, **SIZES))


def test_an_extended_offset_table(tmp_path: Path) -> None:
    check(compressed(tmp_path / "f.dcm", CODED, JPEG_LS, table="extended", **SIZES))


def test_a_table_that_lies_is_not_believed(tmp_path: Path) -> None:
    path = compressed(tmp_path / "f.dcm", CODED, JPEG_LS, per_frame=2, **SIZES)
    data = path.read_bytes()
    table = data.index(b"\xfe\xff\x00\xe0" + struct.pack("<L", 20)) + 8
    lie = struct.pack("<5L", 0, 8, 16, 24, 32)
    path.write_bytes(data[:table] + lie + data[table + 20 :])
    check(path)


def test_a_single_picture_in_many_fragments(tmp_path: Path) -> None:
    path = compressed(tmp_path / "f.dcm", CODED[:1], JPEG_LS, per_frame=7, table="none", **SIZES)
    assert np.array_equal(decoded(path), FRAMES[0])


def test_a_film_that_lost_its_end_shows_what_is_left(tmp_path: Path) -> None:
    path = compressed(tmp_path / "f.dcm", CODED, JPEG_LS, **SIZES)
    path.write_bytes(path.read_bytes()[: -8 - len(CODED[4]) - 8 - len(CODED[3]) // 2])
    file = open_file(path)
    assert np.array_equal(file.stored(2), FRAMES[2])
    with pytest.raises(CannotDecode, match="ends"):
        file.stored(3)
    with pytest.raises(CannotDecode, match="ends before picture 5"):
        file.stored(4)


def test_a_missing_end_mark_is_no_harm(tmp_path: Path) -> None:
    path = compressed(tmp_path / "f.dcm", CODED, JPEG_LS, **SIZES)
    path.write_bytes(path.read_bytes()[:-8])
    check(path)


def test_no_fragments_at_all(tmp_path: Path) -> None:
    path = compressed(tmp_path / "f.dcm", CODED[:1], JPEG_LS, table="none", **SIZES)
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"\xfe\xff\x00\xe0") + 8])
    with pytest.raises(CannotDecode, match="ends"):
        decoded(path)


def test_frames_beyond_those_promised_are_ignored(tmp_path: Path) -> None:
    path = compressed(tmp_path / "f.dcm", CODED, JPEG_LS, table="none", **SIZES)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"IS\x02\x005 ", b"IS\x02\x002 "))
    file = open_file(path)
    assert file.description.number_of_frames == 2
    assert np.array_equal(file.stored(1), FRAMES[1])


@pytest.mark.parametrize("table", ["basic", "none"])
def test_a_single_picture_in_one_fragment(tmp_path: Path, table: str) -> None:
    path = compressed(tmp_path / "f.dcm", CODED[:1], JPEG_LS, table=table, **SIZES)
    assert np.array_equal(decoded(path), FRAMES[0])


@pytest.mark.parametrize("table", ["basic", "none"])
@pytest.mark.parametrize("lost", [9, 200, len(CODED[0]) + 4, len(CODED[0]) + 12])
def test_a_single_picture_whose_fragment_is_cut_is_told_of(tmp_path: Path, table: str, lost: int) -> None:
    path = compressed(tmp_path / "f.dcm", CODED[:1], JPEG_LS, table=table, **SIZES)
    path.write_bytes(path.read_bytes()[:-lost])
    with pytest.raises(CannotDecode, match="ends"):
        decoded(path)
