"""Uncompressed pixels: every width, order of bytes, of colours and of bits, and no byte more than that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from tests.viewer.pixels.samples import dataset, decoded, decoded_dataset, grey_like, rgb_like, write
from vetpacs_desktop.errors import CannotDecode, NotAnImage
from vetpacs_desktop.viewer.pixels.files import open_file

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")

RGB = {
    "SamplesPerPixel": 3,
    "PhotometricInterpretation": "RGB",
    "PlanarConfiguration": 0,
    "BitsAllocated": 8,
    "BitsStored": 8,
    "HighBit": 7,
    "Rows": 40,
    "Columns": 50,
}


@pytest.mark.parametrize(
    "syntax", [ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian]
)
@pytest.mark.parametrize("bits", [8, 16, 32])
def test_every_frame_of_every_uncompressed_syntax(tmp_path: Path, syntax: str, bits: int) -> None:
    kind = np.dtype(f"u{bits // 8}")
    frames = np.random.default_rng(1).integers(0, 2**bits, (3, 5, 7)).astype(kind)
    stored = frames.astype(kind.newbyteorder(">")) if syntax == ExplicitVRBigEndian else frames
    data = stored.tobytes() + b"\0" * (frames.nbytes % 2)
    if bits == 8 and syntax == ExplicitVRBigEndian:
        data = np.frombuffer(data, ">u2").astype("<u2").tobytes()
    ds = dataset(
        data,
        syntax,
        Rows=5,
        Columns=7,
        NumberOfFrames=3,
        BitsAllocated=bits,
        BitsStored=bits,
        HighBit=bits - 1,
    )
    path = write(tmp_path / "n.dcm", ds)
    for number, frame in enumerate(frames):
        assert np.array_equal(decoded(path, number), frame)


def test_bytes_of_a_big_endian_file_that_lie_in_order(tmp_path: Path) -> None:
    values = np.arange(24, dtype=np.uint8).reshape(4, 6)
    ds = dataset(values.tobytes(), ExplicitVRBigEndian, BitsAllocated=8, BitsStored=8, HighBit=7)
    ds["PixelData"].VR = "OB"
    assert np.array_equal(decoded(write(tmp_path / "o.dcm", ds)), values)


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_single_bits_run_on_across_frames(tmp_path: Path, syntax: str) -> None:
    frames = np.random.default_rng(2).integers(0, 2, (3, 5, 7)).astype(np.uint8)
    data = np.packbits(frames.reshape(-1), bitorder="little").tobytes()
    if syntax == ExplicitVRBigEndian:
        data = np.frombuffer(data, ">u2").astype("<u2").tobytes()
    ds = dataset(data, syntax, Rows=5, Columns=7, NumberOfFrames=3, BitsAllocated=1, BitsStored=1, HighBit=0)
    path = write(tmp_path / "b.dcm", ds)
    for number, frame in enumerate(frames):
        assert np.array_equal(decoded(path, number), frame)


@pytest.mark.parametrize("planar", [0, 1])
def test_colour_by_pixel_and_by_plane(planar: int) -> None:
    colours = rgb_like()
    stored = colours.transpose(2, 0, 1) if planar else colours
    ds = dataset(stored.tobytes(), **{**RGB, "PlanarConfiguration": planar})
    assert np.array_equal(decoded_dataset(ds), colours)


def test_colour_of_sixteen_bits_keeps_its_high_bytes() -> None:
    colours = rgb_like()
    ds = dataset(
        (colours.astype(np.uint16) * 257).tobytes(), **{**RGB, "BitsAllocated": 16, "BitsStored": 16}
    )
    assert np.array_equal(decoded_dataset(ds), colours)


def test_colour_of_twelve_bits_in_sixteen() -> None:
    stored = np.full((40, 50, 3), 4095, np.uint16)
    stored[0, 0] = (0, 2048, 1024)
    ds = dataset(stored.tobytes(), **{**RGB, "BitsAllocated": 16, "BitsStored": 12, "HighBit": 11})
    values = decoded_dataset(ds)
    assert values[0, 0].tolist() == [0, 128, 64]
    assert (values[1:] == 255).all()


def test_four_two_two_shares_its_colour_between_two_pixels() -> None:
    """Y1 Y2 CB CR for every two pixels (PS3.3 C.7.6.3.1.2): two greys, then two reds."""
    pixels = bytes([100, 150, 128, 128, 76, 60, 85, 255])
    ds = dataset(pixels, **{**RGB, "Rows": 1, "Columns": 4, "PhotometricInterpretation": "YBR_FULL_422"})
    values = decoded_dataset(ds)
    assert values[0, :2].tolist() == [[100] * 3, [150] * 3]
    assert np.abs(values[0, 2:].astype(int) - [[254, 0, 0], [238, 0, 0]]).max() <= 1


def test_four_two_two_that_stores_everything_all_the_same() -> None:
    colours = rgb_like()
    full = dataset(colours.tobytes(), **{**RGB, "PhotometricInterpretation": "YBR_FULL"})
    said_422 = dataset(colours.tobytes(), **{**RGB, "PhotometricInterpretation": "YBR_FULL_422"})
    assert np.array_equal(decoded_dataset(said_422), decoded_dataset(full))


@pytest.mark.parametrize(("keyword", "kind"), [("FloatPixelData", "<f4"), ("DoubleFloatPixelData", "<f8")])
def test_floats(tmp_path: Path, keyword: str, kind: str) -> None:
    values = np.linspace(-1e6, 3.25, 48, dtype=kind).reshape(2, 4, 6)
    ds = dataset(b"", NumberOfFrames=2, BitsAllocated=32 if kind == "<f4" else 64)
    del ds.PixelData
    setattr(ds, keyword, values.tobytes())
    path = write(tmp_path / "f.dcm", ds)
    assert np.array_equal(decoded(path, 1), values[1])


def test_only_the_bytes_of_one_frame_are_read(tmp_path: Path) -> None:
    """A sparse film of 200 MB: the last frame comes out of it alone."""
    ds = dataset(
        bytes(48), NumberOfFrames=2, Rows=20000, Columns=5000, BitsAllocated=8, BitsStored=8, HighBit=7
    )
    path = write(tmp_path / "large.dcm", ds)
    size = path.stat().st_size
    head = path.read_bytes()[: size - 48 - 4]
    with path.open("wb") as stream:
        stream.write(head + (200_000_000).to_bytes(4, "little"))
        stream.seek(len(head) + 4 + 200_000_000 - 1)
        stream.write(b"\x07")
    last = open_file(path).stored(1)
    assert last.shape == (20000, 5000)
    assert last[-1, -1] == 7


def test_pixels_that_end_too_early(tmp_path: Path) -> None:
    path = write(tmp_path / "t.dcm", dataset(grey_like((4, 6)).tobytes()))
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    with pytest.raises(CannotDecode, match=r"38 of 48 bytes are there\); send or copy it again"):
        decoded(path)


def test_the_last_frame_of_a_truncated_film_is_missing_and_the_others_are_not(tmp_path: Path) -> None:
    frames = np.stack([grey_like((4, 6), seed=seed) for seed in (1, 2, 3)])
    path = write(tmp_path / "t.dcm", dataset(frames.tobytes(), NumberOfFrames=3))
    path.write_bytes(path.read_bytes()[:-2])
    assert np.array_equal(decoded(path, 1), frames[1])
    with pytest.raises(CannotDecode, match="46 of 48"):
        decoded(path, 2)


def test_an_odd_length_is_padded_by_one_byte() -> None:
    values = np.arange(9, dtype=np.uint8).reshape(3, 3)
    ds = dataset(values.tobytes() + b"\0", Rows=3, Columns=3, BitsAllocated=8, BitsStored=8, HighBit=7)
    assert np.array_equal(decoded_dataset(ds), values)


def test_pixels_without_a_word_about_the_bits_that_count() -> None:
    ds = dataset(grey_like((4, 6)).tobytes(), BitsStored=None, HighBit=None)
    assert np.array_equal(decoded_dataset(ds), grey_like((4, 6)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"SamplesPerPixel": 4, "PhotometricInterpretation": "ARGB"}, "coded in a retired way"),
        ({"SamplesPerPixel": 3, "PhotometricInterpretation": "HSV"}, "coded in a retired way"),
        ({"PhotometricInterpretation": "PURPLE"}, "coded in an unknown way"),
        ({"BitsAllocated": 12}, "12 bits wide"),
        ({"Rows": 65535, "Columns": 65535}, "memory|ends before"),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, "table of colours is missing"),
    ],
)
def test_headers_that_make_no_picture_are_refused_with_a_sentence(
    changes: dict[str, Any], words: str
) -> None:
    ds: Dataset = dataset(bytes(48), **changes)
    with pytest.raises((CannotDecode, NotAnImage), match=words):
        decoded_dataset(ds)
