"""Files that were set aside as a tree: groups of the same reason or the same source, their files below them.

A chosen group stands for all of its files. It only shows what it is given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from vetpacs_desktop.store.kept.quarantine import Kept
from vetpacs_desktop.store.kept.set_aside import kind_of
from vetpacs_desktop.ui import theme, words
from vetpacs_desktop.ui.kept import saying

_ENTRY = Qt.ItemDataRole.UserRole
WIDTHS = ((1, 152), (2, 128), (3, 80))


class GroupTree(QTreeWidget):
    """The files, grouped."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setColumnCount(4)
        self.setHeaderLabels([self.tr("File"), self.tr("From"), self.tr("Last time"), self.tr("Came")])
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setUniformRowHeights(True)
        self.setProperty("role", "list")
        self.setAccessibleName(self.tr("Files that were set aside"))
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for number, width in WIDTHS:
            header.resizeSection(number, width)

    def chosen(self) -> list[Kept]:
        """The chosen files, each once."""
        found: dict[str, Kept] = {}
        for item in self.selectedItems():
            for member in [item] if item.parent() is not None else _children(item):
                kept: Kept = member.data(0, _ENTRY)
                found[kept.sha256] = kept
        return list(found.values())

    def show_files(self, entries: Sequence[Kept], *, by_reason: bool) -> None:
        """Group anew, the largest group first; what was chosen stays chosen, else the first file is."""
        before = {kept.sha256 for kept in self.chosen()}
        groups: dict[str, list[Kept]] = {}
        for kept in entries:
            groups.setdefault(kind_of(kept.reason) if by_reason else kept.source, []).append(kept)
        self.blockSignals(True)
        self.clear()
        for members in sorted(groups.values(), key=len, reverse=True):
            self._add(_title(members, by_reason=by_reason), members)
        self._choose(before)
        self.blockSignals(False)
        self.itemSelectionChanged.emit()

    def _add(self, title: str, members: Sequence[Kept]) -> None:
        group = QTreeWidgetItem(self, [f"{words.grouped(len(members))}  ·  {title}"])
        group.setToolTip(0, members[0].reason)
        group.setFont(0, theme.font(theme.BASE, bold=True))
        group.setFirstColumnSpanned(True)
        for kept in members:
            times = words.counted(kept.times, self.tr("once"), self.tr("{n} times"))
            line = [kept.name, words.sender(kept.source), saying.moment(kept.last_at), times]
            item = QTreeWidgetItem(group, line)
            item.setData(0, _ENTRY, kept)
            item.setToolTip(0, kept.name)
            item.setToolTip(1, kept.source)
        group.setExpanded(True)

    def _choose(self, digests: set[str]) -> None:
        members = list(self._members())
        again = [item for item in members if item.data(0, _ENTRY).sha256 in digests] or members[:1]
        for item in again:
            item.setSelected(True)
        if again:
            model = self.selectionModel()
            model.setCurrentIndex(self.indexFromItem(again[0]), model.SelectionFlag.NoUpdate)

    def _members(self) -> Iterator[QTreeWidgetItem]:
        for number in range(self.topLevelItemCount()):
            group = self.topLevelItem(number)
            if group is not None:
                yield from _children(group)


def _title(members: Sequence[Kept], *, by_reason: bool) -> str:
    """The first sentence of the reason, without numbers that are each file's own; or the source."""
    if not by_reason:
        return words.sender(members[0].source)
    reasons = {kept.reason for kept in members}
    reason = members[0].reason
    if len(reasons) > 1:
        reason = kind_of(reason).replace("#", QCoreApplication.translate("GroupTree", "some"))
    return reason.split(". ")[0].rstrip(".")


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = (item.child(number) for number in range(item.childCount()))
    return [child for child in found if child is not None]
