"""The list's view: keys, hover over whole lines, and staying still while exams arrive.

It holds the choice by the exam, not by the line: lines move, the chosen exam doesn't.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import date

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QPushButton, QTableView, QWidget

from vetpacs_desktop.store.records import StudyRow, StudyUID
from vetpacs_desktop.ui import theme, words
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.icons import icon
from vetpacs_desktop.ui.library.delegate import StudyDelegate
from vetpacs_desktop.ui.library.finder import Renewal, View
from vetpacs_desktop.ui.library.model import Column, StudyModel

CALM_SECONDS = 4.0
"""So long after the pointer last moved over the list its lines are left where they are."""
WIDTHS = {
    Column.ANIMAL: 224,
    Column.OWNER: 152,
    Column.DATE: 104,
    Column.IMAGES: 72,
    Column.STATE: 88,
}
NO_IMAGES, NO_OWNER = 700, 640
ORDERS = {
    Column.ANIMAL: "animal",
    Column.OWNER: "owner",
    Column.DATE: "date",
    Column.IMAGES: "images",
    Column.EXAM: "modality",
}
FALLING_FIRST = (Column.DATE, Column.IMAGES)


class StudyTable(QTableView):
    """Shows a StudyModel."""

    chosen = Signal(object)
    """The StudyRow chosen, or None"""
    opened = Signal(object)
    """StudyRow: double click or Enter"""
    typed = Signal(str)
    """A letter meant for the search field"""
    order_changed = Signal(str)
    mark_clicked = Signal(object)
    """StudyRow: the mark of images that came twice"""
    several = Signal(int)
    """How many lines are chosen"""

    def __init__(self, model: StudyModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._uid: StudyUID | None = None
        self._silent = False
        self._pointer_at = -CALM_SECONDS
        self._hidden_above = 0
        self._offered: list[QAction] = []
        self._order = (Column.DATE, Qt.SortOrder.DescendingOrder)
        self.setModel(model)
        self._delegate = StudyDelegate(self)
        self.setItemDelegate(self._delegate)
        self._arrange()
        self._header()
        self._pill = self._make_pill()
        minute = QTimer(self, interval=60_000)
        minute.timeout.connect(self._new_day)
        minute.start()
        self.selectionModel().currentRowChanged.connect(self._current_changed)
        self.selectionModel().selectionChanged.connect(self._choice_changed)
        self.doubleClicked.connect(self._open_index)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        model.dataChanged.connect(self._data_came)

    @property
    def order(self) -> str:
        """The order in the library's words."""
        column, direction = self._order
        if column == Column.DATE and direction == Qt.SortOrder.DescendingOrder:
            return "newest"
        return ("-" if direction == Qt.SortOrder.DescendingOrder else "") + ORDERS[column]

    @property
    def chosen_uid(self) -> StudyUID | None:
        return self._uid

    def view(self) -> View:
        """What is visible now, for a renewal that keeps it in place."""
        height = self.verticalHeader().defaultSectionSize()
        first = self.verticalScrollBar().value() // height
        last = first + self.viewport().height() // height + 1
        study = self._model.loaded(first)
        return View(first, last, study.study_uid if study else None, self._model.rowCount())

    def choose_first(self) -> None:
        """A new search: back to the top, its first exam chosen."""
        self._hide_pill()
        self.scrollToTop()
        if self._model.rowCount():
            self._choose_row(0)
        else:
            self._tell(None)

    def chosen_exams(self) -> list[StudyRow]:
        """All chosen exams, from the top."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [study for row in rows if (study := self._model.loaded(row)) is not None]

    def offer(self, action: QAction) -> None:
        """One more line in the menu of a line."""
        self._offered.append(action)

    def choose(self, uid: StudyUID) -> bool:
        """Choose an exam if its line is here."""
        row = self._model.row_of(uid)
        if row is None:
            return False
        self._choose_row(row)
        return True

    def renew(self, renewal: Renewal) -> None:
        """Show the library's new state without moving what somebody is looking at or pointing to."""
        bar = self.verticalScrollBar()
        stay = bar.value() > 0 or self._in_use()
        self.setUpdatesEnabled(False)
        self._silent = True
        place = bar.value()
        others = {study.study_uid for study in self.chosen_exams()} - {self._uid}
        self._model.renew(renewal.count, renewal.offset, renewal.rows, renewal.above)
        if stay and renewal.above:
            bar.setValue(place + renewal.above * self.verticalHeader().defaultSectionSize())
            self._say_hidden(renewal.above if bar.value() > 0 else 0)
        self._choose_again(others)
        self._silent = False
        self.setUpdatesEnabled(True)

    def step(self, key: Qt.Key) -> None:
        """An arrow or page key pressed elsewhere (in the search field, which keeps the focus)."""
        page = max(self.viewport().height() // theme.ROW - 1, 1)
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -page}.get(key, page)
        if self._model.rowCount():
            row = self.currentIndex().row() + by
            self.selectRow(min(max(row, 0), self._model.rowCount() - 1))

    def open_chosen(self) -> None:
        """Open the chosen exam."""
        self._open_index(self.currentIndex())

    def save(self, state: QSettings) -> None:
        """Remember columns and order."""
        state.setValue("exams/columns", self.horizontalHeader().saveState())
        state.setValue("exams/sort_column", int(self._order[0]))
        state.setValue("exams/sort_falling", self._order[1] == Qt.SortOrder.DescendingOrder)

    def restore(self, state: QSettings) -> None:
        """Take columns and order as remembered."""
        columns = state.value("exams/columns")
        if columns is not None:
            self.horizontalHeader().restoreState(columns)
        number = int(str(state.value("exams/sort_column", int(Column.DATE))))
        column = Column(number) if number in tuple(Column) and number in ORDERS else Column.DATE
        falling = str(state.value("exams/sort_falling", "true")).lower() == "true"
        self._set_order(column, Qt.SortOrder.DescendingOrder if falling else Qt.SortOrder.AscendingOrder)

    def refresh_theme(self) -> None:
        """Repaint with the palette in force."""
        self._delegate.refresh_theme()
        self.viewport().update()

    def _new_day(self) -> None:
        """After midnight "Today" is another day."""
        today = date.today()  # noqa: DTZ011 - the clinic's own day is meant
        if today != self._delegate.today:
            self._delegate.today = today
            self.viewport().update()

    def _arrange(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Exams"))
        lines = self.verticalHeader()
        lines.hide()
        lines.setMinimumSectionSize(theme.ROW)
        lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        lines.setDefaultSectionSize(theme.ROW)
        self.verticalScrollBar().setSingleStep(theme.ROW)

    def _header(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(56)
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        for column in Column:
            if column == Column.EXAM:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
            else:
                header.resizeSection(column, WIDTHS[column])
        header.setSortIndicatorShown(True)
        self._show_order()
        header.sectionClicked.connect(self._sort_by)

    def _fit_columns(self, width: int) -> None:
        """Where it gets narrow, first the images' column goes, then the owner moves below the animal."""
        self.setColumnHidden(Column.IMAGES, width < NO_IMAGES)
        self.setColumnHidden(Column.OWNER, width < NO_OWNER)
        self._delegate.owner_below = width < NO_OWNER
        mode = QHeaderView.ResizeMode
        way = mode.Stretch if width < NO_OWNER else mode.Interactive
        if self.horizontalHeader().sectionResizeMode(Column.ANIMAL) != way:
            self.horizontalHeader().setSectionResizeMode(Column.ANIMAL, way)
            if way == mode.Interactive:
                self.horizontalHeader().resizeSection(Column.ANIMAL, WIDTHS[Column.ANIMAL])

    def _make_pill(self) -> QPushButton:
        pill = button("", "up", role="primary")
        pill.setParent(self)
        pill.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        pill.hide()
        pill.clicked.connect(self.scrollToTop)
        return pill

    def _say_hidden(self, more: int) -> None:
        self._hidden_above += max(more, 0)
        if self._hidden_above:
            self._pill.setText(
                words.counted(self._hidden_above, self.tr("{n} new exam"), self.tr("{n} new exams"))
            )
            self._pill.adjustSize()
            self._place_pill()
            self._pill.show()

    def _hide_pill(self) -> None:
        self._hidden_above = 0
        self._pill.hide()

    def _place_pill(self) -> None:
        middle = self.viewport().geometry()
        self._pill.move(middle.center().x() - self._pill.width() // 2, middle.top() + theme.GRID)

    def _in_use(self) -> bool:
        return self.viewport().underMouse() and time.monotonic() - self._pointer_at < CALM_SECONDS

    def _choose_again(self, others: Iterable[StudyUID]) -> None:
        """Lines moved: the exam chosen before is chosen again, and with it the `others`."""
        row = self._model.row_of(self._uid) if self._uid is not None else None
        if row is None:
            self._choose_instead()
            return
        flag = QItemSelectionModel.SelectionFlag
        if self.currentIndex().row() != row:
            self._choose_row(row)
        for other in others:
            at = self._model.row_of(other)
            if at is not None:
                self.selectionModel().select(self._model.index(at, 0), flag.Select | flag.Rows)
        self.chosen.emit(self._model.loaded(row))

    def _choose_row(self, row: int) -> None:
        """This line alone, whatever keys are down: `selectRow` would only go to it while Ctrl is held."""
        flag = QItemSelectionModel.SelectionFlag
        column = max(self.currentIndex().column(), 0)
        self.selectionModel().setCurrentIndex(self._model.index(row, column), flag.ClearAndSelect | flag.Rows)

    def _choose_instead(self) -> None:
        """The chosen exam left the list: the one in its place is chosen. Out of sight it may have moved."""
        place = min(self.currentIndex().row(), self._model.rowCount() - 1)
        study = self._model.loaded(place)
        if study is not None and study.study_uid != self._uid:
            self._choose_row(place)
            self._tell(study)

    def _current_changed(self, current: QModelIndex) -> None:
        if not self._silent:
            self._tell(self._model.study(current.row()) if current.isValid() else None)

    def _choice_changed(self) -> None:
        if not self._silent:
            self.several.emit(len(self.selectionModel().selectedRows()))

    def _tell(self, study: StudyRow | None) -> None:
        self._uid = study.study_uid if study is not None else None
        self.chosen.emit(study)

    def _data_came(self, first: QModelIndex, last: QModelIndex) -> None:
        """The chosen line was a skeleton until now."""
        row = self.currentIndex().row()
        if self._uid is None and not self._silent and first.row() <= row <= last.row():
            self._tell(self._model.loaded(row))

    def _open_index(self, index: QModelIndex) -> None:
        study = self._model.loaded(index.row()) if index.isValid() else None
        if study is not None:
            self.opened.emit(study)

    def _sort_by(self, section: int) -> None:
        column = Column(section)
        if column not in ORDERS:
            self._show_order()
            return
        falling, rising = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder
        if column == self._order[0]:
            self._set_order(column, rising if self._order[1] == falling else falling)
        else:
            self._set_order(column, falling if column in FALLING_FIRST else rising)
        self.order_changed.emit(self.order)

    def _set_order(self, column: Column, direction: Qt.SortOrder) -> None:
        self._order = (column, direction)
        self._show_order()

    def _show_order(self) -> None:
        """An arrow down for newest and largest first, as people know it; Fusion draws it the other way."""
        column, direction = self._order
        falling = direction == Qt.SortOrder.DescendingOrder
        shown = Qt.SortOrder.AscendingOrder if falling else Qt.SortOrder.DescendingOrder
        self.horizontalHeader().setSortIndicator(column, shown)

    def _scrolled(self, value: int) -> None:
        if value == 0:
            self._hide_pill()
        self._hover(self.viewport().mapFromGlobal(self.cursor().pos()))

    def _hover(self, at: QPoint) -> None:
        inside = self.viewport().rect().contains(at) and self.viewport().underMouse()
        row = self.rowAt(at.y()) if inside else -1
        if row != self._delegate.hovered:
            for changed in (self._delegate.hovered, row):
                if changed >= 0:
                    top = self.rowViewportPosition(changed)
                    self.viewport().update(0, top, self.viewport().width(), theme.ROW)
            self._delegate.hovered = row

    # Qt

    def selectAll(self) -> None:
        """Not all: most exams of a large library are not even loaded, and none of them is seen."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_chosen()
            return
        if event.key() == Qt.Key.Key_Home:
            self.selectRow(0)
            return
        if event.key() == Qt.Key.Key_End:
            self.selectRow(self._model.rowCount() - 1)
            return
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if plain and event.text().strip() and event.text().isprintable():
            self.typed.emit(event.text())
            return
        super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer_at = time.monotonic()
        self._hover(event.position().toPoint())
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pointer_at = time.monotonic()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        study = self._model.loaded(index.row()) if index.isValid() else None
        on_mark = (
            index.isValid()
            and index.column() == Column.STATE
            and self._delegate.is_on_mark(event.position().toPoint(), self.visualRect(index))
        )
        if study is not None and study.conflict_count and on_mark:
            self.mark_clicked.emit(study)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._pointer_at = time.monotonic()
        super().wheelEvent(event)

    def leaveEvent(self, event: object) -> None:
        self._hover(QPoint(-1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns(self.viewport().width())
        self._place_pill()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        study = self._model.loaded(self.rowAt(event.pos().y()))
        if study is not None:
            menu = QMenu(self)
            menu.addAction(icon("read"), self.tr("Read"), lambda: self.opened.emit(study))
            if self._offered:
                menu.addSeparator()
                menu.addActions(self._offered)
            menu.exec(event.globalPos())
