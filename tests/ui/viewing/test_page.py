"""Reading an exam: what opens, what the mouse and the keys do, what is said when there is no picture."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.helpers.corpus import images
from tests.ui.viewing.conftest import SLICES, ct_series, exam_of, film, series_of
from tests.ui.viewing.screen import on_screen
from tests.viewer.render.files import image_file
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.ui.viewing.viewport import ViewportWidget
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.state import Tool, ZoomMode

Read = Callable[[Exam], Controller]


def viewport(page: ReadingPage, number: int = 0) -> ViewportWidget:
    assert page.grid is not None
    return page.grid.viewports[number]


def drag(qtbot: QtBot, widget: ViewportWidget, way: QPoint, button: Qt.MouseButton) -> None:
    start = widget.rect().center()
    qtbot.mousePress(widget, button, pos=start)
    for part in (0.5, 1.0):
        at = QPointF(start) + QPointF(way) * part
        qtbot.mouseMove(widget, at.toPoint())
        _move(widget, at, button)
    qtbot.mouseRelease(widget, button, pos=start + way)


def _move(widget: ViewportWidget, at: QPointF, button: Qt.MouseButton) -> None:
    """A move with the button down: QTest's own moves carry no button."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    event = QMouseEvent(
        QEvent.Type.MouseMove, at, widget.mapToGlobal(at), button, button, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, event)


def wheel(widget: ViewportWidget, clicks: int, *, control: bool = False) -> None:
    at = QPointF(widget.rect().center())
    modifiers = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        at,
        widget.mapToGlobal(at),
        QPoint(0, 0),
        QPoint(0, 120 * clicks),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


@pytest.fixture
def ct(read: Read, tmp_path: Path) -> Controller:
    return read(exam_of(ct_series(tmp_path / "ct")))


LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton


