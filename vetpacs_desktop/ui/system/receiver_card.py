"""The receiver's card: is it listening, where, what came last; and how to set it right when it isn't."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from vetpacs_desktop.ui.actions import SYSTEM, row_of
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.receiver import Light, ReceiverNow, sentence

AGAIN_MS = 20_000
"""The "4 minutes ago" is said anew this often."""


class ReceiverCard(Card):
    """Shows a ReceiverNow."""

    start_requested = Signal()
    settings_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("receiver", self.tr("Receiver"), parent)
        self._now = ReceiverNow()
        self._help = QLabel()
        self._help.setWordWrap(True)
        self._help.setProperty("role", "dim")
        self._values = self._make_values()
        self.body.addWidget(self._values)
        self.body.addWidget(self._help)
        self.start = self.add_button(row_of(SYSTEM, "start_receiver"))
        self.settings = self.add_button(row_of(SYSTEM, "receiver_settings"))
        self.start.clicked.connect(self.start_requested)
        self.settings.clicked.connect(self.settings_requested)
        timer = QTimer(self, interval=AGAIN_MS)
        timer.timeout.connect(lambda: self.show_now(self._now))
        timer.start()
        self.show_now(self._now)

    @property
    def advice(self) -> str:
        """The words below the state."""
        return self._help.text()

    def show_now(self, now: ReceiverNow) -> None:
        """Show the receiver's state."""
        self._now = now
        self.say(now.light, sentence(now, datetime.now(UTC).astimezone()))
        self.start.setVisible(now.light is Light.RED)
        self._values.setVisible(now.state is not None)
        self._help.setText(self._advice(now))
        self._help.setVisible(bool(self._help.text()))
        if now.state is not None:
            self._name.setText(now.state.ae_title)
            self._address.setText(now.address or self.tr("not connected to a network"))
            port = self.tr("{port}, encrypted {encrypted}") if now.state.tls_port else "{port}"
            self._port.setText(port.format(port=now.state.port, encrypted=now.state.tls_port))

    def _advice(self, now: ReceiverNow) -> str:
        if now.state is not None:
            if now.state.owner == "system":
                return self.tr(
                    "It runs as a system service, so exams are kept even while this window is closed."
                )
            return self.tr("It stops when this window is closed. Machines keep what they could not send.")
        if now.starting:
            return ""
        safe = self.tr(
            "Nothing was lost: what came before is safe, and machines keep what they could not send."
        )
        if now.port_taken:
            return self.tr(
                "{safe} Close the other program, or choose another port here and in the machines."
            ).format(safe=safe)
        return self.tr("{safe} Start it again; if it stops once more, change its settings.").format(safe=safe)

    def _make_values(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(24, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        self._name, self._address, self._port = QLabel(), QLabel(), QLabel()
        rows = (
            (self.tr("Name (AE title)"), self._name),
            (self.tr("Address"), self._address),
            (self.tr("Port"), self._port),
        )
        for number, (title, value) in enumerate(rows):
            name = QLabel(title)
            name.setProperty("role", "secondary")
            value.setProperty("role", "heading")
            grid.addWidget(name, number, 0)
            grid.addWidget(value, number, 1)
        grid.setColumnStretch(1, 1)
        return holder
