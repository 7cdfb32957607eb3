"""The import assistant in the real window, with real sticks, zip files and disc images."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from tests.ui.conftest import WAIT_MS, Opened
from tests.ui.exams import file_exam, write_exam
from tests.ui.intake.sticks import burnt, letter, make_stick, photo, zipped
from vetpacs_desktop.store.intake.sources.mounts import Medium
from vetpacs_desktop.ui.intake.assistant import ImportAssistant
from vetpacs_desktop.ui.intake.desk import IntakeDesk
from vetpacs_desktop.ui.intake.plan import Way
from vetpacs_desktop.ui.intake.report import End

pytestmark = pytest.mark.usefixtures("service_elsewhere")

DECORATION = Qt.ItemDataRole.DecorationRole


def until(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=WAIT_MS)


@pytest.fixture
def media(opened: Opened) -> list[Medium]:
    """What is plugged in; a test changes it and calls `look`."""
    found: list[Medium] = []
    opened.window.intake.watch.look = lambda: list(found)
    opened.window.intake.watch.look_once()
    return found


@pytest.fixture
def desk(opened: Opened, media: list[Medium]) -> IntakeDesk:
    return opened.window.intake


def assistant(desk: IntakeDesk) -> ImportAssistant:
    one = desk.assistant
    assert one is not None
    return one


def looked(desk: IntakeDesk, qtbot: QtBot, *sources: Path) -> ImportAssistant:
    """The assistant after the look at `sources`."""
    desk.open_assistant(sources)
    one = assistant(desk)
    until(qtbot, lambda: one.page is one.found)
    return one


def finished(one: ImportAssistant, qtbot: QtBot) -> End:
    """How the import ended, as its last page shows."""
    until(qtbot, lambda: one.page is one.outcome)
    assert one.outcome.outcome is not None
    return one.outcome.outcome.end


def let_go(pipe: Path) -> bool:
    """End the reading of a pipe; False while nobody reads it."""
    try:
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    except OSError:
        return False
    return True


def lines(one: ImportAssistant) -> dict[str, QTreeWidgetItem]:
    """The lines of the found page by their first words."""
    found: dict[str, QTreeWidgetItem] = {}
    for number in range(one.found.tree.topLevelItemCount()):
        top = one.found.tree.topLevelItem(number)
        found[top.text(0)] = top
        for child in range(top.childCount()):
            found[f"{top.text(0)}/{top.child(child).text(0).split(',')[0]}"] = top.child(child)
    return found


def animals(opened: Opened) -> list[tuple[str, str, int]]:
    rows = opened.app.library.search("")
    return sorted((row.animal_name, row.owner_name, row.instance_count) for row in rows)


def test_a_plugged_stick_is_offered_without_taking_the_focus(
    opened: Opened, desk: IntakeDesk, media: list[Medium], qtbot: QtBot, tmp_path: Path
) -> None:
    opened.window.activateWindow()
    until(qtbot, lambda: opened.window.focusWidget() is not None)
    before = opened.window.focusWidget()
    media.append(make_stick(tmp_path / "XYZ").medium)
    desk.watch.look_once()
    until(qtbot, lambda: bool(opened.window.notices.texts()))
    assert "“XYZ” was plugged in. Look for images?" in opened.window.notices.texts()[0]
    assert opened.window.focusWidget() is before
    assert desk.assistant is None
    act = opened.window.notices.bars()[0].notice.action
    assert act is not None
    act[1]()
    one = assistant(desk)
    until(qtbot, lambda: one.page is one.found)
    assert {"Rex", "Mimi"} <= set(lines(one))


def test_an_offer_leaves_with_its_stick(
    opened: Opened, desk: IntakeDesk, media: list[Medium], qtbot: QtBot, tmp_path: Path
) -> None:
    media.append(make_stick(tmp_path / "XYZ").medium)
    desk.watch.look_once()
    until(qtbot, lambda: bool(opened.window.notices.texts()))
    media.clear()
    desk.watch.look_once()
    until(qtbot, lambda: opened.window.notices.texts() == ["“XYZ” was taken out."])


def test_what_was_found_is_shown_chosen_and_imported_as_it_is(
    opened: Opened, desk: IntakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    stick = make_stick(tmp_path / "XYZ")
    one = looked(desk, qtbot, stick.folder)
    assert "6 images" in one.found.sum
    assert one.found.refused.text().startswith("1 file can't be taken")
    thumbs = [lines(one)[name] for name in ("Rex/Thorax", "Mimi/Thorax")]
    until(qtbot, lambda: all(isinstance(line.data(0, DECORATION), QImage) for line in thumbs))
    lines(one)["Mimi"].setCheckState(0, Qt.CheckState.Unchecked)
    assert "3 images" in one.found.sum
    one.next.click()
    assert one.page is one.whose
    assert one.next.text() == "Import 3 images"
    one.next.click()
    assert finished(one, qtbot) is End.DONE
    assert animals(opened) == [("Rex", "Smith", 3)]
    assert "3 images came in" in one.outcome.question
    assert "BROKEN" in one.outcome.text.toPlainText()
    assert one.next.text() == "Close"


def test_what_is_here_already_is_marked_and_not_chosen(
    opened: Opened, desk: IntakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    stick = make_stick(tmp_path / "XYZ")
    file_exam(opened.app.library, sorted((stick.folder / "DICOM" / "Rex").iterdir()))
    one = looked(desk, qtbot, stick.folder)
    here, fresh = lines(one)["Rex/Thorax"], lines(one)["Mimi/Thorax"]
    assert here.text(2).strip() == "Already here"
    assert here.checkState(0) == Qt.CheckState.Unchecked
    assert fresh.checkState(0) == Qt.CheckState.Checked


def test_an_exam_is_given_to_an_animal_of_the_clinic(
    opened: Opened, desk: IntakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    ours, paths = write_exam(tmp_path / "lib", "Rex", "Smith", PatientID="4711")
    file_exam(opened.app.library, paths)
    stick = make_stick(tmp_path / "XYZ", ("Rexx", "Smyth"))
    one = looked(desk, qtbot, stick.folder)
    one.next.click()
    offered = one.whose.form.search.list
    until(qtbot, lambda: offered.count() == 1 and offered.item(0).text() == "Rex")
    QTest.keyClick(offered, Qt.Key.Key_Down)
    offered.setCurrentRow(0)
    assert one.whose.form.way(Way.CLINIC).isChecked()
    one.next.click()
    assert finished(one, qtbot) is End.DONE
    assert [row[:2] for row in animals(opened)] == [("Rex", "Smith")] * 2
    rows = opened.app.library.search("")
    assert {row.animal_id for row in rows} == {opened.app.library.study(ours).animal_id}


def test_names_are_edited_before_filing_and_the_files_keep_their_own(
    opened: Opened, desk: IntakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    stick = make_stick(tmp_path / "XYZ", ("Rex", "Smiht"))
    one = looked(desk, qtbot, stick.folder)
    one.next.click()
    owner = one.whose.form.form.owner
    owner.selectAll()
    QTest.keyClicks(owner, "Smith")
    one.next.click()
    assert finished(one, qtbot) is End.DONE
    (row,) = opened.app.library.search("")
    assert (row.animal_name, row.owner_name) == ("Rex", "Smith")
    stated = opened.app.library.corrections.stated(row.study_uid)
    assert stated is not None
    assert stated.owner_name == "Smiht"


def test_photos_and_a_letter_go_with_the_animal_of_the_disc(
    opened: Opened, desk: IntakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    stick = make_stick(tmp_path / "XYZ", ("Rex", "Smith"))
    photo(stick.folder / "IMG_1.jpg")
    letter(stick.folder / "letter.pdf")
    one = looked(desk, qtbot, stick.folder)
    until(qtbot, lambda: "Photos, documents and videos" in lines(one))
    one.next.click()
    one.whose.list.setCurrentRow(1)
    QTest.keyClicks(one.whose.pictures.shows, "wound at the ear")
    assert one.next.isEnabled()
    one.next.click()
    assert finished(one, qtbot) is End.DONE
    rows = opened.app.library.search("")
    assert {(row.animal_name, row.owner_name) for row in rows} == {("Rex", "Smith")}
    assert len({row.animal_id for row in rows}) == 1
    assert any("wound at the ear" in row.description for row in rows)
    assert sum(row.instance_count for row in rows) == 5


def test_of_several_animals_the_photos_owner_is_asked_for(
    opened: Opened, desk: IntakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    stick = make_stick(tmp_path / "XYZ")
    photo(stick.folder / "IMG_1.jpg")
    one = looked(desk, qtbot, stick.folder)
    one.next.click()
    assert one.next.text() == "Next"
    one.next.click()
    assert one.page is one.whose
    assert one.whose.question.startswith("Whose are the photos")
    assert not one.next.isEnabled()
    one.whose.pictures.kind.setCurrentIndex(1)
    one.whose.form.way(Way.WITH).click()
    mimi = next(
        n for n in range(one.whose.form.others.count()) if "Mimi" in one.whose.form.others.itemText(n)
    )
    one.whose.form.others.setCurrentIndex(mimi)
    one.whose.form.others.activated.emit(mimi)
    assert one.next.text() == "Import 7 images"
    one.next.click()
    assert finished(one, qtbot) is End.DONE
    assert animals(opened) == [("Mimi", "García", 1), ("Mimi", "García", 3), ("Rex", "Smith", 3)]
    (endoscopy,) = opened.app.library.search("modality:ES")
    assert endoscopy.animal_name == "Mimi"
    (link,) = [study for study in one.outcome.outcome.studies if study.animal_name == "Rex"]
    one.outcome.text.anchorClicked.emit(QUrl(link.study_uid))
    until(qtbot, opened.window.reading.isVisible)


def test_photos_alone_ask_for_an_animal_and_a_new_one_is_made(
    opened: Opened, desk: IntakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    one = looked(desk, qtbot, photo(tmp_path / "IMG_1.jpg"))
    one.next.click()
    assert one.page is one.whose
    assert not one.next.isEnabled()
    assert "Choose an animal" in one.whose.form.problem
    one.whose.form.way(Way.WORDS).click()
    QTest.keyClicks(one.whose.form.form.animal, "Balu")
    QTest.keyClicks(one.whose.form.form.owner, "Maier")
    assert one.next.isEnabled()
    one.next.click()
    assert finished(one, qtbot) is End.DONE
    assert animals(opened) == [("Balu", "Maier", 1)]


def test_photos_as_they_are_are_kept_for_an_unknown_animal(
    opened: Opened, desk: IntakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    one = looked(desk, qtbot, photo(tmp_path / "phone" / "IMG_1.jpg"))
    one.as_it_is.click()
    assert finished(one, qtbot) is End.DONE
    ((name, _, count),) = animals(opened)
    assert "Unknown" in name
    assert count == 1


@pytest.mark.parametrize("kind", ["zip", "iso"])
def test_archives_are_looked_into(
    opened: Opened, desk: IntakeDesk, qtbot: QtBot, tmp_path: Path, kind: str
) -> None:
    stick = make_stick(tmp_path / "XYZ")
    made = {"zip": zipped, "iso": burnt}[kind](stick.folder, tmp_path / f"disc.{kind}")
    one = looked(desk, qtbot, made)
    assert {"Rex", "Mimi"} <= set(lines(one))
    one.as_it_is.click()
    assert finished(one, qtbot) is End.DONE
    assert animals(opened) == [("Mimi", "García", 3), ("Rex", "Smith", 3)]
    until(qtbot, lambda: not list(opened.app.home.run.glob("import-*")))


def test_back_always_works_and_escape_copies_nothing(
    opened: Opened, desk: IntakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    one = looked(desk, qtbot, make_stick(tmp_path / "XYZ").folder)
    one.next.click()
    one.back.click()
    assert one.page is one.found
    one.back.click()
    assert one.page is one.source
    assert one.source.folder.isVisible()
    QTest.keyClick(one, Qt.Key.Key_Escape)
    until(qtbot, lambda: not one.isVisible())
    assert animals(opened) == []
    until(qtbot, lambda: not list(opened.app.home.run.glob("import-*")))


def test_nothing_found_is_said(opened: Opened, desk: IntakeDesk, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "XYZ").mkdir()
    (tmp_path / "XYZ" / "notes.txt").write_text("Dear colleague")
    one = looked(desk, qtbot, tmp_path / "XYZ")
    assert one.found.question == "There are no images here"
    assert not one.next.isVisible()
    assert one.back.isVisible()


def test_a_folder_that_is_gone_is_said(
    opened: Opened, desk: IntakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    desk.open_assistant([tmp_path / "gone"])
    one = assistant(desk)
    until(qtbot, lambda: one.page is one.source and "gone" in one.source.said)


@pytest.mark.skipif(os.name == "nt", reason="no pipes in folders there")
def test_a_stick_pulled_in_the_middle_leaves_nothing_half_and_goes_on_when_it_is_back(
    opened: Opened, desk: IntakeDesk, media: list[Medium], qtbot: QtBot, tmp_path: Path
) -> None:
    stick = make_stick(tmp_path / "XYZ", ("Rex", "Smith"), ("Mimi", "García"), images=250)
    medium = stick.medium
    media.append(medium)
    desk.watch.look_once()
    one = looked(desk, qtbot, stick.folder)
    last = max(path for path in stick.folder.rglob("*") if path.is_file())
    whole = last.read_bytes()
    last.unlink()
    os.mkfifo(last)  # reading it lasts until somebody writes: the import can't end before the stick is out
    one.next.click()
    one.next.click()
    until(qtbot, lambda: opened.app.library.counts()[1] > 0)
    stick.folder.rename(tmp_path / "drawer")
    media.clear()
    desk.watch.look_once()
    drawer = tmp_path / "drawer" / last.relative_to(stick.folder)
    until(qtbot, lambda: let_go(drawer) or one.page is one.outcome)
    drawer.unlink()
    drawer.write_bytes(whole)
    assert finished(one, qtbot) is End.PULLED
    assert "“XYZ” was taken out" in one.outcome.question
    assert not one.next.isEnabled()
    came = opened.app.library.counts()[1]
    assert 0 < came < 500
    assert opened.app.library.verify().corrupt == ()
    back = tmp_path / "elsewhere" / "XYZ"
    back.parent.mkdir()
    shutil.move(tmp_path / "drawer", back)
    media.append(Medium(back, medium.name, medium.kind, medium.token))
    desk.watch.look_once()
    until(qtbot, one.next.isEnabled)
    assert one.next.text() == "Go on"
    one.next.click()
    assert finished(one, qtbot) is End.DONE
    assert animals(opened) == [("Mimi", "García", 250), ("Rex", "Smith", 250)]


def test_a_stick_pulled_while_nobody_looks_is_told_above_the_page_and_taken_up_from_there(
    opened: Opened, desk: IntakeDesk, media: list[Medium], qtbot: QtBot, tmp_path: Path
) -> None:
    stick = make_stick(tmp_path / "XYZ", ("Rex", "Smith"), ("Mimi", "García"), images=20)
    media.append(stick.medium)
    desk.watch.look_once()
    one = looked(desk, qtbot, stick.folder)
    (stick.folder / "DICOM" / "Rex").rename(tmp_path / "rest")  # what can't be read any more
    media.clear()
    one.as_it_is.click()
    one.close()
    until(qtbot, lambda: any("taken out during the import" in text for text in opened.window.notices.texts()))
    assert opened.app.library.counts()[1] <= 20
    (tmp_path / "rest").rename(stick.folder / "DICOM" / "Rex")
    media.append(stick.medium)
    desk.watch.look_once()
    until(qtbot, lambda: any("is back" in text for text in opened.window.notices.texts()))
    assert not any("taken out during" in text for text in opened.window.notices.texts())
    bar = next(bar for bar in opened.window.notices.bars() if "is back" in bar.notice.text)
    assert bar.notice.action is not None
    bar.notice.action[1]()
    assert finished(one, qtbot) is End.DONE
    assert animals(opened) == [("Mimi", "García", 20), ("Rex", "Smith", 20)]


def test_a_stick_pulled_during_the_look_or_the_questions_is_said(
    opened: Opened, desk: IntakeDesk, media: list[Medium], qtbot: QtBot, tmp_path: Path
) -> None:
    stick = make_stick(tmp_path / "XYZ", ("Rex", "Smith"))
    media.append(stick.medium)
    desk.watch.look_once()
    one = looked(desk, qtbot, stick.folder)
    media.clear()
    desk.watch.look_once()
    until(qtbot, lambda: "Put it back to go on" in one.said)
    assert not one.next.isEnabled()
    media.append(stick.medium)
    desk.watch.look_once()
    until(qtbot, one.next.isEnabled)
    assert one.said == ""


def test_cancel_stops_and_the_import_can_go_on(
    opened: Opened, desk: IntakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    stick = make_stick(tmp_path / "XYZ", ("Rex", "Smith"), images=200)
    one = looked(desk, qtbot, stick.folder)
    one.next.click()
    one.next.click()
    until(qtbot, lambda: opened.app.library.counts()[1] > 0)
    one.importing.cancel.click()
    if finished(one, qtbot) is End.STOPPED:
        assert "nothing is half there" in one.outcome.meaning
        one.next.click()
        assert finished(one, qtbot) is End.DONE
    assert animals(opened) == [("Rex", "Smith", 200)]


def test_an_import_whose_window_was_closed_goes_on_and_says_what_came_of_it(
    opened: Opened, desk: IntakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    one = looked(desk, qtbot, make_stick(tmp_path / "XYZ", ("Rex", "Smith"), images=100).folder)
    one.as_it_is.click()
    one.close()
    until(qtbot, lambda: any("100 images came in" in text for text in opened.window.notices.texts()))
    bar = opened.window.notices.bars()[-1]
    assert bar.notice.action is not None
    bar.notice.action[1]()
    until(qtbot, one.isVisible)
    assert one.page is one.outcome


def test_the_outcome_can_be_printed_and_its_exam_opened(
    opened: Opened, desk: IntakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    one = looked(desk, qtbot, make_stick(tmp_path / "XYZ", ("Rex", "Smith")).folder)
    one.as_it_is.click()
    finished(one, qtbot)
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "outcome.pdf"))
    one.outcome.write_pages(printer)
    import pypdfium2

    document = pypdfium2.PdfDocument(tmp_path / "outcome.pdf")
    words = document[0].get_textpage().get_text_range()
    document.close()
    assert "3 images came in" in words
    assert "Rex" in words
    assert "BROKEN" in words
    one.outcome.open.click()
    until(qtbot, opened.window.reading.isVisible)
    assert not one.isVisible()


def test_the_whole_way_by_keyboard(
    opened: Opened, desk: IntakeDesk, media: list[Medium], qtbot: QtBot, tmp_path: Path
) -> None:
    media.append(make_stick(tmp_path / "XYZ", ("Rex", "Smith")).medium)
    desk.watch.look_once()
    opened.window.activateWindow()
    until(qtbot, opened.window.exams.empty.load.hasFocus)
    QTest.keyClick(opened.window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    one = assistant(desk)
    qtbot.waitActive(one)
    until(qtbot, lambda: one.focusWidget() is one.source.tiles[0])
    QTest.keyClick(one.focusWidget(), Qt.Key.Key_Return)
    until(qtbot, lambda: one.page is one.found and one.focusWidget() is one.found.tree)
    tree = one.found.tree
    QTest.keyClick(tree, Qt.Key.Key_Down)
    QTest.keyClick(tree, Qt.Key.Key_Space)
    assert not one.next.isEnabled()
    QTest.keyClick(tree, Qt.Key.Key_Space)
    QTest.keyClick(tree, Qt.Key.Key_Return)
    until(qtbot, lambda: one.page is one.whose)
    until(qtbot, lambda: one.focusWidget() is not tree)
    QTest.keyClick(one.focusWidget(), Qt.Key.Key_Return)
    assert one.page is one.whose
    assert one.focusWidget() is one.next
    QTest.keyClick(one.next, Qt.Key.Key_Return)
    assert finished(one, qtbot) is End.DONE
    assert animals(opened) == [("Rex", "Smith", 3)]
