"""Whether the place serves: writing, reading back, renaming, room, pace; line by line as the answers come."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QWidget

from vetpacs_desktop.store.backup.targets.trying import Finding
from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.backup.draft import Draft
from vetpacs_desktop.ui.backup.key_question import KeyQuestion
from vetpacs_desktop.ui.backup.step import Step
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.page import label
from vetpacs_desktop.ui.picture import Picture

SIGN = 20


class TryPage(Step):
    """Shows lines; who made it does the trying."""

    try_requested = Signal()
    stop_requested = Signal()
    confirmed = Signal(str)
    """The key that a person found right"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.lines: list[Finding] = []
        self._good = False
        self._busy = False
        self._key = ""
        self._holder = QWidget()
        self._grid = QGridLayout(self._holder)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self.again = button(self.tr("Try again"), "rebuild", name="try_again")
        self.stop = button(self.tr("Stop"), "stop", name="stop_trying")
        self.again.clicked.connect(self.try_requested)
        self.stop.clicked.connect(self.stop_requested)
        self.key = KeyQuestion()
        self.key.confirmed.connect(self.confirmed)
        self.key.hide()
        self._kept_where = label("secondary")
        self._lay_out()

    @property
    def identity(self) -> str:
        """How the place is known again; empty until it was tried well."""
        return self._key

    @property
    def good(self) -> bool:
        """Whether it serves."""
        return self._good

    @property
    def said(self) -> str:
        """All lines, for who listens to the screen."""
        return "\n".join(line.sentence for line in self.lines)

    def show_draft(self, draft: Draft) -> None:
        self.ask(
            self.tr("Does {name} serve?").format(name=draft.name),
            self.tr(
                "A few small files are written, read back and taken away again. Nothing else is touched."
            ),
        )

    def entered(self) -> None:
        self.try_requested.emit()

    def left(self) -> None:
        self.stop_requested.emit()

    def begin(self) -> None:
        """The trial begins anew."""
        self.lines, self._good, self._key = [], False, ""
        self.key.hide()
        self._kept_where.hide()
        self._redraw()
        self._set_busy(True)

    def show_lines(self, lines: tuple[Finding, ...]) -> None:
        """What is known so far."""
        if tuple(self.lines) != lines:
            self.lines = list(lines)
            self._redraw()

    def ask_key(self, key: str) -> None:
        """Another computer shows this key; nothing is told to it before a person has found it right."""
        self._set_busy(False)
        self.key.ask(key)

    @property
    def fingerprint(self) -> str:
        """The key that is to be compared; empty when none is."""
        return self.key.fingerprint.text() if self.key.isVisibleTo(self) else ""

    def show_end(self, identity: str, kept_where: str = "") -> None:
        """It serves."""
        self._good, self._key = True, identity
        self._kept_where.setText(kept_where)
        self._kept_where.setVisible(bool(kept_where))
        self._set_busy(False)

    def show_failed(self, sentence: str) -> None:
        """It does not; why."""
        if sentence and all(line.ok for line in self.lines):
            self.lines.append(Finding("", ok=False, sentence=sentence))
            self._redraw()
        self._good = False
        self._set_busy(False)

    def ready(self) -> bool:
        return self._good and not self._busy

    def first(self) -> QWidget:
        return self.stop if self._busy else self.again

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._bar.setVisible(busy)
        self.stop.setVisible(busy)
        self.again.setVisible(not busy)
        self.changed.emit()

    def _redraw(self) -> None:
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, line in enumerate(self.lines):
            picture, color = ("ok", "green") if line.ok else ("error", "red")
            sign = Picture(picture, SIGN, color)
            words = label("", line.sentence)
            words.setAccessibleName(line.sentence)
            self._grid.addWidget(sign, row, 0)
            self._grid.addWidget(words, row, 1)
        self._grid.setColumnStretch(1, 1)

    def _lay_out(self) -> None:
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(10)
        self.body.addWidget(self._holder)
        self.body.addWidget(self._bar)
        self.body.addWidget(self.key)
        self.body.addWidget(self._kept_where)
        row = QHBoxLayout()
        row.addWidget(self.again)
        row.addWidget(self.stop)
        row.addStretch(1)
        self.body.addSpacing(theme.GRID)
        self.body.addLayout(row)
        self.body.addStretch(1)
