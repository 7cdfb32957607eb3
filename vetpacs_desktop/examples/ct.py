"""The dog's CT: two kernels of one acquisition, slice by slice, with noise as a scanner has it.

Geometry: rows run to the animal's left, columns ventrally, slices from cranial to caudal (dorsal up, left on
the screen's right). Writes files; the tissue comes from volume.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from vetpacs_desktop.examples.cast import DOG_CT
from vetpacs_desktop.examples.dicom import CT_CLASS, Group, image_header, name_image, save, set_pixels, uid_of
from vetpacs_desktop.examples.flesh import Trunk
from vetpacs_desktop.examples.shapes import Block
from vetpacs_desktop.examples.texture import Floats, generator, sheet, soften
from vetpacs_desktop.examples.volume import Tiles, add_bones, add_vessels_and_airways, soft_tissue

OUTSIDE = -2000
"""Stored value outside the round field of view (PixelPaddingValue)."""


@dataclass(frozen=True, slots=True)
class Scan:
    """The grid of the scan."""

    size: int
    pitch: float
    thickness: float
    first_z: float
    count: int
    center: tuple[float, float] = (0.0, 4.0)

    @property
    def x(self) -> Floats:
        """Voxel centres from right to left."""
        return (np.arange(self.size) - (self.size - 1) / 2).astype(np.float32) * np.float32(
            self.pitch
        ) + np.float32(self.center[0])

    @property
    def y(self) -> Floats:
        """Voxel centres from dorsal to ventral."""
        return np.float32(self.center[1]) - (np.arange(self.size) - (self.size - 1) / 2).astype(
            np.float32
        ) * np.float32(self.pitch)

    def z(self, first: int, count: int) -> Floats:
        """Slice positions, cranial first."""
        return (self.first_z - (first + np.arange(count)) * self.thickness).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Kernel:
    """A reconstruction: how sharp and how noisy."""

    group: Group
    name: str
    sharpen: float
    noise_hu: float
    windows: tuple[tuple[str, int, int], ...]
    last_z: float


FULL = Scan(512, 0.56, 1.5, 150.0, 237)
SMALL = Scan(128, 2.24, 5.0, 150.0, 71)

SOFT = Kernel(
    Group("soft", 2, "CT", "Thorax/Abdomen 1.5 venous soft", "CHESTABDOMEN", "CT-1", "Analytic CT 64"),
        "B31s", -0.35, 9.0,
    (("Soft tissue", 50, 350), ("Lung", -500, 1500), ("Bone", 500, 2200)), -999.0,
)  # fmt: skip
LUNG = Kernel(
    Group("lung", 3, "CT", "Thorax 1.5 lung and bone", "CHEST", "CT-1", "Analytic CT 64"), "B70f", 0.75, 30.0,
    (("Lung", -500, 1500), ("Bone", 500, 2500), ("Soft tissue", 50, 400)), -75.0,
)  # fmt: skip


def slabs(scan: Scan) -> Iterator[tuple[int, Block]]:
    """(first slice, its voxels) of the pieces the scan is made in."""
    thick = max(6, 1_600_000 // scan.size**2 // 4)
    for first in range(0, scan.count, thick):
        yield first, Block(scan.x, scan.y, scan.z(first, min(thick, scan.count - first)))


def scan_slab(trunk: Trunk, block: Block, tiles: Tiles) -> Floats:
    """Noise-free HU of a piece of the scan, table included."""
    width = float(abs(block.x[1] - block.x[0]))
    hu = np.full(block.shape, np.float32(-1000))
    _table(hu, block, width)
    flesh = soft_tissue(trunk, block, tiles, enhanced=True, edge=width)
    np.maximum(hu, flesh, out=hu)
    add_vessels_and_airways(hu, trunk, block, enhanced=True, width=width)
    add_bones(hu, trunk.bones, block, tiles, width)
    return hu


def _table(hu: Floats, block: Block, width: float) -> None:
    """The trough the animal lies in: foam and a thin shell under the sternum."""
    away = np.hypot(block.x[None, :], block.y[:, None] - np.float32(154.0))
    for inner, value in ((0.0, -200.0), (3.0, -930.0)):
        depth = np.minimum(np.float32(262.0 - inner) - away, away - np.float32(246.0 + inner))
        depth = np.minimum(depth, (np.float32(-60.0) - block.y)[:, None])
        depth = np.minimum(depth, np.float32(110.0) - np.abs(block.x)[None, :])
        share = np.clip(depth / np.float32(width) + np.float32(0.5), 0, 1)
        hu += share[None] * (np.float32(value) - hu)


@dataclass(frozen=True, eq=False, slots=True)
class Grain:
    """Periodic noise for a kernel, and where it is stronger (in the thick middle of the animal)."""

    pattern: Floats
    strength: Floats

    @classmethod
    def make(cls, seed: int, kernel: Kernel, scan: Scan) -> Grain:
        """Noise of the kernel's texture."""
        low, high = (0.02, 0.22) if kernel.sharpen < 0 else (0.22, 0.5)
        pattern = sheet(generator(seed, "grain", kernel.group.key), scan.size, low, high)
        away = np.hypot(scan.x[None, :] / np.float32(95), scan.y[:, None] / np.float32(110))
        return cls(
            pattern,
            (np.float32(kernel.noise_hu) * (np.float32(0.35) + np.float32(0.75) * np.exp(-(away**2)))).astype(
                np.float32
            ),
        )

    def slice(self, number: int, seed: int) -> Floats:
        """The noise of slice `number`: two shifted copies of the pattern, so that none repeats."""
        rng = generator(seed, "roll", str(number))
        size = len(self.pattern)
        a, b, c, d = rng.integers(0, size, 4).tolist()
        total = np.roll(self.pattern, (a, b), (0, 1))
        total += np.roll(self.pattern.T if number % 2 else self.pattern[::-1], (c, d), (0, 1))
        total *= self.strength * np.float32(0.70710678)
        return total


