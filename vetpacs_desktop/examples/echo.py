"""Ultrasound cines: the dog's beating heart in short axis, and the cat's bladder with a stone.

The inner diameter of the left ventricle and the width of the stone are known (anatomy.py); regions are
calibrated in cm. Owns the two scenes and their DICOM objects.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from vetpacs_desktop.examples.anatomy import ANATOMY
from vetpacs_desktop.examples.cast import CAT_BLADDER, DOG_HEART, Exam
from vetpacs_desktop.examples.dicom import US_CLIP_CLASS, Group, image_header, save, set_pixels
from vetpacs_desktop.examples.texture import Floats, generator, grain
from vetpacs_desktop.examples.ultrasound import Converter, Probe, Scatterers, frame, near_field

Frames = NDArray[np.uint8]
CENTIMETRES, SECONDS = 3, 4
HEART_CENTER = (0.15, 4.75)
"""Middle of the left ventricle, cm from the probe's face."""
WALL_CM = 0.85
"""Thickness of the left ventricle's wall in diastole."""
STONE_CENTER = (0.35, 3.72)
BLOOM_CM = 0.055
"""How much wider the beam makes a bright edge; the stone is drawn narrower so that it is seen as it is."""
ECG_TOP = 428


def heart_probe(small: bool) -> Probe:
    """A phased array showing 8.2 cm."""
    if small:
        return Probe(8.2, 0.68, 0.0, 240, 320, 8, 0.040, 200, 100)
    return Probe(8.2, 0.68, 0.0, 480, 640, 14, 0.020, 460, 200)


def bladder_probe(small: bool) -> Probe:
    """A microconvex probe showing 5.5 cm."""
    if small:
        return Probe(5.5, 0.55, 1.1, 240, 320, 8, 0.025, 200, 100)
    return Probe(5.5, 0.55, 1.1, 480, 640, 14, 0.0125, 440, 190)


def contraction(phase: float) -> float:
    """0 at end diastole (phase 0), 1 at end systole."""
    phase %= 1.0
    if phase < 0.38:
        return float(np.sin(phase / 0.38 * np.pi / 2) ** 2)
    if phase < 0.72:
        return float(np.cos((phase - 0.38) / 0.34 * np.pi / 2) ** 2)
    return 0.0


def heart_frames(seed: int, small: bool) -> tuple[Frames, Probe]:
    """Grey frames of two beats and the probe; the first frame is end diastole."""
    probe = heart_probe(small)
    rng = generator(seed, "echo")
    x, y = probe.points()
    scatterers, converter = Scatterers.make(rng), Converter.of(probe)
    skin = near_field(y, rng, (0.22, 0.5, 0.93))
    noise = grain(rng, (y.shape[0] + 64, y.shape[1]))
    count = 10 if small else 44
    frames = []
    for number in range(count):
        echo, rest = heart_scene(x, y, contraction(number / count * 2), skin)
        shift = int(rng.integers(0, 64))
        frames.append(converter.show(frame(echo, rest, scatterers, noise[shift : shift + len(y)])))
    return np.stack(frames), probe


