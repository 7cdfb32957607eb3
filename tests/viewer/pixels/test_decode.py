"""Every transfer syntax and every real file gives the pixels that its maker meant."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.pixels import apply_color_lut

from tests.helpers.corpus import images
from tests.viewer.pixels.samples import (
    compressed,
    dataset,
    decoded,
    decoded_dataset,
    description,
    grey_like,
    opened,
    real,
    real_files,
    rgb_like,
    run_length_coded,
    write,
)
from vetpacs_desktop.errors import CannotDecode, NotAnImage, PathMissing
from vetpacs_desktop.viewer.pixels import codecs_rle
from vetpacs_desktop.viewer.pixels.codestream import look_at
from vetpacs_desktop.viewer.pixels.decode import HoldsTheLock
from vetpacs_desktop.viewer.pixels.decoders import TABLE, VIDEO, Decoder, decoders_for
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.layout import layout_of
from vetpacs_desktop.viewer.pixels.source import BROKEN_DATA

pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning:pydicom"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pydicom"),
]

JPEG = "1.2.840.10008.1.2.4."
LOSSY = {"50", "51", "81", "91", "203"}
ODD = {
    "OT-PAL-8-face.dcm": "pydicom does not read it without being forced to",
    "OBXXXX1A_expb.dcm": "pydicom does not swap the bytes of a big endian colour table",
    "OBXXXX1A_expb_2frame.dcm": "pydicom does not swap the bytes of a big endian colour table",
    "JPEG-lossy.dcm": "its reference decoder stops at a misplaced marker",
    "badVR.dcm": "its number of frames is no number",
    "emri_small_jpeg_2k_lossless_too_short.dcm": "pydicom does not open it",
}
"""Real files that pydicom reads differently or not at all."""
REFUSED = {
    "MR_truncated.dcm": "ends before the picture",
    "JPEG2000-embedded-sequence-delimiter.dcm": "the picture inside",
}


def reference(path: Path, frame: int) -> NDArray[Any]:
    """pydicom's pixels, as colour of 8 bits where they are colour."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ds = dcmread(path)
        values = ds.pixel_array
        values = values[frame] if int(ds.get("NumberOfFrames", 1) or 1) > 1 else values
        if ds.PhotometricInterpretation == "PALETTE COLOR":
            colours: NDArray[Any] = apply_color_lut(values, ds)
            return colours >> 8 if colours.dtype == np.uint16 else colours
    if values.ndim == 3 and values.dtype != np.uint8:
        return np.rint(values / np.iinfo(values.dtype).max * 255)
    return values


def names() -> list[str]:
    return sorted(real_files())


@pytest.mark.parametrize("name", [name for name in names() if name not in ODD and name not in REFUSED])
def test_real_files_match_the_reference(name: str) -> None:
    path = real(name)
    try:
        file = open_file(path)
    except NotAnImage:
        assert "PixelData" not in dcmread(path, defer_size=64)
        return
    for frame in {0, file.description.number_of_frames - 1}:
        mine, theirs = file.stored(frame), reference(path, frame)
        assert mine.shape == theirs.shape
        difference = np.abs(mine.astype(np.float64) - theirs.astype(np.float64))
        # Two JPEG decoders round differently: by a level in grey and by a few where colour is subsampled.
        lossy_jpeg = file.source.transfer_syntax in (JPEG + "50", JPEG + "51")
        assert difference.max() <= (5 if lossy_jpeg else 0)
        assert difference.mean() <= (0.15 if lossy_jpeg else 0)


@pytest.mark.parametrize(("name", "words"), REFUSED.items())
def test_broken_real_files_are_refused_with_a_reason(name: str, words: str) -> None:
    with pytest.raises(CannotDecode, match=words):
        decoded(real(name))


def test_big_endian_palette_images_equal_their_little_endian_twins() -> None:
    for frame, suffix in ((0, ""), (0, "_2frame"), (1, "_2frame")):
        little, big = opened(f"OBXXXX1A{suffix}.dcm"), opened(f"OBXXXX1A_expb{suffix}.dcm")
        assert np.array_equal(little.stored(frame), big.stored(frame))


