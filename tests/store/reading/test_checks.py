"""Bad files are refused with a sentence; everything that is whole passes, whatever it is."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import DataElement, dcmread
from pydicom.config import IGNORE
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from tests.helpers.corpus import corpus, images
from tests.helpers.peers import package_files
from vetpacs_desktop.store.reading.checks import check, check_file
from vetpacs_desktop.store.records import Outcome

KNOWN_CUT = {"MR_truncated.dcm", "rtplan_truncated.dcm", "emri_small_jpeg_2k_lossless_too_short.dcm"}
ENCODINGS = (
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
)


def slice_of(**changes: object) -> Dataset:
    """A small whole CT slice."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = "1.2.3.4"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2.3", "1.2.3.1"
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = 4, 6, 1
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.PixelRepresentation, dataset.PhotometricInterpretation = 0, "MONOCHROME2"
    item = Dataset()
    item.CodeValue, item.CodeMeaning = "T-D3000", "Chest"
    dataset.AnatomicRegionSequence = Sequence([item, item])
    dataset.PixelData = bytes(48)
    for name, value in changes.items():
        setattr(dataset, name, value)
    return dataset


def written(dataset: Dataset, path: Path, syntax: str = ExplicitVRLittleEndian) -> bytes:
    dataset.file_meta.TransferSyntaxUID = syntax
    if syntax == ExplicitVRBigEndian:
        dataset["PixelData"].VR = "OW"
    dataset.save_as(path, enforce_file_format=True)
    return path.read_bytes()


def reason(path: Path) -> str:
    """The sentence about a file that must be refused."""
    finding = check_file(path).finding
    assert finding is not None
    assert finding.outcome is Outcome.REJECTED
    return finding.reason


@pytest.mark.parametrize("syntax", ENCODINGS)
def test_a_whole_object_passes_in_every_encoding(tmp_path: Path, syntax: str) -> None:
    written(slice_of(), tmp_path / "a.dcm", syntax)
    found = check_file(tmp_path / "a.dcm")
    assert (found.finding, found.sop_uid) == (None, "1.2.3.4")


@pytest.mark.parametrize("syntax", ENCODINGS)
def test_a_file_cut_anywhere_in_its_pixels_is_refused(tmp_path: Path, syntax: str) -> None:
    whole = written(slice_of(), tmp_path / "a.dcm", syntax)
    for length in range(len(whole) - 48, len(whole) - 1):
        assert check(whole[:length]).finding is not None, f"cut at {length} of {len(whole)} passed"


def test_a_file_cut_in_its_header_is_refused_unless_it_ends_like_a_smaller_object(tmp_path: Path) -> None:
    """Between two elements a cut can't be told from an object that never had pixels, which is kept."""
    dataset = slice_of()
    whole = written(dataset, tmp_path / "a.dcm")
    passed = [length for length in range(132, len(whole) - 48) if check(whole[:length]).finding is None]
    assert 0 < len(passed) < len(dataset)


def test_the_sentence_about_a_cut_file_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(written(slice_of(), path)[:-10])
    assert "cut off: at least 10 bytes" in reason(path)
    assert "again" in reason(path)


def test_pixels_shorter_than_the_picture_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    written(slice_of(PixelData=bytes(40)), path)
    assert "8 bytes of its pixels are missing" in reason(path)


def test_frames_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    written(slice_of(NumberOfFrames=3, PixelData=bytes(96)), path)
    assert "48 bytes of its pixels" in reason(path)


def test_encapsulated_pixels_without_an_end_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    whole = Path(get_testdata_file("JPEG2000.dcm")).read_bytes()
    end = whole.rindex(b"\xfe\xff\xdd\xe0\0\0\0\0")
    path.write_bytes(whole[:end])
    assert "cut off" in reason(path)


def test_an_object_without_pixels_or_of_an_unknown_kind_passes(tmp_path: Path) -> None:
    dataset = slice_of(SOPClassUID="1.2.826.0.1.3680043.9.9999.1")
    del dataset.PixelData
    written(dataset, tmp_path / "a.dcm")
    assert check_file(tmp_path / "a.dcm").finding is None


