"""The System page's cards: a light and a sentence for each state, nothing clipped, settings that can work."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from tests.ui.test_receiver import RUNNING
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.notices import GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.receiver import Light, ReceiverNow
from vetpacs_desktop.ui.system.disk_card import GB, state_of_disk
from vetpacs_desktop.ui.system.page import TWO_FROM, SystemPage
from vetpacs_desktop.ui.system.receiver_dialog import ReceiverDialog
from vetpacs_desktop.ui.transfers import Transfers


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> Iterator[SystemPage]:
    jobs = Jobs(1)
    bridge = Bridge(jobs)
    made = SystemPage(tmp_path, 512, Transfers(bridge))
    qtbot.addWidget(made)
    yield made
    bridge.close()
    jobs.close()


def test_the_disk(page: SystemPage) -> None:
    assert state_of_disk(400 * GB, 900 * GB, GB) == (Light.GREEN, "400 GB free of 900 GB.")
    light, text = state_of_disk(5 * GB, 900 * GB, GB)
    assert (light, "Make room soon" in text) == (Light.AMBER, True)
    light, text = state_of_disk(GB // 2, 900 * GB, GB)
    assert (light, "what is stored is safe" in text) == (Light.RED, True)
    page.disk.renew()
    assert "free of" in page.disk.text


def test_a_receiver_without_its_port_offers_what_helps(page: SystemPage) -> None:
    page.show_receiver(ReceiverNow(starting=False, port_taken=True, port=11112))
    assert page.receiver.light is Light.RED
    assert not page.receiver.start.isHidden()
    assert "choose another port" in page.receiver.advice
    page.show_receiver(RUNNING)
    assert page.receiver.start.isHidden()
    assert page.receiver.light is Light.GREEN


def test_what_a_check_found_stays_on_the_card(page: SystemPage) -> None:
    page.library.show_counts(2, 30)
    assert page.library.text == "2 exams with 30 images."
    page.show_outcome(Notice(PROBLEM, "1 is missing.", "missing: a"))
    assert (page.library.light, page.library.text) == (Light.RED, "2 exams with 30 images. 1 is missing.")
    page.show_outcome(Notice(GOOD, "All files are there."))
    assert page.library.light is Light.GREEN


@pytest.mark.parametrize("width", [700, TWO_FROM + 120])
def test_no_words_are_clipped_when_the_state_changes_while_hidden(
    page: SystemPage, qtbot: QtBot, width: int
) -> None:
    page.resize(width, 700)
    page.show()
    qtbot.wait(20)
    page.hide()
    page.show_receiver(replace(RUNNING, addresses=("192.168.100.200",)))
    page.show()
    qtbot.wait(50)
    for label in page.findChildren(QLabel):
        if label.isVisible() and label.text():
            needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
            assert label.height() >= needed, label.text()


@pytest.mark.parametrize(
    ("name", "port", "allowed", "fits"),
    [
        ("VETPACS", "11112", "", True),
        ("CLINIC 1", "104", "DR-ROOM-1\n US1 \n\nUS1", True),
        ("", "11112", "", False),
        ("A\\B", "11112", "", False),
        ("VETPACS", "", "", False),
        ("VETPACS", "70000", "", False),
        ("VETPACS", "11112", "A NAME THAT IS MUCH TOO LONG", False),
    ],
)
def test_only_settings_that_can_work_are_accepted(
    qtbot: QtBot, name: str, port: str, allowed: str, fits: bool
) -> None:
    dialog = ReceiverDialog(Settings())
    qtbot.addWidget(dialog)
    dialog.name.setText(name)
    dialog.port.setText(port)
    dialog.allowed.setPlainText(allowed)
    dialog.accept()
    assert (dialog.result() == QDialog.DialogCode.Accepted) == fits
    if fits and allowed:
        chosen = dialog.chosen()
        assert chosen.names("receiver.allowed_ae_titles") == ("DR-ROOM-1", "US1")
        assert chosen.number("receiver.port") == 104
