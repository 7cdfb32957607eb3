"""The receiver's settings, explained by the settings table. Says what was chosen; saves nothing."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QIcon, QIntValidator
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.settings import TABLE, Settings

LAST_PORT = 65535
_NAME = re.compile(r"[\x20-\x5b\x5d-\x7e]{1,16}")
"""An AE title: 1 to 16 characters of the default repertoire without backslash (PS3.5 6.2)."""


class ReceiverDialog(QDialog):
    """Name, port and who may send."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Receiver"))
        self.setMinimumWidth(520)
        self._before = settings
        self.name = QLineEdit(settings.text("receiver.ae_title"))
        self.name.setMaxLength(16)
        self.port = QLineEdit(str(settings.number("receiver.port")))
        self.port.setValidator(QIntValidator(0, LAST_PORT, self.port))
        self.allowed = QPlainTextEdit("\n".join(settings.names("receiver.allowed_ae_titles")))
        self.allowed.setPlaceholderText(self.tr("Empty: any machine may send"))
        self.allowed.setFixedHeight(96)
        self.allowed.setTabChangesFocus(True)
        self._problem = QLabel()
        self._problem.setProperty("role", "error")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        for kind in (QDialogButtonBox.StandardButton.Save, QDialogButtonBox.StandardButton.Cancel):
            self._buttons.button(kind).setIcon(QIcon())
        self._buttons.button(QDialogButtonBox.StandardButton.Save).setProperty("role", "primary")
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._lay_out()

    def chosen(self) -> Settings:
        """The settings as they are after the dialog."""
        return self._before.with_values(
            {
                "receiver.ae_title": self.name.text().strip(),
                "receiver.port": int(self.port.text() or 0),
                "receiver.allowed_ae_titles": self._names(),
            }
        )

    def accept(self) -> None:
        """Close only with values that can work."""
        problem = self._check()
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        if not problem:
            super().accept()

    def _names(self) -> tuple[str, ...]:
        lines = (line.strip() for line in self.allowed.toPlainText().splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))

    def _check(self) -> str:
        if not _NAME.fullmatch(self.name.text().strip()):
            return self.tr("The name needs 1 to 16 plain letters, digits or signs, for example VETPACS.")
        if not self.port.hasAcceptableInput():
            return self.tr("The port is a number up to {last}, for example 11112.").format(last=LAST_PORT)
        for name in self._names():
            if not _NAME.fullmatch(name):
                return self.tr("“{name}” can't be a machine's name: at most 16 plain letters.").format(
                    name=name
                )
        return ""

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        form = QFormLayout()
        form.setVerticalSpacing(8)
        form.setHorizontalSpacing(16)
        for title, field, setting in (
            (self.tr("Name (AE title)"), self.name, "receiver.ae_title"),
            (self.tr("Port"), self.port, "receiver.port"),
            (self.tr("Who may send"), self.allowed, "receiver.allowed_ae_titles"),
        ):
            form.addRow(title, field)
            form.addRow("", _explanation(setting))
        column.addLayout(form)
        after = QLabel(
            self.tr("The receiver starts anew with these values. Change them in the machines, too.")
        )
        after.setProperty("role", "dim")
        after.setWordWrap(True)
        column.addWidget(after)
        column.addWidget(self._problem)
        column.addWidget(self._buttons)


def _explanation(name: str) -> QLabel:
    text = next(row.text for row in TABLE if row.name == name)
    label = QLabel(QCoreApplication.translate("settings", text))
    label.setProperty("role", "secondary")
    label.setWordWrap(True)
    return label
