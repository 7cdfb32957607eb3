"""Placing points with mouse and keys: every tool, every way to end a figure, every way out."""

import math
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.viewing.drawing import A, B, C, D, hint_of, marking, only, same, take, value
from tests.ui.viewing.mouse import RIGHT, Mouse, Place
from tests.ui.viewing.screen import on_screen
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.ui.viewing.tools.placing import Clicks, Strokes, placing_of
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.measure.tool import Figure
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.state import Tool

Read = Callable[[Exam], Controller]
A_THOUSANDTH = 1e-3
K = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_a_length_by_two_clicks_shows_its_value_and_what_the_next_click_does(
    page: ReadingPage, ct: Controller, mouse: Mouse, qtbot: QtBot
) -> None:
    mouse.key(K.Key_D)
    assert "one end" in hint_of(page)
    mouse.click(A)
    assert "the other end" in hint_of(page)
    mouse.move(B)
    assert ct.resolved(0).marks[0].tag is not None, "the value is there while the mouse moves"
    mouse.click(B)
    one = only(mouse)
    assert one.tool == "length"
    assert same(one.points, A, B)
    found = value(mouse, one)
    assert (found.unit, found.basis) == ("mm", Basis.PHYSICAL)
    assert found.value == pytest.approx(math.dist(A, B))
    (mark,) = ct.resolved(0).marks
    assert mark.tag is not None
    assert mark.tag.lines == ("31 mm (in the animal)",)


def test_a_length_by_dragging(ct: Controller, mouse: Mouse) -> None:
    mouse.key(K.Key_D)
    mouse.drag(A, C)
    assert same(only(mouse).points, A, C)


@pytest.mark.parametrize(
    ("tool", "places"),
    [
        ("length", (A, B)),
        ("angle", (A, B, C)),
        ("open_angle", (A, B, C, D)),
        ("cobb", (A, B, C, D)),
        ("rectangle", (A, C)),
        ("ellipse", (A, C)),
        ("circle", (A, B, C)),
        ("bidirectional", (A, C, B, D)),
        ("perpendicular", (A, B, C)),
        ("parallel", (A, B, C)),
        ("arrow", (A, B)),
        ("point", (A,)),
        ("ratio", (A, B, C, D)),
    ],
)
def test_every_tool_of_a_fixed_number_of_points(
    page: ReadingPage, ct: Controller, mouse: Mouse, qtbot: QtBot, tool: str, places: tuple[Place, ...]
) -> None:
    take(page, tool)
    before = on_screen(mouse.viewport.view)
    mouse.click(*places)
    one = only(mouse)
    assert one.tool == tool
    assert same(one.points, *places)
    if TOOLS[tool].figure is not Figure.GUIDE:
        assert marking(mouse).tool is TOOLS[tool], "the tool stays in the hand for the next one"
    if tool != "arrow":
        assert value(mouse, one).value is not None
    qtbot.wait(30)
    assert (on_screen(mouse.viewport.view) != before).any(), "it is on the screen"


@pytest.mark.parametrize(("tool", "least"), [("polyline", 2), ("polygon", 3)])
@pytest.mark.parametrize("end", ["double", "enter", "right", "first"])
def test_figures_of_any_number_of_points(
    page: ReadingPage, ct: Controller, mouse: Mouse, tool: str, least: int, end: str
) -> None:
    take(page, tool)
    mouse.click(A, B, C)
    if end == "double":
        mouse.double_click(D)
    else:
        mouse.click(D)
    if end == "enter":
        mouse.key(K.Key_Return)
    if end == "right":
        mouse.click(A, button=RIGHT)
    if end == "first" and tool == "polygon":
        mouse.click((A[0] + 0.2, A[1]))
    elif end == "first":
        assert marking(mouse).draft is not None, "a path may cross its start"
        mouse.key(K.Key_Return)
    assert same(only(mouse).points, A, B, C, D)
    assert not ct.grid.alone


