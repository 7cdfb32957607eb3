"""The pages of the assistant for another archive. Each asks one thing and says what was answered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.archives.nodes import LARGEST_PORT, LONGEST_TITLE, BadAddress, Node, checked
from vetpacs_desktop.store.network import trouble
from vetpacs_desktop.store.network.contact import Shown
from vetpacs_desktop.ui import frame
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.operations.sending import OwnName, Tested
from vetpacs_desktop.ui.receiver import Light
from vetpacs_desktop.ui.status_strip import Lamp

DICOM_PORT = 104
HALF = 48
"""Characters of a fingerprint on one line: sixteen pairs."""


class WherePage(QWidget):
    """Its names and where it is."""

    changed = Signal()

    def __init__(self, node: Node | None, taken: Callable[[str], bool]) -> None:
        super().__init__()
        self._taken = taken
        self.name = QLineEdit(node.name if node else "")
        self.name.setPlaceholderText(self.tr("for example University hospital"))
        self.title = QLineEdit(node.ae_title if node else "")
        self.title.setMaxLength(LONGEST_TITLE)
        self.title.setPlaceholderText(self.tr("for example ORTHANC"))
        self.host = QLineEdit(node.host if node else "")
        self.host.setPlaceholderText(self.tr("for example 192.168.1.30"))
        self.port = QLineEdit(str(node.port if node else DICOM_PORT))
        self.port.setValidator(QIntValidator(1, LARGEST_PORT, self.port))
        self._problem = frame.label("", "error")
        self._problem.hide()
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(12)
        for words, field in (
            (self.tr("You call it"), self.name),
            (self.tr("Its name (AE title)"), self.title),
            (self.tr("Its computer"), self.host),
            (self.tr("Port"), self.port),
        ):
            form.addRow(words, field)
            field.textChanged.connect(self.changed)
        self.port.setMaximumWidth(100)
        column = _column(self)
        text = self.tr(
            "Name, computer and port are in its own settings (often under DICOM). Or ask who looks after it."
        )
        column.addWidget(frame.label(text, "dim"))
        column.addLayout(form)
        column.addWidget(self._problem)
        column.addStretch(1)

    def node(self) -> Node:
        """What was typed."""
        return Node(
            self.name.text().strip(),
            self.title.text().strip(),
            self.host.text().strip(),
            int(self.port.text() or 0),
        )

    def check(self) -> bool:
        """Whether it can be right; if not the page says why."""
        problem = self._fault()
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        return not problem

    def _fault(self) -> str:
        node = self.node()
        if not node.name:
            return self.tr("Give it a name by which you will know it.")
        if self._taken(node.name):
            return self.tr("There is another archive of this name already; choose a different one.")
        if not node.ae_title:
            return self.tr("Its own name (AE title) is missing; archives listen to nothing else.")
        try:
            checked(node)
        except BadAddress as error:
            return self.tr("That can't be right: {reason}.").format(reason=error.facts["reason"])
        return ""


class AnswerPage(QWidget):
    """Whether it answers, and what can be done when it does not."""

    retry_requested = Signal()
    certificate_requested = Signal()

    def __init__(self, node: Node | None) -> None:
        super().__init__()
        self.certificate = node.certificate if node else ""
        self.answered = False
        self._shown: Shown | None = None
        self._lamp = Lamp(14)
        self._said = frame.label()
        self._more = frame.label("", "dim")
        self._encrypted = QCheckBox(self.tr("Encrypted connection (TLS)"))
        self._encrypted.setChecked(node.tls if node else False)
        self._encrypted.toggled.connect(self._switched)
        self.retry = button(self.tr("Try again"), "rebuild", name="try_again")
        self.retry.setAutoDefault(False)
        self.retry.clicked.connect(self.retry_requested)
        self.trust = button(self.tr("Trust this certificate"), "verify", name="trust")
        self.trust.setAutoDefault(False)
        self.trust.clicked.connect(self._trust)
        self._lay_out()

    @property
    def tls(self) -> bool:
        """Whether it is called encrypted."""
        return self._encrypted.isChecked()

    @property
    def said(self) -> str:
        """The sentence about the test."""
        return self._said.text()

    def show_waiting(self, name: str) -> None:
        """The test has begun."""
        self.answered = False
        self._lamp.show_light(Light.AMBER)
        self._said.setText(self.tr("Asking {name}...").format(name=name))
        self._more.hide()
        self.trust.hide()
        self.retry.setEnabled(False)

    def show_tested(self, name: str, tested: Tested) -> None:
        """How it went."""
        self.retry.setEnabled(True)
        self.answered = tested.trouble is None
        self._lamp.show_light(Light.GREEN if self.answered else Light.RED)
        if tested.trouble is None:
            self._said.setText(self.tr("{name} answers. Exams can be sent to it.").format(name=name))
            return
        self._said.setText(tested.trouble.sentence)
        if isinstance(tested.trouble, trouble.NotTrusted):
            self.certificate_requested.emit()
        self._hint(tested.trouble)

    def show_certificate(self, shown: Shown | None, why_not: str = "") -> None:
        """The certificate it shows, for a person to compare."""
        self._shown = shown
        if shown is None:
            self._more.setText(why_not)
        else:
            self._more.setText(
                self.tr("Its certificate's fingerprint (SHA-256):\n{fingerprint}").format(
                    fingerprint=f"{shown.fingerprint[:HALF]}\n{shown.fingerprint[HALF:]}"
                )
            )
        self._more.show()
        self.trust.setVisible(shown is not None)

    def _hint(self, error: KnownError) -> None:
        if isinstance(error, trouble.WantsEncryption | trouble.NoEncryption):
            self._encrypted.setFocus()

    def _switched(self) -> None:
        self.certificate = ""
        self.retry_requested.emit()

    def _trust(self) -> None:
        if self._shown is not None:
            self.certificate = self._shown.pem
            self.retry_requested.emit()

    def _lay_out(self) -> None:
        column = _column(self)
        line = frame.row(self._lamp, self._said, spacing=10)
        line.setStretch(1, 1)
        line.setAlignment(self._lamp, Qt.AlignmentFlag.AlignTop)
        column.addLayout(line)
        column.addWidget(self._more)
        column.addLayout(frame.row(self.retry, self.trust, None))
        column.addWidget(self._encrypted)
        column.addWidget(
            frame.label(
                self.tr(
                    "Inside a clinic's own network connections are usually not encrypted. Over the internet "
                    "they must be."
                ),
                "secondary",
            )
        )
        column.addStretch(1)
        self.trust.hide()
        self._more.hide()


class OursPage(QWidget):
    """What is typed into the other archive, and what it may do here."""

    def __init__(self, own: OwnName, node: Node | None) -> None:
        super().__init__()
        column = _column(self)
        text = self.tr(
            "To be sent to, it may have to know this computer; to send here, it must. These are the values:"
        )
        column.addWidget(frame.label(text, "dim"))
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        for words, value in (
            (self.tr("Name (AE title)"), own.title),
            (self.tr("Address"), own.address or self.tr("not connected to a network")),
            (self.tr("Port"), str(own.port)),
        ):
            shown = frame.label(value, "code", wraps=False)
            shown.setTextInteractionFlags(shown.textInteractionFlags().TextSelectableByMouse)
            form.addRow(words, shown)
        column.addLayout(form)
        self._fetch = QCheckBox(self.tr("It may fetch exams from here"))
        self._fetch.setChecked(node.may_retrieve if node else True)
        self._confirm = QCheckBox(self.tr("Ask it to confirm that it keeps what it was sent"))
        self._confirm.setChecked(node.commitment if node else False)
        column.addSpacing(8)
        column.addWidget(self._fetch)
        column.addWidget(self._confirm)
        column.addStretch(1)

    @property
    def may_fetch(self) -> bool:
        """Whether this library sends to it what it asks for."""
        return self._fetch.isChecked()

    @property
    def asks_to_confirm(self) -> bool:
        """Whether it is asked to confirm what it keeps."""
        return self._confirm.isChecked()


def _column(page: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(16)
    return column
