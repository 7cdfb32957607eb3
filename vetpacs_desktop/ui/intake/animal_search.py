"""Find an animal of the clinic while typing; before that, the likely ones with the reason.

Answers come from a thread; an answer to an older question is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeAlias

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from vetpacs_desktop.store.animals.likeness import Likeness, Reason, likely
from vetpacs_desktop.store.animals.register import AnimalRow
from vetpacs_desktop.store.records import AnimalID, Patient
from vetpacs_desktop.ui import theme, words
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.icons import icon, species_icon
from vetpacs_desktop.ui.intake.animal_line import ANIMAL, MORE, WHY, AnimalDelegate
from vetpacs_desktop.ui.page import label

Find: TypeAlias = Callable[[str, int], list[AnimalRow]]
MOST = 30
TYPED_MS = 120


class AnimalSearch(QWidget):
    """A field and a list."""

    chosen = Signal(object)
    """AnimalRow, or None when the choice was taken away"""

    def __init__(self, find: Find, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._find = find
        self._bridge = bridge
        self._generation = 0
        self._patient: Patient | None = None
        self._animal: AnimalRow | None = None
        self._itself: frozenset[AnimalID] = frozenset()
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Name, owner, chip or number"))
        self.field.setAccessibleName(self.tr("Find an animal of the clinic"))
        self.field.addAction(icon("search", "text_dim"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.setClearButtonEnabled(True)
        clear = self.field.findChild(QAction, "_q_qlineeditclearaction")
        if clear is not None:
            clear.setIcon(icon("clear", "text_dim"))
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setItemDelegate(AnimalDelegate(self.list))
        self.list.setAccessibleName(self.tr("Animals of the clinic"))
        self._said = label("secondary")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addWidget(self.field)
        column.addWidget(self._said)
        column.addWidget(self.list, 1)
        self._typed = QTimer(self, singleShot=True, interval=TYPED_MS)
        self._typed.timeout.connect(self._ask)
        self.field.textChanged.connect(lambda _: self._typed.start())
        self.list.currentItemChanged.connect(lambda now, _: self._take(now))

    @property
    def said(self) -> str:
        """The sentence over the list."""
        return self._said.text()

    @property
    def animal(self) -> AnimalRow | None:
        """The animal chosen."""
        return self._animal

    def begin(
        self,
        patient: Patient | None,
        animal: AnimalRow | None,
        itself: frozenset[AnimalID] = frozenset(),
    ) -> None:
        """A new question: whom `patient` (what the device says) may be, other than `itself`; `animal` was
        chosen before."""
        self._patient, self._animal, self._itself = patient, animal, itself
        self._typed.stop()
        self.field.blockSignals(True)
        self.field.clear()
        self.field.blockSignals(False)
        self._fill([], "")
        self._ask()

    def mark(self, animal: AnimalRow | None) -> None:
        """Show which animal is chosen; None: none of them."""
        self._animal = animal
        self.list.blockSignals(True)
        self.list.setCurrentRow(-1)
        for row in range(self.list.count()):
            shown = self.list.item(row).data(ANIMAL)
            if animal is not None and shown.animal_id == animal.animal_id:
                self.list.setCurrentRow(row)
        self.list.blockSignals(False)

    def _ask(self) -> None:
        self._generation += 1
        mine, text, patient = self._generation, self.field.text().strip(), self._patient
        if not text and patient is not None:
            self._bridge.start(
                lambda _report, _cancel: likely(patient, self._find),
                lambda found: self._show_likely(mine, found),
                self._failed,
                owner=self,
            )
        else:
            self._bridge.start(
                lambda _report, _cancel: self._find(text, MOST),
                lambda found: self._show_found(mine, text, found),
                self._failed,
                owner=self,
            )

    def _failed(self, error: BaseException) -> None:
        self._said.setText(self.tr("The clinic's animals can't be searched at the moment."))
        if not isinstance(error, (OSError, RuntimeError)):
            return

    def _show_likely(self, generation: int, found: Sequence[Likeness]) -> None:
        if generation != self._generation:
            return
        found = [one for one in found if one.animal.animal_id not in self._itself]
        said = (
            self.tr("Likely the same animal:")
            if found
            else self.tr("No animal here has similar words. Type to find one.")
        )
        self._fill([(one.animal, self._reason(one.reason)) for one in found], said)

    def _show_found(self, generation: int, text: str, found: Sequence[AnimalRow]) -> None:
        if generation != self._generation:
            return
        if text:
            said = "" if found else self.tr("No animal of the clinic has these words.")
        else:
            said = self.tr("The newest ones:") if found else self.tr("The clinic has no animal yet.")
        self._fill([(animal, "") for animal in found], said)

    def _fill(self, rows: Sequence[tuple[AnimalRow, str]], said: str) -> None:
        self._said.setText(said)
        self._said.setVisible(bool(said))
        self.list.blockSignals(True)
        self.list.clear()
        shown = list(rows)
        if self._animal is not None and all(row.animal_id != self._animal.animal_id for row, _ in shown):
            shown.insert(0, (self._animal, self.tr("chosen")))
        for animal, why in shown:
            item = QListWidgetItem(self.list)
            item.setIcon(species_icon(animal.species, "accent"))
            item.setText(animal.animal_name or self.tr("No name"))
            item.setData(MORE, _facts(animal))
            item.setData(WHY, why)
            item.setData(ANIMAL, animal)
            if self._animal is not None and animal.animal_id == self._animal.animal_id:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        animal = item.data(ANIMAL)
        if isinstance(animal, AnimalRow):
            self._animal = animal
            self.chosen.emit(animal)

    def _reason(self, reason: Reason) -> str:
        return {
            Reason.CHIP: self.tr("same chip"),
            Reason.ID_AND_NAME: self.tr("same number and name"),
            Reason.ID: self.tr("same number"),
            Reason.NAMES: self.tr("same names"),
            Reason.ALIKE: self.tr("similar names"),
            Reason.SWAPPED: self.tr("names swapped"),
        }[reason]

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.list.count():
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                row = self.list.currentRow()
                self.list.setCurrentRow(min(max(row + step, 0), self.list.count() - 1))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self.list.count() and self.list.currentRow() < 0:
                    self.list.setCurrentRow(0)
                return True
        return super().eventFilter(watched, event)


def _facts(animal: AnimalRow) -> str:
    today = date.today()  # noqa: DTZ011 - the clinic's own day is meant
    exams = words.exams(animal.exam_count)
    last = words.day(animal.last_exam, today)
    parts = (
        animal.owner_name,
        words.kind(animal.species, animal.breed),
        f"{exams}, {last}" if last else exams,
        animal.microchip or animal.patient_id,
    )
    return "  ·  ".join(part for part in parts if part)
