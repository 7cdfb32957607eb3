"""The layouts that a person saved: renamed in place, deleted, brought back while the window is open.

A list over the shelf; what can't be used is named with its reason.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.viewing.hanging.words import meant_for
from vetpacs_desktop.viewer.hanging.protocol import Protocol
from vetpacs_desktop.viewer.hanging.shelf import Shelf


class OwnDialog(QDialog):
    """Rename with F2 or a double click, delete with Del; Undo brings the last one back."""

    def __init__(self, shelf: Shelf, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("own_layouts")
        self.setWindowTitle(self.tr("My layouts"))
        self.setMinimumSize(520, 360)
        self._shelf = shelf
        self._deleted: list[Protocol] = []
        self._wished: tuple[Protocol, str] | None = None
        self._renamed = QTimer(self, singleShot=True, interval=0)
        self._renamed.timeout.connect(self._rename)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("My layouts"))
        # Later: the list is made anew, which must not happen to an item that is just being edited.
        self.list.itemChanged.connect(self._note_name)
        self.list.currentRowChanged.connect(lambda _: self._refresh_buttons())
        self._empty = QLabel(
            self.tr(
                "Nothing saved yet. Arrange an exam as you like to read it, then choose Layout, Hanging, "
                "Save this layout."
            )
        )
        self._note = QLabel()
        for label in (self._empty, self._note):
            label.setWordWrap(True)
        self._empty.setProperty("role", "dim")
        self._note.setProperty("role", "secondary")
        self.rename_button = button(self.tr("Rename"), "correct")
        self.delete_button = button(self.tr("Delete"), "trash")
        self.undo_button = button(self.tr("Undo"), "back")
        self.folder_button = button(self.tr("Show the files"), "folder")
        self.folder_button.setToolTip(self.tr("Copy them to use them on another workstation"))
        self._join()
        self._arrange()
        self._fill()

    def _join(self) -> None:
        self.rename_button.clicked.connect(self._edit)
        self.delete_button.clicked.connect(self._delete)
        self.undo_button.clicked.connect(self._undo)
        self.folder_button.clicked.connect(self._show_files)
        for key, act in (("Del", self._delete), ("Ctrl+Z", self._undo)):
            shortcut = QShortcut(QKeySequence(key), self.list)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(act)

    def _arrange(self) -> None:
        row = QHBoxLayout()
        for one in (self.rename_button, self.delete_button, self.undo_button):
            row.addWidget(one)
        row.addStretch(1)
        row.addWidget(self.folder_button)
        close = button(self.tr("Close"))
        close.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self._empty)
        column.addWidget(self.list, 1)
        column.addLayout(row)
        column.addWidget(self._note)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)

    def _fill(self) -> None:
        self._shelf.look_again()
        chosen = self.list.currentRow()
        self.list.blockSignals(True)
        self.list.clear()
        for protocol in self._shelf.own:
            item = QListWidgetItem(protocol.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setData(Qt.ItemDataRole.UserRole, protocol)
            item.setToolTip(meant_for(protocol))
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.list.setCurrentRow(max(0, min(chosen, self.list.count() - 1)))
        self._empty.setVisible(not self.list.count())
        self.list.setVisible(bool(self.list.count()))
        self._refresh_buttons()

    def _refresh_buttons(self) -> None:
        item = self.list.currentItem()
        self.rename_button.setEnabled(item is not None)
        self.delete_button.setEnabled(item is not None)
        used = self.tr("Used for: {exams}")
        lines = [] if item is None else [used.format(exams=item.toolTip())]
        self._note.setText("\n".join((*lines, *(one.sentence for one in self._shelf.problems))))
        self.undo_button.setEnabled(bool(self._deleted))

    def _edit(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.list.editItem(item)

    def _note_name(self, item: QListWidgetItem) -> None:
        self._wished = item.data(Qt.ItemDataRole.UserRole), " ".join(item.text().split())
        self._renamed.start()

    def _rename(self) -> None:
        wished, self._wished = self._wished, None
        if wished is None or not wished[1] or wished[1] == wished[0].name:
            self._fill()
            return
        self._try(lambda: self._shelf.rename(*wished))

    def _delete(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            protocol = item.data(Qt.ItemDataRole.UserRole)
            if self._try(lambda: self._shelf.delete(protocol)):
                self._deleted.append(protocol)
                self._refresh_buttons()

    def _undo(self) -> None:
        if self._deleted and self._try(lambda: self._shelf.keep(self._deleted[-1])):
            self._deleted.pop()
            self._refresh_buttons()

    def _try(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except KnownError as error:
            self._fill()
            self._note.setText(error.sentence)
            return False
        self._fill()
        return True

    def _show_files(self) -> None:
        self._shelf.folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._shelf.folder)))
