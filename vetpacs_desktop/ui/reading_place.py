"""The Reading place: an empty word until an exam is opened, then the reading page.

It is the one place that decides when VTK is loaded: in an idle moment after the list is up, or when the first
exam is opened, whichever comes first.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QStackedLayout, QVBoxLayout, QWidget

from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.buttons import button
from vetpacs_desktop.ui.picture import Picture
from vetpacs_desktop.ui.viewing.compare.house import CompareHouse
from vetpacs_desktop.ui.viewing.marking.autosave import Autosave
from vetpacs_desktop.ui.viewing.output.house import OutputHouse
from vetpacs_desktop.ui.viewing.resuming.house import ReadingHouse
from vetpacs_desktop.ui.viewing.screens.apart import ApartWindow
from vetpacs_desktop.ui.viewing.screens.placing import has_other_screen
from vetpacs_desktop.viewer.exam import Exam

if TYPE_CHECKING:
    from vetpacs_desktop.ui.viewing.page import ReadingPage
    from vetpacs_desktop.viewer.loading import FrameLoader

LOG = logging.getLogger(__name__)
APART = "screens/apart"
QUIET_MS = 400
"""Loading costs two moments of 0.1 s, which nobody notices who isn't typing or choosing just then."""
PAGE_MODULE = "vetpacs_desktop.ui.viewing.page"


class ReadingPlace(QWidget):
    """Makes the reading page when it is needed."""

    back_requested = Signal()
    brought_back = Signal()
    """The images are in this place again."""

    def __init__(
        self,
        bridge: Bridge,
        loader_factory: Callable[[], FrameLoader],
        state: QSettings,
        autosave: Autosave | None = None,
        output: OutputHouse | None = None,
        reading: ReadingHouse | None = None,
        compare: CompareHouse | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._loader_factory = loader_factory
        self._state = state
        self._autosave = autosave
        self._output = output
        self._reading = reading
        self._compare = compare
        self._page: ReadingPage | None = None
        self._planned: Callable[[], object] = lambda: None
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(lambda: self._planned())
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._nothing_open())
        self._apart: ApartWindow | None = None
        self._images_elsewhere = self._elsewhere()
        self._stack.addWidget(self._images_elsewhere)

    @property
    def page(self) -> ReadingPage:
        """The reading page; the first time it is made, which loads VTK."""
        if self._page is None:
            from vetpacs_desktop.ui.viewing.page import ReadingPage

            self._page = ReadingPage(
                self._bridge,
                self._loader_factory,
                self._state,
                self._autosave,
                self._output,
                self._reading,
                self._compare,
            )
            self._page.back_requested.connect(self.back_requested)
            self._page.screens.apart_wished.subscribe(self._set_apart)
            self._stack.addWidget(self._page)
        return self._page

    def preload_when_quiet(self) -> None:
        """Load the modules in a thread, then make the page, each while nothing is typed or chosen."""
        self._when_quiet(self._load_in_thread)

    def somebody_is_busy(self) -> None:
        """A key or a click just now: wait with what was planned."""
        if self._quiet.isActive():
            self._quiet.start()

    def open_exam(self, exam: Exam) -> None:
        """Show an exam's images."""
        page = self.page
        if self._apart is None and self._state.value(APART, False, bool) is True and has_other_screen():
            self._set_apart(True)
        if self._apart is not None:
            self._apart.show()
            self._apart.raise_()
            self._apart.activateWindow()
        else:
            self._stack.setCurrentWidget(page)
        page.open_exam(exam)
        page.setFocus()

    @property
    def is_apart(self) -> bool:
        """Whether the images have a window of their own: this place shows a word of it then."""
        return self._apart is not None or (
            self._state.value(APART, False, bool) is True and has_other_screen()
        )

    def _set_apart(self, apart: bool) -> None:
        """The page to a window of its own, or back to its place here."""
        page, window = self.page, self._apart
        if apart and window is None:
            self._stack.setCurrentWidget(self._images_elsewhere)
            self._stack.removeWidget(page)
            self._apart = ApartWindow(page, self, self._state)
            self._apart.left.connect(lambda: self._set_apart(False))
            self.back_requested.emit()
            self._apart.activateWindow()
        elif not apart and window is not None:
            self._apart = None
            window.give_back()
            self._stack.addWidget(page)
            self._stack.setCurrentWidget(page)
            self.brought_back.emit()
        self._state.setValue(APART, apart)
        page.screens.show_apart(apart)
        page.setFocus()

    def say(self, words: str) -> None:
        """A sentence below the pictures, for a moment."""
        self.page.say(words)

    def close_exam(self) -> None:
        """Let go of the images, and of what was planned: the window goes."""
        self._quiet.stop()
        self._planned = lambda: None
        if self._page is not None:
            self._page.give_back()
        if self._apart is not None:
            self._apart.remember()
            self._apart.hide()

    def save(self) -> None:
        """Remember the page's sizes, where it wants that."""

    def _when_quiet(self, act: Callable[[], object]) -> None:
        self._planned = act
        self._quiet.start()

    def _load_in_thread(self) -> None:
        Thread(target=self._load_modules, name="preload", daemon=True).start()

    def _load_modules(self) -> None:
        try:
            importlib.import_module(PAGE_MODULE)
        except Exception:  # a thread's edge: opening an exam meets the same error and reports it
            LOG.exception("The reading page could not be loaded ahead")
            return
        self._bridge.post(lambda: self._when_quiet(lambda: self.page))

    def _nothing_open(self) -> QWidget:
        back = button(self.tr("To the list of exams"), "exams", role="primary")
        back.clicked.connect(self.back_requested)
        text = self.tr("Double-click an exam in the list, or press Enter on it.")
        return self._word(self.tr("No exam is open"), text, back)

    def _elsewhere(self) -> QWidget:
        back = button(self.tr("Bring them back here"), "read", role="primary")
        back.setObjectName("bring_back")
        back.clicked.connect(lambda: self._set_apart(False))
        text = self.tr("Every exam that is opened appears there, while the list stays on this screen.")
        return self._word(self.tr("The images are in a window of their own"), text, back)

    def _word(self, title: str, text: str, back: QWidget) -> QWidget:
        """In place of pictures."""
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(1)
        column.addWidget(Picture("read", 56), 0, Qt.AlignmentFlag.AlignHCenter)
        head, body = QLabel(title), QLabel(text)
        head.setProperty("role", "title")
        body.setProperty("role", "dim")
        column.addWidget(head, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(body, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(16)
        column.addWidget(back, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        return page
