"""Other archives in the real window, with real ones: four clicks, trouble told, search and fetch, rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from tests.helpers.orthanc import Orthanc, free_port, orthanc
from tests.helpers.small_files import picture, write
from tests.ui.conftest import WAIT_MS, Opened
from vetpacs_desktop.app import App
from vetpacs_desktop.jobs import CancelToken, ignore
from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.archives.outbox import State
from vetpacs_desktop.store.intake.importing.stages import import_paths
from vetpacs_desktop.store.network.sending.send import send_files
from vetpacs_desktop.ui.archives.desk import ArchivesDesk
from vetpacs_desktop.ui.archives.outbox_dialog import OutboxDialog
from vetpacs_desktop.ui.archives.rules_dialog import RulesDialog
from vetpacs_desktop.ui.archives.send_dialog import SendDialog
from vetpacs_desktop.ui.receiver import Light

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Orthanc]:
    with orthanc(tmp_path / "peer") as archive:
        yield archive


@pytest.fixture
def exams(app: App, tmp_path: Path) -> list[Path]:
    """Three exams of three images each, in the library before the window opens."""
    files = [
        write(
            picture(study=str(study), sop=str(image), PatientName=f"Smith^Dog{study}", InstanceNumber=image),
            tmp_path / f"{study}-{image}.dcm",
        )
        for study in (1, 2, 3)
        for image in (1, 2, 3)
    ]
    assert import_paths(app.library, app.home, files, ignore, CancelToken()).stored == 9
    return files


def node(app: App, qtbot: QtBot, opened: Opened, name: str, port: int, title: str = "ORTHANC") -> Node:
    added = app.library.nodes.add(Node(name, title, "127.0.0.1", port))
    monitor = desk_of(opened).monitor
    qtbot.waitUntil(lambda: name in [one.name for one, _ in monitor.now.nodes], timeout=WAIT_MS)
    return added


def desk_of(opened: Opened) -> ArchivesDesk:
    desk = opened.window.archives
    assert isinstance(desk, ArchivesDesk)
    return desk


def send_dialog(opened: Opened) -> SendDialog:
    dialog = desk_of(opened).dialog
    assert isinstance(dialog, SendDialog)
    return dialog


def click(qtbot: QtBot, opened: Opened, kind: type, name: str) -> None:
    qtbot.mouseClick(opened.window.findChild(kind, name), LEFT)


def test_from_the_list_to_another_archive_in_four_clicks(
    exams: list[Path], app: App, peer: Orthanc, opened: Opened, qtbot: QtBot
) -> None:
    node(app, qtbot, opened, "Away", free_port())
    node(app, qtbot, opened, "Clinic", peer.port)
    page = opened.window.exams
    row = page.table.visualRect(page.table.model().index(1, 0))
    qtbot.mouseClick(page.table.viewport(), LEFT, pos=row.center())  # 1: the exam
    qtbot.waitUntil(lambda: opened.window.findChild(QPushButton, "send").isVisible(), timeout=WAIT_MS)
    click(qtbot, opened, QPushButton, "send")  # 2: Send
    dialog = send_dialog(opened)
    mark = dialog.findChild(QRadioButton, "to Clinic")
    qtbot.mouseClick(mark, LEFT, pos=QPoint(8, mark.height() // 2))  # 3: where to
    qtbot.mouseClick(dialog.send, LEFT)  # 4: Send
    qtbot.waitUntil(lambda: peer.count() == 3, timeout=WAIT_MS)
    told = opened.window.notices.texts
    qtbot.waitUntil(lambda: any("has been sent to Clinic" in text for text in told()), timeout=WAIT_MS)
    assert not any("on the way" in text for text in told())
    # The next time the destination is chosen already.
    click(qtbot, opened, QPushButton, "send")
    destination = send_dialog(opened).destination
    assert destination is not None
    assert destination.name == "Clinic"
    send_dialog(opened).reject()


def test_without_an_archive_sending_says_what_to_do(exams: list[Path], opened: Opened, qtbot: QtBot) -> None:
    click(qtbot, opened, QPushButton, "send")
    dialog = send_dialog(opened)
    assert dialog.send.isHidden()
    qtbot.mouseClick(dialog.findChild(QPushButton, "add_archive"), LEFT)
    entering = desk_of(opened).entering
    qtbot.waitUntil(lambda: entering.assistant is not None, timeout=WAIT_MS)
    assert entering.assistant is not None
    entering.assistant.reject()


def test_trouble_is_told_held_retried_and_over(
    exams: list[Path], app: App, peer: Orthanc, opened: Opened, qtbot: QtBot
) -> None:
    peer.stop()
    node(app, qtbot, opened, "Clinic", peer.port)
    desk = desk_of(opened)
    desk.send(app.library.search("Dog1"))
    send_dialog(opened)._send()
    told = opened.window.notices.texts
    qtbot.waitUntil(lambda: any("could not be sent" in text for text in told()), timeout=WAIT_MS)
    assert desk.card.light is Light.AMBER
    assert "tried again by itself" in desk.card.text
    desk.show_outbox()
    dialog = desk.dialog
    assert isinstance(dialog, OutboxDialog)
    assert "no program listens" in dialog.said
    qtbot.mouseClick(dialog.hold, LEFT)
    qtbot.waitUntil(lambda: desk.monitor.now.sendings[0].state is State.HELD, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: dialog.go_on.isVisible(), timeout=WAIT_MS)
    peer.start()
    qtbot.mouseClick(dialog.go_on, LEFT)
    qtbot.waitUntil(lambda: desk.monitor.now.sendings[0].state is State.DONE, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not any("could not be sent" in text for text in told()), timeout=WAIT_MS)
    assert desk.card.light is Light.GREEN
    assert peer.count() == 3
    dialog.reject()


def test_the_assistant_enters_an_archive_that_answers(
    app: App, peer: Orthanc, opened: Opened, qtbot: QtBot
) -> None:
    desk = desk_of(opened)
    desk.entering.begin([])
    qtbot.waitUntil(lambda: desk.entering.assistant is not None, timeout=WAIT_MS)
    assistant = desk.entering.assistant
    assert assistant is not None
    qtbot.mouseClick(assistant.next, LEFT)
    assert assistant.page == 0  # nothing is typed yet, and it says so
    for field, text in zip(
        (assistant.where.name, assistant.where.title, assistant.where.host),
        ("Clinic", "ORTHANC", "127.0.0.1"),
        strict=True,
    ):
        qtbot.keyClicks(field, text)
    assistant.where.port.setText(str(free_port()))
    qtbot.keyClick(assistant.where.host, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "no program listens" in assistant.answer.said, timeout=WAIT_MS)
    qtbot.mouseClick(assistant.back, LEFT)
    assistant.where.port.setText(str(peer.port))
    qtbot.mouseClick(assistant.next, LEFT)
    qtbot.waitUntil(lambda: assistant.answer.answered, timeout=WAIT_MS)
    qtbot.mouseClick(assistant.next, LEFT)
    qtbot.mouseClick(assistant.next, LEFT)
    qtbot.waitUntil(lambda: bool(desk.monitor.now.nodes), timeout=WAIT_MS)
    assert app.library.nodes.get("clinic").port == peer.port
    assert app.library.nodes.state(app.library.nodes.get("clinic")).ok_at


def test_another_archive_is_searched_and_what_is_chosen_arrives(
    app: App, peer: Orthanc, opened: Opened, qtbot: QtBot, tmp_path: Path
) -> None:
    files = [
        write(
            picture(study=str(study), series=str(image), sop=str(image), PatientName=f"Weber^{name}"),
            tmp_path / f"{study}-{image}",
        )
        for study, name in ((1, "Luna"), (2, "Max"))
        for image in (1, 2)
    ]
    assert send_files(files, "127.0.0.1", peer.port, "ORTHANC").sent == 4
    node(app, qtbot, opened, "Away", free_port())
    node(app, qtbot, opened, "Clinic", peer.port)
    desk = desk_of(opened)
    desk.show_search()
    assert desk.searching is not None
    dialog = desk.searching.dialog
    assert dialog is not None
    dialog.archives.setCurrentText("Clinic")
    animal = dialog.findChild(QLineEdit, "animal")
    qtbot.keyClicks(animal, "luna")
    qtbot.keyClick(animal, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.table.rowCount() == 1, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: dialog._listed() == 2, timeout=WAIT_MS)
    dialog.series.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert len(dialog.orders()) == 1
    qtbot.mouseClick(dialog.fetch, LEFT)
    qtbot.waitUntil(lambda: "1 image came from Clinic" in dialog.said, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: app.library.counts() == (1, 1), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: dialog.table.item(0, 5).text() == "1 of them", timeout=WAIT_MS)
    # What was found there is never asked of another archive.
    dialog.archives.setCurrentText("Away")
    assert dialog.table.rowCount() == 0
    assert not dialog.fetch.isEnabled()
    qtbot.mouseClick(dialog.seek, LEFT)
    qtbot.waitUntil(lambda: "no program listens" in dialog.said, timeout=WAIT_MS)
    dialog.reject()


def test_a_rule_shows_what_it_would_have_sent(
    exams: list[Path], app: App, opened: Opened, qtbot: QtBot
) -> None:
    node(app, qtbot, opened, "Clinic", free_port())
    desk = desk_of(opened)
    desk.show_rules()
    qtbot.waitUntil(lambda: isinstance(desk.dialog, RulesDialog), timeout=WAIT_MS)
    dialog = desk.dialog
    assert isinstance(dialog, RulesDialog)
    qtbot.waitUntil(lambda: "these 3:" in dialog.preview, timeout=WAIT_MS)
    dialog.species.setEditText("cat")
    qtbot.waitUntil(lambda: "sent none" in dialog.preview, timeout=WAIT_MS)
    dialog.species.setEditText("cat, dog")
    qtbot.waitUntil(lambda: "these 3:" in dialog.preview, timeout=WAIT_MS)
    qtbot.mouseClick(dialog.save, LEFT)
    qtbot.waitUntil(lambda: "needs a name" in dialog._problem.text(), timeout=WAIT_MS)
    qtbot.keyClicks(dialog.name, "Everything")
    qtbot.mouseClick(dialog.save, LEFT)
    qtbot.waitUntil(lambda: len(app.library.routes.rules()) == 1, timeout=WAIT_MS)
    (rule,) = app.library.routes.rules()
    assert (rule.name, rule.node, rule.species, rule.active) == ("Everything", "Clinic", "cat, dog", True)
    qtbot.waitUntil(lambda: dialog.list.count() == 1 and dialog.remove.isEnabled(), timeout=WAIT_MS)
    dialog.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: not app.library.routes.rules()[0].active, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: dialog.remove.isEnabled(), timeout=WAIT_MS)
    qtbot.mouseClick(dialog.remove, LEFT)
    qtbot.waitUntil(lambda: app.library.routes.rules() == (), timeout=WAIT_MS)
    dialog.reject()
