"""A page of the assistants of this panel: it shows a draft, takes what is typed, tells faults."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.backup.draft import Draft
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.page import Page, label, say
from vetpacs_desktop.ui.room import give_room

FOOT = 12
FIELD = 340
NAMES = 110
"""The least width of the names beside fields, so that forms below each other stand in line."""
SIZE = (860, 640)


class Step(Page):
    """One question about a place."""

    def __init__(self, question: str, meaning: str = "", parent: QWidget | None = None) -> None:
        super().__init__(question, meaning, parent)
        self.problem = label("error")
        self.problem.setParent(self)  # also where a page has no place for it
        self.problem.hide()

    def show_draft(self, draft: Draft) -> None:
        """Show what is known."""

    def taken(self, draft: Draft) -> Draft:
        """`draft` with what this page asks for."""
        return draft

    def fault(self) -> str:
        """Why one can't go on; empty: one can."""
        return ""

    def entered(self) -> None:
        """The page comes into view."""

    def left(self) -> None:
        """It goes; what was under way for it alone is stopped."""

    def next_words(self) -> str:
        return self.tr("Next")

    def complain(self, sentence: str) -> None:
        """Say what is wrong; empty takes it away."""
        say(self.problem, sentence)


class Assistant(QDialog):
    """Pages one after another with Back, Next and Close below; which follows which is the heir's business."""

    def __init__(self, title: str, pages: Sequence[Page], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        give_room(self, *SIZE)
        self._stack = QStackedWidget()
        for page in pages:
            self._stack.addWidget(page)
            page.changed.connect(self.renew)
        self.back = button(self.tr("Back"), name="back")
        self.close_button = button(self.tr("Cancel"), name="close")
        self.next = button("", role="primary", name="next")
        self.back.clicked.connect(self.go_back)
        self.close_button.clicked.connect(self.close)
        self.next.clicked.connect(self.go_on)
        self._lay_out()

    @property
    def page(self) -> Page:
        """The page shown."""
        page = self._stack.currentWidget()
        assert isinstance(page, Page)
        return page

    def go_on(self) -> None:
        """The next page, if this one is in order."""

    def go_back(self) -> None:
        """The page before."""

    def may_go_back(self) -> bool:
        """Whether there is a page before."""
        return True

    def show_page(self, page: Page) -> None:
        """Bring a page into view."""
        before = self.page
        if isinstance(before, Step) and before is not page:
            before.left()
        self._stack.setCurrentWidget(page)
        self.renew()
        if isinstance(page, Step):
            page.entered()
        page.first().setFocus()

    def renew(self) -> None:
        """What the buttons say and whether they can be pressed."""
        page = self.page
        self.next.setText(page.next_words())
        self.next.setVisible(bool(page.next_words()))
        self.next.setEnabled(page.ready())
        self.back.setVisible(self.may_go_back())

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        line = QFrame()
        line.setProperty("role", "line")
        line.setFixedHeight(1)
        column.addWidget(line)
        foot = QHBoxLayout()
        foot.setContentsMargins(3 * theme.GRID, FOOT, 3 * theme.GRID, FOOT)
        foot.setSpacing(theme.GRID)
        foot.addWidget(self.back)
        foot.addStretch(1)
        for one in (self.close_button, self.next):
            foot.addWidget(one)
        for one in (self.back, self.close_button, self.next):
            one.setMinimumWidth(96)
            one.setAutoDefault(False)  # Enter is `keyPressEvent`'s
        column.addLayout(foot)

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        focus = self.focusWidget()
        if isinstance(focus, QPushButton):
            focus.click()
        elif isinstance(focus, QPlainTextEdit):
            super().keyPressEvent(event)
        elif self.next.isVisible() and self.next.isEnabled():
            self.next.click()


def form_of(rows: Sequence[tuple[str, QWidget]]) -> QFormLayout:
    """Fields below each other with their names on the left."""
    form = QFormLayout()
    form.setHorizontalSpacing(16)
    form.setVerticalSpacing(12)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
    for words, widget in rows:
        name = QLabel(words)
        name.setMinimumWidth(NAMES)
        name.setBuddy(widget)
        form.addRow(name, widget)
    return form


def stop_enter(*buttons: QPushButton) -> None:
    """Buttons of pages that Enter must not press by itself."""
    for one in buttons:
        one.setAutoDefault(False)
