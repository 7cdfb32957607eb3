"""Bodies are drawn where they are, whatever the grid: turned, mirrored, sheared; cuts, boxes and removals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.helpers.corpus import images
from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.viewer.render.body import Body, Carved, strides, thinned
from vetpacs_desktop.viewer.render.body_masks import bone, labelled, outside
from vetpacs_desktop.viewer.render.body_picture import BodyLook, render_body
from vetpacs_desktop.viewer.volume.body import (
    BodyCamera,
    ClipBox,
    Edit,
    Kind,
    Side,
    cut_through,
    frame3d,
)
from vetpacs_desktop.viewer.volume.curve import presets_for
from vetpacs_desktop.viewer.volume.grid import Grid
from vetpacs_desktop.viewer.volume.section import BodyAxes
from vetpacs_desktop.viewer.volume.wish import BodyWish, Quality

SIZE = 160, 120
BONE = presets_for("CT")[0].curve
GRIDS = {
    "upright": Grid((-20.0, 5.0, 100.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.5), (40, 50, 60)),
    "left-handed": Grid((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, -1.5), (40, 50, 60)),
    "sheared": Grid((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.5, 1.4), (40, 50, 60)),
    "sagittal": Grid((9.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, -1.0), (1.5, 0.0, 0.0), (40, 50, 60)),
}
BALL = 6.0
"""Radius in mm."""


def ball(grid: Grid, middle: NDArray[np.float64], value: int = 2000) -> NDArray[np.int16]:
    """Air with one dense ball at a place in mm."""
    k, j, i = np.indices(grid.shape)
    away = np.linalg.norm(grid.to_patient(np.stack([i, j, k], axis=-1)) - middle, axis=-1)
    return np.where(away < BALL, value, -1000).astype(np.int16)


def seen(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(x, y) of the middle of what is not black."""
    rows, columns = np.nonzero(rgb.max(axis=2) > 40)
    assert len(rows), "nothing is drawn"
    return np.array([columns.mean(), rows.mean()])


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("side", [Side.LEFT, Side.CRANIAL, Side.VENTRAL])
def test_a_ball_is_drawn_at_its_place(name: str, side: Side) -> None:
    grid = GRIDS[name]
    place = grid.to_patient((42, 15, 28))
    camera = BodyCamera().from_side(side, BodyAxes(), True).turned(20, 10)
    camera = replace(camera, zoom=1.3, pan=(0.05, -0.08))
    body = Body(ball(grid, place), grid)
    for quality in Quality:
        rgb = body.picture(BodyWish(camera, BONE, *SIZE, quality=quality))
        assert rgb is not None
        assert rgb.shape == (SIZE[1], SIZE[0], 3)
        frame = frame3d(grid, camera, *SIZE)
        assert seen(rgb) == pytest.approx(frame.pixel(place), abs=1.0)
        width = np.ptp(np.nonzero((rgb.max(axis=2) > 40).any(axis=0))[0]) + 1
        assert width == pytest.approx(2 * BALL / frame.mm, abs=3), "a ball is round from everywhere"
    body.close()


def test_the_box_hides_what_is_outside_and_nothing_else() -> None:
    grid = GRIDS["sheared"]
    camera = BodyCamera().from_side(Side.CRANIAL, BodyAxes(), True)
    body = Body(ball(grid, grid.to_patient((42, 15, 28))), grid)
    wish = BodyWish(camera, BONE, *SIZE)
    shown = [
        body.picture(replace(wish, clip=clip))
        for clip in (ClipBox().moved(0, 1, 0.5), ClipBox().moved(0, 0, 0.5), ClipBox().moved(2, 1, 0.5))
    ]
    assert [rgb is not None and rgb.max() > 40 for rgb in shown] == [False, True, False]
    body.close()


def test_the_scalpel_takes_the_ball_behind_the_outline_and_undo_brings_it_back() -> None:
    grid = GRIDS["upright"]
    camera = BodyCamera().from_side(Side.LEFT, BodyAxes(), True)
    frame = frame3d(grid, camera, *SIZE)
    x, y = frame.pixel(grid.to_patient((42, 15, 28)))
    far = 12.0 / frame.mm
    around = ((x - far, y - far), (x + far, y - far), (x + far, y + far), (x - far, y + far))
    cut, keep = (cut_through(frame, around, around=one) for one in (False, True))
    assert cut is not None
    assert keep is not None
    body = Body(ball(grid, grid.to_patient((42, 15, 28))), grid)
    wish = BodyWish(camera, BONE, *SIZE)
    whole, gone, kept, back = (
        body.picture(replace(wish, edits=edits)) for edits in ((), (cut,), (keep,), ())
    )
    assert whole is not None
    assert gone is not None
    assert gone.max() < 40
    assert np.array_equal(whole, kept)
    assert np.array_equal(whole, back)
    body.close()


