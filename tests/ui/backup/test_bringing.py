"""Exams come back: everything into an empty library, chosen ones into one in use, sealed, interrupted."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tests.helpers.clipped import clipped
from tests.helpers.small_files import picture, write
from tests.helpers.sshd import sshd
from tests.ui.backup.conftest import click, desk_of, dialog_of, known, saved_to, until
from tests.ui.conftest import Opened
from vetpacs_desktop.app import App
from vetpacs_desktop.jobs import CancelToken, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.returning import coming_back
from vetpacs_desktop.store.backup.returning.coming_back import Scope
from vetpacs_desktop.store.backup.sealing import keys
from vetpacs_desktop.store.backup.targets import url
from vetpacs_desktop.store.intake.importing.stages import import_paths
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.ui.backup.bringing import BringAssistant
from vetpacs_desktop.ui.backup.where_forms import SshForm
from vetpacs_desktop.ui.operations import backing_up, backup_places
from vetpacs_desktop.ui.operations.backup_places import Order

pytestmark = pytest.mark.usefixtures("service_elsewhere")


@pytest.fixture
def burnt(tmp_path: Path, nas: Path) -> Path:
    """The backup of a computer that is gone: three exams of two images."""
    home = Home(tmp_path / "burnt").make()
    library = Library.open(home)
    files = [
        write(
            picture(study=str(study), sop=str(image), PatientName=f"Smith^Dog{study}"),
            tmp_path / f"b{study}-{image}",
        )
        for study in (1, 2, 3)
        for image in (1, 2)
    ]
    import_paths(library, home, files, ignore, CancelToken())
    library.close()
    saved_to(home, nas)
    shutil.rmtree(home.root)
    return nas


def assistant_of(opened: Opened) -> BringAssistant:
    return dialog_of(opened, BringAssistant)


def test_a_fresh_installation_gets_everything_back(
    burnt: Path, opened: Opened, app: App, qtbot: QtBot
) -> None:
    known(opened, qtbot)
    click(qtbot, opened.window.exams.empty, "bring_back")
    assistant = assistant_of(opened)
    click(qtbot, assistant, "folder")
    folder = assistant.where.form.findChild(QLineEdit, "folder")
    assert folder is not None
    qtbot.keyClicks(folder, str(burnt))
    click(qtbot, assistant, "next")
    until(qtbot, lambda: assistant.page is assistant.which)
    assert assistant.which.table.rowCount() == 1
    click(qtbot, assistant, "next")
    assert "put back as it was" in assistant.what._means.text()
    click(qtbot, assistant, "next")
    assert "Nothing is deleted here" in assistant.sure.said
    until(qtbot, lambda: not list(clipped(assistant)))
    click(qtbot, assistant, "next")
    until(qtbot, lambda: assistant.page is assistant.done_page)
    assert "Exams are back from" in assistant.done_page.question
    until(qtbot, lambda: app.library.counts() == (3, 6))
    until(qtbot, lambda: opened.window.exams.table.model().rowCount() == 3)
    assert not app.library.verify(ignore, CancelToken()).missing
    click(qtbot, assistant, "next")


def test_chosen_exams_come_back_into_a_library_in_use(
    saved: Place, exams: list[Path], opened: Opened, app: App, qtbot: QtBot
) -> None:
    """Two exams are lost here; one is asked for."""
    for study in app.library.search("Dog1") + app.library.search("Dog2"):
        for row in app.library.instances(study_uid=study.study_uid):
            row.path.unlink()
    desk = known(opened, qtbot)
    opened.window.show_place("system")
    click(qtbot, desk.card, "bring_back")
    assistant = assistant_of(opened)
    click(qtbot, assistant, "NAS")
    until(qtbot, lambda: assistant.page is assistant.which)
    click(qtbot, assistant, "next")
    assistant.what.some.click()
    until(qtbot, lambda: assistant.what.table.rowCount() == 3)
    assert not assistant.next.isEnabled()
    qtbot.keyClicks(assistant.what.search, "dog1")
    until(qtbot, lambda: assistant.what.table.rowCount() == 1)
    item = assistant.what.table.item(0, 0)
    assert item is not None
    item.setCheckState(Qt.CheckState.Checked)
    assistant.what.search.clear()
    qtbot.keyClicks(assistant.what.search, "dog")
    until(qtbot, lambda: assistant.what.table.rowCount() == 3)
    assert len(assistant.what.chosen) == 1  # ticked still
    click(qtbot, assistant, "next")
    assert "1 exam" in assistant.sure.said
    click(qtbot, assistant, "next")
    until(qtbot, lambda: assistant.page is assistant.done_page)
    missing = app.library.verify(ignore, CancelToken()).missing
    assert len(missing) == 2  # Dog2 was not asked for
    assert "2 files" in assistant.done_page.text.toPlainText()
    assistant.close()


def test_a_sealed_backup_asks_for_its_key(
    exams: list[Path], opened: Opened, app: App, nas: Path, qtbot: QtBot
) -> None:
    secret = keys.new_secret()
    place = Place("Away", str(nas), recipient=keys.public_of(secret))
    backup_places.set_up(app.home, Order(place, secret=secret), ignore, CancelToken())
    backing_up.run_here(app.home, places.find(app.home, "Away"), ignore, CancelToken())
    backup_places.remove(app.home, "Away")  # as on a new computer
    desk = known(opened, qtbot)
    desk.bring_back()
    assistant = assistant_of(opened)
    click(qtbot, assistant, "folder")
    folder = assistant.where.form.findChild(QLineEdit, "folder")
    assert folder is not None
    qtbot.keyClicks(folder, str(nas))
    click(qtbot, assistant, "next")
    until(qtbot, lambda: assistant.page is assistant.secret)
    click(qtbot, assistant, "next")
    assert "Type the key" in assistant.secret.problem.text()
    assistant.secret.typed.setPlainText(keys.new_secret())  # that of another backup
    click(qtbot, assistant, "next")
    until(qtbot, lambda: "does not open this backup" in assistant.secret.problem.text())
    spaced = " ".join(secret[start : start + 6] for start in range(0, len(secret), 6)).lower()
    assistant.secret.typed.setPlainText(spaced)
    click(qtbot, assistant, "next")
    until(qtbot, lambda: assistant.page is assistant.which)
    assert assistant.which.ready()
    assistant.close()


def test_a_place_without_a_backup_says_so(opened: Opened, nas: Path, qtbot: QtBot) -> None:
    desk = known(opened, qtbot)
    desk.bring_back()
    assistant = assistant_of(opened)
    click(qtbot, assistant, "folder")
    folder = assistant.where.form.findChild(QLineEdit, "folder")
    assert folder is not None
    qtbot.keyClicks(folder, str(nas))
    click(qtbot, assistant, "next")
    until(qtbot, lambda: "There is no finished backup" in assistant.where.problem.text())
    assert assistant.page is assistant.where
    click(qtbot, assistant, "back")
    assert assistant.page is assistant.kind


def test_another_computer_is_known_by_its_key_before_anything_is_told_to_it(
    exams: list[Path], opened: Opened, app: App, tmp_path: Path, qtbot: QtBot
) -> None:
    with sshd(tmp_path / "sshd") as server:
        place = Place("Away", url.parse(server.address("kept")).address.url)
        backup_places.set_up(app.home, Order(place, password=server.key), ignore, CancelToken())
        backing_up.run_here(app.home, place, ignore, CancelToken())
        backup_places.remove(app.home, "Away")  # as on a new computer
        desk = known(opened, qtbot)
        desk.bring_back()
        assistant = assistant_of(opened)
        click(qtbot, assistant, "ssh")
        form = assistant.where.form
        assert isinstance(form, SshForm)
        (tmp_path / "id").write_text(server.key)
        form.host.setText("127.0.0.1")
        form.port.setText(str(server.port))
        form.user.setText(server.user)
        form.folder.setText(str(server.shared / "kept"))
        form.by_key.setChecked(True)
        form.take_key(tmp_path / "id")
        click(qtbot, assistant, "next")
        until(qtbot, lambda: assistant.page is assistant.whose)
        assert "SHA256:" in assistant.whose.question_of_key.fingerprint.text()
        click(qtbot, assistant, "right_computer")
        until(qtbot, lambda: assistant.page is assistant.which)
        assert assistant.which.table.rowCount() == 1
        assistant.close()


@pytest.fixture
def interrupted(burnt: Path, app: App) -> Place:
    """A restore that was begun on this computer and broken off."""
    place = Place("NAS", str(burnt))
    generation = next((burnt / "VetPACS" / "generations").iterdir()).name
    coming_back.begin(app.home, place, generation, Scope(), whole=True)
    return place


def test_what_was_interrupted_goes_on_by_itself(
    interrupted: Place, opened: Opened, app: App, qtbot: QtBot
) -> None:
    known(opened, qtbot)
    until(qtbot, lambda: any("Exams are back from NAS" in text for text in opened.window.notices.texts()))
    until(qtbot, lambda: app.library.counts() == (3, 6))
    assert coming_back.under_way(app.home) is None


def test_what_can_not_go_on_is_told_of_and_given_up(
    interrupted: Place, opened: Opened, app: App, burnt: Path, qtbot: QtBot
) -> None:
    shutil.move(burnt, burnt.with_name("elsewhere"))
    desk = desk_of(opened)
    told = opened.window.notices.texts
    until(qtbot, lambda: any("is not finished" in text for text in told()))
    desk.monitor.look(anew=True)
    until(qtbot, lambda: desk.monitor.now.coming_back is not None)
    desk.bring_back()
    click(qtbot, assistant_of(opened), "give_up")
    until(qtbot, lambda: coming_back.under_way(app.home) is None)
    assert replace(interrupted).name == "NAS"
