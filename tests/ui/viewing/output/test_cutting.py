"""Planes, paths and bodies leave as what is on the screen: never as an image of the stack below them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import ct_series, exam_of, held_by
from tests.ui.viewing.mouse import Mouse
from tests.ui.viewing.output.test_desk import CTRL, SHIFT, answer, array, choose_place, press
from vetpacs_desktop.ui.viewing.body.part import body_of
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.output.choice import Which, scene_of
from vetpacs_desktop.ui.viewing.output.print_dialog import PrintDialog
from vetpacs_desktop.ui.viewing.output.save_dialog import SaveDialog
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.output.files import Format
from vetpacs_desktop.viewer.volume.body import BODY

K = Qt.Key
SAGITTAL = 1
WINDOW = Window(220, 440)


@pytest.fixture
def planes(page: ReadingPage, read: Callable[[Exam], Controller], qtbot: QtBot, tmp_path: Path) -> Controller:
    controller = read(exam_of(ct_series(tmp_path / "ct")))
    qtbot.waitUntil(lambda: controller.complete(0), timeout=15_000)
    Mouse(page).key(K.Key_M, SHIFT)
    qtbot.waitUntil(lambda: len(controller.grid.views) == 4, timeout=10_000)
    for number in range(3):
        controller.choose(number, WINDOW)
    return controller


def trigger(page: ReadingPage, name: str) -> None:
    action = page.findChild(QAction, name)
    assert isinstance(action, QAction)
    assert action.isEnabled(), name
    action.trigger()


def saving(qtbot: QtBot, page: ReadingPage, act: Callable[[SaveDialog], object]) -> None:
    def save(dialog: QDialog) -> None:
        assert isinstance(dialog, SaveDialog)
        dialog.overlay.setChecked(False)
        act(dialog)
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)

    answer(qtbot, save)
    press(qtbot, page, K.Key_S, CTRL | SHIFT)


def greys(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image)[..., 0]


def test_a_plane_is_saved_and_not_an_image_of_its_number(
    page: ReadingPage,
    planes: Controller,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planes.activate(SAGITTAL)
    planes.go_to(SAGITTAL, 5)
    words: list[str] = []
    proposed = choose_place(monkeypatch, tmp_path / "saved")
    saving(qtbot, page, lambda dialog: words.append(dialog.which.button(0).text()))
    out = tmp_path / "saved.png"
    qtbot.waitUntil(out.exists, timeout=15_000)
    assert words == ["This plane"]
    assert proposed == ["Bella 2026-07-04 Series 1 Sagittal 006.png"]
    rgb = greys(out)
    frame = planes.frame(SAGITTAL)
    assert frame is not None
    assert max(rgb.shape) >= 1000, "what has no pixels of its own is large enough for its words"
    across = rgb[400, : rgb.shape[1]]
    assert len(np.unique(across)) > 8, "a sagittal plane goes through all slices"


def test_all_planes_leave_as_a_film(
    page: ReadingPage,
    planes: Controller,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planes.activate(SAGITTAL)
    choose_place(monkeypatch, tmp_path / "film.mp4")

    def film(dialog: SaveDialog) -> None:
        dialog.format.setCurrentIndex(dialog.format.findData(Format.MP4.value))
        button = dialog.which.button(list(Which).index(Which.SERIES))
        assert button.text() == "These 64 planes as a film"
        button.setChecked(True)
        dialog.size_box.setCurrentIndex(3)

    saving(qtbot, page, film)
    out = tmp_path / "film.mp4"
    qtbot.waitUntil(out.exists, timeout=30_000)
    with av.open(str(out)) as movie:
        assert sum(1 for _ in movie.decode(video=0)) == 64


def test_later_turns_do_not_reach_what_was_asked_for(planes: Controller) -> None:
    planes.activate(SAGITTAL)
    scene = scene_of(planes, "")
    cutting = scene.cutting
    assert cutting is not None
    assert cutting.make is not None
    before = cutting.make(7)
    held = held_by(planes)
    held.turn = replace(held.turn, thickness=replace(held.turn.thickness, mm=40.0))
    after = cutting.make(7)
    assert np.array_equal(before.values, after.values)
    assert before.key == after.key


def test_a_plane_is_printed(
    page: ReadingPage,
    planes: Controller,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planes.activate(SAGITTAL)
    choose_place(monkeypatch, tmp_path / "page.pdf")

    def pdf(dialog: QDialog) -> None:
        assert isinstance(dialog, PrintDialog)
        assert dialog.which.currentText() == "This plane"
        qtbot.waitUntil(lambda: bool(dialog.shots), timeout=10_000)
        qtbot.mouseClick(dialog.pdf, Qt.MouseButton.LeftButton)

    answer(qtbot, pdf)
    press(qtbot, page, K.Key_P, CTRL)
    out = tmp_path / "page.pdf"
    qtbot.waitUntil(out.exists, timeout=20_000)
    document = pypdfium2.PdfDocument(out)
    text = document[0].get_textpage().get_text_bounded()
    assert "Sagittal" in text
    assert "1 cm" in text, "a plane has true millimetres"
    document.close()


def test_the_images_themselves_are_saved_as_they_came(planes: Controller) -> None:
    """The look of a plane beside them is none of theirs."""
    planes.activate(3)
    scene = scene_of(planes, "")
    assert scene.cutting is None
    assert scene.shot is not None
    assert scene.shot.state.plane == ""
    planes.activate(0)
    scene = scene_of(planes, "")
    assert all(not look.plane for look in scene.album.looks.values())
    assert scene.counts()[Which.EXAM] == 12


def test_a_body_is_saved_printed_and_copied_without_a_scale(
    page: ReadingPage,
    planes: Controller,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trigger(page, "solid")
    held = held_by(planes)
    qtbot.waitUntil(lambda: (one := body_of(held)) is not None and one.shown is not None, timeout=20_000)
    number = next(n for n, view in enumerate(planes.grid.views) if view.plane == BODY)
    planes.activate(number)
    qtbot.wait(400)
    press(qtbot, page, K.Key_C, CTRL)
    copied = array(QGuiApplication.clipboard().image())
    assert np.ptp(copied.astype(int), axis=2).max() > 20, "in colours"
    choose_place(monkeypatch, tmp_path / "body")
    shown: list[bool] = []
    saving(
        qtbot,
        page,
        lambda dialog: shown.append(dialog.which.button(list(Which).index(Which.SERIES)).isVisible()),
    )
    out = tmp_path / "body.png"
    qtbot.waitUntil(out.exists, timeout=15_000)
    assert shown == [False], "there are no others like it"
    with Image.open(out) as image:
        assert np.ptp(np.asarray(image).astype(int), axis=2).max() > 20
    choose_place(monkeypatch, tmp_path / "body.pdf")
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    planes.activate(number)

    def pdf(dialog: QDialog) -> None:
        assert isinstance(dialog, PrintDialog)
        qtbot.waitUntil(lambda: bool(dialog.shots), timeout=10_000)
        qtbot.mouseClick(dialog.pdf, Qt.MouseButton.LeftButton)

    answer(qtbot, pdf)
    press(qtbot, page, K.Key_P, CTRL)
    qtbot.waitUntil((tmp_path / "body.pdf").exists, timeout=20_000)
    document = pypdfium2.PdfDocument(tmp_path / "body.pdf")
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    assert "3D" in text
    assert "1 cm" not in text, "a projection has no millimetres of the animal"


def test_pictures_of_a_path_are_saved(
    page: ReadingPage,
    planes: Controller,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planes.activate(0)
    Mouse(page, 0).key(K.Key_C, SHIFT)
    qtbot.waitUntil(lambda: len(planes.grid.views) == 6)
    qtbot.wait(50)
    Mouse(page, 0).click((15.0, 20.0), (30.0, 30.0), (50.0, 25.0))
    Mouse(page, 0).key(K.Key_Return)
    for number, name in ((3, "along"), (4, "across")):
        planes.activate(number)
        proposed = choose_place(monkeypatch, tmp_path / name)
        saving(qtbot, page, lambda _: None)
        out = tmp_path / f"{name}.png"
        qtbot.waitUntil(out.exists, timeout=15_000)
        assert proposed[0].startswith(f"Bella 2026-07-04 Series 1 {name.capitalize()} the path")
        frame, rgb = planes.frame(number), greys(out)
        assert frame is not None
        rows, columns = frame.values.shape
        assert rgb.shape[1] / columns == pytest.approx(1000 / max(rows, columns), rel=0.05)