def test_empty_text_and_foreign_files_have_their_sentences(tmp_path: Path) -> None:
    for content, words in (
        (b"", "is empty"),
        ("Befund: alles in Ordnung, Zähne gut.\n".encode(), "is a text file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(300), "a PNG picture"),
        (bytes(range(256)) * 4, "not a DICOM image"),
    ):
        path = tmp_path / "file"
        path.write_bytes(content)
        assert words in reason(path)


def test_a_table_of_contents_is_ignored_not_refused() -> None:
    finding = check_file(corpus("ct-thin") / "DIRFILE").finding
    assert finding is not None
    assert finding.outcome is Outcome.IGNORED
    assert "table of contents" in finding.reason


@pytest.mark.parametrize(
    "keyword", ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID"]
)
@pytest.mark.parametrize("bad", ["../../etc/passwd", "1.2/3", "1.2\\3", "1." + "2" * 70, "C:1.2", "1..2"])
def test_an_identifier_that_could_become_a_path_is_refused(tmp_path: Path, keyword: str, bad: str) -> None:
    path = tmp_path / "a.dcm"
    dataset = slice_of()
    dataset.add(DataElement(keyword, "UI", bad, validation_mode=IGNORE))
    dataset.save_as(path)
    said = reason(path)
    assert "characters no identifier may hold" in said
    assert len(said) < 250


def test_missing_identifiers_name_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    dataset = slice_of()
    del dataset.StudyInstanceUID
    written(dataset, path)
    assert "Study Instance UID is missing" in reason(path)


def nested(depth: int, *, defined: bool) -> bytes:
    """An explicit little endian file of `depth` sequences inside each other."""
    if not defined:
        opening = b"\x40\x00\x30\xa7SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
        closing = b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0"
        return opening * depth + closing * depth
    inner = b""
    for _ in range(depth):
        item = b"\xfe\xff\x00\xe0" + struct.pack("<L", len(inner)) + inner
        inner = b"\x40\x00\x30\xa7SQ\0\0" + struct.pack("<L", len(item)) + item
    return inner


@pytest.mark.parametrize("defined", [True, False])
def test_a_nest_too_deep_is_refused_and_a_deep_one_passes(tmp_path: Path, defined: bool) -> None:
    path = tmp_path / "a.dcm"
    whole = written(slice_of(), path)
    for depth, passes in ((60, True), (65, False), (50_000 if not defined else 5_000, False)):
        path.write_bytes(whole + nested(depth, defined=defined))
        finding = check_file(path).finding
        assert (finding is None) is passes, f"depth {depth}"
        if finding is not None:
            assert "nested more than 64 levels" in finding.reason


def test_every_file_of_the_packages_and_the_corpus_is_judged_rightly() -> None:
    """Only the files that pydicom keeps as damaged examples are called cut off."""
    cut = set()
    for path in package_files():
        finding = check_file(path).finding if path.stat().st_size else None
        if finding is not None and "cut off" in finding.reason:
            cut.add(path.name)
    assert cut == KNOWN_CUT
    for name in ("ct-tilted", "mr-enhanced", "mr-jpeg2000", "mr-jpeg-lossless"):
        assert all(check_file(path).finding is None for path in images(name))


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_no_damage_makes_it_raise_or_hang(tmp_path: Path, data: st.DataObject) -> None:
    whole = bytearray(written(slice_of(), tmp_path / "a.dcm", data.draw(st.sampled_from(ENCODINGS))))
    for _ in range(data.draw(st.integers(1, 8))):
        position = data.draw(st.integers(0, len(whole) - 1))
        whole[position] = data.draw(st.integers(0, 255))
    started = time.monotonic()
    check(bytes(whole))
    assert time.monotonic() - started < 1.0


def test_zeros_after_the_end_do_no_harm(tmp_path: Path) -> None:
    whole = written(slice_of(), tmp_path / "a.dcm")
    assert check(whole + bytes(301)).finding is None


def test_a_data_set_without_preamble_passes(tmp_path: Path) -> None:
    path = tmp_path / "raw"
    dataset = dcmread(get_testdata_file("CT_small.dcm"))
    dataset.file_meta, dataset.preamble = FileMetaDataset(), None
    dataset.save_as(path, implicit_vr=False, little_endian=True, enforce_file_format=False)
    assert path.read_bytes()[:2] == b"\x08\x00"
    assert check_file(path).finding is None


def test_a_ct_slice_is_checked_in_less_than_a_millisecond() -> None:
    path = images("ct-thin")[0]
    started = time.perf_counter()
    for _ in range(50):
        check_file(path)
    assert (time.perf_counter() - started) / 50 < 0.001
