"""Deleting, restoring, deciding and mending as a person does it, in the real window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Opened
from tests.ui.exams import file_exam, write_exam
from vetpacs_desktop.app import App
from vetpacs_desktop.store.kept.quarantine import Quarantine
from vetpacs_desktop.store.reading import checks
from vetpacs_desktop.store.records import SeriesRow, StudyUID
from vetpacs_desktop.ui.kept.compare_dialog import CompareDialog
from vetpacs_desktop.ui.kept.desk import KeptDesk
from vetpacs_desktop.ui.kept.images_dialog import ImagesDialog
from vetpacs_desktop.ui.kept.rules_dialog import RulesDialog
from vetpacs_desktop.ui.kept.set_aside_dialog import SetAsideDialog
from vetpacs_desktop.ui.kept.trash_dialog import TrashDialog
from vetpacs_desktop.ui.library.model import Column
from vetpacs_desktop.ui.library.series_tiles import SeriesTile
from vetpacs_desktop.ui.receiver import Light

pytestmark = pytest.mark.usefixtures("service_elsewhere")

WAIT_MS = 15_000
Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda reached: qtbot.waitUntil(reached, timeout=WAIT_MS)


@pytest.fixture
def animals(app: App, tmp_path: Path) -> list[StudyUID]:
    """Three exams; Rex's has three images."""
    uids = []
    for name, images, date in (("Rex", 3, "20260504"), ("Bella", 1, "20260503"), ("Minka", 1, "20260502")):
        uid, paths = write_exam(tmp_path / name, name, "Smith", images=images, date=date)
        file_exam(app.library, paths)
        uids.append(uid)
    return uids


def send_again(app: App, tmp_path: Path, name: str = "Rex") -> None:
    """The same images with one changed pixel and another description, from another machine."""
    changed = []
    for path in sorted((tmp_path / name).iterdir()):
        dataset = pydicom.dcmread(path)
        pixels = dataset.pixel_array.copy()
        pixels[4:9, 4:9] = 4000
        dataset.PixelData = pixels.astype(np.uint16).tobytes()
        dataset.StudyDescription = "Thorax, marked"
        changed.append(tmp_path / f"again-{path.name}")
        dataset.save_as(changed[-1])
    file_exam(app.library, changed, "WORKSTATION")


def set_aside(app: App, tmp_path: Path) -> None:
    """Two images that don't say which exam they belong to, and one that is cut off."""
    for number in (1, 2):
        _, (path,) = write_exam(tmp_path / "aside", "Bello", "Jones", first=number)
        dataset = pydicom.dcmread(path)
        del dataset.StudyInstanceUID
        keep(app, _saved(dataset, tmp_path / f"IM{number}"), "ENDO (10.0.0.5)")
    cut = tmp_path / "cut"
    cut.write_bytes(path.read_bytes()[:-200])
    keep(app, cut, str(tmp_path))


def _saved(dataset: pydicom.Dataset, path: Path) -> Path:
    dataset.save_as(path, enforce_file_format=True)
    return path


def keep(app: App, path: Path, source: str) -> None:
    finding = checks.check_file(path).finding
    assert finding is not None
    Quarantine(app.home).keep(path, reason=finding.reason, source=source, move=False)


def shown(opened: Opened) -> list[str]:
    model = opened.window.exams.table.model()
    return [model.index(row, Column.ANIMAL).data() for row in range(model.rowCount())]


def press(widget: QWidget, words: str) -> None:
    """The visible button that says `words`."""
    (found,) = [
        button
        for button in widget.findChildren(QPushButton)
        if button.isVisible() and button.text().startswith(words)
    ]
    found.click()


def do(opened: Opened, name: str) -> None:
    """An action of the list, as its key or its line in the menu does it."""
    (action,) = [one for one in opened.window.exams.table.actions() if one.objectName() == name]
    assert isinstance(action, QAction)
    action.trigger()


