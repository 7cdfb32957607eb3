"""The trash: what was deleted, when, by whom and why; bring it back, or delete it for good after a warning.

Shows what the trash says; moving and deleting are operations.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLabel, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from vetpacs_desktop.store.kept.retention import Policy
from vetpacs_desktop.store.kept.trash import Trash
from vetpacs_desktop.store.kept.trash_table import TrashEntry
from vetpacs_desktop.ui import ask, theme, words
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.icons import icon
from vetpacs_desktop.ui.kept import saying
from vetpacs_desktop.ui.kept.frame import KeptDialog, nothing_here, side_by_side
from vetpacs_desktop.ui.kept.pictures import Draw, PicturePane
from vetpacs_desktop.ui.kept.rows import Column, RowsTable
from vetpacs_desktop.ui.operations import trashing
from vetpacs_desktop.ui.transfers import Transfers

SIDE = 384
MayEmpty = Callable[[QWidget, str], bool]


def _ask(parent: QWidget, question: str) -> bool:
    return ask.may(
        parent,
        question,
        yes=QCoreApplication.translate("TrashDialog", "Delete for good"),
        no=QCoreApplication.translate("TrashDialog", "Keep"),
    )


class TrashDialog(KeptDialog):
    """Everything in the trash."""

    def __init__(
        self,
        trash: Trash,
        bridge: Bridge,
        transfers: Transfers,
        draw: Draw,
        changed: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(self.tr("Trash"), "", transfers, (trashing.PLACE,), parent)
        self._trash = trash
        self._bridge = bridge
        self._changed = changed
        self.may_empty: MayEmpty = _ask
        self.picture = PicturePane(bridge, draw, SIDE)
        self._fill()
        self._make_buttons()
        self.table.chosen_changed.connect(self._chosen_changed)
        self.search.textChanged.connect(self.table.rows.narrow)

    def show_policy(self, policy: Policy) -> None:
        """Say what the rules do by themselves."""
        self.explain(
            self.tr("What was deleted waits here and can be brought back.") + " " + saying.rules(policy)
        )

    def first_focus(self) -> QWidget:
        return self.table

    def refresh(self) -> None:
        self._bridge.start(lambda _report, _cancel: self._trash.entries(), self._show, owner=self)

    def renew_buttons(self) -> None:
        chosen = self.table.chosen()
        self.restore_button.setEnabled(bool(chosen) and not self.busy)
        self.empty_button.setEnabled(bool(chosen) and not self.busy)
        if len(chosen) > 1:
            self.empty_button.setText(self.tr("Delete {n} for good...").format(n=words.grouped(len(chosen))))
            self.restore_button.setText(self.tr("Restore {n}").format(n=words.grouped(len(chosen))))
        else:
            self.empty_button.setText(self.tr("Delete for good..."))
            self.restore_button.setText(self.tr("Restore"))

    def _fill(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Find in the trash"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search", "text_dim"), QLineEdit.ActionPosition.LeadingPosition)
        self.body.addWidget(self.search)
        self.table: RowsTable[TrashEntry] = RowsTable(
            self._columns(), lambda entry: entry.id, saying.found_by
        )
        self.table.setAccessibleName(self.tr("Trash"))
        self._pages = QStackedWidget()
        self._pages.addWidget(
            nothing_here(
                self.tr("The trash is empty. What is deleted comes here first and can be brought back.")
            )
        )
        self._pages.addWidget(side_by_side(self.table, self._facts(), (760, 280)))
        self.body.addWidget(self._pages, 1)

    def _columns(self) -> list[Column[TrashEntry]]:
        return [
            Column(self.tr("Animal"), trashing.title_of, 184),
            Column(self.tr("What"), saying.what),
            Column(self.tr("Images"), lambda entry: words.grouped(entry.count), 64, True, lambda e: e.count),
            Column(self.tr("Size"), lambda entry: words.size(entry.bytes), 72, True, lambda e: e.bytes),
            Column(self.tr("Deleted"), lambda entry: saying.moment(entry.at), 128, key=lambda e: e.at),
            Column(self.tr("By"), lambda entry: saying.person(entry.who), 88),
        ]

    def _facts(self) -> QWidget:
        side = QWidget()
        side.setMinimumWidth(220)
        column = QVBoxLayout(side)
        column.setContentsMargins(theme.GRID, 0, 0, 0)
        column.setSpacing(theme.GRID)
        self.picture.setMaximumHeight(280)
        column.addWidget(self.picture, 1)
        self._title, self._what, self._why = QLabel(), QLabel(), QLabel()
        self._title.setProperty("role", "heading")
        self._why.setProperty("role", "dim")
        for label in (self._title, self._what, self._why):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            column.addWidget(label)
        column.addStretch(1)
        return side

    def _make_buttons(self) -> None:
        self.restore_button = self.add_button(button(self.tr("Restore"), "reset", role="primary"))
        self.restore_button.clicked.connect(self._restore)
        self.empty_button = self.add_button(button(self.tr("Delete for good..."), "trash"))
        self.empty_button.clicked.connect(self._empty)
        self.rules_button = self.add_button(button(self.tr("Rules..."), "settings"))
        delete = QAction(self.table)
        delete.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        delete.triggered.connect(self._empty)
        self.table.addAction(delete)
        self.renew_buttons()

    def _show(self, entries: list[TrashEntry]) -> None:
        self.table.rows.replace(entries)
        self._pages.setCurrentIndex(1 if entries else 0)
        self.search.setVisible(bool(entries))
        self.renew_buttons()
        self.arrived()

    def _chosen_changed(self) -> None:
        self.renew_buttons()
        chosen = self.table.chosen()
        entry = chosen[0] if len(chosen) == 1 else None
        self._title.setText(trashing.title_of(entry) if entry is not None else "")
        self._what.setText(saying.what(entry) if entry is not None else self._amount(chosen))
        self._why.setText(saying.reason(entry) if entry is not None else "")
        self.picture.setVisible(entry is not None)
        if entry is not None:
            self._bridge.start(
                lambda _report, _cancel: self._trash.files(entry.id),
                lambda files: self._draw(entry, files),
                lambda _error: None,
                owner=self,
            )

    def _draw(self, entry: TrashEntry, files: list[Path]) -> None:
        if self.table.chosen() == [entry]:
            pictures = [path for path in files if path.suffix != ".json"]
            self.picture.show_file(pictures[len(pictures) // 2] if pictures else None)

    def _amount(self, chosen: list[TrashEntry]) -> str:
        if not chosen:
            return ""
        size = words.size(sum(entry.bytes for entry in chosen))
        one, many = self.tr("{n} entry, {size}"), self.tr("{n} entries, {size}")
        return words.counted(len(chosen), one, many).format(size=size)

    def _restore(self) -> None:
        ids = [entry.id for entry in self.table.chosen()]
        if ids and not self.busy:
            trashing.restore(self._trash, self._transfers, ids, self.notices.show_notice, self._done)

    def _empty(self) -> None:
        chosen = self.table.chosen()
        if not chosen or self.busy:
            return
        ids = [entry.id for entry in chosen]
        self._bridge.start(
            lambda _report, _cancel: len(self._trash.unproved(ids)),
            lambda unproved: self._warn(chosen, unproved),
            owner=self,
        )

    def _warn(self, chosen: list[TrashEntry], unproved: int) -> None:
        if self.may_empty(self, trashing.warning(chosen, unproved)):
            ids = [entry.id for entry in chosen]
            trashing.empty(self._trash, self._transfers, ids, self.notices.show_notice, self._done)

    def _done(self) -> None:
        self.refresh()
        self._changed()
