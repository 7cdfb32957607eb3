"""Who may search and fetch here, and encrypted connections, in plain words. Says what was chosen; saves
nothing."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QIcon, QIntValidator
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.network.answering.access import ANYONE, ARCHIVES, NOBODY
from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.system.doors import Doors

LAST_PORT = 65535
_MACHINE = re.compile(r"[\x21-\x3f\x41-\x5b\x5d-\x7e]{1,16}(@[^\s@]+)?")
"""An AE title without blanks and @, and perhaps an address."""
INDENT = 26


class DoorsDialog(QDialog):
    """One page: who may, and encryption below."""

    def __init__(self, settings: Settings, doors: Doors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Searching and fetching by other machines"))
        self.setMinimumWidth(600)
        self._laid_out = False
        self._before = settings
        self._doors = doors
        self._problem = QLabel()
        self._problem.setProperty("role", "error")
        self._problem.setWordWrap(True)
        self._problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(theme.GRID)
        self._lay_out_access(column)
        column.addSpacing(12)
        self._lay_out_encryption(column)
        column.addStretch(1)
        column.addWidget(self._problem)
        column.addWidget(self._make_buttons())
        self._laid_out = True
        self.resize(self.minimumWidth(), 0)
        self._follow()

    def chosen(self) -> Settings:
        """The settings as they are after the dialog."""
        clinics = self.clinics.isChecked()
        return self._before.with_values(
            {
                "receiver.who_may_fetch": self._who(),
                "receiver.fetching_machines": self._kept_machines(),
                "receiver.tls": self.encrypt.isChecked(),
                "receiver.tls_port": int(self.port.text() or 0),
                "receiver.tls_certificate": self.certificate.path if clinics else "",
                "receiver.tls_key": self.key.path if clinics else "",
                "receiver.tls_clients": self.clients.path if self.only_known.isChecked() else "",
            }
        )

    def accept(self) -> None:
        """Close only with values that can work."""
        problem = self._check()
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._fit()
        if not problem:
            super().accept()

    # -- who may -------------------------------------------------------------------------------------------

    def _lay_out_access(self, column: QVBoxLayout) -> None:
        column.addWidget(_heading(self.tr("Who may search here and fetch exams?")))
        self._choice = QButtonGroup(self)
        self.ways: dict[str, QRadioButton] = {}
        names = ", ".join(self._doors.archives)
        none_yet = self.tr("None is entered yet: enter one under Other archives, and it may fetch.")
        for way, title, explanation in (
            (NOBODY, self.tr("Nobody"), ""),
            (
                ARCHIVES,
                self.tr("The other archives of this clinic, from their own addresses"),
                names or none_yet,
            ),
            (
                ANYONE,
                self.tr("Every machine that reaches this computer"),
                self.tr("Anybody in the network could read every exam and every owner's name."),
            ),
        ):
            radio = QRadioButton(title)
            radio.setObjectName(way)
            self._choice.addButton(radio)
            self.ways[way] = radio
            column.addWidget(radio)
            if explanation:
                column.addLayout(_indented(_dim(explanation)))
            radio.toggled.connect(self._follow)
        stated = self._before.text("receiver.who_may_fetch")
        self.ways.get(stated, self.ways[NOBODY]).setChecked(True)
        self.ways[self._who()].setFocus()
        self._more = QWidget()
        more = QVBoxLayout(self._more)
        more.setContentsMargins(INDENT, 6, 0, 0)
        more.setSpacing(6)
        ask = QLabel(self.tr("And these machines, one on a line:"))
        ask.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        more.addWidget(ask)
        self.machines = QPlainTextEdit("\n".join(self._before.names("receiver.fetching_machines")))
        self.machines.setPlaceholderText(self.tr("VIEWER1, or better with its address: VIEWER1@192.168.1.20"))
        self.machines.setFixedHeight(72)
        self.machines.setTabChangesFocus(True)
        more.addWidget(self.machines)
        more.addLayout(self._make_suggestions())
        place = column.indexOf(self.ways[ANYONE])
        column.insertWidget(place, self._more)

    def _make_suggestions(self) -> QVBoxLayout:
        """Machines that were turned away lately: one click lets them in."""
        rows = QVBoxLayout()
        self.suggestions: list[QPushButton] = []
        for one in self._doors.turned_away[:3]:
            line = f"{one.name}@{one.address}"
            made = button(self.tr("Let {machine} in").format(machine=line), "add", role="link")
            made.setToolTip(self.tr("It was turned away. Only do this when you know the machine."))
            made.clicked.connect(lambda _=False, line=line: self._add(line))
            self.suggestions.append(made)
            rows.addWidget(made)
        return rows

    def _add(self, line: str) -> None:
        if line not in self._machines():
            self.machines.setPlainText("\n".join([*self._machines(), line]))

    def _who(self) -> str:
        return next((way for way, radio in self.ways.items() if radio.isChecked()), NOBODY)

    def _machines(self) -> tuple[str, ...]:
        lines = (line.strip() for line in self.machines.toPlainText().splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))

    def _kept_machines(self) -> tuple[str, ...]:
        """What stands there where it plays a part; else what stood there before."""
        if self._who() == ARCHIVES:
            return self._machines()
        return self._before.names("receiver.fetching_machines")

    # -- encryption ----------------------------------------------------------------------------------------

    def _lay_out_encryption(self, column: QVBoxLayout) -> None:
        column.addWidget(_heading(self.tr("Encrypted connections")))
        row = QHBoxLayout()
        row.setSpacing(theme.GRID)
        self.encrypt = QCheckBox(self.tr("Take encrypted connections (TLS), too, on port"))
        self.encrypt.setChecked(self._before.flag("receiver.tls"))
        self.port = QLineEdit(str(self._before.number("receiver.tls_port")))
        self.port.setValidator(QIntValidator(0, LAST_PORT, self.port))
        self.port.setFixedWidth(80)
        row.addWidget(self.encrypt)
        row.addWidget(self.port)
        row.addStretch(1)
        column.addLayout(row)
        column.addLayout(
            _indented(_dim(self.tr("The other port stays as it is: older machines can't encrypt.")))
        )
        self._tls = QWidget()
        self._fill_encryption(self._tls)
        column.addLayout(_indented(self._tls))
        self.encrypt.toggled.connect(self._follow)

    def _fill_encryption(self, holder: QWidget) -> None:
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self.own = QRadioButton(self.tr("With the certificate that VetPACS makes itself"))
        self.clinics = QRadioButton(self.tr("With the clinic's certificate"))
        both = QButtonGroup(self)
        both.addButton(self.own)
        both.addButton(self.clinics)
        stated = self._before.text("receiver.tls_certificate")
        (self.clinics if stated else self.own).setChecked(True)
        self.certificate = FileField(stated, self.tr("Certificate"))
        self.key = FileField(self._before.text("receiver.tls_key"), self.tr("Key"))
        self.only_known = QCheckBox(self.tr("Only machines that show a certificate of this file"))
        trusted = self._before.text("receiver.tls_clients")
        self.only_known.setChecked(bool(trusted))
        self.clients = FileField(trusted, self.tr("Certificates of the machines"))
        grid.addWidget(self.own, 0, 0, 1, 2)
        grid.addWidget(self.clinics, 1, 0, 1, 2)
        self._files = QWidget()
        files = QGridLayout(self._files)
        files.setContentsMargins(INDENT, 0, 0, 0)
        files.setColumnStretch(1, 1)
        for line, field in enumerate((self.certificate, self.key)):
            files.addWidget(QLabel(field.title), line, 0)
            files.addWidget(field, line, 1)
        grid.addWidget(self._files, 2, 0, 1, 2)
        grid.addWidget(self.only_known, 3, 0, 1, 2)
        grid.addLayout(_indented(self.clients), 4, 0, 1, 2)
        for toggle in (self.clinics, self.only_known):
            toggle.toggled.connect(self._follow)

    def _follow(self) -> None:
        """What plays no part is not shown."""
        if not self._laid_out:
            return
        self._more.setVisible(self._who() == ARCHIVES)
        on = self.encrypt.isChecked()
        self.port.setEnabled(on)
        self._tls.setVisible(on)
        self._files.setVisible(self.clinics.isChecked())
        self.clients.setVisible(self.only_known.isChecked())
        self._fit()

    def _fit(self) -> None:
        """As tall as what is shown, at the width it has."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        height = (
            layout.totalHeightForWidth(self.width())
            if layout.hasHeightForWidth()
            else self.sizeHint().height()
        )
        self.setMinimumHeight(0)
        self.resize(self.width(), height)
        self.setMinimumHeight(height)

    def _check(self) -> str:
        for line in self._kept_machines():
            if not _MACHINE.fullmatch(line):
                text = self.tr(
                    "“{line}” can't be a machine: a name of at most 16 plain letters, like VIEWER1."
                )
                return text.format(line=line)
        if not self.encrypt.isChecked():
            return ""
        if not self.port.hasAcceptableInput():
            return self.tr("The port is a number up to {last}, for example 2762.").format(last=LAST_PORT)
        if int(self.port.text()) and int(self.port.text()) == self._before.number("receiver.port"):
            return self.tr("This is the receiver's other port already; choose another one, for example 2762.")
        if self.clinics.isChecked() and not self.certificate.path:
            return self.tr("Choose the file of the clinic's certificate, or let VetPACS make one.")
        if self.only_known.isChecked() and not self.clients.path:
            return self.tr("Choose the file with the machines' certificates, or let any machine connect.")
        return ""

    def _make_buttons(self) -> QDialogButtonBox:
        made = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        for kind in (QDialogButtonBox.StandardButton.Save, QDialogButtonBox.StandardButton.Cancel):
            made.button(kind).setIcon(QIcon())
        made.button(QDialogButtonBox.StandardButton.Save).setProperty("role", "primary")
        made.accepted.connect(self.accept)
        made.rejected.connect(self.reject)
        return made


class FileField(QWidget):
    """A file by its path, and a button to choose another."""

    def __init__(self, path: str, title: str) -> None:
        super().__init__()
        self.title = title
        self._edit = QLineEdit(path)
        choose = button(QCoreApplication.translate("FileField", "Choose..."), "file")
        choose.clicked.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GRID)
        row.addWidget(self._edit, 1)
        row.addWidget(choose)

    @property
    def path(self) -> str:
        """The path as it stands there."""
        return self._edit.text().strip()

    def set_path(self, path: Path) -> None:
        """Put a path there."""
        self._edit.setText(str(path))

    def _choose(self) -> None:
        kinds = QCoreApplication.translate(
            "FileField", "Certificates (*.pem *.crt *.cer *.key);;All files (*)"
        )
        name, _ = QFileDialog.getOpenFileName(self, self.title, self.path, kinds)
        if name:
            self.set_path(Path(name))


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "heading")
    return label


def _dim(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "secondary")
    label.setWordWrap(True)
    return label


def _indented(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(INDENT, 0, 0, 0)
    row.addWidget(widget)
    return row
