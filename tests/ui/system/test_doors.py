"""Who may search and fetch, on a card and in a dialog: in plain words, and only what can work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.helpers.peers import wait_for
from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.app import App
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.paths import Home
from vetpacs_desktop.service import ServiceState
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.machines.senders import Sender, Senders
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.house import House
from vetpacs_desktop.ui.notices import Notice
from vetpacs_desktop.ui.receiver import Light, ReceiverNow
from vetpacs_desktop.ui.system import doors as facts
from vetpacs_desktop.ui.system.desk import DoorsDesk
from vetpacs_desktop.ui.system.doors import Doors
from vetpacs_desktop.ui.system.doors_card import DoorsCard
from vetpacs_desktop.ui.system.doors_dialog import DoorsDialog
from vetpacs_desktop.ui.system.receiver_card import ReceiverCard
from vetpacs_desktop.ui.transfers import Transfers

STRANGER = Sender("VIEWER1", "192.168.1.20", "2026-03-12T10:00:00+00:00", refused=2)
RUNNING = ServiceState(1, "0.0.0.0", 11112, "VETPACS", "2026-03-12T10:00:00+00:00", "window", 2762)


@pytest.fixture
def desk(home: Home, qtbot: QtBot) -> Iterator[tuple[DoorsDesk, list[Notice]]]:
    """The desk of a library without a receiver, and what it tells people."""
    app = App.open(home)
    jobs, window, told = Jobs(1), QWidget(), list[Notice]()
    qtbot.addWidget(window)
    bridge = Bridge(jobs)
    house = House(
        app,
        bridge,
        Transfers(bridge),
        told.append,
        QSettings(str(home.window_state), QSettings.Format.IniFormat),
        window,
        lambda name: None,
        lambda name: None,
        lambda uid: None,
        lambda: None,
    )
    made = DoorsDesk(house)
    qtbot.addWidget(made.card)
    yield made, told
    made.stop()
    bridge.close()
    jobs.close()
    app.close()


@pytest.mark.parametrize(
    ("doors", "light", "words"),
    [
        (Doors("nobody"), Light.GREEN, "Closed: no other machine can search here or fetch exams."),
        (Doors("archives"), Light.GREEN, "Closed: no archive is entered here"),
        (Doors("archives", ("Clinic",), ("VIEWER1",)), Light.GREEN, "Open to Clinic, VIEWER1."),
        (Doors("anyone", ("Clinic",)), Light.AMBER, "every machine that reaches this computer can search"),
    ],
)
def test_the_card_says_who_may(qtbot: QtBot, doors: Doors, light: Light, words: str) -> None:
    card = DoorsCard()
    qtbot.addWidget(card)
    card.show_doors(doors)
    assert (card.light, words in card.text) == (light, True)
    assert card.save.isHidden()


def test_the_card_says_how_encryption_is(qtbot: QtBot) -> None:
    card = DoorsCard()
    qtbot.addWidget(card)
    digits = ":".join(f"{number:02X}" for number in range(32))
    card.show_doors(Doors(encrypted=True, state=RUNNING, fingerprint=digits, certificate="PEM"))
    assert card.encryption.text() == "Encrypted connections come in on port 2762."
    assert "00 01 02 03 04 05" in card.fingerprint.text()
    assert card.fingerprint.toolTip() == digits
    assert not card.save.isHidden()
    broken = ServiceState(1, "", 11112, "VETPACS", "", "window", 0, "The certificate can't be used.")
    card.show_doors(Doors(encrypted=True, state=broken))
    assert card.light is Light.RED
    assert "The certificate can't be used." in card.encryption.text()


def test_the_receivers_card_names_both_ports(qtbot: QtBot) -> None:
    card = ReceiverCard()
    qtbot.addWidget(card)
    card.show_now(ReceiverNow(state=RUNNING, starting=False))
    assert "11112, encrypted 2762" in [label.text() for label in card.findChildren(QLabel)]


def test_who_was_turned_away_is_named_with_when(desk: tuple[DoorsDesk, list[Notice]], home: Home) -> None:
    made, _ = desk
    book = Senders(home)
    book.refused("VIEWER1", "192.168.1.20", "It wanted to search exams. VIEWER1 is not among the archives.")
    book.refused("XRAY", "192.168.1.21", "Larger than the limit of 4 MiB")
    made.look()
    wait_for(lambda: _done(made))
    assert "VIEWER1 at 192.168.1.20 was turned away" in made.card.visitors.text()
    assert "XRAY" not in made.card.visitors.text()


def _done(made: DoorsDesk) -> bool:
    from PySide6.QtCore import QCoreApplication

    QCoreApplication.processEvents()
    return bool(made.doors.turned_away)


def test_nothing_changed_is_nothing_chosen(qtbot: QtBot) -> None:
    dialog = DoorsDialog(Settings(), Doors())
    qtbot.addWidget(dialog)
    chosen = dialog.chosen()
    assert chosen.text("receiver.who_may_fetch") == "archives"
    assert not chosen.flag("receiver.tls")
    assert chosen.number("receiver.tls_port") == 2762


def test_a_machine_that_was_turned_away_is_let_in_by_one_click(qtbot: QtBot) -> None:
    dialog = DoorsDialog(Settings(), Doors(turned_away=(STRANGER,)))
    qtbot.addWidget(dialog)
    dialog.suggestions[0].click()
    dialog.suggestions[0].click()
    assert dialog.chosen().names("receiver.fetching_machines") == ("VIEWER1@192.168.1.20",)


def test_a_choice_nobody_knows_is_shown_as_closed(qtbot: QtBot) -> None:
    dialog = DoorsDialog(Settings({"receiver.who_may_fetch": "everyone"}), Doors())
    qtbot.addWidget(dialog)
    assert dialog.ways["nobody"].isChecked()


@pytest.mark.parametrize(
    ("machines", "port", "clinics", "known"),
    [
        ("TWO WORDS", "2762", False, False),
        ("A-NAME-OF-17-SIGNS", "2762", False, False),
        ("", "", False, False),
        ("", "11112", False, False),
        ("", "2762", True, False),
        ("", "2762", False, True),
    ],
)
def test_what_can_not_work_is_said(
    qtbot: QtBot, tmp_path: Path, machines: str, port: str, clinics: bool, known: bool
) -> None:
    dialog = DoorsDialog(Settings(), Doors())
    qtbot.addWidget(dialog)
    dialog.encrypt.setChecked(True)
    dialog.machines.setPlainText(machines)
    dialog.port.setText(port)
    dialog.clinics.setChecked(clinics)
    dialog.only_known.setChecked(known)
    dialog.accept()
    assert dialog.result() != DoorsDialog.DialogCode.Accepted
    assert dialog._problem.text()
    dialog.machines.setPlainText("VIEWER1\nOTHER@10.0.0.7\nVIEWER1")
    dialog.port.setText("2763")
    dialog.certificate.set_path(tmp_path / "c.pem")
    dialog.clients.set_path(tmp_path / "m.pem")
    dialog.accept()
    assert dialog.result() == DoorsDialog.DialogCode.Accepted
    chosen = dialog.chosen()
    assert chosen.names("receiver.fetching_machines") == ("VIEWER1", "OTHER@10.0.0.7")
    assert chosen.text("receiver.tls_certificate") == (str(tmp_path / "c.pem") if clinics else "")
    assert chosen.text("receiver.tls_clients") == (str(tmp_path / "m.pem") if known else "")


def test_what_is_chosen_is_kept_and_counts(desk: tuple[DoorsDesk, list[Notice]], home: Home) -> None:
    made, told = desk
    made.save(Settings({"receiver.who_may_fetch": "anyone"}))
    assert settings_file.load(home.settings).text("receiver.who_may_fetch") == "anyone"
    assert told == []


def test_the_certificate_is_saved_without_its_key(
    desk: tuple[DoorsDesk, list[Notice]], home: Home, tmp_path: Path
) -> None:
    made, told = desk
    app = made._house.app
    app.settings = Settings({"receiver.tls": True})
    app.library.nodes.add(Node("Clinic", "CLINIC", "10.0.0.7", 104))
    made.doors = facts.look(app)
    assert made.doors.archives == ("Clinic",)
    out = tmp_path / "out.pem"
    made.save_certificate(out)
    wait_for(lambda: _told(told))
    text = out.read_text(encoding="ascii")
    assert text.startswith("-----BEGIN CERTIFICATE-----")
    assert "KEY" not in text


def _told(told: list[Notice]) -> bool:
    from PySide6.QtCore import QCoreApplication

    QCoreApplication.processEvents()
    return bool(told)
