"""Smoother, sharper, or with more local contrast: pictures made easier for the eye, never for measuring.

Owns the filters; pure functions of numpy arrays, meant for a thread when a picture is large. What comes out
is for the screen and for exports only: values, statistics and HU are always taken from the untreated picture.

Plain numpy, for no library at hand leaves padding out of both the blur and the histograms: a dark border
would otherwise bleed into the animal and swallow the contrast of the tiles it touches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

REACH = 3.0
"""A Gaussian is cut off at so many sigmas."""
BAND = 1 << 20
"""About so many values are worked on at a time: what is held beside input and output stays small."""
TILES = 8
"""Tiles of a side for local contrast, as Zuiderveld (Graphics Gems IV, 1994, VIII.5) suggests."""
CLIP = 3.0
"""A class may hold so many times the mean: the rest is spread over all, so that noise stays low."""
CLASSES = 256
"""Of a tile's histogram: more would be nearly empty in small tiles, and the limit would mean nothing."""
MOST_BINS = 4096
"""Steps of the curves that are drawn through them."""
_LUMA = (0.299, 0.587, 0.114)
"""ITU-R BT.601, as in YBR_FULL (PS3.3 C.7.6.3.1.2)."""

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is done to a picture, in this order: smoothing, local contrast, sharpening."""

    smooth: float = 0.0
    """Sigma of a Gaussian, in pixels; 0 is none."""
    contrast: float = 0.0
    """The share, 0 to 1, of contrast-limited adaptive histogram equalisation (CLAHE)."""
    sharpen: float = 0.0
    """Unsharp mask: so many times the difference to the blurred picture is added."""
    radius: float = 1.5
    """Sigma of that blur, in pixels: how coarse the detail is that stands out."""

    def __bool__(self) -> bool:
        return self.smooth > 0 or self.contrast > 0 or self.sharpen > 0


UNTREATED = Treatment()


def treated(
    values: NDArray[Any],
    mask: Mask | None,
    treatment: Treatment,
    span: tuple[float, float] | None = None,
) -> NDArray[Any]:
    """A picture of the same shape and type; `values` itself when there is nothing to do.

    `values` (rows, columns) of any number type or (rows, columns, 3) uint8; `mask` is True at padding, which
    keeps its values and touches no others, as does what is not a number. Local contrast is worked out between
    the two values of `span`, the window's ends, else between the picture's own.
    """
    if not treatment or values.size == 0:
        return values
    if values.ndim == 3:
        return _treated_colours(values, treatment)
    out = values
    valid = _valid(values, mask)
    if treatment.smooth > 0:
        out = _filtered(out, valid, treatment.smooth, None)
    if treatment.contrast > 0:
        out = _evened(out, valid, treatment.contrast, span)
    if treatment.sharpen > 0:
        out = _filtered(out, valid, treatment.radius, treatment.sharpen)
    return out


def _treated_colours(values: NDArray[Any], treatment: Treatment) -> NDArray[Any]:
    out = values
    if treatment.smooth > 0:
        out = _each_colour(out, treatment.smooth, None)
    if treatment.contrast > 0:
        light = (out @ np.asarray(_LUMA, np.float32)).astype(np.float32)
        more = _evened(light, None, treatment.contrast, (0.0, 255.0))
        more -= light  # the same for all three: hues stay
        out = np.clip(np.rint(out + more[..., np.newaxis]), 0, 255).astype(np.uint8)
    if treatment.sharpen > 0:
        out = _each_colour(out, treatment.radius, treatment.sharpen)
    return out


def _each_colour(values: NDArray[Any], sigma: float, amount: float | None) -> NDArray[Any]:
    planes = [_filtered(values[..., n], None, sigma, amount) for n in range(values.shape[2])]
    return np.stack(planes, axis=-1)


def _valid(values: NDArray[Any], mask: Mask | None) -> Mask | None:
    """True where a value may speak for its neighbourhood; None where all may."""
    valid = None if mask is None else ~mask
    if values.dtype.kind == "f":
        finite = np.isfinite(values)
        if not finite.all():
            valid = finite if valid is None else valid & finite
    return None if valid is None or bool(valid.all()) else valid


# --- blur and unsharp mask ------------------------------------------------------------------------


def _filtered(values: NDArray[Any], valid: Mask | None, sigma: float, amount: float | None) -> NDArray[Any]:
    """Blurred; or, with an `amount`, sharpened by that much of the difference to the blurred."""
    weights = kernel(sigma)
    reach = len(weights) - 1
    out = np.empty_like(values)
    for top, bottom in _bands(values.shape):
        rows = np.clip(np.arange(top - reach, bottom + reach), 0, values.shape[0] - 1)
        part = values[rows].astype(np.float32)
        known = None if valid is None else valid[rows]
        soft = _blur(part, known, weights)
        own = part[reach : reach + bottom - top]
        if amount is not None:
            np.subtract(own, soft, out=soft)
            soft *= amount
            soft += own
        if known is not None:
            inside = known[reach : reach + bottom - top]
            np.copyto(soft, own, where=~inside)
            out[top:bottom] = _typed(soft, values.dtype)
            np.copyto(out[top:bottom], values[top:bottom], where=~inside)
        else:
            out[top:bottom] = _typed(soft, values.dtype)
    return out


def kernel(sigma: float) -> NDArray[np.float32]:
    """One half of a Gaussian, from its middle out; both halves together sum to 1."""
    reach = max(1, int(REACH * sigma + 0.5))
    half = np.exp(-0.5 * (np.arange(reach + 1) / max(sigma, 1e-3)) ** 2)
    half /= half[0] + 2 * half[1:].sum()
    return half.astype(np.float32)


def _blur(part: Grey, known: Mask | None, weights: NDArray[np.float32]) -> Grey:
    """The rows that have all their neighbours in `part`."""
    if known is None:
        return _along(_down(part, weights), weights)
    weight = known.astype(np.float32)
    soft = _along(_down(np.where(known, part, np.float32(0)), weights), weights)
    share = _along(_down(weight, weights), weights)
    np.divide(soft, share, out=soft, where=share > 1e-6)
    return soft


def _down(part: Grey, weights: NDArray[np.float32]) -> Grey:
    reach = len(weights) - 1
    count = len(part) - 2 * reach
    out = part[reach : reach + count] * weights[0]
    pair = np.empty_like(out)
    for n, weight in enumerate(weights[1:], 1):
        np.add(part[reach - n : reach - n + count], part[reach + n : reach + n + count], out=pair)
        pair *= weight
        np.add(out, pair, out=out)
    return np.asarray(out, np.float32)


def _along(part: Grey, weights: NDArray[np.float32]) -> Grey:
    reach = len(weights) - 1
    wide = np.pad(part, ((0, 0), (reach, reach)), mode="edge")
    found: Grey = _down(wide.T, weights).T
    return found


def _bands(shape: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    height = max(1, BAND // max(shape[1], 1))
    for top in range(0, shape[0], height):
        yield top, min(top + height, shape[0])


def _typed(values: Grey, dtype: np.dtype[Any]) -> NDArray[Any]:
    if dtype.kind not in "iu":
        return values.astype(dtype, copy=False)
    limits = np.iinfo(dtype)
    np.rint(values, out=values)
    return np.clip(values, limits.min, limits.max).astype(dtype)


# --- local contrast -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scale:
    """Values between `low` and `high` as whole numbers below `bins`."""

    low: float
    high: float
    bins: int

    def clipped(self, values: NDArray[Any]) -> Grey:
        return np.clip(values.astype(np.float32), self.low, self.high)

    def bin_of(self, clipped: Grey) -> NDArray[np.intp]:
        step = np.float32((self.bins - 1) / (self.high - self.low))
        found = np.nan_to_num((clipped - np.float32(self.low)) * step + np.float32(0.5))
        return np.asarray(found).astype(np.intp)


def _evened(
    values: NDArray[Any], valid: Mask | None, share: float, span: tuple[float, float] | None
) -> NDArray[Any]:
    scale = _scale(values, valid, span)
    if scale is None:
        return values
    edges = [_edges(side) for side in values.shape]
    curves = _curves(values, valid, scale, edges)
    middles = [(np.asarray(ends[:-1]) + np.asarray(ends[1:]) - 1) / 2 for ends in edges]
    out = np.empty_like(values)
    for top, bottom, up in _between(middles[0], values.shape[0]):
        for left, right, across in _between(middles[1], values.shape[1]):
            part = values[top:bottom, left:right]
            evened = _mixed(part, scale, curves, (up, across), middles, (top, left))
            clipped = scale.clipped(part)
            evened -= clipped
            evened *= share  # what lies beyond the span moves with its end
            evened += part
            out[top:bottom, left:right] = _typed(evened.astype(np.float32, copy=False), values.dtype)
    if valid is not None:
        np.copyto(out, values, where=~valid)
    return out


def _scale(values: NDArray[Any], valid: Mask | None, span: tuple[float, float] | None) -> _Scale | None:
    step = max(1, int(np.sqrt(values.size / BAND)))
    sample = values[::step, ::step]
    if valid is not None:
        sample = sample[valid[::step, ::step]]
    if sample.size == 0:
        return None
    low, high = (float(end) for end in np.percentile(sample, (0.05, 99.95)))
    if span is not None:
        # A window wider than the picture would leave most of the curve without any values.
        low, high = max(low, span[0]), min(high, span[1])
    if not high > low:
        return None
    whole = values.dtype.kind in "iu"
    return _Scale(low, high, min(MOST_BINS, int(high - low) + 1) if whole else MOST_BINS)


def _edges(side: int) -> list[int]:
    tiles = max(1, min(TILES, side // 16))
    return [round(n * side / tiles) for n in range(tiles + 1)]


def _curves(
    values: NDArray[Any], valid: Mask | None, scale: _Scale, edges: list[list[int]]
) -> list[list[Grey]]:
    """For every tile the value that each bin gets."""
    rows = []
    for top, bottom in pairwise(edges[0]):
        row = []
        for left, right in pairwise(edges[1]):
            part = values[top:bottom, left:right]
            inside = part if valid is None else part[valid[top:bottom, left:right]]
            row.append(_curve(inside, scale))
        rows.append(row)
    return rows


def _curve(inside: NDArray[Any], scale: _Scale) -> Grey:
    # What lies outside the span says nothing of the contrast within it.
    within = inside[(inside >= scale.low) & (inside <= scale.high)]
    if within.size < 2:
        return np.linspace(scale.low, scale.high, scale.bins, dtype=np.float32)
    classes = min(CLASSES, scale.bins)
    of = scale.bin_of(scale.clipped(within)).ravel() * classes // scale.bins
    counts = np.bincount(of, minlength=classes) / within.size
    limit = CLIP / classes
    beyond = np.maximum(counts - limit, 0).sum()
    counts = np.minimum(counts, limit) + beyond / classes
    rising = np.concatenate([[0.0], np.cumsum(counts)])
    at = np.linspace(0, 1, scale.bins)
    share = np.interp(at, np.linspace(0, 1, classes + 1), rising / rising[-1])
    found: Grey = (scale.low + share * (scale.high - scale.low)).astype(np.float32)
    return found


def _between(middles: NDArray[np.float64], side: int) -> Iterator[tuple[int, int, int]]:
    """Ranges of pixels between the middles of two tiles, and the number of the first of the two."""
    stops = [0, *(int(np.ceil(middle)) for middle in middles), side]
    for n, (start, end) in enumerate(pairwise(stops)):
        if end > start:
            yield start, end, n - 1


def _mixed(
    part: NDArray[Any],
    scale: _Scale,
    curves: list[list[Grey]],
    tile: tuple[int, int],
    middles: list[NDArray[np.float64]],
    corner: tuple[int, int],
) -> Grey:
    """The curves of the four tiles around, each as strong as its middle is near."""
    bins = scale.bin_of(scale.clipped(part))
    (above, below, down), (left, right, along) = (
        _neighbours(tile[axis], middles[axis], corner[axis], part.shape[axis]) for axis in (0, 1)
    )
    down = down[:, np.newaxis]
    upper = curves[above][left][bins]
    if left != right:
        upper += along * (curves[above][right][bins] - upper)
    if above == below:
        return upper
    lower = curves[below][left][bins]
    if left != right:
        lower += along * (curves[below][right][bins] - lower)
    lower -= upper
    lower *= down
    upper += lower
    return upper


def _neighbours(tile: int, middles: NDArray[np.float64], start: int, count: int) -> tuple[int, int, Grey]:
    """The two tiles beside a range of pixels, and how much of the second each pixel takes."""
    first, second = max(tile, 0), min(tile + 1, len(middles) - 1)
    way = middles[second] - middles[first]
    at = np.arange(start, start + count)
    share = (at - middles[first]) / way if way > 0 else np.zeros(count)
    return first, second, share.astype(np.float32)
