"""What lies inside a shape, against asking every pixel centre by itself."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vetpacs_desktop.viewer.measure.spans import Spans, ellipse_spans, polygon_spans, rectangle_spans

SIZE = (23, 17)
HALVES = st.integers(-8, 60).map(lambda n: n / 2)
ANY = st.floats(-4, 28)
PLACES = st.one_of(st.tuples(HALVES, HALVES), st.tuples(ANY, ANY))


def mask_of(spans: Spans) -> NDArray[np.bool_]:
    mask = np.zeros((SIZE[1], SIZE[0]), np.int64)
    for row, start, stop in zip(spans.rows, spans.starts, spans.stops, strict=True):
        mask[row, start:stop] += 1
    assert mask.max(initial=0) <= 1, "a pixel was taken twice"
    assert mask.sum() == spans.count
    return mask.astype(bool)


def winding(points: list[tuple[float, float]]) -> list[list[int | None]]:
    """How often an outline runs round each pixel's centre, by rows; None on its edge.

    Exact: whole numbers, counted in the finest fraction of a pixel that a corner needs.
    """
    fine = max(number.as_integer_ratio()[1] for point in points for number in point)
    corners = [(int(Fraction(x) * fine), int(Fraction(y) * fine)) for x, y in points]
    outline = list(zip(corners, corners[1:] + corners[:1], strict=True))
    return [_row_of_turns(outline, y * fine, fine) for y in range(SIZE[1])]


def _row_of_turns(
    outline: list[tuple[tuple[int, int], tuple[int, int]]], y: int, fine: int
) -> list[int | None]:
    turns: list[int | None] = [0] * SIZE[0]
    for (x0, y0), (x1, y1) in outline:
        if not min(y0, y1) <= y <= max(y0, y1):
            continue
        for n in range(SIZE[0]):
            side = (x1 - x0) * (y - y0) - (n * fine - x0) * (y1 - y0)
            before = turns[n]
            if side == 0 and min(x0, x1) <= n * fine <= max(x0, x1):
                turns[n] = None
            elif before is None:
                continue
            elif y0 <= y < y1 and side > 0:
                turns[n] = before + 1
            elif y1 <= y < y0 and side < 0:
                turns[n] = before - 1
    return turns


def near_edge(points: list[tuple[float, float]]) -> NDArray[np.bool_]:
    """Which pixel centres lie within a millionth of a pixel of the outline."""
    x, y = np.meshgrid(np.arange(SIZE[0], dtype=float), np.arange(SIZE[1], dtype=float))
    ends = np.array(points, float)
    near = np.zeros(x.shape, bool)
    for a, b in zip(ends, np.roll(ends, -1, axis=0), strict=True):
        along = b - a
        square = float(along @ along)
        share = np.clip(((x - a[0]) * along[0] + (y - a[1]) * along[1]) / square, 0, 1) if square else 0.0
        near |= np.hypot(a[0] + share * along[0] - x, a[1] + share * along[1] - y) < 1e-6
    return near


@settings(max_examples=150)
@given(points=st.lists(PLACES, min_size=3, max_size=9))
def test_a_polygon_holds_the_centres_that_it_runs_round_and_those_on_its_edge(
    points: list[tuple[float, float]],
) -> None:
    mask = mask_of(polygon_spans(points, SIZE))
    exact = all((2 * number).is_integer() for point in points for number in point)
    near = near_edge(points)
    for y, row in enumerate(winding(points)):
        for x, turns in enumerate(row):
            if turns is None and exact:
                assert mask[y, x], (x, y)
            elif not near[y, x]:
                assert mask[y, x] == bool(turns), (x, y)


@given(first=PLACES, second=PLACES)
def test_a_rectangle_holds_what_its_corners_enclose_like_the_polygon_of_them(
    first: tuple[float, float], second: tuple[float, float]
) -> None:
    mask = mask_of(rectangle_spans(first, second, SIZE))
    x, y = np.meshgrid(np.arange(SIZE[0]), np.arange(SIZE[1]))
    low, high = np.minimum(first, second) - 1e-9, np.maximum(first, second) + 1e-9
    assert (mask == ((x >= low[0]) & (x <= high[0]) & (y >= low[1]) & (y <= high[1]))).all()
    corners = [first, (second[0], first[1]), second, (first[0], second[1])]
    assert (mask == mask_of(polygon_spans(corners, SIZE))).all()


@given(center=st.tuples(ANY, ANY), radii=st.tuples(st.floats(0.01, 14), st.floats(0.01, 14)))
def test_an_ellipse_holds_the_centres_within_its_radii(
    center: tuple[float, float], radii: tuple[float, float]
) -> None:
    mask = mask_of(ellipse_spans(center, radii, SIZE))
    x, y = np.meshgrid(np.arange(SIZE[0]), np.arange(SIZE[1]))
    away = ((x - center[0]) / radii[0]) ** 2 + ((y - center[1]) / radii[1]) ** 2
    sure = np.abs(away - 1) > 1e-6
    assert (mask == (away < 1))[sure].all()


def test_gathering_takes_the_pixels_in_reading_order() -> None:
    values = np.arange(SIZE[0] * SIZE[1]).reshape(SIZE[1], SIZE[0])
    spans = polygon_spans([(1, 1), (5, 1), (5, 3), (3, 3)], SIZE)
    assert spans.gather(values).tolist() == values[mask_of(spans)].tolist()
    nothing = rectangle_spans((-5, -5), (-2, -2), SIZE)
    assert nothing.gather(values).shape == (0,)
    assert nothing.gather(np.zeros((17, 23, 3))).shape == (0, 3)