def test_the_delete_key_takes_an_exam_out_of_the_list_and_undo_brings_it_back(
    animals: list[StudyUID], opened: Opened, until: Until, qtbot: QtBot
) -> None:
    window = opened.window
    assert shown(opened) == ["Rex", "Bella", "Minka"]
    window.exams.table.choose(animals[0])
    until(lambda: window.exams.panel.study is not None and window.exams.panel.study.study_uid == animals[0])
    window.activateWindow()
    qtbot.waitActive(window)
    window.exams.table.setFocus()
    until(window.exams.table.hasFocus)
    QTest.keyClick(window.exams.table, Qt.Key.Key_Delete)
    until(lambda: shown(opened) == ["Bella", "Minka"])
    until(lambda: "Rex (Smith) was moved to the trash." in window.notices.texts())
    until(lambda: window.exams.panel.study is not None and window.exams.panel.study.animal_name == "Bella")
    press(window.notices, "Undo")
    until(lambda: shown(opened) == ["Rex", "Bella", "Minka"])
    until(lambda: "Rex (Smith) is back where it was." in window.notices.texts())
    assert opened.app.library.study(animals[0]).instance_count == 3


def test_several_exams_go_at_once(animals: list[StudyUID], opened: Opened, until: Until) -> None:
    table = opened.window.exams.table
    for row in range(3):
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        table.selectionModel().select(table.model().index(row, 0), flags)
    do(opened, "delete")
    until(lambda: opened.app.library.counts() == (0, 0))
    until(lambda: "3 exams were moved to the trash." in opened.window.notices.texts())
    until(lambda: opened.window.exams.empty.isVisible())
    press(opened.window.notices, "Undo")
    until(lambda: shown(opened) == ["Rex", "Bella", "Minka"])


def test_the_trash_shows_who_deleted_what_and_gives_it_back(
    animals: list[StudyUID], opened: Opened, until: Until
) -> None:
    library, window = opened.app.library, opened.window
    library.trash.put(animals[:2], who="reception", why="twice")
    window.kept.open_trash()
    dialog = window.kept.trash
    assert isinstance(dialog, TrashDialog)
    until(lambda: len(dialog.table.rows.rows) == 2)
    assert [dialog.table.rows.index(row, 0).data() for row in (0, 1)] == ["Bella (Smith)", "Rex (Smith)"]
    assert dialog.table.rows.index(0, 5).data() == "reception"
    until(lambda: dialog.picture.image is not None)
    dialog.search.setText("rex")
    until(lambda: [entry.animal_name for entry in dialog.table.chosen()] == ["Rex"])
    press(dialog, "Restore")
    until(lambda: "Rex (Smith) is back where it was." in dialog.notices.texts())
    until(lambda: shown(opened) == ["Rex", "Minka"])
    dialog.search.clear()
    until(lambda: len(dialog.table.rows.rows) == 1)


def test_emptying_warns_plainly_and_no_means_no(
    animals: list[StudyUID], opened: Opened, until: Until
) -> None:
    library, window = opened.app.library, opened.window
    library.trash.put(animals)
    window.kept.open_trash()
    dialog = window.kept.trash
    assert dialog is not None
    until(lambda: len(dialog.table.rows.rows) == 3)
    asked: list[str] = []
    dialog.may_empty = lambda _, question: asked.append(question) is not None
    dialog.table.selectAll()
    press(dialog, "Delete 3 for good")
    until(lambda: len(asked) == 1)
    assert "Delete 3 entries" in asked[0]
    assert "Nobody will be able to bring them back" in asked[0]
    assert len(library.trash.entries()) == 3
    dialog.may_empty = lambda _, question: True
    press(dialog, "Delete 3 for good")
    until(lambda: library.trash.entries() == [])
    until(lambda: "3 entries were deleted for good." in dialog.notices.texts())


def test_one_series_or_some_images_go_to_the_trash(
    animals: list[StudyUID], opened: Opened, until: Until
) -> None:
    library, window = opened.app.library, opened.window
    (series,) = library.series(animals[0])
    window.exams.table.choose(animals[0])
    until(lambda: window.exams.panel.study is not None)
    window.exams.panel.tiles.deed_requested.emit("choose_images", series)
    dialog = the(ImagesDialog)
    until(lambda: dialog.list.count() == 3)
    until(lambda: all(not dialog.list.item(n).icon().isNull() for n in range(3)))
    dialog.list.item(1).setSelected(True)
    press(dialog, "Move 1 image to the trash")
    until(lambda: dialog.list.count() == 2)
    assert library.study(animals[0]).instance_count == 2
    dialog.close()
    window.exams.panel.tiles.deed_requested.emit("delete_series", _series(library.series(animals[0])))
    until(lambda: shown(opened) == ["Bella", "Minka"])
    assert [entry.count for entry in library.trash.entries()] == [2, 1]