def heart_scene(x: Floats, y: Floats, squeeze: float, skin: Floats) -> tuple[Floats, tuple[Floats, Floats]]:
    """Echo strength and the place at rest of each point, the ventricle `squeeze`d between 0 and 1."""
    diastole, systole = ANATOMY.ventricle_diastole_mm / 20, ANATOMY.ventricle_systole_mm / 20
    inner = diastole + (systole - diastole) * squeeze
    outer = float(np.sqrt((diastole + WALL_CM) ** 2 - diastole**2 + inner**2))
    dx, dy = x - np.float32(HEART_CENTER[0]), y - np.float32(HEART_CENTER[1])
    angle = np.arctan2(dx, dy)
    away = np.hypot(dx, dy) * (
        1 + np.float32(0.035) * np.sin(2 * angle) - np.float32(0.02) * np.sin(4 * angle)
    )
    rest_away = np.sqrt(np.maximum(away**2 - np.float32(inner**2 - diastole**2), np.float32(0.0001)))
    stretch = np.where(away < inner, 1, rest_away / np.maximum(away, np.float32(0.01)))
    rest = dx * stretch + np.float32(30), dy * stretch + np.float32(30)
    facing = np.float32(0.45) + np.float32(0.55) * np.cos(angle) ** 2
    echo = np.full(x.shape, np.float32(0.034)) * (1 + np.float32(0.5) * np.sin(x * 3.1 + y * 1.7))
    echo = _right_ventricle(echo, dx, dy, outer, squeeze)
    wall = _step(outer - away)
    echo += wall * (np.float32(0.062) * (np.float32(0.25) + facing) - echo)
    echo += (
        np.exp(-(((away - outer - np.float32(0.06)) / np.float32(0.055)) ** 2))
        * facing**2
        * _far(dy)
        * np.float32(0.85)
    )
    echo += np.exp(-(((away - inner - np.float32(0.03)) / np.float32(0.04)) ** 2)) * facing * np.float32(0.12)
    echo += _step(inner - away) * (np.float32(0.0011) - echo)
    echo = _papillaries(echo, dx, dy, inner, squeeze)
    echo *= np.exp(-y * np.float32(0.045))
    return echo + skin * np.exp(-y * np.float32(0.5)), rest


def _step(depth: Floats, width: float = 0.05) -> Floats:
    share: Floats = np.clip(depth / np.float32(width) + np.float32(0.5), 0, 1)
    return share


def _far(dy: Floats) -> Floats:
    """Stronger behind the heart, where the lung lies against the pericardium."""
    return np.float32(0.35) + np.float32(0.65) * (dy > 0)


def _right_ventricle(echo: Floats, dx: Floats, dy: Floats, outer: float, squeeze: float) -> Floats:
    """The crescent of blood between chest wall and septum, its free wall in front."""
    wide, tall = 2.75 - 0.25 * squeeze, 1.42 - 0.22 * squeeze
    center = -(outer - 0.35)
    q = np.sqrt(
        ((dx + np.float32(0.35)) / np.float32(wide)) ** 2
        + ((dy - np.float32(center)) / np.float32(tall)) ** 2
    )
    depth = (1 - q) * np.float32(tall)
    echo = echo + _step(depth + np.float32(0.34)) * (np.float32(0.055) - echo)
    return echo + _step(depth) * (np.float32(0.0012) - echo)


def _papillaries(echo: Floats, dx: Floats, dy: Floats, inner: float, squeeze: float) -> Floats:
    for turn in (-0.85, 0.85):
        reach = inner - 0.16
        px, py = dx - np.float32(np.sin(turn) * reach), dy - np.float32(np.cos(turn) * reach)
        size = 0.36 + 0.07 * squeeze
        depth = np.float32(size) - np.hypot(px, py * np.float32(0.85))
        echo = echo + _step(depth) * (np.float32(0.06) - echo)
    return echo


def bladder_frames(seed: int, small: bool) -> tuple[Frames, Probe]:
    """Grey frames of the bladder moving with breathing."""
    probe = bladder_probe(small)
    rng = generator(seed, "bladder")
    x, y = probe.points()
    scatterers, converter = Scatterers.make(rng), Converter.of(probe)
    skin = near_field(y, rng, (0.16, 0.34, 0.62))
    noise = grain(rng, (y.shape[0] + 64, y.shape[1]))
    count = 8 if small else 30
    frames = []
    for number in range(count):
        breath = float(np.sin(number / count * 2 * np.pi))
        echo, rest = bladder_scene(x, y, breath, skin)
        shift = int(rng.integers(0, 64))
        frames.append(converter.show(frame(echo, rest, scatterers, noise[shift : shift + len(y)])))
    return np.stack(frames), probe


