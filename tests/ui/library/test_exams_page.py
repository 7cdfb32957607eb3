"""The list of exams: it shows what is stored, finds as one types, and stays still while exams arrive."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.helpers import many_studies
from tests.ui.conftest import WAIT_MS
from tests.ui.exams import file_exam, write_exam
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import StudyUID
from vetpacs_desktop.ui.library.model import Column
from vetpacs_desktop.ui.library.page import ExamsPage

ANIMALS = (("Rex", "Smith"), ("Luna", "Garcia"), ("Bella", "Smith"))


@pytest.fixture
def three(library: Library, tmp_path: Path) -> list[StudyUID]:
    """Three exams, the newest first."""
    uids = []
    for number, (animal, owner) in enumerate(ANIMALS):
        uid, paths = write_exam(tmp_path / "in", animal, owner, images=2, date=f"2026050{9 - number}")
        file_exam(library, paths)
        uids.append(uid)
    return uids


def animals(page: ExamsPage) -> list[str]:
    model = page.table.model()
    return [str(model.index(row, Column.ANIMAL).data()) for row in range(model.rowCount())]


def until(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=WAIT_MS)


def test_the_list_shows_the_newest_first_and_chooses_it(
    three: list[StudyUID], page: ExamsPage, qtbot: QtBot
) -> None:
    assert animals(page) == ["Rex", "Luna", "Bella"]
    assert page.count_text == "3 exams"
    assert page.focusWidget() is page.search
    until(qtbot, lambda: page.panel.study is not None)
    assert page.panel.study is not None
    assert page.panel.study.study_uid == three[0]


def test_typing_narrows_the_list_and_escape_shows_all_again(
    three: list[StudyUID], page: ExamsPage, qtbot: QtBot
) -> None:
    QTest.keyClicks(page.search, "owner:smith")
    until(qtbot, lambda: animals(page) == ["Rex", "Bella"])
    assert page.count_text == "2 exams"
    QTest.keyClicks(page.search, " bel")
    until(qtbot, lambda: animals(page) == ["Bella"])
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    until(qtbot, lambda: animals(page) == ["Rex", "Luna", "Bella"])
    assert page.search.text() == ""


def test_a_search_without_result_says_so_and_offers_to_clear(
    three: list[StudyUID], page: ExamsPage, qtbot: QtBot
) -> None:
    QTest.keyClicks(page.search, "zebra")
    until(qtbot, page.nothing.isVisible)
    assert "zebra" in page.nothing.said
    assert page.panel.study is None or page.count_text == "0 exams"
    qtbot.mouseClick(page.nothing.button, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: animals(page) == ["Rex", "Luna", "Bella"])
    assert page.table.isVisible()


def test_arrows_in_the_search_field_move_the_choice_and_enter_opens_it(
    three: list[StudyUID], page: ExamsPage, qtbot: QtBot
) -> None:
    asked: list[StudyUID] = []
    page.read_requested.connect(lambda study: asked.append(study.study_uid))
    QTest.keyClick(page.search, Qt.Key.Key_Down)
    assert page.table.chosen_uid == three[1]
    assert page.focusWidget() is page.search
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert asked == [three[1]]


def test_letters_typed_over_the_list_go_to_the_search_field(
    three: list[StudyUID], page: ExamsPage, qtbot: QtBot
) -> None:
    page.table.setFocus()
    QTest.keyClicks(page.table, "gar")
    until(qtbot, lambda: animals(page) == ["Luna"])
    assert page.search.text() == "gar"


def test_a_click_on_a_heading_sorts_and_a_second_one_turns_it(
    three: list[StudyUID], page: ExamsPage, qtbot: QtBot
) -> None:
    header = page.table.horizontalHeader()
    header.sectionClicked.emit(int(Column.ANIMAL))
    until(qtbot, lambda: animals(page) == ["Bella", "Luna", "Rex"])
    header.sectionClicked.emit(int(Column.ANIMAL))
    until(qtbot, lambda: animals(page) == ["Rex", "Luna", "Bella"])
    assert header.sortIndicatorSection() == Column.ANIMAL


def test_the_filter_of_today_shows_only_todays(
    library: Library, tmp_path: Path, page: ExamsPage, qtbot: QtBot
) -> None:
    today = date.today()  # noqa: DTZ011 - the clinic's own day
    for animal, back in (("Now", 0), ("Recent", 5), ("Old", 30)):
        day = (today - timedelta(back)).strftime("%Y%m%d")
        file_exam(library, write_exam(tmp_path / "in", animal, date=day)[1])
    until(qtbot, lambda: len(animals(page)) == 3)
    chip = page.filters.findChild(type(page.nothing.button), "today")
    chip.click()
    until(qtbot, lambda: animals(page) == ["Now"])
    page.filters.findChild(type(page.nothing.button), "week").click()
    until(qtbot, lambda: animals(page) == ["Now", "Recent"])
    assert not chip.isChecked()


def test_a_new_exam_slides_in_and_the_choice_stays(
    three: list[StudyUID], page: ExamsPage, library: Library, tmp_path: Path, qtbot: QtBot
) -> None:
    assert page.table.choose(three[1])
    _, paths = write_exam(tmp_path / "later", "Newcomer", date="20260601")
    file_exam(library, paths)
    until(qtbot, lambda: animals(page) == ["Newcomer", "Rex", "Luna", "Bella"])
    assert page.table.chosen_uid == three[1]
    assert page.table.currentIndex().row() == 2
    until(qtbot, lambda: page.panel.study is not None)
    assert page.panel.study is not None
    assert page.panel.study.study_uid == three[1]


def test_images_of_a_shown_exam_arrive_and_its_line_counts_them(
    three: list[StudyUID], page: ExamsPage, library: Library, tmp_path: Path, qtbot: QtBot
) -> None:
    resets: list[int] = []
    page.table.model().modelReset.connect(lambda: resets.append(1))
    for first in range(3, 33):
        _, paths = write_exam(tmp_path / "more", "Rex", "Smith", study=three[0], first=first, date="20260509")
        file_exam(library, paths)
    model = page.table.model()
    until(qtbot, lambda: model.index(0, Column.IMAGES).data() == "32")
    assert page.table.chosen_uid == three[0]
    assert resets == []


def test_what_is_new_is_marked_until_it_is_seen(
    three: list[StudyUID], page: ExamsPage, library: Library, qtbot: QtBot
) -> None:
    page.seen_requested.connect(lambda study: library.mark_seen(study.study_uid))
    model = page.table.model()
    assert model.index(0, Column.STATE).data() == "New"
    until(qtbot, page.panel.seen_button.isVisible)
    qtbot.mouseClick(page.panel.seen_button, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: model.index(0, Column.STATE).data() == "")
    until(qtbot, lambda: not page.panel.seen_button.isVisible())


def test_the_series_are_shown_with_pictures_kept_in_the_cache(
    three: list[StudyUID], page: ExamsPage, library: Library, qtbot: QtBot
) -> None:
    until(qtbot, lambda: any(page.panel.tiles.pictures()))
    assert list((library.home.cache / "thumbnails").rglob("*.png"))


def test_the_first_exam_replaces_the_empty_state(
    page: ExamsPage, library: Library, tmp_path: Path, qtbot: QtBot
) -> None:
    assert page.empty.isVisible()
    file_exam(library, write_exam(tmp_path / "in")[1])
    until(qtbot, page.table.isVisible)
    assert animals(page) == ["Rex"]


@pytest.mark.timeout(900)  # the first run makes the 100,000 exams, later ones copy them
class TestManyStudies:
    """The list with 100,000 exams."""

    @pytest.fixture
    def library(self, home: Home) -> Iterator[Library]:
        many_studies.fill(home)
        opened = Library.open(home)
        yield opened
        opened.close()

    def test_it_opens_on_one_page_and_fetches_the_others_when_looked_at(
        self, page: ExamsPage, qtbot: QtBot
    ) -> None:
        until(qtbot, lambda: page.count_text == "100,000 exams")
        model = page.table.model()
        assert model.rowCount() == 100_000
        page.table.scrollToBottom()
        until(qtbot, lambda: model.index(99_999, Column.ANIMAL).data() != "")
        assert model.index(50_000, Column.ANIMAL).data() == ""

    def test_an_exam_arriving_while_one_looks_further_down_moves_nothing(
        self, page: ExamsPage, library: Library, tmp_path: Path, qtbot: QtBot
    ) -> None:
        until(qtbot, lambda: page.count_text == "100,000 exams")
        table, model = page.table, page.table.model()
        until(qtbot, lambda: table.verticalScrollBar().maximum() > 40 * 99_000)
        table.verticalScrollBar().setValue(40 * 5_000)
        until(qtbot, lambda: model.index(5_003, Column.ANIMAL).data() != "")
        table.selectRow(5_003)
        chosen, at = table.chosen_uid, table.visualRect(table.currentIndex()).top()
        assert chosen is not None
        file_exam(library, write_exam(tmp_path / "in", "Newcomer", date="20300101")[1])
        until(qtbot, lambda: page.count_text == "100,001 exams")
        assert table.chosen_uid == chosen
        assert table.currentIndex().row() == 5_004
        assert table.visualRect(table.currentIndex()).top() == at

    def test_typing_quickly_ends_with_the_last_words_result(
        self, page: ExamsPage, library: Library, qtbot: QtBot
    ) -> None:
        QTest.keyClicks(page.search, "bella thorax")
        until(qtbot, lambda: all(name == "Bella" for name in animals(page)[:20]) and bool(animals(page)))
        count = library.count("bella thorax")
        until(qtbot, lambda: page.table.model().rowCount() == count)
