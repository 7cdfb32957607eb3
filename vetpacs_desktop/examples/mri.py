"""The dog's head in magnetic resonance: transverse T1 and T2, with fluid in the left middle ear.

Coordinates in mm of the head: +x left, +y dorsal, +z rostral. Owns the tissues and their brightness in both
weightings, and writes the files; nothing in it is meant to be measured except through the header's spacing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from vetpacs_desktop.examples.cast import DOG_HEAD
from vetpacs_desktop.examples.dicom import MR_CLASS, Group, image_header, name_image, save, set_pixels, uid_of
from vetpacs_desktop.examples.flesh import Outline, ball
from vetpacs_desktop.examples.shapes import Block, Ellipsoid, Shape, Tube, smooth_tube
from vetpacs_desktop.examples.texture import Floats, clouds, generator, grain, tile
from vetpacs_desktop.examples.volume import Tiles, blend


@dataclass(frozen=True, slots=True)
class Tissue:
    """Brightness in T1 and T2 weighting."""

    t1: float
    t2: float


AIR, BONE, FAT, MUSCLE = Tissue(8, 8), Tissue(70, 45), Tissue(900, 600), Tissue(400, 210)
CSF, GREY, WHITE, MARROW = Tissue(170, 980), Tissue(500, 540), Tissue(640, 390), Tissue(690, 470)
MUCOSA, VITREOUS, LENS, FLUID = Tissue(430, 760), Tissue(160, 1000), Tissue(330, 90), Tissue(310, 930)

HEAD = Outline(
    (
        (110, 14, -10, 2, -26), (80, 20, -8, 12, -34), (52, 33, -5, 25, -42), (30, 45, 0, 36, -48),
        (8, 51, 2, 43, -50), (-14, 53, 2, 44, -52), (-36, 51, 0, 41, -54), (-58, 47, -4, 36, -56),
        (-80, 45, -8, 33, -58),
    ),
    keel=0.05,
)  # fmt: skip
BRAIN = ball((0.0, 12.0, -4.0), 25.0, 20.0, 34.0)
CEREBELLUM = ball((0.0, 9.0, -40.0), 18.0, 14.0, 13.0)


Fill = Callable[[Floats, Tissue], None]
"""Paints a tissue wherever a depth is positive."""


@dataclass(frozen=True, slots=True)
class Weighting:
    """One series: which brightness it shows and how it was acquired."""

    group: Group
    name: str
    repetition_ms: float
    echo_ms: float
    window: tuple[int, int]


T1 = Weighting(
    Group("t1", 1, "MR", "T1 TSE transverse", "HEAD", "MR-1", "Analytic 1.5T"), "t1", 560.0, 12.0, (420, 850)
)
T2 = Weighting(
    Group("t2", 2, "MR", "T2 TSE transverse", "HEAD", "MR-1", "Analytic 1.5T"), "t2", 4200.0, 98.0, (480, 980)
)


def head_grid(small: bool) -> tuple[Block, float, float]:
    """Voxels (rostral first, dorsal on top), pixel and slice distance in mm."""
    size, pitch, gap, count = (128, 1.0, 10.0, 9) if small else (256, 0.5, 3.9, 24)
    at = (np.arange(size) - (size - 1) / 2).astype(np.float32) * np.float32(pitch)
    z = (46.0 - np.arange(count) * gap).astype(np.float32)
    return Block(at, -at - np.float32(4), z), pitch, gap


def head_volume(seed: int, block: Block, name: str, pitch: float) -> Floats:
    """Noise-free brightness of weighting `name`, (slices, rows, columns)."""
    volume = np.full(block.shape, np.float32(getattr(AIR, name)))
    noise = tile(generator(seed, "gyri"), 96, (7.0, 7.0, 7.0))

    def fill(depth: Floats, tissue: Tissue) -> None:
        blend(volume, depth, float(getattr(tissue, name)), pitch)

    def put(shape: Shape, tissue: Tissue) -> None:
        fill(shape.depth(block), tissue)

    ripple = Tiles.sample(noise, block, 0.5)
    skin = HEAD.depth(block)
    fill(skin, MUSCLE)
    fill(skin - np.float32(1.2), FAT)
    fill(skin - np.float32(4.2) + ripple * np.float32(0.5), MUSCLE)
    fill(np.minimum(np.float32(0.32) - np.abs(ripple + np.float32(1.0)) * np.float32(2.2), skin - 6), FAT)
    for shape, tissue in _face():
        put(shape, tissue)
    _turbinates(fill, block, ripple)
    _brain(fill, block, ripple)
    for shape, tissue in _inside():
        put(shape, tissue)
    return volume


def _face() -> list[tuple[Ellipsoid | Tube, Tissue]]:
    """Nose, mouth, jaws, eyes, ears: in the order they are drawn."""
    parts: list[tuple[Ellipsoid | Tube, Tissue]] = [
        (ball((0, -31, 36), 14, 9, 44), MUSCLE),
        (smooth_tube([(0, -22, 60), (0, -20, 10), (0, -27, -30), (0, -30, -70)], [2.0, 3.4, 4.0, 4.2]), AIR),
        (ball((0, -1, 66), 16, 15, 40), BONE),
    ]
    for side in (-1, 1):
        jaw = [(side * 15, -37, 70), (side * 26, -37, 30), (side * 34, -30, 0), (side * 36, -14, -14)]
        ear = [(side * 27, -8, -30), (side * 37, -8, -31), (side * 43, 4, -33), (side * 50, 24, -36)]
        zygoma = [(side * 30, -8, 44), (side * 42, -6, 20), (side * 44, -6, 0), (side * 32, -6, -20)]
        parts += [
            (smooth_tube(jaw, [5, 6, 5.5, 4]), BONE),
            (smooth_tube(jaw, [3.2, 4, 3.2, 2]), MARROW),
            (smooth_tube(zygoma, [4, 4.2, 4, 3.5]), BONE),
            (smooth_tube(zygoma, [2.2, 2.4, 2.2, 1.6]), MARROW),
            (ball((side * 25, 8, 34), 14, 13, 14), FAT),
            (ball((side * 26, 8, 37), 10.6, 10.6, 10.6), BONE),
            (ball((side * 26, 8, 37), 9.8, 9.8, 9.8), VITREOUS),
            (ball((side * 28, 8, 43), 5.2, 5.2, 3.6), LENS),
            (smooth_tube(ear, [3.4, 4.0, 4.4, 6.0]), MUCOSA),
            (smooth_tube(ear, [1.6, 2.4, 2.8, 4.0]), AIR),
            (ball((side * 9, 27, 34), 7.5, 6.5, 10), BONE),
            (ball((side * 9, 27, 34), 6.5, 5.5, 9), AIR),
            (ball((side * 17, -17, -28), 9.5, 9.0, 11), BONE),
            (ball((side * 17, -17, -28), 8.3, 7.8, 9.8), FLUID if side > 0 else AIR),
        ]
    return parts


def _turbinates(fill: Fill, block: Block, ripple: Floats) -> None:
    """Scrolls of mucosa in the nose, the septum in its middle."""
    nose = ball((0, -1, 66), 14.2, 13.2, 38.5).depth(block)
    fill(nose, AIR)
    x, y = np.abs(block.x)[None, None, :], block.y[None, :, None]
    scroll = np.sin(
        np.hypot(x - np.float32(7), y + np.float32(2)) * np.float32(1.9) + ripple * np.float32(1.1)
    )
    fill(np.minimum(nose, scroll * np.float32(0.9) + np.float32(0.25)), MUCOSA)
    fill(np.minimum(nose, np.float32(0.9) - x + ripple * 0), MUCOSA)


def _brain(fill: Fill, block: Block, ripple: Floats) -> None:
    """Skull, fluid, cortex with sulci, white matter, cerebellum with its leaves, stem."""
    cerebrum, small = BRAIN.depth(block), CEREBELLUM.depth(block)
    stem = smooth_tube([(0, 0, 4), (0, -3, -18), (0, -6, -40), (0, -14, -80)], [8, 9, 8, 6.5])
    stalk = stem.depth(block)
    whole = np.maximum(np.maximum(cerebrum, small), stalk - np.float32(0.4))
    fill(whole + np.float32(4.6), BONE)
    fill(whole + np.float32(1.6), CSF)
    fill(cerebrum, GREY)
    sulcus = np.float32(0.62) - np.abs(ripple) * np.float32(3.4)
    core: Floats = (cerebrum - 4.0 + 2.2 * np.tanh(ripple * 2)).astype(np.float32, copy=False)
    fill(core, WHITE)
    fill(np.minimum(np.minimum(sulcus, np.float32(7.5) - cerebrum), cerebrum), CSF)
    x, y = np.abs(block.x)[None, None, :], block.y[None, :, None]
    cleft: Floats = np.minimum(np.minimum(np.float32(0.8) - x, y - np.float32(13)), cerebrum)
    fill(cleft, CSF)
    fill(small, GREY)
    leaf = np.sin(y * np.float32(1.7) + block.z[:, None, None] * np.float32(1.1) + x * np.float32(0.25))
    fill(np.minimum(small - np.float32(2), leaf - np.float32(0.35)), WHITE)
    fill(np.minimum(small, np.float32(-0.82) - leaf), CSF)
    fill(stalk, WHITE)


def _inside() -> list[tuple[Ellipsoid | Tube, Tissue]]:
    """Basal nuclei, thalamus and the ventricles."""
    parts: list[tuple[Ellipsoid | Tube, Tissue]] = [
        (ball((0, 5, -8), 10, 8, 11), GREY),
        (ball((0, 5, -8), 0.9, 6, 8), CSF),
    ]
    for side in (-1, 1):
        horn = [
            (side * 3.4, 15, 16),
            (side * 4.6, 17, 6),
            (side * 6.4, 17, -6),
            (side * 10, 12, -17),
            (side * 13, 4, -14),
        ]
        parts += [
            (ball((side * 8, 11, 9), 4, 6, 9), GREY),
            (smooth_tube(horn, [1.2, 2.4, 2.7, 2.4, 1.2]), CSF),
        ]
    parts += [
        (smooth_tube([(0, 1, -24), (0, 2, -34), (0, -2, -46)], [1.0, 2.6, 1.4]), CSF),
        (ball((0, -6, 2), 3, 2.6, 3.4), GREY),
    ]
    return parts


def magnitude(clean: Floats, rng: np.random.Generator, size: int) -> NDArray[np.uint16]:
    """Stored values of one slice: the coil's uneven field and Rician noise."""
    shade = 1 + np.float32(0.07) * clouds(rng, (size, size), size / 1.6, 1)
    field = clean * np.clip(shade, 0.75, 1.25)
    real, imaginary = (
        field + grain(rng, field.shape) * np.float32(17),
        grain(rng, field.shape) * np.float32(17),
    )
    values: NDArray[np.uint16] = np.clip(np.hypot(real, imaginary), 0, 4095).astype(np.uint16)
    return values


