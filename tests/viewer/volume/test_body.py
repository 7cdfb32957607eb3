"""Where a reader stands before a body, what is cut away, and that every cut can be taken back."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer.geometry.letters import vector_letters
from vetpacs_desktop.viewer.volume.body import (
    BodyCamera,
    BodyState,
    ClipBox,
    Edit,
    History,
    Kind,
    Side,
    cut_through,
    frame3d,
)
from vetpacs_desktop.viewer.volume.carving import carve
from vetpacs_desktop.viewer.volume.curve import presets_for
from vetpacs_desktop.viewer.volume.grid import Grid
from vetpacs_desktop.viewer.volume.section import BodyAxes
from vetpacs_desktop.viewer.volume.surface_wish import SurfaceWish
from vetpacs_desktop.viewer.volume.wish import (
    BodyWish,
    Quality,
    edits_from,
    grid_document,
    grid_from,
    wish_from,
    wish_of,
)

GRID = Grid((-20.0, 5.0, 100.0), (0.5, 0.0, 0.0), (0.0, 0.5, 0.0), (0.0, 0.2, 1.0), (30, 40, 60))
CURVE = presets_for("CT")[0].curve
angles = st.floats(-400, 400)


@given(st.lists(st.tuples(angles, angles, angles), max_size=12))
def test_turning_keeps_right_angles(turns: list[tuple[float, float, float]]) -> None:
    camera = BodyCamera()
    for across, along, roll in turns:
        camera = camera.turned(across, along).rolled(roll)
    basis = np.array([camera.right, camera.down, camera.away])
    assert basis @ basis.T == pytest.approx(np.eye(3), abs=1e-9)
    assert np.linalg.det(basis) == pytest.approx(1)


def test_what_is_in_front_follows_the_mouse() -> None:
    camera = BodyCamera().from_side(Side.LEFT, BodyAxes(), True)
    front = np.asarray(GRID.middle) - 10 * np.asarray(camera.away)
    before = frame3d(GRID, camera, 200, 200).pixel(front)
    right = frame3d(GRID, camera.turned(10, 0), 200, 200).pixel(front) - before
    down = frame3d(GRID, camera.turned(0, 10), 200, 200).pixel(front) - before
    assert right[0] > 1
    assert abs(right[1]) < 1e-6
    assert down[1] > 1
    assert abs(down[0]) < 1e-6
    above = np.asarray(GRID.middle) - 10 * np.asarray(camera.down)
    rolled = frame3d(GRID, camera.rolled(10), 200, 200).pixel(above)
    assert rolled[0] > before[0] + 1, "clockwise"


@pytest.mark.parametrize(
    ("side", "right", "up", "towards"),
    [
        (Side.LEFT, "CD", "D", "LE"),
        (Side.RIGHT, "CR", "D", "RT"),
        (Side.DORSAL, "RT", "CR", "D"),
        (Side.VENTRAL, "LE", "CR", "V"),
        (Side.CRANIAL, "LE", "D", "CR"),
        (Side.CAUDAL, "RT", "D", "CD"),
    ],
)
def test_anatomical_views_of_an_animal(side: Side, right: str, up: str, towards: str) -> None:
    """As somebody sees who stands there: over the back, head up, the animal's right is at the right."""
    camera = BodyCamera().from_side(side, BodyAxes(), True)
    letters = [
        vector_letters([sign * part for part in way], quadruped=True)
        for way, sign in ((camera.right, 1), (camera.down, -1), (camera.away, -1))
    ]
    assert letters == [right, up, towards]
    assert np.cross(camera.right, camera.down) == pytest.approx(camera.away)


def test_people_stand_upright() -> None:
    camera = BodyCamera().from_side(Side.VENTRAL, BodyAxes(), False)
    assert camera.down == (0, 0, -1)
    assert camera.right == pytest.approx((1, 0, 0)), "the patient's left at the viewer's right"


@given(angles, angles, st.floats(0.3, 8), st.floats(-0.4, 0.4), st.floats(-0.4, 0.4))
def test_pixels_and_places_agree(a: float, b: float, zoom: float, x: float, y: float) -> None:
    camera = replace(BodyCamera().turned(a, b), zoom=zoom, pan=(x, y))
    frame = frame3d(GRID, camera, 320, 200)
    assert frame.pixel(np.asarray(frame.focal)) == pytest.approx((159.5, 99.5))
    place = np.asarray(GRID.middle) + 7 * np.asarray(camera.right) - 3 * np.asarray(camera.down)
    pixel = frame.pixel(place)
    assert frame.plane_mm((float(pixel[0]), float(pixel[1]))) == pytest.approx((7, -3))


