"""Marks are on the screen: thin, bright with a dark edge, legible on black and on white, with their words."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.viewer.render.files import image_file
from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, Sheet
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.mark import Handle, Look, Mark, Stroke
from vetpacs_desktop.viewer.render.canvas import Canvas
from vetpacs_desktop.viewer.render.offscreen import render_picture
from vetpacs_desktop.viewer.render.strokes import CORE_WIDTH, EDGE_ALPHA, EDGE_WIDTH, ink_of
from vetpacs_desktop.viewer.render.strokes import Path as Path_
from vetpacs_desktop.viewer.snapshot import Resolved, Viewport
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


def inked(*paths: Path_, ratio: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Edges and cores in a picture of 40 x 60."""
    ink = ink_of(paths, ratio, 60, 40)
    found = np.zeros((2, 40 * 60), np.uint8)
    for layer, shares in zip(found, (ink.edge, ink.core), strict=True):
        layer[ink.at] = shares
    return found[0].reshape(40, 60), found[1].reshape(40, 60)


def test_any_stroke_can_be_drawn() -> None:
    for path in (
        (((0.0, 0.0), (0.0, 0.0)), False, False),
        (((0.0, 0.0),), True, False),
        (((-1e7, 20.5), (1e7, 20.5)), False, False),
        (((900.0, 900.0), (990.0, 900.0)), False, False),
    ):
        edge, core = inked(path, ratio=2.0)
        assert (core <= edge.max()).all() or path[0][0][0] == -1e7
    edge, core = inked((((-1e7, 20.5), (1e7, 20.5)), False, False))
    assert core[20].min() == 255, "a figure that reaches far out of sight is seen as far as it is in sight"
    assert core.sum(axis=1)[[10, 30]].max() == 0
    assert not len(ink_of([], 1.0, 60, 40).at)


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.floats(-20, 80), st.floats(-20, 60)),
    st.tuples(st.floats(-20, 80), st.floats(-20, 60)),
    st.sampled_from([1.0, 1.5, 3.0]),
)
def test_a_line_covers_the_pixels_near_it_and_no_others(
    start: tuple[float, float], end: tuple[float, float], ratio: float
) -> None:
    """Checked against the distance of every pixel of the picture from the line, each by itself."""
    edge, core = inked((((start, end)), False, False), ratio=ratio)
    a, b = np.array(start), np.array(end)
    length = float(np.hypot(*(b - a)))
    assume(length > 1)
    way = (b - a) / length
    y, x = np.mgrid[:40, :60] + 0.5
    along = (x - a[0]) * way[0] + (y - a[1]) * way[1]
    aside = np.abs((x - a[0]) * way[1] - (y - a[1]) * way[0])
    for found, width, full in ((edge, EDGE_WIDTH * ratio, 255 * EDGE_ALPHA), (core, CORE_WIDTH * ratio, 255)):
        inside = (along > 0) & (along < length)
        wanted = np.clip(width / 2 + 0.5 - aside, 0, 1) * full
        assert np.abs(found[inside] - wanted[inside]).max(initial=0) <= 3
        far = (along < -width / 2 - 1) | (along > length + width / 2 + 1) | (aside > width / 2 + 0.6)
        assert found[far].max(initial=0) == 0


def test_a_bend_is_round_and_a_corner_has_two_ends() -> None:
    turns = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    ring = [(30 + 12 * np.cos(t), 20 + 12 * np.sin(t)) for t in turns]
    core = inked((ring, True, False))[1]
    y, x = np.mgrid[:40, :60] + 0.5
    away = np.abs(np.hypot(x - 30, y - 20) - 12)
    assert core[away < 0.2].min() > 200, "no gap anywhere"
    assert core[away > 1.5].max() == 0
    corner = inked((((10.0, 30.0), (30.0, 30.0), (30.0, 10.0)), False, False))[1]
    assert corner[30, 30] > 100, "it is filled"


def test_dashes_have_gaps() -> None:
    core = inked((((2.0, 20.5), (58.0, 20.5)), False, True))[1]
    line = core[20] > 128
    assert 4 <= int((np.diff(line.astype(int)) == 1).sum()) <= 7


def test_a_large_picture_is_drawn_in_pieces_like_the_whole() -> None:
    marks = (
        Mark(
            "a", (Stroke(((5.0, 5.0), (190.0, 140.0))),), (Handle((100.0, 74.0), 0),), None, Look.PLAIN, 2.0
        ),
        Mark("b", (Stroke(((190.0, 5.0), (5.0, 140.0)), dashed=True),), (), None, Look.CHOSEN, 2.0),
    )
    resolved = Resolved(Viewport(200, 150), marks=marks)
    canvas = Canvas()
    whole = canvas.draw(resolved)
    pieces = [canvas.draw_rows(resolved, top, min(40, 150 - top)) for top in range(0, 150, 40)]
    canvas.close()
    assert whole.max() > 200
    assert np.array_equal(np.concatenate(pieces), whole)
