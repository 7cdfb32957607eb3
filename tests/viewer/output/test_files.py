"""Picture files: exact, labelled inside, whole or not there; and sentences for what a disk can do wrong."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vetpacs_desktop.viewer.labels import PictureLabel
from vetpacs_desktop.viewer.output.files import (
    Format,
    NoRoom,
    NotAllowed,
    NotWritten,
    file_name,
    free_name,
    save_picture,
    sentence_for,
    whole,
)

LABEL = PictureLabel("Tierklinik Süd", "Bella", "Smith", "2026-07-04")
RGB = np.random.default_rng(1).integers(0, 256, (60, 80, 3), np.uint8)


def test_a_png_is_exact_and_says_whose_it_is(tmp_path: Path) -> None:
    size = save_picture(RGB, tmp_path / "p.png", LABEL)
    with Image.open(tmp_path / "p.png") as read:
        assert np.array_equal(np.asarray(read), RGB)
        assert read.text["Title"] == "Bella"
    assert size == (tmp_path / "p.png").stat().st_size
    assert os.listdir(tmp_path) == ["p.png"]  # noqa: PTH208 - hidden files count too


def test_a_jpeg_is_as_good_as_asked_for(tmp_path: Path) -> None:
    smooth = np.repeat(np.linspace(0, 255, 200, dtype=np.uint8)[None, :, None], 100, 0).repeat(3, 2)
    errors, sizes = [], []
    for quality in (40, 92):
        path = tmp_path / f"{quality}.jpg"
        sizes.append(save_picture(smooth, path, LABEL, Format.JPEG, quality=quality))
        errors.append(np.abs(np.asarray(Image.open(path)).astype(int) - smooth).mean())
    assert errors[1] < errors[0]
    assert errors[1] < 1.0
    assert sizes[0] < sizes[1]
    with Image.open(tmp_path / "92.jpg") as image:
        assert image.getexif()[0x0131] == "VetPACS"


def test_a_jpeg_that_can_not_be_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match="PNG"):
        save_picture(np.zeros((2, 70_000, 3), np.uint8), tmp_path / "p.jpg", LABEL, Format.JPEG)


def test_what_fails_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), whole(path) as part:
        part.write_bytes(b"half" * (1 // 0))
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["p.png"]  # noqa: PTH208


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, NoRoom), (errno.EACCES, NotAllowed), (errno.EROFS, NotAllowed), (errno.EIO, NotWritten)],
)
def test_each_error_of_the_system_is_a_sentence(number: int, kind: type[Exception]) -> None:
    found = sentence_for(Path("p.png"), OSError(number, os.strerror(number)))
    assert type(found) is kind
    assert "p.png" in found.sentence


def test_a_folder_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("x", encoding="utf-8")
    with pytest.raises(NotWritten):
        save_picture(RGB, tmp_path / "letter" / "p.png", LABEL)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    full = Path("/dev/full")
    with pytest.raises(NoRoom, match="full"), whole(tmp_path / "p.png"), full.open("wb", buffering=0) as file:
        file.write(b"x")


@given(st.text())
def test_any_words_make_a_name_that_every_system_takes(words: str) -> None:
    name = file_name(words)
    assert name
    assert len(name) <= 80
    assert not set(name) & set('\\/:*?"<>|\0\n')
    assert name == name.strip(". ")


def test_names_are_never_given_twice(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    taken: set[str] = set()
    names = [free_name(tmp_path, stem, ".png", taken).name for stem in ("a", "a", "b", "B")]
    assert names == ["a (2).png", "a (3).png", "b.png", "B (2).png"]
