"""Documents, videos and other files inside DICOM objects, saved byte for byte under a good name."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests.viewer.documents.papers import carrier, pdf
from tests.viewer.video import objects
from vetpacs_desktop.errors import CannotDecode, NotAnImage
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.documents.encapsulated import encapsulated
from vetpacs_desktop.viewer.documents.saving import savable

STORAGE = "1.2.840.10008.5.1.4.1.1.104."


@pytest.mark.parametrize(
    "syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian]
)
@pytest.mark.parametrize("odd", [b"", b"%"])
def test_a_document_comes_back_byte_for_byte(tmp_path: Path, syntax: str, odd: bytes) -> None:
    data = pdf() + odd
    found = savable(carrier(tmp_path / "d.dcm", data, syntax=syntax))
    found.save(tmp_path / "out.pdf")
    assert (tmp_path / "out.pdf").read_bytes() == data
    assert found.name == "Laboratory report.pdf"


def test_without_a_stated_length_only_the_padding_is_more(tmp_path: Path) -> None:
    path = carrier(tmp_path / "d.dcm", pdf() + b"%", say_length=False)
    assert encapsulated(path).read().rstrip(b"\0") == pdf() + b"%"


@pytest.mark.parametrize(
    ("number", "mime", "ending", "word"),
    [
        ("2", "text/XML", ".xml", "CDA"),
        ("3", "model/stl", ".stl", "3D printer"),
        ("4", "model/obj", ".obj", "3D printer"),
    ],
)
def test_other_kinds_say_what_they_are_and_can_be_saved(
    tmp_path: Path, number: str, mime: str, ending: str, word: str
) -> None:
    path = carrier(tmp_path / "x.dcm", b"solid bone", sop_class=STORAGE + number, mime=mime)
    assert word in read_description(path).why_not
    found = savable(path)
    assert found.name.endswith(ending)
    found.save(tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"solid bone"


def test_a_video_is_saved_as_the_stream_it_is(tmp_path: Path) -> None:
    clip = objects.stream(tmp_path / "c", "mp4", 10)
    path = objects.carrier(tmp_path / "v.dcm", clip.read_bytes(), fragments=3, SeriesDescription="Nose: left")
    found = savable(path)
    assert found.name == "Nose left.mp4"
    found.save(tmp_path / "out.mp4")
    assert (tmp_path / "out.mp4").read_bytes()[: clip.stat().st_size] == clip.read_bytes()


def test_what_holds_no_other_file_is_saved_as_it_is(tmp_path: Path) -> None:
    path = carrier(tmp_path / "d.dcm", b"", sop_class="1.2.840.10008.5.1.4.1.1.88.11")
    found = savable(path)
    assert found.name == "file.dcm"
    found.save(tmp_path / "copy.dcm")
    assert (tmp_path / "copy.dcm").read_bytes() == path.read_bytes()


def test_a_cut_off_document_is_not_saved_as_if_it_were_whole(tmp_path: Path) -> None:
    path = carrier(tmp_path / "d.dcm", pdf())
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - 900])
    with pytest.raises((CannotDecode, NotAnImage)):
        encapsulated(path).save(tmp_path / "out.pdf")
