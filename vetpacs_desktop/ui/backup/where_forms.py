"""The fields of an address, one form for each kind of place. They show and read; they connect to nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.store.backup.targets import url
from vetpacs_desktop.store.backup.targets.url import Address
from vetpacs_desktop.store.intake.sources.mounts import Medium, MediumKind
from vetpacs_desktop.ui.backup.draft import Draft, Kind
from vetpacs_desktop.ui.backup.step import FIELD, form_of, stop_enter
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.page import label

LARGEST_KEY = 64 * 1024
PLACE = Qt.ItemDataRole.UserRole


class Form(QWidget):
    """One kind's fields."""

    changed = Signal()

    def show_draft(self, draft: Draft) -> None:
        """Show what is known."""

    def address(self) -> Address:
        """What was typed."""
        raise NotImplementedError

    def password(self) -> str:
        """What was typed, or the private key that was chosen; empty: what is kept already."""
        return ""

    def fault(self) -> str:
        """Why one can't go on."""
        return ""

    def first(self) -> QWidget:
        """What has the focus."""
        return self


class DiskForm(Form):
    """Which of the disks that are plugged in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted = ""
        self.list = QListWidget()
        self.list.setObjectName("disks")
        self.list.setProperty("role", "lines")
        self.list.setFixedHeight(160)
        self.list.currentItemChanged.connect(lambda *_: self.changed.emit())
        self._none = label("dim", self.tr("No disk is plugged in. One that you plug in now appears here."))
        column = _column(self)
        column.addWidget(self.list)
        column.addWidget(self._none)
        text = self.tr("The disk keeps everything that is on it; the backup goes into a folder “VetPACS”.")
        column.addWidget(label("secondary", text))
        self.show_media(())

    def show_media(self, media: Sequence[Medium]) -> None:
        """What is plugged in now; what was chosen stays chosen."""
        disks = [one for one in media if one.kind is MediumKind.STICK]
        shown = [self.list.item(row).data(PLACE) for row in range(self.list.count())]
        if shown == [str(one.path) for one in disks] and self.list.count():
            return
        chosen = self._chosen() or self._wanted
        self.list.clear()
        for one in disks:
            item = QListWidgetItem(f"{one.name}   ·   {one.path}")
            item.setData(PLACE, str(one.path))
            self.list.addItem(item)
            if str(one.path) == chosen:
                self.list.setCurrentItem(item)
        if self.list.currentItem() is None and len(disks) == 1:
            self.list.setCurrentRow(0)
        self.list.setVisible(bool(disks))
        self._none.setVisible(not disks)
        self.changed.emit()

    def show_draft(self, draft: Draft) -> None:
        self._wanted = draft.address.folder

    def address(self) -> Address:
        return Address(url.Kind.FOLDER, self._chosen())

    def fault(self) -> str:
        return "" if self._chosen() else self.tr("Plug the disk in and choose it in the list.")

    def first(self) -> QWidget:
        return self.list

    def _chosen(self) -> str:
        item = self.list.currentItem()
        return str(item.data(PLACE)) if item is not None else ""


class FolderForm(Form):
    """A folder of this computer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = _field(self.tr("for example {example}").format(example="/mnt/nas/backup"), "folder")
        self.path.textChanged.connect(self.changed)
        browse = button(self.tr("Browse..."), "folder", name="browse")
        browse.clicked.connect(self._browse)
        stop_enter(browse)
        line = QHBoxLayout()
        line.addWidget(self.path)
        line.addWidget(browse)
        line.addStretch(1)
        column = _column(self)
        column.addLayout(line)
        text = self.tr(
            "A share that is connected as a folder counts, too. If it is not connected one day, nothing is "
            "written into the empty folder: the program knows the place again."
        )
        column.addWidget(label("secondary", text))

    def show_draft(self, draft: Draft) -> None:
        self.path.setText(draft.address.folder)

    def address(self) -> Address:
        text = self.path.text().strip()
        return url.parse(text).address if text else Address(url.Kind.FOLDER, "")

    def fault(self) -> str:
        text = self.path.text().strip()
        if not text:
            return self.tr("Which folder? Type it, or choose it with Browse.")
        if not Path(text).expanduser().is_absolute():
            return self.tr("Write the whole path of the folder, from its beginning.")
        try:
            return "" if url.parse(text).address.kind is url.Kind.FOLDER else self.tr("This is no folder.")
        except url.BadAddress as error:
            return error.sentence

    def first(self) -> QWidget:
        return self.path

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self, self.tr("Choose the folder for the backup"), self.path.text()
        )
        if chosen:
            self.path.setText(chosen)


