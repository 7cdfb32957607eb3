"""The same place in several pictures, and none where nobody can know."""

from pathlib import Path

import numpy as np
import pytest

from tests.viewer.render.files import image_file
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame, loaded
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.spot import is_on, nearest, nearest_slice, pixel_in, reach_of, spot_at

AXIAL, SAGITTAL = [1, 0, 0, 0, 1, 0], [0, 1, 0, 0, 0, -1]


def picture(folder: Path, space: str = "1.2.3", **tags: object) -> LoadedFrame:
    facts = {"PixelSpacing": [1, 1], "ImageOrientationPatient": AXIAL, "ImagePositionPatient": [0, 0, 0]}
    more = {"FrameOfReferenceUID": space} if space else {}
    path = image_file(folder, np.zeros((40, 50), np.int16), Modality="CT", **{**facts, **more, **tags})
    return loaded(FrameKey(path), open_file(path))


def test_a_place_is_found_in_another_plane_of_the_same_space(tmp_path: Path) -> None:
    axial = picture(tmp_path, ImagePositionPatient=[-10, -10, 5])
    sagittal = picture(tmp_path, ImageOrientationPatient=SAGITTAL, ImagePositionPatient=[7, -20, 25])
    spot = spot_at(axial, (17, 30))  # 7 mm left, 20 mm back, 5 mm up
    assert spot.place == pytest.approx((7, 20, 5))
    assert pixel_in(spot, sagittal, 0.5) == pytest.approx((40, 20))
    assert pixel_in(spot_at(axial, (19, 30)), sagittal, 0.5) is None  # 2 mm beside the slice
    assert pixel_in(spot_at(axial, (19, 30)), sagittal, 2.5) == pytest.approx((40, 20))


def test_no_place_is_invented(tmp_path: Path) -> None:
    here, elsewhere, nowhere = (picture(tmp_path, space) for space in ("1.2.3", "1.2.4", ""))
    for one, other in ((here, elsewhere), (here, nowhere), (nowhere, here), (nowhere, picture(tmp_path, ""))):
        assert pixel_in(spot_at(one, (3, 4)), other, 100) is None
    beside = picture(tmp_path, ImagePositionPatient=[500, 0, 0])
    assert pixel_in(spot_at(here, (3, 4)), beside, 100) is None  # the picture does not reach so far


def test_the_same_picture_shows_the_same_pixel(tmp_path: Path) -> None:
    one = picture(tmp_path, "")
    assert pixel_in(spot_at(one, (3.5, 4)), one, 0) == (3.5, 4)
    assert is_on(one, (-0.5, 39.5))
    assert not is_on(one, (49.6, 3))


def test_the_nearest_slice_and_how_far_it_reaches() -> None:
    positions = (0.0, 2.0, 5.0, None)
    assert nearest(1.2, positions) == 1
    assert nearest(-40, positions) == 0
    assert nearest(0, (None,)) is None
    assert nearest_slice((0, 0, 4), positions, (0, 0, 1)) == 2
    assert reach_of(positions, 1, None) == pytest.approx(1.5, abs=0.02)
    assert reach_of((3.0,), 0, 5.0) == pytest.approx(2.5, abs=0.02)
    assert reach_of((), 0, None) == pytest.approx(0.5, abs=0.02)
