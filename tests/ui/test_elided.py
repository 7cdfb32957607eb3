"""A line that shortens itself, and a dialog that never opens larger than its screen."""

from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from vetpacs_desktop.ui.elided import ElidedLabel
from vetpacs_desktop.ui.room import FRAME, give_room

WORDS = "Drag left or right for contrast, up or down for brightness; keys 0 to 9 choose a window"


def test_where_there_is_no_room_the_tip_has_the_rest(qtbot: QtBot) -> None:
    label = ElidedLabel(WORDS)
    qtbot.addWidget(label)
    label.show()
    label.resize(120, 20)
    assert label.minimumSizeHint().width() == 0
    assert label.shown.endswith("\N{HORIZONTAL ELLIPSIS}")
    assert (label.text(), label.toolTip()) == (WORDS, WORDS)
    label.resize(900, 20)
    assert (label.shown, label.toolTip()) == (WORDS, "")


def test_a_dialog_is_as_large_as_it_likes_but_inside_its_screen(qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    give_room(dialog, 300, 200)
    assert dialog.size().toTuple() == (300, 200)
    give_room(dialog, 90_000, 200)
    assert dialog.width() == dialog.screen().availableGeometry().width() - FRAME
