"""The picture as it must appear: inversions, background, colour."""

from __future__ import annotations

import numpy as np
import pytest

from tests.viewer.pixels.samples import dataset, description, grey_like, opened, real, rgb_like, write
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.present import inverted, picture, shown

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
WINDOW = Window(128, 256)


@pytest.mark.parametrize(
    ("photometric", "shape", "low_is_bright"),
    [
        ("MONOCHROME1", "", True),
        ("MONOCHROME2", "", False),
        ("MONOCHROME1", "INVERSE", True),
        ("MONOCHROME2", "INVERSE", True),
        ("MONOCHROME1", "IDENTITY", False),
        ("MONOCHROME2", "IDENTITY", False),
        ("RGB", "", False),
    ],
)
def test_the_presentation_shape_goes_before_the_photometric_interpretation(
    photometric: str, shape: str, low_is_bright: bool
) -> None:
    assert inverted(description(photometric=photometric, presentation_shape=shape)) is low_is_bright


def test_monochrome1_inverts_after_the_window() -> None:
    values = np.array([[0, 64, 255]], np.uint8)
    assert shown(values, None, WINDOW).tolist() == [[0, 64, 255]]
    assert shown(values, None, WINDOW, inverse=True).tolist() == [[255, 191, 0]]
    assert shown(values, None, WINDOW, inverse=True, invert=True).tolist() == [[0, 64, 255]]


def test_padding_is_black_both_ways_and_turns_with_the_readers_wish() -> None:
    values, mask = np.array([[255, 64]], np.uint8), np.array([[True, False]])
    assert shown(values, mask, WINDOW).tolist() == [[0, 64]]
    assert shown(values, mask, WINDOW, inverse=True).tolist() == [[0, 191]]
    assert shown(values, mask, WINDOW, invert=True).tolist() == [[255, 191]]


def test_colour_is_left_alone_but_for_the_readers_wish() -> None:
    colours = rgb_like()
    assert np.array_equal(shown(colours, None, None), colours)
    assert np.array_equal(shown(colours, None, WINDOW, inverse=True), colours)
    assert np.array_equal(shown(colours, None, None, invert=True), 255 - colours)


def test_a_picture_of_a_file() -> None:
    path = real("CT_small.dcm")
    file = open_file(path)
    default = picture(path, read_description(path))
    assert default.shape == (128, 128)
    assert np.array_equal(default, picture(file.source, file.description))
    assert np.array_equal(255 - default, picture(path, file.description, invert=True))
    narrow = picture(path, file.description, 0, Window(0, 1))
    assert set(np.unique(narrow)) == {0, 255}


def test_a_radiograph_in_monochrome1_has_bright_bones(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Low stored values are bright: the brightest place of the picture holds the lowest value."""
    values = grey_like((40, 50))
    path = write(
        tmp_path_factory.mktemp("dx") / "m1.dcm",
        dataset(values.tobytes(), Rows=40, Columns=50, PhotometricInterpretation="MONOCHROME1"),
    )
    image = picture(path, read_description(path))
    assert image.flat[int(values.argmin())] == image.max()


def test_all_kinds_of_real_files_make_pictures() -> None:
    for name in (
        "OBXXXX1A.dcm",
        "RG3_UNCR.dcm",
        "liver.dcm",
        "rtdose.dcm",
        "US1_UNCR.dcm",
        "eCT_Supplemental.dcm",
    ):
        file = opened(name)
        image = picture(file.source, file.description)
        assert image.dtype == np.uint8
        assert len(np.unique(image)) > 1, name