def test_a_right_click_on_a_series_offers_the_trash(
    animals: list[StudyUID], opened: Opened, until: Until
) -> None:
    window = opened.window
    window.exams.table.choose(animals[0])
    until(lambda: len(window.exams.panel.findChildren(SeriesTile)) == 1)
    until(lambda: bool(window.exams.panel.tiles.pictures()))
    tile = window.exams.panel.findChildren(SeriesTile)[-1]  # an older one may still be on its way out
    offered: list[str] = []

    def pick() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        offered.extend(action.text() for action in menu.actions())
        menu.actions()[0].trigger()
        menu.close()

    QTimer.singleShot(300, pick)
    at = tile.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, tile.mapToGlobal(at))
    QApplication.sendEvent(tile, event)
    assert offered == ["Move this series to the trash", "Choose images for the trash..."]
    until(lambda: shown(opened) == ["Bella", "Minka"])


def test_an_exam_that_is_open_may_be_deleted(animals: list[StudyUID], opened: Opened, until: Until) -> None:
    window = opened.window
    window.open_target(animals[0], None)
    until(lambda: window.reading.page.controller is not None)
    window.kept.delete(opened.app.library.study_rows(animals[:1]))
    until(lambda: len(opened.app.library.trash.entries()) == 1)
    controller = window.reading.page.controller
    assert controller is not None
    controller.go_to(0, 2)
    window.show_place("exams")
    until(lambda: shown(opened) == ["Bella", "Minka"])


def _series(found: list[SeriesRow]) -> SeriesRow:
    return found[0]


def the(kind: type[QWidget]):  # type: ignore[no-untyped-def]
    """The only visible window of a kind."""
    (found,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]
    return found


def test_the_mark_in_the_list_leads_to_both_versions_side_by_side(
    animals: list[StudyUID], app: App, tmp_path: Path, opened: Opened, until: Until, qtbot: QtBot
) -> None:
    send_again(app, tmp_path)
    table, window = opened.window.exams.table, opened.window
    until(lambda: (study := table.model().study(0)) is not None and study.conflict_count == 3)  # type: ignore[attr-defined]
    cell = table.visualRect(table.model().index(0, Column.STATE))
    qtbot.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=cell.topLeft() + QPoint(16, cell.height() // 2)
    )
    dialog = window.kept.compare
    assert isinstance(dialog, CompareDialog)
    until(lambda: dialog.first.image is not None and dialog.newer.image is not None)
    assert dialog.first.image != dialog.newer.image
    until(lambda: dialog.verdict.text() == "The pictures differ, and 1 entry of the header differs.")
    row = dialog.differences.topLevelItem(0)
    assert row is not None
    assert [row.text(n) for n in range(3)] == ["Study Description", "Thorax", "Thorax, marked"]
    assert "XRAY1" in dialog.first_said.text()
    assert "WORKSTATION" in dialog.newer_said.text()
    assert dialog.where.text() == "Image 1 of 3"


def test_one_is_decided_then_the_rest_alike_and_all_can_be_taken_back(
    animals: list[StudyUID], app: App, tmp_path: Path, opened: Opened, until: Until
) -> None:
    send_again(app, tmp_path)
    library, window = app.library, opened.window
    window.kept.settle([library.study(animals[0])])
    dialog = window.kept.compare
    assert dialog is not None
    until(lambda: dialog.conflict is not None)
    press(dialog, "Keep the first")
    until(lambda: library.conflicts.count() == (2, 1))
    until(lambda: dialog.where.text() == "Image 1 of 2")
    dialog.all_alike.setChecked(True)
    press(dialog, "Keep both")
    until(lambda: library.conflicts.count() == (0, 0))
    until(lambda: len(dialog.notices.texts()) == 2)
    assert library.study(animals[0]).instance_count == 5
    until(lambda: dialog.conflict is None)
    for bar in dialog.notices.bars():
        press(bar, "Undo")
    until(lambda: library.conflicts.count() == (3, 1))
    until(lambda: dialog.where.text() == "Image 1 of 3")
    until(lambda: library.trash.entries() == [])


