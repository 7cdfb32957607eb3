"""The viewports side by side, 1x1 to 4x4. Makes and ends them; what they show is the controller's."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QSize, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.lettering import QtLettering
from vetpacs_desktop.ui.viewing.viewport import ViewportWidget
from vetpacs_desktop.viewer.render.stage import Stage


class ViewportGrid(QWidget):
    """All viewports of one controller."""

    wheel_wished = Signal(QPointF, bool)
    deed_wished = Signal(str)
    """See `ViewportWidget`."""

    def __init__(self, controller: Controller, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("viewport_grid")
        self._controller = controller
        self._stage = stage
        self._lettering = QtLettering()
        self._widgets: list[ViewportWidget] = []
        self._laid_out: tuple[object, ...] = ()
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._endings = [
            controller.changed.subscribe(self._on_changed),
            controller.rearranged.subscribe(lambda _: self.arrange()),
        ]
        self.arrange()

    @property
    def viewports(self) -> tuple[ViewportWidget, ...]:
        """In reading order, also those behind a viewport that is alone."""
        return tuple(self._widgets)

    @property
    def active(self) -> ViewportWidget:
        """The one that keys act on."""
        return self._widgets[self._controller.grid.active]

    def device_point(self, number: int, on_screen: QPoint) -> tuple[float, float] | None:
        """A place of the whole screen in a viewport's picture, device pixels; None where it is not on it."""
        if number >= len(self._widgets):
            return None
        view = self._widgets[number].view
        at = view.mapFromGlobal(on_screen)
        ratio = view.devicePixelRatioF()
        return (at.x() * ratio, at.y() * ratio) if view.rect().contains(at) and view.isVisible() else None

    def arrange(self) -> None:
        """Bring the widgets to the grid of the controller."""
        grid = self._controller.grid
        wanted = (grid.rows, grid.columns, grid.visible)
        if wanted != self._laid_out:
            self._laid_out = wanted
            self._make(len(grid.views))
            self._place(grid.columns, grid.visible)
        for widget in self._widgets:
            widget.refresh_frame()

    def close_scenes(self) -> None:
        """Give the graphics memory of all viewports back."""
        for end in self._endings:
            end()
        for widget in self._widgets:
            widget.close_scene()

    def sizeHint(self) -> QSize:
        return QSize(1024, 768)

    def _make(self, count: int) -> None:
        while len(self._widgets) > count:
            widget = self._widgets.pop()
            if widget.hasFocus():
                # While it goes it must not be asked where the focus goes from it.
                self._widgets[min(self._controller.grid.active, count - 1)].setFocus()
            self._layout.removeWidget(widget)
            widget.close_scene()
            widget.hide()
            widget.deleteLater()
        while len(self._widgets) < count:
            number = len(self._widgets)
            widget = ViewportWidget(self._controller, number, self._stage, self._lettering, self)
            widget.alone_wished.connect(self._controller.toggle_alone)
            widget.wheel_wished.connect(self.wheel_wished)
            widget.deed_wished.connect(self.deed_wished)
            self._widgets.append(widget)

    def _place(self, columns: int, visible: tuple[int, ...]) -> None:
        for n in range(max(self._layout.rowCount(), 4)):
            self._layout.setRowStretch(n, 0)
            self._layout.setColumnStretch(n, 0)
        for number, widget in enumerate(self._widgets):
            self._layout.removeWidget(widget)
            widget.setVisible(number in visible)
            row, column = divmod(number, columns)
            if number in visible:
                self._layout.addWidget(widget, row, column)
                self._layout.setRowStretch(row, 1)
                self._layout.setColumnStretch(column, 1)

    def _on_changed(self, number: int) -> None:
        if number < len(self._widgets):
            self._widgets[number].refresh()
