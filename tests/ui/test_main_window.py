"""The whole window: places, drops, imports, the receiver's state, and what it remembers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.helpers import dcmtk
from tests.ui.conftest import WAIT_MS, Opened
from tests.ui.exams import file_exam, write_exam
from vetpacs_desktop import settings
from vetpacs_desktop.app import App
from vetpacs_desktop.paths import Home
from vetpacs_desktop.ui.library.model import Column
from vetpacs_desktop.ui.main_window import MainWindow
from vetpacs_desktop.ui.receiver import Light


def until(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=WAIT_MS)


def listening(opened: Opened, qtbot: QtBot) -> int:
    """Wait for the receiver; its port."""
    until(qtbot, lambda: opened.window.system.receiver.light is Light.GREEN)
    state = opened.app.service.state()
    assert state is not None
    return state.port


def drop(window: MainWindow, paths: list[Path]) -> str:
    """Drag files over the window and let go; what the window said before."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    facts = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(window.rect().center(), *facts)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    said = window.drop.text
    assert window.drop.isVisible()
    QApplication.sendEvent(window, QDropEvent(QPointF(window.rect().center()), *facts))
    assert not window.drop.isVisible()
    return said


def as_it_is(opened: Opened) -> None:
    """The one click of who wants no questions, while the assistant still looks."""
    assistant = opened.window.intake.assistant
    assert assistant is not None
    assert assistant.page is assistant.looking
    assistant.as_it_is.click()
    assert not assistant.isVisible()


def test_an_empty_library_teaches_how_to_fill_it(opened: Opened, qtbot: QtBot) -> None:
    port = listening(opened, qtbot)
    empty = opened.window.exams.empty
    assert empty.isVisible()
    assert empty.shown_values()["port"] == str(port)
    assert empty.shown_values()["name"] == "VETPACS"
    assert str(port) in opened.window.strip.receiver.text()


def test_what_a_machine_sends_appears_by_itself(opened: Opened, qtbot: QtBot, tmp_path: Path) -> None:
    port = listening(opened, qtbot)
    _, paths = write_exam(tmp_path / "machine", "Rex", "Smith", images=3)
    assert dcmtk.storescu(port, paths, title="DR-ROOM-1").returncode == 0
    model = opened.window.exams.table.model()
    until(qtbot, lambda: model.rowCount() == 1)
    until(qtbot, lambda: model.index(0, Column.IMAGES).data() == "3")
    assert model.index(0, Column.ANIMAL).data() == "Rex"
    until(qtbot, lambda: "DR-ROOM-1" in opened.window.system.receiver.text)


