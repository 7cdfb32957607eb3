"""Deeds on several exams: what is chosen in the list is what they are about, also while exams arrive."""

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import WAIT_MS
from tests.ui.exams import file_exam, write_exam
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import StudyUID
from vetpacs_desktop.ui.library.page import ExamsPage

ANIMALS = ("Rex", "Luna", "Bella")


@pytest.fixture
def three(library: Library, tmp_path: Path) -> list[StudyUID]:
    uids = []
    for number, animal in enumerate(ANIMALS):
        uid, paths = write_exam(tmp_path / "in", animal, "Smith", images=1, date=f"2026050{9 - number}")
        file_exam(library, paths)
        uids.append(uid)
    return uids


def choose_two(page: ExamsPage) -> None:
    """The first and the third line, as with Ctrl and the mouse."""
    model = page.table.model()
    flag = QItemSelectionModel.SelectionFlag
    page.table.choose_first()
    page.table.selectionModel().select(model.index(2, 0), flag.Select | flag.Rows)


def test_a_deed_is_about_all_chosen_exams(three: list[StudyUID], page: ExamsPage, qtbot: QtBot) -> None:
    asked: list[tuple[str, list[StudyUID]]] = []
    page.deed_requested.connect(lambda name, rows: asked.append((name, [row.study_uid for row in rows])))
    page.offer("send")
    page.offer("delete")
    choose_two(page)
    button = page.panel.findChild(QPushButton, "send")
    assert button is not None
    button.click()
    page.activateWindow()
    page.table.setFocus()
    qtbot.waitUntil(page.table.hasFocus, timeout=WAIT_MS)
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    assert asked == [("send", [three[0], three[2]]), ("delete", [three[0], three[2]])]


def test_an_exam_that_the_program_chooses_is_chosen_while_ctrl_is_down(
    three: list[StudyUID], page: ExamsPage, qtbot: QtBot
) -> None:
    """As after Ctrl+F, or a link that opens an animal: a deed must not come to nothing."""
    page.activateWindow()
    page.table.setFocus()
    qtbot.waitUntil(page.table.hasFocus, timeout=WAIT_MS)
    QTest.keyPress(page.table, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    try:
        assert page.table.choose(three[1])
        assert [one.study_uid for one in page.table.chosen_exams()] == [three[1]]
    finally:
        QTest.keyRelease(page.table, Qt.Key.Key_Control)


def test_the_panel_says_when_a_deed_is_about_several(
    three: list[StudyUID], page: ExamsPage, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: page.panel.study is not None, timeout=WAIT_MS)
    assert not page.panel._several.isVisible()
    choose_two(page)
    assert page.panel._several.text().startswith("2 exams are chosen")
    assert page.panel._several.isVisible()


def test_an_arriving_exam_leaves_the_choice_as_it_is(
    three: list[StudyUID], page: ExamsPage, library: Library, tmp_path: Path, qtbot: QtBot
) -> None:
    choose_two(page)
    _, paths = write_exam(tmp_path / "late", "Coco", "Jones", images=1, date="20260601")
    file_exam(library, paths)
    qtbot.waitUntil(lambda: page.table.model().rowCount() == 4, timeout=WAIT_MS)
    assert [study.study_uid for study in page.table.chosen_exams()] == [three[0], three[2]]