def test_the_first_image_is_on_the_screen_with_its_letters(
    page: ReadingPage, ct: Controller, qtbot: QtBot
) -> None:
    resolved = ct.resolved(0)
    assert resolved.corners.top_left[:2] == ("Bella", "Smith")
    assert f"Image 1 of {SLICES}" in resolved.corners.bottom_left
    assert (resolved.letters.left, resolved.letters.top) == ("RT", "D"), "dorsal above"
    qtbot.wait(50)
    seen = on_screen(viewport(page).view)
    height, width = seen.shape[:2]
    assert seen[height // 2 - 40 : height // 2 + 40, : width // 3].max() == 255, "the square at the right"
    assert seen[:30, : width // 4].max() > 200, "the animal's name"
    assert seen[height // 2 - 12 : height // 2 + 12, :40].max() > 200, "the letters at the left edge"


def test_what_is_on_the_screen_is_what_the_scene_drew(
    page: ReadingPage, ct: Controller, qtbot: QtBot
) -> None:
    qtbot.wait(50)
    view = viewport(page).view
    picture = view.picture()
    seen = on_screen(view)
    rgb = [[picture.pixelColor(x, y).getRgb()[:3] for x in range(0, 600, 50)] for y in range(0, 500, 50)]
    assert np.abs(np.array(rgb) - seen[0:500:50, 0:600:50]).max() <= 1


def test_a_drag_changes_the_window(page: ReadingPage, ct: Controller, qtbot: QtBot) -> None:
    drag(qtbot, viewport(page), QPoint(60, 30), LEFT)
    window = ct.window(0)
    assert window is not None
    assert window.width > 1100
    assert window.center > 540
    assert not ct.dragging


def test_the_users_window_survives_scrolling_until_reset(
    page: ReadingPage, ct: Controller, qtbot: QtBot
) -> None:
    drag(qtbot, viewport(page), QPoint(60, 0), LEFT)
    window = ct.window(0)
    qtbot.keyClick(viewport(page), Qt.Key.Key_End)
    assert ct.grid.views[0].index == SLICES - 1
    assert ct.window(0) == window
    qtbot.keyClick(viewport(page), Qt.Key.Key_Escape)
    assert ct.window(0) == Window(500, 1000)
    assert ct.grid.views[0].index == SLICES - 1


def test_right_drag_zooms_about_where_it_began_and_middle_drag_moves(
    page: ReadingPage, ct: Controller, qtbot: QtBot
) -> None:
    before = ct.resolved(0).camera
    drag(qtbot, viewport(page), QPoint(0, -100), RIGHT)
    after = ct.resolved(0).camera
    assert after.factor == pytest.approx(before.factor * 2**0.5, rel=0.01)
    assert after.center == pytest.approx(before.center, abs=1.5)
    drag(qtbot, viewport(page), QPoint(40, 0), MIDDLE)
    moved = ct.resolved(0).camera
    assert moved.center[0] == pytest.approx(after.center[0] - 40 / after.factor, abs=0.2)
    assert ct.grid.views[0].window is None, "neither touched the window"


def test_the_wheel_scrolls_and_zooms_with_control(page: ReadingPage, ct: Controller) -> None:
    wheel(viewport(page), -3)
    assert ct.grid.views[0].index == 3
    wheel(viewport(page), 1)
    assert ct.grid.views[0].index == 2
    factor = ct.resolved(0).camera.factor
    wheel(viewport(page), 2, control=True)
    assert ct.resolved(0).camera.factor > factor * 1.2
    assert ct.grid.views[0].index == 2


KEYS = (
    (Qt.Key.Key_H, ("LE", "D", "RT", "V")),
    (Qt.Key.Key_V, ("RT", "V", "LE", "D")),
    (Qt.Key.Key_R, ("V", "RT", "D", "LE")),
)


@pytest.mark.parametrize(("key", "letters"), KEYS)
def test_flips_and_turns_carry_the_letters(
    page: ReadingPage, ct: Controller, qtbot: QtBot, key: Qt.Key, letters: tuple[str, ...]
) -> None:
    before = on_screen(viewport(page).view)
    qtbot.keyClick(viewport(page), key)
    seen = ct.resolved(0).letters
    assert (seen.left, seen.top, seen.right, seen.bottom) == letters
    qtbot.wait(60)
    assert np.abs(on_screen(viewport(page).view).astype(int) - before).max() > 200


def test_keys_choose_tools_presets_and_sizes(page: ReadingPage, ct: Controller, qtbot: QtBot) -> None:
    widget = viewport(page)
    for key, tool in ((Qt.Key.Key_T, Tool.PAN), (Qt.Key.Key_Z, Tool.ZOOM), (Qt.Key.Key_S, Tool.SCROLL)):
        qtbot.keyClick(widget, key)
        assert ct.grid.tool is tool
    qtbot.keyClick(widget, Qt.Key.Key_W)
    assert ct.grid.tool is Tool.WINDOW
    qtbot.keyClick(widget, Qt.Key.Key_3)
    bone = ct.window(0)
    assert bone is not None
    assert bone.label == "Bone"
    qtbot.keyClick(widget, Qt.Key.Key_0)
    assert ct.window(0) == Window(500, 1000)
    qtbot.keyClick(widget, Qt.Key.Key_O)
    assert ct.grid.views[0].zoom is ZoomMode.ONE_TO_ONE
    qtbot.keyClick(widget, Qt.Key.Key_F)
    assert ct.grid.views[0].zoom is ZoomMode.FIT
    qtbot.keyClick(widget, Qt.Key.Key_I)
    assert ct.grid.views[0].invert
    for key, index in (
        (Qt.Key.Key_Down, 1),
        (Qt.Key.Key_PageDown, 11),
        (Qt.Key.Key_Up, 10),
        (Qt.Key.Key_Home, 0),
    ):
        qtbot.keyClick(widget, key)
        assert ct.grid.views[0].index == index


def test_space_takes_the_words_away(page: ReadingPage, ct: Controller, qtbot: QtBot) -> None:
    qtbot.keyClick(viewport(page), Qt.Key.Key_End)
    qtbot.keyClick(viewport(page), Qt.Key.Key_Space)
    qtbot.wait(80)
    seen = on_screen(viewport(page).view)
    assert seen[:30, :90].max() == 0
    qtbot.keyClick(viewport(page), Qt.Key.Key_Space)
    assert ct.resolved(0).corners.top_left[0] == "Bella"


def test_escape_resets_and_then_leads_back(page: ReadingPage, ct: Controller, qtbot: QtBot) -> None:
    qtbot.keyClick(viewport(page), Qt.Key.Key_I)
    with qtbot.assertNotEmitted(page.back_requested):
        qtbot.keyClick(viewport(page), Qt.Key.Key_Escape)
    assert not ct.grid.views[0].invert
    with qtbot.waitSignal(page.back_requested, timeout=1000):
        qtbot.keyClick(viewport(page), Qt.Key.Key_Escape)
    with qtbot.waitSignal(page.back_requested, timeout=1000):
        qtbot.keyClick(viewport(page), Qt.Key.Key_Backspace)


def test_the_slider_and_the_picture_agree(page: ReadingPage, ct: Controller) -> None:
    slider = viewport(page).slider
    assert slider.isVisible()
    assert (slider.minimum(), slider.maximum()) == (0, SLICES - 1)
    slider.setValue(5)
    assert ct.grid.views[0].index == 5
    ct.go_to(0, 9)
    assert slider.value() == 9


def test_four_series_in_a_grid(page: ReadingPage, read: Read, qtbot: QtBot, tmp_path: Path) -> None:
    controller = read(exam_of(*(ct_series(tmp_path / str(n), n) for n in range(1, 5))))
    qtbot.keyClick(viewport(page), Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    assert page.grid is not None
    assert len(page.grid.viewports) == 4
    assert [view.series for view in controller.grid.views] == [0, 1, 2, 3]
    qtbot.waitUntil(lambda: all(v.view.has_painted_picture for v in viewport_widgets(page)), timeout=10_000)
    for n in range(4):
        assert controller.resolved(n).corners.top_right[0] == f"CT 1: Series {n + 1}"
        assert on_screen(viewport(page, n).view).max() == 255
    qtbot.mouseDClick(viewport(page, 2), LEFT)
    assert controller.grid.alone
    assert [v.isVisible() for v in viewport_widgets(page)] == [False, False, True, False]
    qtbot.mouseDClick(viewport(page, 2), LEFT)
    assert all(v.isVisible() for v in viewport_widgets(page))
    assert controller.grid.active == 2


def viewport_widgets(page: ReadingPage) -> tuple[ViewportWidget, ...]:
    assert page.grid is not None
    return page.grid.viewports


def test_a_series_goes_where_it_is_clicked_or_dropped(
    page: ReadingPage, read: Read, qtbot: QtBot, tmp_path: Path
) -> None:
    from PySide6.QtGui import QDropEvent

    from vetpacs_desktop.ui.viewing.viewport import unit_data, unit_of

    controller = read(exam_of(*(ct_series(tmp_path / str(n), n) for n in range(1, 4))))
    qtbot.waitUntil(lambda: page.strip.count() == 3)
    page.strip.itemClicked.emit(page.strip.item(2))
    assert controller.grid.views[0].series == 2
    controller.lay_out(1, 2)
    carried = page.strip.model().mimeData([page.strip.model().index(1, 0)])
    assert unit_of(carried) == (1, 0)
    data = unit_data(0, 0)
    copy, mouse = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    event = QDropEvent(QPointF(5, 5), copy, data, mouse, Qt.KeyboardModifier.NoModifier)
    viewport(page, 1).dropEvent(event)
    assert controller.grid.views[1].series == 0
    assert controller.grid.active == 1
    qtbot.keyClick(viewport(page, 1), Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert controller.grid.views[1].series == 1


def test_thumbnails_arrive(page: ReadingPage, ct: Controller, qtbot: QtBot) -> None:
    from vetpacs_desktop.ui.viewing.card_delegate import Role

    qtbot.waitUntil(lambda: page.strip.item(0).data(Role.PICTURE) is not None, timeout=10_000)
    assert page.strip.item(0).data(Role.AMOUNT) == f"{SLICES} images"


def test_a_film_plays_in_time_and_stops(page: ReadingPage, read: Read, qtbot: QtBot, tmp_path: Path) -> None:
    controller = read(exam_of(film(tmp_path)))
    seen: set[int] = set()
    controller.changed.subscribe(lambda _: seen.add(controller.grid.views[0].index))
    qtbot.keyClick(viewport(page), Qt.Key.Key_C)
    qtbot.wait(400)
    assert 4 <= len(seen) <= 12, "25 images a second, some dropped when the computer is busy"
    qtbot.keyClick(viewport(page), Qt.Key.Key_C)
    index = controller.grid.views[0].index
    qtbot.wait(120)
    assert controller.grid.views[0].index == index
    assert controller.resolved(0).window is None, "colour has no window"


def test_what_can_not_be_shown_says_why_and_the_others_go_on(
    page: ReadingPage, read: Read, qtbot: QtBot, tmp_path: Path
) -> None:
    from pydicom import dcmread

    headless = image_file(tmp_path, np.zeros((8, 8), np.int16), SeriesInstanceUID="1.2.3.9")
    emptied = dcmread(headless)
    del emptied.PixelData, emptied.Rows
    emptied.save_as(headless)
    strange = image_file(
        tmp_path, np.full((8, 8), 9, np.int16), SeriesInstanceUID="1.2.3.8", SOPClassUID="1.2.3.4.5.6.7"
    )
    torn = image_file(tmp_path, np.zeros((64, 64), np.int16), SeriesInstanceUID="1.2.3.7")
    whole = series_of([torn])
    torn.write_bytes(torn.read_bytes()[:600])
    controller = read(exam_of(ct_series(tmp_path / "ct"), series_of([headless]), series_of([strange]), whole))
    controller.lay_out(2, 2)
    qtbot.waitUntil(lambda: all(_settled(controller, n) for n in range(4)), timeout=10_000)
    assert controller.resolved(0).picture is not None
    assert controller.resolved(1).message.endswith(".")
    assert "pixels" in controller.resolved(1).message
    assert str(tmp_path) not in controller.resolved(1).message
    assert controller.resolved(2).picture is not None, "an unknown kind with pixels is shown all the same"
    assert controller.resolved(3).message
    qtbot.wait(60)
    said = on_screen(viewport(page, 1).view)
    assert said[said.shape[0] // 3 : -said.shape[0] // 3].max() > 200, "the sentence is on the screen"


def _settled(controller: Controller, number: int) -> bool:
    resolved = controller.resolved(number)
    return resolved.picture is not None or bool(resolved.message)


def test_an_exam_without_images_is_no_accident(page: ReadingPage, qtbot: QtBot) -> None:
    page.open_exam(exam_of())
    qtbot.wait(50)
    qtbot.keyClick(viewport(page), Qt.Key.Key_Down)
    qtbot.keyClick(viewport(page), Qt.Key.Key_3)
    page.close_exam()
    page.close_exam()
    assert page.grid is None


def test_opening_another_exam_leaves_nothing_of_the_first(
    page: ReadingPage, read: Read, qtbot: QtBot, tmp_path: Path
) -> None:
    read(exam_of(ct_series(tmp_path / "1", 1)))
    controller = read(exam_of(ct_series(tmp_path / "2", 2), ct_series(tmp_path / "3", 3)))
    qtbot.waitUntil(lambda: page.strip.count() == 2)
    assert controller.resolved(0).corners.top_right[0] == "CT 1: Series 2"


def test_closing_leaves_no_scene_and_no_thread(
    page: ReadingPage, read: Read, qtbot: QtBot, tmp_path: Path
) -> None:
    import threading

    read(exam_of(ct_series(tmp_path / "1")))
    widgets = viewport_widgets(page)
    page.close_exam()
    # The window does not wait for a frame in the making; its thread ends with it.
    qtbot.waitUntil(lambda: not any(thread.name.startswith("frames-") for thread in threading.enumerate()))
    assert all(widget.view.picture().isNull() for widget in widgets)


def test_a_hidden_page_draws_nothing(page: ReadingPage, ct: Controller, qtbot: QtBot) -> None:
    view = viewport(page).view
    page.hide()
    before = view.drawn
    for _ in range(5):
        ct.scroll(0, 1)
        qtbot.wait(10)
    assert view.drawn == before
    page.show()
    qtbot.waitUntil(lambda: view.drawn == before + 1)


def test_many_wishes_make_one_drawing(page: ReadingPage, ct: Controller, qtbot: QtBot) -> None:
    qtbot.wait(50)
    view = viewport(page).view
    before = view.drawn
    for n in range(30):
        ct.choose(0, Window(n, 100 + n))
    qtbot.waitUntil(lambda: view.drawn > before)
    assert view.drawn == before + 1


@pytest.mark.corpus
def test_a_real_ct_scrolls_to_its_last_slice(page: ReadingPage, read: Read, qtbot: QtBot) -> None:
    controller = read(exam_of(series_of(images("ct-thin"), "thin")))
    stack = controller.stack(0)
    assert stack is not None
    assert len(stack.keys) == 140
    seen = set()
    for n in range(140):
        controller.go_to(0, n)
        resolved = controller.resolved(0)
        assert resolved.picture is not None
        assert not resolved.waiting
        seen.add(id(resolved.picture.values))
    assert len(seen) == 140


@pytest.mark.corpus
def test_a_tilted_gantry_is_told(page: ReadingPage, read: Read) -> None:
    controller = read(exam_of(series_of(images("ct-tilted"))))
    assert "Tilted 18.5°" in controller.resolved(0).corners.bottom_left


def test_the_keyboard_reaches_the_strip_and_the_buttons(
    page: ReadingPage, read: Read, qtbot: QtBot, tmp_path: Path
) -> None:
    """Where they have the focus, arrows and Space belong to them and not to the images."""
    from PySide6.QtWidgets import QToolButton

    controller = read(exam_of(*(ct_series(tmp_path / str(n), n) for n in range(1, 3))))
    page.strip.setFocus()
    qtbot.waitUntil(page.strip.hasFocus)
    qtbot.keyClick(page.strip, Qt.Key.Key_Down)
    assert page.strip.currentRow() == 1
    assert controller.grid.views[0].index == 0
    qtbot.keyClick(page.strip, Qt.Key.Key_Return)
    assert controller.grid.views[0].series == 1
    button = next(b for b in page.tools.findChildren(QToolButton) if b.accessibleName().startswith("Invert"))
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert controller.grid.views[0].invert
    assert controller.grid.texts


def test_letters_for_people_on_demand(page: ReadingPage, ct: Controller) -> None:
    for action in page.tools.letters_menu.actions():
        if action.text() == "Human letters":
            action.trigger()
    letters = ct.resolved(0).letters
    assert (letters.left, letters.top) == ("R", "P")
    ct.set_letters(None)
    assert ct.resolved(0).letters.left == "RT"


def test_the_series_can_be_hidden_and_stay_hidden(
    page: ReadingPage, ct: Controller, qtbot: QtBot, tmp_path: Path
) -> None:
    qtbot.keyClick(viewport(page), Qt.Key.Key_L)
    assert not page.strip.isVisible()
    qtbot.keyClick(viewport(page), Qt.Key.Key_L)
    assert page.strip.isVisible()


def test_a_long_wait_gets_a_word(page: ReadingPage, ct: Controller, qtbot: QtBot) -> None:
    """The pictures of a slow disc: nothing at first, then a sentence, never a frozen page."""
    from dataclasses import replace

    stack = ct.stack(0)
    assert stack is not None
    missing = tuple(replace(key, path=key.path.with_name("never")) for key in stack.keys)
    loader = page._loader
    assert loader is not None
    loader.request(())
    ct.supply.loader = _Never()  # type: ignore[assignment]
    ct.set_stacks(0, (replace(stack, keys=missing),))
    view = viewport(page).view
    assert view.frame_shown is not None
    assert view.frame_shown.message == ""
    qtbot.waitUntil(lambda: view.frame_shown is not None and view.frame_shown.message != "", timeout=2000)
    assert "Loading" in view.frame_shown.message


class _Never:
    """A loader whose disc does not answer."""

    def request(self, keys: object) -> None:
        pass

    def get(self, key: object) -> None:
        return None
