"""What a header says in words, and what tells two headers apart."""

from __future__ import annotations

import warnings
from pathlib import Path

import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian, RLELossless

from tests.helpers.small_files import picture, write
from vetpacs_desktop.store.reading.tag_words import compare, name_of, tag_lines

FILES = Path(pydicom.__file__).parent / "data"


def said(path: Path) -> dict[str, str]:
    return {line.name: line.value for line in tag_lines(path)}


def test_a_header_is_told_in_the_standards_words(tmp_path: Path) -> None:
    dataset = picture(PatientName="Smith^Fluffy", WindowCenter=[40, 50])
    dataset.add_new(0x00090010, "LO", "MAKER")
    dataset.add_new(0x00091001, "OB", b"\1\2\3\4")
    dataset.OtherPatientIDsSequence = Sequence([Dataset(), Dataset()])
    found = said(write(dataset, tmp_path / "x.dcm"))
    assert found["Patient's Name"] == "Smith Fluffy"
    assert found["Rows"] == "4"
    assert found["Window Center"] == "40.0\\50.0"
    assert found["Other Patient IDs Sequence"] == "2 ×"
    assert found["(0009,1001)"] == "4 B"
    assert "Pixel Data" not in found


@pytest.mark.parametrize("name", ["chrGreek.dcm", "chrRuss.dcm", "chrH31.dcm", "chrKoreanMulti.dcm"])
def test_names_are_told_in_their_script(name: str) -> None:
    (path,) = FILES.rglob(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        native = str(pydicom.dcmread(path).PatientName)
    told = said(path)["Patient's Name"]
    assert any(sign in told for sign in native if ord(sign) > 0x7F)


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_encodings_make_no_difference_to_the_words(tmp_path: Path, syntax: str) -> None:
    plain, other = write(picture(), tmp_path / "a"), write(picture(), tmp_path / "b", syntax)
    assert said(plain) == said(other)


def test_what_differs_is_named_and_what_does_not_is_left_out(tmp_path: Path) -> None:
    one = write(picture(StudyDescription="Thorax", PatientWeight=5), tmp_path / "a")
    other = write(picture(StudyDescription="Abdomen", OperatorsName="Miller"), tmp_path / "b")
    found = compare(one, other)
    assert [(row.name, row.first, row.second) for row in found.differences] == [
        ("Study Description", "Thorax", "Abdomen"),
        ("Operators' Name", "", "Miller"),
        ("Patient's Weight", "5.0", ""),
    ]
    assert not found.pixels_differ
    assert compare(one, one).differences == ()


def test_other_pixels_and_other_compression_are_told_apart(tmp_path: Path) -> None:
    one = write(picture(), tmp_path / "a")
    other = write(picture(pixels=b"\3\4" * 16), tmp_path / "b")
    assert compare(one, other).pixels_differ
    assert not compare(one, other).compressed_differently
    dataset = pydicom.dcmread(one)
    dataset.compress(RLELossless, generate_instance_uid=False)
    dataset.save_as(tmp_path / "c")
    found = compare(one, tmp_path / "c")
    assert (found.differences, found.compressed_differently) == ((), True)


def test_what_is_no_image_has_no_words(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear colleague")
    assert tag_lines(tmp_path / "letter") == []
    assert compare(tmp_path / "letter", write(picture(), tmp_path / "a")).pixels_differ
    assert name_of(0x00100010) == "Patient's Name"


@settings(max_examples=120)
@given(st.data())
def test_damage_at_random_is_never_a_fault(
    tmp_path_factory: pytest.TempPathFactory, drawn: st.DataObject
) -> None:
    data = bytearray((FILES / "test_files" / "CT_small.dcm").read_bytes())
    for _ in range(drawn.draw(st.integers(1, 12))):
        data[drawn.draw(st.integers(0, len(data) - 1))] = drawn.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damage") / "x"
    path.write_bytes(data[: drawn.draw(st.integers(1, len(data)))])
    tag_lines(path)
    compare(path, FILES / "test_files" / "CT_small.dcm")
