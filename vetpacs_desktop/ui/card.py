"""A card of the System page: a light, a sentence, what can be done about it, details behind a fold.

Every panel may make one; the window puts them on the System page.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.actions import Action
from vetpacs_desktop.ui.buttons import button, button_for
from vetpacs_desktop.ui.picture import Picture
from vetpacs_desktop.ui.receiver import Light
from vetpacs_desktop.ui.status_strip import Lamp

PAD = 2 * theme.GRID


class Card(QFrame):
    """The frame; each card adds its own rows to `body` and buttons to `buttons`."""

    def __init__(self, picture: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(10)
        column.addLayout(self._head(picture, title))
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.GRID)
        column.addLayout(self.body)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(theme.GRID)
        self.buttons.addStretch(1)
        column.addLayout(self.buttons)

    @property
    def text(self) -> str:
        """The sentence shown."""
        return self._sentence.text()

    @property
    def light(self) -> Light:
        """The light shown."""
        return self._lamp.light

    def say(self, light: Light | None, sentence: str, details: str = "") -> None:
        """Show a state; without a light it is only an explanation."""
        self._lamp.setVisible(light is not None)
        if light is not None:
            self._lamp.show_light(light)
        self._sentence.setText(sentence)
        self._details.setPlainText(details)
        self._fold.setVisible(bool(details))
        self._details.setVisible(bool(details) and self._fold.isChecked())

    def add_button(self, row: Action) -> QPushButton:
        """The button of an action at the end of the row."""
        made = button_for(row)
        self.buttons.insertWidget(self.buttons.count() - 1, made)
        return made

    def event(self, event: QEvent) -> bool:
        """As tall as its words need at this width, which a scroll area does not ask for."""
        done = super().event(event)
        kinds = (QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.Show)
        if event.type() in kinds and self.isVisible():  # what happens unseen its layout does not hear of
            wanted = self.heightForWidth(self.width())
            if wanted != self.minimumHeight():
                self.setMinimumHeight(max(0, wanted))
        return done

    def _head(self, picture: str, title: str) -> QVBoxLayout:
        head = QVBoxLayout()
        head.setSpacing(theme.GRID)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(Picture(picture, 24, "text_dim"))
        name = QLabel(title)
        name.setProperty("role", "heading")
        row.addWidget(name, 1)
        head.addLayout(row)
        line = QHBoxLayout()
        line.setSpacing(10)
        self._lamp = Lamp(14)
        line.addWidget(self._lamp, 0, Qt.AlignmentFlag.AlignTop)
        self._sentence = QLabel()
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setWordWrap(True)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        line.addWidget(self._sentence, 1)
        head.addLayout(line)
        self._fold = button(self.tr("Details"), "down", role="link")
        self._fold.setCheckable(True)
        self._fold.hide()
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setMaximumHeight(200)
        self._details.hide()
        self._fold.toggled.connect(self._details.setVisible)
        head.addWidget(self._fold, 0, Qt.AlignmentFlag.AlignLeft)
        head.addWidget(self._details)
        return head
