"""The cines: lengths by the region's deltas, time by the frame time."""

from pathlib import Path

import numpy as np
import pydicom
import pytest

from vetpacs_desktop.examples import ANATOMY
from vetpacs_desktop.examples.echo import HEART_CENTER, STONE_CENTER, bladder_frames, heart_frames
from vetpacs_desktop.examples.texture import blur


def sector(ds: pydicom.Dataset) -> pydicom.Dataset:
    return ds.SequenceOfUltrasoundRegions[0]


def dark_run(profile: np.ndarray, middle: int) -> int:
    """Pixels of the dark stretch around `middle`, edges halfway up to the bright border."""
    low = np.median(profile[middle - 3 : middle + 4])
    high = np.percentile(profile, 75)
    bright = profile > (low + high) / 2
    before = middle - int(np.argmax(bright[middle::-1]))
    after = middle + int(np.argmax(bright[middle:]))
    return after - before - 1


def test_the_ventricle_measures_its_diameter_in_diastole_and_systole() -> None:
    frames, probe = heart_frames(1, False)
    column, row = probe.apex
    middle_x = round(column + HEART_CENTER[0] / probe.cm_per_pixel)
    middle_y = round(row + HEART_CENTER[1] / probe.cm_per_pixel)
    diameters = []
    for frame in frames[:22]:
        smooth = blur(frame.astype(np.float32), 1.5)
        profile = smooth[:, middle_x - 4 : middle_x + 5].mean(axis=1)
        low, high = middle_y - 150, min(middle_y + 150, len(profile))
        diameters.append(dark_run(profile[low:high], middle_y - low) * probe.cm_per_pixel * 10)
    assert diameters[0] == pytest.approx(ANATOMY.ventricle_diastole_mm, rel=0.04)
    assert min(diameters) == pytest.approx(ANATOMY.ventricle_systole_mm, rel=0.06)


def test_the_stone_is_as_wide_as_it_should_be() -> None:
    frames, probe = bladder_frames(1, False)
    left, top = probe.apex
    column = round(left + STONE_CENTER[0] / probe.cm_per_pixel)
    row = round(top + STONE_CENTER[1] / probe.cm_per_pixel)
    widths = []
    for frame in frames[::3]:
        cap = blur(frame.astype(np.float32), 1.5)[row - 18 : row - 2].max(axis=0)
        bright = cap > cap[column - 30 : column + 30].max() / 2
        run = int(np.argmin(bright[column:])) + int(np.argmin(bright[column::-1])) - 1
        widths.append(run * probe.cm_per_pixel * 10)
    assert np.median(widths) == pytest.approx(ANATOMY.bladder_stone_mm, rel=0.05)


def test_regions_are_in_centimetres_and_inside_the_picture(small_set: Path) -> None:
    for path in ("cat-bladder/bladder.dcm", "dog-heart/short-axis.dcm"):
        ds = pydicom.dcmread(small_set / path)
        region = sector(ds)
        assert (region.PhysicalUnitsXDirection, region.PhysicalUnitsYDirection) == (3, 3)
        assert 0 <= region.RegionLocationMinX0 < region.RegionLocationMaxX1 < ds.Columns
        assert 0 <= region.RegionLocationMinY0 < region.RegionLocationMaxY1 < ds.Rows
        assert region.PhysicalDeltaX == region.PhysicalDeltaY > 0
        assert float(ds.FrameTime) > 0
        assert ds.NumberOfFrames == len(ds.pixel_array)


def test_the_heart_beats_twice_and_its_ecg_is_a_region_of_time(small_set: Path) -> None:
    ds = pydicom.dcmread(small_set / "dog-heart" / "short-axis.dcm")
    assert ds.PhotometricInterpretation == "RGB"
    strip = ds.SequenceOfUltrasoundRegions[1]
    assert strip.PhysicalUnitsXDirection == 4
    beats = strip.PhysicalDeltaX * ds.Columns * float(ds.HeartRate) / 60
    assert beats == pytest.approx(2.0)
    assert float(ds.FrameTime) * ds.NumberOfFrames == pytest.approx(1000.0)
