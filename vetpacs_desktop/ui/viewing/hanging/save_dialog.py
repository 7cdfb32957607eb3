"""Asks how a layout is called and for which exams it is meant; what is done with it is the desk's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.ui.buttons import button

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Meant:
    """For which exams a layout could be meant, as the open one is."""

    species: str
    """As a name of the table of animals; "" where it is not known."""
    species_words: str
    modality: str
    """As protocols write it; "" for several."""
    modality_words: str
    regions: tuple[str, ...]
    region_words: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was chosen."""

    name: str
    species: tuple[str, ...]
    modalities: tuple[str, ...]
    regions: tuple[str, ...]


class SaveDialog(QDialog):
    """One page: a name and three choices."""

    def __init__(self, meant: Meant, name: str, taken: Callable[[str], bool], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("save_layout")
        self.setWindowTitle(self.tr("Save this layout"))
        self.setMinimumWidth(440)
        self._meant, self._taken = meant, taken
        self.name = QLineEdit(name)
        self.name.setMaxLength(LONGEST_NAME)
        self.name.selectAll()
        self.species = self._choice(meant.species, meant.species_words, self.tr("Every animal"))
        self.modality = self._choice(meant.modality, meant.modality_words, self.tr("Every kind of image"))
        self.region = self._choice(
            "yes" if meant.regions else "", meant.region_words, self.tr("Every region")
        )
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.setProperty("role", "secondary")
        self.save_button = button(self.tr("Save"), "save", role="primary")
        self.save_button.setDefault(True)
        self.save_button.clicked.connect(self.accept)
        self._cancel = button(self.tr("Cancel"))
        self._cancel.clicked.connect(self.reject)
        self.name.textChanged.connect(lambda _: self._refresh())
        self._arrange()
        self._refresh()

    def answer(self) -> Answer:
        """What was chosen; meant for an accepted dialog."""
        return Answer(
            name=" ".join(self.name.text().split()),
            species=(self._meant.species,) if self.species.currentData() else (),
            modalities=(self._meant.modality,) if self.modality.currentData() else (),
            regions=self._meant.regions if self.region.currentData() else (),
        )

    def _arrange(self) -> None:
        form = QFormLayout()
        form.addRow(self.tr("&Name"), self.name)
        form.addRow(self.tr("For &animals"), self.species)
        form.addRow(self.tr("For &images"), self.modality)
        form.addRow(self.tr("For &regions"), self.region)
        words = QLabel(
            self.tr(
                "Exams of this kind will open like this: as many pictures, the same views in the same "
                "places, turned the same way."
            )
        )
        words.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(words)
        column.addLayout(form)
        column.addWidget(self._note)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._cancel)
        row.addWidget(self.save_button)
        column.addLayout(row)

    def _choice(self, known: str, words: str, every: str) -> QComboBox:
        box = QComboBox()
        if known:
            box.addItem(words, True)
        box.addItem(every, False)
        box.setEnabled(box.count() > 1)
        return box

    def _refresh(self) -> None:
        name = " ".join(self.name.text().split())
        self.save_button.setEnabled(bool(name))
        taken = bool(name) and self._taken(name)
        self._note.setText(self.tr("Replaces your layout of that name.") if taken else "")