def test_files_that_were_set_aside_are_looked_at_and_repaired_by_group(
    app: App, animals: list[StudyUID], tmp_path: Path, opened: Opened, until: Until
) -> None:
    set_aside(app, tmp_path)
    window = opened.window
    window.kept.look()
    until(lambda: window.kept.set_aside_card.light is Light.AMBER)
    assert window.kept.set_aside_card.text.startswith("3 files could not be filed and wait for you")
    window.kept.open_set_aside()
    dialog = window.kept.set_aside
    assert isinstance(dialog, SetAsideDialog)
    until(lambda: dialog.tree.topLevelItemCount() == 2)
    until(lambda: dialog.picture.image is not None)
    until(lambda: "It can be repaired with certainty" in dialog.help.text())
    assert "which exam it belongs to" in dialog.reason.text()
    names = {dialog.tags.topLevelItem(n).text(0) for n in range(dialog.tags.topLevelItemCount())}  # type: ignore[union-attr]
    assert "Patient's Name" in names
    group = dialog.tree.topLevelItem(0)
    assert group is not None
    dialog.tree.clearSelection()
    group.setSelected(True)
    assert len(dialog.tree.chosen()) == 2
    press(dialog, "Repair and file")
    until(lambda: "2 files are in the list now." in dialog.notices.texts())
    until(lambda: "Bello" in shown(opened))
    until(lambda: dialog.tree.topLevelItemCount() == 1)
    dialog.repaired.click()
    until(lambda: len(dialog.tree.chosen()) == 1 and bool(dialog.tree.chosen()[0].mended_as))


def test_what_cannot_be_repaired_is_exported_or_thrown_away_and_brought_back(
    app: App, animals: list[StudyUID], tmp_path: Path, opened: Opened, until: Until
) -> None:
    set_aside(app, tmp_path)
    window = opened.window
    window.kept.open_set_aside()
    dialog = window.kept.set_aside
    assert dialog is not None
    until(lambda: dialog.tree.topLevelItemCount() == 2)
    group = dialog.tree.topLevelItem(1)
    assert group is not None
    dialog.tree.clearSelection()
    group.child(0).setSelected(True)
    until(lambda: dialog.help.text() == "It can't be repaired with certainty.")
    assert not dialog.mend_button.isEnabled()
    dialog.ask_folder = lambda _: tmp_path / "out"
    press(dialog, "Export")
    until(lambda: "1 file was copied to out." in dialog.notices.texts())
    assert (tmp_path / "out" / "cut").exists()
    press(dialog, "Try again")
    until(lambda: "1 file still can't be filed; it stays here." in dialog.notices.texts())
    press(dialog, "Move to the trash")
    until(lambda: dialog.tree.topLevelItemCount() == 1)
    bar = next(bar for bar in dialog.notices.bars() if "moved to the trash" in bar.notice.text)
    press(bar, "Undo")
    until(lambda: dialog.tree.topLevelItemCount() == 2)
    dialog.by_source.click()
    until(lambda: dialog.tree.topLevelItemCount() == 2)


def test_rules_show_first_what_they_would_do_and_are_kept(
    animals: list[StudyUID], opened: Opened, until: Until
) -> None:
    window = opened.window
    assert window.kept.trash_card.text == "The trash is empty. Nothing is emptied by itself."
    window.kept.open_rules()
    dialog = the(RulesDialog)
    until(lambda: dialog.preview.text() == "Today these rules would do nothing.")
    dialog.days.setCurrentIndex(dialog.days.findData(30))
    assert "Only what a backup holds" in dialog.careful.text()
    dialog.unproved.setChecked(True)
    assert "Nobody will be able" in dialog.careful.text()
    dialog.unproved.setChecked(False)
    press(dialog, "Save")
    until(lambda: "for 30 days" in window.kept.trash_card.text)
    assert opened.app.settings.number("trash.empty_after_days") == 30
    assert not opened.app.settings.flag("trash.empty_unproved")
    assert "empty_after_days" in opened.app.home.settings.read_text(encoding="utf-8")


def test_the_cards_follow_what_happens(animals: list[StudyUID], opened: Opened, until: Until) -> None:
    window = opened.window
    assert isinstance(window.kept, KeptDesk)
    assert window.kept.set_aside_card.light is Light.GREEN
    window.kept.delete(opened.app.library.study_rows(animals[:1]))
    until(lambda: window.kept.trash_card.text.startswith("1 entry"))
    window.show_place("system")
    window.system.show_card("trash")
    press(window.system, "Open the trash")
    assert window.kept.trash is not None
    assert window.kept.trash.isVisible()
