"""The import assistant: where, looking, what, whose, importing, what came of it; one question a page.

It leads from page to page; the work is its course's. Closing it stops a look, never an import: that goes on
in the status strip.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from vetpacs_desktop.store.intake.sources.mounts import Medium
from vetpacs_desktop.store.records import StudyRow
from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.drop import local_paths
from vetpacs_desktop.ui.house import House
from vetpacs_desktop.ui.intake.course import Course
from vetpacs_desktop.ui.intake.found_page import FoundPage
from vetpacs_desktop.ui.intake.outcome_page import OutcomePage
from vetpacs_desktop.ui.intake.plan import Plan
from vetpacs_desktop.ui.intake.previews import Draw, Previews
from vetpacs_desktop.ui.intake.report import End, Outcome
from vetpacs_desktop.ui.intake.source_page import SourcePage
from vetpacs_desktop.ui.intake.whose_page import WhosePage
from vetpacs_desktop.ui.intake.working_page import WorkingPage
from vetpacs_desktop.ui.page import Page, fit, label

SIZE = (980, 680)
GEOMETRY = "intake/geometry"
FOOT = 12


class ImportAssistant(QDialog):
    """One import, from the question where to what came of it."""

    ended = Signal(object)
    """An import ended: Outcome"""

    def __init__(
        self,
        house: House,
        lane: Bridge,
        draw: Draw,
        is_there: Callable[[Medium], bool],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import"))
        self.setAcceptDrops(True)
        self._house = house
        self._media: tuple[Medium, ...] = ()
        self._previews = Previews(lane, draw, self)
        self.course = Course(house, lane, is_there, self)
        self.source = SourcePage(house.state)
        self.looking = WorkingPage(self.tr("Looking for images..."), "", self.tr("Cancel"))
        self.found = FoundPage(self._previews)
        self.whose = WhosePage(house.app.library.animals.find, lane)
        self.importing = WorkingPage(
            self.tr("Importing..."),
            self.tr("You may close this window and work on; the import goes on in the strip at the bottom."),
            self.tr("Cancel"),
        )
        self.outcome = OutcomePage(house.app.settings.text("clinic.name"))
        self._pages: tuple[Page, ...] = (
            self.source,
            self.looking,
            self.found,
            self.whose,
            self.importing,
            self.outcome,
        )
        self._lay_out()
        self._connect()
        kept = house.state.value(GEOMETRY)
        if not (isinstance(kept, QByteArray) and self.restoreGeometry(kept)):
            fit(self, *SIZE)
        self._go(self.source)

    @property
    def page(self) -> Page:
        """The page shown."""
        page = self._stack.currentWidget()
        assert isinstance(page, Page)
        return page

    @property
    def waits_for(self) -> Medium | None:
        """The medium without which an import could not be finished."""
        ended = self.outcome.outcome
        waits = self.page is self.outcome and ended is not None and ended.end is End.PULLED
        return self.course.medium if waits else None

    @property
    def said(self) -> str:
        """The sentence at the bottom."""
        return self._said.text()

    def begin(self, sources: Sequence[Path] = ()) -> None:
        """Ask where the images are, or look at once where somebody said it already."""
        if sources:
            self._look(list(sources))
        else:
            self._start_over()

    def show_media(self, media: Sequence[Medium]) -> None:
        """What is plugged in now."""
        self._media = tuple(media)
        self.source.show_media(media)

    def medium_pulled(self, medium: Medium) -> None:
        """A stick or disc is gone."""
        if not self.course.medium_pulled(medium):
            return
        if self.page is self.looking:
            self._start_over()
            self.source.say(
                self.tr("“{name}” was taken out while it was looked through. Nothing was copied.").format(
                    name=medium.name
                )
            )
        self._update()

    def medium_back(self, medium: Medium) -> bool:
        """A stick or disc came; True when an unfinished import can go on with it."""
        if not self.course.medium_back(medium):
            return False
        self.outcome.medium_is_back()
        self._update()
        return self.waits_for is not None

    def go_on(self) -> None:
        """Take up an import that was interrupted."""
        self.course.go_on()
        if self.course.busy:
            self._show_importing()

    def import_as_it_is(self) -> None:
        """Without questions: what is ticked, or everything while nothing is known yet."""
        if self.page is self.found:
            self._import()
        else:
            self.course.import_as_it_is()
            self.close()

    def stop(self) -> None:
        """The window closes: end what is under way."""
        self._previews.stop()
        self.course.close()

    def _start_over(self) -> None:
        self.course.forget()
        self.source.say("")
        self.source.show_media(self._media)
        self._go(self.source)

    def _look(self, sources: list[Path]) -> None:
        self.course.look(sources, self._media)
        self.looking.ask(self.looking.question, _shown(sources))
        self.looking.begin()
        self._go(self.looking)

    def _looked(self, plan: Plan) -> None:
        self.found.show_plan(plan)
        self._go(self.found)

    def _not_looked(self, sentence: str) -> None:
        self._start_over()
        self.source.say(sentence)

    def _ask_whose(self) -> None:
        assert self.course.plan is not None
        self.whose.show_plan(self.course.plan)
        self._go(self.whose)

    def _import(self) -> None:
        self.course.import_plan()
        self._show_importing()

    def _show_importing(self) -> None:
        self.importing.begin()
        self._go(self.importing)

    def _ended(self, outcome: Outcome) -> None:
        self.outcome.show_outcome(outcome)
        self._go(self.outcome)
        self.ended.emit(outcome)

    def _go(self, page: Page) -> None:
        self._stack.setCurrentWidget(page)
        self._update()
        QTimer.singleShot(0, self, lambda: self._focus(page))

    def _focus(self, page: Page) -> None:
        if self.page is page and self.isVisible():
            page.first().setFocus()

    def _update(self) -> None:
        page, gone = self.page, self.course.absent
        asking = page in (self.found, self.whose)
        self.next.setText(page.next_words())
        self.next.setVisible(bool(page.next_words()))
        self.next.setEnabled(page.ready() and not (asking and gone))
        unfinished = page is self.outcome and not page.ready()
        self.close_button.setVisible(page in (self.source, self.importing) or unfinished)
        self.back.setVisible(asking)
        self.as_it_is.setVisible(page is self.looking or (page is self.found and page.ready()))
        self.as_it_is.setEnabled(not gone)
        sentence = self.tr("“{name}” was taken out. Put it back to go on.")
        self._said.setText(sentence.format(name=self.course.source_name) if asking and gone else "")

    def _step(self) -> None:
        ended = self.outcome.outcome
        if self.page is self.found:
            self._ask_whose()
        elif self.page is self.whose:
            if not self.whose.step():
                self._import()
        elif ended is not None and ended.end is not End.DONE:
            self.go_on()
        else:
            self.close()

    def _step_back(self) -> None:
        if self.page is self.whose:
            self._go(self.found)
        elif self.page is self.source:
            self.close()
        else:
            self._start_over()

    def _open_exam(self, study: StudyRow) -> None:
        self._house.open_exam(study.study_uid)
        self.close()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._stack = QStackedWidget()
        for page in self._pages:
            self._stack.addWidget(page)
        column.addWidget(self._stack, 1)
        line = QFrame()
        line.setProperty("role", "line")
        line.setFixedHeight(1)
        column.addWidget(line)
        foot = QHBoxLayout()
        foot.setContentsMargins(3 * theme.GRID, FOOT, 3 * theme.GRID, FOOT)
        foot.setSpacing(theme.GRID)
        self.as_it_is = button(self.tr("Import now as it is"), "import", role="link")
        self.as_it_is.setToolTip(self.tr("Without questions: everything, as the files say"))
        self._said = label("error")
        self.close_button = button(self.tr("Close"))
        self.back = button(self.tr("Back"))
        self.next = button("", role="primary")
        foot.addWidget(self.as_it_is)
        foot.addWidget(self._said, 1)
        for one in (self.close_button, self.back, self.next):
            one.setMinimumWidth(96)
            foot.addWidget(one)
        column.addLayout(foot)

    def _connect(self) -> None:
        course = self.course
        course.looking_at.connect(self.looking.show_progress)
        course.looked.connect(self._looked)
        course.not_looked.connect(self._not_looked)
        course.importing_at.connect(self.importing.show_progress)
        course.ended.connect(self._ended)
        self.source.chosen.connect(self._look)
        self.looking.cancel_requested.connect(self._start_over)
        self.importing.cancel_requested.connect(course.cancel_import)
        self.outcome.open_requested.connect(self._open_exam)
        self.outcome.again_requested.connect(self._start_over)
        self.as_it_is.clicked.connect(self.import_as_it_is)
        self.back.clicked.connect(self._step_back)
        self.close_button.clicked.connect(self.close)
        self.next.clicked.connect(self._step)
        for page in self._pages:
            page.changed.connect(self._update)
        for one in self.findChildren(QPushButton):
            one.setAutoDefault(False)  # Enter is `keyPressEvent`'s

    # Qt

    def done(self, result: int) -> None:
        """However it is closed: a look ends, an import goes on."""
        self._house.state.setValue(GEOMETRY, self.saveGeometry())
        if not self.course.busy and self.waits_for is None:
            self.course.forget()
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        focus = self.focusWidget()
        if isinstance(focus, QPushButton):
            focus.click()
        elif self.page is self.whose:
            self.next.setFocus()  # Enter ends a field; nothing is imported by it
        elif self.next.isVisible() and self.next.isEnabled():
            self.next.click()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_paths(event.mimeData()) and not self.course.busy:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = local_paths(event.mimeData())
        if paths and not self.course.busy:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._look(paths)


def _shown(sources: Sequence[Path]) -> str:
    names = [str(path) for path in sources[:3]]
    return ", ".join(names) + (", ..." if len(sources) > len(names) else "")