def bladder_scene(x: Floats, y: Floats, breath: float, skin: Floats) -> tuple[Floats, tuple[Floats, Floats]]:
    """The bladder with a stone on its floor; `breath` between -1 and 1 moves it by 1 mm."""
    move = np.float32(0.05 * breath)
    dx, dy = x - move, y - np.float32(2.55) - move
    q = np.sqrt((dx / np.float32(2.0)) ** 2 + (dy / np.float32(1.32)) ** 2)
    depth = (1 - q) * np.float32(1.45)
    echo = np.full(x.shape, np.float32(0.042)) * (
        1 + np.float32(0.45) * np.sin(x * 2.3 + 1) * np.sin(y * 3.7 + x)
    )
    echo += _step(depth + np.float32(0.17), 0.06) * (np.float32(0.08) - echo)
    echo += np.exp(-(((depth + np.float32(0.17)) / np.float32(0.05)) ** 2)) * np.float32(0.28)
    shallow = np.exp(-np.maximum(dy + np.float32(1.1), 0) * np.float32(3.0))
    urine = np.float32(0.0007) + np.float32(0.008) * shallow
    echo += _step(depth, 0.05) * (urine - echo)
    behind = (np.abs(dx) < np.float32(1.7)) & (dy > 0) & (depth < np.float32(-0.05))
    echo *= np.where(behind, np.float32(1.9), np.float32(1.0))
    echo = _stone(echo, x - move, y - move)
    echo *= np.exp(-y * np.float32(0.07))
    return echo + skin * np.exp(-y * np.float32(0.8)), (x - move + np.float32(30), y - move + np.float32(30))


def _stone(echo: Floats, x: Floats, y: Floats) -> Floats:
    """A bright cap as wide as the stone, and the shadow behind it along the beam."""
    half = ANATOMY.bladder_stone_mm / 20 - BLOOM_CM
    sx, sy = STONE_CENTER
    radius = bladder_probe(False).radius
    ray = x * np.float32(sy + radius) / (y + np.float32(radius))
    across = (ray - np.float32(sx)) / np.float32(half)
    front = np.float32(sy) - np.float32(half * 0.75) * np.sqrt(np.maximum(1 - across**2, 0))
    within = np.clip((1 - np.abs(across)) * np.float32(half / 0.02) + np.float32(0.5), 0, 1)
    cap = within * np.exp(-(((y - front - np.float32(0.045)) / np.float32(0.06)) ** 2))
    shadowed: Floats = echo * (1 - within * (y > front) * np.float32(0.985))
    shadowed += cap * np.float32(1.5)
    return shadowed


def with_ecg(grey: Frames, beats: int = 2) -> Frames:
    """RGB frames: a slightly warm grey, a depth scale at the right edge and a running ECG below."""
    count, rows, columns = grey.shape
    rgb = np.empty((count, rows, columns, 3), np.uint8)
    for channel, share in enumerate((1.0, 0.97, 0.90)):
        rgb[..., channel] = (grey * np.float32(share)).astype(np.uint8)
    trace = _ecg(columns, rows, beats)
    upper = np.minimum(trace, np.roll(trace, -1))
    lower = np.maximum(np.maximum(trace, np.roll(trace, -1)), upper + 1)
    row = np.arange(rows)[:, None]
    line = (row >= upper) & (row <= lower)
    for number in range(count):
        seen = round((number + 1) / count * columns)
        rgb[number, :, : seen - 1][line[:, : seen - 1]] = (60, 230, 120)
    return rgb


def _ecg(columns: int, rows: int, beats: int) -> NDArray[np.intp]:
    """Row of the trace in each column: P, QRS and T; the R wave at end diastole."""
    phase = (np.arange(columns) / columns * beats) % 1.0
    wave = np.zeros(columns)
    for at, wide, high in (
        (0.84, 0.025, 0.16),
        (0.985, 0.008, -0.15),
        (0.005, 0.009, 1.0),
        (0.028, 0.009, -0.3),
        (0.27, 0.05, 0.25),
    ):
        gap = (phase - at + 0.5) % 1.0 - 0.5
        wave += high * np.exp(-((gap / wide) ** 2))
    scale = rows / 480
    return np.round(rows - 18 * scale - wave * 30 * scale).astype(np.intp)


