"""The card of searching and fetching: who may, who tried, and what an encrypted connection looks like."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from vetpacs_desktop.ui.actions import SYSTEM, row_of
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.receiver import Light
from vetpacs_desktop.ui.system import doors as facts
from vetpacs_desktop.ui.system.doors import Doors


class DoorsCard(Card):
    """Shows `Doors`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("verify", self.tr("Searching and fetching by other machines"), parent)
        self.visitors = QLabel()
        self.encryption = QLabel()
        self.fingerprint = QLabel()
        for label, role in (
            (self.visitors, "dim"),
            (self.encryption, "dim"),
            (self.fingerprint, "secondary"),
        ):
            label.setProperty("role", role)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.body.addWidget(label)
        self.change = self.add_button(row_of(SYSTEM, "doors"))
        self.save = self.add_button(row_of(SYSTEM, "save_certificate"))
        self.show_doors(Doors())

    def show_doors(self, doors: Doors) -> None:
        """Show the state."""
        self.say(doors.light, facts.sentence(doors))
        visitors = facts.visitors(doors, datetime.now(UTC).astimezone())
        self.visitors.setText(visitors)
        self.visitors.setVisible(bool(visitors))
        self.encryption.setText(facts.encryption(doors))
        shown = doors.fingerprint if doors.light is not Light.RED else ""
        # Blanks, so that the line can be broken.
        text = self.tr("Its certificate begins and ends like this, to compare on the other machine: {digits}")
        self.fingerprint.setText(text.format(digits=_short(shown)))
        self.fingerprint.setToolTip(shown)
        self.fingerprint.setVisible(bool(shown))
        self.save.setVisible(bool(doors.certificate) and bool(shown))


def _short(fingerprint: str) -> str:
    """The ends of a long fingerprint, which is what people compare."""
    pairs = fingerprint.split(":")
    return f"{' '.join(pairs[:6])} \N{HORIZONTAL ELLIPSIS} {' '.join(pairs[-6:])}"
