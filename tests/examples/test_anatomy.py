"""The numbers of the example animals agree with each other and with what a vet expects."""

import math

import pytest

from vetpacs_desktop.examples import ANATOMY
from vetpacs_desktop.examples.anatomy import DOG_LENGTHS, norberg_angle
from vetpacs_desktop.examples.hoof import HOOF


@pytest.mark.parametrize("name", ["T1", "T4", "T13", "L2", "L5", "L7", "C5"])
def test_a_vertebra_is_exactly_as_long_as_the_table_says(name: str) -> None:
    vertebra = ANATOMY.vertebra(name)
    assert math.dist(vertebra.cranial, vertebra.caudal) == pytest.approx(DOG_LENGTHS[name], abs=1e-9)


@pytest.mark.parametrize(
    ("name", "after", "disc"), [("T4", "T5", 2.2), ("T12", "T13", 2.2), ("L2", "L3", 3.0)]
)
def test_a_disc_lies_between_two_vertebrae(name: str, after: str, disc: float) -> None:
    gap = math.dist(ANATOMY.vertebra(name).caudal, ANATOMY.vertebra(after).cranial)
    assert gap == pytest.approx(disc, abs=0.05)


def test_thirteen_thoracic_and_seven_lumbar_vertebrae() -> None:
    names = [v.name for v in ANATOMY.vertebrae]
    assert sum(n.startswith("T") for n in names) == 13
    assert sum(n.startswith("L") for n in names) == 7


def test_the_heart_score_is_counted_from_t4_with_discs() -> None:
    t4 = ANATOMY.vertebra("T4").length + ANATOMY.disc_thoracic_mm
    assert ANATOMY.units_from_t4(t4) == pytest.approx(1.0)
    t5 = ANATOMY.vertebra("T5").length + ANATOMY.disc_thoracic_mm
    assert ANATOMY.units_from_t4(t4 + t5 / 2) == pytest.approx(1.5)


def test_the_heart_has_grown_in_a_year_from_normal_to_enlarged() -> None:
    """Dogs: 9.7 +/- 0.5 (Buchanan & Bucheler 1995); 10.5 is the ACVIM mark of stage B2."""
    assert 9.2 <= ANATOMY.heart_score_a_year_ago.total <= 10.2
    assert ANATOMY.heart_score.total >= 10.5
    assert ANATOMY.heart.long_mm == pytest.approx(99.0)


def test_norberg_angles_follow_from_the_points() -> None:
    left, right = ANATOMY.hip_left, ANATOMY.hip_right
    assert norberg_angle(left.center, right.center, left.rim) == pytest.approx(left.norberg_degrees)
    assert norberg_angle(right.center, left.center, right.rim) == pytest.approx(right.norberg_degrees)


def test_the_hoof_is_a_normal_foot() -> None:
    assert HOOF.founder_distance_mm == pytest.approx(6.0)
    assert HOOF.sole_depth_mm >= 15
    assert 2 < HOOF.palmar_degrees < 8
    on_wall = HOOF.on_wall(math.hypot(*HOOF.coronary_band))
    assert math.dist(on_wall, HOOF.coronary_band) < 0.5
    direction = math.radians(HOOF.wall_degrees)
    away = HOOF.tip[0] * math.sin(direction) - HOOF.tip[1] * math.cos(direction)
    assert away == pytest.approx(HOOF.wall_to_bone_mm, abs=0.1)
