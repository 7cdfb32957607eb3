"""Something is under way: what, how far it is, how long it takes yet, and Stop where it can be stopped."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from vetpacs_desktop.jobs import Progress
from vetpacs_desktop.ui import theme, words
from vetpacs_desktop.ui.backup.step import Step, stop_enter
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.page import label


class WorkPage(Step):
    """Shows progress."""

    stop_requested = Signal()

    def __init__(self, stop: str = "", parent: QWidget | None = None) -> None:
        """`stop`: the words of the button that stops it; empty: there is none."""
        super().__init__("", parent=parent)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self._doing = label("dim")
        self.stop = button(stop, "stop", name="stop_work")
        self.stop.setVisible(bool(stop))
        self.stop.clicked.connect(self._stop)
        stop_enter(self.stop)
        self.body.addWidget(self.bar)
        self.body.addWidget(self._doing)
        self.body.addSpacing(theme.GRID)
        row = QHBoxLayout()
        row.addWidget(self.stop)
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addStretch(1)

    @property
    def doing(self) -> str:
        """The sentence shown."""
        return self._doing.text()

    def begin(self, question: str, meaning: str = "") -> None:
        """New work: nothing is known of it yet."""
        self.ask(question, meaning)
        self.bar.setRange(0, 0)
        self._doing.setText(self.tr("A moment..."))
        self.stop.setEnabled(True)

    def show_progress(self, progress: Progress) -> None:
        """How far it is."""
        parts = [progress.text] if progress.text else []
        if progress.total:
            self.bar.setRange(0, 1000)
            self.bar.setValue(int(1000 * progress.done / progress.total))
            parts.append(
                self.tr("{done} of {total}").format(
                    done=words.grouped(progress.done), total=words.grouped(progress.total)
                )
            )
        else:
            self.bar.setRange(0, 0)
        self._doing.setText("  ·  ".join(parts))

    def next_words(self) -> str:
        return ""

    def first(self) -> QWidget:
        return self.stop

    def _stop(self) -> None:
        self.stop.setEnabled(False)
        self._doing.setText(self.tr("Stopping..."))
        self.stop_requested.emit()
