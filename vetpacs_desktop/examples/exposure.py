"""From attenuation to a finished radiograph: scatter, blur, quantum noise, processing, collimation.

Works on plain pictures; knows neither anatomy nor DICOM.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.examples.texture import Floats, blur, grain, resize, shrink, soften


@dataclass(frozen=True, slots=True)
class Exposure:
    """How a picture is taken and processed."""

    pitch: float
    """Pixel, mm."""
    photons: float = 2.2e4
    """Quanta per pixel in the open beam: fewer means more noise."""
    scatter: float = 0.16
    """Scattered share of the signal behind the animal."""
    spot_mm: float = 0.16
    """Deviation of focal spot and detector blur, mm at the detector."""
    latitude: float = 0.78
    """Share of the large-area contrast that processing keeps."""
    body_from: float = 0.45
    """Attenuation from which a pixel counts as behind the animal."""
    black_share: float = 2.5
    """Per cent of the animal's pixels that may lie in the curve's dark toe."""
    white_share: float = 99.75
    """Per cent of the animal's pixels that are not burnt out to white."""
    contrast: float = 0.55
    """How much of a film's S-shaped curve is laid over it, 0 to 1."""
    border_mm: float = 12.0
    """Width of the strip that the collimator keeps dark."""
    bits: int = 14


def develop(attenuation: Floats, how: Exposure, rng: np.random.Generator) -> Floats:
    """A finished picture between 0 (black) and 1 (white), collimated, of the same shape as `attenuation`."""
    beam = np.exp(-np.minimum(attenuation, np.float32(9)))
    beam = blur(beam, how.spot_mm / how.pitch)
    small = shrink(beam, 16)
    haze = resize(blur(small, 30.0 / how.pitch / 16), beam.shape)
    beam *= np.float32(1 - how.scatter)
    beam += haze * np.float32(how.scatter)
    beam *= _heel(beam.shape)
    noise = soften(grain(rng, beam.shape))
    noise *= np.sqrt(np.maximum(beam, np.float32(1e-6)))
    noise *= np.float32(2.2 / how.photons**0.5)
    beam += noise
    dense = -np.log(np.maximum(beam, np.float32(3e-4)))
    return _collimate(_tone(_process(dense, how), dense, how), how, rng)


def _heel(shape: tuple[int, ...]) -> Floats:
    """The beam is a little weaker towards the anode and the corners."""
    y = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, shape[1], dtype=np.float32)[None, :]
    fall = 1 - 0.05 * x - 0.06 * (x * x + y * y)
    return fall.astype(np.float32)


def _process(dense: Floats, how: Exposure) -> Floats:
    """Compress the large areas, lift detail, and lay a film-like curve over it."""
    small = shrink(dense, 8)
    broad = resize(blur(small, 22.0 / how.pitch / 8), dense.shape)
    middle = resize(blur(small, 3.0 / how.pitch / 8), dense.shape)
    level = float(np.median(broad))
    picture = dense + (middle - dense) * np.float32(-0.45)
    picture -= (broad - np.float32(level)) * np.float32(1 - how.latitude)
    del middle, broad
    fine = resize(blur(shrink(dense, 2), max(0.17 / how.pitch, 0.6)), dense.shape)
    np.subtract(dense, fine, out=fine)
    fine *= np.float32(0.7)
    picture += fine
    return picture


def _tone(picture: Floats, dense: Floats, how: Exposure) -> Floats:
    """Scale to 0..1 by what lies behind the animal inside the field; the open beam runs out into black."""
    inset = max(1, int(how.border_mm * 1.4 / how.pitch))
    field = picture[inset:-inset:7, inset:-inset:7]
    behind = dense[inset:-inset:7, inset:-inset:7] > how.body_from
    values = field[behind] if behind.sum() > 500 else field
    low, high = np.percentile(values, [how.black_share, how.white_share])
    scaled = (picture - np.float32(low)) / np.float32(high - low)
    toe = np.float32(0.13) * np.exp(np.minimum(scaled, 0) * np.float32(0.83 / 0.13))
    scaled = np.where(scaled > 0, scaled * np.float32(0.83) + np.float32(0.13), toe)
    np.clip(scaled, 0, 1, out=scaled)
    curve = scaled * scaled * (np.float32(3) - np.float32(2) * scaled)
    finished: Floats = scaled + (curve - scaled) * np.float32(how.contrast)
    return finished


def _collimate(picture: Floats, how: Exposure, rng: np.random.Generator) -> Floats:
    """Darken outside the collimator's blades, with a soft edge."""
    rows, columns = picture.shape
    border, soft = how.border_mm / how.pitch, 0.9 / how.pitch
    skew = rng.uniform(0.75, 1.25, 4)
    y, x = np.arange(rows, dtype=np.float32), np.arange(columns, dtype=np.float32)
    inside_y = np.minimum(y - border * skew[0], rows - border * skew[1] - y)
    inside_x = np.minimum(x - border * skew[2], columns - border * skew[3] - x)
    mask = np.clip(inside_y / soft, 0, 1)[:, None] * np.clip(inside_x / soft, 0, 1)[None, :]
    mask = mask.astype(np.float32)
    open_beam = np.float32(0.022)
    finished: Floats = (picture * (1 - open_beam) + open_beam) * mask
    return finished


def stored(picture: Floats, bits: int, *, inverted: bool = False) -> NDArray[np.uint16]:
    """Pixel values of `bits` bits; `inverted` for MONOCHROME1."""
    top = 2**bits - 1
    shown = 1 - picture if inverted else picture
    values: NDArray[np.uint16] = np.clip(shown * np.float32(top) + np.float32(0.5), 0, top).astype(np.uint16)
    return values
