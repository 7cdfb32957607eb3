"""What this panel's dialogs have in common: a title, notices of their own, what is under way, and Close.

A dialog stays usable while the list behind it changes; it never blocks the window.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.ui import theme, words
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.notices import NoticeBoard
from vetpacs_desktop.ui.transfers import Transfer, Transfers

PAD = 2 * theme.GRID
SMALLEST, LARGEST = QSize(1080, 680), QSize(1600, 1000)
SHARE = 0.8
"""Of the window's width and height, within these bounds."""


def nothing_here(sentence: str) -> QLabel:
    """The page of a list that is empty."""
    page = QLabel(sentence)
    page.setProperty("role", "dim")
    page.setAlignment(Qt.AlignmentFlag.AlignCenter)
    page.setWordWrap(True)
    return page


def side_by_side(rows: QWidget, facts: QWidget, widths: tuple[int, int]) -> QSplitter:
    """A list and what is known of the row chosen; more room goes to the list."""
    splitter = QSplitter(Qt.Orientation.Horizontal)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(1)
    splitter.addWidget(rows)
    splitter.addWidget(facts)
    splitter.setStretchFactor(0, 1)
    splitter.setSizes(widths)
    return splitter


class KeptDialog(QDialog):
    """The frame: each dialog fills `body` and `buttons`."""

    def __init__(
        self, title: str, explained: str, transfers: Transfers, places: tuple[str, ...], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._transfers = transfers
        self._places = places
        self._running: Transfer | None = None
        self.setWindowTitle(title)
        self._focus_due = False
        self.resize((parent.window().size() * SHARE).boundedTo(LARGEST).expandedTo(SMALLEST))
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(theme.GRID)
        column.addLayout(self._head(title, explained))
        self.notices = NoticeBoard()
        self.notices.setContentsMargins(-PAD, 0, -PAD, 0)
        column.addWidget(self.notices)
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.GRID)
        column.addLayout(self.body, 1)
        column.addWidget(self._progress())
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(theme.GRID)
        self.buttons.addStretch(1)
        self.close_button = button(self.tr("Close"))
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.close)
        self.buttons.addWidget(self.close_button)
        column.addLayout(self.buttons)
        transfers.changed.connect(self._renew_progress)

    @property
    def busy(self) -> bool:
        """Whether something this dialog is about is under way."""
        return self._running is not None

    def explain(self, text: str) -> None:
        """Another sentence under the title."""
        self._explained.setText(text)

    def add_button(self, made: QPushButton) -> QPushButton:
        """One more button, left of those that are there and of the gap before Close."""
        made.setAutoDefault(False)
        self.buttons.insertWidget(self.buttons.count() - 2, made)
        return made

    def refresh(self) -> None:
        """Read again what is shown; called when the dialog shows and when something changed."""

    def arrived(self) -> None:
        """What was asked for at first is there: the keys go to it."""
        if self._focus_due:
            self._focus_due = False
            self.first_focus().setFocus()

    def first_focus(self) -> QWidget:
        """Where the keys go at first."""
        return self.close_button

    def renew_buttons(self) -> None:
        """Which buttons can be pressed now."""

    def _head(self, title: str, explained: str) -> QVBoxLayout:
        head = QVBoxLayout()
        head.setSpacing(2)
        name = QLabel(title)
        name.setProperty("role", "title")
        self._explained = QLabel(explained)
        self._explained.setProperty("role", "dim")
        self._explained.setTextFormat(Qt.TextFormat.PlainText)
        self._explained.setWordWrap(True)
        head.addWidget(name)
        head.addWidget(self._explained)
        return head

    def _progress(self) -> QWidget:
        self._working = QWidget()
        row = QHBoxLayout(self._working)
        row.setContentsMargins(0, 0, 0, 0)
        self._doing = QLabel()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        cancel = button(self.tr("Cancel"), role="link")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self._cancel)
        row.addWidget(self._doing)
        row.addWidget(self._bar, 1)
        row.addWidget(cancel)
        self._working.hide()
        return self._working

    def _renew_progress(self) -> None:
        mine = [one for one in self._transfers.under_way if one.place in self._places]
        before, self._running = self._running, mine[-1] if mine else None
        self._working.setVisible(self._running is not None)
        if self._running is not None:
            progress = self._running.progress
            amount = ""
            if progress.total:
                amount = self.tr("{done} of {total}").format(
                    done=words.grouped(progress.done), total=words.grouped(progress.total)
                )
            self._doing.setText(" ".join(part for part in (self._running.title, amount) if part))
            self._bar.setRange(0, progress.total or 0)
            self._bar.setValue(progress.done)
        if (before is None) != (self._running is None):
            self.renew_buttons()

    def _cancel(self) -> None:
        if self._running is not None:
            self._transfers.cancel(self._running)

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._focus_due = True
        self.refresh()
