"""Areas in true space, statistics of the stored values inside, in their unit and without background."""

from __future__ import annotations

import json
import math
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.viewer.measure.pictures import capture, measure, measured_on, part, radiograph
from vetpacs_desktop.errors import CannotDecode
from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.measure.areas import ellipse_perimeter
from vetpacs_desktop.viewer.measure.image import MeasuredImage, PixelValues
from vetpacs_desktop.viewer.measure.outlines import enclosed_area
from vetpacs_desktop.viewer.measure.statistics import summary

SPACING = {
    "PixelSpacing": [0.5, 0.25],
    "ImagePositionPatient": [0, 0, 0],
    "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
}
STATISTICS = {"mean", "sd", "min", "max", "pixels"}


def noise(kind: str = "int16", low: int = -900, high: int = 2000) -> NDArray[Any]:
    return np.random.default_rng(3).integers(low, high, (40, 60)).astype(kind)


@given(row=st.floats(0.05, 2), column=st.floats(0.05, 2), wide=st.floats(0, 50), high=st.floats(0, 30))
def test_areas_are_those_of_the_drawn_shape_in_the_animal(
    row: float, column: float, wide: float, high: float
) -> None:
    image = measured_on(**{**SPACING, "PixelSpacing": [f"{row:.9g}", f"{column:.9g}"]})
    corners = [(3.0, 5.0), (3 + wide, 5 + high)]
    mm = (wide * column, high * row)
    box, oval = measure("rectangle", corners, image), measure("ellipse", corners, image)
    assert box.value == part(box, "area") == pytest.approx(mm[0] * mm[1], rel=1e-6)
    assert (part(box, "width"), part(box, "height")) == pytest.approx(mm, rel=1e-6)
    assert part(box, "perimeter") == pytest.approx(2 * sum(mm), rel=1e-6)
    assert oval.value == pytest.approx(math.pi / 4 * mm[0] * mm[1], rel=1e-6)
    assert (box.unit, oval.unit, box.basis) == ("mm2", "mm2", Basis.PHYSICAL)
    around = [corners[0], (3 + wide, 5.0), corners[1], (3.0, 5 + high)]
    assert measure("polygon", around, image).value == pytest.approx(mm[0] * mm[1], rel=1e-6, abs=1e-9)


@given(
    radius=st.floats(0.5, 200), turns=st.tuples(st.floats(0, 1.5), st.floats(2.2, 3.7), st.floats(4.4, 5.9))
)
def test_a_circle_through_three_points_is_round_in_the_animal(
    radius: float, turns: tuple[float, ...]
) -> None:
    image = measured_on(**SPACING)
    points = [((20 + radius * math.cos(t)) / 0.25, (15 + radius * math.sin(t)) / 0.5) for t in turns]
    found = measure("circle", points, image)
    assert part(found, "radius") == pytest.approx(radius, rel=1e-6)
    assert part(found, "diameter") == pytest.approx(2 * radius, rel=1e-6)
    assert found.value == pytest.approx(math.pi * radius**2, rel=1e-6)


def test_the_perimeter_of_an_ellipse_is_exact() -> None:
    assert ellipse_perimeter(3, 3) == pytest.approx(6 * math.pi, rel=1e-14)
    assert ellipse_perimeter(5, 0) == 20
    angles = np.linspace(0, 2 * math.pi, 2_000_001)
    walked = np.hypot(np.diff(7 * np.cos(angles)), np.diff(2 * np.sin(angles))).sum()
    assert ellipse_perimeter(2, 7) == pytest.approx(walked, rel=1e-10)


def test_an_outline_that_crosses_itself_counts_all_it_surrounds_once() -> None:
    bow = [(0, 0), (10, 10), (10, 0), (0, 10)]
    found = measure("freehand", bow, capture())
    assert found.value == pytest.approx(50)
    assert "crosses itself" in found.note
    overshoot = [(0, 0), (10, 0), (10, 10), (0, 10), (0, -2), (3, -2), (3, 4), (1, 4)]
    area, crossing = enclosed_area(np.array(overshoot, float))
    assert crossing
    assert area == pytest.approx(100 + 2 * 3)


@settings(max_examples=40)
@given(points=st.lists(st.tuples(st.floats(0, 50), st.floats(0, 50)), min_size=3, max_size=8))
def test_the_area_of_any_outline_agrees_with_counting_fine_cells(points: list[tuple[float, float]]) -> None:
    from vetpacs_desktop.viewer.measure.spans import polygon_spans

    fine = [(x * 40, y * 40) for x, y in points]
    counted = polygon_spans(fine, (2001, 2001)).count / 1600
    around = sum(math.dist(a, b) for a, b in zip(points, points[1:] + points[:1], strict=True))
    assert enclosed_area(np.array(points))[0] == pytest.approx(counted, abs=around / 40 + 0.01)


