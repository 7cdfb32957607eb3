"""Measuring with mouse and keys: every tool, what is drawn can be moved, undone, hidden and deleted."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import SLICES, ct_series, exam_of, series_of
from tests.ui.viewing.mouse import LEFT, RIGHT, Mouse, Place
from tests.ui.viewing.screen import on_screen
from vetpacs_desktop.examples import ANATOMY, write_examples
from vetpacs_desktop.examples.landmarks import Pixel, landmarks
from vetpacs_desktop.ui.viewing import commands
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.marking import Marking
from vetpacs_desktop.ui.viewing.marking_desk import size_of
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer import state as s
from vetpacs_desktop.viewer.annotations import Annotation
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.marks import Grip
from vetpacs_desktop.viewer.measure.measured import Measured
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.state import Tool

Read = Callable[[Exam], Controller]
A_THOUSANDTH = 1e-3
K = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="session")
def animals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("animals")
    write_examples(folder, seed=1, small=True)
    return folder


@pytest.fixture
def ct(read: Read, tmp_path: Path) -> Controller:
    """Slices of 64 x 64 pixels of 1 mm."""
    return read(exam_of(ct_series(tmp_path / "ct")))


@pytest.fixture
def mouse(page: ReadingPage) -> Mouse:
    return Mouse(page)


def marking(mouse: Mouse) -> Marking:
    return mouse.controller.marking


def only(mouse: Mouse) -> Annotation:
    (one,) = marking(mouse).sheet.annotations
    return one


def value(mouse: Mouse, one: Annotation) -> Measured:
    frame = mouse.controller.frame(0)
    assert frame is not None
    return marking(mouse).values.value(one, frame, marking(mouse).calibration(frame))


def same(points: tuple[Place, ...], *places: Place) -> bool:
    """Whether points are where these places are."""
    return len(points) == len(places) and bool(np.allclose(points, places, atol=1e-6))


def hint_of(page: ReadingPage) -> str:
    return page._hint.text()


def take(page: ReadingPage, tool: str) -> None:
    """By the tool's own entry in the menu."""
    name = next(row.name for row, wanted in commands.MEASURE if wanted == tool)
    page._marking.actions[name].trigger()


A, B, C, D = (10.0, 12.0), (40.0, 20.0), (50.0, 45.0), (15.0, 50.0)


# --- placing ----------------------------------------------------------------------------------------


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


# --- true values on the example animals ---------------------------------------------------------------


def hips(read: Read, animals: Path) -> tuple[Controller, dict[str, Pixel]]:
    path = animals / "dog-hips" / "ventrodorsal.dcm"
    controller = read(exam_of(series_of([path])))
    frame = controller.frame(0)
    assert frame is not None
    assert frame.description.imager_pixel_spacing is not None
    return controller, landmarks("dog-hips", "ventrodorsal", frame.description.imager_pixel_spacing[0])


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("flip", ["none", "horizontal", "vertical"])
@pytest.mark.parametrize("zoom", [1.0, 7.3])
def test_the_dogs_hips_are_as_far_apart_as_they_are_in_any_view(
    page: ReadingPage, read: Read, animals: Path, mouse: Mouse, turn: int, flip: str, zoom: float
) -> None:
    controller, at = hips(read, animals)
    change = {"none": lambda v: v, "horizontal": s.flip_horizontal, "vertical": s.flip_vertical}[flip]
    controller.change(0, lambda view: s.rotate(change(view), turn))
    controller.zoom(0, zoom)
    mouse.key(K.Key_D)
    for name in ("left head", "right head"):
        bring_to_the_middle(controller, at[name])
        mouse.click(at[name])
    found = value(mouse, only(mouse))
    assert found.value == pytest.approx(ANATOMY.hip_distance_mm, rel=A_THOUSANDTH)
    assert found.basis is Basis.MAGNIFIED


def bring_to_the_middle(controller: Controller, place: Place) -> None:
    """As a person does with the middle button."""
    shown = controller.resolved(0)
    assert shown.picture is not None
    x, y = shown.camera.screen_point(place, shown.viewport)
    controller.pan(0, (shown.viewport.width / 2 - x, shown.viewport.height / 2 - y))


