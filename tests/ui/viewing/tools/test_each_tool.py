"""Every measuring tool and every guide of the program, by real mouse clicks and keys in the window.

The table is the program's own: a tool that is added there is tried here, or fails for want of places.
"""

import math
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import exam_of, series_of
from tests.ui.viewing.drawing import hint_of, marking, only, same, value
from tests.ui.viewing.mouse import Mouse, Place
from tests.ui.viewing.screen import on_screen
from tests.viewer.render.files import image_file
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.measure.measured import Measured
from vetpacs_desktop.viewer.measure.saying import BASIS_WORDS, say
from vetpacs_desktop.viewer.measure.tool import MeasureTool
from vetpacs_desktop.viewer.measure.tools import CALIBRATION_TOOLS, TOOLS
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES

Read = Callable[[Exam], Controller]
K = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
SIDE = 600
A, B, C, D = (100.0, 120.0), (400.0, 180.0), (480.0, 430.0), (150.0, 480.0)
ROUND = tuple((300 + 120 * math.cos(turn / 12), 300 + 120 * math.sin(turn / 12)) for turn in range(76))
PLACES: Mapping[str, tuple[Place, ...]] = {
    "length": (A, B),
    "polyline": (A, B, C),
    "angle": (A, B, C),
    "open_angle": (A, B, C, D),
    "rectangle": (A, C),
    "ellipse": (A, C),
    "circle": (A, B, C),
    "polygon": (A, B, C, D),
    "freehand": ROUND,
    "bidirectional": (A, C, B, D),
    "perpendicular": (A, B, C),
    "parallel": (A, B, C),
    "arrow": (A, B),
    "text": (A,),
    "point": (A,),
    "ratio": (A, B, C, D),
    "ellipsoid": (A, B, C, D, ROUND[0], ROUND[50]),
    "calibrate_line": (A, B),
    "calibrate_ball": (ROUND[0], ROUND[25], ROUND[50]),
    **{
        name: tuple((SIDE * x, SIDE * y) for x, y in (step.at for step in one.steps))
        for name, one in GUIDES.items()
    },
}
"""Where to click; a guide's are those of its own drawing."""
WITHOUT_VALUE = ("arrow", "text")
MILLIMETRES = ("mm", "mm2", "cm2", "ml")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A radiograph of 600 x 600 pixels of 0.2 mm at the detector."""
    values = (np.add.outer(np.arange(SIDE), np.arange(SIDE)) + 1000).astype(np.uint16)
    return image_file(
        tmp_path_factory.mktemp("film"),
        values,
        Modality="DX",
        SOPClassUID="1.2.840.10008.5.1.4.1.1.1.1",
        ImagerPixelSpacing=[0.2, 0.2],
    )


def action_of(page: ReadingPage, tool: MeasureTool) -> QAction:
    """The tool's entry in the window's menus."""
    names = (f"guide_{tool.name}",) if tool.name in GUIDES else (f"measure_{tool.name}", tool.name)
    found = next((one for one in page.actions() if one.objectName() in names), None)
    assert found is not None, f"the window has no action for {tool.name}"
    return found


def place(page: ReadingPage, mouse: Mouse, tool: MeasureTool) -> None:
    """Its points by the mouse, and what must be typed."""
    places = PLACES[tool.name]
    if tool.freehand:
        mouse.drag(*places)
    elif tool.name in GUIDES:
        for spot in places:
            if page.guides.card.isHidden():
                break
            mouse.click(spot, control=True)
    else:
        mouse.click(*places)
    if tool.most is None and not tool.freehand:
        mouse.key(K.Key_Return)
    if tool.name == "text":
        mouse.type("A shadow")
        mouse.key(K.Key_Return)
    if tool.name in CALIBRATION_TOOLS:
        assert "true size" in hint_of(page)
        mouse.type("50 mm")
        mouse.key(K.Key_Return)


def is_said(page: ReadingPage, found: Measured, tags: list[str]) -> None:
    """The value stands on the picture, with its unit and, in millimetres, with where that comes from."""
    assert found.value is not None, found.note
    text = say(found)
    assert any(text in tag for tag in tags), (text, tags)
    assert found.unit
    if found.unit in MILLIMETRES:
        assert found.basis is not Basis.NONE
        assert BASIS_WORDS[found.basis] in text


def tags_of(controller: Controller) -> list[str]:
    return [line for mark in controller.resolved(0).marks if mark.tag is not None for line in mark.tag.lines]


@pytest.mark.parametrize("name", PLACES)
def test_a_tool_by_clicks_undo_redo_and_delete(
    page: ReadingPage, read: Read, film: Path, mouse: Mouse, qtbot: QtBot, name: str
) -> None:
    tool, controller = TOOLS[name], read(exam_of(series_of([film])))
    action_of(page, tool).trigger()
    qtbot.wait(10)
    before = on_screen(mouse.viewport.view)
    place(page, mouse, tool)
    one = only(mouse)
    assert one.tool == name
    assert tool.least <= len(one.points)
    if not tool.freehand:
        assert same(one.points, *PLACES[name][: len(one.points)])
    if name in CALIBRATION_TOOLS:
        assert "Known size: 50 mm" in tags_of(controller)
        assert any("calibrated here" in line for line in controller.resolved(0).corners.bottom_right)
    elif name not in WITHOUT_VALUE:
        is_said(page, value(mouse, one), tags_of(controller))
    qtbot.wait(20)
    assert (on_screen(mouse.viewport.view) != before).any(), "it is on the screen"

    mouse.viewport.setFocus()
    mouse.key(K.Key_Z, CONTROL)
    assert marking(mouse).sheet.annotations == ()
    mouse.key(K.Key_Z, CONTROL | SHIFT)
    assert only(mouse).points == one.points
    mouse.key(K.Key_Escape)
    mouse.key(K.Key_Escape)
    mouse.viewport.setFocus()
    mouse.key(K.Key_Tab)
    assert marking(mouse).chosen_one == only(mouse)
    mouse.key(K.Key_Delete)
    assert marking(mouse).sheet.annotations == ()


def test_every_tool_has_places_to_click() -> None:
    assert PLACES.keys() == {name for name, tool in TOOLS.items() if not tool.body}, (
        "bodies are measured in volumes"
    )
