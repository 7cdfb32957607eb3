"""All that is known of one place, and what can be done there. It shows and asks; the desk does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QTableWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.jobs import Progress
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.ui import frame, theme, words
from vetpacs_desktop.ui.backup import saying, telling_details
from vetpacs_desktop.ui.backup.draft import address_words
from vetpacs_desktop.ui.backup.plot import GrowthPlot
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.operations.backup_details import Known
from vetpacs_desktop.ui.page import label
from vetpacs_desktop.ui.room import give_room
from vetpacs_desktop.ui.status_strip import Lamp

SIZE = (1060, 740)
Row = tuple[str, ...]


class DetailsDialog(QDialog):
    """Shows `Known`."""

    prove_requested = Signal()
    drill_requested = Signal()
    prune_requested = Signal()
    rest_requested = Signal(bool)
    change_requested = Signal()
    remove_requested = Signal()
    certificate_requested = Signal()
    stop_requested = Signal()

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Backup: {name}").format(name=place.name))
        give_room(self, *SIZE)
        self.place = place
        self._lamp = Lamp(14)
        self._said = label("")
        self._faults = label("dim")
        self._facts: dict[str, QLabel] = {}
        self.plot = GrowthPlot()
        self.generations = _table(
            (
                (self.tr("Made"), 170),
                (self.tr("Files"), 120),
                (self.tr("Size"), 100),
                (self.tr("New in it"), 120),
                (self.tr("Took"), 90),
                (self.tr("State"), 0),
            ),
            "generations",
        )
        self.runs = _table(
            (
                (self.tr("Begun"), 170),
                (self.tr("Ended"), 130),
                (self.tr("How"), 140),
                (self.tr("Copied"), 170),
                (self.tr("What happened"), 0),
            ),
            "runs",
        )
        self.drills = _table(
            (
                (self.tr("When"), 170),
                (self.tr("What"), 220),
                (self.tr("Files"), 100),
                (self.tr("Took"), 90),
                (self.tr("What was found"), 0),
            ),
            "drills",
        )
        self._make_buttons()
        self._lay_out()
        self.show_work("", None)

    @property
    def said(self) -> str:
        """The sentence on top."""
        return self._said.text()

    def fact(self, name: str) -> str:
        """The value shown under a name."""
        return self._facts[name].text()

    def show_known(self, known: Known) -> None:
        """What is known now."""
        self.place = known.place
        now = datetime.now().astimezone()
        judged = known.health
        self._lamp.show_light(saying.LIGHTS[judged.light])
        self._said.setText(judged.sentence)
        self._faults.setText("\n".join(fault.sentence for fault in judged.faults[1:]))
        self._faults.setVisible(bool(self._faults.text()))
        for name, value in telling_details.facts(known, now).items():
            self._facts[name].setText(value)
        self.plot.show_sizes(judged.sizes)
        _fill(self.generations, [telling_details.generation_row(one, now) for one in known.generations])
        _fill(self.runs, [telling_details.run_row(one, now) for one in known.runs])
        _fill(self.drills, [telling_details.drill_row(one, now) for one in known.drills])
        self.rest.setText(self.tr("Go on") if known.place.paused else self.tr("Let it rest"))
        some = bool(known.generations)
        for one in (self.prove, self.drill, self.prune, self.certificate):
            one.setEnabled(some and self._bar.isHidden())

    def show_work(self, title: str, progress: Progress | None) -> None:
        """Something that was started here is under way; None: nothing is."""
        for widget in (self._bar, self._doing, self.stop):
            widget.setVisible(progress is not None)
        for one in (self.prove, self.drill, self.prune):
            one.setEnabled(progress is None and self.generations.rowCount() > 0)
        if progress is None:
            return
        amount = ""
        if progress.total:
            amount = self.tr("{done} of {total}").format(
                done=words.grouped(progress.done), total=words.grouped(progress.total)
            )
        self._doing.setText("  ·  ".join(part for part in (title, progress.text, amount) if part))
        self._bar.setRange(0, progress.total or 0)
        self._bar.setValue(progress.done)

    def _make_buttons(self) -> None:
        self.prove = button(self.tr("Prove all now"), "verify", name="prove")
        self.prove.setToolTip(self.tr("Read every file of the newest generation back and compare it"))
        self.drill = button(self.tr("Rehearse now"), "rebuild", name="drill")
        self.drill.setToolTip(self.tr("Bring the newest generation back into a temporary folder and compare"))
        self.prune = button(self.tr("What would go..."), "trash", name="prune")
        self.certificate = button(self.tr("Certificate..."), "document", name="certificate")
        self.certificate.setToolTip(self.tr("A page for an inspection, as PDF"))
        self.change = button(self.tr("Change..."), "settings", name="change")
        self.rest = button(self.tr("Let it rest"), "pause", name="rest")
        self.remove = button(self.tr("Remove..."), "trash", name="remove")
        self.stop = button(self.tr("Stop"), "stop", role="link", name="stop_work")
        self.close_button = button(self.tr("Close"), name="close")
        for made, signal in (
            (self.prove, self.prove_requested),
            (self.drill, self.drill_requested),
            (self.prune, self.prune_requested),
            (self.certificate, self.certificate_requested),
            (self.change, self.change_requested),
            (self.remove, self.remove_requested),
            (self.stop, self.stop_requested),
        ):
            made.setAutoDefault(False)
            made.clicked.connect(lambda _=False, signal=signal: signal.emit())
        self.rest.setAutoDefault(False)
        self.rest.clicked.connect(lambda: self.rest_requested.emit(not self.place.paused))
        self.close_button.clicked.connect(self.close)

    def _lay_out(self) -> None:
        column = frame.column_of(self)
        column.setSpacing(12)
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addWidget(label("title", self.place.name))
        head.addWidget(label("secondary", address_words(self.place.url)))
        column.addLayout(head)
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self._lamp, 0, Qt.AlignmentFlag.AlignTop)
        words_ = QVBoxLayout()
        words_.setSpacing(4)
        words_.addWidget(self._said)
        words_.addWidget(self._faults)
        line.addLayout(words_, 1)
        column.addLayout(line)
        middle = QHBoxLayout()
        middle.setSpacing(3 * theme.GRID)
        middle.addWidget(self._fact_grid(), 3)
        middle.addWidget(self.plot, 2)
        column.addLayout(middle)
        tabs = QTabWidget()
        tabs.addTab(self.generations, self.tr("Generations"))
        tabs.addTab(self.runs, self.tr("Runs"))
        tabs.addTab(self.drills, self.tr("Proofs and rehearsals"))
        self.tabs = tabs
        column.addWidget(tabs, 1)
        self._doing = label("dim")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        column.addLayout(frame.row(self._doing, self._bar, self.stop))
        column.addLayout(frame.row(self.prove, self.drill, self.prune, self.certificate, None))
        column.addLayout(frame.row(self.change, self.rest, self.remove, None, self.close_button))

    def _fact_grid(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        for number, (name, title) in enumerate(telling_details.fact_titles()):
            row, side = number % 5, 2 * (number // 5)
            grid.addWidget(label("secondary", title), row, side)
            value = label("")
            value.setObjectName(name)
            self._facts[name] = value
            grid.addWidget(value, row, side + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        return holder


def _table(columns: Sequence[tuple[str, int]], name: str) -> QTableWidget:
    return frame.table([title for title, _ in columns], [width for _, width in columns], name)


def _fill(table: QTableWidget, rows: Sequence[Row]) -> None:
    table.setRowCount(len(rows))
    for place, texts in enumerate(rows):
        frame.fill(table, place, texts)
