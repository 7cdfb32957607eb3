"""The panel of machines and watched folders: its two cards, and what their buttons do."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from PySide6.QtCore import QDate, QLocale, QObject, QTimer
from PySide6.QtWidgets import QInputDialog

from vetpacs_desktop import service
from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.intake.folders.folder_memory import FolderState, read_states
from vetpacs_desktop.store.intake.folders.rules import Rule, rules_of, with_rules
from vetpacs_desktop.store.machines.devices import Device, KnownDevice
from vetpacs_desktop.store.network import contact
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.devices import printing
from vetpacs_desktop.ui.devices.assistant import ConnectAssistant
from vetpacs_desktop.ui.devices.device_dialog import DeviceDialog
from vetpacs_desktop.ui.devices.devices_card import DevicesCard
from vetpacs_desktop.ui.devices.folder_dialog import FolderDialog
from vetpacs_desktop.ui.devices.folders_card import FoldersCard
from vetpacs_desktop.ui.devices.kinds import kind_of, text_of
from vetpacs_desktop.ui.devices.pages import Here
from vetpacs_desktop.ui.devices.sheet import Sheet
from vetpacs_desktop.ui.house import Deed, House
from vetpacs_desktop.ui.notices import GOOD, PROBLEM, Notice

PERIOD_MS = 2000


class DevicesDesk(QObject):
    """What the window knows of machines and folders."""

    def __init__(self, house: House, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._house = house
        self.devices = DevicesCard()
        self.folders = FoldersCard()
        self._asking = False
        self._states: Mapping[str, FolderState] = {}
        self._running = True
        self.dialog: ConnectAssistant | DeviceDialog | FolderDialog | None = None
        """The dialog that is open."""
        self._timer = QTimer(self, interval=PERIOD_MS)
        self._timer.timeout.connect(self._renew)
        self.devices.connect_requested.connect(self.connect_machine)
        self.devices.chosen.connect(self.show_device)
        self.folders.add_requested.connect(lambda: self._ask_folder(None))
        self.folders.change_requested.connect(self._ask_folder)
        self.folders.pause_requested.connect(lambda rule: self._put(replace(rule, paused=not rule.paused)))
        self.folders.remove_requested.connect(self._remove)

    def cards(self) -> Sequence[tuple[str, Card]]:
        """Machines and folders."""
        return (("devices", self.devices), ("folders", self.folders))

    def deeds(self) -> Mapping[str, Deed]:
        """None: this panel is not about exams."""
        return {}

    def start(self) -> None:
        """Look from now on, as long as a card is on the screen."""
        self._timer.start()
        self._look()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
        if self.dialog is not None:
            self.dialog.reject()

    def connect_machine(self) -> None:
        """Open the assistant."""
        self._house.chores.start(lambda _report, _cancel: self._here(), self._open_assistant)

    def show_device(self, known: KnownDevice) -> None:
        """Open a machine's page; what its exams tell follows."""
        dialog = DeviceDialog(known, self._house.window)
        devices = self._house.app.library.devices
        name = known.device.ae_title
        self._house.chores.start(
            lambda _report, _cancel: devices.portrait(name, date.today()),  # noqa: DTZ011 - the local day
            lambda portrait: dialog.show_portrait(portrait) if self.dialog is dialog else None,
        )
        dialog.exam_requested.connect(self._house.open_exam)
        dialog.rename_requested.connect(lambda: self._rename(dialog))
        dialog.forget_requested.connect(lambda: self._forget(dialog))
        dialog.sheet_requested.connect(lambda: self._sheet(dialog))
        dialog.call_requested.connect(lambda: self._call(dialog))
        self._run(dialog)

    # -- looking -------------------------------------------------------------------------------------------

    def _renew(self) -> None:
        if self.devices.isVisible() or self.folders.isVisible():
            self._look()

    def _look(self) -> None:
        if self._asking:
            return
        self._asking = True
        app = self._house.app

        def look() -> tuple[list[KnownDevice], tuple[FolderState, ...], bool]:
            return app.library.devices.known(), read_states(app.home), service.state_of(app.home) is not None

        self._house.chores.start(lambda _report, _cancel: look(), self._looked, self._not_looked)

    def _looked(self, found: tuple[list[KnownDevice], tuple[FolderState, ...], bool]) -> None:
        self._asking = False
        devices, states, self._running = found
        self._states = {state.folder: state for state in states}
        self.devices.show_devices(devices, datetime.now(UTC))
        self._show_folders()

    def _not_looked(self, error: BaseException) -> None:
        self._asking = False
        if not isinstance(error, KnownError):
            raise error

    def _show_folders(self) -> None:
        rules = list(rules_of(self._house.app.settings))
        now = datetime.now(UTC)
        self.folders.show_folders(rules, self._states, now, running=self._running)

    def _here(self) -> Here:
        home, settings = self._house.app.home, self._house.app.settings
        state = service.state_of(home)
        addresses = tuple(service.addresses())
        if state is not None and state.host not in ("0.0.0.0", "::", ""):
            addresses = (state.host,)
        mask = service.mask_of(addresses[0]) if addresses else ""
        return Here(state, addresses, settings, platform.node(), mask)

    # -- machines ------------------------------------------------------------------------------------------

    def _open_assistant(self, here: Here) -> None:
        dialog = ConnectAssistant(self._house, here, self._change, self._house.window)
        if self._run(dialog):
            one = dialog.connecting
            text = self.tr("{name} is connected. Its exams appear in the list by themselves.")
            self._house.tell(Notice(GOOD, text.format(name=one.label)))
            self._look()

    def _rename(self, dialog: DeviceDialog) -> None:
        known = dialog.known
        text, taken = QInputDialog.getText(
            dialog, self.tr("Name"), self.tr("What is this machine called?"), text=known.device.label
        )
        if taken and text.strip():
            self._keep(replace(known.device, label=text.strip(), host=self._host_of(known)), dialog)

    @staticmethod
    def _host_of(known: KnownDevice) -> str:
        return known.device.host or (known.sender.address if known.sender else "")

    def _keep(self, device: Device, dialog: DeviceDialog) -> None:
        devices = self._house.app.library.devices
        dialog.accept()
        self._house.chores.start(lambda _report, _cancel: devices.save(device), lambda _: self._look())

    def _forget(self, dialog: DeviceDialog) -> None:
        devices, name = self._house.app.library.devices, dialog.known.device.ae_title
        dialog.accept()
        self._house.chores.start(lambda _report, _cancel: devices.remove(name), lambda _: self._look())

    def _sheet(self, dialog: DeviceDialog) -> None:
        self._house.chores.start(
            lambda _report, _cancel: self._here(),
            lambda here: printing.save_pdf(dialog, sheet_of(dialog.known, here), self._house.state),
        )

    def _call(self, dialog: DeviceDialog) -> None:
        app, device = self._house.app, dialog.known.device
        node = Node(dialog.known.name, device.ae_title, device.host, device.port)
        dialog.show_outcome(self.tr("Calling {name}...").format(name=dialog.known.name))

        def failed(error: BaseException) -> None:
            if not isinstance(error, KnownError):
                raise error
            if self.dialog is dialog:
                dialog.show_outcome(error.sentence)

        def answered(seconds: float) -> None:
            if self.dialog is dialog:
                text = self.tr("It answered after {ms} ms.").format(ms=max(1, round(seconds * 1000)))
                dialog.show_outcome(text)

        self._house.transfers.start(
            self.tr("Calling {name}").format(name=dialog.known.name),
            lambda _report, _cancel: contact.echo(contact.peer_of(app.home, app.settings, node)),
            answered,
            failed,
        )

    # -- folders -------------------------------------------------------------------------------------------

    def _ask_folder(self, rule: Rule | None) -> None:
        app = self._house.app
        others = [one.folder for one in rules_of(app.settings)]
        dialog = FolderDialog(app.home.root, others, rule, self._house.window)
        if self._run(dialog):
            self._put(dialog.chosen())

    def _put(self, rule: Rule) -> None:
        """Add a folder, or give it another rule."""
        rules = list(rules_of(self._house.app.settings))
        places = [number for number, one in enumerate(rules) if one.folder == rule.folder]
        if places:
            rules[places[0]] = rule
        else:
            rules.append(rule)
        self._change(with_rules(self._house.app.settings, rules))
        self._show_folders()

    def _remove(self, rule: Rule) -> None:
        rules = [one for one in rules_of(self._house.app.settings) if one.folder != rule.folder]
        if self._change(with_rules(self._house.app.settings, rules)):
            text = self.tr("{folder} is watched no more. Its files, and what came from it, stay.")
            undo = (self.tr("Watch it again"), lambda: self._put(rule))
            self._house.tell(Notice(GOOD, text.format(folder=rule.folder), action=undo))
        self._show_folders()

    # -- both ----------------------------------------------------------------------------------------------

    def _change(self, chosen: Settings) -> bool:
        """Save settings; the service follows them by itself."""
        app = self._house.app
        try:
            settings_file.save(chosen, app.home.settings)
        except OSError as error:
            text = self.tr("The settings could not be saved; nothing was changed. Is the disk full?")
            self._house.tell(Notice(PROBLEM, text, str(error)))
            return False
        app.settings = chosen
        return True

    def _run(self, dialog: ConnectAssistant | DeviceDialog | FolderDialog) -> bool:
        """Show a dialog until it is closed; True when it was accepted."""
        self.dialog = dialog
        try:
            return bool(dialog.exec())
        finally:
            self.dialog = None
            dialog.deleteLater()


def sheet_of(known: KnownDevice, here: Here) -> Sheet:
    """The connection sheet of a machine that is connected already."""
    device, sender = known.device, known.sender
    return Sheet(
        clinic=here.settings.text("clinic.name"),
        machine=known.name,
        kind=text_of(kind_of(device.kind)) if device.label else "",
        own_name=here.name,
        addresses=here.addresses,
        port=here.port,
        computer=here.computer,
        tls_port=here.tls_port,
        machine_name=device.ae_title,
        machine_address=device.host or (sender.address if sender else ""),
        machine_port=device.port,
        day=QLocale().toString(QDate.currentDate(), QLocale.FormatType.LongFormat),
    )
