"""The fields of an e-mail that tells of a backup's trouble. They show and read; they connect to nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from vetpacs_desktop.settings import Settings, Value
from vetpacs_desktop.store.backup.tending.messengers import NONE, SSL, STARTTLS
from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.backup.step import FIELD, form_of
from vetpacs_desktop.ui.operations.backup_alarms import Kept
from vetpacs_desktop.ui.page import label, say

USUAL_PORTS = {STARTTLS: 587, SSL: 465, NONE: 25}
LAST_PORT = 65535
_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")
_SERVER = re.compile(r"[A-Za-z0-9._:-]+")


class MailForm(QWidget):
    """Receivers, mail server and how it is entered."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before = settings
        self._kept: Kept | None = None
        self.to = _field("email_to", ", ".join(settings.names("alarms.email_to")))
        self.to.setPlaceholderText(self.tr("manager@clinic.example, it@clinic.example"))
        self.host = _field("smtp_host", settings.text("alarms.smtp_host"))
        self.host.setPlaceholderText(self.tr("for example {example}").format(example="smtp.clinic.example"))
        self.port = _field("smtp_port", str(settings.number("alarms.smtp_port")))
        self.port.setValidator(QIntValidator(1, LAST_PORT, self.port))
        self.port.setFixedWidth(80)
        self.security = QComboBox()
        self.security.setObjectName("smtp_security")
        for way, words in (
            (STARTTLS, self.tr("STARTTLS")),
            (SSL, self.tr("SSL/TLS")),
            (NONE, self.tr("None")),
        ):
            self.security.addItem(words, way)
        stated = settings.text("alarms.smtp_security").strip().lower()
        self.security.setCurrentIndex(max(0, self.security.findData(stated)))
        self.user = _field("smtp_user", settings.text("alarms.smtp_user"))
        self.user.setPlaceholderText(self.tr("often the whole e-mail address; may be empty"))
        self.password = _field("smtp_password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.sent_from = _field("email_from", settings.text("alarms.email_from"))
        self.sent_from.setPlaceholderText(self.tr("empty: the first address above"))
        self._meaning = label("secondary")
        self._where = label("secondary")
        self._lay_out()
        self._connect()
        self._explain()

    def show_kept(self, kept: Kept) -> None:
        """Whether there is a password, which is never shown again, and where it is kept."""
        self._kept = kept
        hint = self.tr("kept; type it only to change it") if kept.password else ""
        self.password.setPlaceholderText(hint)
        say(self._where, kept.where)

    def values(self) -> Mapping[str, Value]:
        """The settings as they are typed, by their full names."""
        return {
            "alarms.email_to": self._receivers(),
            "alarms.email_from": self.sent_from.text().strip(),
            "alarms.smtp_host": self.host.text().strip(),
            "alarms.smtp_port": int(self.port.text() or 0),
            "alarms.smtp_security": self._way(),
            "alarms.smtp_user": self.user.text().strip(),
        }

    def fault(self) -> tuple[str, QWidget] | None:
        """What is wrong and in which field; None when it can work."""
        receivers, host = self._receivers(), self.host.text().strip()
        if not receivers:
            return self.tr("Who gets the e-mail? Enter an address like manager@clinic.example."), self.to
        for field, addresses in ((self.to, receivers), (self.sent_from, self._senders())):
            for one in addresses:
                if not _ADDRESS.fullmatch(one):
                    text = self.tr("“{one}” is no e-mail address: it looks like manager@clinic.example.")
                    return text.format(one=one), field
        if not host:
            text = self.tr("The mail server is missing. Your e-mail provider names it as “outgoing mail”.")
            return text, self.host
        if not _SERVER.fullmatch(host):
            text = self.tr("“{host}” can't be a mail server: a name like smtp.clinic.example is meant.")
            return text.format(host=host), self.host
        if not self.port.hasAcceptableInput():
            text = self.tr("The port is a number from 1 to {last}, usually {usual}.")
            return text.format(last=LAST_PORT, usual=USUAL_PORTS[self._way()]), self.port
        return self._login_fault()

    def _login_fault(self) -> tuple[str, QWidget] | None:
        user, password = self.user.text().strip(), self.password.text()
        if not user:
            text = self.tr("A password alone is not enough: whose is it? Enter the name, too.")
            return (text, self.user) if password else None
        if self._way() == NONE:
            text = self.tr(
                "A password is not sent without encryption: choose STARTTLS or SSL/TLS, or leave name and "
                "password empty."
            )
            return text, self.security
        if password or self._kept is None:
            return None
        if not self._kept.password:
            return self.tr("The password of {user} is missing.").format(user=user), self.password
        before = self._before.text("alarms.smtp_host")
        if before and before.casefold() != self.host.text().strip().casefold():
            text = self.tr("Another server must not get the kept password: type the one of {host}.")
            return text.format(host=self.host.text().strip()), self.password
        return None

    def _receivers(self) -> tuple[str, ...]:
        parts = (part.strip() for part in re.split(r"[,;\s]+", self.to.text()))
        return tuple(dict.fromkeys(part for part in parts if part))

    def _senders(self) -> tuple[str, ...]:
        sender = self.sent_from.text().strip()
        return (sender,) if sender else ()

    def _way(self) -> str:
        return str(self.security.currentData())

    def _connect(self) -> None:
        for one in (self.to, self.host, self.port, self.user, self.password, self.sent_from):
            one.textChanged.connect(self.changed)
        self.security.currentIndexChanged.connect(self._follow)

    def _follow(self) -> None:
        """A port that nobody chose follows the encryption."""
        if self.port.text() in {str(port) for port in USUAL_PORTS.values()}:
            self.port.setText(str(USUAL_PORTS[self._way()]))
        self._explain()
        self.changed.emit()

    def _explain(self) -> None:
        self._meaning.setText(
            {
                STARTTLS: self.tr("Encrypted before name and password are sent. Most providers want this."),
                SSL: self.tr("Encrypted from the beginning. For providers that name port 465."),
                NONE: self.tr("Anybody between can read it. Only for a server in this house, no password."),
            }[self._way()]
        )

    def _lay_out(self) -> None:
        server = QWidget()
        row = QHBoxLayout(server)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GRID)
        port = QLabel(self.tr("Port"))
        port.setBuddy(self.port)
        row.addWidget(self.host)
        row.addSpacing(theme.GRID)
        row.addWidget(port)
        row.addWidget(self.port)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        form = form_of(
            (
                (self.tr("E-mail to"), self.to),
                (self.tr("Mail server"), server),
                (self.tr("Encryption"), stacked(self.security, self._meaning)),
                (self.tr("Your name there"), self.user),
                (self.tr("Password"), stacked(self.password, self._where)),
                (self.tr("Sender"), self.sent_from),
            )
        )
        form.setVerticalSpacing(theme.GRID)
        form.setFieldGrowthPolicy(form.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        column.addLayout(form)


def _field(name: str, text: str = "") -> QLineEdit:
    made = QLineEdit(text)
    made.setObjectName(name)
    made.setFixedWidth(FIELD)
    return made


def stacked(field: QWidget, words: QLabel) -> QWidget:
    """A field and what is said of it."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    field.setFixedWidth(FIELD)
    column.addWidget(field)
    column.addWidget(words)
    holder.setFocusProxy(field)
    return holder
