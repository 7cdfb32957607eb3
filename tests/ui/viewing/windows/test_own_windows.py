"""The reader's own window in the real page: saved by name, on a key, there in the next exam, deleted."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.viewing.mouse import Mouse
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.ui.viewing.windows.dialog import OwnWindowsDialog
from vetpacs_desktop.ui.viewing.windows.part import WindowsPart
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.windows import read_own

K = Qt.Key
CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def in_dialog(mouse: Mouse, act: object) -> None:
    """Open the dialog by its key and do something in it."""
    done: list[BaseException | None] = []

    def go() -> None:
        dialog = QApplication.activeModalWidget()
        try:
            assert isinstance(dialog, OwnWindowsDialog)
            act(dialog)  # type: ignore[operator]
            done.append(None)
        except BaseException as error:
            done.append(error)
            raise
        finally:
            if dialog is not None:
                dialog.close()

    QTimer.singleShot(200, go)
    mouse.viewport.setFocus()
    mouse.key(K.Key_W, CONTROL_SHIFT)
    assert done == [None]
    mouse.viewport.activateWindow()
    QTest.qWaitForWindowActive(mouse.viewport.window())
    mouse.viewport.setFocus()


def save(dialog: OwnWindowsDialog) -> None:
    dialog.name.setText("Discs")
    dialog.key.setCurrentIndex(dialog.key.findData(3))
    dialog.save_button.click()
    assert dialog.list.count() == 1


def test_a_window_is_saved_by_name_and_its_key_brings_it_back(
    ct: Controller, mouse: Mouse, page: ReadingPage, tmp_path: Path, qtbot: QtBot
) -> None:
    part = next(one for one in page._parts if isinstance(one, WindowsPart))
    assert part.action.isEnabled()
    ct.choose(0, Window(123, 77))
    in_dialog(mouse, save)
    path = tmp_path / "windows.toml"
    qtbot.waitUntil(lambda: path.exists() and len(read_own(path)) == 1)
    mouse.key(K.Key_0)
    assert ct.window(0) == Window(500, 1000)
    mouse.key(K.Key_3)
    found = ct.window(0)
    assert found is not None
    assert (found.label, found.center, found.width) == ("Discs", 123, 77)


def test_the_menu_offers_it_and_deleting_gives_the_key_back(
    ct: Controller, mouse: Mouse, page: ReadingPage, qtbot: QtBot
) -> None:
    before = next(offer.label for offer in ct.offers(0) if offer.key == 3)
    ct.choose(0, Window(123, 77))
    in_dialog(mouse, save)
    menu = page.tools.preset_menu
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions()]
    assert any(text.startswith("Discs") and text.endswith("\t3") for text in texts)
    assert menu.actions()[-1].objectName() == "own_windows"

    def delete(dialog: OwnWindowsDialog) -> None:
        dialog.list.setCurrentRow(0)
        dialog.delete_button.click()
        assert dialog.list.count() == 0

    in_dialog(mouse, delete)
    assert next(offer.label for offer in ct.offers(0) if offer.key == 3) == before


@pytest.mark.parametrize("name", ["", "   "])
def test_a_window_without_a_name_is_not_saved(ct: Controller, mouse: Mouse, name: str) -> None:
    def look(dialog: OwnWindowsDialog) -> None:
        dialog.name.setText(name)
        assert not dialog.save_button.isEnabled()

    in_dialog(mouse, look)
