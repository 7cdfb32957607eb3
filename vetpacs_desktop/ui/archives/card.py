"""The card of other archives: who they are, when they last answered, and what is on its way to them."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QToolButton, QWidget

from vetpacs_desktop.store.archives.nodes import Node, NodeState
from vetpacs_desktop.ui import frame
from vetpacs_desktop.ui.archives import saying
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.icons import icon
from vetpacs_desktop.ui.operations.sending import Traffic
from vetpacs_desktop.ui.receiver import Light
from vetpacs_desktop.ui.status_strip import Lamp

GAP = 8


class ArchivesCard(Card):
    """Shows the traffic."""

    add_requested = Signal()
    change_requested = Signal(object)
    test_requested = Signal(object)
    remove_requested = Signal(object)
    """Node, for these three"""
    outbox_requested = Signal()
    rules_requested = Signal()
    search_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("archives", self.tr("Other archives"), parent)
        self._holder: QWidget | None = None
        self._shown: object = None
        self.search = button(self.tr("Search..."), "search", name="search_archives")
        self.outbox = button(self.tr("On its way..."), "send", name="outbox")
        self.rules = button(self.tr("Rules..."), "rules", name="rules")
        self.add = button(self.tr("Add..."), "add", name="add_archive")
        for place, (made, signal) in enumerate(
            (
                (self.search, self.search_requested),
                (self.outbox, self.outbox_requested),
                (self.rules, self.rules_requested),
                (self.add, self.add_requested),
            )
        ):
            made.clicked.connect(signal)
            self.buttons.insertWidget(place, made)
        self.show_traffic(Traffic())

    def show_traffic(self, traffic: Traffic) -> None:
        """The archives and the queue as they are now."""
        self.say(*saying.headline(traffic))
        for one in (self.search, self.outbox, self.rules):
            one.setVisible(bool(traffic.nodes))
        minute = saying.local_now().replace(second=0, microsecond=0)
        if (traffic.nodes, minute) != self._shown:
            self._shown = (traffic.nodes, minute)
            self._show_nodes(traffic.nodes)

    def _show_nodes(self, nodes: tuple[tuple[Node, NodeState], ...]) -> None:
        if self._holder is not None:
            self.body.removeWidget(self._holder)
            self._holder.deleteLater()
        self._holder = QWidget()
        grid = QGridLayout(self._holder)
        grid.setContentsMargins(24, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        now = saying.local_now()
        for place, (node, state) in enumerate(nodes):
            self._line(grid, place, node, state, now)
        self.body.addWidget(self._holder)
        self._holder.setVisible(bool(nodes))

    def _line(self, grid: QGridLayout, place: int, node: Node, state: NodeState, now: datetime) -> None:
        lamp = Lamp(12)
        lamp.show_light(Light.RED if state.trouble else Light.GREEN if state.ok_at else Light.AMBER)
        grid.addWidget(lamp, 3 * place, 0)
        encrypted = self.tr(", encrypted") if node.tls else ""
        grid.addWidget(frame.label(node.name, "heading"), 3 * place, 1)
        grid.setRowMinimumHeight(3 * place + 2, GAP)
        below = f"{node.address}{encrypted} · {saying.contact(state, now)}"
        grid.addWidget(frame.label(below, "secondary"), 3 * place + 1, 1)
        for number, (picture, words, signal) in enumerate(
            (
                ("verify", self.tr("Ask {name} whether it answers"), self.test_requested),
                ("settings", self.tr("Change {name}"), self.change_requested),
                ("trash", self.tr("Remove {name}"), self.remove_requested),
            )
        ):
            made = QToolButton()
            made.setObjectName(f"{picture} {node.name}")
            made.setIcon(icon(picture, "text_dim"))
            made.setToolTip(words.format(name=node.name))
            made.setAccessibleName(words.format(name=node.name))
            made.clicked.connect(lambda _=False, signal=signal, node=node: signal.emit(node))
            grid.addWidget(made, 3 * place, 2 + number, 2, 1, Qt.AlignmentFlag.AlignTop)
