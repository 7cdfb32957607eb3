"""The same object in another encoding is the same; a changed byte is not. DCMTK does the re-encoding."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.uid import ImplicitVRLittleEndian

from tests.helpers.corpus import images
from tests.helpers.small_files import picture, write
from vetpacs_desktop.store.reading.sameness import same_object

FILES = Path(pydicom.__file__).parent / "data" / "test_files"
REAL = ("CT_small.dcm", "MR_small.dcm", "rtplan.dcm", "rtdose_1frame.dcm", "reportsi.dcm", "image_dfl.dcm")
ENCODINGS = ("+te", "+ti", "+tb", "+td", "+te -e", "+te +g", "+ti +g")
"""dcmconv: explicit, implicit, big endian, deflated, undefined lengths, group lengths."""


def converted(source: Path, target: Path, options: str) -> Path:
    if shutil.which("dcmconv") is None:
        pytest.skip("needs DCMTK's dcmconv")
    subprocess.run(["dcmconv", *options.split(), str(source), str(target)], check=True, capture_output=True)
    return target


@pytest.mark.parametrize("options", ENCODINGS)
@pytest.mark.parametrize("name", REAL)
def test_another_uncompressed_encoding_is_the_same_object(tmp_path: Path, name: str, options: str) -> None:
    source = converted(FILES / name, tmp_path / "source.dcm", "+te")
    other = converted(FILES / name, tmp_path / "other.dcm", options)
    assert same_object(source, other)
    assert same_object(other, source)


def test_a_rewritten_meta_group_is_no_difference(tmp_path: Path) -> None:
    dataset = pydicom.dcmread(FILES / "JPEG2000.dcm")
    dataset.file_meta.ImplementationVersionName = "RELAY 1.0"
    dataset.file_meta.SourceApplicationEntityTitle = "RELAY"
    dataset.save_as(tmp_path / "relayed.dcm")
    assert same_object(FILES / "JPEG2000.dcm", tmp_path / "relayed.dcm")


def test_another_compression_is_another_content(tmp_path: Path) -> None:
    plain = converted(images("mr-prone")[0], tmp_path / "plain.dcm", "+te")
    packed = tmp_path / "packed.dcm"
    subprocess.run(["dcmcjpeg", "+e1", str(plain), str(packed)], check=True, capture_output=True)
    assert not same_object(plain, packed)


def test_what_cannot_be_read_is_not_the_same(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear colleague")
    assert not same_object(letter, FILES / "CT_small.dcm")
    assert not same_object(FILES / "CT_small.dcm", letter)


def test_texts_are_not_mistaken_for_swapped_numbers(tmp_path: Path) -> None:
    first = write(picture(PatientID="AB"), tmp_path / "a.dcm")
    second = write(picture(PatientID="BA", pixels=b"\2\1" * 16), tmp_path / "b.dcm", "1.2.840.10008.1.2.2")
    third = write(picture(PatientID="AB", pixels=b"\2\1" * 16), tmp_path / "c.dcm", "1.2.840.10008.1.2.2")
    assert not same_object(first, second)
    assert same_object(first, third)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_value_is_seen_in_any_encoding(tmp_path: Path, data: st.DataObject) -> None:
    facts = {"PatientName": "Smith^Rex", "StudyID": "7", "Rows": 4, "SliceThickness": "1.5"}
    inner = Dataset()
    inner.PatientID, inner.TypeOfPatientID = "276", "RFID"
    first = write(picture(**facts, OtherPatientIDsSequence=[inner]), tmp_path / "a.dcm")
    changed = {"PatientName": "Smith^Rax", "StudyID": "8", "Rows": 5, "SliceThickness": "1.25"}
    choice = data.draw(st.sampled_from([*changed, "inner", "pixels", "nothing"]))
    other = Dataset()
    other.PatientID, other.TypeOfPatientID = "277" if choice == "inner" else "276", "RFID"
    values = {**facts, **({choice: changed[choice]} if choice in changed else {})}
    pixels = bytearray(b"\1\2" * 16)
    if choice == "pixels":
        pixels[data.draw(st.integers(0, 31))] ^= 1 << data.draw(st.integers(0, 7))
    syntax = data.draw(st.sampled_from([ImplicitVRLittleEndian, "1.2.840.10008.1.2.1"]))
    second = write(
        picture(**values, OtherPatientIDsSequence=[other], pixels=bytes(pixels)), tmp_path / "b.dcm", syntax
    )
    assert same_object(first, second) == (choice == "nothing")
