"""Stored values: the bits that are the picture, with their sign (PS3.5 8.1.1, 8.1.2; PS3.3 C.7.6.3.1.1).

Owns what to believe when BitsStored, HighBit and the pixels disagree. Pure functions on arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.pixels.layout import Layout


def stored_values(
    raw: NDArray[Any], layout: Layout, *, precision: int = 0, embedded_overlays: bool = False
) -> NDArray[Any]:
    """The array of signed or unsigned integers as the header describes them.

    `raw` is any integer array, `precision` the bits that a codestream says it has (0: it is none), for those
    lose the sign more often than the header does. Values wider than BitsStored are kept whole: some devices
    store 16 bits and say 12, and cutting them would fold bright places to black. Only where overlays live in
    the upper bits are those cut off.
    """
    container = raw.dtype.itemsize * 8
    bits = min(layout.bits_stored, container)
    plain = _unsigned(raw)
    if not precision:
        plain = _right_aligned(plain, layout, bits, embedded_overlays)
    elif layout.signed and raw.dtype.kind == "u" and precision < container:
        plain = _unsigned(_sign_from(plain, precision))
    elif not layout.signed and raw.dtype.kind == "i" and precision < container:
        plain = plain & _ones(plain, precision)
    return (
        _signed(plain, bits, embedded_overlays) if layout.signed else _whole(plain, bits, embedded_overlays)
    )


def _unsigned(values: NDArray[Any]) -> NDArray[Any]:
    plain: NDArray[Any] = values.view(np.dtype(f"u{values.dtype.itemsize}"))
    return plain


def _ones(values: NDArray[Any], bits: int) -> Any:
    return values.dtype.type((1 << bits) - 1)


def _right_aligned(values: NDArray[Any], layout: Layout, bits: int, overlays: bool) -> NDArray[Any]:
    """Shift down values whose HighBit is above BitsStored - 1, unless the low bits show that it is not so."""
    shift = layout.high_bit + 1 - bits
    if not 0 < shift <= values.dtype.itemsize * 8 - bits:
        return values
    if not overlays and np.any(values & _ones(values, shift)):
        return values
    shifted: NDArray[Any] = values >> values.dtype.type(shift)
    return shifted


def _whole(values: NDArray[Any], bits: int, overlays: bool) -> NDArray[Any]:
    if not overlays or bits >= values.dtype.itemsize * 8:
        return values
    cut: NDArray[Any] = values & _ones(values, bits)
    return cut


def _signed(values: NDArray[Any], bits: int, overlays: bool) -> NDArray[Any]:
    """Proper files fill the upper bits with the sign, some leave them 0, some do both; a few store more."""
    signed = values.view(np.dtype(f"i{values.dtype.itemsize}"))
    if bits >= values.dtype.itemsize * 8:
        return signed
    half = 1 << bits - 1
    lowest, highest = int(signed.min(initial=0)), int(signed.max(initial=0))
    if -half <= lowest and highest < half:
        return signed
    if overlays or (-half <= lowest and highest < half * 2):
        return _sign_from(values, bits)
    return signed


def _sign_from(values: NDArray[Any], bits: int) -> NDArray[Any]:
    shift = values.dtype.itemsize * 8 - bits
    signed: NDArray[Any] = (values << values.dtype.type(shift)).view(np.dtype(f"i{values.dtype.itemsize}"))
    signed >>= shift
    return signed
