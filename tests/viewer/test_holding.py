"""Points stay in the picture and, on ultrasound, in one region; nothing else is ever moved."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from tests.viewer.render.files import image_file
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import ImageDescription
from vetpacs_desktop.viewer.holding import NO_REGION, ONE_REGION, held, held_way
from vetpacs_desktop.viewer.measure.tool import Figure

LEFT, RIGHT = (10, 10, 49, 89), (60, 10, 99, 89)
"""Two regions of an ultrasound picture of 120 x 100 pixels."""


def region(box: tuple[int, int, int, int]) -> Dataset:
    made = Dataset()
    made.RegionLocationMinX0, made.RegionLocationMinY0, made.RegionLocationMaxX1, made.RegionLocationMaxY1 = (
        box
    )
    made.RegionSpatialFormat, made.RegionDataType, made.RegionFlags = 1, 1, 0
    made.PhysicalUnitsXDirection = made.PhysicalUnitsYDirection = 3
    made.PhysicalDeltaX = made.PhysicalDeltaY = 0.02
    return made


@pytest.fixture(scope="module")
def ultrasound(tmp_path_factory: pytest.TempPathFactory) -> ImageDescription:
    return described(tmp_path_factory.mktemp("us"), modality="US", regions=(LEFT, RIGHT))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> ImageDescription:
    return described(tmp_path_factory.mktemp("dx"), modality="DX", regions=())


def described(
    folder: Path, modality: str, regions: tuple[tuple[int, int, int, int], ...]
) -> ImageDescription:
    tags = {"SequenceOfUltrasoundRegions": [region(box) for box in regions]} if regions else {}
    return read_description(image_file(folder, np.zeros((100, 120), np.uint8), Modality=modality, **tags))


POINTS = st.tuples(st.floats(-50, 200), st.floats(-50, 200))


@given(POINTS, POINTS)
def test_a_point_is_never_outside_the_picture_and_moves_only_if_it_must(
    plain: ImageDescription, wished: tuple[float, float], other: tuple[float, float]
) -> None:
    (x, y), reason = held(plain, 0, Figure.PATH, (other,), wished)
    assert reason == ""
    assert 0 <= x <= 119
    assert 0 <= y <= 99
    if 0 <= wished[0] <= 119 and 0 <= wished[1] <= 99:
        assert (x, y) == wished


def test_the_second_point_stays_in_the_first_ones_region(ultrasound: ImageDescription) -> None:
    assert held(ultrasound, 0, Figure.PATH, ((20, 20),), (30, 40)) == ((30, 40), "")
    assert held(ultrasound, 0, Figure.PATH, ((20, 20),), (80, 40)) == ((49, 40), ONE_REGION)
    assert held(ultrasound, 0, Figure.PATH, ((80, 20),), (20, 95)) == ((60, 89), ONE_REGION)
    assert held(ultrasound, 0, Figure.PATH, (), (110, 95)) == ((110, 95), NO_REGION)


def test_arrows_and_words_may_lie_anywhere(ultrasound: ImageDescription) -> None:
    for figure in (Figure.ARROW, Figure.TEXT, Figure.POINT):
        assert held(ultrasound, 0, figure, ((20, 20),), (80, 40)) == ((80, 40), "")


def test_a_whole_figure_stays_too(ultrasound: ImageDescription, plain: ImageDescription) -> None:
    points = ((20.0, 20.0), (40.0, 30.0))
    assert held_way(ultrasound, 0, Figure.PATH, points, (30, -40)) == (9, -10)
    assert held_way(plain, 0, Figure.PATH, points, (30, -40)) == (30, -20)
    assert held_way(plain, 0, Figure.PATH, ((-5.0, 0.0), (3.0, 0.0)), (-2, 0)) == (0, 0)
