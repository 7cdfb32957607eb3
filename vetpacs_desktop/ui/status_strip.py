"""The strip along the bottom: receiver and backup in words, and what is under way, with progress and Cancel.

A click leads to the card that knows more.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from vetpacs_desktop.ui import theme, words
from vetpacs_desktop.ui.receiver import Light, ReceiverNow, headline
from vetpacs_desktop.ui.transfers import Transfer, Transfers

HEIGHT = 32


class Lamp(QWidget):
    """A traffic light that also differs by shape: full, ring with a bar, cross."""

    def __init__(self, side: int = 12, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.light = Light.AMBER
        self._side = side
        self.setFixedSize(side, side)

    def show_light(self, light: Light) -> None:
        """Show another light."""
        self.light = light
        self.update()

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = theme.palette_of().color(self.light.value)
        box = QRectF(1, 1, self._side - 2, self._side - 2)
        pen = painter.pen()
        pen.setColor(color)
        pen.setWidthF(theme.STROKE)
        painter.setPen(pen)
        if self.light is Light.GREEN:
            painter.setBrush(color)
            painter.drawEllipse(box)
        elif self.light is Light.AMBER:
            painter.drawEllipse(box)
            painter.setBrush(color)
            painter.drawPie(box, 90 * 16, -180 * 16)
        else:
            painter.drawLine(box.topLeft(), box.bottomRight())
            painter.drawLine(box.topRight(), box.bottomLeft())


class StatusStrip(QWidget):
    """One line of what goes on in the background."""

    place_requested = Signal(str)
    """The System card to show: receiver, library ..."""
    start_requested = Signal()
    cancel_requested = Signal(object)
    """Transfer"""

    def __init__(self, transfers: Transfers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._transfers = transfers
        self._shown: Transfer | None = None
        self._lamp = Lamp()
        self.receiver = QPushButton()
        self.receiver.setProperty("role", "flat")
        self.receiver.clicked.connect(lambda: self.place_requested.emit("receiver"))
        self.start = QPushButton(self.tr("Start again"))
        self.start.setProperty("role", "link")
        self.start.clicked.connect(self.start_requested)
        self.task = QPushButton()
        self.task.setProperty("role", "flat")
        self.task.clicked.connect(self._task_clicked)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(QSize(160, 6))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setProperty("role", "link")
        self.cancel.clicked.connect(self._cancel_clicked)
        self._more = QLabel()
        self._more.setProperty("role", "secondary")
        self._backup_lamp = Lamp()
        self.backup = QPushButton()
        self.backup.setProperty("role", "flat")
        self.backup.setObjectName("strip_backup")
        self.backup.clicked.connect(lambda: self.place_requested.emit("backup"))
        self._lay_out()
        transfers.changed.connect(self._renew)
        self.show_receiver(ReceiverNow())
        self._renew()

    @property
    def said(self) -> str:
        """Everything the strip says at this moment."""
        parts = (self.receiver, self.backup, self._more, self.task)
        return " ".join(part.text() for part in parts if not part.isHidden())

    def show_receiver(self, now: ReceiverNow) -> None:
        """The receiver's state changed."""
        self._lamp.show_light(now.light)
        self.receiver.setText(headline(now))
        self.start.setVisible(now.light is Light.RED)

    def show_backup(self, light: Light, said: str) -> None:
        """The state of the backup changed."""
        self._backup_lamp.show_light(light)
        self.backup.setText(said)
        self._backup_lamp.show()
        self.backup.show()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(theme.GRID)
        row.addWidget(self._lamp)
        row.addWidget(self.receiver)
        row.addWidget(self.start)
        row.addSpacing(theme.GRID)
        row.addWidget(self._backup_lamp)
        row.addWidget(self.backup)
        row.addStretch(1)
        self._backup_lamp.hide()
        self.backup.hide()
        for widget in (self._more, self.task, self.bar, self.cancel):
            row.addWidget(widget)

    def _renew(self) -> None:
        under_way = self._transfers.under_way
        self._shown = under_way[-1] if under_way else None
        for widget in (self.task, self.bar, self.cancel):
            widget.setVisible(self._shown is not None)
        others = len(under_way) - 1
        self._more.setVisible(others > 0)
        self._more.setText(words.counted(others, self.tr("{n} more task"), self.tr("{n} more tasks")))
        if self._shown is not None:
            self._show_progress(self._shown)

    def _show_progress(self, transfer: Transfer) -> None:
        progress = transfer.progress
        known = progress.total is not None and progress.total > 0
        self.bar.setRange(0, progress.total if known and progress.total else 0)
        self.bar.setValue(progress.done)
        text = transfer.title
        if transfer.stopping:
            text = self.tr("Stopping: {title}").format(title=transfer.title)
        elif known and progress.total:
            done, total = words.grouped(progress.done), words.grouped(progress.total)
            text = self.tr("{title}, {done} of {total}").format(title=text, done=done, total=total)
        elif progress.done:
            text = self.tr("{title}, {done} so far").format(title=text, done=words.grouped(progress.done))
        self.task.setText(text)
        self.task.setToolTip(progress.text)
        self.cancel.setEnabled(not transfer.stopping)

    def _task_clicked(self) -> None:
        if self._shown is not None and self._shown.place:
            self.place_requested.emit(self._shown.place)

    def _cancel_clicked(self) -> None:
        if self._shown is not None:
            self.cancel_requested.emit(self._shown)
