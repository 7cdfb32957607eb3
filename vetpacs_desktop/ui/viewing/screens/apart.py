"""Reading in a window of its own, beside the list of exams. Must not load what draws pictures."""

from __future__ import annotations

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vetpacs_desktop.ui.viewing.screens.placing import place

GEOMETRY = "screens/apart_geometry"


class ApartWindow(QWidget):
    """Takes the reading page in and gives it back."""

    left = Signal()
    """Somebody closed it: the page is to come back."""

    def __init__(self, page: QWidget, home: QWidget, settings: QSettings) -> None:
        """Opens on the screen that `home` is not on."""
        super().__init__(home, Qt.WindowType.Window)
        self.setObjectName("apart_window")
        self.setWindowTitle(self.tr("VetPACS: images"))
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self._settings = settings
        self._page: QWidget | None = page
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page)
        page.show()
        place(self, home.window(), settings, GEOMETRY)

    def give_back(self) -> QWidget | None:
        """The page, which belongs to nobody then; the window goes."""
        page, self._page = self._page, None
        layout = self.layout()
        if page is not None and layout is not None:
            layout.removeWidget(page)
            page.setParent(None)
        self.remember()
        self.hide()
        self.deleteLater()
        return page

    def remember(self) -> None:
        """Where it stands."""
        if not self.isFullScreen():
            self._settings.setValue(GEOMETRY, self.saveGeometry())

    def closeEvent(self, event: QCloseEvent) -> None:
        # Never refused: a program that quits asks every window.
        super().closeEvent(event)
        if self._page is not None:
            self.left.emit()