def test_a_jpeg_that_the_reference_decoder_refuses_equals_its_undamaged_twin() -> None:
    assert np.array_equal(decoded(real("JPEG-lossy.dcm")), decoded(real("JPGExtended.dcm")))


GREY_CODES: dict[str, Callable[[NDArray[Any]], bytes]] = {
    "50": lambda a: imagecodecs.jpeg8_encode((a >> 4).astype(np.uint8), level=95),
    "51": lambda a: imagecodecs.jpeg8_encode(a, level=95, bitspersample=12),
    "57": lambda a: imagecodecs.jpeg8_encode(a, lossless=True, predictor=4, bitspersample=12),
    "70": lambda a: imagecodecs.ljpeg_encode(a),
    "80": lambda a: imagecodecs.jpegls_encode(a),
    "81": lambda a: imagecodecs.jpegls_encode(a, level=2),
    "90": lambda a: imagecodecs.jpeg2k_encode(a, level=0, codecformat="j2k"),
    "91": lambda a: imagecodecs.jpeg2k_encode(a, level=70, codecformat="j2k", reversible=False),
    "92": lambda a: imagecodecs.jpeg2k_encode(a, level=0, codecformat="j2k"),
    "110": lambda a: imagecodecs.jpegxl_encode(a, lossless=True),
    "201": lambda a: imagecodecs.htj2k_encode(a, reversible=True),
    "202": lambda a: imagecodecs.htj2k_encode(a, reversible=True),
    "203": lambda a: imagecodecs.htj2k_encode(a, reversible=False, level=0.001),
}
COLOUR_CODES: dict[str, tuple[str, Callable[[NDArray[Any]], bytes]]] = {
    "50": ("YBR_FULL", lambda a: imagecodecs.jpeg8_encode(a, level=97, subsampling="444")),
    "70": (
        "RGB",
        lambda a: imagecodecs.jpeg8_encode(a, lossless=True, colorspace="RGB", outcolorspace="RGB"),
    ),
    "80": ("RGB", lambda a: imagecodecs.jpegls_encode(a)),
    "90": ("YBR_RCT", lambda a: imagecodecs.jpeg2k_encode(a, level=0, codecformat="j2k", mct=True)),
    "91": ("RGB", lambda a: imagecodecs.jpeg2k_encode(a, level=0, codecformat="j2k", mct=False)),
    "110": ("RGB", lambda a: imagecodecs.jpegxl_encode(a, lossless=True)),
    "201": ("YBR_RCT", lambda a: imagecodecs.htj2k_encode(a, reversible=True)),
}


def grey_file(folder: Path, code: str) -> Path:
    bits = 8 if code == "50" else 12
    return compressed(
        folder / f"{code}.dcm",
        [GREY_CODES[code](grey_like())],
        JPEG + code,
        Rows=40,
        Columns=50,
        BitsAllocated=8 if bits == 8 else 16,
        BitsStored=bits,
        HighBit=bits - 1,
    )


@pytest.mark.parametrize("code", GREY_CODES)
def test_grey_comes_out_as_it_went_in(tmp_path: Path, code: str) -> None:
    original = grey_like() >> 4 if code == "50" else grey_like()
    back = decoded(grey_file(tmp_path, code)).astype(np.int32)
    worst = {"50": 6, "51": 24, "81": 2, "91": 100, "203": 128}.get(code, 0)
    assert np.abs(back - original).max() <= worst


@pytest.mark.parametrize("code", GREY_CODES)
def test_every_decoder_of_a_row_gives_the_same_grey(tmp_path: Path, code: str) -> None:
    file = open_file(grey_file(tmp_path, code))
    agree(file.source.transfer_syntax, GREY_CODES[code](grey_like()), file, 1 if code in LOSSY else 0)


@pytest.mark.parametrize("code", COLOUR_CODES)
def test_colour_comes_out_as_it_went_in_by_every_decoder(tmp_path: Path, code: str) -> None:
    photometric, encode = COLOUR_CODES[code]
    data = encode(rgb_like())
    path = compressed(tmp_path / "c.dcm", [data], JPEG + code, **colour_elements(photometric))
    back = decoded(path).astype(np.int32)
    assert np.abs(back - rgb_like()).max() <= (8 if code == "50" else 0)
    agree(JPEG + code, data, open_file(path), 3 if code == "50" else 0)


