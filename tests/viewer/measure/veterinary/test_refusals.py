"""Points that make no sense are refused in words that say what is wrong."""

import pytest

from tests.viewer.measure.pictures import SPECTRUM, TISSUE, measure, ultrasound
from tests.viewer.measure.veterinary.landmarks import bare, drawn, on_detector
from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.viewer.measure.measured import NotMeasurable
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES

SPINE = [(20.0 * n, 0.0) for n in range(4)]
AXES = [(50.0, 50.0), (50.0, 150.0), (20.0, 100.0), (90.0, 100.0)]
GROUND = [(0.0, 300.0), (400.0, 300.0)]


@pytest.mark.parametrize(
    ("name", "points", "words"),
    [
        ("vhs", [(50, 50), (50, 50), *AXES[2:], *SPINE], "both ends of the long axis are the same place"),
        ("vhs", [*AXES[:2], (20, 100), (30, 100), *SPINE], "one side of the long axis"),
        ("vhs", [*AXES, *SPINE], "beyond the last vertebra"),
        ("vhs", [*AXES, (0, 0), (20, 0), (5, 0)], "one after the other"),
        ("vhs", [*AXES, (0, 0), (0, 0)], "a vertebra are the same place"),
        ("vlas", [(0, 0), (0, 0), *SPINE], "the atrium axis are the same place"),
        ("m_vlas", [(0, 0), (20, 0), (10, 0), *SPINE], "the atrium height are the same place"),
        ("rlad", [*AXES, (50, 149), (0, 0), (18, 0)], "the other side of the heart's axes"),
        ("norberg", [(0, 0), (1, 1), (2, 2), *drawn("norberg")[3:]], "right femoral head lie on one line"),
        (
            "distraction_index",
            [*drawn("distraction_index")[:3], (0, 0), (1, 1), (2, 2)],
            "acetabulum lie on one",
        ),
        ("tpa", [(0, 0), (0, 0), (1, 1), (2, 2)], "the mechanical axis are the same place"),
        ("tplo", [(0, 0), (0, 100), (-10, 0), (10, 0), (0, 0), (0, 20)], "no steeper than the target"),
        ("tta", [*drawn("tta")[:7], (310.0, 400.0)], "on the line of the circles' centres"),
        ("cora", [(50, 0), (50, 40), (60, 60), (70, 90), (50, 20)], "marked side lies on the proximal axis"),
        ("cobb", [(1, 1), (1, 1), (4, 4), (5, 5)], "the first end plate are the same place"),
        ("kidney_l2", [(0, 0), (10, 0), (3, 3), (3, 3)], "the l2 body are the same place"),
        ("founder_distance", [*GROUND, (100, 300), (90, 200)], "coronary band lies on the ground line"),
        ("palmar_angle", [*GROUND, (100, 320), (300, 280)], "one side of the ground line"),
        ("sole_depth", [*GROUND, (100, 300)], "same place"),
        ("hoof_wall", [(100, 0), (100, 200), (90, 20), (110, 180)], "crosses the line of the hoof wall"),
        ("hoof_wall", [(100, 0), (100, 200), (140, 180), (150, 20)], "from proximal to distal"),
    ],
)
def test_degenerate_points(name: str, points: list[tuple[float, float]], words: str) -> None:
    with pytest.raises(NotMeasurable, match=words):
        measure(name, points, bare())
    sketch = GUIDES[name].sketch(points, bare())
    assert not sketch.complete
    assert sketch.measured.value is None


def test_the_number_of_points_is_checked() -> None:
    with pytest.raises(UsageError, match="8 points"):
        measure("norberg", drawn("norberg")[:7], bare())
    with pytest.raises(UsageError, match="vhs"):
        measure("vhs", [*drawn("vhs"), (1.0, 1.0)], bare())


def test_a_left_out_vertebra_is_asked_about() -> None:
    even = [(20.0 * n, 0.0) for n in (0, 1, 2, 3, 4, 5, 6)]
    gap = [(20.0 * n, 0.0) for n in (0, 1, 2, 4, 5, 6)]
    assert "left out" not in measure("vhs", [*AXES, *even], bare()).note
    assert "left out" in measure("vhs", [*AXES, *gap], bare()).note


def test_heads_of_unlike_size_are_remarked_on() -> None:
    points = drawn("norberg")
    assert "one size" not in measure("norberg", points, on_detector()).note
    points[4:7] = [(x * 1.0 + (x - 420) * 0.3, y + (y - 276) * 0.3) for x, y in points[4:7]]
    assert "not of one size" in measure("norberg", points, on_detector()).note


def test_curves_over_time_and_several_regions_are_no_place_for_it() -> None:
    image = ultrasound(TISSUE, SPECTRUM)
    with pytest.raises(NotMeasurable, match="curve over time"):
        measure("kidney_l2", [(10, 10), (50, 10), (10, 250), (10, 280)], image)
    other = {**TISSUE, "RegionLocationMinY0": 200, "RegionLocationMaxY1": 399, "PhysicalDeltaX": 0.02,
             "PhysicalDeltaY": 0.04}  # fmt: skip
    with pytest.raises(NotMeasurable, match="different parts"):
        measure("kidney_l2", [(10, 10), (50, 10), (10, 250), (10, 280)], ultrasound(TISSUE, other))
    inside = measure("kidney_l2", [(10, 10), (50, 10), (10, 50), (10, 60)], ultrasound(TISSUE))
    assert inside.value == pytest.approx(40 * 0.1 / (10 * 0.2))
