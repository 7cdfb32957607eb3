"""A plane as the command writes it: the right place, the right way round, the right thickness."""

from __future__ import annotations

import numpy as np
import pytest

from tests.helpers.corpus import images
from tests.viewer.volume.volumes import volume_of
from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.viewer.render.planes import PlaneWish, plane_of, projection, render_plane
from vetpacs_desktop.viewer.volume.section import PlaneName


@pytest.mark.parametrize(("name", "axis"), [("sagittal", 0), ("coronal", 1), ("axial", 2)])
def test_the_position_is_along_the_body(name: str, axis: int) -> None:
    volume = volume_of("ct-thin")
    wanted = float(np.asarray(volume.grid.to_patient((200, 300, 70)))[axis])
    one, number = plane_of(volume, PlaneWish(PlaneName(name), wanted), quadruped=True)
    assert one.place(number, 3, 4)[axis] == pytest.approx(wanted, abs=1e-6)


def test_a_place_outside_says_where_the_planes_are() -> None:
    with pytest.raises(UsageError) as caught:
        render_plane(images("ct-thin"), PlaneWish(PlaneName.AXIAL, -5000.0))
    assert "they go from 695.0 to 833.0 mm" in caught.value.sentence


def test_plain_planes_come_pixel_for_pixel_and_a_mip_is_the_brightest_of_all() -> None:
    rgb, window = render_plane(images("ct-thin"), projection("mip", None, None), plain=True)
    volume = volume_of("ct-thin")
    brightest = volume.values.max(axis=1)[::-1]
    assert window is not None
    assert rgb.shape[1] == volume.values.shape[2]
    white = window.center + window.width
    shown = rgb[..., 0] == 255
    rows = np.linspace(0, shown.shape[0] - 1, brightest.shape[0]).round().astype(int)
    assert np.mean(shown[rows] == (brightest > white)) > 0.97