def colour_elements(photometric: str) -> dict[str, Any]:
    return {
        "Rows": 40,
        "Columns": 50,
        "SamplesPerPixel": 3,
        "PlanarConfiguration": 0,
        "PhotometricInterpretation": photometric,
        "BitsAllocated": 8,
        "BitsStored": 8,
        "HighBit": 7,
    }


def agree(syntax: str, data: bytes, file: Any, within: int) -> None:
    """All installed decoders of a transfer syntax, by the row for its code and by the row for its data."""
    facts = look_at(data)
    layout = layout_of(file.description, 0)
    rows = {*decoders_for(syntax, None), *decoders_for(syntax, facts.coding if facts is not None else None)}
    results = {decoder.name: run(decoder, data, layout) for decoder in rows}
    results = {name: values for name, values in results.items() if values is not None}
    assert len(results) > (0 if syntax.endswith(".110") else 1)
    first = next(iter(results.values())).astype(np.int32)
    for values in results.values():
        assert np.abs(values.astype(np.int32) - first).max() <= within


def run(decoder: Decoder, data: bytes, layout: Any) -> NDArray[Any] | None:
    """jpegsof3 refuses what is not lossless and jpeg8 what it does not know: that is what a table is for."""
    try:
        return decoder.decode(data, layout, layout.photometric.startswith("YBR_FULL"))
    except RuntimeError:
        return None


@pytest.mark.parametrize("shape", [(7, 9), (1, 1), (64, 33)])
@pytest.mark.parametrize("samples", [1, 3])
@pytest.mark.parametrize("bits", [8, 16, 32])
def test_run_length_coding_by_every_decoder(
    tmp_path: Path, shape: tuple[int, int], samples: int, bits: int
) -> None:
    noise = np.random.default_rng(bits)
    size = shape if samples == 1 else (*shape, 3)
    values = noise.integers(0, 2**bits, size).astype(f"u{bits // 8}") // 3
    elements = {
        **colour_elements("RGB"),
        "Rows": shape[0],
        "Columns": shape[1],
        "BitsAllocated": bits,
        "BitsStored": bits,
        "HighBit": bits - 1,
    }
    if samples == 1:
        elements |= {
            "SamplesPerPixel": 1,
            "PhotometricInterpretation": "MONOCHROME2",
            "PlanarConfiguration": None,
        }
    values[0, :] = values[0, 0]
    coded = run_length_coded(values)
    path = compressed(tmp_path / "r.dcm", [coded], "1.2.840.10008.1.2.5", **elements)
    expected = values if samples == 1 or bits == 8 else np.rint(values * (255.0 / (2**bits - 1)))
    assert np.array_equal(decoded(path), expected)
    layout = layout_of(open_file(path).description, 0)
    for decoder in TABLE["1.2.840.10008.1.2.5"]:
        assert np.array_equal(decoder.decode(coded, layout, False), values)


@pytest.mark.parametrize("code", ["201", "203"])
def test_a_damaged_high_throughput_codestream_is_only_an_error(tmp_path: Path, code: str) -> None:
    """The fastest decoder of these divides by zero and takes Python with it, so it is not in the table."""
    whole = GREY_CODES[code](grey_like())
    for place in range(40, 120):
        data = bytearray(whole)
        data[place] = 0
        path = compressed(tmp_path / "h.dcm", [bytes(data)], JPEG + code, Rows=40, Columns=50)
        with suppress(CannotDecode):
            assert decoded(path).shape == (40, 50)


@pytest.mark.parametrize("code", [code for code in GREY_CODES if code != "110"])
def test_a_codestream_that_ends_early_is_refused_at_once(tmp_path: Path, code: str) -> None:
    """JPEG decoders would fill the rest with streaks; the one of JPEG-LS looks for it for many seconds."""
    whole = GREY_CODES[code](grey_like() >> 4 << 4 if code == "50" else grey_like())
    elements = {"Rows": 40, "Columns": 50} | ({"BitsAllocated": 8, "BitsStored": 8} if code == "50" else {})
    begin = time.process_time()
    for part in (0.35, 0.5, 0.7, 0.9, 0.97):
        cut = whole[: int(len(whole) * part)]
        with pytest.raises(CannotDecode, match=r"damaged|ends before the picture"):
            decoded(compressed(tmp_path / "e.dcm", [cut], JPEG + code, **elements))
    assert time.process_time() - begin < 5


