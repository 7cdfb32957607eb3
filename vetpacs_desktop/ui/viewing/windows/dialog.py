"""The reader's own windows: a name and a key for the one on the screen, and the ones that there are.

Shows and asks; keeping them is the part's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.windows import KEYS, OwnWindow, with_window

LONGEST_NAME = 40


class OwnWindowsDialog(QDialog):
    """`keep` is given all of them after each change."""

    def __init__(
        self,
        own: Sequence[OwnWindow],
        window: Window | None,
        modality: str,
        keep: Callable[[tuple[OwnWindow, ...]], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("own_windows")
        self.setWindowTitle(self.tr("My windows"))
        self.setMinimumWidth(440)
        self._own, self._window, self._modality, self._keep = tuple(own), window, modality, keep
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.key = QComboBox()
        self.key.addItem(self.tr("No key"), None)
        for digit in KEYS:
            self.key.addItem(str(digit), digit)
        self.save_button = button(self.tr("Save"), "save", role="primary")
        self.save_button.clicked.connect(self._save)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("My windows"))
        self.delete_button = button(self.tr("Delete"), "trash")
        self.delete_button.clicked.connect(self._delete)
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.setProperty("role", "secondary")
        self.name.textChanged.connect(lambda _: self._refresh())
        self.key.currentIndexChanged.connect(lambda _: self._refresh())
        self.list.currentRowChanged.connect(lambda _: self._refresh())
        QShortcut(QKeySequence(Qt.Key.Key_Delete), self.list, self._delete)
        self._arrange()
        self._fill()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setSpacing(12)
        if self._window is not None:
            words = self.tr("What you see now, center {c:.4g} and width {w:.4g}, for {modality} pictures:")
            text = words.format(c=self._window.center, w=self._window.width, modality=self._modality)
            column.addWidget(QLabel(text))
            form = QFormLayout()
            form.addRow(self.tr("&Name"), self.name)
            form.addRow(self.tr("&Key"), self.key)
            column.addLayout(form)
            row = QHBoxLayout()
            row.addWidget(self._note, 1)
            row.addWidget(self.save_button)
            column.addLayout(row)
        column.addWidget(self.list)
        row = QHBoxLayout()
        close = button(self.tr("Close"))
        close.clicked.connect(self.accept)
        row.addWidget(self.delete_button)
        row.addStretch(1)
        row.addWidget(close)
        column.addLayout(row)

    def _fill(self) -> None:
        self.list.clear()
        for one in self._own:
            key = self.tr("key {n}").format(n=one.key) if one.key is not None else self.tr("no key")
            words = f"{one.name}   {one.center:.4g} / {one.width:.4g}   {one.modality}   {key}"
            self.list.addItem(QListWidgetItem(words))
        self._refresh()

    def _refresh(self) -> None:
        name = self._named()
        self.save_button.setEnabled(bool(name) and self._window is not None)
        self.delete_button.setEnabled(self.list.currentRow() >= 0)
        same = [one for one in self._own if one.modality == self._modality]
        taken = next((one for one in same if one.key is not None and one.key == self.key.currentData()), None)
        if any(one.name.casefold() == name.casefold() for one in same):
            self._note.setText(self.tr("Replaces your window of that name."))
        elif taken is not None:
            self._note.setText(self.tr("{name} loses this key.").format(name=taken.name))
        else:
            self._note.setText("")

    def _named(self) -> str:
        return " ".join(self.name.text().split())

    def _save(self) -> None:
        if self._window is None or not self._named():
            return
        window = self._window
        new = OwnWindow(self._named(), window.center, window.width, self._modality, self.key.currentData())
        self._put(with_window(self._own, new))
        self.name.clear()

    def _delete(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._own):
            self._put((*self._own[:row], *self._own[row + 1 :]))

    def _put(self, own: tuple[OwnWindow, ...]) -> None:
        self._own = own
        self._keep(own)
        self._fill()
