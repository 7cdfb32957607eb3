"""Rays through shapes have the lengths that geometry says, and radiographs keep the anatomy's scale."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.examples import ANATOMY
from vetpacs_desktop.examples.anatomy import Shot, norberg_angle
from vetpacs_desktop.examples.bones import Bone, spine
from vetpacs_desktop.examples.dogviews import camera_of, dog_views
from vetpacs_desktop.examples.flesh import ball
from vetpacs_desktop.examples.projection import (
    Camera,
    lateral_camera,
    ventrodorsal_camera,
    xray_bones,
    xray_parts,
    xray_volume,
)
from vetpacs_desktop.examples.shapes import LEVEL, Drum, tube
from vetpacs_desktop.examples.volume import blend, grid

FAR = Shot(1e6, 1e6 - 1)


def thickness(camera: Camera, *parts) -> np.ndarray:  # type: ignore[no-untyped-def]
    total = np.zeros((camera.rows, camera.columns), np.float32)
    xray_parts(camera, parts, 1.0, total)
    return total


@given(radius=st.floats(2, 30), x=st.floats(-20, 20), y=st.floats(-20, 20))
def test_a_central_ray_crosses_a_sphere_by_its_diameter(radius: float, x: float, y: float) -> None:
    camera = lateral_camera((0, 0, 0), FAR, 0.5, 241, 241)
    shadow = thickness(camera, ball((x, y, 3.0), radius))
    assert shadow.max() == pytest.approx(2 * radius, rel=0.02)
    assert (shadow > 0).sum() * 0.25 == pytest.approx(np.pi * radius**2, rel=0.15, abs=2)


@given(length=st.floats(8, 30), wide=st.floats(4, 10))
def test_a_drum_seen_from_the_side_is_as_long_as_it_is(length: float, wide: float) -> None:
    camera = lateral_camera((0, 0, 0), FAR, 0.1, 101, 601)
    shadow = thickness(camera, Drum((0, 0, 0), (wide, wide), length / 2, LEVEL))
    seen = (shadow[50] > wide).sum() * 0.1
    assert seen == pytest.approx(length, abs=0.21)
    assert shadow[50, 300] == pytest.approx(2 * wide, rel=0.01)


@pytest.mark.parametrize("radius", [0.5, 2.0, 6.0])
def test_a_tube_across_the_beam_is_as_thick_as_it_is(radius: float) -> None:
    camera = lateral_camera((0, 0, 0), FAR, 0.2, 121, 301)
    shadow = thickness(camera, tube([(0, 0, -40), (0, 0, 40)], radius))
    assert shadow[60, 100:200].mean() == pytest.approx(2 * radius, rel=0.06)
    across = shadow[:, 100:200].sum(axis=0).mean() * 0.2
    assert across == pytest.approx(np.pi * radius**2, rel=0.05)


def test_a_cone_beam_magnifies_by_the_two_distances() -> None:
    shot = ANATOMY.ventrodorsal
    camera = ventrodorsal_camera((0, 40, 16), shot, 0.16, 400, 400)
    columns, rows, zoom = camera.project(np.array([(0.0, 40.0, 16.0), (10.0, 40.0, 6.0)]))
    assert zoom == pytest.approx(shot.magnification)
    assert (columns[1] - columns[0]) * 0.16 / shot.magnification == pytest.approx(10)
    assert (rows[1] - rows[0]) * 0.16 / shot.magnification == pytest.approx(10)


def test_a_volume_casts_the_same_shadow_as_the_shape_it_was_made_from() -> None:
    shape = ball((4, 6, -8), 30, 18, 22)
    block = grid((-40, -30, -50), (50, 40, 40), 1.0)
    hu = np.full(block.shape, np.float32(-1000))
    blend(hu, shape.depth(block), 0.0, 1.0)
    camera = lateral_camera((0, 0, 0), ANATOMY.lateral, 0.5, 240, 240)
    from_voxels = xray_volume(camera, hu, block, 0.5)
    exact = thickness(camera, shape) * 0.0235
    assert float(np.abs(from_voxels - exact).mean()) < 0.02 * float(exact.max())
    assert from_voxels.max() == pytest.approx(exact.max(), rel=0.02)


@pytest.mark.parametrize("name", ["T4", "L2", "L5"])
def test_a_vertebra_is_measured_on_the_lateral_with_its_magnified_scale(name: str) -> None:
    vertebra = ANATOMY.vertebra(name)
    camera = lateral_camera(vertebra.center, ANATOMY.lateral, 0.16, 200, 300)
    bones = [Bone(b.name, b.parts[:1], b.shell_mm) for b in spine(ANATOMY.vertebrae) if b.name == name]
    total = np.zeros((200, 300), np.float32)
    xray_bones(camera, bones, total)
    line = total[100]
    seen = np.flatnonzero(line > line[150] / 2)
    length = (seen[-1] - seen[0] + 1) * 0.16 / ANATOMY.lateral.magnification
    assert length == pytest.approx(vertebra.length, abs=0.4)


def test_hips_keep_their_norberg_angles_on_the_detector() -> None:
    view = next(v for v in dog_views(0.16) if v.ball)
    camera = camera_of(view)
    for hip, other in ((ANATOMY.hip_left, ANATOMY.hip_right), (ANATOMY.hip_right, ANATOMY.hip_left)):
        column, row, _ = camera.project(np.array([hip.center, other.center, hip.rim]))
        points = [(float(c), 0.0, -float(r)) for c, r in zip(column, row, strict=True)]
        assert norberg_angle(*points) == pytest.approx(hip.norberg_degrees, abs=0.05)


def magnified_mm(ds: pydicom.Dataset) -> float:
    return float(ds.ImagerPixelSpacing[0]) / float(ds.EstimatedRadiographicMagnificationFactor)


def test_the_marker_ball_has_its_diameter_in_the_stored_pixels(small_set: Path) -> None:
    ds = pydicom.dcmread(small_set / "dog-hips" / "ventrodorsal.dcm")
    pixels = ds.pixel_array.astype(float)
    camera = camera_of(next(v for v in dog_views(float(ds.ImagerPixelSpacing[0])) if v.ball))
    column, row, _ = (round(float(v[0])) for v in camera.project(np.array([ANATOMY.marker_ball])))
    reach = round(ANATOMY.marker_ball_mm / 2 / magnified_mm(ds)) + 4
    crop = pixels[row - reach : row + reach + 1, column - reach : column + reach + 1]
    around = np.median(np.concatenate([crop[0], crop[-1]]))
    metal = crop > (around + crop.max()) / 2
    measured = 2 * np.sqrt(metal.sum() / np.pi) * magnified_mm(ds)
    assert measured == pytest.approx(ANATOMY.marker_ball_mm, rel=0.01)


def test_a_year_ago_the_heart_was_smaller_on_the_film(small_set: Path) -> None:
    def heart_share(key: str) -> float:
        ds = pydicom.dcmread(small_set / key / "right-lateral.dcm")
        size = float(ds.ImagerPixelSpacing[0])
        pixels = ds.pixel_array.astype(float)
        view = next(v for v in dog_views(size) if v.exam.key == key and v.number == 1)
        camera = camera_of(view)
        line = [(0.0, -28.0, z) for z in np.arange(70.0, -32.0, -1.0)]
        column, row, _ = camera.project(np.array(line))
        values = pixels[np.round(row).astype(int), np.round(column).astype(int)]
        return float((values > (values.min() + values.max()) / 2).mean())

    assert heart_share("dog-thorax") > heart_share("dog-thorax-2025") + 0.03
