"""Only what is certain is mended: the picture is the same to the last byte, or nothing is done."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path

import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian, JPEGBaseline8Bit

from tests.helpers.small_files import picture, write
from vetpacs_desktop.store.reading import checks
from vetpacs_desktop.store.reading.mending import Remedy, mended, uid_of

PACKAGE = Path(pydicom.__file__).parent / "data" / "test_files"
PIXELS = b"\1\2" * 16


def whole(tmp_path: Path, **values: object) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some are no identifiers at all
        dataset = picture(**values)  # type: ignore[arg-type]
    return write(dataset, tmp_path / "x.dcm").read_bytes()


def pixels(data: bytes) -> bytes:
    value = pydicom.dcmread(BytesIO(data)).PixelData
    assert isinstance(value, bytes)
    return value


def test_a_whole_file_is_left_alone(tmp_path: Path) -> None:
    assert mended(whole(tmp_path)) is None


def test_what_stands_before_and_behind_is_cut_off(tmp_path: Path) -> None:
    good = whole(tmp_path)
    before = mended(b"HTTP/1.1 200 OK\r\nContent-Length: 4711\r\n\r\n" + good)
    assert before is not None
    assert (before.data[128:], before.done) == (good[128:], (Remedy.LEADING,))
    behind = mended(good + b"--boundary--\r\nthe end of a message that is no DICOM at all\r\n")
    assert behind is not None
    assert (behind.data, behind.done) == (good, (Remedy.TRAILING,))
    both = mended(b"junk" * 50 + good + b"\xff" * 400)
    assert both is not None
    assert (both.data[128:], both.done) == (good[128:], (Remedy.LEADING, Remedy.TRAILING))


def test_a_cut_picture_is_not_guessed(tmp_path: Path) -> None:
    good = whole(tmp_path)
    for length in (len(good) - 1, len(good) - 30, 300, 140):
        assert mended(good[:length]) is None


def test_foreign_files_are_not_turned_into_pictures(tmp_path: Path) -> None:
    for data in (b"", b"%PDF-1.7 something", b"\xff\xd8\xff\xe0" + bytes(500), b"DICM", b"x" * 200 + b"DICM"):
        assert mended(data) is None


@pytest.mark.parametrize(
    "missing", ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID"]
)
def test_missing_identifiers_are_given_and_the_picture_stays(tmp_path: Path, missing: str) -> None:
    data = whole(tmp_path, **{missing: None})
    if checks.check(data).finding is None:
        return  # the file's own meta group says it
    found = mended(data)
    assert found is not None
    assert found.done == (Remedy.IDENTITY,)
    assert checks.check(found.data).finding is None
    assert pixels(found.data) == PIXELS
    before, after = pydicom.dcmread(BytesIO(data)), pydicom.dcmread(BytesIO(found.data))
    for element in before:
        assert after[element.tag] == element, "nothing else changes"


def test_images_of_one_exam_stay_together(tmp_path: Path) -> None:
    """A machine that forgets, or writes nonsense: all its images of that exam get the same."""
    for bad in (None, "exam of Bello", "1.2.3..x"):
        found = [
            mended(whole(tmp_path, sop=str(number), StudyInstanceUID=bad, SeriesInstanceUID=None))
            for number in (1, 2)
        ]
        headers = [pydicom.dcmread(BytesIO(one.data)) for one in found if one is not None]
        assert len(headers) == 2
        assert headers[0].StudyInstanceUID == headers[1].StudyInstanceUID
        assert headers[0].SeriesInstanceUID == headers[1].SeriesInstanceUID
        assert headers[0].SOPInstanceUID != headers[1].SOPInstanceUID
    other = mended(whole(tmp_path, StudyInstanceUID=None, SeriesInstanceUID=None, PatientID="another animal"))
    assert other is not None
    assert pydicom.dcmread(BytesIO(other.data)).StudyInstanceUID != headers[0].StudyInstanceUID


def test_the_class_of_a_picture_is_only_told_where_there_is_one_answer(tmp_path: Path) -> None:
    for modality, certain in (("CT", True), ("MR", True), ("US", False), ("", False)):
        dataset = picture(SOPClassUID=None, Modality=modality)
        path = write(dataset, tmp_path / "x.dcm")
        data = bytearray(path.read_bytes())
        at = data.find(b"1.2.840.10008.5.1.4.1.1.2")  # the meta group's own word
        data[at : at + 25] = b" " * 25
        assert (mended(bytes(data)) is not None) == certain


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_every_encoding_keeps_its_bytes(tmp_path: Path, syntax: str) -> None:
    data = write(picture(StudyInstanceUID=None), tmp_path / "x.dcm", syntax).read_bytes()
    found = mended(data)
    assert found is not None
    after = pydicom.dcmread(BytesIO(found.data))
    assert after.file_meta.TransferSyntaxUID == syntax
    assert after.pixel_array.tolist() == pydicom.dcmread(BytesIO(data)).pixel_array.tolist()


def test_a_compressed_picture_without_its_end_mark_gets_it() -> None:
    data = (PACKAGE / "SC_rgb_jpeg_dcmtk.dcm").read_bytes()
    assert pydicom.dcmread(BytesIO(data)).file_meta.TransferSyntaxUID == JPEGBaseline8Bit
    end = data.rfind(b"\xfe\xff\xdd\xe0")
    found = mended(data[:end])
    assert found is not None
    assert (found.data, found.done) == (data[: end + 8], (Remedy.UNFINISHED,))
    assert mended(data[: end - 40]) is None, "a picture that is cut inside is not whole"


@settings(max_examples=150)
@given(st.data())
def test_whatever_comes_it_ends_in_a_whole_file_or_in_nothing(drawn: st.DataObject) -> None:
    """Damage at random over real files: no error, and what is mended passes the check of everything filed."""
    name = drawn.draw(st.sampled_from(["CT_small.dcm", "MR_small.dcm", "SC_rgb_rle.dcm", "JPEG2000.dcm"]))
    data = bytearray((PACKAGE / name).read_bytes())
    for _ in range(drawn.draw(st.integers(1, 6))):
        at = drawn.draw(st.integers(0, len(data) - 1))
        kind = drawn.draw(st.sampled_from("fci"))
        if kind == "f":
            data[at] = drawn.draw(st.integers(0, 255))
        elif kind == "c":
            del data[at : at + drawn.draw(st.integers(1, 200))]
        else:
            data[at:at] = drawn.draw(st.binary(max_size=40))
        if not data:
            return
    found = mended(bytes(data))
    if found is not None:
        assert found.done
        assert checks.check(found.data).finding is None


def test_identifiers_made_from_words_are_valid() -> None:
    for words in ((), ("a",), ("a", "b"), ("ab",), ("ä",)):
        assert not checks.unsafe_uid(uid_of(*words))
    assert uid_of("a", "b") != uid_of("ab")