@pytest.mark.parametrize("code", ["50", "51", "57", "70", "80", "81", "90"])
def test_a_codestream_that_only_lacks_its_end_marker_is_shown(tmp_path: Path, code: str) -> None:
    whole = open_file(grey_file(tmp_path, code))
    data = GREY_CODES[code](grey_like())
    assert b"\xff\xd9" in data[-2:]
    elements = {"Rows": 40, "Columns": 50} | ({"BitsAllocated": 8, "BitsStored": 8} if code == "50" else {})
    path = compressed(tmp_path / "m.dcm", [data[: data.rindex(b"\xff\xd9")]], JPEG + code, **elements)
    assert np.array_equal(decoded(path), whole.stored(0))


@pytest.mark.parametrize("code", ["50", "70", "80", "90", "201"])
def test_a_codestream_without_a_readable_header_reaches_no_decoder(tmp_path: Path, code: str) -> None:
    """One of them would take all memory on finding a size of its own in the damage."""
    data = bytearray(GREY_CODES[code](grey_like()))
    data[2] = 0
    with pytest.raises(CannotDecode, match="damaged"):
        decoded(compressed(tmp_path / "d.dcm", [bytes(data)], JPEG + code, Rows=40, Columns=50))


RUNS = run_length_coded(np.zeros((4, 6), np.uint16))
DAMAGED_RUNS = {
    "a table that leads out of the frame": RUNS[:8] + b"\xf0\xff\xff\xff" + RUNS[12:],
    "a table that leads into itself": RUNS[:4] + bytes(4) + RUNS[8:],
    "a table that runs backwards": RUNS[:4] + RUNS[8:12] + RUNS[4:8] + RUNS[12:],
    "runs that end early": RUNS[:64] + bytes(len(RUNS) - 64),
    "another number of segments": b"\x0f" + RUNS[1:],
    "no table": RUNS[:40],
}


@pytest.mark.parametrize("damage", DAMAGED_RUNS)
def test_damaged_run_lengths_are_errors_that_can_be_caught(damage: str) -> None:
    """imagecodecs' own reader of the table crashes Python on the first of these."""
    for decoder in TABLE["1.2.840.10008.1.2.5"]:
        with pytest.raises(BROKEN_DATA):
            decoder.decode(DAMAGED_RUNS[damage], layout_of(description(), 0), False)


