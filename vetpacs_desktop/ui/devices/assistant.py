"""The assistant that connects a machine: one question a page, Back always works, Esc closes.

It owns the dialog and what its pages share. Work that waits for a disk or a network goes through the bridge.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.archives.nodes import Node, checked
from vetpacs_desktop.store.machines.devices import Device
from vetpacs_desktop.store.machines.visits import Book, Visit
from vetpacs_desktop.store.network import contact
from vetpacs_desktop.ui import ask
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.devices import printing, saying
from vetpacs_desktop.ui.devices.first_pages import AddressPage, KindPage
from vetpacs_desktop.ui.devices.kinds import kind_of, text_of
from vetpacs_desktop.ui.devices.last_pages import EchoPage, NamePage, tested
from vetpacs_desktop.ui.devices.listen_page import ListenPage
from vetpacs_desktop.ui.devices.pages import Connecting, Here, Page
from vetpacs_desktop.ui.devices.sheet import Sheet
from vetpacs_desktop.ui.house import House

SIZE = (760, 660)


class ConnectAssistant(QDialog):
    """Five pages; accepted when the machine was saved."""

    def __init__(
        self, house: House, here: Here, change: Callable[[Settings], bool], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Connect a machine"))
        self.resize(*SIZE)
        self._house = house
        self._change = change
        self.connecting = Connecting(here)
        self.kind = KindPage(self.connecting)
        self.address = AddressPage(self.connecting)
        self.listen = ListenPage(self.connecting, Book(house.app.home), house.chores, self._help)
        self.echo = EchoPage(self.connecting, self._call)
        self.name = NamePage(self.connecting, self._save_sheet, self._print_sheet)
        self.pages: tuple[Page, ...] = (self.kind, self.address, self.listen, self.echo, self.name)
        self._stack = QStackedWidget()
        for page in self.pages:
            self._stack.addWidget(page)
            page.changed.connect(self._renew)
        self._lay_out()
        self.pages[0].enter()
        self._renew()

    @property
    def page(self) -> Page:
        """The page shown."""
        return self.pages[self._stack.currentIndex()]

    def go(self, way: int) -> None:
        """One page on (1) or back (-1); after the last the machine is saved."""
        number = self._stack.currentIndex() + way
        if number >= len(self.pages):
            self._save()
            return
        self.page.leave()
        self._stack.setCurrentIndex(max(0, number))
        self.page.enter()
        self._renew()

    def done(self, result: int) -> None:
        """Closed, in whatever way."""
        self.page.leave()
        super().done(result)

    def _renew(self) -> None:
        number = self._stack.currentIndex()
        self._title.setText(self.page.title)
        self._step.setText(
            self.tr("Step {number} of {count}").format(number=number + 1, count=len(self.pages))
        )
        self.back.setEnabled(number > 0)
        self.next.setText(self.page.next_words())
        self.next.setEnabled(self.page.may_go_on())

    def _help(self, remedy: str, visit: Visit) -> bool:
        """What one click sets right; the receiver follows the settings by itself."""
        settings = self._house.app.settings
        if remedy == saying.ALLOW:
            names = settings.names("receiver.allowed_ae_titles")
            chosen = settings.with_values({"receiver.allowed_ae_titles": (*names, visit.calling)})
        else:
            chosen = settings.with_values({"receiver.only_own_name": False})
        return self._change(chosen)

    def _call(
        self,
        name: str,
        host: str,
        port: int,
        answered: Callable[[float], object],
        failed: Callable[[KnownError], object],
    ) -> None:
        """Echo in a thread."""
        app, own_name = self._house.app, self.connecting.here.name

        def work() -> float:
            node = checked(Node(name, name, host, port))
            return contact.echo(contact.peer_of(app.home, app.settings, node, own_name))

        def went_wrong(error: BaseException) -> None:
            if not isinstance(error, KnownError):
                raise error
            if self.isVisible():
                failed(error)

        self._house.transfers.start(
            self.tr("Calling {name}").format(name=name),
            lambda _report, _cancel: work(),
            lambda seconds: answered(seconds) if self.isVisible() else None,
            went_wrong,
        )

    def _save(self) -> None:
        one = self.connecting
        device = Device(
            one.ae_title,
            one.label,
            one.kind or "other",
            one.host,
            one.port,
            datetime.now(UTC).isoformat(timespec="seconds"),
        )
        self.next.setEnabled(False)
        devices = self._house.app.library.devices
        self._house.chores.start(
            lambda _report, _cancel: devices.save(device), lambda _: self.accept(), self._not_saved
        )

    def _not_saved(self, error: BaseException) -> None:
        self._renew()
        if not isinstance(error, KnownError | OSError):
            raise error
        sentence = error.sentence if isinstance(error, KnownError) else str(error.strerror)
        ask.tell_problem(self, sentence)

    def sheet(self) -> Sheet:
        """The connection sheet of what is known now."""
        one, here = self.connecting, self.connecting.here
        today = QLocale().toString(QDate.currentDate(), QLocale.FormatType.LongFormat)
        return Sheet(
            clinic=here.settings.text("clinic.name"),
            machine=one.label,
            kind=text_of(kind_of(one.kind)),
            own_name=here.name,
            addresses=here.addresses,
            port=here.port,
            computer=here.computer,
            tls_port=here.tls_port,
            machine_name=one.ae_title,
            machine_address=one.host,
            machine_port=one.port,
            tested=tuple(tested(one)),
            day=today,
        )

    def _save_sheet(self) -> None:
        printing.save_pdf(self, self.sheet(), self._house.state)

    def _print_sheet(self) -> None:
        printing.print_sheet(self, self.sheet())

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(16)
        head = QHBoxLayout()
        self._title = QLabel()
        self._title.setProperty("role", "title")
        self._step = QLabel()
        self._step.setProperty("role", "secondary")
        head.addWidget(self._title, 1)
        head.addWidget(self._step, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        line = QFrame()
        line.setProperty("role", "line")
        line.setFixedHeight(1)
        column.addWidget(line)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self.close_button = button(self.tr("Close"), role="flat")
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)
        self.back = button(self.tr("Back"))
        self.back.setAutoDefault(False)
        self.back.clicked.connect(lambda: self.go(-1))
        self.next = button(self.tr("Next"), role="primary")
        self.next.setDefault(True)
        self.next.clicked.connect(lambda: self.go(1))
        foot.addWidget(self.close_button)
        foot.addStretch(1)
        foot.addWidget(self.back)
        foot.addWidget(self.next)
        column.addLayout(foot)
