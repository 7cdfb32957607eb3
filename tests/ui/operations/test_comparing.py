"""Exams chosen in the list and compared: side by side for one animal, a sentence for two."""

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import WAIT_MS, Opened
from tests.ui.exams import file_exam, write_exam
from vetpacs_desktop.app import App
from vetpacs_desktop.store.records import StudyUID
from vetpacs_desktop.ui.operations import comparing

pytestmark = pytest.mark.usefixtures("service_elsewhere")

DAYS = (("Rex", "20260309"), ("Luna", "20260201"), ("Rex", "20250909"))


@pytest.fixture
def exams(app: App, tmp_path: Path) -> list[StudyUID]:
    """Rex now, Luna, Rex half a year ago: in this order in the list."""
    found = []
    for animal, day in DAYS:
        uid, paths = write_exam(tmp_path / "in", animal, "Smith", date=day, BodyPartExamined="CHEST")
        file_exam(app.library, paths)
        found.append(uid)
    return found


def choose(opened: Opened, *rows: int) -> None:
    table = opened.window.exams.table
    table.selectRow(rows[0])
    flag = QItemSelectionModel.SelectionFlag
    for row in rows[1:]:
        table.selectionModel().select(table.model().index(row, 0), flag.Select | flag.Rows)


def press_compare(opened: Opened, qtbot: QtBot) -> None:
    panel = opened.window.exams.panel
    qtbot.waitUntil(lambda: panel.study is not None, timeout=WAIT_MS)
    button = panel.findChild(QPushButton, "compare_exams")
    assert button is not None
    button.click()


def shown(opened: Opened) -> list[str]:
    controller = opened.window.reading.page.controller
    return [] if controller is None else [one.study_uid for one in controller.exam.exams]


def test_two_chosen_exams_of_one_animal_are_read_side_by_side(
    exams: list[StudyUID], opened: Opened, qtbot: QtBot
) -> None:
    choose(opened, 0, 2)
    press_compare(opened, qtbot)
    qtbot.waitUntil(lambda: shown(opened) == [exams[0], exams[2]], timeout=WAIT_MS)
    controller = opened.window.reading.page.controller
    assert controller is not None
    qtbot.waitUntil(lambda: controller.frame(1) is not None, timeout=WAIT_MS)
    marks = [controller.resolved(n).corners.mark for n in (0, 1)]
    assert [mark.text for mark in marks if mark is not None] == [
        "Current: 2026-03-09",
        "Earlier: 2025-09-09",
    ]
    qtbot.waitUntil(lambda: opened.app.library.study(exams[2]).seen, timeout=WAIT_MS)


def test_f4_in_the_list_reads_an_exam_beside_the_one_before(
    exams: list[StudyUID], opened: Opened, qtbot: QtBot
) -> None:
    choose(opened, 0)
    table = opened.window.exams.table
    opened.window.activateWindow()
    table.setFocus()
    qtbot.waitUntil(table.hasFocus, timeout=WAIT_MS)
    QTest.keyClick(table, Qt.Key.Key_F4)
    qtbot.waitUntil(lambda: shown(opened) == [exams[0], exams[2]], timeout=WAIT_MS)


def test_two_animals_are_not_compared_and_a_sentence_says_what_to_do(
    exams: list[StudyUID], opened: Opened, qtbot: QtBot
) -> None:
    said: list[str] = []
    rows = [opened.app.library.study(uid) for uid in exams[:2]]
    comparing.compare(
        opened.app,
        opened.window._lanes.chores,
        rows,
        lambda exam: pytest.fail("two animals on one page"),
        lambda notice: said.append(notice.text),
    )
    assert said[0].startswith("Rex (Smith) and Luna (Smith) are not one animal here")
    assert "Correct animal and owner (F2)" in said[0]
    choose(opened, 0, 1)
    press_compare(opened, qtbot)
    assert shown(opened) == []
    opened.app.library.animals.move(exams[1], rows[0].animal_id)  # a person says that they are one
    comparing.compare(
        opened.app,
        opened.window._lanes.chores,
        [opened.app.library.study(uid) for uid in exams[:2]],
        lambda exam: said.append(",".join(one.study_uid for one in exam.exams)),
        lambda notice: said.append(notice.text),
    )
    qtbot.waitUntil(lambda: len(said) == 2, timeout=WAIT_MS)
    assert said[1] == f"{exams[0]},{exams[1]}"


def test_an_exam_without_one_before_says_so(exams: list[StudyUID], opened: Opened, qtbot: QtBot) -> None:
    said: list[str] = []
    comparing.compare(
        opened.app,
        opened.window._lanes.chores,
        [opened.app.library.study(exams[1])],
        lambda exam: pytest.fail("there is nothing to compare with"),
        lambda notice: said.append(notice.text),
    )
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT_MS)
    assert said == [
        "There is no earlier exam of Luna (Smith) to compare with. Choose two exams of one animal."
    ]


def test_more_than_four_do_not_fit(exams: list[StudyUID], opened: Opened) -> None:
    said: list[str] = []
    comparing.compare(
        opened.app,
        opened.window._lanes.chores,
        [opened.app.library.study(exams[0])] * 5,
        lambda exam: None,
        lambda notice: said.append(notice.text),
    )
    assert said == ["At most four exams fit side by side."]