class ShareForm(Form):
    """A share of the network (SMB)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.host = _field(self.tr("for example {example}").format(example="192.168.1.20"), "host")
        self.share = _field(self.tr("for example {example}").format(example="backup"), "share")
        self.folder = _field(self.tr("may be empty"), "share_folder")
        self.user = _field("", "user")
        self.secret = _password("password")
        self._port = url.PORTS[url.Kind.SMB]
        for one in (self.host, self.share, self.folder, self.user, self.secret):
            one.textChanged.connect(self.changed)
        self.host.editingFinished.connect(self._unfold)
        column = _column(self)
        column.addLayout(
            form_of(
                (
                    (self.tr("Its address"), self.host),
                    (self.tr("The share"), self.share),
                    (self.tr("Folder in it"), self.folder),
                    (self.tr("Your name there"), self.user),
                    (self.tr("Password"), self.secret),
                )
            )
        )
        text = self.tr(
            r"All of it stands in the NAS's own settings. An address like \\nas\backup is understood."
        )
        column.addWidget(label("secondary", text))

    def show_draft(self, draft: Draft) -> None:
        address = draft.address
        self._port = address.port or url.PORTS[url.Kind.SMB]
        usual = self._port == url.PORTS[url.Kind.SMB]
        self.host.setText(address.host if usual or not address.host else f"{address.host}:{self._port}")
        self.share.setText(address.share)
        self.folder.setText(address.folder)
        self.user.setText(address.user)
        _show_secret(self.secret, draft)

    def address(self) -> Address:
        host, port = _host_and_port(self.host.text(), url.PORTS[url.Kind.SMB])
        folder = self.folder.text().strip().replace("\\", "/").strip("/")
        return Address(
            url.Kind.SMB, folder, host, port, self.user.text().strip(), self.share.text().strip(" /\\")
        )

    def password(self) -> str:
        return self.secret.text()

    def fault(self) -> str:
        if not self.host.text().strip():
            return self.tr("Which computer? Its address (like 192.168.1.20) or its name in the network.")
        if not self.share.text().strip():
            return self.tr("The name of the share is missing. It stands in the NAS's settings.")
        return _unreadable(self.address())

    def first(self) -> QWidget:
        return self.host

    def _unfold(self) -> None:
        r"""``\\nas\backup\folder`` or ``smb://nas/backup`` in the first field fills the others, too."""
        text = self.host.text().strip()
        if text.startswith("\\\\"):
            text = "smb:" + text.replace("\\", "/")
        if not text.lower().startswith("smb://"):
            return
        try:
            parsed = url.parse(text)
        except url.BadAddress:
            return
        address = parsed.address
        self.host.setText(address.host)
        self.share.setText(address.share)
        self.folder.setText(address.folder)
        if address.user:
            self.user.setText(address.user)


