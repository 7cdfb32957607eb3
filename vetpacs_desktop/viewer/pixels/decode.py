"""One frame of one file as stored values or RGB: the only door to pixel data.

Joins where the bytes lie (source, fragments), what they are (layout, codestream), who reads them (decoders)
and what they mean (stored, colour). Whatever is wrong with a file ends as `CannotDecode` or `NotAnImage`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from vetpacs_desktop.errors import CannotDecode, KnownError, NotAnImage
from vetpacs_desktop.viewer.description import ImageDescription
from vetpacs_desktop.viewer.pixels import colour
from vetpacs_desktop.viewer.pixels.codestream import Codestream, Coding, Colours, ended, look_at, two_endings
from vetpacs_desktop.viewer.pixels.decoders import ELSEWHERE, HEADERLESS, TABLE, VIDEO, Decoder, decoders_for
from vetpacs_desktop.viewer.pixels.fragments import FrameIndex, index_of, picture_of
from vetpacs_desktop.viewer.pixels.layout import PALETTE, YBR, YBR_PARTIAL, Layout, layout_of
from vetpacs_desktop.viewer.pixels.native import arranged, native_frame
from vetpacs_desktop.viewer.pixels.source import (
    BROKEN_DATA,
    ENCAPSULATED_UNCOMPRESSED,
    NATIVE_SYNTAXES,
    PixelKind,
    PixelSource,
    needs_source,
    source_of,
    truncated,
)
from vetpacs_desktop.viewer.pixels.stored import stored_values

_log = logging.getLogger(__name__)


_LENIENT = (Coding.JPEG, Coding.JPEG_LOSSLESS, Coding.JPEG_LS)


class HoldsTheLock(Exception):
    """Only decoders that hold the GIL are left for this frame: decode it in a process of its own."""


def decode_frame(
    where: Path | Dataset | PixelSource,
    description: ImageDescription,
    frame: int = 0,
    *,
    index: FrameIndex | None = None,
    may_hold_gil: bool = True,
) -> NDArray[Any]:
    """Stored values (rows, cols) of an integer or float type, or RGB (rows, cols, 3) uint8.

    `index` saves looking for the fragments again (`frame_index`). Raises `CannotDecode`, `NotAnImage`,
    `PathMissing`, and `HoldsTheLock` where `may_hold_gil` is False.
    """
    layout = layout_of(description, frame)
    source = _source(where, description)
    try:
        if is_native(source, layout, description):
            return _meaning_of_native(source, layout, frame, description.number_of_frames)
        data = _coded(source, description.number_of_frames, frame, index)
        return _decoded(data, source, layout, may_hold_gil)
    except (KnownError, HoldsTheLock):
        raise
    except BROKEN_DATA as error:
        _log.info("a picture could not be decoded: %s", type(error).__name__)
        raise CannotDecode(reason="its data is damaged; send or copy it again") from error


def frame_index(source: PixelSource, description: ImageDescription) -> FrameIndex | None:
    """Where the frames of a compressed multi-frame file lie; None where the question does not arise."""
    if source.length is not None or description.number_of_frames < 2:
        return None
    return index_of(source, description.number_of_frames)


def unmasked_frame(source: PixelSource, description: ImageDescription, frame: int) -> NDArray[Any] | None:
    """(rows, cols) with every bit of the container, for what hides in unused ones; None where compressed."""
    layout = layout_of(description, frame)
    if layout.samples != 1 or not is_native(source, layout, description):
        return None
    return native_frame(source, layout, frame, description.number_of_frames)


def is_native(source: PixelSource, layout: Layout, description: ImageDescription) -> bool:
    """Whether the pixels lie there uncompressed, whatever the transfer syntax says."""
    if source.length is None:
        return False
    if source.transfer_syntax in NATIVE_SYNTAXES or source.kind is not PixelKind.INTEGER:
        return True
    starts_with_item = source.read(0, 4).tobytes() == b"\xfe\xff\x00\xe0"
    return not starts_with_item and source.length >= layout.frame_bytes * max(description.number_of_frames, 1)


def _coded(source: PixelSource, frames: int, frame: int, index: FrameIndex | None) -> bytes:
    if frames < 2:
        if (whole := picture_of(source)) is not None:
            return whole
        source = source.at_hand()
    return (index or index_of(source, frames)).read(source, frame)


def _source(where: Path | Dataset | PixelSource, description: ImageDescription) -> PixelSource:
    if isinstance(where, PixelSource):
        return where
    if isinstance(where, Path):
        return needs_source(where)
    source = source_of(where, description.path)
    if source is None:
        raise NotAnImage(path=description.path, reason="the file carries no pixel data")
    return source


def _meaning_of_native(source: PixelSource, layout: Layout, frame: int, frames: int) -> NDArray[Any]:
    raw = native_frame(source, layout, frame, frames)
    if layout.samples == 3:
        return _rgb(raw, layout, convert=layout.photometric in YBR)
    if raw.dtype.kind == "f":
        return raw
    return _grey(raw, source, layout)


def _grey(raw: NDArray[Any], source: PixelSource, layout: Layout, precision: int = 0) -> NDArray[Any]:
    values = stored_values(raw, layout, precision=precision, embedded_overlays=source.embedded_overlays)
    if layout.photometric != PALETTE:
        return values
    if source.palette is None:
        raise CannotDecode(reason="its table of colours is missing; ask for it to be sent again")
    return source.palette.colour(values)


def _rgb(raw: NDArray[Any], layout: Layout, *, convert: bool) -> NDArray[np.uint8]:
    """Three samples as the screen's RGB."""
    eight = colour.to_eight_bits(raw, layout.bits_stored if raw.dtype.itemsize > 1 else 8)
    if layout.photometric == YBR_PARTIAL:
        return colour.ybr_partial_to_rgb(eight)
    return colour.ybr_full_to_rgb(eight) if convert else eight