def test_calibrating_on_the_ball_changes_every_length_and_can_be_undone(
    page: ReadingPage, read: Read, animals: Path, mouse: Mouse
) -> None:
    controller, at = hips(read, animals)
    (x0, y0), (x1, y1) = at["ball left"], at["ball right"]
    center, radius = ((x0 + x1) / 2, (y0 + y1) / 2), math.hypot(x1 - x0, y1 - y0) / 2
    mouse.key(K.Key_D)
    mouse.click(at["left head"], at["right head"])
    take(page, "calibrate_ball")
    mouse.click(
        *((center[0] + radius * math.cos(t), center[1] + radius * math.sin(t)) for t in (0.3, 2, 4.4))
    )
    assert "true size" in hint_of(page)
    mouse.type("5,0 cm")
    mouse.key(K.Key_Return)
    length = marking(mouse).sheet.annotations[0]
    ratio = 50.0 / ANATOMY.marker_ball_mm
    found = value(mouse, length)
    assert found.value == pytest.approx(ANATOMY.hip_distance_mm * ratio, rel=A_THOUSANDTH)
    assert found.basis is Basis.USER
    assert "Scale: calibrated here, 50 mm" in controller.resolved(0).corners.bottom_right
    mouse.key(K.Key_Z, CONTROL)
    assert value(mouse, length).basis is Basis.MAGNIFIED
    assert "Scale: corrected for magnification" in controller.resolved(0).corners.bottom_right
    mouse.key(K.Key_Z, CONTROL | SHIFT)
    assert value(mouse, length).basis is Basis.USER


def test_points_stay_in_their_ultrasound_region_and_the_reason_is_said(
    page: ReadingPage, read: Read, animals: Path, mouse: Mouse
) -> None:
    controller = read(exam_of(series_of([animals / "cat-bladder" / "bladder.dcm"])))
    frame = controller.frame(0)
    assert frame is not None
    region = next(one for one in frame.description.frames[0].regions if one.units_x == one.units_y == 3)
    inside = ((region.x0 + region.x1) / 2, (region.y0 + region.y1) / 2)
    mouse.key(K.Key_D)
    mouse.click(inside)
    mouse.move((inside[0], frame.description.rows + 40.0))
    assert "ultrasound" in hint_of(page)
    mouse.click((inside[0], frame.description.rows + 40.0))
    one = only(mouse)
    assert one.points[1][1] <= region.y1
    assert (value(mouse, one).unit, value(mouse, one).basis) == ("mm", Basis.REGION)
    assert "ultrasound" not in hint_of(page)


# --- changing -----------------------------------------------------------------------------------------


def alone(controller: Controller) -> bool:
    return controller.grid.alone


@pytest.fixture
def drawn(ct: Controller, mouse: Mouse) -> Annotation:
    """A length, no tool in the hand, nothing chosen."""
    mouse.key(K.Key_D)
    mouse.click(A, B)
    mouse.key(K.Key_Escape)
    mouse.key(K.Key_Escape)
    assert marking(mouse).chosen is None
    return only(mouse)


def test_a_point_is_dragged_and_the_value_follows(ct: Controller, mouse: Mouse, drawn: Annotation) -> None:
    mouse.move(B)
    assert marking(mouse).hovered == Grip(drawn.id, 1)
    mouse.press(B)
    mouse.move(C, LEFT)
    live = only(mouse)
    assert live.points[1] == pytest.approx(C)
    assert value(mouse, live).value == pytest.approx(math.dist(A, C))
    assert marking(mouse).kept.annotations == (drawn,), "not finished yet"
    mouse.release(C)
    assert same(marking(mouse).kept.annotations[0].points, A, C)
    assert ct.grid.views[0].window is None, "the window was not touched"


def test_a_click_on_a_point_moves_nothing(mouse: Mouse, drawn: Annotation) -> None:
    mouse.click((B[0] + 0.4, B[1]))
    assert only(mouse) == drawn
    assert marking(mouse).chosen == Grip(drawn.id, 1)


def test_the_whole_is_dragged_by_its_line_and_stays_in_the_picture(mouse: Mouse, drawn: Annotation) -> None:
    middle = ((A[0] + B[0]) / 2, (A[1] + B[1]) / 2)
    mouse.drag(middle, (middle[0] + 5, middle[1] - 3))
    assert same(only(mouse).points, (15.0, 9.0), (45.0, 17.0))
    middle = (middle[0] + 5, middle[1] - 3)
    mouse.drag(middle, (middle[0] + 60, middle[1]))
    assert only(mouse).points[1][0] == pytest.approx(63.0)


