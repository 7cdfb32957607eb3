"""The list as a worklist: the next exam is the line below, also when the open one has left the list."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.library.test_model import rows
from vetpacs_desktop.store.records import StudyRow, StudyUID
from vetpacs_desktop.ui.library.model import PAGE, StudyModel
from vetpacs_desktop.ui.library.worklist import Worklist


class Listed:
    """A list of exams and what its worklist says; pages come when they are asked for and let in."""

    def __init__(self, count: int, seen: frozenset[int] = frozenset()) -> None:
        self.model = StudyModel()
        self.all = [replace(row, seen=n in seen) for n, row in enumerate(rows(0, count))]
        self.model.replace(min(count, PAGE), self.all[:PAGE])
        self.model.set_count(count)
        self.asked: list[int] = []
        self.model.page_missing.connect(self.asked.append)
        self.worklist = Worklist(self.model)
        self.said: list[object] = []
        self.worklist.found.connect(self._found)
        self.worklist.ended.connect(lambda step, unread: self.said.append((step, unread)))

    def _found(self, study: StudyRow) -> None:
        self.said.append(study.study_uid)

    def let_in(self) -> None:
        page = self.asked.pop()
        self.model.put(page, self.all[page * PAGE : (page + 1) * PAGE])


@pytest.fixture(autouse=True)
def _application(qapp: QApplication) -> None:
    """Models need one."""


def test_up_and_down_from_the_open_exam_and_a_word_at_the_ends() -> None:
    listed = Listed(3)
    listed.worklist.opened(StudyUID("1.1"))
    listed.worklist.go(1, False)
    listed.worklist.go(-1, False)
    listed.worklist.opened(StudyUID("1.2"))
    listed.worklist.go(1, False)
    listed.worklist.opened(StudyUID("1.0"))
    listed.worklist.go(-1, False)
    assert listed.said == ["1.2", "1.0", (1, False), (-1, False)]


def test_what_comes_follows_the_way_that_was_taken_last() -> None:
    listed = Listed(5)
    listed.worklist.opened(StudyUID("1.2"))
    assert listed.worklist.coming() == "1.3"
    listed.worklist.go(-1, False)
    listed.worklist.opened(StudyUID("1.1"))
    assert listed.worklist.coming() == "1.0"
    listed.worklist.opened(StudyUID("1.0"))
    assert listed.worklist.coming() == ""


def test_unread_exams_only() -> None:
    listed = Listed(6, frozenset({1, 2, 4, 5}))
    listed.worklist.opened(StudyUID("1.0"))
    listed.worklist.go(1, True)
    listed.worklist.opened(StudyUID("1.3"))
    listed.worklist.go(1, True)
    assert listed.said == ["1.3", (1, True)]


def test_an_exam_that_left_the_list_has_the_neighbours_it_had() -> None:
    listed = Listed(4)
    listed.worklist.opened(StudyUID("1.1"))
    listed.model.renew(3, 0, [listed.all[n] for n in (0, 2, 3)], 0)
    listed.worklist.go(1, False)
    listed.worklist.go(-1, False)
    assert listed.said == ["1.2", "1.0"]


def test_an_exam_that_is_not_in_the_list_is_followed_by_its_first() -> None:
    listed = Listed(2)
    listed.worklist.opened(StudyUID("9.9"))
    listed.worklist.go(-1, False)
    listed.worklist.go(1, False)
    assert listed.said == [(-1, False), "1.0"]


def test_pages_that_are_missing_are_waited_for() -> None:
    count = 3 * PAGE
    listed = Listed(count, frozenset(range(1, count - 1)))
    listed.worklist.opened(StudyUID(f"1.{PAGE - 1}"))
    assert listed.worklist.coming() == ""
    listed.worklist.go(1, False)
    assert listed.said == []
    listed.let_in()
    assert listed.said == [f"1.{PAGE}"]
    listed.worklist.opened(StudyUID(f"1.{PAGE}"))
    listed.worklist.go(1, True)
    listed.let_in()
    assert listed.said[1:] == [f"1.{count - 1}"]
