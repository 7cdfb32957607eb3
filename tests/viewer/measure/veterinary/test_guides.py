"""Every guide is complete: words, a drawing to click in, a preview after each click, lines to draw."""

import math

import pytest

from tests.viewer.measure.pictures import measure
from tests.viewer.measure.veterinary.landmarks import NAMES, SIDE, bare, drawn, figures, on_detector
from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.viewer.measure.measured import NotMeasurable
from vetpacs_desktop.viewer.measure.tool import Figure
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.measure.veterinary.construction import Dot, Ring, Role, Stroke
from vetpacs_desktop.viewer.measure.veterinary.drawing import Curve, disc
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES, guide_named

PROMISED = """vhs vlas m_vlas rlad cardiothoracic tracheal_ratio norberg distraction_index tpa tplo tta
femur_angles tibia_angles cora cobb kidney_l2 small_intestine_l5 founder_distance palmar_angle sole_depth
hoof_wall""".split()


def test_every_promised_measurement_is_a_tool_of_the_one_table() -> None:
    assert set(PROMISED) <= set(TOOLS)
    for name, guide in GUIDES.items():
        tool = TOOLS[name]
        assert (tool.words, tool.figure, tool.least) == (guide.words, Figure.GUIDE, guide.least)
        assert [tool.label(n) for n in range(len(guide.steps))] == [step.label for step in guide.steps]


@pytest.mark.parametrize("name", NAMES)
def test_steps_say_what_to_click_and_where(name: str) -> None:
    guide = GUIDES[name]
    assert guide.formula.endswith(".")
    assert guide.views
    assert guide.region
    assert len({step.label for step in guide.steps}) == len(guide.steps) >= guide.least
    for step in guide.steps:
        assert "lick " in step.sentence
        assert step.sentence.endswith(".")
        assert all(0 <= number <= 1 for number in step.at)
    seen = [spot for curve in guide.drawing.curves for spot in curve.line()]
    assert all(-0.01 <= number <= 1.01 for spot in seen for number in spot)
    # A place to click lies on something that is drawn, or inside of it (centres, axes, the ground).
    near = [min(math.dist(step.at, spot) for spot in seen) for step in guide.steps]
    assert max(near) < 0.19, (name, near)


@pytest.mark.parametrize("name", NAMES)
def test_clicking_through_the_drawing_gives_a_value_and_each_click_shows_more(name: str) -> None:
    guide, spots, image = GUIDES[name], drawn(name), on_detector()
    clicked, known = 0, 0
    while (step := guide.step_after(spots[:clicked], image)) is not None:
        assert step is guide.steps[clicked]
        clicked += 1
        sketch = guide.sketch(spots[:clicked], image)
        assert len(sketch.marks) >= known or sketch.complete
        known = len(sketch.marks)
        if clicked < guide.least:
            assert not sketch.complete
            assert sketch.measured.value is None
        assert TOOLS[name].preview(spots[:clicked], image) == sketch.measured
    found = guide.compute(spots[:clicked], image)
    assert found == guide.sketch(spots[:clicked], image).measured == measure(name, spots[:clicked], image)
    assert found.value is not None
    assert math.isfinite(found.value)
    measured = [mark for mark in sketch.marks if mark.role is Role.MEASURED]
    assert measured or name == "sole_depth"
    for mark in sketch.marks:
        points = (
            mark.points
            if isinstance(mark, Stroke)
            else (mark.center if isinstance(mark, Ring) else mark.point,)
        )
        assert all(abs(number) < 20 * SIDE for point in points for number in point)


@pytest.mark.parametrize("name", NAMES)
def test_a_preview_shows_the_figures_that_the_whole_measurement_has(name: str) -> None:
    guide, spots, image = GUIDES[name], drawn(name), bare()
    whole = figures(guide.compute(spots, image))
    for count in range(len(spots) + 1):
        sketch = guide.sketch(spots[:count], image)
        for part, figure in figures(sketch.measured).items():
            assert part == "" or whole[part] == figure


@pytest.mark.parametrize("name", NAMES)
def test_stored_landmarks_give_the_same_value_to_the_last_bit(name: str) -> None:
    image = on_detector(0.143, 0.139)
    first = GUIDES[name].compute(drawn(name), image)
    stored = [(float(repr(x)), float(repr(y))) for x, y in drawn(name)]
    again = GUIDES[name].compute(tuple(stored), on_detector(0.143, 0.139))
    assert first.to_json() == again.to_json()
    assert {key: part.value for key, part in first.parts.items()} == {
        key: part.value for key, part in again.parts.items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_sketch_never_fails(name: str) -> None:
    guide = GUIDES[name]
    for count in range(len(guide.steps) + 1):
        sketch = guide.sketch([(7.0, 7.0)] * count, bare())
        assert not sketch.complete
        assert sketch.measured.value is None
    with pytest.raises(NotMeasurable):
        guide.compute([(7.0, 7.0)] * len(guide.steps), bare())


def test_an_unknown_guide_is_told_the_known_ones() -> None:
    assert guide_named("vhs").name == "vhs"
    with pytest.raises(UsageError, match="norberg"):
        guide_named("heart")


def test_drawings_are_curves_through_their_spots() -> None:
    line = disc(0.5, 0.5, 0.2).line()
    assert all(math.dist(spot, (0.5, 0.5)) == pytest.approx(0.2, rel=2e-3) for spot in line)
    assert line[0] == pytest.approx(line[-1])
    corner = Curve(((0, 0), (1, 0), (1, 1)), round=False)
    assert corner.line() == ((0, 0), (1, 0), (1, 1), (0, 0))
    bend = Curve(((0.0, 0.0), (0.5, 0.2), (1.0, 0.0)), closed=False).line()
    assert (bend[0], bend[-1]) == ((0.0, 0.0), (1.0, 0.0))
    assert (0.5, 0.2) in bend


def test_constructed_places_lie_where_they_belong() -> None:
    sketch = GUIDES["norberg"].sketch(drawn("norberg"), on_detector(0.2, 0.1))
    rings = [mark for mark in sketch.marks if isinstance(mark, Ring)]
    dots = [mark for mark in sketch.marks if isinstance(mark, Dot)]
    assert [ring.center for ring in rings] == [dot.point for dot in dots]
    for ring, three in zip(rings, (drawn("norberg")[:3], drawn("norberg")[4:7]), strict=True):
        (cx, cy), (rx, ry) = ring.center, ring.radii
        assert rx == pytest.approx(2 * ry)
        assert all(((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 == pytest.approx(1) for x, y in three)
