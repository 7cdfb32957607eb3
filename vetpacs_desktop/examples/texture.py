"""Grain, cloud and softness for drawn pictures: seeded noise, blurring and resizing in plain numpy.

Every function is deterministic for a given generator. Knows nothing of anatomy or DICOM.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def generator(seed: int, *names: str) -> np.random.Generator:
    """A generator of its own for each named part, so that the order of drawing can't change the pictures."""
    digest = hashlib.sha256("/".join((str(seed), *names)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def grain(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """White normal noise, mean 0, deviation 1."""
    return rng.standard_normal(shape, dtype=np.float32)


def blur(image: Floats, sigma: float) -> Floats:
    """Gaussian blur of a plane, `sigma` in pixels; edges repeat. Large ones by way of a smaller picture."""
    if sigma < 0.2:
        return image
    if sigma > 6:
        factor = int(min(sigma // 2, min(image.shape) // 4, 16))
        if factor >= 2:
            return resize(blur(shrink(image, factor), sigma / factor), image.shape)
    radius = max(1, int(np.ceil(sigma * 2.6)))
    steps = np.arange(-radius, radius + 1, dtype=np.float32)
    taps = np.exp(-0.5 * (steps / np.float32(sigma)) ** 2)
    taps /= taps.sum()
    return _smear(_smear(image, taps, 0), taps, 1)


def _smear(image: Floats, taps: Floats, axis: int) -> Floats:
    radius = len(taps) // 2
    width = [(0, 0), (0, 0)]
    width[axis] = (radius, radius)
    padded = np.pad(image, width, mode="edge")
    size = image.shape[axis]
    total = np.zeros_like(image)
    part = np.empty_like(image)
    for at, tap in enumerate(taps):
        window = padded[at : at + size] if axis == 0 else padded[:, at : at + size]
        np.multiply(window, tap, out=part)
        total += part
    return total


def soften(image: Floats) -> Floats:
    """Binomial blur over 3 x 3 pixels (deviation 0.7); the outermost pixels stay."""
    result = image.copy()
    across = image[:, :-2] + image[:, 2:]
    across += 2 * image[:, 1:-1]
    total = across[:-2] + across[2:]
    total += 2 * across[1:-1]
    np.multiply(total, np.float32(1 / 16), out=result[1:-1, 1:-1])
    return result


def shrink(image: Floats, factor: int) -> Floats:
    """Mean of `factor` x `factor` pixels; the last rows and columns are repeated to fill the last block."""
    rows, columns = image.shape
    grown = np.pad(image, ((0, -rows % factor), (0, -columns % factor)), mode="edge")
    blocks = grown.reshape(grown.shape[0] // factor, factor, grown.shape[1] // factor, factor)
    mean: Floats = blocks.mean(axis=(1, 3), dtype=np.float32)
    return mean


def resize(image: Floats, shape: tuple[int, ...]) -> Floats:
    """Linear interpolation of a plane to `shape`; pixel areas, not pixel centres, are matched."""
    return _stretch(_stretch(image, shape[0], 0), shape[1], 1)


def _stretch(image: Floats, size: int, axis: int) -> Floats:
    old = image.shape[axis]
    if old == size:
        return image
    at = (np.arange(size, dtype=np.float32) + 0.5) * (old / size) - 0.5
    at = np.clip(at, 0, old - 1).astype(np.float32)
    low = np.minimum(at.astype(np.intp), max(old - 2, 0))
    part = (at - low).astype(np.float32)
    part = part[:, None] if axis == 0 else part[None, :]
    first = image.take(low, axis)
    second = image.take(np.minimum(low + 1, old - 1), axis)
    second -= first
    second *= part
    second += first
    stretched: Floats = second
    return stretched


def clouds(rng: np.random.Generator, shape: tuple[int, int], cell: float, octaves: int = 3) -> Floats:
    """Smooth random clouds, about mean 0 and deviation 1; `cell` is the largest cloud in pixels."""
    total = np.zeros(shape, np.float32)
    for octave in range(octaves):
        size = max(cell / 2**octave, 1.0)
        coarse = grain(rng, (int(shape[0] / size) + 4, int(shape[1] / size) + 4))
        total += resize(blur(coarse, 0.7), shape) * np.float32(0.55**octave)
    return total / np.float32(max(float(total.std()), 1e-6))


def tile(rng: np.random.Generator, size: int, cells: tuple[float, float, float]) -> Floats:
    """A periodic cube of smooth noise with deviation 1; `cells` is the blob size in voxels along z, y, x."""
    cube = np.fft.rfftn(grain(rng, (size, size, size)))
    for axis, cell in enumerate(cells):
        waves = (np.fft.fftfreq if axis < 2 else np.fft.rfftfreq)(size)
        fade = np.exp(-0.5 * (waves * cell * 2.5) ** 2)
        cube *= fade.reshape([-1 if a == axis else 1 for a in range(3)])
    noise = np.fft.irfftn(cube, s=(size,) * 3, axes=(0, 1, 2))
    finished: Floats = (noise / noise.std()).astype(np.float32)
    return finished


def sheet(rng: np.random.Generator, size: int, low: float, high: float) -> Floats:
    """A periodic square of noise, deviation 1, its power between `low` and `high` cycles per pixel."""
    waves = np.fft.fft2(grain(rng, (size, size)))
    fy, fx = np.fft.fftfreq(size)[:, None], np.fft.fftfreq(size)[None, :]
    power = np.hypot(fy, fx)
    waves *= np.exp(-((power / max(high, 1e-6)) ** 2)) * (1 - np.exp(-((power / max(low, 1e-6)) ** 2)))
    noise = np.fft.ifft2(waves).real
    finished: Floats = (noise / noise.std()).astype(np.float32)
    return finished
