"""Connecting a machine in the real window: real calls, real refusals, one click to set them right."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from tests.helpers.corpus import images
from tests.helpers.dcmtk import tool
from tests.ui.conftest import WAIT_MS, Opened
from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.store.intake.folders.disposal import DONE
from vetpacs_desktop.store.intake.folders.rules import Policy, rules_of
from vetpacs_desktop.store.machines.devices import Device
from vetpacs_desktop.ui.devices.assistant import ConnectAssistant
from vetpacs_desktop.ui.devices.desk import DevicesDesk
from vetpacs_desktop.ui.devices.device_dialog import Bars, DeviceDialog, HabitRow
from vetpacs_desktop.ui.devices.folder_dialog import FolderDialog
from vetpacs_desktop.ui.receiver import Light


@pytest.fixture
def desk(opened: Opened, qtbot: QtBot) -> Iterator[DevicesDesk]:
    """The desk of a window whose receiver listens."""
    waits_for(qtbot, lambda: opened.window._monitor.now.state is not None)
    yield opened.window.devices
    if opened.window.devices.dialog is not None:
        opened.window.devices.dialog.reject()


def port_of(opened: Opened) -> int:
    state = opened.window._monitor.now.state
    assert state is not None
    return state.port


def call(opened: Opened, program: str, *words: str, calling: str = "US2", called: str = "VETPACS") -> None:
    command = [tool(program), "-aet", calling, "-aec", called, "127.0.0.1", str(port_of(opened)), *words]
    subprocess.run(command, capture_output=True, check=False, timeout=60)


def while_open(qtbot: QtBot, desk: DevicesDesk, act: Callable[[], object], do: Callable[[], None]) -> None:
    """Open a dialog by `act` and drive it by `do`; it is closed in any case."""
    failures: list[Exception] = []
    driven: list[bool] = []

    def drive() -> None:
        try:
            do()
        except Exception as error:  # noqa: BLE001 - told below, outside the dialog's own event loop
            failures.append(error)
        finally:
            driven.append(True)
            if desk.dialog is not None and desk.dialog.isVisible():
                desk.dialog.reject()

    def once_open() -> None:
        QTimer.singleShot(20, desk, once_open if desk.dialog is None else drive)

    QTimer.singleShot(0, desk, once_open)
    act()
    waits_for(qtbot, lambda: bool(driven) and desk.dialog is None)
    if failures:
        raise failures[0]


def waits_for(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=WAIT_MS)


def click(qtbot: QtBot, widget: QToolButton | object) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)  # type: ignore[arg-type]


def test_a_machine_is_connected_from_the_first_page_to_its_name(
    opened: Opened, desk: DevicesDesk, qtbot: QtBot
) -> None:
    chosen = opened.app.settings.with_values({"receiver.allowed_ae_titles": ("DR1",)})
    settings_file.save(chosen, opened.app.home.settings)
    opened.app.settings = chosen

    def drive() -> None:
        dialog = desk.dialog
        assert isinstance(dialog, ConnectAssistant)
        assert not dialog.next.isEnabled()
        click(qtbot, dialog.kind.findChild(QToolButton, "ultrasound"))
        click(qtbot, dialog.next)
        assert dialog.page is dialog.address
        values = [value.text for value in dialog.address.values]
        assert values[0] == "VETPACS"
        assert values[-1] == str(port_of(opened))
        click(qtbot, dialog.address.values[-1].copy)
        assert QApplication.clipboard().text() == str(port_of(opened))
        click(qtbot, dialog.next)
        listen = dialog.listen
        waits_for(qtbot, lambda: listen._before is not None)
        call(opened, "echoscu")
        qtbot.waitUntil(
            lambda: any("turned away" in row.text for row in listen.rows.values()), timeout=WAIT_MS
        )
        assert dialog.next.text() == "Skip"
        (row,) = listen.rows.values()
        click(qtbot, row.remedy)
        call(opened, "echoscu")
        call(opened, "storescu", *map(str, images("ct-variable-gap")[:2]))
        qtbot.waitUntil(
            lambda: any("2 images came" in row.text for row in listen.rows.values()), timeout=WAIT_MS
        )
        assert listen.works
        click(qtbot, dialog.next)
        echo = dialog.echo
        assert (echo.name.text(), echo.host.text()) == ("US2", "127.0.0.1")
        click(qtbot, dialog.back)
        assert dialog.page is listen
        click(qtbot, dialog.next)
        echo.port.setText("1")
        click(qtbot, echo.call)
        waits_for(qtbot, lambda: "may still send" in echo.outcome.text())
        echo.name.setText("VETPACS")  # the receiver itself takes the machine's part
        echo.port.setText(str(port_of(opened)))
        chosen = opened.app.settings.with_values({"receiver.allowed_ae_titles": ()})
        desk._change(chosen)
        click(qtbot, echo.call)
        waits_for(qtbot, lambda: "answered after" in echo.outcome.text())
        click(qtbot, dialog.next)
        dialog.name.name.setText("US2")
        dialog.name.label.clear()
        assert not dialog.next.isEnabled()
        dialog.name.label.setText("Ultrasound, room 2")
        assert "It sent images, which arrived: 2." in dialog.sheet().tested
        click(qtbot, dialog.next)
        waits_for(qtbot, lambda: not dialog.isVisible())

    while_open(qtbot, desk, desk.connect_machine, drive)
    (device,) = opened.app.library.devices.named()
    assert (device.label, device.kind, device.ae_title) == ("Ultrasound, room 2", "ultrasound", "US2")
    qtbot.waitUntil(
        lambda: any("Ultrasound, room 2" in row.text for row in desk.devices.rows), timeout=WAIT_MS
    )


def test_when_nothing_comes_the_page_says_what_to_try(desk: DevicesDesk, qtbot: QtBot) -> None:
    def drive() -> None:
        dialog = desk.dialog
        assert isinstance(dialog, ConnectAssistant)
        dialog.connecting.kind = "ct"
        dialog.go(1)
        dialog.go(1)
        assert not dialog.listen.steps.isVisible()
        click(qtbot, dialog.listen.nothing)
        assert dialog.listen.steps.isVisible()
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    while_open(qtbot, desk, desk.connect_machine, drive)


def test_a_machine_s_page_shows_what_it_sends(opened: Opened, desk: DevicesDesk, qtbot: QtBot) -> None:
    call(opened, "storescu", *map(str, images("ct-variable-gap")[:3]))
    waits_for(qtbot, lambda: opened.app.library.counts()[1] == 3)
    opened.app.library.devices.save(Device("US2", "Ultrasound", "ultrasound"))
    opened.window.show_place("system")
    waits_for(qtbot, lambda: any("Ultrasound" in row.text for row in desk.devices.rows))
    assert desk.devices.light is Light.GREEN

    def drive() -> None:
        dialog = desk.dialog
        assert isinstance(dialog, DeviceDialog)
        waits_for(qtbot, lambda: bool(dialog.findChildren(Bars)))
        assert "US2 at 127.0.0.1" in dialog.contact.text()
        assert dialog.findChildren(HabitRow)  # the corpus' animals are anonymous
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    while_open(qtbot, desk, lambda: click(qtbot, desk.devices.rows[0]), drive)


def test_a_folder_is_watched_paused_and_given_up_in_the_window(
    opened: Opened, desk: DevicesDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    inbox = tmp_path / "scans"
    inbox.mkdir()
    (inbox / "a.dcm").write_bytes(images("ct-variable-gap")[0].read_bytes())
    opened.window.show_place("system")

    def drive() -> None:
        dialog = desk.dialog
        assert isinstance(dialog, FolderDialog)
        dialog.accept()
        assert dialog.problem
        dialog.folder.setText(str(inbox))
        click(qtbot, dialog.choices[Policy.MOVE])
        dialog.choices[Policy.MOVE].setChecked(True)
        dialog.accept()

    while_open(qtbot, desk, lambda: click(qtbot, desk.folders.add), drive)
    waits_for(qtbot, lambda: (inbox / DONE / "a.dcm").exists())
    row = desk.folders.rows[inbox]
    waits_for(qtbot, lambda: "1 file came" in row.text)
    click(qtbot, row.pause)
    assert "Paused" in row.text
    (inbox / "b.dcm").write_bytes(images("ct-variable-gap")[1].read_bytes())
    qtbot.wait(2500)
    assert (inbox / "b.dcm").exists()
    click(qtbot, row.pause)
    waits_for(qtbot, lambda: (inbox / DONE / "b.dcm").exists())
    click(qtbot, row.remove)
    assert rules_of(settings_file.load(opened.app.home.settings)) == ()
    assert inbox not in desk.folders.rows
    bar = opened.window.notices.bars()[-1]
    assert bar.notice.action is not None
    bar.notice.action[1]()
    assert [rule.policy for rule in rules_of(opened.app.settings)] == [Policy.MOVE]
