"""Work under way, in the assistant: what is being done, how far it is, what a cancel means.

Shows what it is told; the work is somebody else's.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from vetpacs_desktop.jobs import Progress
from vetpacs_desktop.ui import theme, words
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.page import Page, label


class WorkingPage(Page):
    """A bar, a sentence and Cancel."""

    cancel_requested = Signal()

    def __init__(self, question: str, meaning: str, cancel: str, parent: QWidget | None = None) -> None:
        super().__init__(question, meaning, parent)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self._doing = label("dim")
        self.cancel = button(cancel, "stop")
        self.cancel.clicked.connect(self._cancel)
        self.body.addWidget(self.bar)
        self.body.addWidget(self._doing)
        self.body.addSpacing(theme.GRID)
        row = QHBoxLayout()
        row.addWidget(self.cancel)
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addStretch(1)
        self.begin()

    @property
    def doing(self) -> str:
        """The sentence shown."""
        return self._doing.text()

    def begin(self) -> None:
        """New work: nothing known of it yet."""
        self.bar.setRange(0, 0)
        self._doing.setText(self.tr("A moment..."))
        self.cancel.setEnabled(True)

    def show_progress(self, progress: Progress) -> None:
        """How far it is."""
        if progress.total:
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)
            counts = self.tr("{done} of {total}").format(
                done=words.grouped(progress.done), total=words.grouped(progress.total)
            )
            self._doing.setText(f"{progress.text}  ·  {counts}" if progress.text else counts)
        else:
            self.bar.setRange(0, 0)
            many = words.counted(progress.done, self.tr("{n} file"), self.tr("{n} files"))
            self._doing.setText(
                " · ".join(part for part in (progress.text, many if progress.done else "") if part)
            )

    def first(self) -> QWidget:
        return self.cancel

    def _cancel(self) -> None:
        self.cancel.setEnabled(False)
        self._doing.setText(self.tr("Stopping..."))
        QTimer.singleShot(0, self, self.cancel_requested.emit)
