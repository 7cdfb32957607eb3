"""What pages of assistants and dialogs share: a question, tiles, words that fold away, tables of lines."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from vetpacs_desktop.ui import frame
from vetpacs_desktop.ui.page import Page, Tile, label, say


def test_a_page_asks_and_its_small_words_take_no_room_when_there_are_none(qtbot: QtBot) -> None:
    page = Page("Which?")
    qtbot.addWidget(page)
    page.show()
    meaning = next(one for one in page.findChildren(QLabel) if one.property("role") == "dim")
    assert meaning.isHidden()
    page.ask("Where?", "It may be far.")
    assert (page.question, page.meaning) == ("Where?", "It may be far.")
    assert meaning.isVisible()


def test_a_tile_is_pressed_wherever_it_is_touched(qtbot: QtBot) -> None:
    tile = Tile("folder", "A folder...", "With everything in it")
    qtbot.addWidget(tile)
    tile.show()
    words = tile.findChildren(QLabel)[-1]
    with qtbot.waitSignal(tile.clicked):
        qtbot.mouseClick(tile, Qt.MouseButton.LeftButton, pos=words.geometry().center())


def test_words_change_their_look_and_go_when_they_are_empty(qtbot: QtBot) -> None:
    shown = label("dim", "fine")
    qtbot.addWidget(shown)
    say(shown, "broken", "error")
    assert shown.property("role") == "error"
    say(shown, "")
    assert shown.isHidden()


def test_a_table_keeps_keys_with_its_lines(qtbot: QtBot) -> None:
    table = frame.table(("Name", "What"), (100, 0), "things")
    qtbot.addWidget(table)
    table.setRowCount(2)
    frame.fill(table, 0, ("one", "first"), "key 1")
    frame.fill(table, 1, ("two", "second"), "key 2")
    table.selectRow(1)
    assert frame.keys_of(table) == ["key 2"]
