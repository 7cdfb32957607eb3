"""The table: which decoders read which transfer syntax, in order of preference.

The first is the fastest one that gives the same pixels as the others (a test holds that for every row); the
last is pylibjpeg, which is always there. A decoder that holds the GIL for a whole frame runs in a process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from vetpacs_desktop.viewer.pixels import (
    codecs_jpeg,
    codecs_jpeg_2000,
    codecs_jpeg_ls,
    codecs_jpeg_xl,
    codecs_rle,
    optional,
)
from vetpacs_desktop.viewer.pixels.codestream import Coding
from vetpacs_desktop.viewer.pixels.layout import Layout

Decode = Callable[[bytes, Layout, bool], NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Decoder:
    """`decode(frame's bytes, layout, to_rgb)`; raises whatever its library raises."""

    name: str
    decode: Decode
    library: Any
    """The module it needs; None when that is not installed."""
    holds_gil: bool = False

    @property
    def available(self) -> bool:
        return self.library is not None


_JPEG = (
    Decoder("imagecodecs jpeg8", codecs_jpeg.turbo, optional.imagecodecs),
    Decoder("pylibjpeg libjpeg", codecs_jpeg.reference, optional.libjpeg, holds_gil=True),
)
_JPEG_LOSSLESS = (
    _JPEG[0],
    Decoder("imagecodecs jpegsof3", codecs_jpeg.lossless, optional.imagecodecs),
    _JPEG[1],
)
_JPEG_LS = (
    Decoder("imagecodecs jpegls", codecs_jpeg_ls.charls, optional.imagecodecs),
    Decoder("pylibjpeg libjpeg", codecs_jpeg_ls.reference, optional.libjpeg, holds_gil=True),
)
_JPEG_2000 = (
    Decoder("imagecodecs jpeg2k", codecs_jpeg_2000.parallel, optional.imagecodecs),
    Decoder("pylibjpeg openjpeg", codecs_jpeg_2000.reference, optional.openjpeg, holds_gil=True),
)
_HTJ2K = _JPEG_2000
"""OpenJPEG reads it too. OpenJPH would be twice as fast, but ends the program on a damaged codestream."""
_JPEG_XL = (Decoder("imagecodecs jpegxl", codecs_jpeg_xl.libjxl, optional.imagecodecs),)
_RLE = (
    Decoder("imagecodecs packbits", codecs_rle.packed, optional.imagecodecs),
    Decoder("pylibjpeg rle", codecs_rle.reference, optional.rle, holds_gil=True),
)

_JPEG_UID = "1.2.840.10008.1.2.4."
_RETIRED_LOSSY = tuple(f"{_JPEG_UID}{number}" for number in (52, 53, 54, 55, 56, 59, 60, 61, 62, 63, 64))
_RETIRED_LOSSLESS = tuple(f"{_JPEG_UID}{number}" for number in (58, 65, 66))

TABLE: Mapping[str, tuple[Decoder, ...]] = {
    "1.2.840.10008.1.2.5": _RLE,
    _JPEG_UID + "50": _JPEG,
    _JPEG_UID + "51": _JPEG,
    _JPEG_UID + "57": _JPEG_LOSSLESS,
    _JPEG_UID + "70": _JPEG_LOSSLESS,
    _JPEG_UID + "80": _JPEG_LS,
    _JPEG_UID + "81": _JPEG_LS,
    _JPEG_UID + "90": _JPEG_2000,
    _JPEG_UID + "91": _JPEG_2000,
    _JPEG_UID + "92": _JPEG_2000,
    _JPEG_UID + "93": _JPEG_2000,
    _JPEG_UID + "110": _JPEG_XL,
    _JPEG_UID + "111": _JPEG_XL,
    _JPEG_UID + "112": _JPEG_XL,
    _JPEG_UID + "201": _HTJ2K,
    _JPEG_UID + "202": _HTJ2K,
    _JPEG_UID + "203": _HTJ2K,
    **dict.fromkeys(_RETIRED_LOSSY, _JPEG),
    **dict.fromkeys(_RETIRED_LOSSLESS, _JPEG_LOSSLESS),
}

_BY_CODING: Mapping[Coding, tuple[Decoder, ...]] = {
    Coding.JPEG: _JPEG,
    Coding.JPEG_LOSSLESS: _JPEG_LOSSLESS,
    Coding.JPEG_LS: _JPEG_LS,
    Coding.JPEG_2000: _JPEG_2000,
    Coding.HTJ2K: _HTJ2K,
}

VIDEO = (
    *(f"{_JPEG_UID}{number}" for number in (100, 101, 102, 103, 104, 105, 106, 107, 108)),
    *(f"{_JPEG_UID}{number}.1" for number in (100, 101, 102, 103, 104, 105, 106)),
)
HEADERLESS = ("1.2.840.10008.1.2.5", *(f"{_JPEG_UID}{number}" for number in (110, 111, 112)))
"""Run lengths have no codestream header, and that of JPEG XL is for its decoder alone."""
ELSEWHERE = (_JPEG_UID + "94", _JPEG_UID + "95", _JPEG_UID + "204", _JPEG_UID + "205")
"""JPIP: the file holds an address on another computer instead of a picture."""


def decoders_for(transfer_syntax: str, coding: Coding | None) -> tuple[Decoder, ...]:
    """The installed decoders in order of preference; what the data is beats what the header calls it."""
    rows = _BY_CODING[coding] if coding is not None else TABLE.get(transfer_syntax, ())
    return tuple(decoder for decoder in rows if decoder.available)
