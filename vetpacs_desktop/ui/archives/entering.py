"""Entering, changing and testing another archive: joins the assistant to the work in threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject

from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.network.contact import Shown, certificate_of
from vetpacs_desktop.ui.archives.assistant import ArchiveAssistant
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.house import House
from vetpacs_desktop.ui.notices import GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.operations import sending
from vetpacs_desktop.ui.operations.sending import OwnName, Tested


class Entering(QObject):
    """One assistant at a time."""

    def __init__(self, house: House, talk: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._house = house
        self._talk = talk
        self.assistant: ArchiveAssistant | None = None

    def begin(self, names: Sequence[str], node: Node | None = None) -> None:
        """Open the assistant; `names` are those in use by other archives."""
        app = self._house.app
        others = {name.casefold() for name in names}
        if node is not None:
            others.discard(node.name.casefold())

        def taken(name: str) -> bool:
            return name.casefold() in others

        self._talk.start(
            lambda _report, _cancel: sending.own_name(app.home, app.settings),
            lambda own: self._open(taken, own, node),
        )

    def test(self, node: Node) -> None:
        """Ask an archive whether it answers, and tell."""
        app = self._house.app

        def work() -> Tested:
            tested = sending.test(app.home, app.settings, node)
            app.library.nodes.note(node, tested.trouble.sentence if tested.trouble else "")
            return tested

        def tell(tested: Tested) -> None:
            if tested.trouble is not None:
                self._house.tell(Notice(PROBLEM, tested.trouble.sentence))
            else:
                self._house.tell(Notice(GOOD, self.tr("{name} answers.").format(name=node.name)))

        sending.run(self._talk, work, tell, self._house.tell)

    def close(self) -> None:
        """The window goes."""
        if self.assistant is not None:
            self.assistant.reject()

    def _open(self, taken: Callable[[str], bool], own: OwnName, node: Node | None) -> None:
        self.assistant = ArchiveAssistant(taken, own, node, self._house.window)
        self.assistant.test_requested.connect(self._test)
        self.assistant.certificate_requested.connect(self._look)
        self.assistant.entered.connect(self._enter)
        self.assistant.finished.connect(self._gone)
        self.assistant.open()

    def _gone(self) -> None:
        self.assistant = None

    def _test(self, node: Node) -> None:
        app = self._house.app
        sending.run(
            self._talk,
            lambda: sending.test(app.home, app.settings, replace(node, node_id=0)),
            lambda tested: self.assistant.show_tested(tested) if self.assistant else None,
            self._house.tell,
        )

    def _look(self, host: str, port: int) -> None:
        def work() -> tuple[Shown | None, str]:
            try:
                return certificate_of(host, port), ""
            except OSError as error:
                return None, error.strerror or str(error)

        def show(found: tuple[Shown | None, str]) -> None:
            if self.assistant is not None:
                self.assistant.show_certificate(*found)

        sending.run(self._talk, work, show, self._house.tell)

    def _enter(self, node: Node) -> None:
        nodes = self._house.app.library.nodes

        answered = self.assistant is not None and self.assistant.answer.answered

        def work() -> Node:
            kept = nodes.change(node) if node.node_id else nodes.add(node)
            if answered:
                nodes.note(kept)
            return kept

        def tell(kept: Node) -> None:
            text = self.tr("Exams can now be sent to {name}.").format(name=kept.name)
            if not answered:
                text = self.tr("{name} is kept here. It did not answer yet.").format(name=kept.name)
            self._house.tell(Notice(GOOD, text))

        sending.run(self._house.chores, work, tell, self._house.tell)
