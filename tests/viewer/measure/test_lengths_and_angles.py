"""Lengths and angles come out of true space, whatever the shape of the pixels and the origin of the scale."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.viewer.measure.pictures import capture, measure, measured_on, part, radiograph
from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.measure.lengths import foot, ratio_of
from vetpacs_desktop.viewer.measure.measured import Measured, NotMeasurable
from vetpacs_desktop.viewer.measure.tools import TOOLS

FACTOR = "EstimatedRadiographicMagnificationFactor"
DISTANCES = {"DistanceSourceToDetector": 1000, "DistanceSourceToPatient": 800}
SPACINGS = st.floats(0.02, 3.0)
PLACES = st.floats(-50, 4000)
POINTS = st.tuples(PLACES, PLACES)
TURNS = st.floats(-math.pi, math.pi)


def ct(row: float, column: float) -> Any:
    return measured_on(
        PixelSpacing=[f"{row:.10g}", f"{column:.10g}"],
        ImagePositionPatient=[0, 0, 0],
        ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
    )


def drawn(x: float, y: float, row: float, column: float) -> tuple[float, float]:
    """The pixel at a place in mm."""
    return x / column, y / row


@given(row=SPACINGS, column=SPACINGS, start=POINTS, turn=TURNS, mm=st.floats(1, 500))
def test_a_length_drawn_in_millimetres_measures_them(
    row: float, column: float, start: tuple[float, float], turn: float, mm: float
) -> None:
    x, y = start
    points = [drawn(x, y, row, column), drawn(x + mm * math.cos(turn), y + mm * math.sin(turn), row, column)]
    found = measure("length", points, ct(row, column))
    assert found.value == pytest.approx(mm, rel=1e-6)
    assert (found.unit, found.basis) == ("mm", Basis.PHYSICAL)


@given(
    row=SPACINGS,
    column=SPACINGS,
    turn=TURNS,
    angle=st.floats(0.5, 179.5),
    legs=st.tuples(st.floats(1, 90), st.floats(1, 90)),
)
def test_an_angle_drawn_in_the_animal_is_measured_there(
    row: float, column: float, turn: float, angle: float, legs: tuple[float, float]
) -> None:
    other = turn + math.radians(angle)
    points = [
        drawn(30 + legs[0] * math.cos(turn), 30 + legs[0] * math.sin(turn), row, column),
        drawn(30, 30, row, column),
        drawn(30 + legs[1] * math.cos(other), 30 + legs[1] * math.sin(other), row, column),
    ]
    found = measure("angle", points, ct(row, column))
    assert found.value == pytest.approx(angle, abs=1e-5)
    assert found.unit == "deg"
    assert part(found, "supplement") == pytest.approx(180 - angle, abs=1e-5)


@given(
    row=SPACINGS,
    column=SPACINGS,
    turn=TURNS,
    angle=st.floats(2, 88),
    swaps=st.tuples(st.booleans(), st.booleans()),
)
@pytest.mark.parametrize("tool", ["open_angle", "cobb"])
def test_two_lines_give_their_angle_whichever_end_was_clicked_first(
    tool: str, row: float, column: float, turn: float, angle: float, swaps: tuple[bool, bool]
) -> None:
    def line(direction: float, swap: bool) -> list[tuple[float, float]]:
        ends = [
            drawn(80 + away * math.cos(direction), 80 + away * math.sin(direction), row, column)
            for away in (20, 60)
        ]
        return ends[::-1] if swap else ends

    points = line(turn, swaps[0]) + line(turn + math.radians(angle), swaps[1])
    assert measure(tool, points, ct(row, column)).value == pytest.approx(angle, abs=1e-4)


def test_an_obtuse_angle_of_two_lines_is_the_one_that_is_drawn() -> None:
    neck_and_shaft = [(0, 0), (0, 100), (10, -10), (60, -60)]
    found = measure("open_angle", neck_and_shaft, capture())
    assert found.value == pytest.approx(135)


def test_lines_that_cross_give_their_smaller_angle_and_parallels_none() -> None:
    assert measure("cobb", [(0, 0), (10, 10), (0, 10), (10, 0.0)], capture()).value == pytest.approx(90)
    assert measure("cobb", [(-5, 0), (5, 0), (5, -1), (-5, 1)], capture()).value == pytest.approx(
        11.3099, abs=1e-3
    )
    assert measure("cobb", [(0, 0), (10, 0), (20, 5), (0, 5)], capture()).value == pytest.approx(0)


@given(row=SPACINGS, column=SPACINGS, path=st.lists(POINTS, min_size=2, max_size=8))
def test_a_path_is_as_long_as_its_pieces(row: float, column: float, path: list[tuple[float, float]]) -> None:
    image = ct(row, column)
    pieces = [measure("length", [a, b], image).value or 0.0 for a, b in pairwise(path)]
    assert measure("polyline", path, image).value == pytest.approx(sum(pieces))


@given(row=SPACINGS, column=SPACINGS, turn=TURNS, along=st.floats(-30, 60), away=st.floats(0, 80))
@pytest.mark.parametrize("tool", ["perpendicular", "parallel"])
def test_the_distance_from_a_line_is_measured_at_a_right_angle(
    tool: str, row: float, column: float, turn: float, along: float, away: float
) -> None:
    c, s = math.cos(turn), math.sin(turn)
    spots = [(40.0, 40.0), (40 + 30 * c, 40 + 30 * s), (40 + along * c - away * s, 40 + along * s + away * c)]
    points = [drawn(x, y, row, column) for x, y in spots]
    image = ct(row, column)
    assert measure(tool, points, image).value == pytest.approx(away, abs=1e-6)
    x, y = foot(points, image)
    assert (x * column, y * row) == pytest.approx((40 + along * c, 40 + along * s), abs=1e-6)


def test_two_diameters_name_the_longer_one_whichever_is_drawn_first() -> None:
    image = ct(0.5, 0.25)
    found = measure("bidirectional", [(10, 10), (10, 30), (0, 20), (80, 20)], image)
    assert found.value == part(found, "long") == pytest.approx(20)
    assert part(found, "short") == pytest.approx(10)
    assert part(found, "angle") == pytest.approx(90)
    assert found.parts["short"].basis is Basis.PHYSICAL


@given(row=SPACINGS, column=SPACINGS, a=POINTS, b=POINTS, c=POINTS, d=POINTS)
def test_a_ratio_divides_two_lengths(row: float, column: float, a: Any, b: Any, c: Any, d: Any) -> None:
    image = ct(row, column)
    first, second = measure("length", [a, b], image), measure("length", [c, d], image)
    assume(second.value is not None and second.value > 1e-3)
    assert first.value is not None
    assert second.value is not None
    found = measure("ratio", [a, b, c, d], image)
    assert found.value == pytest.approx(first.value / second.value)
    assert (found.unit, found.basis) == ("ratio", Basis.NONE)
    assert part(found, "second") == second.value


# ------------------------------------------------------------- no millimetres


def test_without_a_scale_lengths_are_in_pixels_and_say_why() -> None:
    found = measure("length", [(0, 0), (30, 40)], capture())
    assert (found.value, found.unit, found.basis) == (50, "px", Basis.NONE)
    assert "no pixel size" in found.note


def test_the_shape_of_pixels_alone_gives_true_angles_and_ratios_but_no_millimetres() -> None:
    image = capture(PixelAspectRatio=[2, 1])
    assert measure("angle", [(10, 0), (0, 0), (20, 10)], image).value == pytest.approx(45)
    assert measure("ratio", [(0, 0), (0, 10), (0, 0), (20, 0)], image).value == pytest.approx(1)
    across = measure("length", [(0, 0), (20, 0)], image)
    assert (across.value, across.unit, across.basis) == (20, "px", Basis.NONE)
    assert "times as tall as wide" in across.note


def test_lengths_of_different_origin_are_not_divided() -> None:
    mm, px = Measured(3.0, "mm", Basis.DETECTOR), Measured(4.0, "px")
    with pytest.raises(NotMeasurable, match="different scales"):
        ratio_of(mm, px)
    with pytest.raises(NotMeasurable, match="different scales"):
        ratio_of(mm, Measured(4.0, "mm", Basis.USER))
    with pytest.raises(NotMeasurable, match="is 0"):
        ratio_of(mm, Measured(0.0, "mm", Basis.DETECTOR))


@pytest.mark.parametrize(
    ("tags", "basis", "mm"),
    [
        ({"ImagerPixelSpacing": [0.2, 0.1]}, Basis.DETECTOR, 20),
        ({"ImagerPixelSpacing": [0.2, 0.1], "PixelSpacing": [0.16, 0.08]}, Basis.CALIBRATED, 16),
        ({"ImagerPixelSpacing": [0.2, 0.1], FACTOR: 1.25}, Basis.MAGNIFIED, 16),
        ({"ImagerPixelSpacing": [0.2, 0.1], **DISTANCES}, Basis.MAGNIFIED, 16),
        ({"PixelSpacing": [0.2, 0.1]}, Basis.UNKNOWN, 20),
        ({"PixelSpacing": [0.2, 0.1], FACTOR: 1.25}, Basis.UNKNOWN, 20),
    ],
)  # fmt: skip
def test_every_length_on_a_radiograph_says_where_its_millimetres_come_from(
    tags: dict[str, Any], basis: Basis, mm: float
) -> None:
    found = measure("length", [(5, 0), (5, 100)], radiograph(**tags))
    assert found.value == pytest.approx(mm)
    assert (found.unit, found.basis) == ("mm", basis)
    assert measure("rectangle", [(0, 0), (100, 100)], radiograph(**tags)).basis is basis


# ------------------------------------------------------------------ no result


@pytest.mark.parametrize(
    ("tool", "points"),
    [
        ("angle", [(1, 1), (1, 1), (4, 4)]),
        ("cobb", [(1, 1), (1, 1), (4, 4), (5, 5)]),
        ("perpendicular", [(1, 1), (1, 1), (4, 4)]),
        ("circle", [(1, 1), (2, 2), (4, 4)]),
        ("circle", [(1, 1), (1, 1), (4, 4)]),
        ("ratio", [(1, 1), (2, 2), (4, 4), (4, 4)]),
        ("point", [(-1, 3)]),
        ("point", [(59.5, 3)]),
    ],
)
def test_what_has_no_answer_says_so_and_shows_none_while_it_is_drawn(
    tool: str, points: list[tuple[float, float]]
) -> None:
    image = ct(0.5, 0.25)
    with pytest.raises(NotMeasurable):
        measure(tool, points, image)
    shown = TOOLS[tool].preview(points, image)
    assert shown.value is None
    assert shown.note


def test_a_tool_takes_its_own_number_of_points_and_only_numbers() -> None:
    for points in (
        [(1, 1)],
        [(1, 1)] * 3,
        [(1, 1), (math.nan, 2)],
        [(1, 1), (np.inf, 2)],
        [(1, 1), (1e9, 2)],
    ):
        with pytest.raises(UsageError):
            measure("length", points, capture())
    for name, tool in TOOLS.items():
        with pytest.raises(UsageError, match=name):
            tool.measure([(1, 1)] * (tool.least - 1), capture())
        assert len(tool.labels) <= (tool.most or 9)


def test_an_arrow_and_a_text_measure_nothing() -> None:
    assert (
        measure("arrow", [(1, 1), (2, 2)], capture())
        == measure("text", [(1, 1)], capture())
        == Measured(None)
    )
