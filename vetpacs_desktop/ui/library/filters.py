"""The quick filters under the search field, and how they and the typed words become one search.

A filter is only a piece of query text: what it finds is the same as when somebody types it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from vetpacs_desktop.ui import theme

XRAY = "CR,DX,DR,RF,RG,IO,PX"


@dataclass(frozen=True, slots=True)
class Chip:
    """One quick filter; of one `group` only one is on."""

    name: str
    text: object
    group: str
    query: str
    tip: object = ""


CHIPS: tuple[Chip, ...] = (
    Chip("today", QT_TRANSLATE_NOOP("filters", "Today"), "date", "date:{today}"),
    Chip("week", QT_TRANSLATE_NOOP("filters", "Last 7 days"), "date", "date:{week}..{today}"),
    Chip(
        "unread",
        QT_TRANSLATE_NOOP("filters", "Unread"),
        "state",
        "is:new",
        QT_TRANSLATE_NOOP("filters", "Exams nobody has opened yet"),
    ),
    Chip("xray", QT_TRANSLATE_NOOP("filters", "X-ray"), "modality", f"modality:{XRAY}"),
    Chip("ct", QT_TRANSLATE_NOOP("filters", "CT"), "modality", "modality:CT"),
    Chip("mr", QT_TRANSLATE_NOOP("filters", "MR"), "modality", "modality:MR"),
    Chip("us", QT_TRANSLATE_NOOP("filters", "Ultrasound"), "modality", "modality:US"),
)


def compose(typed: str, chosen: frozenset[str], today: date) -> str:
    """The search for the `typed` words and the `chosen` chips' names."""
    facts = {"today": today.isoformat(), "week": (today - timedelta(days=6)).isoformat()}
    parts = [typed.strip(), *(chip.query.format(**facts) for chip in CHIPS if chip.name in chosen)]
    return " ".join(part for part in parts if part)


class FilterBar(QWidget):
    """The chips in a row."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GRID)
        self._buttons: dict[str, QPushButton] = {}
        group = CHIPS[0].group
        for chip in CHIPS:
            if chip.group != group:
                row.addSpacing(theme.GRID)
                group = chip.group
            row.addWidget(self._button(chip))
        row.addStretch(1)

    def chosen(self) -> frozenset[str]:
        """The names of the chips that are on."""
        return frozenset(name for name, button in self._buttons.items() if button.isChecked())

    def clear(self) -> None:
        """Turn all off, with one signal if something was on."""
        if not self.chosen():
            return
        for button in self._buttons.values():
            button.setChecked(False)
        self.changed.emit()

    def _button(self, chip: Chip) -> QPushButton:
        button = QPushButton(QCoreApplication.translate("filters", str(chip.text)))
        button.setObjectName(chip.name)
        button.setProperty("role", "chip")
        button.setCheckable(True)
        if chip.tip:
            button.setToolTip(QCoreApplication.translate("filters", str(chip.tip)))
        button.clicked.connect(lambda: self._clicked(chip))
        self._buttons[chip.name] = button
        return button

    def _clicked(self, chip: Chip) -> None:
        for other in CHIPS:
            if other.group == chip.group and other is not chip:
                self._buttons[other.name].setChecked(False)
        self.changed.emit()