def test_arrow_keys_nudge_what_is_chosen_and_leaf_otherwise(
    ct: Controller, mouse: Mouse, drawn: Annotation
) -> None:
    mouse.click(B)
    mouse.key(K.Key_Right)
    mouse.key(K.Key_Down, SHIFT)
    assert same(only(mouse).points, A, (B[0] + 1, B[1] + 10))
    assert ct.grid.views[0].index == 0
    mouse.key(K.Key_Left, CONTROL)
    mouse.key(K.Key_Up)
    assert only(mouse).points[0] == pytest.approx((A[0], A[1] - 1))
    mouse.key(K.Key_Escape)
    mouse.key(K.Key_Down)
    assert ct.grid.views[0].index == 1


def test_arrow_keys_go_where_they_point_on_a_turned_picture(
    ct: Controller, mouse: Mouse, drawn: Annotation
) -> None:
    mouse.key(K.Key_R)
    mouse.click(B)
    before = mouse.at(only(mouse).points[1])
    mouse.key(K.Key_Right, SHIFT)
    after = mouse.at(only(mouse).points[1])
    assert after.x() > before.x() + 5
    assert after.y() == pytest.approx(before.y(), abs=0.01)


def test_tab_goes_through_what_is_drawn(ct: Controller, mouse: Mouse, drawn: Annotation) -> None:
    mouse.key(K.Key_E)
    mouse.drag(C, D)
    mouse.key(K.Key_Escape)
    mouse.key(K.Key_Escape)
    ids = [one.id for one in marking(mouse).sheet.annotations]
    for id in ids:
        mouse.viewport.setFocus()
        mouse.key(K.Key_Tab)
        assert marking(mouse).chosen == Grip(id)
    mouse.key(K.Key_Tab)
    assert marking(mouse).chosen is None


def test_delete_undo_and_redo_without_end(mouse: Mouse, drawn: Annotation) -> None:
    mouse.click(B)
    for _ in range(20):
        mouse.key(K.Key_Right)
    mouse.key(K.Key_Delete)
    assert marking(mouse).sheet.annotations == ()
    for _ in range(21):
        mouse.key(K.Key_Z, CONTROL)
    assert only(mouse) == drawn
    mouse.key(K.Key_Z, CONTROL)
    mouse.key(K.Key_Z, CONTROL)
    assert marking(mouse).sheet.annotations == ()
    for _ in range(21):
        mouse.key(K.Key_Z, CONTROL | SHIFT)
    assert only(mouse).points[1][0] == pytest.approx(B[0] + 20)


def test_space_hides_all_and_what_is_hidden_can_not_be_held(
    ct: Controller, mouse: Mouse, drawn: Annotation
) -> None:
    mouse.key(K.Key_Space)
    assert ct.resolved(0).marks == ()
    mouse.drag(B, C)
    assert only(mouse) == drawn
    assert ct.grid.views[0].window is not None, "the drag was the window's"
    mouse.key(K.Key_Space)
    assert len(ct.resolved(0).marks) == 1


def test_the_window_is_dragged_as_ever_where_nothing_is_drawn(
    ct: Controller, mouse: Mouse, drawn: Annotation
) -> None:
    mouse.drag(D, (D[0] + 10, D[1]))
    window = ct.window(0)
    assert window is not None
    assert window.width > 1000
    assert only(mouse) == drawn


def test_a_double_click_is_the_pictures_unless_somebody_measures(
    page: ReadingPage, ct: Controller, mouse: Mouse, drawn: Annotation
) -> None:
    ct.lay_out(1, 2)
    mouse.double_click(D)
    assert alone(ct)
    mouse.double_click(D)
    assert not alone(ct)
    mouse.key(K.Key_D)
    mouse.double_click(D)
    assert not alone(ct)


