"""What is on its way: every sending with where it stands, and what a person can do about it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from vetpacs_desktop.store.archives.outbox import Sending, State
from vetpacs_desktop.ui import frame, words
from vetpacs_desktop.ui.archives import saying
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.room import give_room

SIZE = (820, 520)
SECOND_MS = 1000


class OutboxDialog(QDialog):
    """The queue. Says what is wished; changes nothing itself."""

    retry_requested = Signal(object)
    hold_requested = Signal(object)
    go_on_requested = Signal(object)
    remove_requested = Signal(object)
    clear_requested = Signal()
    details_wanted = Signal(int)

    def __init__(self, sendings: Sequence[Sending] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("On its way"))
        give_room(self, *SIZE)
        self._sendings: dict[int, Sending] = {}
        titles = (self.tr("Exam"), self.tr("To"), self.tr("Asked by"), self.tr("State"))
        self.table = frame.table(titles, (0, 140, 140, 210), "sendings")
        self.table.itemSelectionChanged.connect(self._chosen_changed)
        self._empty = frame.label(
            self.tr("Nothing is on its way. Choose exams in the list and press Send to put some here."), "dim"
        )
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._said = frame.label("", "")
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setFixedHeight(96)
        self._details.hide()
        self._lay_out()
        self._timer = QTimer(self, interval=SECOND_MS)
        self._timer.timeout.connect(self._count_down)
        self._timer.start()
        self.show_sendings(sendings)

    @property
    def said(self) -> str:
        """The sentence about the chosen sendings."""
        return self._said.text()

    def chosen(self) -> list[Sending]:
        """The chosen ones, from the top."""
        keys = frame.keys_of(self.table)
        return [self._sendings[key] for key in keys if isinstance(key, int) and key in self._sendings]

    def show_sendings(self, sendings: Sequence[Sending]) -> None:
        """The queue as it is now; what is chosen stays chosen."""
        before = [one.job_id for one in self.chosen()]
        self._sendings = {one.job_id: one for one in sendings}
        self.table.blockSignals(True)
        self.table.setRowCount(len(sendings))
        self.table.clearSelection()
        for place, one in enumerate(sendings):
            frame.fill(self.table, place, self._texts(one), one.job_id)
            if one.job_id in before:
                self._choose(place)
        self.table.blockSignals(False)
        if not before and sendings:
            self._choose(0)
        self.table.setVisible(bool(sendings))
        self._empty.setVisible(not sendings)
        self._chosen_changed()

    def show_failures(self, job_id: int, failures: Sequence[tuple[str, str]]) -> None:
        """The images of a sending that were refused, for who wants to know."""
        if [one.job_id for one in self.chosen()] == [job_id]:
            self._details.setPlainText("\n".join(f"{uid}: {reason}" for uid, reason in failures))
            self._details.setVisible(bool(failures))

    def _choose(self, place: int) -> None:
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        self.table.selectionModel().select(self.table.model().index(place, 0), flags)

    def _texts(self, one: Sending) -> tuple[str, str, str, str]:
        exam = " · ".join(part for part in (saying.animal(one), one.description) if part)
        by = one.asked_by and self.tr("Rule “{name}”").format(name=one.asked_by)
        return exam, one.node, by or self.tr("A person"), saying.state_of(one, time.time())

    def _count_down(self) -> None:
        for place, one in enumerate(self._sendings.values()):
            if saying.is_stuck(one):
                frame.fill(self.table, place, self._texts(one))

    def _chosen_changed(self) -> None:
        chosen = self.chosen()
        states = {one.state for one in chosen}
        self.retry.setEnabled(State.FAILED in states or any(map(saying.is_stuck, chosen)))
        self.hold.setVisible(states != {State.HELD})
        self.hold.setEnabled(State.WAITING in states)
        self.go_on.setVisible(states == {State.HELD})
        self.remove.setEnabled(bool(chosen))
        self.clear.setVisible(any(one.state is State.DONE for one in self._sendings.values()))
        self._details.hide()
        if len(chosen) == 1:
            self._said.setText(chosen[0].trouble)
            if chosen[0].failed:
                self.details_wanted.emit(chosen[0].job_id)
        else:
            text = words.counted(len(chosen), self.tr("{n} exam chosen."), self.tr("{n} exams chosen."))
            self._said.setText(text if chosen else "")
        self._said.setVisible(bool(self._said.text()))

    def _ids(self) -> list[int]:
        return [one.job_id for one in self.chosen()]

    def _lay_out(self) -> None:
        column = frame.column_of(self)
        column.addWidget(frame.label(self.tr("On its way"), "title"))
        column.addWidget(
            frame.label(
                self.tr(
                    "Exams are sent in the background, in this order for each archive; also while this "
                    "window is closed if the receiver runs as a system service."
                ),
                "dim",
            )
        )
        column.addWidget(self.table, 1)
        column.addWidget(self._empty, 1)
        column.addWidget(self._said)
        column.addWidget(self._details)
        self.retry = button(self.tr("Try now"), "rebuild", name="retry")
        self.hold = button(self.tr("Hold"), "pause", name="hold")
        self.go_on = button(self.tr("Go on"), "start", name="go_on")
        self.remove = button(self.tr("Take out"), "close", name="remove")
        self.clear = button(self.tr("Clear what is sent"), role="link", name="clear")
        close = frame.as_default(button(self.tr("Close"), name="close"))
        self.retry.clicked.connect(lambda: self.retry_requested.emit(self._ids()))
        self.hold.clicked.connect(lambda: self.hold_requested.emit(self._ids()))
        self.go_on.clicked.connect(lambda: self.go_on_requested.emit(self._ids()))
        self.remove.clicked.connect(lambda: self.remove_requested.emit(self._ids()))
        self.clear.clicked.connect(self.clear_requested)
        close.clicked.connect(self.accept)
        for one in (self.retry, self.hold, self.go_on, self.remove, self.clear):
            one.setAutoDefault(False)
        column.addLayout(frame.row(self.retry, self.hold, self.go_on, self.remove, None, self.clear, close))