def test_runs_that_lead_out_of_the_picture_never_reach_the_rust_decoder(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """It would panic, which is no Exception, would end the thread and is printed to standard error."""
    runs = RUNS[:64] + bytes([0x82, 7]) * 20
    with pytest.raises(ValueError, match="runs that do not make the picture"):
        codecs_rle.reference(runs, layout_of(description(), 0), False)
    assert capfd.readouterr().err == ""


def test_sixteen_bits_use_their_whole_range_in_lossless_jpeg(tmp_path: Path) -> None:
    """The difference of 32768 needs a code of its own, which decoders have got wrong."""
    values = np.random.default_rng(0).integers(0, 65536, (40, 50)).astype(np.uint16)
    values[0, :4] = (0, 65535, 32768, 0)
    data = imagecodecs.ljpeg_encode(values)
    path = compressed(tmp_path / "l.dcm", [data], JPEG + "70", Rows=40, Columns=50, BitsStored=16, HighBit=15)
    assert np.array_equal(decoded(path), values)
    agree(JPEG + "70", data, open_file(path), 0)


@pytest.mark.parametrize("code", ["80", "70", "90"])
def test_signed_values_survive_codes_that_know_no_sign(tmp_path: Path, code: str) -> None:
    values = (grey_like().astype(np.int16) - 2048).astype(np.int16)
    bits = values.view(np.uint16) & 0xFFF if code == "80" else values.view(np.uint16)
    encode = GREY_CODES[code]
    path = compressed(
        tmp_path / "s.dcm", [encode(bits)], JPEG + code, Rows=40, Columns=50, PixelRepresentation=1
    )
    assert np.array_equal(decoded(path), values)


def test_a_codestream_with_another_name_on_it_is_still_read(tmp_path: Path) -> None:
    data = imagecodecs.jpegls_encode(grey_like())
    path = compressed(tmp_path / "n.dcm", [data], JPEG + "90", Rows=40, Columns=50)
    assert np.array_equal(decoded(path), grey_like())


def test_uncompressed_pixels_under_a_compressed_name_are_still_read(tmp_path: Path) -> None:
    ds = dataset(grey_like((4, 6)).tobytes(), JPEG + "50")
    file = open_file(write_defined_length(tmp_path / "u.dcm", ds, JPEG + "50"))
    assert file.source.length == 48
    assert np.array_equal(file.stored(0), grey_like((4, 6)))


def write_defined_length(path: Path, ds: Any, syntax: str) -> Path:
    """A file that says `syntax` and holds pixels of a stated length: pydicom itself would not write it."""
    write(path, dataset(ds.PixelData))
    data = path.read_bytes()
    plain = b"1.2.840.10008.1.2.1\0"
    assert plain in data
    path.write_bytes(data.replace(plain, syntax.encode()[:20].ljust(20, b"\0"), 1))
    return path


def test_encapsulated_uncompressed_frames(tmp_path: Path) -> None:
    frames = [grey_like((4, 6), seed=seed) for seed in (1, 2, 3)]
    path = compressed(tmp_path / "e.dcm", [frame.tobytes() for frame in frames], "1.2.840.10008.1.2.1.98")
    for number, frame in enumerate(frames):
        assert np.array_equal(decoded(path, number), frame)


@pytest.mark.parametrize("syntax", VIDEO)
def test_videos_are_named_as_such(tmp_path: Path, syntax: str) -> None:
    path = compressed(tmp_path / "v.dcm", [b"\0\0\1\xb3" + bytes(60)], syntax)
    with pytest.raises((CannotDecode, NotAnImage), match="video"):
        decoded(path)


def test_unknown_compression_says_what_to_do(tmp_path: Path) -> None:
    path = compressed(tmp_path / "x.dcm", [bytes(64)], JPEG + "299")
    with pytest.raises(CannotDecode, match="the machine can usually be set to send"):
        decoded(path)


def test_sizes_that_contradict_the_codestream_are_refused(tmp_path: Path) -> None:
    path = compressed(tmp_path / "w.dcm", [GREY_CODES["90"](grey_like())], JPEG + "90", Rows=50, Columns=40)
    with pytest.raises(
        CannotDecode, match="the header says 40 x 50 pixels, but the picture inside has 50 x 40"
    ):
        decoded(path)


def test_a_frame_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CannotDecode, match="it has 1 frames"):
        decoded_dataset(dataset(bytes(48)), 1)


def test_no_file_and_no_pixels(tmp_path: Path) -> None:
    with pytest.raises(PathMissing):
        open_file(tmp_path / "nothing.dcm")
    ds = dataset(b"")
    del ds.PixelData
    with pytest.raises(NotAnImage):
        open_file(write(tmp_path / "empty.dcm", ds))


def test_decoders_that_hold_the_lock_are_not_run_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    file = opened("MR_small_jp2klossless.dcm")
    expected = file.stored(0)
    slow = tuple(decoder for decoder in TABLE[JPEG + "90"] if decoder.holds_gil)
    monkeypatch.setattr("vetpacs_desktop.viewer.pixels.decode.decoders_for", lambda *_: slow)
    with pytest.raises(HoldsTheLock):
        file.stored(0, may_hold_gil=False)
    assert np.array_equal(file.stored(0), expected)


@pytest.mark.corpus
def test_an_enhanced_file_and_its_classic_twin_hold_the_same_pixels() -> None:
    enhanced = open_file(next(path for path in images("mr-enhanced") if path.name == "0126.dcm"))
    classic = {file.stored(0).tobytes() for file in map(open_file, images("mr-classic"))}
    mine = {enhanced.stored(frame).tobytes() for frame in range(enhanced.description.number_of_frames)}
    assert mine == classic
