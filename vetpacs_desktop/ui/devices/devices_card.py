"""The machines' card: who sends, when last, and whether something is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from vetpacs_desktop.store.machines.devices import KnownDevice
from vetpacs_desktop.store.machines.senders import Sender
from vetpacs_desktop.ui import theme, words
from vetpacs_desktop.ui.actions import SYSTEM, row_of
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.devices.kinds import kind_of
from vetpacs_desktop.ui.icons import icon
from vetpacs_desktop.ui.picture import Picture
from vetpacs_desktop.ui.receiver import Light

FEW = 6
"""So many machines are shown until the others are asked for."""
TROUBLE_SECONDS = 24 * 3600
"""A refusal is worth a word for a day."""


_SETTING = re.compile(r" \([a-z]+\.[a-z_]+\)")


@dataclass(frozen=True, slots=True)
class Line:
    """One machine in the list."""

    known: KnownDevice
    text: str
    trouble: bool


class DevicesCard(Card):
    """All machines."""

    connect_requested = Signal()
    chosen = Signal(object)
    """KnownDevice"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("machine", self.tr("Machines"), parent)
        self._devices: tuple[KnownDevice, ...] = ()
        self._all = False
        self.rows: list[DeviceRow] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.GRID)
        self.body.addLayout(self._list)
        self.more = button("", "down", role="link")
        self.more.clicked.connect(self._show_all)
        self.body.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.connect_button = self.add_button(row_of(SYSTEM, "connect_machine"))
        self.connect_button.clicked.connect(self.connect_requested)
        self.show_devices((), datetime.now(UTC))

    def show_devices(self, devices: Sequence[KnownDevice], now: datetime) -> None:
        """Show what is known."""
        self._devices = tuple(devices)
        lines = [line_of(known, now) for known in self._devices]
        self.say(*_summary(lines, now))
        shown = lines if self._all else lines[:FEW]
        while len(self.rows) > len(shown):
            self.rows.pop().deleteLater()
        while len(self.rows) < len(shown):
            row = DeviceRow()
            row.clicked.connect(self.chosen)
            self._list.addWidget(row)
            self.rows.append(row)
        for row, line in zip(self.rows, shown, strict=True):
            row.show_line(line)
        hidden = len(lines) - len(shown)
        self.more.setVisible(hidden > 0)
        self.more.setText(words.counted(hidden, self.tr("{n} more machine"), self.tr("{n} more machines")))

    def _show_all(self) -> None:
        self._all = True
        self.show_devices(self._devices, datetime.now(UTC))


class DeviceRow(QWidget):
    """One machine: icon, name, and a line about it; the whole of it can be clicked."""

    clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line: Line | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self._picture = Picture("machine", 20, "text_dim")
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(0)
        self._name = QLabel()
        self._name.setProperty("role", "heading")
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._text = QLabel()
        self._text.setProperty("role", "secondary")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        column.addWidget(self._name)
        column.addWidget(self._text)
        row.addLayout(column, 1)
        self.more = QToolButton()
        self.more.setIcon(icon("right", "text_dim"))
        self.more.setIconSize(QSize(18, 18))
        self.more.setFixedSize(30, 30)
        self.more.clicked.connect(lambda: self.clicked.emit(self._line.known if self._line else None))
        row.addWidget(self.more)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def text(self) -> str:
        """All that is said."""
        return f"{self._name.text()}: {self._text.text()}"

    def show_line(self, line: Line) -> None:
        """Show a machine."""
        if line == self._line:
            return
        self._line = line
        kind = kind_of(line.known.device.kind)
        self._picture.show_icon("warning" if line.trouble else kind.icon)
        self._name.setText(line.known.name)
        self._text.setText(line.text)
        tip = self.tr("What {name} sends, and how it is connected").format(name=line.known.name)
        self.more.setToolTip(tip)
        self.more.setAccessibleName(tip)

    # Qt

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.more.click()


def line_of(known: KnownDevice, now: datetime) -> Line:
    """What the list says of a machine."""
    sender = known.sender
    if sender is None:
        return Line(known, _tr("has not sent anything lately"), trouble=False)
    parts = [_tr("last {ago}").format(ago=words.since(sender.last_at, now)), words.images(sender.objects)]
    if known.device.label:
        parts.insert(0, sender.name)
    trouble = bool(sender.refusals) and _is_recent(sender.refusals[0][0], now) and not _is_mended(sender)
    if trouble:
        parts.append(_tr("refused: {reason}").format(reason=refusal_in_words(sender.refusals[0][1])))
    return Line(known, " \N{MIDDLE DOT} ".join(parts), trouble)


def _summary(lines: Sequence[Line], now: datetime) -> tuple[Light | None, str]:
    """Light and sentence for the whole card."""
    if not lines:
        return None, _tr(
            "No machine has sent anything yet. The assistant shows what to type into it, and listens while "
            "you try."
        )
    troubled = [line.known.name for line in lines if line.trouble]
    count = words.counted(len(lines), _tr("{n} machine sends here."), _tr("{n} machines send here."))
    if troubled:
        what = _tr("Something from {name} was refused.").format(name=troubled[0])
        return Light.AMBER, f"{count} {what}"
    latest = next((line.known for line in lines if line.known.last_at), None)
    if latest is None:
        return Light.GREEN, count
    last = _tr("The last was {name}, {ago}.").format(name=latest.name, ago=words.since(latest.last_at, now))
    return Light.GREEN, f"{count} {last}"


def refusal_in_words(reason: str) -> str:
    """A refusal without the name of the setting behind it, which is for support."""
    return _SETTING.sub("", reason).rstrip(".")


def _is_mended(sender: Sender) -> bool:
    """Whether the machine has got through since it was last refused."""
    return sender.welcomed_at > sender.refusals[0][0]


def _is_recent(at: str, now: datetime) -> bool:
    try:
        return (now - datetime.fromisoformat(at)).total_seconds() < TROUBLE_SECONDS
    except ValueError:
        return False


def _tr(text: str) -> str:
    return QCoreApplication.translate("DevicesCard", text)