def slice_header(seed: int, how: Weighting, pitch: float, gap: float) -> Dataset:
    """What all slices of a series share (PS3.3 A.4)."""
    ds = image_header(seed, DOG_HEAD, how.group, MR_CLASS, 1)
    ds.ImageType = ["ORIGINAL", "PRIMARY", "OTHER"]
    ds.FrameOfReferenceUID = uid_of(seed, DOG_HEAD.key, "frame of reference")
    ds.PositionReferenceIndicator = ""
    ds.ImageOrientationPatient = ["1", "0", "0", "0", "-1", "0"]
    ds.PixelSpacing = [f"{pitch:g}"] * 2
    ds.SliceThickness, ds.SpacingBetweenSlices = f"{gap * 0.9:g}", f"{gap:g}"
    ds.PatientPosition = "HFP"
    ds.ScanningSequence, ds.SequenceVariant, ds.ScanOptions = "SE", "SK", ""
    ds.MRAcquisitionType, ds.MagneticFieldStrength, ds.ImagingFrequency = "2D", "1.5", "63.87"
    ds.RepetitionTime, ds.EchoTime, ds.FlipAngle = f"{how.repetition_ms:g}", f"{how.echo_ms:g}", "90"
    ds.EchoTrainLength, ds.NumberOfAverages, ds.EchoNumbers = (3 if how is T1 else 15), "2", "1"
    ds.AcquisitionNumber = how.group.number
    ds.WindowCenter, ds.WindowWidth = str(how.window[0]), str(how.window[1])
    return ds


def write_head(seed: int, folder: Path, small: bool) -> list[Path]:
    """Both series of the head."""
    block, pitch, gap = head_grid(small)
    paths = []
    for how in (T1, T2):
        volume = head_volume(seed, block, how.name, pitch)
        ds = slice_header(seed, how, pitch, gap)
        for number, z in enumerate(block.z.tolist(), start=1):
            name_image(ds, seed, DOG_HEAD, how.group, number)
            ds.ImagePositionPatient = [f"{block.x[0]:.3f}", f"{block.y[0]:.3f}", f"{z:.3f}"]
            ds.SliceLocation = f"{z:.3f}"
            rng = generator(seed, "head", how.name, str(number))
            set_pixels(ds, magnitude(volume[number - 1], rng, len(block.x)), 12, "MONOCHROME2")
            paths.append(save(ds, folder / DOG_HEAD.key / how.name / f"{number:04d}.dcm"))
    return paths
