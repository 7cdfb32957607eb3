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
from vetpacs_desktop.ui.icons import icon
from vetpacs_desktop.viewer.exam import Exam

if TYPE_CHECKING:
    from vetpacs_desktop.ui.viewing.page import ReadingPage
    from vetpacs_desktop.viewer.loading import FrameLoader

LOG = logging.getLogger(__name__)
IDLE_MS = 400
PAGE_MODULE = "vetpacs_desktop.ui.viewing.page"


class ReadingPlace(QWidget):
    """Makes the reading page when it is needed."""

    back_requested = Signal()

    def __init__(
        self,
        bridge: Bridge,
        loader_factory: Callable[[], FrameLoader],
        state: QSettings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._loader_factory = loader_factory
        self._state = state
        self._page: ReadingPage | None = None
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._nothing_open())

    @property
    def page(self) -> ReadingPage:
        """The reading page; the first time it is made, which loads VTK."""
        if self._page is None:
            from vetpacs_desktop.ui.viewing.page import ReadingPage

            self._page = ReadingPage(self._bridge, self._loader_factory, self._state)
            self._page.back_requested.connect(self.back_requested)
            self._stack.addWidget(self._page)
        return self._page

    def preload_when_idle(self) -> None:
        """Load the modules in a thread, then make the page in a quiet moment."""
        QTimer.singleShot(IDLE_MS, self, self._preload)

    def open_exam(self, exam: Exam) -> None:
        """Show an exam's images."""
        page = self.page
        self._stack.setCurrentWidget(page)
        page.open_exam(exam)
        page.setFocus()

    def close_exam(self) -> None:
        """Let go of the images."""
        if self._page is not None:
            self._page.close_exam()

    def save(self) -> None:
        """Remember the page's sizes, where it wants that."""

    def _preload(self) -> None:
        Thread(target=self._load_modules, name="preload", daemon=True).start()

    def _load_modules(self) -> None:
        try:
            importlib.import_module(PAGE_MODULE)
        except Exception:  # a thread's edge: opening an exam meets the same error and reports it
            LOG.exception("The reading page could not be loaded ahead")
            return
        self._bridge.post(lambda: self.page)

    def _nothing_open(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(1)
        picture = QLabel()
        picture.setPixmap(icon("read", "accent").pixmap(56, 56))
        column.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        title = QLabel(self.tr("No exam is open"))
        title.setProperty("role", "title")
        column.addWidget(title, 0, Qt.AlignmentFlag.AlignHCenter)
        text = QLabel(self.tr("Double-click an exam in the list, or press Enter on it."))
        text.setProperty("role", "dim")
        column.addWidget(text, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(16)
        back = button(self.tr("To the list of exams"), "exams", role="primary")
        back.clicked.connect(self.back_requested)
        column.addWidget(back, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        return page