def test_a_dropped_folder_is_announced_imported_and_summed_up(
    opened: Opened, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "disc"
    write_exam(folder, "Rex", images=3)
    (folder / "letter.dcm").write_text("Dear colleague")
    said = drop(opened.window, [folder])
    assert "import the images of this folder" in said
    assert "stay as they are" in said
    as_it_is(opened)
    until(qtbot, lambda: bool(opened.window.notices.texts()))
    assert "3 images of 1 exam" in opened.window.notices.texts()[0]
    until(qtbot, lambda: opened.window.exams.table.model().rowCount() == 1)
    assert (folder / "letter.dcm").exists()
    assert opened.window.transfers.under_way == ()


def test_a_bad_file_is_named_with_its_reason(opened: Opened, qtbot: QtBot, tmp_path: Path) -> None:
    bad = tmp_path / "broken.dcm"
    _, (good,) = write_exam(tmp_path / "good")
    bad.write_bytes(good.read_bytes()[:300])
    drop(opened.window, [bad])
    as_it_is(opened)
    until(qtbot, lambda: bool(opened.window.notices.bars()))
    notice = opened.window.notices.bars()[0].notice
    assert "could not be imported" in notice.text
    assert "broken.dcm" in notice.details
    assert len(notice.details.splitlines()) >= 2


def test_opening_an_exam_shows_it_and_takes_its_dot_away(
    app: App, tmp_path: Path, opened: Opened, qtbot: QtBot
) -> None:
    uid, paths = write_exam(tmp_path / "in", "Rex")
    file_exam(app.library, paths)
    page = opened.window.exams
    until(qtbot, lambda: page.table.model().rowCount() == 1)
    until(qtbot, lambda: page.table.chosen_uid == uid)
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    until(qtbot, opened.window.reading.isVisible)
    until(qtbot, lambda: opened.window.reading.page.first_image_shown)
    until(qtbot, lambda: app.library.study(uid).seen)
    opened.window.reading.back_requested.emit()
    assert page.isVisible()
    until(qtbot, lambda: page.table.model().index(0, Column.STATE).data() == "")


def test_the_keys_of_the_places(opened: Opened, qtbot: QtBot) -> None:
    window = opened.window
    window.activateWindow()
    until(qtbot, window.exams.empty.load.hasFocus)
    for key, page in (
        (Qt.Key.Key_3, window.system),
        (Qt.Key.Key_2, window.reading),
        (Qt.Key.Key_1, window.exams),
    ):
        QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert page.isVisible()
    assert window.focusWidget() is window.exams.empty.load


def test_checking_all_files_says_what_it_found(
    app: App, tmp_path: Path, opened: Opened, qtbot: QtBot
) -> None:
    _, paths = write_exam(tmp_path / "in", images=4)
    file_exam(app.library, paths)
    card = opened.window.system.library
    opened.window.show_place("system")
    card.verify.click()
    until(qtbot, lambda: "4 images checked" in card.text)
    assert card.light is Light.GREEN
    next(app.home.objects.rglob("*.dcm")).unlink()
    until(qtbot, card.verify.isEnabled)
    card.verify.click()
    until(qtbot, lambda: card.light is Light.RED)
    assert "1 is missing" in card.text


def test_a_link_to_an_exam_or_an_animal(app: App, tmp_path: Path, opened: Opened, qtbot: QtBot) -> None:
    for animal in ("Rex", "Luna"):
        uid, paths = write_exam(tmp_path / "in", animal)
        file_exam(app.library, paths)
    model = opened.window.exams.table.model()
    until(qtbot, lambda: model.rowCount() == 2)
    opened.window.open_target(None, app.library.study(uid).animal_id)
    until(qtbot, lambda: model.rowCount() == 1)
    assert model.index(0, Column.ANIMAL).data() == "Luna"
    opened.window.open_target("1.2.3.4", None)
    until(qtbot, lambda: any("1.2.3.4" in text for text in opened.window.notices.texts()))
    opened.window.open_target(uid, None)
    until(qtbot, opened.window.reading.isVisible)


def test_a_stopped_receiver_is_said_and_can_be_started_again(opened: Opened, qtbot: QtBot) -> None:
    listening(opened, qtbot)
    window = opened.window
    opened.app.service.stop()
    until(qtbot, window.strip.start.isVisible)
    assert "Not receiving" in window.strip.receiver.text()
    assert "Nothing was lost" in window.system.receiver.advice
    window.strip.start.click()
    listening(opened, qtbot)
    assert not window.strip.start.isVisible()


def test_size_columns_and_order_are_remembered(app: App, qtbot: QtBot) -> None:
    first = MainWindow(app, lambda error: pytest.fail(str(error)))
    first.show()
    first.resize(1100, 640)
    header = first.exams.table.horizontalHeader()
    header.resizeSection(Column.OWNER, 211)
    header.sectionClicked.emit(int(Column.OWNER))
    qtbot.wait(50)
    first.close()
    first.shut()
    first.deleteLater()
    second = MainWindow(app, lambda error: pytest.fail(str(error)))
    second.show()
    assert (second.width(), second.height()) == (1100, 640)
    assert second.exams.table.horizontalHeader().sectionSize(Column.OWNER) == 211
    assert second.exams.table.order == "owner"
    second.close()
    second.shut()
    second.deleteLater()


def test_the_theme_changes_at_once_and_is_kept(opened: Opened, home: Home) -> None:
    window = opened.window
    window.show_place("system")
    before = window.grab().toImage().pixelColor(20, 400)
    window.system.theme_chosen.emit("light")
    after = window.grab().toImage().pixelColor(20, 400)
    assert after.lightness() > before.lightness() + 100
    assert settings.load(home.settings).text("window.theme") == "light"
    window.system.theme_chosen.emit("dark")