# ----------------------------------------------------------------- statistics


@pytest.mark.parametrize("kind", ["uint8", "int16", "uint16"])
@pytest.mark.parametrize("tool", ["rectangle", "ellipse", "polygon", "circle"])
def test_statistics_are_those_of_the_pixels_whose_centre_lies_inside(kind: str, tool: str) -> None:
    pixels = noise(kind, 0, 250)
    image = measured_on(pixels, "MR", **SPACING)
    points = {
        "rectangle": [(4.2, 3.1), (33.0, 20.9)],
        "ellipse": [(4.2, 3.1), (33.0, 20.9)],
        "polygon": [(4, 3), (33, 5.5), (20, 30), (10, 12)],
        "circle": [(4, 18), (36, 18), (20, 10)],
    }[tool]  # fmt: skip
    x, y = np.meshgrid(np.arange(60), np.arange(40))
    inside = {
        "rectangle": (x >= 5) & (x <= 33) & (y >= 4) & (y <= 20),
        "ellipse": ((x - 18.6) / 14.4) ** 2 + ((y - 12.0) / 8.9) ** 2 <= 1,
        "polygon": _inside([(4, 3), (33, 5.5), (20, 30), (10, 12)], x, y),
        "circle": np.hypot((x - 20) * 0.25, (y - 18) * 0.5) <= 4.0 + 1e-9,
    }[tool]
    found = measure(tool, points, image)
    values = pixels[inside].astype(float)
    assert part(found, "pixels") == len(values)
    assert part(found, "mean") == pytest.approx(values.mean())
    assert part(found, "sd") == pytest.approx(values.std())
    assert (part(found, "min"), part(found, "max")) == (values.min(), values.max())
    assert found.histogram is not None
    assert sum(found.histogram.counts) == len(values)


def _inside(points: list[tuple[float, float]], x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.bool_]:
    """Even-odd test of all pixels at once, the edge counted in."""
    inside = np.zeros(x.shape, bool)
    edge = np.zeros(x.shape, bool)
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
        with np.errstate(divide="ignore", invalid="ignore"):
            inside ^= ((y0 > y) != (y1 > y)) & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
        on_line = np.isclose((x1 - x0) * (y - y0), (x - x0) * (y1 - y0), atol=1e-9)
        within = (x >= min(x0, x1)) & (x <= max(x0, x1)) & (y >= min(y0, y1)) & (y <= max(y0, y1))
        edge |= on_line & within
    return inside | edge


def test_values_are_in_the_modalitys_unit_rescaled_frame_by_frame() -> None:
    pixels = noise("uint16", 0, 2000)
    image = measured_on(pixels, RescaleSlope=2, RescaleIntercept=-1024, **SPACING)
    found = measure("rectangle", [(0, 0), (9, 9)], image)
    assert part(found, "mean") == pytest.approx(pixels[:10, :10].mean() * 2 - 1024)
    assert found.parts["mean"].unit == "HU"
    assert measure("point", [(3.4, 2.6)], image).value == int(pixels[3, 3]) * 2 - 1024


@pytest.mark.parametrize(
    ("modality", "tags", "unit"),
    [
        ("CT", {}, "HU"),
        ("MR", {}, "raw"),
        ("MR", {"RescaleType": "HU"}, "HU"),
        ("CR", {"RescaleType": "OD"}, "OD"),
        ("PT", {"Units": "BQML"}, "BQML"),
        ("PT", {"Units": "GML"}, "SUV"),
        ("DX", {"RescaleType": "US"}, "raw"),
    ],
)
def test_the_unit_of_values_is_the_one_the_image_names(
    modality: str, tags: dict[str, Any], unit: str
) -> None:
    image = measured_on(noise(), modality, **tags)
    assert measure("rectangle", [(0, 0), (9, 9)], image).parts["mean"].unit == unit
    assert measure("point", [(1, 1)], image).unit == unit


def test_background_is_left_out_and_a_shape_of_nothing_else_has_no_mean() -> None:
    pixels = noise()
    pixels[:, :30] = -2000
    image = measured_on(pixels, PixelPaddingValue=-2000, **SPACING)
    found = measure("rectangle", [(20, 0), (39, 39)], image)
    assert part(found, "pixels") == 400
    assert part(found, "min") > -2000
    nothing = measure("ellipse", [(2, 2), (20, 20)], image)
    assert nothing.value == pytest.approx(math.pi / 4 * 4.5 * 9)
    assert set(nothing.parts) & STATISTICS == {"pixels"}
    assert "no pixel" in nothing.note
    shown = measure("point", [(2, 2)], image)
    assert shown.value is None
    assert "background" in shown.note


