"""Files as careless or broken devices send them, each with what a reader must see: a picture, or why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydicom import Dataset
from pydicom.sequence import Sequence

from tests.viewer.pixels.samples import dataset, grey_like, real, rgb_like, write

PIXELS = grey_like((40, 50)).tobytes()
SHAPE = (40, 50)
_KEEP = {"SeriesInstanceUID": "1.2.3.50", "StudyInstanceUID": "1.2.3"}


@dataclass(frozen=True, slots=True)
class Bad:
    """One file; `says` is part of the sentence that is read instead of the picture, "" where it is shown."""

    name: str
    make: Callable[[Path], Path]
    says: str = ""
    shape: tuple[int, ...] = SHAPE

    def __str__(self) -> str:
        return self.name


def good(pixels: bytes = PIXELS, **elements: Any) -> Dataset:
    """A sound image of 40 x 50 pixels of 12 bits."""
    return dataset(pixels, **{"Rows": SHAPE[0], "Columns": SHAPE[1], **_KEEP, **elements})


def _with(name: str, says: str = "", shape: tuple[int, ...] = SHAPE, **elements: Any) -> Bad:
    return Bad(name, lambda path: write(path, good(**elements)), says, shape)


def _text(keyword: str, value: str) -> Bad:
    """A value written as text, unchecked."""

    def make(path: Path) -> Path:
        made = good()
        if keyword in made:
            del made[keyword]
        made.add_new(keyword, "LO", value)
        return write(path, made)

    return Bad(f"{keyword} {value!r}", make)


def _windowed(center: str, width: str) -> Bad:
    def make(path: Path) -> Path:
        made = good()
        made.add_new("WindowCenter", "LO", center)
        made.add_new("WindowWidth", "LO", width)
        return write(path, made)

    return Bad(f"window {center}/{width}", make)


def _bytes(name: str, content: bytes, says: str) -> Bad:
    def make(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return Bad(name, make, says)


def _cut(name: str) -> Bad:
    """A compressed file that ends after two thirds."""

    def make(path: Path) -> Path:
        whole = real(name).read_bytes()
        path.write_bytes(whole[: len(whole) * 2 // 3])
        return path

    return Bad(f"truncated {name}", make, "ends in its middle")


def _said_to_be(syntax: str, says: str = "") -> Bad:
    """Explicit little endian, uncompressed, under another transfer syntax's name."""

    def make(path: Path) -> Path:
        whole = write(path, good()).read_bytes()
        old = b"\x02\0\x10\0UI\x14\0" + b"1.2.840.10008.1.2.1\0"
        uid = syntax.encode() + b"\0" * (len(syntax) % 2)
        new = b"\x02\0\x10\0UI" + len(uid).to_bytes(2, "little") + uid
        at = whole.index(b"\x02\0\0\0UL\4\0") + 8
        length = int.from_bytes(whole[at : at + 4], "little") + len(new) - len(old)
        whole = whole[:at] + length.to_bytes(4, "little") + whole[at + 4 :]
        assert old in whole
        path.write_bytes(whole.replace(old, new))
        return path

    return Bad(f"said to be {syntax}", make, says)


def _one_bit(rows: int, columns: int) -> Bad:
    bits = np.arange(rows * columns) % 3 == 0
    packed = np.packbits(bits, bitorder="little").tobytes()
    facts = {"Rows": rows, "Columns": columns, "BitsAllocated": 1, "BitsStored": 1, "HighBit": 0}
    pixels = packed + b"\0" * (len(packed) % 2)
    return Bad(
        f"one bit, {columns} x {rows}", lambda path: write(path, good(pixels, **facts)), "", (rows, columns)
    )


def _overlaid(name: str, rows: int, columns: int, origin: list[int], data: bytes | None, bit: int = 0) -> Bad:
    """With an overlay plane; without data it lies in the pixels' own `bit`."""

    def make(path: Path) -> Path:
        made = good()
        for element, vr, value in (
            (0x0010, "US", rows),
            (0x0011, "US", columns),
            (0x0040, "CS", "G"),
            (0x0050, "SS", origin),
            (0x0100, "US", 16 if data is None else 1),
            (0x0102, "US", bit),
        ):
            made.add_new(0x60000000 + element, vr, value)
        if data is not None:
            made.add_new(0x60003000, "OW", data)
        return write(path, made)

    return Bad(name, make)


def _private_only(path: Path) -> Path:
    made = Dataset()
    made.file_meta = good().file_meta
    made.add_new(0x00090010, "LO", "SOMEBODY")
    made.add_new(0x00091001, "UN", b"1234")
    return write(path, made)


def _unpainted(path: Path) -> Path:
    """A palette of which only the red table is there."""
    made = good(PhotometricInterpretation="PALETTE COLOR")
    made.RedPaletteColorLookupTableDescriptor = [4, 0, 16]
    made.RedPaletteColorLookupTableData = bytes(8)
    return write(path, made)


def _short_tables(path: Path) -> Path:
    """Each table of a palette holds fewer entries than it promises."""
    made = good(PhotometricInterpretation="PALETTE COLOR")
    for colour in ("Red", "Green", "Blue"):
        setattr(made, f"{colour}PaletteColorLookupTableDescriptor", [4096, 0, 16])
        setattr(made, f"{colour}PaletteColorLookupTableData", bytes(64))
    return write(path, made)


