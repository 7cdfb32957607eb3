"""An ultrasound machine: speckle from moving scatterers, a beam that widens with depth, a sector.

Takes maps of echo strength and of where each bit of tissue was at rest, gives 8-bit frames. Lengths in cm, as
in ultrasound regions (PS3.3 C.8.5.5). Knows no anatomy and no DICOM.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vetpacs_desktop.examples.texture import Floats, blur, grain

SPECKLE_CM = 0.018
"""Size of one cell of the scatterers' texture."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A sector probe and the picture it makes."""

    depth: float
    """Shown depth, cm."""
    half_angle: float
    """Radians to each side."""
    radius: float
    """Radius of the probe's face, cm: 0 for a phased array."""
    rows: int
    columns: int
    top: int
    """First row of the sector."""
    cm_per_pixel: float
    samples: int = 460
    lines: int = 200

    @property
    def apex(self) -> tuple[float, float]:
        """(column, row) of the skin under the middle of the probe: x = 0, y = 0 cm."""
        return (self.columns - 1) / 2, float(self.top)

    def points(self) -> tuple[Floats, Floats]:
        """x and y in cm of every sample of every line, (samples, lines)."""
        r = np.linspace(0, self.depth, self.samples, dtype=np.float32)[:, None] + np.float32(self.radius)
        angle = np.linspace(-self.half_angle, self.half_angle, self.lines, dtype=np.float32)[None, :]
        return r * np.sin(angle), r * np.cos(angle) - np.float32(self.radius)


@dataclass(frozen=True, eq=False, slots=True)
class Converter:
    """Where each screen pixel lies in the grid of samples and lines; pixels outside the sector stay black."""

    first: np.ndarray[tuple[int, ...], np.dtype[np.intp]]
    inside: np.ndarray[tuple[int, ...], np.dtype[np.intp]]
    across: Floats
    along: Floats
    probe: Probe

    @classmethod
    def of(cls, probe: Probe) -> Converter:
        """The table for `probe`."""
        column, row = probe.apex
        x = (np.arange(probe.columns, dtype=np.float32) - np.float32(column))[None, :] * np.float32(
            probe.cm_per_pixel
        )
        y = (np.arange(probe.rows, dtype=np.float32) - np.float32(row))[:, None] * np.float32(
            probe.cm_per_pixel
        )
        y = y + np.float32(probe.radius)
        sample = (np.hypot(x, y) - np.float32(probe.radius)) / np.float32(probe.depth) * (probe.samples - 1)
        line = (np.arctan2(x, y) / np.float32(probe.half_angle) + 1) / 2 * (probe.lines - 1)
        good = (sample >= 0) & (sample < probe.samples - 1) & (line >= 0) & (line < probe.lines - 1)
        inside = np.flatnonzero(good)
        sample, line = sample.ravel()[inside], line.ravel()[inside]
        whole = sample.astype(np.intp) * probe.lines + line.astype(np.intp)
        return cls(whole, inside, line % 1, sample % 1, probe)

    def show(self, grey: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        """The sector on the screen, (rows, columns)."""
        flat, step = grey.ravel(), self.probe.lines
        upper = flat[self.first] * (1 - self.across) + flat[self.first + 1] * self.across
        lower = flat[self.first + step] * (1 - self.across) + flat[self.first + step + 1] * self.across
        screen = np.zeros(self.probe.rows * self.probe.columns, np.uint8)
        screen[self.inside] = np.clip(upper + (lower - upper) * self.along, 0, 255)
        return screen.reshape(self.probe.rows, self.probe.columns)


@dataclass(frozen=True, eq=False, slots=True)
class Scatterers:
    """A periodic field of scatterers that moves with the tissue."""

    real: Floats
    imaginary: Floats

    @classmethod
    def make(cls, rng: np.random.Generator, size: int = 512) -> Scatterers:
        """Fully developed speckle."""
        return cls(grain(rng, (size, size)), grain(rng, (size, size)))

    def at(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """The scatterers that were at `x`, `y` (cm) when the tissue was at rest."""
        size = len(self.real)
        i = (y * np.float32(1 / SPECKLE_CM)).astype(np.intp) % size
        j = (x * np.float32(1 / SPECKLE_CM)).astype(np.intp) % size
        i *= size
        i += j
        return self.real.ravel()[i], self.imaginary.ravel()[i]


def frame(
    echo: Floats, rest: tuple[Floats, Floats], scatterers: Scatterers, noise: Floats, decibels: float = 56.0
) -> Floats:
    """Grey 0..255 of (samples, lines): `echo` is the amplitude sent back, 1 a bright interface."""
    real, imaginary = scatterers.at(*rest)
    real, imaginary = real * echo, imaginary * echo
    real, imaginary = _beam(real), _beam(imaginary)
    strength = np.sqrt(real * real + imaginary * imaginary)
    strength += np.abs(noise) * np.float32(0.0007)
    grey = 20 * np.log10(strength + np.float32(1e-6)) + np.float32(decibels)
    grey *= np.float32(255 / decibels)
    shown: Floats = np.clip(grey + np.float32(6), 0, 255)
    return shown


def _beam(field: Floats) -> Floats:
    """Short along the beam, wide across it."""
    slim = blur(field, 0.9)
    across = slim[:, :-2] + slim[:, 2:]
    across += slim[:, 1:-1] * np.float32(1.2)
    result = np.pad(across, ((0, 0), (1, 1)), mode="edge")
    wide: Floats = result * np.float32(0.55)
    return wide


def near_field(y: Floats, rng: np.random.Generator, layers: tuple[float, ...]) -> Floats:
    """Bright bands of skin and fascia at the depths `layers` (cm), and the ring-down at the probe."""
    total = np.exp(-((y / np.float32(0.12)) ** 2)) * np.float32(0.8)
    across = np.linspace(0, 6, y.shape[1], dtype=np.float32)
    for layer in layers:
        wave = np.float32(rng.uniform(0.01, 0.03)) * np.sin(across + np.float32(layer * 9))
        gap = y - np.float32(layer) + wave[None, :]
        total += np.exp(-((gap / np.float32(0.035)) ** 2)) * np.float32(0.45)
    bands: Floats = total
    return bands
