"""Free turns: places, lengths and angles are the picture's own in any turn, flip, zoom and pixel shape."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vetpacs_desktop.viewer import state as s
from vetpacs_desktop.viewer.framing import camera_of, turned_size
from vetpacs_desktop.viewer.marks import to_image, to_screen
from vetpacs_desktop.viewer.snapshot import Picture, Viewport

VIEWPORT = Viewport(900, 700)
ROWS, COLUMNS = 40, 60
places = st.tuples(st.floats(0, COLUMNS - 1), st.floats(0, ROWS - 1))
shapes = st.sampled_from([(1.0, 1.0), (1.0, 2.5), (1.6, 1.0)])
views = st.builds(
    s.ViewState,
    flip_h=st.booleans(),
    flip_v=st.booleans(),
    rotation=st.floats(0, 359.999),
    zoom=st.sampled_from([s.ZoomMode.FIT, s.ZoomMode.FACTOR, s.ZoomMode.ONE_TO_ONE]),
    factor=st.floats(0.1, 20),
    pan=st.tuples(st.floats(-50, 50), st.floats(-50, 50)),
)


def picture(pixel: tuple[float, float]) -> Picture:
    return Picture(np.zeros((ROWS, COLUMNS), np.uint8), pixel)


@given(views, shapes, places)
def test_a_place_on_the_screen_is_its_own_place_in_the_image(
    view: s.ViewState, pixel: tuple[float, float], place: tuple[float, float]
) -> None:
    shown = picture(pixel)
    camera = camera_of(view, shown, VIEWPORT)
    there = to_screen(place, shown, camera, VIEWPORT)
    assert to_image(there, shown, camera, VIEWPORT) == pytest.approx(place, abs=1e-6)


@given(views, shapes, places, places, places)
def test_lengths_and_angles_on_the_screen_are_those_of_the_image(
    view: s.ViewState,
    pixel: tuple[float, float],
    a: tuple[float, float],
    b: tuple[float, float],
    c: tuple[float, float],
) -> None:
    assume(min(math.dist(a, b), math.dist(b, c)) > 0.5)
    shown = picture(pixel)
    camera = camera_of(view, shown, VIEWPORT)
    seen = [to_screen(at, shown, camera, VIEWPORT) for at in (a, b, c)]
    own = [(x * pixel[0], y * pixel[1]) for x, y in (a, b, c)]
    assert math.dist(*seen[:2]) / camera.factor == pytest.approx(math.dist(*own[:2]), rel=1e-3 / 1000)
    assert _angle(*seen) == pytest.approx(_angle(*own), abs=1e-4)


def _angle(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    one, other = (math.atan2(end[1] - b[1], end[0] - b[0]) for end in (a, c))
    return abs((math.degrees(one - other) + 180) % 360 - 180)


@given(views, shapes)
def test_a_turned_picture_fits_whole_and_touches_an_edge(
    view: s.ViewState, pixel: tuple[float, float]
) -> None:
    shown, fitted = picture(pixel), s.fit(view)
    camera = camera_of(fitted, shown, VIEWPORT)
    ends = [(x, y) for x in (-0.5, COLUMNS - 0.5) for y in (-0.5, ROWS - 0.5)]
    seen = [to_screen(end, shown, camera, VIEWPORT) for end in ends]
    slack = 1.0
    assert min(x for x, _ in seen) >= -slack
    assert max(x for x, _ in seen) <= VIEWPORT.width + slack
    assert min(y for _, y in seen) >= -slack
    assert max(y for _, y in seen) <= VIEWPORT.height + slack
    width, height = (side * camera.factor for side in turned_size(fitted, shown.size))
    assert width == pytest.approx(VIEWPORT.width) or height == pytest.approx(VIEWPORT.height)


@given(views)
def test_flips_are_those_of_the_screen_at_any_angle(view: s.ViewState) -> None:
    (right, down), (flipped, same) = s.axes(view), s.axes(s.flip_horizontal(view))
    assert flipped == pytest.approx((-right[0], -right[1]), abs=1e-6)
    assert same == pytest.approx(down, abs=1e-6)
    still, turned = s.axes(s.flip_vertical(view))
    assert still == pytest.approx(right, abs=1e-6)
    assert turned == pytest.approx((-down[0], -down[1]), abs=1e-6)


@given(views, st.integers(-800, 800))
def test_degrees_add_up_and_come_back(view: s.ViewState, degrees: int) -> None:
    there = s.rotate(view, degrees)
    assert 0 <= there.rotation < 360
    assert (s.rotate(there, -degrees).rotation - view.rotation + 180) % 360 - 180 == pytest.approx(
        0, abs=2e-6
    )


def test_ninety_single_degrees_are_one_crisp_quarter() -> None:
    view = s.ViewState()
    for _ in range(90):
        view = s.rotate(view, 1)
    assert s.axes(view) == s.axes(s.rotate(s.ViewState(), 90)) == ((0, -1), (1, 0))


@pytest.mark.parametrize("rotation", [0.0, 90.0, 180.0, 270.0])
def test_at_quarter_turns_image_pixels_meet_screen_pixels(rotation: float) -> None:
    shown = picture((1.0, 1.0))
    view = s.ViewState(rotation=rotation, zoom=s.ZoomMode.FACTOR, factor=3.0, pan=(0.3, 0.2))
    x, y = to_screen((-0.5, -0.5), shown, camera_of(view, shown, VIEWPORT), VIEWPORT)
    assert (x, y) == (round(x), round(y))


def test_a_page_takes_the_nearest_quarter() -> None:
    shown = picture((1.0, 1.0))
    view = s.ViewState(rotation=80)
    assert camera_of(view, shown, VIEWPORT, sharp=True).right == (0, -1)
