"""A line to type into, over the picture, for the words of a label or the true size of an object."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from vetpacs_desktop.ui.viewing.keys import keeps

WIDTH = 240
LONGEST = 120
_OWN_KEYS = (
    *(Qt.Key(number) for number in range(Qt.Key.Key_Space.value, Qt.Key.Key_AsciiTilde.value + 1)),
    *(Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Backspace, Qt.Key.Key_Delete),
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End),
    *(Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Tab),
)


class MarkingEditor(QLineEdit):
    """Asks once: Enter answers, Esc does not. Goes by itself; what was typed is not lost with the focus."""

    def __init__(
        self,
        parent: QWidget,
        at: QPoint,
        text: str,
        placeholder: str,
        valid: Callable[[str], bool],
        done: Callable[[str | None], object],
    ) -> None:
        super().__init__(text, parent)
        self.setObjectName("marking_editor")
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setMaxLength(LONGEST)
        self._valid = valid
        self._done: Callable[[str | None], object] | None = done
        size = self.sizeHint()
        box = QRect(at, size)
        box.setWidth(max(WIDTH, self.fontMetrics().horizontalAdvance(placeholder) + 32))
        box.moveLeft(max(0, min(box.left(), parent.width() - box.width())))
        box.moveTop(max(0, min(box.top(), parent.height() - box.height())))
        self.setGeometry(box)
        self.show()
        self.setFocus()
        self.selectAll()

    def answer(self, answer: str | None) -> None:
        """Answer, and go; harmless twice."""
        done, self._done = self._done, None
        if done is None:
            return
        self.hide()
        self.deleteLater()
        done(answer)

    def event(self, event: QEvent) -> bool:
        if keeps(event, _OWN_KEYS):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.answer(None)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._valid(self.text()):
                self.answer(self.text().strip())
            else:
                self.selectAll()
        elif event.key() not in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.answer(self.text().strip() if self._valid(self.text()) else None)
