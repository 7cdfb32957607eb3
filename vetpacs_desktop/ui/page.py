"""What every page of an assistant has: a question, what it means in small words, a body, the next step.

A page shows and asks; it starts nothing and knows no other page.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.picture import Picture

PAD = 3 * theme.GRID


class Page(QWidget):
    """One question. `changed` says that `next_words` or `ready` may have changed."""

    changed = Signal()

    def __init__(self, question: str, meaning: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, PAD, PAD, 2 * theme.GRID)
        column.setSpacing(4)
        self._question = label("title", question)
        self._meaning = label("dim", meaning)
        self._meaning.setVisible(bool(meaning))
        column.addWidget(self._question)
        column.addWidget(self._meaning)
        column.addSpacing(2 * theme.GRID)
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.GRID)
        column.addLayout(self.body, 1)

    @property
    def question(self) -> str:
        """The question shown."""
        return self._question.text()

    @property
    def meaning(self) -> str:
        """The small words under the question."""
        return self._meaning.text()

    def ask(self, question: str, meaning: str = "") -> None:
        """Change the question."""
        self._question.setText(question)
        self._meaning.setText(meaning)
        self._meaning.setVisible(bool(meaning))

    def next_words(self) -> str:
        """What the button that goes on says; empty: there is none."""
        return ""

    def ready(self) -> bool:
        """Whether one may go on."""
        return True

    def first(self) -> QWidget:
        """What has the focus when the page comes."""
        return self


class Tile(QPushButton):
    """A large button with a picture, a name and a second line in small words."""

    def __init__(self, picture: str, name: str, more: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setAccessibleDescription(more)
        self.setMinimumHeight(64)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(16)
        row.addWidget(Picture(picture, 32), 0, Qt.AlignmentFlag.AlignVCenter)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addStretch(1)
        for role, text in (("heading", name), ("secondary", more)):
            if text:
                texts.addWidget(label(role, text))
        texts.addStretch(1)
        row.addLayout(texts, 1)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    # Qt

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return (layout.sizeHint() if layout is not None else QSize()).expandedTo(QSize(0, 64))


def say(shown: QLabel, text: str, role: str = "") -> None:
    """Words in a label that takes no room without them; `role` changes how they look."""
    if role and shown.property("role") != role:
        shown.setProperty("role", role)
        shown.style().unpolish(shown)
        shown.style().polish(shown)
    shown.setText(text)
    shown.setVisible(bool(text))


def scrolling(inside: QWidget) -> QScrollArea:
    """An area that scrolls up and down where the window is low."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    inside.setProperty("role", "page")
    area.setWidget(inside)
    return area


def fit(window: QWidget, width: int, height: int) -> None:
    """Size a window, no larger than the screen has room for (a laptop of 1280x800 at 150 %)."""
    room = window.screen().availableSize()
    window.resize(min(width, room.width()), min(height, room.height()))


def label(role: str, text: str = "") -> QLabel:
    """Words that wrap, in one of the style sheet's roles."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    if role:
        made.setProperty("role", role)
    return made
