"""Room at the lower end of the panel for words of any length: as high as they are, and no higher."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from vetpacs_desktop.ui import theme


class WordsScroll(QScrollArea):
    """Scrolls where there is not room enough; takes none where its widgets are hidden."""

    def __init__(self, parent: QWidget, widgets: tuple[QWidget, ...]) -> None:
        super().__init__(parent)
        self._inside = QWidget(self)
        self._inside.setProperty("role", "panel")
        self._inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        for widget in widgets:
            column.addWidget(widget)
        column.addStretch(1)
        self._inside.installEventFilter(self)
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setMinimumHeight(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        layout = self._inside.layout()
        width = self.viewport().width()
        return QSize(width, layout.totalHeightForWidth(width) if layout is not None else 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)
