"""Sentences that appear above a page without taking the focus: what was done, what went wrong, what to do.

Details are behind a fold. Good news leaves by itself; a problem stays until it is closed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.icons import icon
from vetpacs_desktop.ui.picture import Picture

GOOD, ATTENTION, PROBLEM = "accent", "amber", "red"
_PICTURES = {GOOD: "ok", ATTENTION: "warning", PROBLEM: "error"}
LEAVES_MS = 12_000
MOST = 3


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence; `action` is a button with words and what it does."""

    tone: str
    text: str
    details: str = ""
    action: tuple[str, Callable[[], object]] | None = None
    stays: bool = False
    """True for an offer: it waits for an answer, though it is no problem."""
    replaces: str = ""
    """The sentence of an earlier notice that this one makes untrue."""


class NoticeBoard(QWidget):
    """The newest notices, one below the other; empty it takes no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 8, 16, 0)
        self._column.setSpacing(theme.GRID)
        self.hide()

    def show_notice(self, notice: Notice) -> None:
        """Add a notice; the oldest leaves when there are too many, and the same one isn't shown twice."""
        for bar in self.bars():
            if bar.notice.text in (notice.text, notice.replaces):
                bar.close()
        bars = self.bars()
        if len(bars) >= MOST:
            bars[0].close()
        bar = NoticeBar(notice, self)
        bar.closed_by = self._closed
        self._column.addWidget(bar)
        self.show()

    def withdraw(self, text: str) -> None:
        """Take back a sentence that is not true any more; nothing happens where it is not shown."""
        for bar in self.bars():
            if bar.notice.text == text:
                bar.close()

    def bars(self) -> list[NoticeBar]:
        """The notices shown, oldest first."""
        found = [self._column.itemAt(place) for place in range(self._column.count())]
        widgets = [item.widget() for item in found if item is not None]
        return [bar for bar in widgets if isinstance(bar, NoticeBar)]

    def texts(self) -> list[str]:
        """The sentences shown, oldest first."""
        return [bar.notice.text for bar in self.bars()]

    def _closed(self, bar: NoticeBar) -> None:
        self._column.removeWidget(bar)
        bar.deleteLater()
        self.setVisible(bool(self.bars()))


class NoticeBar(QFrame):
    """One notice."""

    def __init__(self, notice: Notice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = notice
        self.closed_by: Callable[[NoticeBar], object] = lambda _: None
        self.setProperty("role", "notice")
        self.setProperty("tone", notice.tone)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 8)
        column.setSpacing(theme.GRID)
        column.addLayout(self._line())
        self._details = QPlainTextEdit(notice.details)
        self._details.setReadOnly(True)
        self._details.setFixedHeight(min(24 + 17 * (notice.details.count("\n") + 1), 160))
        self._details.hide()
        column.addWidget(self._details)
        if notice.tone == GOOD and not notice.details and not notice.stays:
            QTimer.singleShot(LEAVES_MS, self, self.close)

    def close(self) -> bool:
        """Take the notice away."""
        self.closed_by(self)
        return True

    def _line(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        picture = Picture(_PICTURES[self.notice.tone], 20, self.notice.tone)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignVCenter)
        text = QLabel(self.notice.text)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(text, 1)
        if self.notice.details:
            fold = button(self.tr("Details"), "down", role="link")
            fold.setCheckable(True)
            fold.toggled.connect(lambda on: self._details.setVisible(on))
            row.addWidget(fold, 0, Qt.AlignmentFlag.AlignTop)
        if self.notice.action is not None:
            row.addWidget(self._action_button(*self.notice.action), 0, Qt.AlignmentFlag.AlignTop)
        close = QToolButton()
        close.setIcon(icon("close", "text_dim"))
        close.setToolTip(self.tr("Close"))
        close.setAccessibleName(self.tr("Close"))
        close.clicked.connect(self.close)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _action_button(self, words: str, act: Callable[[], object]) -> QPushButton:
        made = button(words)
        made.clicked.connect(lambda: (act(), self.close()))
        return made