def test_brightest_values_shine_through_what_is_in_front() -> None:
    grid = GRIDS["upright"]
    values = ball(grid, grid.to_patient((30, 25, 20)))
    values[:, :, 50:55] = 300  # a wall on the left
    camera = BodyCamera().from_side(Side.LEFT, BodyAxes(), True)
    mip = next(one.curve for one in presets_for("CT") if one.name == "mip")
    body = Body(values, grid)
    rgb = body.picture(BodyWish(camera, mip, *SIZE))
    assert rgb is not None
    x, y = np.rint(frame3d(grid, camera, *SIZE).pixel(grid.to_patient((30, 25, 20)))).astype(int)
    assert rgb[y, x, 0] == 255
    assert 40 < rgb[y, x - round(12 / frame3d(grid, camera, *SIZE).mm), 0] < 140
    body.close()


def test_coarse_models_lie_where_the_fine_one_does() -> None:
    for grid in GRIDS.values():
        steps = strides(grid, 5000)
        coarse = thinned(grid, steps)
        assert np.prod(coarse.shape) <= 5000
        n, m, k = steps
        assert coarse.to_patient((3, 2, 1)) == pytest.approx(
            grid.to_patient((3 * k + (k - 1) / 2, 2 * m + (m - 1) / 2, n + (n - 1) / 2))
        )


# --- bone and table -----------------------------------------------------------------------------------


def animal() -> NDArray[np.int16]:
    """A trunk with lungs, a spine in it, a thin table below, which it touches."""
    values = np.full((12, 100, 120), -1000, np.int16)
    j, i = np.indices((100, 120))
    trunk = np.hypot((i - 60) / 40, (j - 45) / 30) < 1
    values[:, trunk] = 40
    values[:, np.hypot(i - 45, j - 45) < 10] = -800
    values[:, np.hypot(i - 60, j - 25) < 5] = 300
    values[:, np.hypot(i - 60, j - 25) < 3] = 900
    values[:, np.hypot(i - 78, j - 45) < 5] = 320  # enhanced blood, not connected to bone
    values[:, 76:78, :] = -100
    return values


def test_table_and_air_around_go_and_the_animal_stays_with_its_lungs() -> None:
    values = animal()
    gone = outside(values, (1.0, 1.0, 1.0))
    assert gone[:, 76:78, :40].all(), "the table"
    assert gone[:, 90, :].all(), "the air"
    body = values > -900
    body[:, 74:, :] = False
    assert not gone[body].any(), "animal, lung and bone"


def test_bone_goes_with_its_edge_and_vessels_stay() -> None:
    values = animal()
    gone = bone(values)
    j, i = np.indices(values.shape[1:])
    assert gone[:, np.hypot(i - 60, j - 25) < 5].all()
    assert not gone[:, np.hypot(i - 78, j - 45) < 5].any()
    assert not gone[:, np.hypot(i - 60, j - 25) > 7].any()


def test_parts_are_numbered_by_size() -> None:
    mask = np.zeros((3, 10, 10), np.bool_)
    mask[0, 0, :3] = mask[1, 4:9, 4:9] = mask[2, 9, 9] = True
    labels = labelled(mask)
    assert labels[1, 5, 5] == 1
    assert labels[0, 0, 0] == 2
    assert labels[2, 9, 9] == 3
    assert (labels[~mask] == 0).all()


def test_what_came_is_never_written_to() -> None:
    values = animal()
    values.flags.writeable = False
    grid = Grid((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (12, 100, 120))
    carved = Carved(values, grid)
    table, spine = Edit(Kind.TABLE), Edit(Kind.BONE)
    both = carved.after((table, spine))
    assert both[5, 25, 60] == both[5, 76, 5] == -1000
    assert carved.after((spine,))[5, 76, 5] == -100
    assert carved.after(()) is values


# --- the command's picture ------------------------------------------------------------------------------


def test_the_command_draws_bone_from_a_side() -> None:
    rgb = render_body(images("ct-tilted"), BodyLook(side=Side.LEFT), (200, 150))
    assert rgb.shape == (150, 200, 3)
    assert (rgb.max(axis=2) > 40).mean() > 0.05
    with pytest.raises(UsageError) as caught:
        render_body(images("mr-classic"), BodyLook("bone"), (200, 150))
    assert "no preset bone; there are tissue" in caught.value.sentence
