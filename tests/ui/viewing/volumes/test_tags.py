"""Names of lines stand on their lines, clear of the words in the corners; corners say which plane it is."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import Qt

from tests.ui.viewing.mouse import Mouse
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.ui.viewing.volumes.tags import tag_place, words_in_the_corners
from vetpacs_desktop.viewer.corner_texts import CornerTexts
from vetpacs_desktop.viewer.geometry.letters import Letters
from vetpacs_desktop.viewer.snapshot import Resolved, Viewport

FULL = Resolved(
    Viewport(600, 400),
    letters=Letters(left="R", right="L", top="D", bottom="V"),
    corners=CornerTexts(
        top_left=("Bella", "Smith", "Dog, Beagle", "2026-07-04 14:25"),
        top_right=("Transverse", "CT 1: thorax"),
        bottom_left=("Plane 3 of 300", "Position 102.8 mm"),
        bottom_right=("C 40  W 400 HU", "Zoom 100 %"),
    ),
)


@pytest.mark.parametrize("degrees", range(0, 180, 15))
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_name_hides_no_words_wherever_the_line_goes(degrees: int, ratio: float) -> None:
    viewport = Viewport(round(600 * ratio), round(400 * ratio), ratio)
    found = Resolved(viewport, letters=FULL.letters, corners=FULL.corners)
    middle = (300 * ratio, 200 * ratio)
    way = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    reach = min(
        side / 2 / abs(part)
        for side, part in zip((viewport.width, viewport.height), way, strict=True)
        if abs(part) > 1e-9
    )
    ends = [(middle[0] + s * way[0] * reach, middle[1] + s * way[1] * reach) for s in (-1, 1)]
    x, y = tag_place(ends, middle, "Dorsal", found)
    assert abs((x - middle[0]) * way[1] - (y - middle[1]) * way[0]) < 1e-6, "on its line"
    for left, top, right, bottom in words_in_the_corners(found):
        assert not (left < x < right and top < y < bottom)


def test_without_words_a_name_stands_at_the_end() -> None:
    bare = Resolved(Viewport(600, 400))
    assert words_in_the_corners(bare) == []
    assert tag_place([(0.0, 200.0), (600.0, 200.0)], (300.0, 200.0), "Dorsal", bare) == (30.0, 200.0)


def test_corners_say_which_plane_how_turned_and_how_thick(planes: Controller, page: ReadingPage) -> None:
    mouse = Mouse(page, 0)
    corners = [planes.resolved(n).corners for n in range(4)]
    assert [one.top_right[0] for one in corners[:3]] == ["Transverse", "Sagittal", "Dorsal"]
    assert corners[0].bottom_left[0].startswith("Plane 5 of ")
    assert corners[3].bottom_left[0].startswith("Image 5 of "), "those were taken"
    assert not any("Thickness" in line for line in corners[0].bottom_left)
    for _ in range(5):
        mouse.key(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    for _ in range(6):
        mouse.key(Qt.Key.Key_BracketRight)
    assert planes.resolved(0).corners.top_right[:2] == ("Transverse", "Slab 10 mm, brightest")
    assert planes.resolved(1).corners.top_right[:2] == ("Sagittal, turned by 5°", "Slab 10 mm, brightest")
    planes.set_letters(False)
    assert planes.resolved(2).corners.top_right[0] == "Coronal, turned by 5°"
