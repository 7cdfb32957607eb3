"""Pictures that go together, with a real mouse and real keys."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QCursor
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import SLICES, ct_series, exam_of, film, series_of
from tests.ui.viewing.mouse import Mouse
from tests.ui.viewing.screen import on_screen
from tests.viewer.render.files import image_file
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.links.part import LINKED
from vetpacs_desktop.ui.viewing.links.rows import ROWS
from vetpacs_desktop.ui.viewing.links.sign import LinkSign
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.exam import Exam, ExamSeries
from vetpacs_desktop.viewer.state import ZoomMode

Opened = Callable[[Exam], Controller]
CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def volume(
    folder: Path, number: int, step: float, *, sagittal: bool = False, pixel: float = 1.0
) -> ExamSeries:
    """Slices of one frame of reference, 30 mm deep and 64 pixels square."""
    folder.mkdir()
    paths = []
    for n in range(int(30 / step)):
        place = [n * step, -10, 40] if sagittal else [-10, -10, n * step]
        paths.append(
            image_file(
                folder,
                np.full((64, 64), 20 * n, np.int16),
                Modality="CT",
                SOPClassUID="1.2.840.10008.5.1.4.1.1.2",
                SeriesInstanceUID=f"1.2.9.{number}",
                FrameOfReferenceUID="1.2.3.4.5",
                ImageOrientationPatient=[0, 1, 0, 0, 0, -1] if sagittal else [1, 0, 0, 0, 1, 0],
                ImagePositionPatient=place,
                PixelSpacing=[pixel, pixel],
                InstanceNumber=n + 1,
                WindowCenter=200,
                WindowWidth=400,
                RescaleType="HU",
            )
        )
    return series_of(paths, f"Volume {number}")


@pytest.fixture
def beside(read: Opened, page: ReadingPage, qtbot: QtBot) -> Callable[..., Controller]:
    """Series side by side, all there and at their place in the window, the first one active."""

    def opened(*series: ExamSeries) -> Controller:
        controller = read(exam_of(*series))
        controller.lay_out(1, len(series))
        for number in range(len(series)):
            controller.show(number, number)
        controller.activate(0)
        everywhere = range(len(series))
        qtbot.waitUntil(lambda: all(controller.complete(n) for n in everywhere), timeout=15_000)
        qtbot.waitUntil(laid_out, timeout=15_000)
        return controller

    def laid_out() -> bool:
        """The viewports share the window: only then are movements alike in all."""
        assert page.grid is not None
        widths = {one.width() for one in page.grid.viewports}
        return (
            max(widths) - min(widths) <= 1
            and sum(one.width() for one in page.grid.viewports) <= page.grid.width()
        )

    return opened


def said(page: ReadingPage) -> str:
    labels = [one.text() for one in page.findChildren(QLabel) if one.isVisible()]
    return "\n".join(labels)


def action(page: ReadingPage, name: str) -> QAction:
    found = page.findChild(QAction, name)
    assert isinstance(found, QAction)
    return found


def places(controller: Controller) -> list[float | None]:
    return [
        stack.position(controller.grid.views[n].index)
        for n in controller.grid.visible
        if (stack := controller.stack(n)) is not None
    ]


def test_the_wheel_scrolls_to_the_same_millimetre(
    page: ReadingPage, mouse: Mouse, beside: Callable[..., Controller], tmp_path: Path, qtbot: QtBot
) -> None:
    controller = beside(volume(tmp_path / "a", 1, 2), volume(tmp_path / "b", 2, 5))
    controller.go_to(0, 3)
    mouse.key(Qt.Key.Key_Down)
    assert controller.grid.views[1].index == 0  # nothing is linked yet
    mouse.key(Qt.Key.Key_S, SHIFT)
    assert action(page, "link_scroll").isChecked()
    for _ in range(3):
        mouse.key(Qt.Key.Key_Down)
    one, other = places(controller)
    assert one is not None
    assert other is not None
    assert abs(one - other) <= 2.5
    assert page.grid is not None
    notes = [controller.resolved(n).corners.bottom_left[-1] for n in (0, 1)]
    assert all("Linked: scroll" in note for note in notes)
    signs = [one.findChild(LinkSign) for one in page.grid.viewports]
    assert all(sign is not None and sign.isVisible() for sign in signs)
    mouse.key(Qt.Key.Key_S, SHIFT)
    assert not any(sign.isVisible() for sign in signs if sign is not None)
    assert "Linked" not in " ".join(controller.resolved(0).corners.bottom_left)


def test_everything_is_linked_with_one_key_and_let_go_with_it(
    page: ReadingPage, mouse: Mouse, beside: Callable[..., Controller], tmp_path: Path
) -> None:
    controller = beside(volume(tmp_path / "a", 1, 2, pixel=0.5), volume(tmp_path / "b", 2, 2, pixel=1.0))
    mouse.key(Qt.Key.Key_L, CONTROL)
    assert controller.grid.links.all
    mouse.key(Qt.Key.Key_Plus)
    one, other = (controller.resolved(n).camera.factor for n in (0, 1))
    assert other == pytest.approx(2 * one)  # a pixel of 1 mm is drawn twice as large as one of half a mm
    mouse.key(Qt.Key.Key_T)
    mouse.drag((30, 30), (40, 20))
    first, second = (controller.grid.views[n].pan for n in (0, 1))
    assert first != (0, 0)
    assert second == pytest.approx((first[0] / 2, first[1] / 2))
    mouse.key(Qt.Key.Key_H)
    mouse.drag((30, 30), (40, 20))
    first, second = (controller.grid.views[n].pan for n in (0, 1))
    assert second == pytest.approx((first[0] / 2, first[1] / 2))
    mouse.key(Qt.Key.Key_W)
    mouse.drag((30, 30), (40, 20))
    assert controller.window(0) == controller.window(1)
    mouse.key(Qt.Key.Key_3)
    assert controller.window(0) == controller.window(1)
    mouse.key(Qt.Key.Key_F)
    assert [view.zoom for view in controller.grid.views] == [ZoomMode.FIT, ZoomMode.FIT]
    mouse.key(Qt.Key.Key_L, CONTROL)
    assert not controller.grid.links.any


def test_a_flipped_picture_pans_the_way_that_looks_alike(
    mouse: Mouse, beside: Callable[..., Controller], tmp_path: Path, page: ReadingPage
) -> None:
    controller = beside(ct_series(tmp_path / "a", 1), ct_series(tmp_path / "b", 2))
    controller.change(1, lambda view: replace(view, flip_h=not view.flip_h))
    mouse.key(Qt.Key.Key_T, SHIFT)
    mouse.key(Qt.Key.Key_T)
    mouse.drag((20, 20), (30, 26))
    assert controller.resolved(1).camera.factor == pytest.approx(controller.resolved(0).camera.factor)
    # The middle of the picture stands at the same place of both screens.
    middles = []
    for n in (0, 1):
        shown = controller.resolved(n)
        assert shown.picture is not None
        middles.append(shown.camera.screen_point(shown.picture.middle, shown.viewport))
    assert middles[0] == pytest.approx(middles[1], abs=1.1)


def test_links_are_remembered_for_the_next_exam(
    page: ReadingPage, mouse: Mouse, read: Opened, tmp_path: Path
) -> None:
    exam = exam_of(ct_series(tmp_path / "a"))
    read(exam)
    mouse.key(Qt.Key.Key_W, ALT)
    mouse.key(Qt.Key.Key_H, ALT)
    assert page._settings.value(LINKED) == "window turn"
    links = read(exam).grid.links
    assert (links.scroll, links.place, links.window, links.turn) == (False, False, True, True)


def test_the_same_place_is_marked_in_another_plane(
    page: ReadingPage, mouse: Mouse, beside: Callable[..., Controller], tmp_path: Path, qtbot: QtBot
) -> None:
    controller = beside(volume(tmp_path / "a", 1, 2), volume(tmp_path / "b", 2, 2, sagittal=True))
    mouse.key(Qt.Key.Key_X, SHIFT)
    mouse.click((22, 30))  # 12 mm left, 20 mm back
    assert controller.grid.spot is not None
    assert controller.grid.spot.place is not None
    slice_mm = places(controller)[1]
    assert slice_mm is not None
    assert abs(slice_mm) == pytest.approx(12)  # along a normal that points to the right
    marks = [[mark.id for mark in controller.resolved(n).marks] for n in (0, 1)]
    assert all("spot" in ids for ids in marks)
    assert "The cross marks the same place" in said(page)
    qtbot.wait(50)
    assert page.grid is not None
    pink = on_screen(page.grid.viewports[1].view).astype(int)
    assert ((pink[..., 0] > 200) & (pink[..., 1] < 190) & (pink[..., 2] > 170)).any()
    mouse.key(Qt.Key.Key_W)  # another tool: the cross goes
    assert controller.grid.spot is None


def test_where_no_relation_is_known_no_place_is_shown(
    page: ReadingPage, mouse: Mouse, beside: Callable[..., Controller], tmp_path: Path
) -> None:
    controller = beside(ct_series(tmp_path / "a", 1), ct_series(tmp_path / "b", 2))
    mouse.key(Qt.Key.Key_X, SHIFT)
    mouse.click((22, 30))
    assert "can't be known" in said(page)
    assert [mark.id for mark in controller.resolved(1).marks] == []
    controller.show(1, 0)  # the same pictures twice: the same pixel
    controller.go_to(1, 5)
    mouse.click((22, 30))
    assert controller.grid.views[1].index == controller.grid.views[0].index
    assert "spot" in [mark.id for mark in controller.resolved(1).marks]


def test_the_key_points_where_the_mouse_is(
    page: ReadingPage, mouse: Mouse, beside: Callable[..., Controller], tmp_path: Path, qtbot: QtBot
) -> None:
    controller = beside(volume(tmp_path / "a", 1, 2), volume(tmp_path / "b", 2, 2, sagittal=True))
    viewport = mouse.viewport
    QCursor.setPos(viewport.view.mapToGlobal(QPoint(viewport.view.width() // 2, viewport.view.height() // 2)))
    qtbot.waitUntil(viewport.underMouse)
    mouse.key(Qt.Key.Key_X, SHIFT)
    assert controller.grid.spot is not None
    assert controller.grid.spot.pixel == pytest.approx((31.5, 31.5), abs=1)


def test_the_active_slice_is_a_line_in_the_others(
    page: ReadingPage, mouse: Mouse, beside: Callable[..., Controller], tmp_path: Path
) -> None:
    controller = beside(volume(tmp_path / "a", 1, 2), volume(tmp_path / "b", 2, 2, sagittal=True))

    def line() -> list[object]:
        return [mark.strokes for mark in controller.resolved(1).marks if mark.id == "slice-line"]

    before = line()
    assert len(before) == 1
    assert not any(mark.id == "slice-line" for mark in controller.resolved(0).marks)
    mouse.key(Qt.Key.Key_Down)
    assert line() != before
    mouse.key(Qt.Key.Key_L, CONTROL | SHIFT)
    assert line() == []


def test_what_can_be_linked_is_in_the_layouts_menu(page: ReadingPage, read: Opened, tmp_path: Path) -> None:
    read(exam_of(ct_series(tmp_path / "a")))
    menus = [one.menu() for one in page.tools.layout_menu.actions() if one.menu() is not None]
    named = {one.objectName() for menu in menus for one in menu.actions()}  # type: ignore[attr-defined]
    assert {row.name for row in ROWS} <= named | {
        one.objectName() for one in page.tools.layout_menu.actions()
    }


def test_slices_and_films_are_not_scrolled_into_nonsense(
    mouse: Mouse, beside: Callable[..., Controller], tmp_path: Path, page: ReadingPage
) -> None:
    controller = beside(ct_series(tmp_path / "a"), film(tmp_path, 5))
    mouse.key(Qt.Key.Key_L, CONTROL)
    mouse.key(Qt.Key.Key_End)
    assert controller.grid.views[0].index == SLICES - 1
    assert controller.grid.views[1].index == 4
    assert controller.window(1) is None
