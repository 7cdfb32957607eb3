"""A place is set up with mouse and keys: a folder, a real Samba, a real sshd; sealed or plain; changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tests.helpers.clipped import clipped
from tests.helpers.samba import PASSWORD, samba
from tests.helpers.sshd import sshd
from tests.ui.backup.conftest import click, dialog_of, known, saved_to, until
from tests.ui.conftest import Opened
from vetpacs_desktop.app import App
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.credentials import password_of, secrets_of
from vetpacs_desktop.store.backup.sealing import place_keys
from vetpacs_desktop.store.backup.targets import known_again
from vetpacs_desktop.ui.backup.adding import PlaceAssistant
from vetpacs_desktop.ui.backup.draft import Kind
from vetpacs_desktop.ui.backup.where_forms import FolderForm, ShareForm, SshForm

pytestmark = pytest.mark.usefixtures("service_elsewhere")


def begin(opened: Opened, qtbot: QtBot, kind: Kind) -> PlaceAssistant:
    """The assistant on the page of addresses, by the card's button."""
    desk = known(opened, qtbot)
    opened.window.show_place("system")
    click(qtbot, desk.card, "add_place")
    assistant = dialog_of(opened, PlaceAssistant)
    click(qtbot, assistant, kind.value)
    assert assistant.page is assistant.where
    return assistant


def type_into(qtbot: QtBot, assistant: PlaceAssistant, **fields: str) -> None:
    for name, text in fields.items():
        field = assistant.where.form.findChild(QLineEdit, name)
        assert field is not None, name
        field.clear()
        qtbot.keyClicks(field, text)


def test_a_folder_is_set_up_page_by_page(opened: Opened, app: App, nas: Path, qtbot: QtBot) -> None:
    card = known(opened, qtbot).card
    assert "There is no backup" in card.text
    assert "No backup yet" in opened.window.strip.said
    assistant = begin(opened, qtbot, Kind.FOLDER)
    click(qtbot, assistant, "next")
    assert "Which folder?" in assistant.where.problem.text()
    type_into(qtbot, assistant, folder=str(nas))
    assert isinstance(assistant.where.form, FolderForm)
    assert assistant.where.name.text() == "nas"  # suggested
    assistant.where.name.clear()
    qtbot.keyClicks(assistant.where.name, "NAS")
    click(qtbot, assistant, "next")
    until(qtbot, lambda: assistant.trial.good)
    assert "They come back as they were." in assistant.trial.said
    assert not list(clipped(assistant))
    click(qtbot, assistant, "next")
    assert assistant.page is assistant.seal
    assert assistant.seal.plain.isChecked()  # it stays in the house
    click(qtbot, assistant, "next")
    assert assistant.page is assistant.when
    assistant.when.every.setCurrentIndex(assistant.when.every.findData("weekly"))
    click(qtbot, assistant, "next")
    assert assistant.page is assistant.keep
    for spin in assistant.keep.counts.values():
        spin.setValue(0)
    assert not assistant.next.isEnabled()
    assert "would keep no backup at all" in assistant.keep.problem.text()
    assistant.keep.counts["daily"].setValue(9)
    click(qtbot, assistant, "back")  # Back always works, and nothing is forgotten
    click(qtbot, assistant, "back")
    click(qtbot, assistant, "next")
    assert assistant.when.every.currentData() == "weekly"
    click(qtbot, assistant, "next")
    assert assistant.keep.policy() == "daily 9"
    click(qtbot, assistant, "next")
    until(qtbot, lambda: assistant.page is assistant.done_page)
    place = places.find(app.home, "NAS")
    assert (place.url, place.every, place.keep, place.recipient) == (str(nas), "weekly", "daily 9", "")
    assert place.identity
    assert "NAS is set up" in assistant.done_page.question
    assert "Nothing is saved there yet" in assistant.done_page.text.toPlainText()
    click(qtbot, assistant, "next")
    until(qtbot, lambda: "Nothing is saved to NAS yet" in card.text)
    until(qtbot, lambda: "nothing saved to NAS yet" in opened.window.strip.said)


