"""A copy that somebody compressed without loss is the same image; anything less certain is not."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pydicom
import pytest

from tests.helpers.corpus import images
from tests.helpers.shelf import is_sound
from tests.helpers.small_files import from_folder
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.reading import recoded
from vetpacs_desktop.store.reading.recoded import Recoded
from vetpacs_desktop.store.records import Outcome

LOSSLESS = ("dcmcjpeg +e1", "dcmcjpls", "dcmcrle")
"""DCMTK's: JPEG Lossless, JPEG-LS Lossless, run lengths."""

pytestmark = pytest.mark.skipif(shutil.which("dcmcjpls") is None, reason="needs DCMTK")


@pytest.fixture
def proof() -> Iterator[Recoded]:
    made = Recoded()
    yield made
    made.close()


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A real slice without compression."""
    target = tmp_path / "plain.dcm"
    subprocess.run(
        ["dcmconv", "+te", str(images("mr-prone")[0]), str(target)], check=True, capture_output=True
    )
    return target


def packed(source: Path, command: str) -> Path:
    target = source.with_name(f"{source.stem}-{command.replace(' ', '')}.dcm")
    subprocess.run([*command.split(), str(source), str(target)], check=True, capture_output=True)
    return target


def changed(source: Path, target: Path) -> Path:
    """One bit of one pixel."""
    dataset = pydicom.dcmread(source)
    pixels = dataset.pixel_array.copy()
    pixels[3, 4] ^= 1
    dataset.PixelData = pixels.tobytes()
    dataset.save_as(target)
    return target


@pytest.mark.parametrize("command", LOSSLESS)
def test_a_lossless_copy_is_a_duplicate_and_one_bit_more_is_a_conflict(
    home: Home, plain: Path, command: str
) -> None:
    copy = packed(plain, command)
    library = Library.open(home)
    first, again, other = (
        library.file([from_folder(path)])[0]
        for path in (plain, copy, packed(changed(plain, plain.with_name("x.dcm")), command))
    )
    assert (first.outcome, again.outcome, other.outcome) == (
        Outcome.STORED,
        Outcome.DUPLICATE,
        Outcome.CONFLICT,
    )
    assert library.counts() == (1, 2)
    assert is_sound(library)
    library.close()


def test_two_compressions_of_one_picture_are_the_same(plain: Path, proof: Recoded) -> None:
    one, other = packed(plain, "dcmcjpls"), packed(plain, "dcmcrle")
    assert proof.same(one, other)
    assert proof.same(other, one)
    assert proof.same(plain, one)


def test_a_lossy_copy_is_not(plain: Path, proof: Recoded) -> None:
    lossy = packed(plain, "dcmcjpls +en")
    dataset = pydicom.dcmread(lossy)
    dataset.SOPInstanceUID = pydicom.dcmread(plain).SOPInstanceUID
    for keyword in ("LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod"):
        if keyword in dataset:
            delattr(dataset, keyword)
    dataset.save_as(lossy)
    assert not proof.same(plain, lossy)


def test_another_word_in_the_header_is_another_content(plain: Path, proof: Recoded) -> None:
    copy = packed(plain, "dcmcrle")
    dataset = pydicom.dcmread(copy)
    dataset.SeriesDescription = "Something else"
    dataset.save_as(copy)
    assert not proof.same(plain, copy)


def test_frames_are_compared_one_by_one(plain: Path, proof: Recoded) -> None:
    dataset = pydicom.dcmread(plain)
    frame = dataset.pixel_array
    dataset.NumberOfFrames = 3
    dataset.PixelData = np.stack([frame, frame ^ 1, frame]).tobytes()
    dataset.save_as(plain)
    copy = packed(plain, "dcmcrle")
    assert proof.same(plain, copy)
    dataset.PixelData = np.stack([frame, frame, frame]).tobytes()
    dataset.save_as(plain)
    assert not proof.same(plain, copy)


def test_damage_and_a_decoder_that_dies_or_hangs_end_in_different(
    plain: Path, proof: Recoded, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = packed(plain, "dcmcjpls")
    data = bytearray(copy.read_bytes())
    data[-400:-40] = bytes(360)
    broken = copy.with_name("broken.dcm")
    broken.write_bytes(data)
    assert not proof.same(plain, broken)
    assert proof.same(plain, copy), "the next question is answered"
    monkeypatch.setattr(recoded, "PATIENCE_SECONDS", 0.0)
    proof.close()
    assert not proof.same(plain, copy)
    monkeypatch.setattr(recoded, "PATIENCE_SECONDS", 20.0)
    assert proof.same(plain, copy)
    monkeypatch.setattr(recoded, "LARGEST", 10)
    assert not proof.same(plain, copy)


def test_what_is_gone_or_no_image_is_different(plain: Path, proof: Recoded, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear colleague")
    assert not proof.same(plain, tmp_path / "letter")
    assert not proof.same(plain, tmp_path / "nothing")
