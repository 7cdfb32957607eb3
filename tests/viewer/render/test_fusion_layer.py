"""A second series over a picture: exact colours, clear where it does not reach, under the shutter."""

import numpy as np
import pytest
from numpy.typing import NDArray

from vetpacs_desktop.viewer.colour_maps import colour_maps
from vetpacs_desktop.viewer.render.scene import SliceScene
from vetpacs_desktop.viewer.snapshot import Camera, Cover, FusedPicture, Picture, Resolved, Viewport
from vetpacs_desktop.viewer.transfer import Transfer

SIDE = 64
HOT = colour_maps()["hot_iron"].colours
GREY = 100


def fused(*, opacity: float = 0.5, clear: bool = True, squares: bool = False) -> FusedPicture:
    values = np.full((SIDE, SIDE), 200, np.int16)
    values[:, :16] = 0
    reached = np.ones((SIDE, SIDE), bool)
    reached[:16] = False
    return FusedPicture(values, reached, Transfer(0.0, 255.0, None, HOT), opacity, clear, squares)


def drawn(over: FusedPicture | None, cover: Cover | None = None) -> NDArray[np.uint8]:
    """(64, 64, 3), top row first, one screen pixel for each of the picture's."""
    scene = SliceScene()
    base = np.full((SIDE, SIDE), GREY, np.int16)
    middle = (SIDE - 1) / 2
    camera = Camera((middle, middle), (1, 0), (0, 1), 1.0)
    picture = Picture(base, (1.0, 1.0))
    scene.apply(
        Resolved(Viewport(SIDE, SIDE), picture, Transfer(0, 255), camera=camera, fused=over, cover=cover)
    )
    pixels = scene.draw()[::-1, :, :3].copy()
    scene.close()
    return pixels


@pytest.mark.parametrize("opacity", [0.0, 0.25, 0.5, 1.0])
def test_colours_are_mixed_by_the_opacity(opacity: float) -> None:
    found = drawn(fused(opacity=opacity))[40, 40].astype(float)
    ink = np.frombuffer(HOT, np.uint8).reshape(-1, 3)[200].astype(float)
    assert found == pytest.approx(GREY * (1 - opacity) + ink * opacity, abs=2)


def test_it_is_clear_where_the_second_series_does_not_reach_and_where_it_is_darkest() -> None:
    pixels = drawn(fused(opacity=1.0))
    assert (pixels[:15] == GREY).all(), "not reached"
    assert (pixels[20:, :15] == GREY).all(), "as dark as can be"
    assert (drawn(fused(opacity=1.0, clear=False))[20:, :15] == 0).all()


def test_every_other_square_is_the_picture_alone() -> None:
    pixels = drawn(fused(squares=True))
    covered = (pixels[16:, 16:] != GREY).any(axis=-1)
    assert covered.mean() == pytest.approx(0.5)


def test_the_shutter_lies_over_it() -> None:
    shutter = np.zeros((SIDE, SIDE), bool)
    shutter[30:50, 30:50] = True
    assert (drawn(fused(), Cover(shutter, ()))[35:45, 35:45] == 0).all()


def test_without_one_the_picture_is_as_before() -> None:
    assert (drawn(None) == GREY).all()