def test_a_larger_picture_keeps_its_middle() -> None:
    camera = BodyCamera(pan=(0.1, 0.0)).zoomed(2)
    assert camera.zoom == 2
    assert camera.pan == pytest.approx((0.2, 0.0))
    assert BodyCamera().zoomed(1e9).zoom <= 40


def test_faces_stop_at_each_other_and_at_the_volume() -> None:
    box = ClipBox().moved(0, 1, 0.4).moved(0, 0, 0.9)
    assert 0 < box.low[0] < box.high[0] == 0.4
    assert ClipBox().moved(2, 0, -3).whole
    assert ClipBox().bounds(GRID) == (-0.5, 59.5, -0.5, 39.5, -0.5, 29.5)
    assert ClipBox().face(GRID, 0, 0) == pytest.approx(GRID.to_patient((-0.5, 19.5, 14.5)))


def test_cuts_are_undone_and_done_again_without_end() -> None:
    state, history = BodyState(BodyCamera(), CURVE), History()
    for number in range(300):
        before = state
        state = replace(state, edits=(*state.edits, Edit(Kind.BONE, ((float(number), 0.0),))))
        history = history.done(before)
    turned = replace(state, camera=state.camera.turned(5, 5))
    now = turned
    for _ in range(300):
        history, now = history.undo(now)
    assert now.edits == ()
    assert now.camera == turned.camera, "how it is looked at is not undone"
    assert history.undo(now) == (history, now)
    for _ in range(300):
        history, now = history.redo(now)
    assert now == turned
    assert history.redo(now) == (history, now)


# --- the scalpel --------------------------------------------------------------------------------------


@given(angles, angles, st.booleans())
def test_the_scalpel_takes_what_lies_behind_the_outline(across: float, along: float, around: bool) -> None:
    """Against every voxel projected on its own; those within a voxel of the outline may go either way."""
    camera = BodyCamera().turned(across, along)
    frame = frame3d(GRID, camera, 300, 200)
    left, top, right, bottom = 120.0, 70.0, 190.0, 120.0
    outline = ((left, top), (right, top), (right, bottom), (left, bottom))
    edit = cut_through(frame, outline, around=around)
    assert edit is not None
    kept = np.ones(GRID.shape, np.bool_)
    carve(kept, GRID, edit)
    k, j, i = np.indices(GRID.shape)
    pixels = frame.pixel(GRID.to_patient(np.stack([i, j, k], axis=-1)))
    edge = 0.4 / frame.mm
    depth = np.minimum.reduce(
        [pixels[..., 0] - left, right - pixels[..., 0], pixels[..., 1] - top, bottom - pixels[..., 1]]
    )
    assert not (kept if not around else ~kept)[depth > edge].any()
    assert (kept if not around else ~kept)[depth < -edge].all()


def test_an_outline_around_nothing_cuts_nothing() -> None:
    frame = frame3d(GRID, BodyCamera(), 300, 200)
    assert cut_through(frame, ((1, 1), (5, 5))) is None
    assert cut_through(frame, ((1, 1), (5, 5), (9, 9))) is None


# --- to another process -------------------------------------------------------------------------------


def test_wishes_come_over_as_they_were() -> None:
    edit = Edit(Kind.AROUND, ((1.5, 2.5), (3.0, 4.0), (0.0, 7.0)), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    state = BodyState(BodyCamera().turned(3, 4), CURVE, "bone", ClipBox().moved(1, 0, 0.25), (edit,))
    wish = wish_of(state, 640, 480, quality=Quality.FINEST)
    assert wish_from(json.loads(json.dumps(wish.document()))) == wish
    assert isinstance(wish, BodyWish)
    assert grid_from(json.loads(json.dumps(grid_document(GRID)))) == GRID
    said = json.loads(json.dumps(SurfaceWish(250.0).document(state.clip, state.edits, "x.stl")))  # type: ignore[arg-type]
    assert edits_from(said["edits"]) == state.edits
    assert said["threshold"] == 250.0
