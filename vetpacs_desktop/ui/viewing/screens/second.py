"""The window of the second screen: nothing but viewports, with the keys of the reading page."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vetpacs_desktop.ui.viewing.grid import ViewportGrid


class SecondWindow(QWidget):
    """Holds the grid of the second screen; `page` is the reading page, whose actions work here too."""

    left = Signal()
    """Somebody closed it."""

    def __init__(self, grid: ViewportGrid, page: QWidget) -> None:
        super().__init__(page, Qt.WindowType.Window)
        self.setObjectName("second_screen_window")
        self.setWindowTitle(self.tr("VetPACS: second screen"))
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.grid = grid
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(grid)
        self.addActions(page.actions())
        for one in page.findChildren(QShortcut, options=Qt.FindChildOption.FindDirectChildrenOnly):
            here = QShortcut(one.key(), self)
            here.setContext(one.context())
            here.activated.connect(one.activated)
        self._ending = False

    def end(self) -> None:
        """Close for good, without telling."""
        self._ending = True
        self.grid.close_scenes()
        self.hide()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        # Never refused: a program that quits asks every window.
        super().closeEvent(event)
        if not self._ending:
            self.left.emit()
