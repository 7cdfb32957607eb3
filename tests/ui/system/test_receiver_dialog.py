"""The receiver's settings: only values that can work are taken."""

import pytest
from pytestqt.qtbot import QtBot

from vetpacs_desktop.settings import Settings
from vetpacs_desktop.ui.system.receiver_dialog import ReceiverDialog


@pytest.fixture
def dialog(qtbot: QtBot) -> ReceiverDialog:
    made = ReceiverDialog(Settings())
    qtbot.addWidget(made)
    return made


def test_nothing_changed_is_nothing_chosen(dialog: ReceiverDialog) -> None:
    chosen = dialog.chosen()
    assert chosen.text("receiver.ae_title") == "VETPACS"
    assert chosen.number("receiver.port") == 11112
    assert chosen.names("receiver.allowed_ae_titles") == ()


def test_names_of_machines_stand_one_on_a_line_and_count_once(dialog: ReceiverDialog) -> None:
    dialog.allowed.setPlainText("DR-ROOM-1\n\n  CT \nDR-ROOM-1\n")
    dialog.accept()
    assert dialog.result() == ReceiverDialog.DialogCode.Accepted
    assert dialog.chosen().names("receiver.allowed_ae_titles") == ("DR-ROOM-1", "CT")


@pytest.mark.parametrize(
    ("name", "port", "allowed"),
    [
        ("", "11112", ""),
        ("   ", "11112", ""),
        ("PRAXIS-MÜLLER", "11112", ""),
        ("BACK\\SLASH", "11112", ""),
        ("VETPACS", "", ""),
        ("VETPACS", "11112", "A-NAME-OF-17-SIGNS"),
    ],
)
def test_what_cannot_work_is_said_and_the_dialog_stays(
    dialog: ReceiverDialog, name: str, port: str, allowed: str
) -> None:
    dialog.name.setText(name)
    dialog.port.setText(port)
    dialog.allowed.setPlainText(allowed)
    dialog.accept()
    assert dialog.result() != ReceiverDialog.DialogCode.Accepted
    assert dialog._problem.text()
    dialog.name.setText("VETPACS2")
    dialog.port.setText("104")
    dialog.allowed.setPlainText("")
    dialog.accept()
    assert dialog.result() == ReceiverDialog.DialogCode.Accepted
    assert dialog.chosen().number("receiver.port") == 104


def test_the_words_come_from_the_settings_table(dialog: ReceiverDialog) -> None:
    from PySide6.QtWidgets import QLabel

    from vetpacs_desktop.settings import TABLE

    text = next(row.text for row in TABLE if row.name == "receiver.port")
    assert text in [label.text() for label in dialog.findChildren(QLabel)]
