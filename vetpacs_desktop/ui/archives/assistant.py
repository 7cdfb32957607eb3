"""The assistant that enters another archive: which one, does it answer, and what it must know of us.

It asks and shows; testing is done by who made it, in a thread, and told back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLabel, QStackedWidget, QWidget

from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.network.contact import Shown
from vetpacs_desktop.ui import frame
from vetpacs_desktop.ui.archives.pages import AnswerPage, OursPage, WherePage
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.operations.sending import OwnName, Tested
from vetpacs_desktop.ui.room import give_room

SIZE = (560, 470)


class ArchiveAssistant(QDialog):
    """Three pages; `entered` tells the archive at the end."""

    entered = Signal(object)
    """Node"""
    test_requested = Signal(object)
    """Node: ask whether it answers, then call `show_tested`"""
    certificate_requested = Signal(str, int)
    """Host and port: look at the certificate there, then call `show_certificate`"""

    def __init__(
        self,
        taken: Callable[[str], bool],
        own: OwnName,
        node: Node | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`taken(name)`: another archive has this name. With `node` it is changed instead of added."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Another archive"))
        give_room(self, *SIZE)
        self._before = node
        self.where = WherePage(node, taken)
        self.answer = AnswerPage(node)
        self.ours = OursPage(own, node)
        self._pages = QStackedWidget()
        for page in (self.where, self.answer, self.ours):
            self._pages.addWidget(page)
        self._title = QLabel()
        self._title.setProperty("role", "title")
        self.where.changed.connect(self._renew)
        self.answer.retry_requested.connect(self._test)
        self.answer.certificate_requested.connect(
            lambda: self.certificate_requested.emit(self.node().host, self.node().port)
        )
        self._lay_out()
        self._show(0)

    def node(self) -> Node:
        """The archive as it is described so far."""
        node = self.where.node()
        node = replace(node, tls=self.answer.tls, certificate=self.answer.certificate)
        node = replace(node, may_retrieve=self.ours.may_fetch, commitment=self.ours.asks_to_confirm)
        before = self._before
        return replace(node, node_id=before.node_id, calling_ae=before.calling_ae) if before else node

    def show_tested(self, tested: Tested) -> None:
        """How the test went."""
        self.answer.show_tested(self.where.node().name, tested)
        self._renew()

    def show_certificate(self, shown: Shown | None, trouble: str = "") -> None:
        """The certificate that was looked at, or why it could not be."""
        self.answer.show_certificate(shown, trouble)

    @property
    def page(self) -> int:
        """Which page is shown, the first is 0."""
        return self._pages.currentIndex()

    def _show(self, place: int) -> None:
        self._pages.setCurrentIndex(place)
        titles = (
            self.tr("Which archive or workstation?"),
            self.tr("Does it answer?"),
            self.tr("What it must know of this computer"),
        )
        self._title.setText(titles[place])
        self._renew()
        if place == 0:
            self.where.name.setFocus()
        elif place == 1:
            self._test()
        if place:
            self.next.setFocus()

    def _renew(self) -> None:
        place = self.page
        self.back.setEnabled(place > 0)
        if place == 2:
            self.next.setText(self.tr("Save") if self._before else self.tr("Add"))
        elif place == 1 and not self.answer.answered:
            self.next.setText(self.tr("Go on all the same"))
        else:
            self.next.setText(self.tr("Next"))

    def _go_on(self) -> None:
        if self.page == 0 and not self.where.check():
            return
        if self.page < 2:
            self._show(self.page + 1)
            return
        self.entered.emit(self.node())
        self.accept()

    def _test(self) -> None:
        self.answer.show_waiting(self.where.node().name)
        self.test_requested.emit(self.node())

    def _lay_out(self) -> None:
        column = frame.column_of(self)
        column.addWidget(self._title)
        column.addWidget(self._pages, 1)
        self.back = button(self.tr("Back"), name="back")
        self.next = frame.as_default(button(self.tr("Next"), role="primary", name="next"))
        cancel = button(self.tr("Cancel"), name="cancel")
        self.back.clicked.connect(lambda: self._show(self.page - 1))
        self.next.clicked.connect(self._go_on)
        cancel.clicked.connect(self.reject)
        for one in (self.back, cancel):
            one.setAutoDefault(False)
        column.addLayout(frame.row(self.back, None, cancel, self.next))