def test_a_share_with_a_wrong_and_then_the_right_password(
    opened: Opened, app: App, tmp_path: Path, qtbot: QtBot
) -> None:
    with samba(tmp_path / "samba") as server:
        assistant = begin(opened, qtbot, Kind.SHARE)
        type_into(
            qtbot,
            assistant,
            host=f"127.0.0.1:{server.port}",
            share="backup",
            user=server.user,
            password="wrong",
        )
        assert isinstance(assistant.where.form, ShareForm)
        click(qtbot, assistant, "next")
        until(qtbot, lambda: "did not accept the name and password" in assistant.trial.said)
        assert not assistant.next.isEnabled()
        click(qtbot, assistant, "back")
        type_into(qtbot, assistant, password=PASSWORD)
        click(qtbot, assistant, "next")
        until(qtbot, lambda: assistant.trial.good)
        for _ in range(4):
            click(qtbot, assistant, "next")
        until(qtbot, lambda: assistant.page is assistant.done_page)
        place = places.find(app.home, "NAS")
        assert secrets_of(app.home).get(password_of("NAS")) == PASSWORD
        assert PASSWORD not in (app.home.root / places.FILE).read_text()
        assert place.url == server.address()
        assistant.close()


def test_another_computer_shows_its_key_and_the_copies_are_sealed(
    opened: Opened, app: App, tmp_path: Path, qtbot: QtBot
) -> None:
    with sshd(tmp_path / "sshd") as server:
        (tmp_path / "id").write_text(server.key)
        assistant = begin(opened, qtbot, Kind.SSH)
        type_into(
            qtbot,
            assistant,
            host="127.0.0.1",
            port=str(server.port),
            user=server.user,
            ssh_folder=str(server.shared),
        )
        form = assistant.where.form
        assert isinstance(form, SshForm)
        form.by_key.setChecked(True)
        form.take_key(tmp_path / "id")
        assistant.where.name.setText("Away")
        click(qtbot, assistant, "next")
        until(qtbot, lambda: assistant.trial.fingerprint)
        shown = assistant.trial.fingerprint
        assert not assistant.trial.lines  # nothing was told to it yet, not even the name
        assert not assistant.next.isEnabled()
        click(qtbot, assistant, "right_computer")  # a person compared it
        until(qtbot, lambda: assistant.trial.good)
        assert known_again.host_key(assistant.trial.identity) == shown
        click(qtbot, assistant, "next")
        assert assistant.seal.sealed.isChecked()  # it leaves the house
        click(qtbot, assistant, "next")
        assert assistant.page is assistant.key
        assert not assistant.next.isEnabled()
        assistant.key.save_to(tmp_path / "key.pdf")
        assert (tmp_path / "key.pdf").read_bytes().startswith(b"%PDF")
        qtbot.keyClicks(assistant.key.typed, "xxxxxxxxxx")
        assert "Read them once more" in assistant.key.problem.text()
        assert not assistant.next.isEnabled()
        assistant.key.typed.clear()
        qtbot.keyClicks(assistant.key.typed, assistant.key.wanted().lower())
        for _ in range(3):
            click(qtbot, assistant, "next")
        until(qtbot, lambda: assistant.page is assistant.done_page)
        assert "brought back and opened with the key" in assistant.done_page.text.toPlainText()
        place, kept = places.find(app.home, "Away"), secrets_of(app.home)
        sealer = place_keys.sealer_of(place, kept)
        assert sealer is not None
        assert sealer.recipient == place.recipient
        assert not list(server.shared.rglob("trial*"))
        assistant.close()


def test_a_place_that_holds_another_library_is_refused(
    opened: Opened, tmp_path: Path, nas: Path, qtbot: QtBot
) -> None:
    from vetpacs_desktop.paths import Home
    from vetpacs_desktop.store.library import Library

    other = Home(tmp_path / "other").make()
    Library.open(other).close()
    saved_to(other, nas)
    assistant = begin(opened, qtbot, Kind.FOLDER)
    type_into(qtbot, assistant, folder=str(nas))
    click(qtbot, assistant, "next")
    until(qtbot, lambda: "The backup of another library lies there" in assistant.trial.said)
    assert not assistant.next.isEnabled()
    assistant.close()


def test_a_place_is_changed_by_the_same_pages(
    saved: places.Place, opened: Opened, app: App, qtbot: QtBot
) -> None:
    desk = known(opened, qtbot)
    desk.change_place(saved)
    assistant = dialog_of(opened, PlaceAssistant)
    assert assistant.page is assistant.where
    assistant.where.name.setText("Shelf")
    click(qtbot, assistant, "next")
    until(qtbot, lambda: assistant.trial.good)
    click(qtbot, assistant, "next")
    assert not assistant.seal.sealed.isEnabled()
    for _ in range(3):
        click(qtbot, assistant, "next")
    until(qtbot, lambda: assistant.page is assistant.done_page)
    (place,) = places.read(app.home)
    assert (place.name, place.backup_id, place.identity) == ("Shelf", saved.backup_id, saved.identity)
    assistant.close()