def depth_scale(frames: Frames, probe: Probe) -> None:
    """Ticks every centimetre down the right edge, longer every five."""
    row = probe.apex[1]
    for cm in range(int(probe.depth) + 1):
        at = round(row + cm / probe.cm_per_pixel)
        long = max(3, probe.columns // (50 if cm % 5 == 0 else 100))
        if at < probe.rows:
            frames[:, at, probe.columns - 6 - long : probe.columns - 6] = 170


def region(probe: Probe) -> Dataset:
    """The calibrated sector (PS3.3 C.8.5.5)."""
    column, row = probe.apex
    half = float(np.sin(probe.half_angle)) * (probe.depth + probe.radius) / probe.cm_per_pixel
    item = Dataset()
    item.RegionSpatialFormat, item.RegionDataType, item.RegionFlags = 1, 1, 2
    item.RegionLocationMinX0, item.RegionLocationMaxX1 = (
        max(0, int(column - half)),
        min(probe.columns - 1, int(column + half) + 1),
    )
    item.RegionLocationMinY0 = probe.top
    item.RegionLocationMaxY1 = min(probe.rows - 1, round(row + probe.depth / probe.cm_per_pixel))
    item.PhysicalUnitsXDirection = item.PhysicalUnitsYDirection = CENTIMETRES
    item.PhysicalDeltaX = item.PhysicalDeltaY = probe.cm_per_pixel
    item.ReferencePixelX0, item.ReferencePixelY0 = round(column) - item.RegionLocationMinX0, 0
    item.ReferencePixelPhysicalValueX = item.ReferencePixelPhysicalValueY = 0.0
    item.TransducerFrequency = 6000
    return item


def ecg_region(probe: Probe, seconds: float) -> Dataset:
    """The ECG strip: time runs along x."""
    item = Dataset()
    item.RegionSpatialFormat, item.RegionDataType, item.RegionFlags = 4, 10, 0
    item.RegionLocationMinX0, item.RegionLocationMaxX1 = 0, probe.columns - 1
    item.RegionLocationMinY0, item.RegionLocationMaxY1 = round(probe.rows * ECG_TOP / 480), probe.rows - 1
    item.PhysicalUnitsXDirection, item.PhysicalUnitsYDirection = SECONDS, 0
    item.PhysicalDeltaX, item.PhysicalDeltaY = seconds / probe.columns, 1.0
    return item


def cine(
    seed: int,
    exam: Exam,
    group: Group,
    frames: NDArray[Any],
    photometric: str,
    regions: list[Dataset],
    frame_ms: float,
) -> Dataset:
    """An Ultrasound Multi-frame object (PS3.3 A.7)."""
    ds = image_header(seed, exam, group, US_CLIP_CLASS, 1)
    ds.ImageType = ["ORIGINAL", "PRIMARY"]
    ds.PatientOrientation = []
    ds.FrameTime = f"{frame_ms:g}"
    ds.FrameIncrementPointer = 0x00181063
    ds.CineRate = ds.RecommendedDisplayFrameRate = round(1000 / frame_ms)
    ds.StartTrim, ds.StopTrim = 1, len(frames)
    ds.SequenceOfUltrasoundRegions = Items(regions)
    ds.LossyImageCompression, ds.BurnedInAnnotation = "00", "NO"
    set_pixels(ds, frames, 8, photometric)
    return ds


def write_heart(seed: int, folder: Path, small: bool) -> list[Path]:
    """The dog's echocardiogram, RGB, two beats at 120 a minute."""
    grey, probe = heart_frames(seed, small)
    depth_scale(grey, probe)
    group = Group("short-axis", 1, "US", "Right parasternal short axis", "HEART", "US-1", "Analytic US")
    regions = [region(probe), ecg_region(probe, 1.0)]
    ds = cine(seed, DOG_HEART, group, with_ecg(grey), "RGB", regions, 1000 / len(grey))
    ds.HeartRate = 120
    return [save(ds, folder / DOG_HEART.key / "short-axis.dcm")]


def write_bladder(seed: int, folder: Path, small: bool) -> list[Path]:
    """The cat's bladder, eight-bit grey."""
    grey, probe = bladder_frames(seed, small)
    depth_scale(grey, probe)
    group = Group("bladder", 1, "US", "Urinary bladder, transverse", "BLADDER", "US-1", "Analytic US")
    ds = cine(seed, CAT_BLADDER, group, grey, "MONOCHROME2", [region(probe)], 66.0)
    return [save(ds, folder / CAT_BLADDER.key / "bladder.dcm")]
