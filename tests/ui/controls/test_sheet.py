"""F1: what can be done here, in every place and in a dialog; searched, done, on paper."""

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QVBoxLayout
from pytestqt.qtbot import QtBot

from tests.ui.conftest import WAIT_MS, Opened
from tests.ui.exams import file_exam, write_exam
from vetpacs_desktop.app import App
from vetpacs_desktop.ui.controls.sheet import Sheet
from vetpacs_desktop.ui.main_window import MainWindow

Ask = Callable[[], Sheet]


@pytest.fixture
def window(opened: Opened, qtbot: QtBot) -> MainWindow:
    opened.window.activateWindow()
    qtbot.waitUntil(opened.window.isActiveWindow)
    return opened.window


@pytest.fixture
def ask(window: MainWindow, qtbot: QtBot) -> Ask:
    """Press F1 wherever the focus is."""

    def asked() -> Sheet:
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_F1)
        sheet = window.controls.sheet
        assert sheet is not None
        qtbot.waitUntil(sheet.search.hasFocus)
        return sheet

    return asked


@pytest.fixture
def exam(app: App, tmp_path: Path) -> str:
    uid, paths = write_exam(tmp_path / "machine", images=3)
    file_exam(app.library, paths)
    return str(uid)


def lines(sheet: Sheet) -> dict[str, str]:
    """Words and keys of what can be done now."""
    return {line.words: line.key for group in sheet.groups for line in group.lines if line.enabled}


def read(window: MainWindow, exam: str, qtbot: QtBot) -> None:
    window.open_target(exam, None)
    page = window.reading.page
    qtbot.waitUntil(lambda: page.controller is not None and page.first_image_shown, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: page.grid is not None and page.grid.active.hasFocus())


def test_in_the_list_it_tells_the_lists_keys(window: MainWindow, ask: Ask) -> None:
    told = lines(ask())
    assert told["Find an exam"] == "Ctrl+F"
    assert told["Light or dark"] == "Ctrl+T"
    assert "Fit to the window" not in told


def test_while_reading_it_tells_tools_mouse_and_the_next_click(
    exam: str, window: MainWindow, ask: Ask, qtbot: QtBot
) -> None:
    read(window, exam, qtbot)
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_D)
    sheet = ask()
    told = lines(sheet)
    assert told["Fit to the window"] == "F"
    assert "Right button, dragged" in told.values()
    assert "Undo" not in told  # nothing was drawn yet
    assert "Import a folder" not in told
    assert "click" in sheet.now.text().casefold()
    QTest.keyClick(sheet.search, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_a_searched_deed_is_done_by_enter(exam: str, window: MainWindow, ask: Ask, qtbot: QtBot) -> None:
    read(window, exam, qtbot)
    controller = window.reading.page.controller
    assert controller is not None
    sheet = ask()
    QTest.keyClicks(sheet.search, "invert")
    QTest.keyClick(sheet.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: controller.grid.views[0].invert)


def test_on_the_system_page_its_buttons_are_told_and_pressed(
    window: MainWindow, ask: Ask, qtbot: QtBot
) -> None:
    window.show_place("system")
    sheet = ask()
    assert "Check all files" in lines(sheet)
    QTest.keyClicks(sheet.search, "no such thing at all")
    assert sheet.empty.isVisible()
    sheet.close()


def test_in_a_dialog_it_tells_of_the_dialog(window: MainWindow, qtbot: QtBot) -> None:
    dialog = QDialog(window)
    column = QVBoxLayout(dialog)
    column.addWidget(QPushButton("Weigh the animal"))
    seen: list[dict[str, str]] = []

    def look() -> None:
        QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_F1)
        sheet = window.controls.sheet
        if sheet is not None:
            seen.append(lines(sheet))
            sheet.close()
        dialog.reject()

    QTimer.singleShot(300, dialog, look)
    dialog.exec()
    assert "Weigh the animal" in seen[0]
    assert "Find an exam" not in seen[0]


def test_it_goes_onto_paper_with_every_line(
    window: MainWindow, ask: Ask, qtbot: QtBot, tmp_path: Path
) -> None:
    sheet = ask()
    path = tmp_path / "keys.pdf"
    window.controls.save_pdf(sheet, path)
    qtbot.waitUntil(lambda: any("keys.pdf" in text for text in window.notices.texts()), timeout=WAIT_MS)
    document = pypdfium2.PdfDocument(path)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    assert "Find an exam" in text
    assert "Ctrl+F" in text


def test_where_a_pdf_cannot_be_written_it_says_so(
    window: MainWindow, ask: Ask, qtbot: QtBot, tmp_path: Path
) -> None:
    window.controls.save_pdf(ask(), tmp_path / "no such folder" / "keys.pdf")
    qtbot.waitUntil(lambda: any("not saved" in text for text in window.notices.texts()), timeout=WAIT_MS)


def test_in_a_window_of_the_images_own_it_tells_of_reading(
    exam: str, window: MainWindow, qtbot: QtBot
) -> None:
    read(window, exam, qtbot)
    page = window.reading.page
    apart = next(one for one in page.actions() if one.objectName() == "apart")
    apart.trigger()
    qtbot.waitUntil(lambda: page.window() is not window and page.window().isActiveWindow())
    assert page.grid is not None
    page.grid.active.setFocus()
    QTest.keyClick(page.grid.active, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: window.controls.sheet is not None)
    sheet = window.controls.sheet
    assert sheet is not None
    assert lines(sheet)["Fit to the window"] == "F"
    assert sheet.parentWidget() is page.window()
    sheet.close()
    apart.trigger()
