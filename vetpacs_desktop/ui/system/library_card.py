"""The library's card: how much is in it, checking every file, rebuilding the list; with progress in place."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.actions import SYSTEM, row_of
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, Notice
from vetpacs_desktop.ui.receiver import Light
from vetpacs_desktop.ui.transfers import Transfer, Transfers

PLACE = "library"


class LibraryCard(Card):
    """Exams, images, and whether every file is still what was received."""

    verify_requested = Signal()
    rebuild_requested = Signal()

    def __init__(self, transfers: Transfers, parent: QWidget | None = None) -> None:
        super().__init__("library", self.tr("Library"), parent)
        self._transfers = transfers
        self._running: Transfer | None = None
        self._amount = ""
        self._outcome: Notice | None = None
        self._explained = QLabel(
            self.tr(
                "Checking reads every file and compares it with what was received. Rebuilding makes the list "
                "of exams anew from the files; images are never changed by either."
            )
        )
        self._explained.setProperty("role", "secondary")
        self._explained.setWordWrap(True)
        self.body.addWidget(self._explained)
        self._progress = self._make_progress()
        self.body.addWidget(self._progress)
        self.verify = self.add_button(row_of(SYSTEM, "verify"))
        self.rebuild = self.add_button(row_of(SYSTEM, "rebuild"))
        self.verify.clicked.connect(self.verify_requested)
        self.rebuild.clicked.connect(self.rebuild_requested)
        transfers.changed.connect(self._renew)
        self._renew()
        self.show_counts(0, 0)

    def show_counts(self, studies: int, instances: int) -> None:
        """How much the library holds."""
        exams, images = words.exams(studies), words.images(instances)
        self._amount = self.tr("{exams} with {images}.").format(exams=exams, images=images)
        self._say()

    def show_outcome(self, notice: Notice) -> None:
        """What the last check or rebuild found."""
        self._outcome = notice
        self._say()

    def _say(self) -> None:
        if self._outcome is None:
            self.say(Light.GREEN, self._amount)
            return
        light = {GOOD: Light.GREEN, ATTENTION: Light.AMBER}.get(self._outcome.tone, Light.RED)
        self.say(light, f"{self._amount} {self._outcome.text}", self._outcome.details)

    def _make_progress(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        self._doing = QLabel()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        cancel = button(self.tr("Cancel"), role="link")
        cancel.clicked.connect(self._cancel)
        row.addWidget(self._doing)
        row.addWidget(self._bar, 1)
        row.addWidget(cancel)
        return holder

    def _renew(self) -> None:
        mine = [transfer for transfer in self._transfers.under_way if transfer.place == PLACE]
        self._running = mine[-1] if mine else None
        self._progress.setVisible(self._running is not None)
        self.verify.setEnabled(self._running is None)
        self.rebuild.setEnabled(self._running is None)
        if self._running is not None:
            progress = self._running.progress
            self._doing.setText(self._running.title)
            self._bar.setRange(0, progress.total or 0)
            self._bar.setValue(progress.done)

    def _cancel(self) -> None:
        if self._running is not None:
            self._transfers.cancel(self._running)
