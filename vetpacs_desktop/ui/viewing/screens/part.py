"""Full screen, a second screen and reading in a window of its own: see `parts.Part`.

Owns the second screen's window; what it shows is the grid's state, which also opens and closes it.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolTip

from vetpacs_desktop.events import Event
from vetpacs_desktop.ui.actions import make_action
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.grid import ViewportGrid
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.ui.viewing.screens import rows
from vetpacs_desktop.ui.viewing.screens.full import FullScreen
from vetpacs_desktop.ui.viewing.screens.placing import place
from vetpacs_desktop.ui.viewing.screens.second import SecondWindow
from vetpacs_desktop.viewer.screens import close_second, open_second

OPEN, LAYOUT, GEOMETRY = "screens/second_open", "screens/second_layout", "screens/second_geometry"


class ScreensPart(QObject):
    """One of each reading page."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.page)
        self._desk = desk
        self.apart_wished: Event[bool] = Event()
        """Reading is to have a window of its own, or is to come back."""
        self.window: SecondWindow | None = None
        self._filling = False
        self._full_screen = FullScreen(desk.page, desk.bar, self._leave_full, self._is_busy)
        make = partial(make_action, desk.page)
        self._full = make(rows.FULL_SCREEN, self._go_full)
        self._second = make(rows.SECOND_SCREEN, self._open_or_close)
        self.apart = make(rows.APART, self._go_apart)
        for action in (self._full, self._second):
            action.setIconVisibleInMenu(False)  # the tick stands there
        menu = desk.bar.layout_menu
        menu.addSeparator()
        menu.addActions([self._full, self._second, self.apart])
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._open_as_before)
        self.refresh()

    @property
    def is_full(self) -> bool:
        """Whether there is nothing but pictures."""
        return self._full_screen.active

    # --- the part ---------------------------------------------------------------------------------

    def opened(self, controller: Controller) -> None:
        """The second screen opens as it was left, once the first has its images."""
        controller.pointed.subscribe(self._say_in_full)
        if self._desk.settings.value(OPEN, False, bool) is True:
            self._later.start()

    def begin(self, controller: Controller) -> bool:
        """Never decides what is seen first."""
        return False

    def closed(self) -> None:
        """The second screen goes with the exam."""
        self._later.stop()
        self._end_window()
        self._tick(self._second, False)
        self._second.setEnabled(False)

    def refresh(self) -> None:
        """The window and the ticks as the grid stands."""
        controller, grid = self._desk.controller(), self._desk.grid()
        wanted = controller is not None and controller.grid.second is not None
        if wanted and self.window is None and controller is not None and grid is not None:
            self._make_window(controller, grid)
        elif not wanted:
            self._end_window()
        self._tick(self._second, wanted)
        self._second.setEnabled(controller is not None)
        if wanted and controller is not None and controller.grid.second is not None:
            self._desk.settings.setValue(LAYOUT, "{}x{}".format(*controller.grid.second))

    # --- the second screen --------------------------------------------------------------------------

    def _open_or_close(self, wanted: bool) -> None:
        controller = self._desk.controller()
        if controller is None or self._filling:
            return
        self._desk.settings.setValue(OPEN, wanted)
        if wanted:
            self._open_as_before()
        else:
            controller.put_grid(close_second(controller.grid))

    def _open_as_before(self) -> None:
        controller = self._desk.controller()
        if controller is not None and controller.grid.second is None:
            rows_, columns = _sides(str(self._desk.settings.value(LAYOUT, "1x1")))
            controller.fill(open_second(controller.grid, rows_, columns))

    def _make_window(self, controller: Controller, grid: ViewportGrid) -> None:
        window = self.window = SecondWindow(grid.open_second(), self._desk.page)
        window.left.connect(lambda: self._second.setChecked(False))
        place(window, self._desk.page.window(), self._desk.settings, GEOMETRY)
        if self._full.isChecked():
            window.showFullScreen()

    def _end_window(self) -> None:
        window, self.window = self.window, None
        if window is None:
            return
        grid = self._desk.grid()
        if grid is not None:
            grid.second = None
        if not window.isFullScreen():
            self._desk.settings.setValue(GEOMETRY, window.saveGeometry())
        window.end()
        if grid is not None and self._desk.controller() is not None:
            grid.active.setFocus()

    # --- full screen ----------------------------------------------------------------------------------

    def _go_full(self, full: bool) -> None:
        grid, window = self._desk.grid(), self.window
        pictures = grid.parentWidget() if grid is not None else None
        if full and pictures is not None:
            self._full_screen.enter(pictures)
            if window is not None:
                window.showFullScreen()
        elif full:
            self._full.setChecked(False)
        else:
            self._full_screen.exit()
            if window is not None and window.isFullScreen():
                window.showMaximized()
        if grid is not None:
            grid.active.setFocus()

    def _say_in_full(self, words: str) -> None:
        """The line for sentences is hidden there."""
        if self.is_full:
            page = self._desk.page
            foot = page.mapToGlobal(QPoint(page.width() // 3, page.height() - 60))
            QToolTip.showText(foot, words, page)

    def _leave_full(self) -> None:
        self._full.setChecked(False)

    def _is_busy(self) -> bool:
        """Something is drawn or chosen, which Esc puts away first."""
        controller = self._desk.controller()
        if controller is None:
            return False
        marking = controller.marking
        return marking.draft is not None or marking.tool is not None or marking.chosen is not None

    def _go_apart(self, apart: bool) -> None:
        if not self._filling:
            self._leave_full()
            self.apart_wished.emit(apart)

    def show_apart(self, apart: bool) -> None:
        """Tick what is so, without doing it."""
        self._tick(self.apart, apart)

    def _tick(self, action: QAction, ticked: bool) -> None:
        self._filling = True
        action.setChecked(ticked)
        self._filling = False


def _sides(text: str) -> tuple[int, int]:
    """Rows and columns from ``2x1``; one viewport where that can't be read."""
    left, _, right = text.partition("x")
    return (int(left), int(right)) if left.isdigit() and right.isdigit() else (1, 1)
