"""Picture files arrive upright, in their colours, whole, and a baseline JPEG byte for byte."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps
from pydicom import dcmread
from pydicom.encaps import generate_fragments
from pydicom.uid import JPEGBaseline8Bit

from tests.store.intake.foreign.files import (
    BLUE,
    GREEN,
    ORIENTATION,
    RED,
    YELLOW,
    corners,
    exif,
    faults,
    jpeg_bytes,
    one,
    ramp,
    reason,
    shown,
    taken,
)
from vetpacs_desktop.store.intake.foreign.original import Place, original_of, restore
from vetpacs_desktop.store.intake.foreign.subject import Kind

CLOSE = 2
"""Levels; two decoders of JPEG may differ by that much."""


def save(pixels: np.ndarray, path: Path, **how: object) -> Path:
    Image.fromarray(pixels).save(path, **how)
    return path


def test_a_baseline_jpeg_is_kept_byte_for_byte(tmp_path: Path) -> None:
    file = tmp_path / "IMG_4711.JPG"
    file.write_bytes(
        jpeg_bytes(corners(), exif=exif(model="D5", taken="2026:03:12 08:15:30", offset="+01:00"))
    )
    made = one(file, tmp_path / "out")
    dataset = dcmread(made)
    assert dataset.file_meta.TransferSyntaxUID == JPEGBaseline8Bit
    assert dataset.PhotometricInterpretation == "YBR_FULL_422"
    (_, fragment) = generate_fragments(dataset.PixelData)
    assert fragment[: file.stat().st_size] == file.read_bytes()
    assert dataset.LossyImageCompression == "01"
    assert dataset.AcquisitionDateTime == "20260312081530+0100"
    assert (dataset.ContentDate, dataset.ContentTime) == ("20260312", "081530")
    assert (dataset.Manufacturer, dataset.ManufacturerModelName) == ("Nikon", "D5")
    assert dataset.InstanceNumber == 4711
    assert np.abs(shown(made).astype(int) - corners()).max() <= 4  # what JPEG itself lost


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("ending", ["jpg", "png", "tif"])
def test_every_exif_orientation_comes_upright(tmp_path: Path, orientation: int, ending: str) -> None:
    upright = Image.fromarray(corners())
    back = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}[orientation]
    upright.getexif()[ORIENTATION] = back
    stored = ImageOps.exif_transpose(upright)
    file = tmp_path / f"picture.{ending}"
    how = {"quality": 95, "subsampling": 0} if ending == "jpg" else {}
    Image.fromarray(np.asarray(stored)).save(file, exif=exif(orientation=orientation), **how)
    pixels = shown(one(file, tmp_path / "out")).astype(int)
    assert pixels.shape == (48, 64, 3)
    for place, colour in (((4, 4), RED), ((4, -4), GREEN), ((-4, 4), BLUE), ((-4, -4), YELLOW)):
        assert np.abs(pixels[place] - colour).max() <= 4, place


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    columns=st.integers(1, 70),
    rows=st.integers(1, 70),
    seed=st.integers(0, 9999),
    ending=st.sampled_from(["png", "bmp", "tif"]),
    grey=st.booleans(),
)
def test_lossless_kinds_lose_nothing(
    tmp_path: Path, columns: int, rows: int, seed: int, ending: str, grey: bool
) -> None:
    shape = (rows, columns) if grey else (rows, columns, 3)
    pixels = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    file = save(pixels, tmp_path / f"picture.{ending}")
    seen = shown(one(file, tmp_path / "out"))
    # A bitmap of grey has a palette, which DICOM keeps as colour.
    assert np.array_equal(seen if seen.ndim == pixels.ndim else seen[..., 0], pixels)


def test_progressive_and_cmyk_jpeg_are_decoded_once(tmp_path: Path) -> None:
    progressive = tmp_path / "progressive.jpg"
    progressive.write_bytes(jpeg_bytes(corners(), progressive=True))
    cmyk = tmp_path / "cmyk.jpg"
    Image.fromarray(corners()).convert("CMYK").save(cmyk, quality=95, subsampling=0)
    for file in (progressive, cmyk):
        made = one(file, tmp_path / "out")
        dataset = dcmread(made)
        assert not dataset.file_meta.TransferSyntaxUID.is_compressed
        assert dataset.LossyImageCompression == "01"
        expected = np.asarray(Image.open(file).convert("RGB")).astype(int)
        assert np.abs(shown(made) - expected).max() <= CLOSE


def test_an_rgb_jpeg_keeps_its_colours(tmp_path: Path) -> None:
    file = tmp_path / "rgb.jpg"
    file.write_bytes(jpeg_bytes(corners(), keep_rgb=True))
    made = one(file, tmp_path / "out")
    assert dcmread(made).PhotometricInterpretation == "RGB"
    assert np.abs(shown(made).astype(int) - corners()).max() <= 4


def test_grey_jpeg_stays_grey_and_is_not_stretched(tmp_path: Path) -> None:
    file = tmp_path / "grey.jpg"
    pixels = np.full((32, 32), 90, np.uint8)
    pixels[8:16] = 130
    file.write_bytes(jpeg_bytes(pixels, subsampling=-1))
    made = one(file, tmp_path / "out", Kind.DENTAL)
    assert dcmread(made).PhotometricInterpretation == "MONOCHROME2"
    assert np.abs(shown(made) - np.asarray(Image.open(file)).astype(int)).max() <= CLOSE


def test_twelve_bit_jpeg_keeps_its_depth(tmp_path: Path) -> None:
    pixels = (ramp() >> 4).astype(np.uint16)
    file = tmp_path / "twelve.jpg"
    file.write_bytes(imagecodecs.jpeg8_encode(pixels, level=98, bitspersample=12))
    made = one(file, tmp_path / "out", Kind.DENTAL)
    dataset = dcmread(made)
    assert (dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit) == (16, 12, 11)
    assert np.abs(dataset.pixel_array.astype(int) - pixels).max() < 40
    assert not faults(made)


@pytest.mark.parametrize("ending", ["tif", "png"])
def test_sixteen_bits_stay_sixteen(tmp_path: Path, ending: str) -> None:
    file = save(ramp(), tmp_path / f"sensor.{ending}")
    made = one(file, tmp_path / "out", Kind.DENTAL)
    dataset = dcmread(made)
    assert (dataset.Modality, dataset.BitsStored) == ("IO", 16)
    assert np.array_equal(dataset.pixel_array, ramp())


def test_big_endian_sixteen_bits_are_turned(tmp_path: Path) -> None:
    image = Image.frombytes("I;16B", (64, 32), ramp().astype(">u2").tobytes())
    image.save(tmp_path / "big.tif")
    assert np.array_equal(dcmread(one(tmp_path / "big.tif", tmp_path / "out")).pixel_array, ramp())


def test_pages_of_one_size_are_frames(tmp_path: Path) -> None:
    pages = [np.roll(corners(), 5 * page, axis=1) for page in range(3)]
    first, *others = map(Image.fromarray, pages)
    first.save(tmp_path / "scan.tif", save_all=True, append_images=others, compression="tiff_lzw")
    made = one(tmp_path / "scan.tif", tmp_path / "out", Kind.DOCUMENT)
    dataset = dcmread(made)
    assert dataset.NumberOfFrames == 3
    assert list(dataset.PageNumberVector) == [1, 2, 3]
    for frame, page in enumerate(pages):
        assert np.array_equal(shown(made, frame), page)
    assert not faults(made)


def test_unlike_pages_become_images_of_one_series_and_one_holds_the_original(tmp_path: Path) -> None:
    big, small = Image.fromarray(corners()), Image.fromarray(corners(32, 32))
    file = tmp_path / "scan.tif"
    big.save(file, save_all=True, append_images=[small])
    first, second = taken(file, tmp_path / "out")
    assert shown(first.path).shape == (48, 64, 3)
    assert shown(second.path).shape == (32, 32, 3)
    assert dcmread(first.path).SeriesInstanceUID == dcmread(second.path).SeriesInstanceUID
    assert [dcmread(made.path).InstanceNumber for made in (first, second)] == [1, 2]
    restore(first.path, tmp_path / "back.tif")
    assert (tmp_path / "back.tif").read_bytes() == file.read_bytes()
    found = original_of(second.path)
    assert found is not None
    assert (found.place, found.holder) == (Place.ELSEWHERE, first.sop_uid)


def test_transparent_parts_are_white_paper(tmp_path: Path) -> None:
    pixels = np.dstack([corners(), np.full((48, 64), 255, np.uint8)])
    pixels[:24, :32, 3] = 0
    pixels[24:, 32:, 3] = 128
    seen = shown(one(save(pixels, tmp_path / "cut.png"), tmp_path / "out")).astype(int)
    assert (seen[4, 4] == 255).all()
    assert np.abs(seen[-4, -4] - (np.array(YELLOW) + 255) / 2).max() <= CLOSE
    assert tuple(seen[4, -4]) == GREEN


def test_palettes_and_black_and_white_are_shown_as_they_are(tmp_path: Path) -> None:
    Image.fromarray(corners()).quantize(8).save(tmp_path / "few.png")
    assert np.abs(shown(one(tmp_path / "few.png", tmp_path / "out")).astype(int) - corners()).max() <= CLOSE
    bits = np.indices((17, 23)).sum(0) % 2 * 255
    Image.fromarray(bits.astype(np.uint8)).convert("1").save(tmp_path / "fax.tif", compression="group4")
    assert np.array_equal(shown(one(tmp_path / "fax.tif", tmp_path / "out", Kind.DOCUMENT)), bits)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("ending", ["jpg", "png", "bmp", "tif", "progressive.jpg"])
def test_a_picture_that_is_cut_off_is_refused(tmp_path: Path, ending: str, share: float) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    whole = tmp_path / f"whole.{ending}"
    how = {"progressive": True} if "progressive" in ending else {}
    data = save(noise, whole, **how).read_bytes()
    cut = tmp_path / f"cut.{ending}"
    cut.write_bytes(data[: int(len(data) * share)])
    assert "cut off" in reason(cut, tmp_path / "out")


def test_what_a_phone_hangs_behind_a_jpeg_stays_with_the_original(tmp_path: Path) -> None:
    picture = jpeg_bytes(corners())
    file = tmp_path / "phone.jpg"
    file.write_bytes(picture + b"SEFT" * 500)
    made = one(file, tmp_path / "out")
    (_, fragment) = generate_fragments(dcmread(made).PixelData)
    assert fragment[: len(picture)] == picture
    assert len(fragment) <= len(picture) + 1
    restore(made, tmp_path / "back.jpg")
    assert (tmp_path / "back.jpg").read_bytes() == file.read_bytes()


def test_a_thumbnail_of_a_raw_picture_is_not_taken_for_it(tmp_path: Path) -> None:
    Image.fromarray(corners()).save(tmp_path / "DSC_1.NEF", format="TIFF", tiffinfo={254: 1})
    assert "raw" in reason(tmp_path / "DSC_1.NEF", tmp_path / "out")


def test_fractions_and_32_bits_are_refused_in_words(tmp_path: Path) -> None:
    save(np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8), tmp_path / "f.tif")
    assert "fractions" in reason(tmp_path / "f.tif", tmp_path / "out")


def test_one_pixel_is_a_picture(tmp_path: Path) -> None:
    for kind in Kind:
        made = one(save(corners(1, 1), tmp_path / "dot.png"), tmp_path / kind.name, kind)
        assert shown(made).shape == (1, 1, 3)
        assert not faults(made)


LEAN = """
import resource, sys
from pathlib import Path
from tests.store.intake.foreign.files import subject
from vetpacs_desktop.store.intake.foreign.conversion import convert
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
result = convert([Path(sys.argv[1])], subject(), Path(sys.argv[2]))
assert len(result.converted) == 1, result.refused
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="measures memory as Linux does")
@pytest.mark.parametrize(("ending", "bytes_a_pixel"), [("jpg", 0.5), ("png", 6)])
def test_a_picture_of_108_million_pixels_needs_little_memory(
    tmp_path: Path, ending: str, bytes_a_pixel: float
) -> None:
    file = tmp_path / f"huge.{ending}"
    how = {"compress_level": 1} if ending == "png" else {}
    Image.linear_gradient("L").resize((12_000, 9_000)).convert("RGB").save(file, **how)
    answer = subprocess.run(
        [sys.executable, "-c", LEAN, file, tmp_path / "out"], capture_output=True, text=True, check=True
    )
    assert int(answer.stdout) < 12_000 * 9_000 * bytes_a_pixel
    (made,) = (tmp_path / "out").glob("*.dcm")
    dataset = dcmread(made, stop_before_pixels=True)
    assert (dataset.Columns, dataset.Rows) == (12_000, 9_000)
