"""The tool wheel on the real page: a right click, a flick, a click, keys; what it must leave alone."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.viewing.drawing import A, B
from tests.ui.viewing.mouse import LEFT, RIGHT, Mouse
from vetpacs_desktop.ui import mouse_map
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.ui.viewing.viewport import HOLD_MS, ViewportWidget
from vetpacs_desktop.ui.viewing.wheel.part import WheelPart
from vetpacs_desktop.ui.viewing.wheel.ring import Ring
from vetpacs_desktop.viewer.annotations import Annotation
from vetpacs_desktop.viewer.state import Tool

MIDDLE = (32.0, 32.0)


@pytest.fixture(autouse=True)
def usual_mouse(qapp: QApplication) -> Iterator[None]:
    yield
    mouse_map.use(qapp, mouse_map.MouseMap())
    mouse_map.use_wheel(qapp, ())


@pytest.fixture
def ring(page: ReadingPage) -> Ring:
    part = page.findChild(WheelPart)
    assert isinstance(part, WheelPart)
    return part.ring


def action(page: ReadingPage, name: str) -> QAction:
    return next(one for one in page.actions() if one.objectName() == name)


def send(ring: Ring, target: Ring | ViewportWidget, kind: QEvent.Type, at: QPointF, held: bool) -> None:
    """A mouse event of the right button at a place of the page."""
    where = ring.mapToGlobal(at)
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else RIGHT
    buttons = RIGHT if held else Qt.MouseButton.NoButton
    event = QMouseEvent(
        kind, target.mapFromGlobal(where), where, button, buttons, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(target, event)


def test_a_right_click_on_the_bare_picture_opens_it_and_a_click_takes_a_tool(
    ct: Controller, mouse: Mouse, ring: Ring
) -> None:
    mouse.click(MIDDLE, button=RIGHT)
    assert ring.isVisible()
    QTest.mouseClick(ring, LEFT, pos=ring.at_entry("pan").toPoint())
    assert not ring.isVisible()
    assert ct.grid.tool is Tool.PAN
    assert mouse.viewport.hasFocus()


def test_a_right_drag_still_zooms_and_opens_nothing(ct: Controller, mouse: Mouse, ring: Ring) -> None:
    before = ct.grid.views[0]
    mouse.press(MIDDLE, RIGHT)
    mouse.move((32, 10), RIGHT)
    mouse.release((32, 10), RIGHT)
    assert ct.grid.views[0].factor != before.factor
    assert not ring.isVisible()


def test_a_right_click_on_something_drawn_opens_its_menu_instead(
    drawn: Annotation, mouse: Mouse, ring: Ring
) -> None:
    mouse.click(((A[0] + B[0]) / 2, (A[1] + B[1]) / 2), button=RIGHT)
    assert not ring.isVisible()
    popup = QApplication.activePopupWidget()
    assert popup is not None
    popup.close()


def test_held_still_it_opens_and_a_flick_chooses(
    ct: Controller, mouse: Mouse, ring: Ring, qtbot: QtBot
) -> None:
    mouse.press(MIDDLE, RIGHT)
    qtbot.waitUntil(ring.isVisible, timeout=HOLD_MS + 2000)
    assert ring.held
    at = ring.at_entry("zoom")
    send(ring, mouse.viewport, QEvent.Type.MouseMove, at, True)
    send(ring, mouse.viewport, QEvent.Type.MouseButtonRelease, at, False)
    assert not ring.isVisible()
    assert ct.grid.tool is Tool.ZOOM
    mouse.drag((20, 40), (20, 20))  # the left button has the tool; nothing is left of the right one's drag
    assert ct.grid.views[0].factor > 1


def test_held_and_let_go_in_the_middle_it_waits_for_a_click(
    ct: Controller, mouse: Mouse, ring: Ring, qtbot: QtBot
) -> None:
    mouse.press(MIDDLE, RIGHT)
    qtbot.waitUntil(ring.isVisible, timeout=HOLD_MS + 2000)
    mouse.release(MIDDLE, RIGHT)
    assert ring.isVisible()
    QTest.mouseClick(ring, LEFT, pos=ring.at_entry("invert").toPoint())
    assert ct.grid.views[0].invert


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ((Qt.Key.Key_2,), "pan"),
        ((Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return), "pan"),
        ((Qt.Key.Key_D,), "measure_length"),
        ((Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Return), "scroll"),
    ],
)
def test_keys_alone_choose(
    keys: tuple[Qt.Key, ...], name: str, ct: Controller, mouse: Mouse, ring: Ring, page: ReadingPage
) -> None:
    mouse.key(Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert ring.isVisible()
    for key in keys:
        QTest.keyClick(ring, key)
    assert not ring.isVisible()
    assert action(page, name).isChecked()


def test_escape_closes_it_and_leaves_the_picture_as_it_is(ct: Controller, mouse: Mouse, ring: Ring) -> None:
    before = ct.grid
    mouse.key(Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(ring, Qt.Key.Key_Escape)
    assert not ring.isVisible()
    assert ct.grid == before
    assert mouse.viewport.hasFocus()


def test_in_a_corner_the_whole_wheel_stays_on_the_page(
    ct: Controller, mouse: Mouse, ring: Ring, page: ReadingPage
) -> None:
    mouse.viewport.wheel_wished.emit(QPointF(page.mapToGlobal(page.rect().topLeft())), False)
    assert ring.middle.x() >= ring.sectors.radius
    assert ring.middle.y() >= ring.sectors.radius
    ring.close_ring()


def test_a_chosen_list_is_what_stands_on_it_and_strange_names_are_left_out(
    ct: Controller, mouse: Mouse, ring: Ring, qapp: QApplication
) -> None:
    mouse_map.use_wheel(qapp, ("invert", "of_another_version", "fit"))
    mouse.click(MIDDLE, button=RIGHT)
    assert ring.sectors.count == 2
    QTest.keyClick(ring, Qt.Key.Key_1)
    assert ct.grid.views[0].invert


@pytest.mark.parametrize(
    ("slot", "what", "button", "held"),
    [
        (mouse_map.Slot.RIGHT, "pan", RIGHT, Qt.KeyboardModifier.NoModifier),
        (mouse_map.Slot.LEFT_SHIFT, "pan", LEFT, Qt.KeyboardModifier.ShiftModifier),
        (mouse_map.Slot.MIDDLE, "pan", Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier),
    ],
)
def test_a_button_drags_with_the_tool_that_the_map_gives_it(
    slot: mouse_map.Slot,
    what: str,
    button: Qt.MouseButton,
    held: Qt.KeyboardModifier,
    ct: Controller,
    mouse: Mouse,
    qapp: QApplication,
) -> None:
    mouse_map.use(qapp, mouse_map.MouseMap.of({**mouse_map.DEFAULTS, slot: what}))
    start = mouse.at(MIDDLE)
    QTest.mousePress(mouse.viewport, button, held, start.toPoint())
    mouse.move((40, 32), button)
    QTest.mouseRelease(mouse.viewport, button, held, mouse.at((40, 32)).toPoint())
    assert ct.grid.views[0].pan != (0.0, 0.0)


def test_extra_buttons_leaf_and_can_be_any_action(ct: Controller, mouse: Mouse, qapp: QApplication) -> None:
    mouse.click(MIDDLE, button=Qt.MouseButton.ForwardButton)
    assert ct.grid.views[0].index == 1
    mouse.click(MIDDLE, button=Qt.MouseButton.BackButton)
    assert ct.grid.views[0].index == 0
    wanted = {**mouse_map.DEFAULTS, mouse_map.Slot.BACK: "invert", mouse_map.Slot.FORWARD: "no_such"}
    mouse_map.use(qapp, mouse_map.MouseMap.of(wanted))
    mouse.click(MIDDLE, button=Qt.MouseButton.BackButton)
    mouse.click(MIDDLE, button=Qt.MouseButton.ForwardButton)
    assert ct.grid.views[0].invert


def test_both_buttons_can_be_a_tool_and_then_open_no_menu(
    ct: Controller, mouse: Mouse, ring: Ring, qapp: QApplication
) -> None:
    mouse_map.use(qapp, mouse_map.MouseMap.of({**mouse_map.DEFAULTS, mouse_map.Slot.BOTH: "pan"}))
    mouse.press(MIDDLE)
    mouse.press(MIDDLE, RIGHT)
    mouse.move((44, 32), LEFT)
    mouse.release((44, 32), RIGHT)
    mouse.release((44, 32))
    assert ct.grid.views[0].pan != (0.0, 0.0)
    assert ct.grid.views[0].window is None
    assert not ring.isVisible()


@pytest.mark.parametrize("what", ["images", "size", "nothing"])
def test_the_wheel_does_what_the_map_says(
    what: str, ct: Controller, mouse: Mouse, qapp: QApplication, turn: Callable[[], None]
) -> None:
    mouse_map.use(qapp, mouse_map.MouseMap.of({**mouse_map.DEFAULTS, mouse_map.Slot.WHEEL: what}))
    before = ct.grid.views[0]
    turn()
    after = ct.grid.views[0]
    assert (after.index != before.index, after.zoom != before.zoom) == (what == "images", what == "size")


@pytest.fixture
def turn(mouse: Mouse, qtbot: QtBot) -> Callable[[], None]:
    """One click of the wheel towards the hand."""
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QWheelEvent

    def turned() -> None:
        at = mouse.at(MIDDLE)
        event = QWheelEvent(
            at,
            mouse.viewport.mapToGlobal(at),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(mouse.viewport, event)

    return turned


def test_on_the_second_screen_it_opens_there_and_survives_its_end(
    ct: Controller, mouse: Mouse, ring: Ring, page: ReadingPage, qtbot: QtBot
) -> None:
    action(page, "second_screen").trigger()
    assert page.grid is not None
    grid = page.grid
    qtbot.waitUntil(lambda: grid.second is not None and grid.second.viewports[0].isVisible())
    assert grid.second is not None
    there = grid.second.viewports[0]
    ct.activate(there.number)
    there.wheel_wished.emit(QPointF(there.mapToGlobal(there.rect().center())), False)
    assert ring.isVisible()
    assert ring.window() is there.window()
    ring.close_ring()
    action(page, "second_screen").trigger()
    assert ring.parentWidget() is page