class SshForm(Form):
    """Another computer, over SSH."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = ""
        self.host = _field(self.tr("for example {example}").format(example="backup.example.org"), "host")
        self.port = QLineEdit(str(url.PORTS[url.Kind.SFTP]))
        self.port.setObjectName("port")
        self.port.setValidator(QIntValidator(1, 65535, self.port))
        self.port.setFixedWidth(80)
        self.folder = _field(self.tr("in the account's own folder, or from / on"), "ssh_folder")
        self.user = _field("", "user")
        self.by_password = QRadioButton(self.tr("A password"))
        self.by_key = QRadioButton(self.tr("A key file"))
        self.by_password.setChecked(True)
        self.by_password.toggled.connect(self._show_way)
        self.secret = _password("password")
        self.key_file = _field("", "key_file")
        self.key_file.setReadOnly(True)
        browse = button(self.tr("Browse..."), "file", name="browse_key")
        browse.clicked.connect(self._browse)
        stop_enter(browse)
        for one in (self.host, self.port, self.folder, self.user, self.secret):
            one.textChanged.connect(self.changed)
        ways = _row(self.by_password, self.by_key)
        self._key_row = _row(self.key_file, browse)
        self._form = form_of(
            (
                (self.tr("Its address"), self.host),
                (self.tr("Port"), self.port),
                (self.tr("Folder there"), self.folder),
                (self.tr("Your name there"), self.user),
                (self.tr("You enter with"), ways),
                ("", self.secret),
                ("", self._key_row),
            )
        )
        _column(self).addLayout(self._form)
        self._show_way()

    def show_draft(self, draft: Draft) -> None:
        address = draft.address
        self.host.setText(address.host)
        self.port.setText(str(address.port or url.PORTS[url.Kind.SFTP]))
        self.folder.setText(address.folder)
        self.user.setText(address.user)
        _show_secret(self.secret, draft)

    def address(self) -> Address:
        return Address(
            url.Kind.SFTP,
            self.folder.text().strip().rstrip("/") or ("/" if self.folder.text().strip() else ""),
            self.host.text().strip(),
            int(self.port.text() or 0),
            self.user.text().strip(),
        )

    def password(self) -> str:
        return self._key if self.by_key.isChecked() else self.secret.text()

    def fault(self) -> str:
        if not self.host.text().strip():
            return self.tr("Which computer? Its address or its name.")
        if not self.user.text().strip():
            return self.tr("The name of your account there is missing.")
        if self.by_key.isChecked() and not self._key and not self.key_file.text():
            return self.tr("Choose the key file: the private one, without .pub.")
        return _unreadable(self.address())

    def first(self) -> QWidget:
        return self.host

    def take_key(self, path: Path) -> None:
        """Read a private key. Raises `OSError`, `ValueError` for what is none."""
        text = path.read_bytes()[:LARGEST_KEY].decode("ascii")
        if "PRIVATE KEY" not in text:
            raise ValueError
        self._key = text
        self.key_file.setText(str(path))
        self.changed.emit()

    def _show_way(self) -> None:
        self._form.setRowVisible(self.secret, self.by_password.isChecked())
        self._form.setRowVisible(self._key_row, self.by_key.isChecked())
        self.changed.emit()

    def _browse(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.tr("Choose the private key"), str(Path.home() / ".ssh")
        )
        if not chosen:
            return
        try:
            self.take_key(Path(chosen))
        except (OSError, ValueError):
            self.key_file.setText("")
            self._key = ""
            self.key_file.setPlaceholderText(self.tr("This is no private key; choose another file"))


FORMS: dict[Kind, type[Form]] = {
    Kind.DISK: DiskForm,
    Kind.FOLDER: FolderForm,
    Kind.SHARE: ShareForm,
    Kind.SSH: SshForm,
}


def _unreadable(address: Address) -> str:
    """Why an address can't be right; empty when it can."""
    try:
        again = url.parse(address.url).address
    except url.BadAddress as error:
        return error.sentence
    return "" if replace(again) == address else url.BadAddress(reason="a sign in it is not allowed").sentence


def _host_and_port(text: str, usual: int) -> tuple[str, int]:
    host, colon, port = text.strip().rpartition(":")
    if colon and port.isdigit() and ":" not in host:
        return host, int(port)
    return text.strip().strip("[]"), usual


def _show_secret(field: QLineEdit, draft: Draft) -> None:
    field.setText(draft.password if "PRIVATE KEY" not in draft.password else "")
    kept = QWidget.tr(field, "kept; type it only to change it") if draft.editing else ""
    field.setPlaceholderText(kept)


def _field(hint: str, name: str) -> QLineEdit:
    made = QLineEdit()
    made.setObjectName(name)
    made.setPlaceholderText(hint)
    made.setFixedWidth(FIELD)
    return made


def _password(name: str) -> QLineEdit:
    made = _field("", name)
    made.setEchoMode(QLineEdit.EchoMode.Password)
    return made


def _row(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    for one in widgets:
        row.addWidget(one)
    row.addStretch(1)
    return holder


def _column(form: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(form)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(12)
    return column
