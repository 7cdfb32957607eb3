"""Overlay planes of groups 60xx: bitmaps that the viewer draws over the picture (PS3.3 C.9.2, PS3.5 8.1.2).

Owns reading them; must never draw. Planes in unused bits of the pixels (retired) are read from the pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer import elements as read

_GROUPS = range(0x6000, 0x6020, 2)
_MOST_PIXELS = 1 << 28


@dataclass(frozen=True, eq=False, slots=True)
class Overlay:
    """`bitmap` (rows, cols) bool, its top left pixel on the image's pixel (`top`, `left`), counted from 0."""

    bitmap: NDArray[np.bool_]
    top: int
    left: int
    label: str = ""
    roi: bool = False
    """Marks a region (type R) rather than lines and letters (type G)."""


@dataclass(frozen=True, slots=True)
class OverlayPlane:
    """One group 60xx as it is stored: `data` is packed, lowest bit first; None: bit `bit` of the pixels."""

    rows: int
    columns: int
    top: int
    left: int
    frames: int
    first_frame: int
    """The image frame (from 0) that the first overlay frame belongs to."""
    bit: int
    data: bytes | None
    label: str
    roi: bool
    group: int = 0x6000

    def for_frame(self, frame: int) -> Overlay | None:
        """The overlay of one image frame; an overlay without frames of its own lies on all of them."""
        if self.data is None:
            return None
        place = frame - self.first_frame if self.frames > 1 else 0
        if not 0 <= place < self.frames:
            return None
        pixels = self.rows * self.columns
        start = place * pixels
        packed = np.frombuffer(self.data[start // 8 : (start + pixels + 7) // 8], np.uint8)
        bits = np.unpackbits(packed, bitorder="little")[start % 8 :][:pixels]
        if bits.size < pixels:
            return None
        return self._overlay(bits.reshape(self.rows, self.columns).astype(bool))

    def in_pixels(self, raw: NDArray[Any]) -> Overlay | None:
        """The overlay out of unmasked pixels (rows, cols) of its own size."""
        if self.data is not None or raw.shape != (self.rows, self.columns) or raw.dtype.kind not in "iu":
            return None
        if not 0 < self.bit < raw.dtype.itemsize * 8:
            return None
        return self._overlay((raw >> self.bit & 1).astype(bool))

    def _overlay(self, bitmap: NDArray[np.bool_]) -> Overlay:
        return Overlay(bitmap, self.top, self.left, self.label, self.roi)


def overlay_planes(dataset: read.Header) -> tuple[OverlayPlane, ...]:
    """Every overlay group that can be drawn; broken ones are left out."""
    groups = {int(tag) >> 16 for tag in dataset.keys() if 0x6000 <= int(tag) >> 16 <= 0x601E}  # noqa: SIM118
    planes = (_plane(dataset, group) for group in sorted(groups & set(_GROUPS)))
    return tuple(plane for plane in planes if plane is not None)


def _plane(dataset: read.Header, group: int) -> OverlayPlane | None:
    rows, columns = _number(dataset, group, 0x0010, 0), _number(dataset, group, 0x0011, 0)
    data, bit = _bytes(dataset, group, 0x3000), _number(dataset, group, 0x0102, 0)
    if rows < 1 or columns < 1 or rows * columns > _MOST_PIXELS or (data is None and bit == 0):
        return None
    origin = _numbers(dataset, group, 0x0050, signed=True) or (1, 1)
    return OverlayPlane(
        rows=rows,
        columns=columns,
        top=origin[0] - 1,
        left=(origin[1] if len(origin) > 1 else 1) - 1,
        frames=max(_number(dataset, group, 0x0015, 1), 1),
        first_frame=max(_number(dataset, group, 0x0051, 1), 1) - 1,
        bit=bit,
        data=data,
        label=_text(dataset, group, 0x1500) or _text(dataset, group, 0x0022),
        roi=_text(dataset, group, 0x0040) == "R",
        group=group,
    )


def _raw(dataset: read.Header, group: int, element: int) -> tuple[Any, bool]:
    try:
        found = dataset.get_item(group << 16 | element)
    except read.UNREADABLE:
        return None, True
    return (None, True) if found is None else (found.value, bool(getattr(found, "is_little_endian", True)))


def _numbers(dataset: read.Header, group: int, element: int, *, signed: bool = False) -> tuple[int, ...]:
    """16-bit values (US, SS), or text numbers (IS); none where garbled."""
    value, little = _raw(dataset, group, element)
    try:
        if isinstance(value, bytes) and element != 0x0015:
            kind = np.dtype("i2" if signed else "u2").newbyteorder("<" if little else ">")
            return tuple(int(one) for one in np.frombuffer(value[: len(value) // 2 * 2], kind))
        if isinstance(value, bytes):
            return (int(float(value.decode("ascii").strip(" \0") or 1)),)
        if value is None:
            return ()
        several = isinstance(value, Sequence) and not isinstance(value, str)
        return tuple(int(one) for one in (value if several else [value]))
    except (ValueError, TypeError, OverflowError):
        return ()


def _number(dataset: read.Header, group: int, element: int, otherwise: int) -> int:
    return next(iter(_numbers(dataset, group, element)), otherwise)


def _bytes(dataset: read.Header, group: int, element: int) -> bytes | None:
    """Packed bits; where the element is words of a big endian file its bytes lie in swapped pairs."""
    value, little = _raw(dataset, group, element)
    if not isinstance(value, bytes) or not value:
        return None
    if little or len(value) % 2:
        return value
    return np.frombuffer(value, ">u2").astype("<u2").tobytes()


def _text(dataset: read.Header, group: int, element: int) -> str:
    value, _ = _raw(dataset, group, element)
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else str(value or "")
    return text.strip(" \0")