def reconstruct(hu: Floats, kernel: Kernel, noise: Floats) -> NDArray[np.int16]:
    """Stored values (HU + 1024) of one slice through `kernel`; padding outside the round field."""
    picture = hu - soften(hu)
    picture *= np.float32(kernel.sharpen)
    picture += hu
    picture += noise
    picture += np.float32(1024.5)
    np.clip(picture, 0, 4095, out=picture)
    values = picture.astype(np.int16)
    values[_outside(len(values))] = OUTSIDE
    return values


def _outside(size: int) -> NDArray[np.bool_]:
    at = (np.arange(size) - (size - 1) / 2) ** 2
    return at[:, None] + at[None, :] > (size / 2) ** 2


def slice_header(seed: int, kernel: Kernel, scan: Scan) -> Dataset:
    """What all slices of the series share."""
    ds = image_header(seed, DOG_CT, kernel.group, CT_CLASS, 1)
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.FrameOfReferenceUID = uid_of(seed, DOG_CT.key, "frame of reference")
    ds.PositionReferenceIndicator = ""
    ds.ImageOrientationPatient = ["1", "0", "0", "0", "-1", "0"]
    ds.PixelSpacing = [f"{scan.pitch:g}"] * 2
    ds.SliceThickness = ds.SpacingBetweenSlices = f"{scan.thickness:g}"
    ds.PatientPosition = "HFP"
    ds.KVP, ds.XRayTubeCurrent, ds.ExposureTime, ds.Exposure = "120", 180, 500, 90
    ds.ConvolutionKernel, ds.GantryDetectorTilt, ds.ScanOptions = kernel.name, "0", "HELICAL"
    ds.DataCollectionDiameter, ds.ReconstructionDiameter = "500", f"{scan.pitch * scan.size:g}"
    ds.ContrastBolusAgent, ds.AcquisitionNumber = "Iohexol 300", 1
    ds.ContrastBolusRoute = "IV"
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "-1024", "1", "HU"
    ds.PixelPaddingValue = OUTSIDE
    ds.WindowCenter = [str(c) for _, c, _ in kernel.windows]
    ds.WindowWidth = [str(w) for _, _, w in kernel.windows]
    ds.WindowCenterWidthExplanation = [name for name, _, _ in kernel.windows]
    return ds


def write_slab(
    seed: int,
    folder: Path,
    trunk: Trunk,
    scan: Scan,
    tiles: Tiles,
    grains: dict[str, Grain],
    first: int,
    block: Block,
) -> list[Path]:
    """Make and write the slices of one slab in both kernels."""
    hu = scan_slab(trunk, block, tiles)
    paths = []
    for kernel in (SOFT, LUNG):
        ds = slice_header(seed, kernel, scan)
        for offset, z in enumerate(block.z.tolist()):
            if z < kernel.last_z:
                continue
            number = first + offset + 1
            name_image(ds, seed, DOG_CT, kernel.group, number)
            ds.ImagePositionPatient = [f"{scan.x[0]:.3f}", f"{scan.y[0]:.3f}", f"{z:.3f}"]
            ds.SliceLocation = f"{z:.3f}"
            noise = grains[kernel.group.key].slice(number, seed)
            set_pixels(ds, reconstruct(hu[offset], kernel, noise), 16, "MONOCHROME2")
            paths.append(save(ds, folder / "dog-ct" / kernel.group.key / f"{number:04d}.dcm"))
    return paths


def ct_tasks(
    seed: int, folder: Path, trunk: Trunk, tiles: Tiles, scan: Scan
) -> list[Callable[[], list[Path]]]:
    """One piece of work per slab; they may run at the same time."""
    grains = {kernel.group.key: Grain.make(seed, kernel, scan) for kernel in (SOFT, LUNG)}

    def task(first: int, block: Block) -> Callable[[], list[Path]]:
        return lambda: write_slab(seed, folder, trunk, scan, tiles, grains, first, block)

    return [task(first, block) for first, block in slabs(scan)]
