"""The words of one animal, to be read or typed: name, owner, species, breed, sex, birthday, number, chip.

Gives back words as DICOM writes them; decides nothing.
"""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QLocale, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QSizePolicy, QWidget

from vetpacs_desktop.store.animals.corrections import Words
from vetpacs_desktop.ui import theme, words
from vetpacs_desktop.ui.page import label

LONGEST = 64
"""Characters of a name or number that DICOM holds (PN and LO, PS3.5 6.2)."""
OLDEST = 1900
SPECIES = (
    "Canis lupus familiaris",
    "Felis catus",
    "Equus caballus",
    "Oryctolagus cuniculus",
    "Cavia porcellus",
    "Mustela putorius furo",
    "Bos taurus",
    "Ovis aries",
    "Capra hircus",
    "Sus scrofa domesticus",
)
"""Offered by their everyday words, written as the standard's table of species has them (PS3.16 CID 7454)."""
SEXES = (
    ("", ""),
    ("F", ""),
    ("F", "ALTERED"),
    ("F", "UNALTERED"),
    ("M", ""),
    ("M", "ALTERED"),
    ("M", "UNALTERED"),
)


class AnimalForm(QWidget):
    """Eight fields in two columns."""

    edited = Signal()
    """A person typed something."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before = Words()
        self.animal, self.owner, self.breed = QLineEdit(), QLineEdit(), QLineEdit()
        self.born, self.number, self.chip = QLineEdit(), QLineEdit(), QLineEdit()
        self.species, self.sex = QComboBox(), QComboBox()
        self._problem = label("error")
        self._lay_out()
        for field in self._lines():
            field.setMaxLength(LONGEST)
            field.textEdited.connect(lambda _: self._edited())
        typed = self.species.lineEdit()
        assert typed is not None
        typed.textEdited.connect(lambda _: self._edited())
        self.species.activated.connect(lambda _: self._edited())
        self.sex.activated.connect(lambda _: self._edited())

    @property
    def problem(self) -> str:
        """What is wrong with what was typed, as a sentence; empty when nothing is."""
        text = self.born.text().strip()
        if not text:
            return ""
        day = day_of(text)
        if not day:
            return self.tr("Write the birthday like {example}.").format(example="2019-04-30")
        if not str(OLDEST) < day <= date.today().isoformat():  # noqa: DTZ011 - the clinic's own day is meant
            return self.tr("This birthday can't be right.")
        return ""

    def show_words(self, described: Words) -> None:
        """Fill the fields; words that were not stated stay empty."""
        self._before = described
        self.animal.setText(described.animal_name or "")
        self.owner.setText(described.owner_name or "")
        self.breed.setText(described.breed or "")
        self.born.setText(described.birth_date or "")
        self.number.setText(described.patient_id or "")
        self.chip.setText(described.microchip or "")
        self.species.setCurrentText(words.kind(described.species or ""))
        sex = (described.sex or "", described.neutered or "")
        place = SEXES.index(sex) if sex in SEXES else 0
        self.sex.setCurrentIndex(place)
        for field in self._lines():
            field.setCursorPosition(0)
        self._say_problem()

    def set_editable(self, on: bool) -> None:
        """Words to type, or only to read."""
        for field in self._lines():
            field.setReadOnly(not on)
        self.species.setEnabled(on)
        self.sex.setEnabled(on)

    def words(self) -> Words:
        """What the fields say; a field that nobody changed gives back exactly what it was shown."""
        sex, neutered = SEXES[self.sex.currentIndex()]
        before = self._before
        if (before.sex or "", before.neutered or "") not in SEXES and not self.sex.currentIndex():
            sex, neutered = before.sex or "", before.neutered or ""
        return Words(
            animal_name=_text(self.animal),
            owner_name=_text(self.owner),
            species=self._species(),
            breed=_text(self.breed),
            sex=sex,
            neutered=neutered,
            birth_date=day_of(self.born.text().strip()) or "",
            patient_id=_text(self.number),
            microchip=_text(self.chip),
            issuer=before.issuer,
        )

    def _species(self) -> str:
        typed = " ".join(self.species.currentText().split())
        if typed == words.kind(self._before.species or ""):
            return self._before.species or ""
        everyday = {words.kind(latin).casefold(): latin for latin in SPECIES}
        return everyday.get(typed.casefold(), typed)

    def _lines(self) -> tuple[QLineEdit, ...]:
        return (self.animal, self.owner, self.breed, self.born, self.number, self.chip)

    def _edited(self) -> None:
        self._say_problem()
        self.edited.emit()

    def _say_problem(self) -> None:
        self._problem.setText(self.problem)
        self._problem.setVisible(bool(self.problem))

    def _lay_out(self) -> None:
        self.species.setEditable(True)
        self.species.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.species.addItems(["", *(words.kind(latin) for latin in SPECIES)])
        self.sex.addItems(
            [
                self.tr("unknown"),
                self.tr("female"),
                self.tr("female, spayed"),
                self.tr("female, intact"),
                self.tr("male"),
                self.tr("male, neutered"),
                self.tr("male, intact"),
            ]
        )
        self.born.setPlaceholderText("2019-04-30")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * theme.GRID)
        grid.setVerticalSpacing(2)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Animal"), self.animal),
            (self.tr("Owner"), self.owner),
            (self.tr("Species"), self.species),
            (self.tr("Breed"), self.breed),
            (self.tr("Sex"), self.sex),
            (self.tr("Born"), self.born),
            (self.tr("Number"), self.number),
            (self.tr("Chip"), self.chip),
        )
        for place, (title, field) in enumerate(rows):
            row, column = divmod(place, 2)
            name = label("secondary", title)
            name.setBuddy(field)
            field.setAccessibleName(title)
            field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            grid.addWidget(name, 3 * row, column)
            grid.addWidget(field, 3 * row + 1, column)
            grid.setRowMinimumHeight(3 * row + 2, 6)
            grid.setColumnStretch(column, 1)
        grid.addWidget(self._problem, 3 * len(rows), 0, 1, 2)


def day_of(text: str) -> str:
    """A typed day as ISO ``YYYY-MM-DD``: written so, or as the system writes days; empty when it is none."""
    for layout in ("yyyy-MM-dd", "d.M.yyyy", "yyyyMMdd"):
        read = QDate.fromString(text, layout)
        if read.isValid():
            return read.toString("yyyy-MM-dd")
    layout = QLocale().dateFormat(QLocale.FormatType.ShortFormat).replace("yyyy", "yy").replace("yy", "yyyy")
    read = QLocale().toDate(text, layout)
    return read.toString("yyyy-MM-dd") if read.isValid() else ""


def _text(field: QLineEdit) -> str:
    return " ".join(field.text().split())
