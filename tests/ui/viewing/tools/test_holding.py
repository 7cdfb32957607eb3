"""What is drawn is moved, nudged, chosen, undone, hidden, renamed and deleted; the rest stays as it was."""

import math
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from tests.ui.viewing.drawing import A, B, C, D, marking, only, same, value
from tests.ui.viewing.mouse import LEFT, RIGHT, Mouse, Place
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.ui.viewing.tools.hand import Hand
from vetpacs_desktop.ui.viewing.tools.holding import nudge
from vetpacs_desktop.viewer.annotations import Annotation
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.marks import Grip, to_image
from vetpacs_desktop.viewer.measure.boxes import TURN

Read = Callable[[Exam], Controller]
A_THOUSANDTH = 1e-3
K = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def alone(controller: Controller) -> bool:
    return controller.grid.alone


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


def hand_of(mouse: Mouse) -> Hand:
    return mouse.viewport.hand


def test_nothing_is_nudged_while_nothing_is_held_or_another_image_is_shown(
    ct: Controller, mouse: Mouse, drawn: Annotation
) -> None:
    assert not nudge(hand_of(mouse).surface, (1.0, 0.0))
    mouse.click(B)
    ct.go_to(0, 3)
    assert not nudge(hand_of(mouse).surface, (1.0, 0.0))
    ct.go_to(0, 0)
    assert nudge(hand_of(mouse).surface, (1.0, 0.0))


def test_words_alone_are_held_by_their_letters(ct: Controller, mouse: Mouse) -> None:
    mouse.key(K.Key_N)
    mouse.click((20.0, 30.0))
    mouse.type("Words")
    mouse.key(K.Key_Return)
    mouse.key(K.Key_Escape)
    mouse.key(K.Key_Escape)
    mouse.drag((23.0, 30.0), (28.0, 40.0))
    assert same(only(mouse).points, (25.0, 40.0))


def box_on(mouse: Mouse, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """From (20, 20) to (44, 36), chosen, no tool in the hand."""
    mouse.key(key, modifier)
    mouse.drag((20.0, 20.0), (44.0, 36.0))
    mouse.key(K.Key_Escape)
    assert marking(mouse).chosen is not None


def turn_place(mouse: Mouse) -> Place:
    """Where the handle that turns the chosen box is, in the image."""
    shown = mouse.controller.resolved(0)
    (mark,) = shown.marks
    (handle,) = [one for one in mark.handles if one.number == TURN]
    assert shown.picture is not None
    return to_image(handle.at, shown.picture, shown.camera, shown.viewport)


def test_each_corner_of_a_box_is_dragged_and_the_opposite_one_stays(ct: Controller, mouse: Mouse) -> None:
    box_on(mouse, K.Key_E, SHIFT)
    mouse.drag((44.0, 20.0), (50.0, 10.0))
    assert same(only(mouse).points, (20.0, 10.0), (50.0, 36.0))
    mouse.drag((20.0, 36.0), (15.0, 40.0))
    assert same(only(mouse).points, (15.0, 10.0), (50.0, 40.0))
    assert value(mouse, only(mouse)).value == pytest.approx(35 * 30)
    mouse.key(K.Key_Z, CONTROL)
    assert same(only(mouse).points, (20.0, 10.0), (50.0, 36.0))


@pytest.mark.parametrize(("key", "modifier", "share"), [(K.Key_E, SHIFT, 1.0), (K.Key_E, None, math.pi / 4)])
def test_a_box_turns_about_its_middle_and_its_values_with_it(
    ct: Controller,
    mouse: Mouse,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier | None,
    share: float,
) -> None:
    box_on(mouse, key, modifier or Qt.KeyboardModifier.NoModifier)
    start = turn_place(mouse)
    assert start[0] == pytest.approx(32, abs=0.1), "above the middle of the upper side"
    assert start[1] < 20
    mouse.drag(start, (32 + 28 - start[1], 28.0))
    one = only(mouse)
    assert same(one.points, (40.0, 16.0), (24.0, 40.0)), "a quarter turn stands upright again"
    assert value(mouse, one).value == pytest.approx(24 * 16 * share)
    mouse.key(K.Key_Z, CONTROL)
    reach = 28 - start[1]
    slant = math.radians(30)
    mouse.drag(start, (32 + reach * math.sin(slant), 28 - reach * math.cos(slant)))
    one = only(mouse)
    assert len(one.points) == 3
    side = one.points[2][0] - one.points[0][0], one.points[2][1] - one.points[0][1]
    assert math.degrees(math.atan2(side[1], side[0])) == pytest.approx(30, abs=0.5)
    assert value(mouse, one).value == pytest.approx(24 * 16 * share, rel=1e-6)
    middle = (one.points[0][0] + one.points[1][0]) / 2, (one.points[0][1] + one.points[1][1]) / 2
    assert middle == pytest.approx((32.0, 28.0), abs=1e-6)
    corner = one.points[2]
    mouse.drag(corner, (corner[0] + 4, corner[1] + 1))
    assert only(mouse).points[2] == pytest.approx((corner[0] + 4, corner[1] + 1), abs=0.01)


def test_a_box_is_turned_with_keys_alone(ct: Controller, mouse: Mouse) -> None:
    box_on(mouse, K.Key_E, SHIFT)
    for _ in range(TURN + 1):
        mouse.key(K.Key_Right, CONTROL)
    chosen = marking(mouse).chosen
    assert chosen is not None
    assert chosen.handle == TURN
    mouse.key(K.Key_Right, SHIFT)
    one = only(mouse)
    side = one.points[2][0] - one.points[0][0], one.points[2][1] - one.points[0][1]
    assert math.degrees(math.atan2(side[1], side[0])) == pytest.approx(10)
    mouse.key(K.Key_Left, SHIFT)
    assert same(only(mouse).points, (20.0, 20.0), (44.0, 36.0))
    mouse.key(K.Key_Left, CONTROL)
    mouse.key(K.Key_Down)
    down = mouse.viewport.hand.surface.turned((0.0, 1.0))
    assert same(only(mouse).points, (20.0, 20.0), (44.0, 36.0 + down[1])), "the last corner, by one pixel"