def test_neither_nan_nor_the_largest_float_ever_comes_out() -> None:
    pixels = noise().astype(np.float32)
    pixels[3, 3], pixels[4, 4], pixels[5, 5] = np.nan, np.inf, -np.inf
    pixels[6, 6] = np.finfo(np.float32).max
    image = measured_on(pixels, "MR", BitsAllocated=32, BitsStored=32, HighBit=31)
    found = measure("rectangle", [(0, 0), (9, 9)], image)
    good = pixels[:10, :10][np.abs(pixels[:10, :10]) < 1e30]
    assert part(found, "pixels") == len(good) == 96
    assert part(found, "mean") == pytest.approx(good.mean(dtype=np.float64))
    assert part(found, "sd") == pytest.approx(good.std(dtype=np.float64))
    assert (part(found, "min"), part(found, "max")) == (good.min(), good.max())
    assert measure("point", [(3, 3)], image).value is None
    assert summary(np.full(9, np.nan, np.float32)) is None
    json.dumps(found.to_json(), allow_nan=False)


@settings(max_examples=50)
@given(offset=st.floats(-1e6, 1e6), spread=st.floats(0, 1e4), count=st.integers(1, 500))
def test_real_values_lose_no_digits_to_their_offset(offset: float, spread: float, count: int) -> None:
    values = (offset + spread * np.random.default_rng(count).random(count)).astype(np.float32)
    found = summary(values)
    assert found is not None
    exact = values.astype(np.float64)
    assert found.mean == pytest.approx(exact.mean(), rel=1e-12, abs=1e-9)
    assert found.deviation == pytest.approx(exact.std(), rel=1e-6, abs=abs(offset) * 1e-9 + 1e-9)
    assert sum(found.bins) == count


@given(values=st.lists(st.integers(-32768, 32767), min_size=1, max_size=300))
def test_the_histogram_counts_every_value_in_its_bin(values: list[int]) -> None:
    found = summary(np.array(values, np.int16))
    assert found is not None
    assert len(found.bins) <= 64
    for number, count in enumerate(found.bins):
        low = found.low + number * found.step
        assert count == sum(low <= value < low + found.step for value in values)


def test_a_colour_picture_has_channels_and_no_unit() -> None:
    pixels = np.random.default_rng(5).integers(0, 255, (40, 60, 3)).astype(np.uint8)
    image = measured_on(pixels, "XC")
    found = measure("rectangle", [(0, 0), (9, 9)], image)
    assert part(found, "green_mean") == pytest.approx(pixels[:10, :10, 1].mean())
    assert found.parts["green_mean"].unit == ""
    assert "mean" not in found.parts
    assert "no physical quantity" in found.note
    shown = measure("point", [(7, 2)], image)
    assert shown.value is None
    assert part(shown, "blue") == pixels[2, 7, 2]


def test_a_shape_beyond_the_picture_counts_what_is_inside() -> None:
    pixels = noise()
    found = measure("ellipse", [(-200, -200), (260, 240)], measured_on(pixels))
    assert part(found, "pixels") == pixels.size
    assert part(found, "mean") == pytest.approx(pixels.mean())
    assert measure("rectangle", [(-9, -9), (-3, -3)], measured_on(pixels)).value == 36


def test_pixels_are_read_once_and_only_when_they_are_needed() -> None:
    reads = []

    def read() -> PixelValues:
        reads.append(1)
        return PixelValues(np.zeros((40, 60), np.int16))

    image = MeasuredImage(radiograph().description, 0, read)
    measure("length", [(0, 0), (3, 3)], image)
    assert not reads
    for _ in range(3):
        measure("rectangle", [(0, 0), (3, 3)], image)
    assert len(reads) == 1


def test_a_picture_that_cannot_be_decoded_still_has_lengths() -> None:
    def read() -> PixelValues:
        raise CannotDecode(reason="broken")

    image = MeasuredImage(radiograph(ImagerPixelSpacing=[0.1, 0.1]).description, 0, read)
    assert measure("length", [(0, 0), (30, 0)], image).value == pytest.approx(3)
    with pytest.raises(CannotDecode):
        measure("rectangle", [(0, 0), (3, 3)], image)


@pytest.mark.parametrize("tool", ["rectangle", "ellipse"])
def test_a_shape_on_a_twelve_megapixel_radiograph_follows_the_hand(tool: str) -> None:
    pixels = np.random.default_rng(1).integers(0, 4096, (3000, 4000)).astype(np.uint16)
    image = measured_on(pixels, "DX", **SPACING)
    _ = image.pixels
    best = math.inf
    for _ in range(5):
        start = time.perf_counter()
        measure(tool, [(0, 0), (3999, 2999)], image)
        best = min(best, time.perf_counter() - start)
    assert best < 0.15  # 25 ms on a machine with nothing else to do