_COLOUR = {
    "SamplesPerPixel": 3,
    "PhotometricInterpretation": "RGB",
    "BitsAllocated": 8,
    "BitsStored": 8,
    "HighBit": 7,
}
_EMPTY = {
    "ModalityLUTSequence": Sequence([]),
    "VOILUTSequence": Sequence([Dataset()]),
    "SharedFunctionalGroupsSequence": Sequence([Dataset()]),
    "PerFrameFunctionalGroupsSequence": Sequence([]),
    "SequenceOfUltrasoundRegions": Sequence([Dataset()]),
}
_RGB = rgb_like(SHAPE).tobytes()
_WORDS = b"Bella limps since Tuesday.\n" * 40

CASES: tuple[Bad, ...] = (
    _with("no Rows", "how large", Rows=None),
    _with("no Columns", "how large", Columns=None),
    _with("Rows 0", "how large", Rows=0),
    _with("no BitsAllocated", "how many bits", BitsAllocated=None),
    _with("no BitsStored", BitsStored=None),
    _with("no HighBit", HighBit=None),
    _with("no PixelRepresentation", PixelRepresentation=None),
    _with("no PhotometricInterpretation", PhotometricInterpretation=None),
    _with("no SamplesPerPixel", SamplesPerPixel=None),
    _with("12 bits allocated", "12 bits wide", BitsAllocated=12),
    _with("more bits stored than allocated", BitsStored=40, HighBit=39),
    _with("no bits stored", BitsStored=0),
    _with("unknown colours", "unknown way", PhotometricInterpretation="WHATEVER"),
    _with("RGB of one sample", PhotometricInterpretation="RGB"),
    _with("two samples", "2 values a pixel", pixels=PIXELS * 2, SamplesPerPixel=2),
    _with("four samples", "retired", pixels=PIXELS * 4, SamplesPerPixel=4, PhotometricInterpretation="ARGB"),
    _with(
        "a palette without tables", "table of colours is missing", PhotometricInterpretation="PALETTE COLOR"
    ),
    Bad("a palette of one table", _unpainted, "table of colours is missing"),
    Bad("a palette with too few entries", _short_tables, "table of colours"),
    _with("planar configuration 7", "", (*SHAPE, 3), pixels=_RGB, PlanarConfiguration=7, **_COLOUR),
    _with("no planar configuration", "", (*SHAPE, 3), pixels=_RGB, **_COLOUR),
    _with("pixels too short", "ends before the picture does", pixels=PIXELS[:-100]),
    _with("pixels too long", pixels=PIXELS + b"ab" * 51),
    _with("no pixels", "no pixels", pixels=b""),
    _with("empty sequences", **_EMPTY),
    _with("an unknown character set", SpecificCharacterSet="KLINGON", PatientName="Miller^Bella"),
    _with("slope 0", RescaleSlope="0", RescaleIntercept="1"),
    _with("nothing but padding", pixels=bytes(len(PIXELS)), PixelPaddingValue=0),
    _with("aspect 1:1000000", PixelAspectRatio=["1", "1000000"]),
    _with("a shutter of no size", ShutterShape="CIRCULAR", RadiusOfCircularShutter="0"),
    _with("one pixel", "", (1, 1), pixels=b"\7\0", Rows=1, Columns=1),
    _with("one row", "", (1, 50), pixels=PIXELS[:100], Rows=1),
    _with("one column", "", (40, 1), pixels=PIXELS[:80], Columns=1),
    _one_bit(5, 7),
    _one_bit(13, 3),
    *(
        _windowed(center, width)
        for center, width in (
            ("0", "0"),
            ("100", "-5"),
            ("NaN", "NaN"),
            ("inf", "3"),
            ("1e30", "1e30"),
            ("-1e300", "1e300"),
            ("1e29", "1"),
            ("0", "1e29"),
            ("x", "y"),
            ("2000\\80", "4000"),
        )
    ),
    *(
        _text("PixelSpacing", value)
        for value in ("0\\0", "-1\\-1", "garbage", "1", "1\\x", "1e30\\1e30", "0.5\\0", "NaN\\1")
    ),
    *(_text("NumberOfFrames", value) for value in ("0", "-3", "1A", "999999999", "2.5", "")),
    _text("RescaleSlope", "1,5"),
    _text("ImageOrientationPatient", "0\\0\\0\\0\\0\\0"),
    _text("WindowCenter", ""),
    _overlaid("an overlay that ends early", *SHAPE, [1, 1], b"\xff" * 10),
    _overlaid("an overlay far away", *SHAPE, [-900, 30000], bytes(250)),
    _overlaid("a giant overlay", 65535, 65535, [1, 1], b"\xff" * 10),
    _overlaid("an overlay in the pixels", *SHAPE, [1, 1], None, 15),
    _bytes("an empty file", b"", "file is empty"),
    _bytes("a text", _WORDS, "not a DICOM file"),
    _bytes("a preamble", bytes(128) + b"DICM", "no pixels"),
    Bad("private elements only", _private_only, "no pixels"),
    _said_to_be("1.2.840.10008.1.2"),
    _said_to_be("1.2.840.10008.1.2.4.90"),
    _said_to_be("1.2.840.10008.1.2.5"),
    _said_to_be("1.2.3.4"),
    _said_to_be("1.2.840.10008.1.2.2", "no pixels"),
    _cut("JPGExtended.dcm"),
    _cut("SC_rgb_jpeg_dcmtk.dcm"),
    _cut("JPEG-LL.dcm"),
    _cut("MR_small_jp2klossless.dcm"),
    _cut("MR_small_jpeg_ls_lossless.dcm"),
    _cut("MR_small_RLE.dcm"),
)
