"""What a reader did to the picture for the eye leaves with it and is said, with words or without them."""

from pathlib import Path

import numpy as np
import pytest

from tests.viewer.output.conftest import album_of, shots_of
from tests.viewer.render.files import image_file
from vetpacs_desktop.viewer.colour_maps import colour_maps
from vetpacs_desktop.viewer.output.painter import Painter, Rgb, Taste
from vetpacs_desktop.viewer.output.shots import Album
from vetpacs_desktop.viewer.pixels.treatment import Treatment, treated
from vetpacs_desktop.viewer.pixels.voi import apply_window
from vetpacs_desktop.viewer.render.canvas import Canvas
from vetpacs_desktop.viewer.state import ViewState

ROWS, COLUMNS = 300, 400
NOTE = np.s_[-40:, -160:]
"""The corner where it is said."""


@pytest.fixture
def values() -> np.ndarray:
    return np.random.default_rng(2).integers(0, 900, (ROWS, COLUMNS)).astype(np.int16)


@pytest.fixture
def album(tmp_path: Path, values: np.ndarray) -> Album:
    return album_of([image_file(tmp_path, values, WindowCenter=1000, WindowWidth=2000)])


def left(canvas: Canvas, album: Album, look: ViewState, *, overlay: bool = False) -> Rgb:
    seen = Album(album.exam, album.label, album.sheet, {(0, 0): look})
    return Painter(canvas.draw, Taste(overlay)).picture(shots_of(seen)[0])


def test_a_sharpened_picture_leaves_sharpened_and_says_so(
    canvas: Canvas, album: Album, values: np.ndarray
) -> None:
    wish = Treatment(sharpen=1.5)
    rgb = left(canvas, album, ViewState(series=0, treatment=wish))
    painter = Painter(canvas.draw, Taste(False))
    frame = painter.load(shots_of(album)[0])
    assert frame.default_window is not None
    exact = apply_window(treated(values, None, wish), frame.default_window)
    assert np.abs(rgb[:250, :200, 0].astype(int) - exact[:250, :200]).max() <= 1
    plain = left(canvas, album, ViewState(series=0))
    assert plain[NOTE].max() < 130
    assert rgb[NOTE].max() > 200


def test_colours_leave_with_their_bar_or_at_least_their_name(
    canvas: Canvas, album: Album, values: np.ndarray
) -> None:
    look = ViewState(series=0, colours="viridis")
    table = np.frombuffer(colour_maps()["viridis"].colours, np.uint8).reshape(-1, 3)
    frame = Painter(canvas.draw, Taste(False)).load(shots_of(album)[0])
    assert frame.default_window is not None
    exact = table[apply_window(values, frame.default_window)].astype(int)
    bare, worded = left(canvas, album, look), left(canvas, album, look, overlay=True)
    assert np.abs(bare[:250, :200] - exact[:250, :200]).max() <= 4
    bar = np.s_[84:200, COLUMNS - 74 : COLUMNS - 62]
    top = table[250].astype(int)
    assert (np.abs(worded[bar].astype(int) - top).max(axis=2) < 25).any(), "the bar's bright end"
    assert not (np.abs(bare[bar].astype(int) - top).max(axis=2) < 25).any()


def test_a_turned_picture_leaves_whole(canvas: Canvas, album: Album) -> None:
    rgb = left(canvas, album, ViewState(series=0, rotation=30.0))
    turn = np.radians(30)
    wide = COLUMNS * np.cos(turn) + ROWS * np.sin(turn)
    high = COLUMNS * np.sin(turn) + ROWS * np.cos(turn)
    assert rgb.shape[1] == pytest.approx(wide, abs=1)
    assert rgb.shape[0] == pytest.approx(high, abs=1)
    assert (rgb[:20, :20] == 0).all(), "black beside it"
    area = (rgb[..., 0] > 0).mean() * rgb.shape[0] * rgb.shape[1]
    assert area == pytest.approx(ROWS * COLUMNS, rel=0.03)
