"""What a file is comes from its content; what can't be taken is said in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.small_files import picture, write
from tests.store.intake.foreign.files import corners, jpeg_bytes, reason
from vetpacs_desktop.store.intake.foreign.recognise import Format, Refused, recognise


def test_the_name_says_nothing(tmp_path: Path) -> None:
    misnamed = tmp_path / "report.pdf"
    misnamed.write_bytes(jpeg_bytes(corners()))
    assert recognise(misnamed) is Format.JPEG


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"Dear colleague,\nplease find enclosed ...", "text file"),
        ("Sehr geehrte Kollegin, anbei das Röntgenbild".encode(), "text file"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "iPhone"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "iPhone"),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", "AVIF"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42", "sound"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "WebP"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "sound"),
        (b"GIF89a" + bytes(20), "GIF"),
        (b"PK\x03\x04" + bytes(40), "zip"),
        (b"II*\0\x10\0\0\0CR\x02\0" + bytes(40), "raw"),
        (b"BM, dear colleague, is a car".ljust(64, b"\x01"), "no picture"),
        (bytes(range(128, 256)) * 4, "no picture"),
    ],
)
def test_what_is_not_taken_is_said_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(content)
    assert words in reason(file, tmp_path / "out")


def test_a_dicom_file_is_imported_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="DICOM image already"):
        recognise(write(picture(), tmp_path / "a.dcm"))


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    assert "folder" in reason(tmp_path, tmp_path / "out")
    assert "no such file" in reason(tmp_path / "gone.png", tmp_path / "out")
