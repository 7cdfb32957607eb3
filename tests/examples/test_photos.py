"""The example photos are ordinary pictures of a phone, the same for the same seed."""

from pathlib import Path

import numpy as np
from PIL import Image

from vetpacs_desktop.examples.photos import DAYS, SHAPE, write_photos


def test_they_say_when_they_were_taken_and_the_wound_heals(tmp_path: Path) -> None:
    red = []
    for path, taken in zip(write_photos(tmp_path), DAYS, strict=True):
        with Image.open(path) as picture:
            assert picture.size == SHAPE[::-1]
            assert picture.getexif().get_ifd(0x8769)[0x9003] == taken
            pixels = np.asarray(picture, np.int16)
        red.append(int((pixels[..., 0] - pixels[..., 1] > 80).sum()))
    assert red[0] > red[1] > red[2] > 1000


def test_the_same_seed_draws_the_same_photo(tmp_path: Path) -> None:
    first, second = write_photos(tmp_path / "a"), write_photos(tmp_path / "b")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
