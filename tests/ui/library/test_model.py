"""The study list's model obeys Qt's rules and asks for each missing page."""

from collections.abc import Sequence

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester

from vetpacs_desktop.store.records import AnimalID, StudyRow, StudyUID
from vetpacs_desktop.ui.library.model import PAGE, STUDY_ROLE, StudyModel


def rows(first: int, count: int = PAGE) -> list[StudyRow]:
    return [
        StudyRow(StudyUID(f"1.{number}"), AnimalID(""), f"Animal {number}", "", "", "", "", "", (), "", 1, 1)
        for number in range(first, first + count)
    ]


def names(model: StudyModel, lines: Sequence[int]) -> list[str]:
    return [str(model.index(line, 0).data()) for line in lines]


@pytest.fixture
def model(qapp: QApplication) -> StudyModel:
    made = StudyModel()
    made.replace(PAGE, rows(0))
    return made


def test_it_passes_qts_own_model_test(model: StudyModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)
    model.set_count(5 * PAGE)
    model.put(3, rows(3 * PAGE))
    model.renew(5 * PAGE + 2, 0, rows(-2, PAGE), 2)
    model.renew(3, 0, rows(0, 3), -2)
    model.set_count(0)
    qtmodeltester.check(model)


def test_a_missing_page_is_asked_for_once_it_is_looked_at(model: StudyModel) -> None:
    asked: list[int] = []
    model.page_missing.connect(asked.append)
    model.set_count(10 * PAGE)
    assert model.index(5, 0).data(STUDY_ROLE) == rows(5, 1)[0]
    assert asked == []
    assert model.index(7 * PAGE + 3, 0).data(STUDY_ROLE) is None
    assert asked == [7]
    model.put(7, rows(7 * PAGE))
    assert names(model, [7 * PAGE + 3]) == [f"Animal {7 * PAGE + 3}"]


def test_old_pages_are_let_go(model: StudyModel) -> None:
    model.set_count(200 * PAGE)
    for page in range(200):
        model.put(page, rows(page * PAGE))
    assert model.loaded(0) is None
    assert model.loaded(199 * PAGE) is not None


def test_a_renewal_inserts_above_and_says_which_lines_changed(model: StudyModel) -> None:
    inserted: list[tuple[int, int]] = []
    changed: list[tuple[int, int]] = []
    model.rowsInserted.connect(lambda _, first, last: inserted.append((first, last)))
    model.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    model.renew(PAGE + 2, 0, rows(-2, PAGE), 2)
    assert inserted == [(0, 1)]
    assert names(model, [0, 2]) == ["Animal -2", "Animal 0"]
    assert changed == [(0, 1)]


def test_a_renewal_without_news_says_nothing(model: StudyModel) -> None:
    said: list[object] = []
    model.dataChanged.connect(lambda *_: said.append(1))
    model.rowsInserted.connect(lambda *_: said.append(2))
    model.rowsRemoved.connect(lambda *_: said.append(3))
    model.renew(PAGE, 0, rows(0), 0)
    assert said == []


def test_removed_exams_take_their_lines_along(model: StudyModel) -> None:
    model.renew(PAGE - 3, 0, rows(3, PAGE - 3), -3)
    assert model.rowCount() == PAGE - 3
    assert names(model, [0, PAGE - 4]) == ["Animal 3", f"Animal {PAGE - 1}"]