def test_the_right_button_offers_words_the_value_and_deleting(
    ct: Controller, mouse: Mouse, drawn: Annotation, qtbot: QtBot
) -> None:
    menu = open_menu(mouse, B)
    assert [action.text().partition("\t")[0] for action in menu.actions() if action.text()] == [
        "Add words...",
        "Copy the value",
        "Delete",
    ]
    menu.actions()[1].trigger()
    assert QGuiApplication.clipboard().text() == "31 mm (in the animal)"
    menu.actions()[0].trigger()
    menu.close()
    mouse.type("Liver")
    mouse.key(K.Key_Return)
    assert only(mouse).text == "Liver"
    assert ct.resolved(0).marks[0].tag.lines == ("Liver", "31 mm (in the animal)")  # type: ignore[union-attr]
    menu = open_menu(mouse, B)
    menu.actions()[-1].trigger()
    menu.close()
    assert marking(mouse).sheet.annotations == ()


def open_menu(mouse: Mouse, place: Place) -> QMenu:
    mouse.click(place, button=RIGHT)
    return max(
        mouse.viewport.findChildren(QMenu, "marking_menu"), key=lambda menu: (menu.isVisible(), id(menu))
    )


def test_the_right_button_still_zooms(ct: Controller, mouse: Mouse, drawn: Annotation) -> None:
    before = ct.resolved(0).camera.factor
    mouse.press(B, RIGHT)
    at = mouse.at(B)
    for n in range(10):
        at.setY(at.y() - 10)
        mouse._send(
            at=at,
            kind=__import__("PySide6.QtCore").QtCore.QEvent.Type.MouseMove,
            button=Qt.MouseButton.NoButton,
            held=RIGHT,
        )
        assert n >= 0
    mouse.release(A, RIGHT)
    assert ct.resolved(0).camera.factor > before * 1.2
    assert not [menu for menu in mouse.viewport.findChildren(QMenu) if menu.isVisible()]


# --- key images and the panel ---------------------------------------------------------------------------


def test_a_key_image_is_marked_in_its_corner_and_on_its_card(
    page: ReadingPage, ct: Controller, mouse: Mouse
) -> None:
    mouse.key(K.Key_Down)
    mouse.key(K.Key_K)
    assert "Key image" in ct.resolved(0).corners.bottom_left
    assert page.strip._cards[0].keys == 1
    mouse.key(K.Key_Up)
    assert "Key image" not in ct.resolved(0).corners.bottom_left
    mouse.key(K.Key_Down)
    mouse.key(K.Key_K)
    assert page.strip._cards[0].keys == 0
    mouse.key(K.Key_Z, CONTROL)
    assert page.strip._cards[0].keys == 1


def test_the_panel_lists_everything_with_its_value_and_leads_there(
    page: ReadingPage, ct: Controller, mouse: Mouse, drawn: Annotation, qtbot: QtBot
) -> None:
    assert page.panel.isHidden()
    mouse.key(K.Key_M)
    assert page.panel.isVisible()
    items = page.panel.list
    assert items.item(0).text().startswith("Length: 31 mm (in the animal)")
    mouse.viewport.setFocus()
    mouse.key(K.Key_End)
    mouse.key(K.Key_K)
    assert items.count() == 2
    assert ct.grid.views[0].index == SLICES - 1
    QTest.mouseClick(items.viewport(), LEFT, pos=items.visualItemRect(items.item(0)).center())
    assert ct.grid.views[0].index == 0
    assert marking(mouse).chosen == Grip(drawn.id)
    QTest.mouseClick(items.viewport(), LEFT, pos=items.visualItemRect(items.item(1)).center())
    assert ct.grid.views[0].index == SLICES - 1
    mouse.viewport.setFocus()
    mouse.key(K.Key_M)
    assert page.panel.isHidden()


def test_an_empty_panel_says_how_to_begin(page: ReadingPage, ct: Controller, mouse: Mouse) -> None:
    mouse.key(K.Key_M)
    shown = [label.text() for label in page.panel.findChildren(QLabel) if label.isVisible()]
    assert any("D measures a length" in text for text in shown)


@pytest.mark.parametrize(
    ("typed", "size"),
    [
        ("25", 25.0),
        (" 25,4 mm", 25.4),
        ("2.5 cm", 25.0),
        ("", None),
        ("x", None),
        ("-3", None),
        ("nan", None),
    ],
)
def test_sizes_as_people_type_them(typed: str, size: float | None) -> None:
    assert size_of(typed) == (None if size is None else pytest.approx(size))