def test_freehand_follows_the_hand(page: ReadingPage, ct: Controller, mouse: Mouse) -> None:
    take(page, "freehand")
    circle = [(32 + 15 * math.cos(t / 20), 32 + 15 * math.sin(t / 20)) for t in range(126)]
    mouse.drag(*circle)
    one = only(mouse)
    assert len(one.points) > 40
    assert value(mouse, one).value == pytest.approx(math.pi * 15**2, rel=0.01)


def test_words_are_typed_where_they_stand(page: ReadingPage, ct: Controller, mouse: Mouse) -> None:
    mouse.key(K.Key_N)
    mouse.click(B)
    mouse.type("Mass D, 2 cm")
    mouse.key(K.Key_Return)
    one = only(mouse)
    assert (one.tool, one.text) == ("text", "Mass D, 2 cm")
    (mark,) = ct.resolved(0).marks
    assert mark.tag is not None
    assert mark.tag.lines == ("Mass D, 2 cm",)


def test_words_left_with_esc_leave_nothing(ct: Controller, mouse: Mouse) -> None:
    mouse.key(K.Key_N)
    mouse.click(B)
    mouse.type("never")
    mouse.key(K.Key_Escape)
    assert marking(mouse).sheet.annotations == ()
    assert not marking(mouse).can_undo


def test_backspace_takes_a_point_back_and_esc_leaves(
    page: ReadingPage, ct: Controller, mouse: Mouse, qtbot: QtBot
) -> None:
    mouse.key(K.Key_A)
    mouse.click(A, B)
    mouse.key(K.Key_Backspace)
    draft = marking(mouse).draft
    assert draft is not None
    assert same(draft.points, A)
    mouse.key(K.Key_Escape)
    assert not marking(mouse).take_back()
    assert marking(mouse).tool is not None
    mouse.key(K.Key_Escape)
    assert marking(mouse).tool is None
    assert page._deeds.actions["window"].isChecked()


def test_choosing_another_tool_puts_the_measuring_one_away(
    page: ReadingPage, ct: Controller, mouse: Mouse
) -> None:
    mouse.key(K.Key_D)
    assert page._marking.actions["measure_length"].isChecked()
    mouse.key(K.Key_T)
    assert marking(mouse).tool is None
    assert ct.grid.tool is Tool.PAN
    assert not page._marking.actions["measure_length"].isChecked()
    mouse.key(K.Key_D)
    mouse.key(K.Key_A)
    assert marking(mouse).tool is TOOLS["angle"]


def test_each_kind_of_tool_has_its_way(page: ReadingPage, ct: Controller, mouse: Mouse) -> None:
    surface = mouse.viewport.hand.surface
    assert isinstance(placing_of(surface, TOOLS["length"]), Clicks)
    assert isinstance(placing_of(surface, TOOLS["freehand"]), Strokes)


def test_nothing_begins_in_the_black_beside_the_picture(ct: Controller, mouse: Mouse) -> None:
    mouse.key(K.Key_D)
    mouse.click((-12.0, 30.0))
    assert marking(mouse).draft is None
    mouse.click((-0.4, 30.0))
    draft = marking(mouse).draft
    assert draft is not None
    assert same(draft.points, (0.0, 30.0))


def test_the_draft_starts_anew_on_another_image(ct: Controller, mouse: Mouse) -> None:
    mouse.key(K.Key_A)
    mouse.click(A, B)
    mouse.viewport.setFocus()
    mouse.key(K.Key_Down)
    mouse.click(C)
    draft = marking(mouse).draft
    assert draft is not None
    assert same(draft.points, C)


def test_control_places_a_point_where_another_one_lies(ct: Controller, mouse: Mouse) -> None:
    mouse.key(K.Key_D)
    mouse.click(A, B)
    mouse.click(B)
    assert marking(mouse).draft is None, "taken hold of"
    mouse.click(B, control=True)
    mouse.click(C)
    assert same(marking(mouse).sheet.annotations[1].points, B, C)
