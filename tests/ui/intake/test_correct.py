"""Correcting whose exam it is, in the real window: other words, another animal, undo."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.conftest import WAIT_MS, Opened
from tests.ui.exams import file_exam, write_exam
from vetpacs_desktop.store.records import StudyUID
from vetpacs_desktop.ui.intake.correct import CorrectDialog
from vetpacs_desktop.ui.intake.plan import Way
from vetpacs_desktop.ui.library.model import Column

pytestmark = pytest.mark.usefixtures("service_elsewhere")


def until(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=WAIT_MS)


def filed(opened: Opened, qtbot: QtBot, folder: Path, animal: str, owner: str = "Smith") -> StudyUID:
    before = opened.window.exams.table.model().rowCount()
    uid, paths = write_exam(folder, animal, owner)
    file_exam(opened.app.library, paths)
    until(qtbot, lambda: opened.window.exams.table.model().rowCount() == before + 1)
    return uid


def dialog_for(opened: Opened, qtbot: QtBot, *uids: StudyUID) -> CorrectDialog:
    opened.window.intake.deeds()["correct"](opened.app.library.study_rows(uids))
    dialog = opened.window.findChild(CorrectDialog)
    assert dialog is not None
    until(qtbot, dialog.isVisible)
    return dialog


def shown(opened: Opened) -> list[str]:
    model = opened.window.exams.table.model()
    return sorted(
        f"{model.index(row, Column.ANIMAL).data()} {model.index(row, Column.OWNER).data()}"
        for row in range(model.rowCount())
    )


def test_a_misspelt_owner_is_corrected_and_taken_back(opened: Opened, qtbot: QtBot, tmp_path: Path) -> None:
    uid = filed(opened, qtbot, tmp_path / "in", "Rex", "Smiht")
    dialog = dialog_for(opened, qtbot, uid)
    assert not dialog.save.isEnabled()
    owner = dialog.form.form.owner
    owner.selectAll()
    QTest.keyClicks(owner, "Smith")
    assert dialog.form.way(Way.WORDS).isChecked()
    dialog.save.click()
    until(qtbot, lambda: shown(opened) == ["Rex Smith"])
    assert opened.app.library.study(uid).owner_name == "Smith"
    bar = opened.window.notices.bars()[-1]
    assert "1 exam was corrected" in bar.notice.text
    assert bar.notice.action is not None
    bar.notice.action[1]()
    until(qtbot, lambda: shown(opened) == ["Rex Smiht"])
    assert opened.app.library.corrections.of(uid) is None


def test_two_exams_move_to_an_animal_found_while_typing(opened: Opened, qtbot: QtBot, tmp_path: Path) -> None:
    wrong = [filed(opened, qtbot, tmp_path / "in", name, "Unknown") for name in ("X1", "X2")]
    right = filed(opened, qtbot, tmp_path / "in", "Luna", "García")
    dialog = dialog_for(opened, qtbot, *wrong)
    QTest.keyClicks(dialog.form.search.field, "luna")
    animals = dialog.form.search.list
    until(qtbot, lambda: animals.count() == 1 and animals.item(0).text() == "Luna")
    QTest.keyClick(dialog.form.search.field, Qt.Key.Key_Return)
    assert dialog.form.way(Way.CLINIC).isChecked()
    assert dialog.form.form.owner.text() == "García"
    dialog.save.click()
    until(qtbot, lambda: shown(opened) == ["Luna García"] * 3)
    ours = {opened.app.library.study(uid).animal_id for uid in (*wrong, right)}
    assert len(ours) == 1


def test_a_correction_shows_and_can_be_undone_later(opened: Opened, qtbot: QtBot, tmp_path: Path) -> None:
    uid = filed(opened, qtbot, tmp_path / "in", "Rex")
    first = dialog_for(opened, qtbot, uid)
    assert not first.undo.isVisible()
    QTest.keyClicks(first.form.form.breed, "Boxer")
    first.save.click()
    until(qtbot, lambda: opened.app.library.study(uid).breed == "Boxer")
    until(qtbot, lambda: opened.window.findChild(CorrectDialog) is None)
    second = dialog_for(opened, qtbot, uid)
    until(qtbot, second.undo.isVisible)
    owner = second.form.form.owner
    owner.selectAll()
    QTest.keyClicks(owner, "Jones")
    second.save.click()
    until(qtbot, lambda: opened.app.library.study(uid).owner_name == "Jones")
    assert opened.app.library.study(uid).breed == "Boxer", "a later correction keeps the earlier one's words"
    until(qtbot, lambda: opened.window.findChild(CorrectDialog) is None)
    third = dialog_for(opened, qtbot, uid)
    until(qtbot, third.undo.isVisible)
    third.undo.click()
    until(qtbot, lambda: opened.app.library.study(uid).owner_name == "Smith")
    assert opened.app.library.study(uid).breed == "Boxer"


def test_escape_changes_nothing_and_a_bad_birthday_is_said(
    opened: Opened, qtbot: QtBot, tmp_path: Path
) -> None:
    uid = filed(opened, qtbot, tmp_path / "in", "Rex")
    dialog = dialog_for(opened, qtbot, uid)
    born = dialog.form.form.born
    for wrong in ("yesterday", "2099-01-01", "31.31.2020"):
        born.clear()
        QTest.keyClicks(born, wrong)
        assert not dialog.save.isEnabled()
        assert "birthday" in dialog.form.problem
    born.clear()
    QTest.keyClicks(born, "3.2.2020")
    assert dialog.save.isEnabled()
    assert dialog.form.answer.words.birth_date == "2020-02-03"
    QTest.keyClick(born, Qt.Key.Key_Return)
    assert dialog.isVisible(), "Enter ends a field, it corrects nothing"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    until(qtbot, lambda: opened.window.findChild(CorrectDialog) is None)
    assert opened.app.library.study(uid).birth_date == ""
