"""Files that could not be filed: why, what can be read of them, and what a person can do about it.

Grouped by reason or by where they came from, so that a hundred of a kind are one decision. Shows what is
known of them; acting is an operation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.store.kept.quarantine import Kept
from vetpacs_desktop.store.kept.set_aside import SetAside, where
from vetpacs_desktop.store.kept.trash import Trash
from vetpacs_desktop.store.reading.mending import Remedy
from vetpacs_desktop.store.reading.tag_words import TagLine, tag_lines
from vetpacs_desktop.ui import theme, words
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.kept import saying
from vetpacs_desktop.ui.kept.frame import KeptDialog, nothing_here, side_by_side
from vetpacs_desktop.ui.kept.groups import GroupTree
from vetpacs_desktop.ui.kept.pictures import Draw, PicturePane
from vetpacs_desktop.ui.operations import settling, trashing
from vetpacs_desktop.ui.transfers import Transfers

SIDE = 384
PAD_BETWEEN = 2 * theme.GRID
AskFolder = Callable[[QWidget], Path | None]


class SetAsideDialog(KeptDialog):
    """Everything that waits for a person."""

    def __init__(
        self,
        room: SetAside,
        trash: Trash,
        bridge: Bridge,
        transfers: Transfers,
        draw: Draw,
        changed: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(
            self.tr("Files that were set aside"),
            self.tr(
                "These could not be filed. Nothing of them is lost: look at them, repair them, or take "
                "them away."
            ),
            transfers,
            (settling.PLACE, trashing.PLACE),
            parent,
        )
        self._room, self._trash, self._bridge, self._changed = room, trash, bridge, changed
        self._entries: list[Kept] = []
        self._wish = 0
        self.ask_folder: AskFolder = _ask_folder
        self.picture = PicturePane(bridge, draw, SIDE)
        self.tree = GroupTree()
        self.tree.itemSelectionChanged.connect(self._chosen_changed)
        self._fill()
        self._make_buttons()

    def first_focus(self) -> QWidget:
        return self.tree

    def refresh(self) -> None:
        self._bridge.start(lambda _report, _cancel: self._room.entries(), self._show, owner=self)

    def renew_buttons(self) -> None:
        chosen = self.tree.chosen()
        open_ones = [kept for kept in chosen if not kept.mended_as]
        for made in (self.export_button, self.discard_button):
            made.setEnabled(bool(chosen) and not self.busy)
        for made in (self.mend_button, self.retry_button):
            made.setEnabled(bool(open_ones) and not self.busy)

    def _fill(self) -> None:
        self.body.addLayout(self._chips())
        self._pages = QStackedWidget()
        self._pages.addWidget(
            nothing_here(self.tr("Nothing was set aside: everything that came could be filed."))
        )
        self._pages.addWidget(side_by_side(self.tree, self._facts(), (660, 380)))
        self.body.addWidget(self._pages, 1)

    def _chips(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.GRID)
        self._by = QButtonGroup(self)
        self.by_reason = self._chip(self.tr("By reason"), row)
        self.by_source = self._chip(self.tr("By where they came from"), row)
        self.by_reason.setChecked(True)
        row.addSpacing(PAD_BETWEEN)
        self.repaired = QPushButton(self.tr("Originals of repaired files"))
        self.repaired.setProperty("role", "chip")
        self.repaired.setCheckable(True)
        self.repaired.setAutoDefault(False)
        self.repaired.toggled.connect(self._arrange)
        row.addWidget(self.repaired)
        row.addStretch(1)
        return row

    def _chip(self, text: str, row: QHBoxLayout) -> QPushButton:
        made = QPushButton(text)
        made.setProperty("role", "chip")
        made.setCheckable(True)
        made.setAutoDefault(False)
        made.clicked.connect(self._arrange)
        self._by.addButton(made)
        row.addWidget(made)
        return made

    def _facts(self) -> QWidget:
        side = QWidget()
        side.setMinimumWidth(300)
        column = QVBoxLayout(side)
        column.setContentsMargins(theme.GRID, 0, 0, 0)
        column.setSpacing(theme.GRID)
        self.picture.setMaximumHeight(220)
        column.addWidget(self.picture, 2)
        self.reason, self.came, self.help = QLabel(), QLabel(), QLabel()
        self.came.setProperty("role", "secondary")
        for label in (self.reason, self.help, self.came):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setWordWrap(True)
            column.addWidget(label)
        self.tags = QTreeWidget()
        self.tags.setColumnCount(2)
        self.tags.setHeaderLabels([self.tr("What can be read of it"), ""])
        self.tags.setRootIsDecorated(False)
        self.tags.setUniformRowHeights(True)
        self.tags.setProperty("role", "list")
        self.tags.header().resizeSection(0, 170)
        column.addWidget(self.tags, 3)
        column.addStretch(1)
        return side

    def _make_buttons(self) -> None:
        self.mend_button = self.add_button(button(self.tr("Repair and file"), "rebuild", role="primary"))
        self.mend_button.clicked.connect(lambda: self._run(settling.mend))
        self.retry_button = self.add_button(button(self.tr("Try again"), "start"))
        self.retry_button.clicked.connect(lambda: self._run(settling.retry))
        self.export_button = self.add_button(button(self.tr("Export..."), "folder"))
        self.export_button.clicked.connect(self._export)
        self.discard_button = self.add_button(button(self.tr("Move to the trash"), "trash"))
        self.discard_button.clicked.connect(self._discard)
        self.renew_buttons()

    def _show(self, entries: list[Kept]) -> None:
        self._entries = entries
        self.repaired.setVisible(any(kept.mended_as for kept in entries))
        self._arrange()
        self.arrived()

    def _arrange(self) -> None:
        mended = self.repaired.isChecked() and not self.repaired.isHidden()
        shown = [kept for kept in self._entries if bool(kept.mended_as) == mended]
        self._pages.setCurrentIndex(1 if shown else 0)
        self.tree.show_files(shown, by_reason=self.by_reason.isChecked())

    def _chosen_changed(self) -> None:
        self.renew_buttons()
        chosen = self.tree.chosen()
        self._wish += 1
        if len(chosen) == 1:
            self._look_at(chosen[0])
        else:
            self._say_many(chosen)

    def _look_at(self, kept: Kept) -> None:
        wish, path = self._wish, where(kept)
        gone = self.tr("The file was only noted where it was found, and it is not there any more.")
        self.picture.show()
        self.picture.show_file(path, "" if path is not None else gone)
        self.reason.setText(kept.reason)
        self.help.setText("")
        self.came.setText(self._history(kept))
        self.tags.clear()
        self._bridge.start(
            lambda _report, _cancel: (tag_lines(path) if path is not None else [], self._room.remedies(kept)),
            lambda read: self._read(wish, kept, *read),
            lambda error: self._unreadable(wish, error),
            owner=self,
        )

    def _history(self, kept: Kept) -> str:
        first, last = saying.moment(kept.first_at), saying.moment(kept.last_at)
        moments = [self.tr("Came {moment}").format(moment=last)]
        if kept.times > 1:
            moments = [
                words.counted(kept.times, "", self.tr("Came {n} times")),
                self.tr("First: {moment}").format(moment=first),
                self.tr("Last: {moment}").format(moment=last),
            ]
        return " · ".join(
            [self.tr("From {source}").format(source=kept.source), words.size(kept.size), *moments]
        )

    def _read(self, wish: int, kept: Kept, lines: list[TagLine], remedies: tuple[Remedy, ...]) -> None:
        if wish != self._wish:
            return
        if kept.mended_as:
            self.help.setText(self.tr("A repaired copy is in the list; this is the original, as it came."))
        else:
            self.help.setText(saying.remedy(remedies) or self.tr("It can't be repaired with certainty."))
            self.mend_button.setEnabled(bool(remedies) and not self.busy)
        self.tags.addTopLevelItems([QTreeWidgetItem([line.name, line.value]) for line in lines])
        self.tags.setVisible(bool(lines))

    def _unreadable(self, wish: int, error: BaseException) -> None:
        if wish == self._wish:
            self.help.setText(self.tr("The file can't be read ({why}).").format(why=error))

    def _say_many(self, chosen: Sequence[Kept]) -> None:
        self.picture.hide()
        self.tags.clear()
        self.tags.hide()
        one, many = self.tr("{n} file is chosen."), self.tr("{n} files are chosen.")
        self.reason.setText(words.counted(len(chosen), one, many) if chosen else "")
        self.came.setText(words.size(sum(kept.size for kept in chosen)) if chosen else "")
        self.help.setText(
            self.tr("Those that can be repaired with certainty are; the others stay.") if chosen else ""
        )

    def _run(self, operation: Callable[..., None]) -> None:
        chosen = [kept for kept in self.tree.chosen() if not kept.mended_as]
        if chosen and not self.busy:
            operation(self._room, self._transfers, chosen, self.notices.show_notice, self._done)

    def _export(self) -> None:
        chosen = self.tree.chosen()
        folder = self.ask_folder(self) if chosen and not self.busy else None
        if folder is not None:
            settling.export(self._room, self._transfers, chosen, folder, self.notices.show_notice, self._done)

    def _discard(self) -> None:
        chosen = self.tree.chosen()
        if chosen and not self.busy:
            settling.discard(
                self._room, self._trash, self._transfers, chosen, self.notices.show_notice, self._done
            )

    def _done(self) -> None:
        self.refresh()
        self._changed()


def _ask_folder(parent: QWidget) -> Path | None:
    chosen = QFileDialog.getExistingDirectory(parent, "", str(Path.home()))
    return Path(chosen) if chosen else None
