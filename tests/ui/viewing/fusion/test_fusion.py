"""A second series in the real window: chosen from a menu, seen in colours, aligned by the reader's yes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import exam_of, series_of
from tests.ui.viewing.mouse import Mouse
from tests.ui.viewing.screen import on_screen
from tests.viewer.render.files import image_file
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.fusion.held import Fused
from vetpacs_desktop.ui.viewing.fusion.part import FusionPart
from vetpacs_desktop.ui.viewing.output.choice import scene_of
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.exam import Exam, ExamSeries
from vetpacs_desktop.viewer.output.painter import Painter, Taste
from vetpacs_desktop.viewer.render.canvas import Canvas
from vetpacs_desktop.viewer.standard.spatial_registration import read_registrations
from vetpacs_desktop.viewer.state import Tool
from vetpacs_desktop.viewer.volume.fusion import Pattern
from vetpacs_desktop.viewer.volume.rigid import STILL

K = Qt.Key
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
MOVED = np.array([6.0, -4.0, 3.0])
SIDE, SLICES = 48, 24


def tissue(places: NDArray[np.float64]) -> NDArray[np.int16]:
    """Uneven tissue in an ellipsoid around the origin, by place in mm."""
    x, y, z = np.moveaxis(places, -1, 0)
    waves = 300 + 120 * np.sin(x / 5) * np.cos(y / 7) + 100 * np.sin(z / 6 + x / 9)
    inside = (x / 24) ** 2 + (y / 30) ** 2 + (z / 22) ** 2 < 1
    found: NDArray[np.int16] = np.where(inside, waves, 0).astype(np.int16)
    return found


def slices(folder: Path, number: int, space: str, moved: NDArray[np.float64]) -> ExamSeries:
    """Transverse slices of the tissue; in the coordinates of `space` it lies moved."""
    folder.mkdir()
    paths = []
    column, row = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    for n in range(SLICES):
        corner = np.array([-36.0, 36.0, 24.0 - 2.0 * n])
        places = np.stack([corner[0] + 1.5 * column, corner[1] - 1.5 * row, np.full_like(row, corner[2])], -1)
        paths.append(
            image_file(
                folder,
                tissue(places - moved),
                Modality="CT",
                SOPClassUID="1.2.840.10008.5.1.4.1.1.2",
                SeriesInstanceUID=f"1.2.3.{number}",
                StudyInstanceUID="1.2.3",
                FrameOfReferenceUID=space,
                ImageOrientationPatient=[1, 0, 0, 0, -1, 0],
                ImagePositionPatient=list(corner),
                PixelSpacing=[1.5, 1.5],
                InstanceNumber=n + 1,
                WindowCenter=300,
                WindowWidth=600,
                RescaleType="HU",
            )
        )
    return series_of(paths, f"Series {number}")


Opened = tuple[Controller, FusionPart]


def opened(
    read: Callable[[Exam], Controller], page: ReadingPage, qtbot: QtBot, folder: Path, space: str
) -> Opened:
    one = slices(folder / "one", 1, "1.5.1", np.zeros(3))
    other = slices(folder / "other", 2, space, MOVED if space != "1.5.1" else np.zeros(3))
    controller = read(exam_of(one, other))
    qtbot.waitUntil(lambda: bool(controller.stacks(1)) and controller.stacks(1)[0].final, timeout=15_000)
    controller.lay_out(1, 1)
    controller.go_to(0, SLICES // 2)
    return controller, next(part for part in page._parts if isinstance(part, FusionPart))


@pytest.fixture
def together(read: Callable[[Exam], Controller], page: ReadingPage, qtbot: QtBot, tmp_path: Path) -> Opened:
    """Two series of one frame of reference."""
    return opened(read, page, qtbot, tmp_path, "1.5.1")


@pytest.fixture
def strangers(read: Callable[[Exam], Controller], page: ReadingPage, qtbot: QtBot, tmp_path: Path) -> Opened:
    """Two series of two frames of reference."""
    return opened(read, page, qtbot, tmp_path, "1.5.2")


def chosen(part: FusionPart, controller: Controller, page: ReadingPage, qtbot: QtBot) -> Fused:
    """The other series by its line in the menu that the key opens."""
    Mouse(page).key(K.Key_Y, CTRL)
    menu: QMenu = part.menus.by_name["series"]
    qtbot.waitUntil(menu.isVisible)
    (line,) = [action for action in menu.actions() if action.isCheckable()]
    assert line.text() == "Series 2"
    line.trigger()
    menu.hide()
    qtbot.waitUntil(lambda: controller.fusions.of(controller.grid.views[0]) is not None, timeout=15_000)
    fused = controller.fusions.of(controller.grid.views[0])
    assert fused is not None
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    Mouse(page).viewport.setFocus()
    return fused


def is_coloured(page: ReadingPage, qtbot: QtBot) -> bool:
    """Whether there is red in the middle of the picture on the screen."""
    qtbot.wait(60)
    view = Mouse(page).viewport.view
    height, width = view.height(), view.width()
    box = on_screen(view)[height // 3 : height * 2 // 3, width // 3 : width * 2 // 3].astype(int)
    return bool((box[..., 0] - box[..., 2] > 40).mean() > 0.2)


def said(page: ReadingPage) -> str:
    return " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def button(page: ReadingPage, name: str) -> QPushButton:
    found = page.findChild(QPushButton, name)
    assert found is not None
    return found


def test_series_of_one_space_lie_over_each_other_at_once(
    together: Opened, page: ReadingPage, qtbot: QtBot
) -> None:
    controller, part = together
    assert not is_coloured(page, qtbot)
    fused = chosen(part, controller, page, qtbot)
    assert fused.lie is not None
    assert fused.lie.rigid == STILL
    assert is_coloured(page, qtbot)
    found = controller.resolved(0)
    assert found.fused is not None
    frame = controller.frame(0)
    assert frame is not None
    assert np.array_equal(found.fused.values, frame.values), "the same slice of the same tissue"
    assert found.fused.reached.all()
    assert "Over it: Series 2 (Hot iron, 50 %)" in found.corners.bottom_right
    assert found.bar is not None
    assert found.bar.title == "Series 2"
    assert part.bar.isVisible()


def test_keys_make_it_fainter_and_take_it_away(together: Opened, page: ReadingPage, qtbot: QtBot) -> None:
    controller, part = together
    fused = chosen(part, controller, page, qtbot)
    mouse = Mouse(page)
    mouse.key(K.Key_Y, ALT)
    assert fused.wish.opacity == pytest.approx(0.6)
    for _ in range(3):
        mouse.key(K.Key_Y, CTRL | ALT)
    assert fused.wish.opacity == pytest.approx(0.3)
    assert part.bar.slider.value() == 30
    mouse.key(K.Key_Y, SHIFT)
    assert controller.resolved(0).fused is None
    assert not is_coloured(page, qtbot)
    mouse.key(K.Key_Y, SHIFT)
    mouse.key(K.Key_Y, CTRL | SHIFT)
    assert fused.wish.pattern is Pattern.CHECKER
    part.bar.slider.setValue(80)
    assert fused.wish.opacity == pytest.approx(0.8)
    button(page, "overlay_off_button").click()
    assert controller.fusions.of(controller.grid.views[0]) is None
    assert not part.bar.isVisible()


def test_colours_and_windows_come_from_the_menus(together: Opened, page: ReadingPage, qtbot: QtBot) -> None:
    controller, part = together
    fused = chosen(part, controller, page, qtbot)
    for name, line in (("colours", "Viridis"), ("window", "Bone")):
        menu = part.menus.by_name[name]
        menu.aboutToShow.emit()
        next(action for action in menu.actions() if action.text().startswith(line)).trigger()
    assert fused.wish.colours == "viridis"
    assert (fused.window.center, fused.window.width) == (400, 2500)
    below = controller.window(0)
    assert below is not None
    assert below.width == 600, "the picture below keeps its own"


def test_the_planes_have_it_too(together: Opened, page: ReadingPage, qtbot: QtBot) -> None:
    controller, part = together
    chosen(part, controller, page, qtbot)
    Mouse(page).key(K.Key_M, SHIFT)
    qtbot.waitUntil(lambda: len(controller.grid.views) == 4, timeout=10_000)
    for number in range(4):
        found, frame = controller.resolved(number), controller.frame(number)
        assert found.fused is not None
        assert frame is not None
        inside = found.fused.reached
        assert inside.mean() > 0.9
        assert np.abs(found.fused.values.astype(int) - frame.values)[inside].max() <= 1


def test_a_saved_picture_has_it_as_the_screen_does(together: Opened, page: ReadingPage, qtbot: QtBot) -> None:
    controller, part = together
    fused = chosen(part, controller, page, qtbot)
    scene = scene_of(controller, "Clinic")
    fused.wish = replace(fused.wish, shown=False)  # what changes later does not reach the job
    assert scene.shot is not None
    canvas = Canvas()
    painter = Painter(canvas.draw, Taste(overlay=False), over=scene.over)
    rgb = painter.picture(scene.shot).astype(int)
    canvas.close()
    middle = rgb[16:32, 16:32]
    assert (middle[..., 0] - middle[..., 2] > 40).mean() > 0.2


def test_strangers_are_never_shown_before_the_reader_aligned_them(
    strangers: Opened, page: ReadingPage, qtbot: QtBot
) -> None:
    controller, part = strangers
    fused = chosen(part, controller, page, qtbot)
    assert fused.lie is None
    assert controller.resolved(0).fused is None
    assert not is_coloured(page, qtbot)
    assert "align it first" in said(page)


def aligned(part: FusionPart, fused: Fused, qtbot: QtBot) -> None:
    part.actions["overlay_align"].trigger()
    qtbot.waitUntil(lambda: fused.lie is not None, timeout=40_000)


def test_an_alignment_is_seen_accepted_kept_and_taken_back(
    strangers: Opened, page: ReadingPage, qtbot: QtBot, tmp_path: Path
) -> None:
    controller, part = strangers
    fused = chosen(part, controller, page, qtbot)
    aligned(part, fused, qtbot)
    assert fused.lie is not None
    assert fused.lie.rigid.place((0.0, 0.0, 0.0)) == pytest.approx(MOVED, abs=0.5)
    assert fused.lie.rigid.degrees < 0.5
    assert any("Not accepted yet" in line for line in controller.resolved(0).corners.bottom_right)
    assert is_coloured(page, qtbot)
    assert controller.fusions.between("1.5.1", "1.5.2") is None, "nothing is linked before the yes"
    button(page, "overlay_accept_button").click()
    assert any(line.startswith("Aligned here") for line in controller.resolved(0).corners.bottom_right)
    assert controller.fusions.between("1.5.1", "1.5.2") is not None
    folder = tmp_path / "alignments"
    qtbot.waitUntil(lambda: len(read_registrations(folder, "1.2.3")) == 1)
    button(page, "overlay_undo_button").click()
    assert controller.fusions.between("1.5.1", "1.5.2") is None
    assert controller.resolved(0).fused is None
    qtbot.waitUntil(lambda: not read_registrations(folder, "1.2.3"))


def test_an_accepted_alignment_is_there_when_the_exam_is_opened_again(
    strangers: Opened, page: ReadingPage, qtbot: QtBot, tmp_path: Path
) -> None:
    controller, part = strangers
    chosen(part, controller, page, qtbot)
    part.actions["overlay_centres"].trigger()
    button(page, "overlay_accept_button").click()
    qtbot.waitUntil(lambda: len(read_registrations(tmp_path / "alignments", "1.2.3")) == 1)
    exam = controller.exam
    page.open_exam(exam)
    again = page.controller
    assert again is not None
    qtbot.waitUntil(lambda: again.fusions.between("1.5.1", "1.5.2") is not None)


def test_the_same_place_goes_through_the_alignment(
    strangers: Opened, page: ReadingPage, qtbot: QtBot
) -> None:
    controller, part = strangers
    fused = chosen(part, controller, page, qtbot)
    aligned(part, fused, qtbot)
    controller.lay_out(1, 2)
    qtbot.waitUntil(lambda: controller.frame(1) is not None)
    controller.set_tool(Tool.SPOT)
    Mouse(page).click((24.0, 20.0))
    before = controller.resolved(1)
    assert not [mark for mark in before.marks if mark.id == "spot"]
    part.actions["overlay_accept"].trigger()
    Mouse(page).click((24.0, 20.0))
    heights = []
    for number in (0, 1):
        frame = controller.frame(number)
        assert frame is not None
        position = frame.description.frames[0].position
        assert position is not None
        heights.append(position[2])
    assert heights[1] - heights[0] == pytest.approx(MOVED[2], abs=1.6), "the slice that holds the place"
    assert [mark for mark in controller.resolved(1).marks if mark.id == "spot"]


def test_it_is_moved_by_hand_and_stops_when_asked(strangers: Opened, page: ReadingPage, qtbot: QtBot) -> None:
    controller, part = strangers
    fused = chosen(part, controller, page, qtbot)
    part.actions["overlay_centres"].trigger()
    assert fused.lie is not None
    start = fused.lie.rigid
    mouse = Mouse(page)
    for _ in range(4):
        mouse.key(K.Key_Right, CTRL | SHIFT)
    mouse.key(K.Key_Down, CTRL | SHIFT)
    # To the right of the screen is the animal's left here, down is ventral: its places go the other way.
    assert fused.lie.rigid.place((0.0, 0.0, 0.0)) - start.place((0.0, 0.0, 0.0)) == pytest.approx(
        (-2, 0.5, 0)
    )
    mouse.key(K.Key_PageDown, CTRL | SHIFT)
    assert fused.lie.rigid.degrees == pytest.approx(0.5)
    assert len(fused.lies) == 2, "many small steps are taken back at once"
    part.actions["overlay_align"].trigger()
    qtbot.waitUntil(lambda: part._job is not None, timeout=10_000)
    button(page, "overlay_cancel").click()
    qtbot.waitUntil(lambda: part._job is None, timeout=10_000)
    assert len(fused.lies) == 2
    action = page.findChild(QAction, "overlay_undo")
    assert action is not None
    action.trigger()
    assert fused.lie is not None
    assert fused.lie.rigid == start
