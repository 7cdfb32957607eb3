"""The Exams page: search field, quick filters, list and the chosen exam, joined together.

It reads the library only through the finder, the watch and the thumbnails, all of which work in threads.
"""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QEvent, QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from vetpacs_desktop.errors import KnownError, LibraryDamaged
from vetpacs_desktop.store.records import StudyRow
from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.actions import EXAM, WINDOW, make_action, row_of
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.icons import icon
from vetpacs_desktop.ui.library.empty import EmptyLibrary, NothingFound
from vetpacs_desktop.ui.library.exam_panel import WIDTH, ExamPanel
from vetpacs_desktop.ui.library.filters import FilterBar, compose
from vetpacs_desktop.ui.library.finder import Finder, Query, Renewal
from vetpacs_desktop.ui.library.model import StudyModel
from vetpacs_desktop.ui.library.table import StudyTable
from vetpacs_desktop.ui.library.thumbnails import Thumbnails
from vetpacs_desktop.ui.library.worklist import Worklist

SETTLED_MS = 120
"""The panel follows the choice only once it rests this long: typing and arrow keys stay quick."""
STEPS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class ExamsPage(QWidget):
    """Find an exam and open it."""

    read_requested = Signal(object)
    """StudyRow"""
    seen_requested = Signal(object)
    """StudyRow"""
    deed_requested = Signal(str, object)
    """The name of an action and the list of StudyRow it is about"""
    import_media_requested = Signal()
    series_deed_requested = Signal(str, object)
    """The name of an action and the SeriesRow it is about"""
    import_folder_requested = Signal()
    import_files_requested = Signal()
    archives_requested = Signal()
    examples_requested = Signal()
    receiver_requested = Signal()
    connect_requested = Signal()
    bring_requested = Signal()
    listed = Signal()
    """The first search has been answered."""
    empty_found = Signal()
    """There is no exam in the library"""
    bug = Signal(object)
    """An error that nobody expected"""

    def __init__(
        self, finder: Finder, thumbnails: Thumbnails, state: QSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "page")
        self.finder = finder
        self._state = state
        self._listed = False
        self._model = StudyModel(self)
        self.worklist = Worklist(self._model, self)
        self.table = StudyTable(self._model)
        self.panel = ExamPanel(thumbnails)
        self.filters = FilterBar()
        self.search = self._search_field()
        self.empty = EmptyLibrary()
        self.nothing = NothingFound()
        self._count = QLabel()
        self._count.setProperty("role", "dim")
        self._settled = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._lay_out()
        self._connect()
        self.table.restore(state)
        self._restore()

    @property
    def count_text(self) -> str:
        """How many exams match, as shown."""
        return self._count.text()

    def start(self) -> None:
        """Ask for the list; called when the window shows."""
        self.search.setFocus()
        self._search_now()

    def focus_search(self) -> None:
        """The search field, its text selected; the first thing to do where there is nothing to search."""
        if self._pages.currentWidget() is self.empty:
            self.empty.load.setFocus()
        else:
            self.search.setFocus()
            self.search.selectAll()

    def offer(self, name: str) -> None:
        """Offer one more action with the chosen exams: its button, its key and its line in the menu."""
        self.panel.offer(name)
        self.table.offer(make_action(self.table, row_of(EXAM, name), lambda: self._do(name)))

    def _do(self, name: str) -> None:
        chosen = self.table.chosen_exams()
        if chosen:
            self.deed_requested.emit(name, chosen)

    def show_search(self, text: str) -> None:
        """Search for `text` as if somebody typed it."""
        self.filters.clear()
        self.search.setText(text)

    def library_changed(self) -> None:
        """Something arrived, changed or went: show it without moving anything."""
        if self._pages.currentWidget() is self.empty or not self._model.rowCount():
            self._search_now()
        else:
            self.finder.renew(self.table.view)

    def save(self) -> None:
        """Remember sizes, columns and order."""
        self.table.save(self._state)
        self._state.setValue("exams/splitter", self._splitter.saveState())

    def refresh_theme(self) -> None:
        """Repaint what draws itself."""
        self.table.refresh_theme()
        self.panel.show_study(self.panel.study)

    def _search_field(self) -> QLineEdit:
        field = QLineEdit()
        field.setProperty("role", "search")
        field.setPlaceholderText(
            self.tr(
                "Find an animal, owner, chip number, date...  or narrow it down:  owner:smith  species:cat"
            )
        )
        field.setToolTip(
            self.tr(
                "Words from any field, or narrower: owner:smith  animal:rex  species:cat  breed:boxer  "
                "chip:2760981  id:4711  modality:CT  date:2026-01..2026-03"
            )
        )
        field.setAccessibleName(self.tr("Find an exam"))
        field.addAction(icon("search", "text_dim"), QLineEdit.ActionPosition.LeadingPosition)
        field.setClearButtonEnabled(True)
        clear = field.findChild(QAction, "_q_qlineeditclearaction")
        if clear is not None:
            clear.setIcon(icon("clear", "text_dim"))
        field.setAcceptDrops(False)
        field.installEventFilter(self)
        return field

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._finding())
        self._pages.addWidget(self.empty)
        column.addWidget(self._pages)

    def _finding(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(16, 12, 16, 12)
        head.setSpacing(10)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.search, 1)
        row.addWidget(self._import_button())
        head.addLayout(row)
        second = QHBoxLayout()
        second.addWidget(self.filters, 1)
        second.addWidget(self._count)
        head.addLayout(second)
        column.addLayout(head)
        self._left = QStackedWidget()
        self._left.addWidget(self.table)
        self._left.addWidget(self.nothing)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self._left)
        self._splitter.addWidget(self.panel)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        column.addWidget(self._splitter, 1)
        return page

    def _import_button(self) -> QPushButton:
        made = button(self.tr("Import"), "import")
        made.setMinimumHeight(40)
        menu = QMenu(made)
        for name, signal in (
            ("import_media", self.import_media_requested),
            ("import_folder", self.import_folder_requested),
            ("import_files", self.import_files_requested),
            ("search_archives", self.archives_requested),
            ("bring_back", self.bring_requested),
            ("load_examples", self.examples_requested),
        ):
            menu.addAction(make_action(self, row_of(WINDOW, name), signal.emit))
        made.setMenu(menu)
        return made

    def _connect(self) -> None:
        self.search.textChanged.connect(self._search_now)
        self.search.returnPressed.connect(self.table.open_chosen)
        self.filters.changed.connect(self._search_now)
        self.table.order_changed.connect(self._search_now)
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(self.read_requested)
        self.table.typed.connect(self._type_on)
        self.panel.read_requested.connect(self.read_requested)
        self.panel.seen_requested.connect(self.seen_requested)
        self.panel.deed_requested.connect(self._do)
        self.panel.series_deed_requested.connect(self.series_deed_requested)
        self.table.mark_clicked.connect(lambda study: self.deed_requested.emit("settle", [study]))
        self.table.several.connect(self.panel.show_several)
        self.empty.import_requested.connect(self.import_media_requested)
        self.empty.examples_requested.connect(self.examples_requested)
        self.empty.receiver_requested.connect(self.receiver_requested)
        self.empty.connect_requested.connect(self.connect_requested)
        self.empty.bring_requested.connect(self.bring_requested)
        self.nothing.clear_requested.connect(self.clear)
        self._model.page_missing.connect(self.finder.want_page)
        self.finder.found.connect(self._found)
        self.finder.counted.connect(self._counted)
        self.finder.page_came.connect(self._model.put)
        self.finder.renewed.connect(self._renewed)
        self.finder.failed.connect(self._failed)
        self._settled.timeout.connect(self._show_chosen)

    def _restore(self) -> None:
        kept = self._state.value("exams/splitter")
        if kept is not None:
            self._splitter.restoreState(kept)
        else:
            self._splitter.setSizes([2000, WIDTH])

    def clear(self) -> None:
        """Back to all exams."""
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.filters.blockSignals(True)
        self.filters.clear()
        self.filters.blockSignals(False)
        self._search_now()
        self.search.setFocus()

    def _search_now(self) -> None:
        today = date.today()  # noqa: DTZ011 - the clinic's own day is meant
        text = compose(self.search.text(), self.filters.chosen(), today)
        self.finder.search(Query(text, self.table.order))

    def _found(self, query: Query, rows: list[StudyRow]) -> None:
        self._model.replace(len(rows), rows)
        was_empty = self._pages.currentWidget() is self.empty
        if rows:
            self._left.setCurrentWidget(self.table)
            self._pages.setCurrentIndex(0)
            if was_empty:
                self.search.setFocus()
        elif query.text:
            self.nothing.show_query(self.search.text().strip(), filtered=bool(self.filters.chosen()))
            self._left.setCurrentWidget(self.nothing)
            self._pages.setCurrentIndex(0)
        else:
            self._pages.setCurrentWidget(self.empty)
            self.empty.load.setFocus()
            self.empty_found.emit()
        self.table.choose_first()
        if not self._listed:
            self._listed = True
            self.listed.emit()

    def _counted(self, count: int) -> None:
        self._model.set_count(count)
        self._count.setText(words.exams(count))

    def _renewed(self, renewal: Renewal) -> None:
        self.table.renew(renewal)
        self._count.setText(words.exams(renewal.count))
        if not renewal.count or self._left.currentWidget() is self.nothing:
            self._search_now()

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, KnownError):
            self.bug.emit(error)
            return
        self.nothing.show_problem(self._mended() if isinstance(error, LibraryDamaged) else error.sentence)
        self._left.setCurrentWidget(self.nothing)
        self._pages.setCurrentIndex(0)

    def _mended(self) -> str:
        """The receiver sees to it; there is nothing to do for whoever reads this."""
        return self.tr(
            "The list of exams is damaged. It is made anew from the image files by itself and comes back "
            "here; no image is lost."
        )

    def _chosen(self, study: StudyRow | None) -> None:
        shown = self.panel.study
        if study is not None and shown is not None and study.study_uid == shown.study_uid:
            self.panel.show_study(study)
        else:
            self._settled.start()

    def _show_chosen(self) -> None:
        index = self.table.currentIndex()
        self.panel.show_study(self._model.loaded(index.row()) if index.isValid() else None)

    def _type_on(self, letters: str) -> None:
        self.search.setFocus()
        self.search.end(False)
        self.search.insert(letters)

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in STEPS:
                self.table.step(Qt.Key(event.key()))
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.clear()
                return True
        return super().eventFilter(watched, event)
