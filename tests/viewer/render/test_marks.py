"""Marks are on the screen: thin, bright with a dark edge, legible on black and on white, with their words."""

from pathlib import Path

import numpy as np
import pytest

from tests.viewer.render.files import image_file
from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, Sheet
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.render.offscreen import render_picture
from vetpacs_desktop.viewer.render.strokes import Pen, mesh_of
from vetpacs_desktop.viewer.state import ViewState, ZoomMode

BLACK, WHITE = Window(5000, 2), Window(-5000, 2)


def shown(folder: Path, window: Window, *points: tuple[float, float], **state: object) -> np.ndarray:
    path = image_file(
        folder, np.zeros((300, 400), np.int16), Modality="CT", PixelSpacing=["0.5", "0.5"], RescaleType="HU"
    )
    image = ImageRef(read_description(path).sop_uid)
    sheet = Sheet((Annotation("a", "length", image, points),))
    wish = ViewState(zoom=ZoomMode.ONE_TO_ONE, window=window, **state)  # type: ignore[arg-type]
    picture, _ = render_picture([path], size=(400, 300), plain=True, state=wish, sheet=sheet)
    return picture.astype(int)


@pytest.mark.parametrize("window", [BLACK, WHITE])
def test_a_line_is_bright_with_a_dark_edge_on_any_picture(tmp_path: Path, window: Window) -> None:
    picture = shown(tmp_path, window, (50.0, 150.0), (250.0, 150.0))
    across = picture[140:161, 60]
    assert across.max(axis=1).argmax() == pytest.approx(10, abs=1) or window is WHITE
    assert across[9:12].min(axis=0)[2] < 160, "yellow, so little blue"
    assert across[10].max() > 200
    assert across[[9, 11]].max(axis=1).min() < 140
    assert across[[9, 11], 2].min() < 80
    assert np.abs(across[0] - across[-1]).max() == 0, "thin"


def test_its_value_stands_beside_it(tmp_path: Path) -> None:
    picture = shown(tmp_path, BLACK, (50.0, 150.0), (150.0, 150.0))
    assert picture[140:160, 165:260].max() > 200
    assert picture[:130].max() == 0


def test_lines_follow_a_turned_and_flipped_picture(tmp_path: Path) -> None:
    straight = shown(tmp_path, BLACK, (100.0, 60.0), (100.0, 200.0))
    flipped = shown(tmp_path, BLACK, (100.0, 60.0), (100.0, 200.0), flip_h=True)
    assert straight[150, 100].max() > 200
    assert flipped[150, 299].max() > 200
    turned = shown(tmp_path, BLACK, (200.0, 100.0), (200.0, 200.0), rotation=90)
    row = 150
    assert turned[row, 180:240].max() > 200


def test_a_mesh_of_any_stroke_is_sound() -> None:
    pen = Pen((255, 255, 255), 2.0)
    strokes = [
        (((0.0, 0.0), (0.0, 0.0)), False, False, pen),
        (((0.0, 0.0),), True, False, pen),
        (((0.0, 0.0), (10.0, 0.0), (0.0, 0.1)), False, False, pen),
        (((0.0, 0.0), (100.0, 50.0)), False, True, pen),
        (((5.0, 5.0), (9.0, 5.0), (9.0, 9.0)), True, False, pen),
    ]
    mesh = mesh_of(strokes, [(1.0, 2.0, 30.0, 40.0)])
    assert np.isfinite(mesh.places).all()
    assert mesh.triangles.max() < len(mesh.places) == len(mesh.colours)
    assert len(mesh_of([]).triangles) == 0
