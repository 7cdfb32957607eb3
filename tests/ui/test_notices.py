"""Sentences above the page: details behind a fold, problems stay, nothing is said twice."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from vetpacs_desktop.ui.notices import ATTENTION, GOOD, MOST, PROBLEM, Notice, NoticeBoard


@pytest.fixture
def board(qtbot: QtBot) -> NoticeBoard:
    made = NoticeBoard()
    qtbot.addWidget(made)
    made.resize(800, 400)
    return made


def test_an_empty_board_takes_no_room(board: NoticeBoard) -> None:
    assert board.isHidden()
    board.show_notice(Notice(GOOD, "Done."))
    assert not board.isHidden()
    board.bars()[0].close()
    assert board.isHidden()


def test_details_are_behind_a_fold(board: NoticeBoard, qtbot: QtBot) -> None:
    board.show_notice(Notice(PROBLEM, "2 files could not be imported.", "a.dcm\nb.dcm"))
    bar = board.bars()[0]
    details = bar.findChild(QPlainTextEdit)
    assert not details.isVisible()
    fold = next(button for button in bar.findChildren(QPushButton) if button.isCheckable())
    qtbot.mouseClick(fold, Qt.MouseButton.LeftButton)
    assert details.isVisible()
    assert "b.dcm" in details.toPlainText()


def test_the_same_sentence_is_shown_once_and_old_ones_make_room(board: NoticeBoard) -> None:
    for _ in range(3):
        board.show_notice(Notice(ATTENTION, "Again."))
    assert board.texts() == ["Again."]
    for number in range(MOST + 1):
        board.show_notice(Notice(ATTENTION, f"Number {number}."))
    assert board.texts() == [f"Number {number}." for number in range(1, MOST + 1)]


def test_an_action_is_done_once_and_closes_the_notice(board: NoticeBoard, qtbot: QtBot) -> None:
    done: list[int] = []
    board.show_notice(Notice(ATTENTION, "Something waits.", action=("Do it", lambda: done.append(1))))
    button = next(made for made in board.findChildren(QPushButton) if made.text() == "Do it")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == [1]
    assert board.texts() == []


def test_an_offer_waits_for_an_answer_until_it_is_no_longer_true(
    board: NoticeBoard, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr("vetpacs_desktop.ui.notices.LEAVES_MS", 20)
    asked: list[bool] = []
    offer = Notice(GOOD, "A stick was plugged in.", action=("Look", lambda: asked.append(True)), stays=True)
    board.show_notice(offer)
    qtbot.wait(60)
    assert board.texts() == ["A stick was plugged in."]
    board.show_notice(Notice(GOOD, "The stick was taken out.", replaces=offer.text))
    assert board.texts() == ["The stick was taken out."]
    qtbot.waitUntil(board.isHidden, timeout=5000)
    assert not asked
