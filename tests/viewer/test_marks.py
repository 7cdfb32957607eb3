"""Marks lie where their points lie under every camera, and what lies under the mouse is found."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer.annotations import Annotation, ImageRef
from vetpacs_desktop.viewer.figures import circle, foot_of, lines_of
from vetpacs_desktop.viewer.mark import Look, Mark
from vetpacs_desktop.viewer.marks import Entry, Grip, grip_at, marks_of, to_image, to_screen
from vetpacs_desktop.viewer.measure.tool import Figure
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.snapshot import Camera, Picture, Viewport

VIEWPORT = Viewport(800, 600)
PICTURE = Picture(np.zeros((60, 80), np.int16), (1.0, 2.0))
TURNS = (((1, 0), (0, 1)), ((0, -1), (1, 0)), ((-1, 0), (0, -1)), ((-1, 0), (0, 1)), ((0, 1), (1, 0)))
POINTS = ((10.0, 20.0), (60.0, 20.0), (60.0, 50.0), (20.0, 45.0))


def entry(tool: str, points: tuple[tuple[float, float], ...] = POINTS, words: str = "12 mm") -> Entry:
    return Entry(Annotation(tool, tool, ImageRef("1"), points), TOOLS[tool], (words,))


def marks(*entries: Entry, camera: Camera, hovered: Grip | None = None) -> tuple[Mark, ...]:
    return marks_of(entries, PICTURE, camera, VIEWPORT, hovered)


@given(st.sampled_from(TURNS), st.floats(0.05, 50), st.floats(-50, 200), st.floats(-50, 200))
def test_image_and_screen_are_one_place(
    turn: tuple[tuple[int, int], tuple[int, int]], factor: float, x: float, y: float
) -> None:
    camera = Camera((40.0, 60.0), *turn, factor)
    screen = to_screen((x, y), PICTURE, camera, VIEWPORT)
    assert to_image(screen, PICTURE, camera, VIEWPORT) == pytest.approx((x, y), abs=1e-6)


@pytest.mark.parametrize("turn", TURNS)
def test_a_length_runs_between_its_points(turn: tuple[tuple[int, int], tuple[int, int]]) -> None:
    camera = Camera((40.0, 60.0), *turn, 3.0)
    (mark,) = marks(entry("length", POINTS[:2]), camera=camera)
    assert mark.strokes[0].points == tuple(
        to_screen(point, PICTURE, camera, VIEWPORT) for point in POINTS[:2]
    )
    assert mark.tag is not None
    assert mark.tag.lines == ("12 mm",)
    assert mark.look is Look.PLAIN
    assert mark.handles == ()


def test_what_is_far_out_of_sight_has_no_mark() -> None:
    camera = Camera((5000.0, 5000.0), (1, 0), (0, 1), 3.0)
    assert marks(entry("length", POINTS[:2]), camera=camera) == ()


def test_handles_come_before_lines_and_the_nearest_wins() -> None:
    camera = Camera((40.0, 60.0), (1, 0), (0, 1), 3.0)
    entries = (entry("length", POINTS[:2]), entry("rectangle", (POINTS[0], POINTS[2])))
    drawn = marks(*entries, camera=camera)
    places = [
        [to_screen(point, PICTURE, camera, VIEWPORT) for point in one.annotation.points] for one in entries
    ]
    x, y = to_screen(POINTS[1], PICTURE, camera, VIEWPORT)
    assert grip_at(drawn, entries, places, (x + 3, y), 8) == Grip("length", 1)
    side = to_screen((60.0, 35.0), PICTURE, camera, VIEWPORT)
    assert grip_at(drawn, entries, places, (side[0] - 4, side[1]), 8) == Grip("rectangle")
    assert grip_at(drawn, entries, places, (side[0] + 40, side[1]), 8) is None


def test_what_is_hovered_shows_its_handles() -> None:
    camera = Camera((40.0, 60.0), (1, 0), (0, 1), 3.0)
    (mark,) = marks(entry("angle", POINTS[:3]), camera=camera, hovered=Grip("angle", 1))
    assert mark.look is Look.HOVERED
    assert [handle.grown for handle in mark.handles] == [False, True, False]


@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(-100, 100)), min_size=3, max_size=3))
def test_a_circle_runs_through_its_three_points(points: list[tuple[float, float]]) -> None:
    (ax, ay), (bx, by), (cx, cy) = points
    area = abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))
    found = circle(points)
    if area > 1:
        assert found is not None
        (x, y), radius = found
        ways = [math.hypot(px - x, py - y) for px, py in points]
        assert ways == pytest.approx([radius] * 3, rel=1e-6, abs=1e-6)


def test_a_perpendicular_meets_its_line_at_a_right_angle_even_beyond_its_end() -> None:
    points = ((0.0, 0.0), (10.0, 5.0), (30.0, -20.0))
    x, y = foot_of(points[2], points[0], points[1])
    assert (x - 30.0) * 10 + (y + 20.0) * 5 == pytest.approx(0, abs=1e-9)
    base, upright, *_ = lines_of(Figure.PERPENDICULAR, points)
    assert base.points == points[:2]
    assert upright.points == (points[2], (x, y))


@pytest.mark.parametrize("figure", list(Figure))
@pytest.mark.parametrize("count", range(5))
def test_any_number_of_points_can_be_drawn(figure: Figure, count: int) -> None:
    for line in lines_of(figure, POINTS[:count]):
        assert len(line.points) > 1
