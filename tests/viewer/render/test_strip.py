"""The strip under a picture: all words, none cut off, none over the picture."""

import numpy as np
import pytest

from vetpacs_desktop.viewer.render.lettering import FreeTypeLettering, Piece
from vetpacs_desktop.viewer.render.strip import NARROWEST, label_strip, labelled

WORDS = ("Bella", "Owner: Köhler-Größ, Jürgen", "2026-07-04", "Tierklinik am großen Fluss")


@pytest.mark.parametrize("width", [320, 400, 640, 1200, 4000])
def test_every_word_is_there_whole(width: int) -> None:
    letters = FreeTypeLettering()
    strip = label_strip(WORDS, width, letters)
    size = int(min(max(width / 75, 13), 64))
    for word in WORDS:
        block = letters.draw(Piece((word,), size))
        ink = (block[..., :3].astype(int) * block[..., 3:] // 255).max(axis=2)
        assert found(strip.max(axis=2).astype(int), ink), word


def found(strip: np.ndarray, ink: np.ndarray) -> bool:
    """Whether a block stands somewhere in the strip as it is."""
    height, width = ink.shape
    for top in range(strip.shape[0] - height + 1):
        for left in range(0, strip.shape[1] - width + 1):
            if abs(strip[top + height // 2, left + 2] - ink[height // 2, 2]) > 2:
                continue
            if np.abs(strip[top : top + height, left : left + width] - ink).max() <= 2:
                return True
    return False


def test_a_narrow_strip_takes_more_lines_instead_of_cutting() -> None:
    letters = FreeTypeLettering()
    assert label_strip(WORDS, 320, letters).shape[0] > label_strip(WORDS, 1000, letters).shape[0]


def test_a_word_longer_than_the_strip_ends_in_an_ellipsis_inside_it() -> None:
    strip = label_strip(("W" * 200,), 320, FreeTypeLettering())
    assert strip.shape[1] == 320
    assert strip[2:, -3:].max() < 40


def test_the_picture_itself_is_untouched() -> None:
    rgb = np.random.default_rng(2).integers(0, 256, (50, 600, 3), np.uint8)
    assert np.array_equal(labelled(rgb, WORDS, FreeTypeLettering())[:50], rgb)


def test_a_small_picture_is_widened_with_black() -> None:
    rgb = np.full((10, 11, 3), 255, np.uint8)
    made = labelled(rgb, WORDS, FreeTypeLettering())
    assert made.shape[1] == NARROWEST
    assert made[:10].sum() == rgb.sum()


def test_without_words_there_is_only_the_picture() -> None:
    assert labelled(np.zeros((10, 400, 3), np.uint8), (), FreeTypeLettering()).shape == (10, 400, 3)
