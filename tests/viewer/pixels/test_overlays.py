"""Overlays and shutters: what lies over a picture and what hides parts of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import ExplicitVRBigEndian

from tests.viewer.pixels.samples import dataset, opened, real, write
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.shutters import shutter_of

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")

BITMAP = np.random.default_rng(5).integers(0, 2, (3, 5)).astype(bool)


def with_overlay(bits: bytes | None, **elements: Any) -> Dataset:
    """An overlay of 3 x 5 in group 6002, its corner on row 2, column 3."""
    ds = dataset(bytes(48))
    add = ds.add_new
    add(0x60020010, "US", 3)
    add(0x60020011, "US", 5)
    add(0x60020040, "CS", elements.get("kind", "G"))
    add(0x60020050, "SS", [2, 3])
    add(0x60020100, "US", 1)
    add(0x60020102, "US", elements.get("bit", 0))
    if "frames" in elements:
        add(0x60020015, "IS", elements["frames"])
        add(0x60020051, "US", elements["first"])
    if bits is not None:
        add(0x60023000, "OW", bits)
    return ds


def packed(bitmap: np.ndarray[Any, Any]) -> bytes:
    data = np.packbits(bitmap.reshape(-1), bitorder="little").tobytes()
    return data + b"\0" * (len(data) % 2)


def test_a_plane_with_its_own_data(tmp_path: Path) -> None:
    ds = with_overlay(packed(BITMAP), kind="R")
    ds.add_new(0x60021500, "LO", "Left ear")
    (overlay,) = open_file(write(tmp_path / "o.dcm", ds)).overlays(0)
    assert np.array_equal(overlay.bitmap, BITMAP)
    assert (overlay.top, overlay.left, overlay.label, overlay.roi) == (1, 2, "Left ear", True)


def test_a_plane_of_a_big_endian_file(tmp_path: Path) -> None:
    ds = with_overlay(np.frombuffer(packed(BITMAP), ">u2").astype("<u2").tobytes())
    ds.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    (overlay,) = open_file(write(tmp_path / "o.dcm", ds)).overlays(0)
    assert np.array_equal(overlay.bitmap, BITMAP)
    assert (overlay.top, overlay.left) == (1, 2)


def test_planes_for_some_frames_only(tmp_path: Path) -> None:
    two = np.stack([BITMAP, ~BITMAP])
    ds = with_overlay(packed(two), frames=2, first=2)
    ds.PixelData, ds.NumberOfFrames = bytes(48 * 4), 4
    file = open_file(write(tmp_path / "o.dcm", ds))
    found = [file.overlays(frame) for frame in range(4)]
    assert [len(overlays) for overlays in found] == [0, 1, 1, 0]
    assert np.array_equal(found[1][0].bitmap, BITMAP)
    assert np.array_equal(found[2][0].bitmap, ~BITMAP)


def test_a_plane_in_the_upper_bits_of_the_pixels(tmp_path: Path) -> None:
    values = np.arange(15, dtype=np.uint16).reshape(3, 5) * 200
    ds = with_overlay(None, bit=14)
    ds.Rows, ds.Columns = 3, 5
    ds.PixelData = (values | BITMAP.astype(np.uint16) << 14).tobytes()
    file = open_file(write(tmp_path / "o.dcm", ds))
    assert np.array_equal(file.stored(0), values)
    (overlay,) = file.overlays(0)
    assert np.array_equal(overlay.bitmap, BITMAP)


@pytest.mark.parametrize("bits", [b"", b"\1\1"])
def test_a_broken_plane_is_left_out(tmp_path: Path, bits: bytes) -> None:
    ds = with_overlay(bits)
    ds[0x60020010].value = 300
    assert open_file(write(tmp_path / "o.dcm", ds)).overlays(0) == ()


@pytest.mark.parametrize("name", ["MR-SIEMENS-DICOM-WithOverlays.dcm", "examples_overlay.dcm"])
def test_real_overlays_match_the_reference(name: str) -> None:
    (overlay,) = opened(name).overlays(0)
    assert np.array_equal(overlay.bitmap, dcmread(real(name)).overlay_array(0x6000).astype(bool))


def shutter(**elements: Any) -> Any:
    return shutter_of(dataset(bytes(48), **elements))


def test_without_a_shutter_nothing_is_hidden() -> None:
    assert shutter() is None
    assert shutter(ShutterShape="RECTANGULAR") is None
    assert shutter(ShutterShape="CIRCULAR", CenterOfCircularShutter=[3, 3]) is None


def test_a_rectangle_keeps_its_own_border() -> None:
    found = shutter(
        ShutterShape="RECTANGULAR",
        ShutterUpperHorizontalEdge=2,
        ShutterLowerHorizontalEdge=3,
        ShutterLeftVerticalEdge=3,
        ShutterRightVerticalEdge=5,
    )
    assert (~found.mask(4, 6)).nonzero()[0].tolist() == [1, 1, 1, 2, 2, 2]
    assert (~found.mask(4, 6)).nonzero()[1].tolist() == [2, 3, 4, 2, 3, 4]


def test_a_circle() -> None:
    found = shutter(ShutterShape="CIRCULAR", CenterOfCircularShutter=[11, 21], RadiusOfCircularShutter=5)
    seen = ~found.mask(30, 40)
    assert seen[10, 25]
    assert not seen[10, 26]
    assert seen.sum() == pytest.approx(np.pi * 25, rel=0.1)


def test_a_polygon() -> None:
    corners = [2, 2, 2, 12, 12, 12, 12, 2]
    found = shutter(ShutterShape="POLYGONAL", VerticesOfThePolygonalShutter=corners)
    seen = ~found.mask(20, 20)
    assert seen[1:12, 1:12].all()
    assert seen.sum() == 121
    triangle = shutter(ShutterShape="POLYGONAL", VerticesOfThePolygonalShutter=[1, 1, 1, 101, 101, 1])
    assert (~triangle.mask(120, 120)).sum() == 101 * 102 / 2


def test_two_shapes_hide_what_either_hides(tmp_path: Path) -> None:
    ds = dataset(
        bytes(48),
        ShutterShape=["RECTANGULAR", "CIRCULAR"],
        ShutterUpperHorizontalEdge=1,
        ShutterLowerHorizontalEdge=2,
        ShutterLeftVerticalEdge=1,
        ShutterRightVerticalEdge=6,
        CenterOfCircularShutter=[1, 1],
        RadiusOfCircularShutter=2,
    )
    hidden = open_file(write(tmp_path / "s.dcm", ds)).hidden()
    assert hidden is not None
    assert (~hidden).sum() == 5