def _decoded(data: bytes, source: PixelSource, layout: Layout, may_hold_gil: bool) -> NDArray[Any]:
    syntax = source.transfer_syntax
    if syntax == ENCAPSULATED_UNCOMPRESSED:
        return _uncompressed(data, source, layout)
    facts = look_at(data)
    _check_known(syntax, facts)
    if facts is not None:
        _check_size(facts, layout)
    elif syntax not in HEADERLESS:
        # A decoder that finds another header than we do takes as much memory as that one says.
        raise CannotDecode(reason="its compressed data is damaged; send or copy it again")
    choice = decoders_for(syntax, facts.coding if facts is not None else None)
    to_rgb = _to_rgb(facts, layout)
    if facts is not None and facts.coding in _LENIENT and not ended(data):
        raw = _of_open_end(choice, data, layout, to_rgb, may_hold_gil)
    else:
        raw = _first_that_works(choice, data, layout, to_rgb, may_hold_gil)
    if layout.samples == 1:
        if raw.ndim != 2:
            raise CannotDecode(reason="the header says it is grey, but its data is in colour")
        return _grey(raw, source, layout, facts.precision if facts is not None else 0)
    return _rgb(raw, layout, convert=False)


def _uncompressed(data: bytes, source: PixelSource, layout: Layout) -> NDArray[Any]:
    if len(data) < layout.frame_bytes or layout.bits_allocated < 8:
        raise truncated(len(data), layout.frame_bytes)
    kind = np.dtype(f"<u{layout.bits_allocated // 8}")
    raw = arranged(np.frombuffer(bytearray(data[: layout.frame_bytes]), kind), layout)
    return (
        _grey(raw, source, layout)
        if layout.samples == 1
        else _rgb(raw, layout, convert=layout.photometric in YBR)
    )


def _check_known(syntax: str, facts: Codestream | None) -> None:
    if syntax in VIDEO:
        raise CannotDecode(reason="it is a video, which is no single picture")
    if syntax in ELSEWHERE:
        raise CannotDecode(reason="the file only holds the address of the picture on another computer")
    if syntax not in TABLE and facts is None:
        raise CannotDecode(
            reason=f"it is compressed in a way that is not known here ({syntax[:64]}); "
            "the machine can usually be set to send JPEG, JPEG 2000 or uncompressed pictures"
        )


def _check_size(facts: Codestream, layout: Layout) -> None:
    if (facts.rows, facts.columns) != (layout.rows, layout.columns):
        raise CannotDecode(
            reason=f"the header says {layout.columns} x {layout.rows} pixels, but the picture inside has "
            f"{facts.columns} x {facts.rows}, so no length in it could be trusted"
        )
    if facts.components != layout.samples:
        raise CannotDecode(
            reason=f"the header says {layout.samples} values a pixel, but the picture inside has "
            f"{facts.components}"
        )


def _to_rgb(facts: Codestream | None, layout: Layout) -> bool:
    """Whether the decoded components are YBR and must become RGB: the data's word goes first."""
    if layout.samples != 3:
        return False
    said = facts.colours if facts is not None else Colours.UNSAID
    lossless = facts is not None and facts.coding is Coding.JPEG_LOSSLESS
    if said is Colours.UNSAID or (lossless and said is Colours.YBR):
        return layout.photometric in YBR
    return said is Colours.YBR


def _first_that_works(
    choice: Sequence[Decoder], data: bytes, layout: Layout, to_rgb: bool, may_hold_gil: bool
) -> NDArray[Any]:
    problems: list[Exception] = []
    for decoder in choice:
        if decoder.holds_gil and not may_hold_gil:
            raise HoldsTheLock
        try:
            return _shaped(decoder.decode(data, layout, to_rgb), layout)
        except BROKEN_DATA as error:
            problems.append(error)
            _log.info("%s could not read a frame: %s", decoder.name, type(error).__name__)
    if not choice:
        raise CannotDecode(reason="the part that reads this kind of compression is not installed")
    raise CannotDecode(reason="its compressed data is damaged; send or copy it again") from problems[0]


def _of_open_end(
    choice: Sequence[Decoder], data: bytes, layout: Layout, to_rgb: bool, may_hold_gil: bool
) -> NDArray[Any]:
    """A picture whose end marker is missing: shown if only that is missing.

    JPEG decoders fill what they miss with grey or with streaks, and say nothing.
    """
    first, second = two_endings(data)
    raw = _first_that_works(choice, first, layout, to_rgb, may_hold_gil)
    if not np.array_equal(raw, _first_that_works(choice, second, layout, to_rgb, may_hold_gil)):
        raise CannotDecode(reason="its compressed data ends before the picture does; send or copy it again")
    return raw


def _shaped(values: NDArray[Any], layout: Layout) -> NDArray[Any]:
    shape = (
        (layout.rows, layout.columns)
        if layout.samples == 1
        else (layout.rows, layout.columns, layout.samples)
    )
    if values.size != layout.pixels * layout.samples or values.dtype.kind not in "iu":
        raise ValueError(f"{values.dtype} {values.shape} where {shape} was promised")
    return np.ascontiguousarray(values).reshape(shape)
