"""The clinic: its card, and the dialog for its name and address. Says what was chosen; saves nothing."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from vetpacs_desktop.settings import Settings
from vetpacs_desktop.ui.actions import CONTROLS, row_of
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.receiver import Light

LONGEST = 120
FIELDS = ("clinic.name", "clinic.address", "clinic.telephone", "clinic.email")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def contact_of(settings: Settings) -> str:
    """Address, telephone and mail in one line, as far as they were entered."""
    return ", ".join(settings.text(field) for field in FIELDS[1:] if settings.text(field))


class ClinicCard(Card):
    """Whose pictures these are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("owner", self.tr("Clinic"), parent)
        self.rest = QLabel()
        self.rest.setProperty("role", "dim")
        self.rest.setWordWrap(True)
        self.rest.setTextFormat(Qt.TextFormat.PlainText)
        self.body.addWidget(self.rest)
        self.change = self.add_button(row_of(CONTROLS, "clinic"))

    def show_settings(self, settings: Settings) -> None:
        """Name and address as they are set now."""
        name = settings.text("clinic.name")
        rest = [settings.text(field) for field in FIELDS[1:] if settings.text(field)]
        missing = self.tr(
            "The clinic has no name yet: pictures and papers that leave don't say whose they are."
        )
        self.say(Light.GREEN if name else Light.AMBER, name or missing)
        self.rest.setText("\n".join(rest))
        self.rest.setVisible(bool(rest))


class ClinicDialog(QDialog):
    """Four fields."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Clinic"))
        self.setMinimumWidth(480)
        self._before = settings
        self.fields = {name: QLineEdit(settings.text(name)) for name in FIELDS}
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        words = QLabel(self.tr("This stands on pictures, films and papers that leave the clinic."))
        words.setProperty("role", "dim")
        words.setWordWrap(True)
        column.addWidget(words)
        form = QFormLayout()
        titles = (self.tr("Name"), self.tr("Address"), self.tr("Telephone"), self.tr("E-mail"))
        for title, (name, field) in zip(titles, self.fields.items(), strict=True):
            field.setMaxLength(LONGEST)
            field.setObjectName(name)
            field.setAccessibleName(title)
            form.addRow(title, field)
        column.addLayout(form)
        self.problem = QLabel()
        self.problem.setProperty("role", "error")
        self.problem.setWordWrap(True)
        self.problem.hide()
        column.addWidget(self.problem)
        kinds = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kinds.Save | kinds.Cancel)
        for kind in (kinds.Save, kinds.Cancel):
            self.buttons.button(kind).setIcon(QIcon())
        self.buttons.button(kinds.Save).setProperty("role", "primary")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column.addWidget(self.buttons)

    def chosen(self) -> Settings:
        """The settings as they are after the dialog."""
        return self._before.with_values({name: one.text().strip() for name, one in self.fields.items()})

    def accept(self) -> None:
        """An address for letters can be anything, one for mail can't."""
        mail = self.fields["clinic.email"].text().strip()
        wrong = bool(mail) and _MAIL.fullmatch(mail) is None
        self.problem.setText(self.tr("“{mail}” is no e-mail address.").format(mail=mail) if wrong else "")
        self.problem.setVisible(wrong)
        if not wrong:
            super().accept()
