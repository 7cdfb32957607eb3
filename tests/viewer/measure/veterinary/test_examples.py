"""Clicking the example animals' landmarks gives the figures that they were made with."""

import math
from itertools import pairwise

import pytest

from tests.viewer.measure.pictures import measure, part, radiograph
from vetpacs_desktop.examples import ANATOMY
from vetpacs_desktop.examples.anatomy import Point
from vetpacs_desktop.examples.hoof import HOOF, hoof_film
from vetpacs_desktop.examples.landmarks import landmarks
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.veterinary.vertebral import EDGES

PITCH = 0.16
Spot = tuple[float, float]


def detector(magnification: float) -> MeasuredImage:
    """As the examples' radiographs describe themselves."""
    return radiograph(
        ImagerPixelSpacing=[PITCH, PITCH], EstimatedRadiographicMagnificationFactor=magnification
    )


def lateral(series: str, exam: str = "dog-thorax") -> list[Spot]:
    at = landmarks(exam, series, PITCH)
    heart = [at[name] for name in ("carina", "apex", "heart cranial", "heart caudal")]
    return [*heart, *(at[f"{name} cranial"] for name in EDGES)]


def flat(*points: Point) -> list[Spot]:
    """Places of the median plane without any projection, tenths of a millimetre as pixels."""
    return [(-10 * z + 5000, -10 * y + 5000) for _, y, z in points]


def test_vhs_of_the_dog_equals_its_construction() -> None:
    heart, edges = ANATOMY.heart, [ANATOMY.vertebra(name).cranial for name in EDGES]
    tilt = math.atan2(heart.carina[2] - heart.apex[2], heart.carina[1] - heart.apex[1])
    half, (x, y, z) = heart.short_mm / 2, heart.center
    borders = [(x, y - half * math.sin(tilt) * side, z + half * math.cos(tilt) * side) for side in (1, -1)]
    found = measure("vhs", flat(heart.carina, heart.apex, *borders, *edges), radiograph())
    assert found.value == pytest.approx(ANATOMY.heart_score.total, rel=1e-3)
    assert part(found, "long") == pytest.approx(ANATOMY.heart_score.long_units, rel=1e-3)
    assert part(found, "short") == pytest.approx(ANATOMY.heart_score.short_units, rel=1e-3)


@pytest.mark.parametrize("series", ["right-lateral", "left-lateral"])
def test_vhs_of_the_dogs_radiographs(series: str) -> None:
    """The heart lies 3 mm beside the plane of the spine, so the beam shows it a third of a per cent larger or
    smaller; with that known, the figure fits to a tenth of a per cent."""
    found = measure("vhs", lateral(series), detector(ANATOMY.lateral.magnification))
    side = 1 if series == "right-lateral" else -1
    far = ANATOMY.lateral.source_to_object
    nearer = far / (far - side * ANATOMY.heart.carina[0])
    expected = sum(
        ANATOMY.units_from_t4(length * nearer) for length in (ANATOMY.heart.long_mm, ANATOMY.heart.short_mm)
    )
    assert found.value == pytest.approx(expected, rel=1e-3)
    assert found.value == pytest.approx(ANATOMY.heart_score.total, abs=0.05)
    assert part(found, "long_axis") == pytest.approx(ANATOMY.heart.long_mm * nearer, rel=1e-3)
    assert found.parts["long_axis"].basis.value == "magnified"


def test_vhs_of_a_year_ago_was_smaller() -> None:
    before = measure("vhs", lateral("right-lateral", "dog-thorax-2025"), detector(1000 / 900))
    assert before.value == pytest.approx(ANATOMY.heart_score_a_year_ago.total, abs=0.05)


def test_both_hips_of_the_dog() -> None:
    at = landmarks("dog-hips", "ventrodorsal", PITCH)
    radius = ANATOMY.hip_left.head_radius_mm * ANATOMY.pelvis.magnification / PITCH

    def edge(center: Spot) -> list[Spot]:
        return [
            (center[0] + radius * math.cos(turn), center[1] + radius * math.sin(turn)) for turn in (0.3, 2, 4)
        ]

    points = [*edge(at["right head"]), at["right rim"], *edge(at["left head"]), at["left rim"]]
    found = measure("norberg", points, detector(ANATOMY.pelvis.magnification))
    assert part(found, "right") == pytest.approx(ANATOMY.hip_right.norberg_degrees, rel=1e-3)
    assert part(found, "left") == pytest.approx(ANATOMY.hip_left.norberg_degrees, rel=1e-3)
    assert part(found, "head_distance") == pytest.approx(ANATOMY.hip_distance_mm, rel=1e-3)
    assert part(found, "left_radius") == pytest.approx(ANATOMY.hip_left.head_radius_mm, rel=1e-3)


def test_kidney_of_the_dog_in_its_own_plane() -> None:
    x, y, z = ANATOMY.kidney_left.center
    half, body = ANATOMY.kidney_left.length_mm / 2, ANATOMY.vertebra("L2")
    points = flat((x, y, z + half), (x, y, z - half), body.cranial, body.caudal)
    assert measure("kidney_l2", points, radiograph()).value == pytest.approx(ANATOMY.kidney_to_l2, rel=1e-3)


def test_the_horses_foot() -> None:
    film, image = hoof_film(PITCH), detector(HOOF.shot.magnification)

    def at(*spots: Spot) -> list[Spot]:
        return [(column, row) for column, row in film.to_pixels(spots).tolist()]

    ground = at((0.0, 0.0), (120.0, 0.0))
    founder = measure("founder_distance", [*ground, *at(HOOF.coronary_band, HOOF.extensor_process)], image)
    assert (founder.value, founder.unit) == (pytest.approx(HOOF.founder_distance_mm, rel=1e-3), "mm")
    palmar = measure("palmar_angle", [*ground, *at(HOOF.tip, HOOF.palmar_process)], image)
    assert palmar.value == pytest.approx(HOOF.palmar_degrees, rel=1e-3)
    assert measure("sole_depth", [*ground, *at(HOOF.tip)], image).value == pytest.approx(
        HOOF.sole_depth_mm, rel=1e-3
    )
    deep = HOOF.wall_to_bone_mm
    wall = at(HOOF.on_wall(70), HOOF.on_wall(20), HOOF.on_wall(60, deep), HOOF.on_wall(30, deep))
    found = measure("hoof_wall", wall, image)
    assert found.value == pytest.approx(deep, rel=1e-3)
    assert part(found, "divergence") == pytest.approx(0, abs=1e-6)


def test_vertebrae_are_clicked_in_the_order_of_the_spine() -> None:
    at = landmarks("dog-thorax", "right-lateral", PITCH)
    columns = [at[f"{name} cranial"][0] for name in EDGES]
    assert all(one < other for one, other in pairwise(columns))
