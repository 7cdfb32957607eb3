"""The constructions against computations of another kind: coordinates, sines and interpolation."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.viewer.measure.pictures import measure, part
from tests.viewer.measure.veterinary.landmarks import bare, on_detector
from vetpacs_desktop.viewer.measure.measured import NotMeasurable
from vetpacs_desktop.viewer.measure.veterinary.construction import Role, Stroke
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES
from vetpacs_desktop.viewer.measure.veterinary.stifle import tplo_chord

Spot = tuple[float, float]
QUICK = settings(max_examples=60, deadline=None)


def around(center: Spot, radius: float, *degrees: float) -> list[Spot]:
    """Points of a circle."""
    return [
        (center[0] + radius * math.cos(math.radians(turn)), center[1] + radius * math.sin(math.radians(turn)))
        for turn in degrees
    ]


def towards(start: Spot, degrees: float, length: float) -> Spot:
    """Degrees counter-clockwise from the right, as on paper."""
    turn = math.radians(degrees)
    return start[0] + length * math.cos(turn), start[1] - length * math.sin(turn)


@QUICK
@given(
    long=st.floats(60, 200),
    short=st.floats(50, 180),
    tilt=st.floats(0, 90),
    steps=st.lists(st.floats(25, 40), min_size=12, max_size=12),
    bend=st.floats(-6, 6),
)
def test_vhs_counts_uneven_vertebrae_of_a_curved_spine(
    long: float, short: float, tilt: float, steps: list[float], bend: float
) -> None:
    carina = (300.0, 300.0)
    apex = towards(carina, -tilt, long)
    middle = ((carina[0] + apex[0]) / 2, (carina[1] + apex[1]) / 2)
    borders = [towards(middle, 90 - tilt, -short * 0.4), towards(middle, 90 - tilt, short * 0.6)]
    spine = [(100.0, 100.0)]
    for number, step in enumerate(steps):
        spine.append(towards(spine[-1], bend * number, step))
    edges = np.concatenate(([0.0], np.cumsum(steps)))
    found = measure("vhs", [carina, apex, *borders, *spine], bare())
    laid = [float(np.interp(length, edges, np.arange(13.0))) for length in (long, short)]
    assert found.value == pytest.approx(sum(laid))
    assert (part(found, "long"), part(found, "short")) == (pytest.approx(laid[0]), pytest.approx(laid[1]))
    assert part(found, "by_t4_alone") == pytest.approx((long + short) / steps[0])
    assert (found.unit, found.grain) == ("v", 0.1)


def test_the_short_axis_is_the_width_at_a_right_angle_however_the_borders_are_clicked() -> None:
    spine = [(20.0 * n, 0.0) for n in range(10)]
    straight = measure("vhs", [(50, 50), (50, 150), (20, 100), (90, 100), *spine], bare())
    askew = measure("vhs", [(50, 50), (50, 150), (20, 85), (90, 120), *spine], bare())
    assert straight.value == askew.value == pytest.approx(100 / 20 + 70 / 20)
    assert "27 degrees off the perpendicular" in askew.note
    assert not straight.note


def test_left_atrium_by_line_with_height_and_on_the_bisector() -> None:
    spine = [(20.0 * n, 0.0) for n in range(10)]
    assert measure("vlas", [(50, 50), (80, 90), *spine[:5]], bare()).value == pytest.approx(50 / 20)
    tall = measure("m_vlas", [(50, 50), (90, 50), (60, 27), *spine[:4]], bare())
    assert tall.value == pytest.approx(40 / 20 + 23 / 20)
    axes = [(50.0, 50.0), (50.0, 150.0), (20.0, 100.0), (90.0, 100.0)]
    on_line = measure("rlad", [*axes, (80.0, 70.0), (0, 0), (18, 0)], bare())
    assert on_line.value == pytest.approx(math.hypot(30, 30) / 18)
    assert not on_line.note
    off_line = measure("rlad", [*axes, (90.0, 60.0 + 20), (0, 0), (18, 0)], bare())
    assert off_line.value == pytest.approx((40 + 20) / math.sqrt(2) / 18)
    assert "18 degrees off the bisector" in off_line.note


def test_ratios_of_two_lengths() -> None:
    for name in ("cardiothoracic", "kidney_l2", "small_intestine_l5", "small_intestine_l2"):
        found = measure(name, [(0, 0), (30, 40), (0, 0), (0, 20)], on_detector())
        assert (found.value, found.unit) == (pytest.approx(2.5), "ratio")
    assert measure("tracheal_ratio", [(0, 0), (30, 40), (0, 0), (0, 10)], bare()).value == pytest.approx(0.2)
    assert "not parallel" in measure("cardiothoracic", [(0, 0), (30, 0), (0, 0), (60, 20)], bare()).note


@QUICK
@given(right=st.floats(60, 125), left=st.floats(60, 125), radius=st.floats(5, 30), tilt=st.floats(-20, 20))
def test_norberg_of_both_hips(right: float, left: float, radius: float, tilt: float) -> None:
    at_right = (100.0, 200.0)
    at_left = towards(at_right, tilt, 120)
    points = [
        *around(at_right, radius, 10, 130, 250),
        towards(at_right, tilt + right, radius * 1.3),
        *around(at_left, radius, -20, 80, 200),
        towards(at_left, tilt + 180 - left, radius * 1.3),
    ]
    found = measure("norberg", points, bare())
    assert (part(found, "right"), part(found, "left")) == (pytest.approx(right), pytest.approx(left))
    assert found.value == pytest.approx(min(right, left))
    if abs(right - left) > 1e-3:
        assert f"the {'right' if right < left else 'left'} one" in found.note
    assert part(found, "head_distance") == pytest.approx(120)


@QUICK
@given(distance=st.floats(0.1, 20), radius=st.floats(5, 30), way=st.floats(0, 360))
def test_distraction_index(distance: float, radius: float, way: float) -> None:
    cup = (100.0, 100.0)
    head = towards(cup, way, distance)
    points = [*around(head, radius, 0, 100, 200), *around(cup, radius * 1.2, 50, 170, 280)]
    found = measure("distraction_index", points, bare())
    assert found.value == pytest.approx(distance / radius, rel=1e-6)


@QUICK
@given(slope=st.floats(-10, 45), lean=st.floats(-15, 15))
def test_tibial_plateau_angle_has_the_sign_of_its_fall_to_caudal(slope: float, lean: float) -> None:
    eminence = (200.0, 100.0)
    talus = towards(eminence, -90 + lean, 500)
    cranial = towards(eminence, 180 - slope + lean, 60)
    caudal = towards(eminence, -slope + lean, 80)
    found = measure("tpa", [eminence, talus, cranial, caudal], bare())
    assert found.value == pytest.approx(slope, abs=1e-9)
    assert part(found, "caudal_proximal_tibial_angle") == pytest.approx(90 - slope)
    if slope > 5.001:
        assert part(found, "chord_24_mm_blade") == pytest.approx(48 * math.sin(math.radians(slope - 5) / 2))
        assert found.parts["chord_24_mm_blade"].unit == "mm"
    elif slope < 4.999:
        assert "rotation" not in found.parts


def test_tplo_turns_the_plateau_to_five_degrees() -> None:
    eminence, talus = (200.0, 100.0), (200.0, 600.0)
    plateau = [towards(eminence, 180 - 25, 60), towards(eminence, -25, 80)]
    found = measure("tplo", [eminence, talus, *plateau, eminence, (260.0, 180.0)], on_detector())
    assert part(found, "rotation") == pytest.approx(20)
    assert part(found, "saw_radius") == pytest.approx(100 * 0.2)
    assert found.value == pytest.approx(2 * 20 * math.sin(math.radians(10)))
    assert (found.unit, found.basis.value) == ("mm", "detector")
    assert tplo_chord(25, 24) == pytest.approx(8.335, abs=0.001)
    assert tplo_chord(30, 24, target=6) == pytest.approx(2 * 24 * math.sin(math.radians(12)))
    with pytest.raises(NotMeasurable, match="no steeper"):
        tplo_chord(4, 24)


@pytest.mark.parametrize("side", [1, -1])
def test_the_drawn_chord_lifts_the_caudal_end_of_the_plateau(side: int) -> None:
    points = [(0, 0), (0, 500), (-54.4, -25.4), (72.5, 33.8), (0, 0), (60, 80)]
    there = [(300.0 + side * x, 100.0 + y) for x, y in points]
    sketch = GUIDES["tplo"].sketch(there, bare())
    rotation = part(sketch.measured, "rotation")
    chord = [mark.points for mark in sketch.marks if isinstance(mark, Stroke) and mark.role is Role.MEASURED][
        -1
    ]
    turned = math.atan2(80, 60) - math.radians(rotation)
    assert chord[0] == there[-1]
    assert chord[1] == pytest.approx((300 + side * 100 * math.cos(turned), 100 + 100 * math.sin(turned)))


@QUICK
@given(tendon=st.floats(75, 120), lean=st.floats(-30, 30), length=st.floats(80, 200))
def test_tta_moves_the_tuberosity_until_the_tendon_is_square(
    tendon: float, lean: float, length: float
) -> None:
    femur, tibia = (300.0, 200.0), towards((300.0, 200.0), -90 + lean, 150)
    tuberosity = towards(tibia, 180 + lean, 130)
    patella = towards(tuberosity, lean + tendon, length)
    points = [*around(femur, 60, 0, 120, 240), *around(tibia, 90, 30, 150, 270), patella, tuberosity]
    found = measure("tta", points, bare())
    assert part(found, "patellar_tendon_angle") == pytest.approx(tendon)
    assert found.value == pytest.approx(length * -math.cos(math.radians(tendon)), abs=1e-6)
    assert found.value is not None
    assert ("90 degrees or less already" in found.note) is (found.value <= 0)
    shafts = [(300.0, 0.0), (300.0, 100.0), (300.0, 300.0), towards((300.0, 300.0), -50, 200)]
    flexed = measure("tta", [*points, *shafts], bare())
    assert part(flexed, "stifle_angle") == pytest.approx(140)
    assert "meant for 135" not in flexed.note
    assert flexed.value == found.value


def test_femoral_angles_are_those_of_the_lateral_side() -> None:
    head, fossa = (140.0, 50.0), (100.0, 450.0)
    points = [
        *around(head, 20, 0, 90, 200),
        (60.0, 50.0),  # trochanter: the proximal joint line is level
        (115.0, 65.0),
        (125.0, 75.0),  # the neck leaves the head at 45 degrees: its middle is (120, 70)
        (85.0, 200.0),
        (115.0, 200.0),
        (85.0, 250.0),
        (115.0, 250.0),  # the shaft is upright
        towards(fossa, 180 + 5, 30),
        towards(fossa, 5, 30),
        fossa,
    ]
    found = measure("femur_angles", points, bare())
    tilt = math.degrees(math.atan2(40, 400))
    assert part(found, "aLPFA") == pytest.approx(90)
    assert part(found, "inclination") == pytest.approx(135)
    assert part(found, "aLDFA") == found.value == pytest.approx(95)
    assert part(found, "mLPFA") == pytest.approx(90 - tilt)
    assert part(found, "mLDFA") == pytest.approx(95 + tilt)


def test_tibial_angles_are_those_of_the_medial_side() -> None:
    top, bottom = (100.0, 50.0), (100.0, 450.0)
    medial, lateral = towards(top, -3, 40), towards(top, 177, 40)
    low_medial, low_lateral = towards(bottom, -6, 30), towards(bottom, 174, 30)
    found = measure("tibia_angles", [top, bottom, medial, lateral, low_medial, low_lateral], bare())
    assert found.value == pytest.approx(87)
    assert part(found, "mMDTA") == pytest.approx(96)


@QUICK
@given(bend=st.floats(2, 80), mirrored=st.booleans())
def test_cora_is_where_the_axes_meet_and_tells_its_side(bend: float, mirrored: bool) -> None:
    center = (200.0, 200.0)
    points = [
        towards(center, 90, 150),
        towards(center, 90, 50),
        towards(center, -90 + bend, 40),
        towards(center, -90 + bend, 160),
        (350.0, 120.0),
    ]
    if mirrored:
        points = [(400 - x, y) for x, y in points]
    found = measure("cora", points, bare())
    assert found.value == pytest.approx(bend)
    assert "away from the marked side" in found.note
    assert (part(found, "cora_column"), part(found, "cora_row")) == (pytest.approx(200), pytest.approx(200))
    other = measure("cora", [*points[:4], (400 - points[4][0], 120)], bare())
    assert other.value == pytest.approx(-bend)
    assert "to the marked side" in other.note


def test_cora_of_a_straight_bone_has_no_place() -> None:
    found = measure("cora", [(50, 0), (50, 40), (50, 60), (50, 90), (80, 50)], bare())
    assert found.value == pytest.approx(0)
    assert "cora_row" not in found.parts
    assert "no centre" in found.note


@QUICK
@given(bend=st.floats(3, 140), swapped=st.booleans())
def test_cobb_whichever_end_is_clicked_first(bend: float, swapped: bool) -> None:
    center = (300.0, 500.0)
    one = [towards(center, 90 + bend / 2, 200), towards(center, 90 + bend / 2, 140)]
    other = [towards(center, 90 - bend / 2, 210), towards(center, 90 - bend / 2, 150)]
    found = measure("cobb", [*one, *(reversed(other) if swapped else other)], bare())
    assert found.value == pytest.approx(bend)
    assert "towards the second end" in found.note


def test_hoof_from_coordinates() -> None:
    ground = [(0.0, 300.0), (400.0, 300.0)]
    founder = measure("founder_distance", [*ground, (150, 90), (180, 110)], on_detector())
    assert (founder.value, founder.unit) == (pytest.approx(20 * 0.2), "mm")
    assert measure("founder_distance", [*ground, (150, 110), (180, 90)], bare()).value == pytest.approx(-20)
    palmar = measure("palmar_angle", [*ground, (100, 250), (300, 230)], bare())
    assert palmar.value == pytest.approx(math.degrees(math.atan2(20, 200)))
    sunk = measure("palmar_angle", [*ground, (100, 230), (300, 250)], bare())
    assert sunk.value == pytest.approx(-math.degrees(math.atan2(20, 200)))
    assert measure("sole_depth", [*ground, (100, 250)], bare()).value == pytest.approx(50)
    wall = measure("hoof_wall", [(100, 0), (100, 200), (140, 20), (150, 180)], bare())
    assert (part(wall, "proximal"), part(wall, "distal")) == (pytest.approx(40), pytest.approx(50))
    assert wall.value == pytest.approx(45)
    assert part(wall, "divergence") == pytest.approx(math.degrees(math.atan2(10, 160)))
