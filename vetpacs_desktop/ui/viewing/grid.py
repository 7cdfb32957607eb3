"""The viewports side by side, 1x1 to 4x4. Makes and ends them; what they show is the controller's."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QSize, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.lettering import QtLettering
from vetpacs_desktop.ui.viewing.viewport import ViewportWidget


class ViewportGrid(QWidget):
    """All viewports of one controller."""

    wheel_wished = Signal(QPointF, bool)
    deed_wished = Signal(str)
    """See `ViewportWidget`."""

    def __init__(
        self,
        controller: Controller,
        parent: QWidget | None = None,
        *,
        is_second: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("viewport_grid")
        self._controller = controller
        self._lettering = QtLettering()
        self._widgets: list[ViewportWidget] = []
        self._is_second = is_second
        self._base = 0
        """The number of the first viewport here."""
        self.second: ViewportGrid | None = None
        """The viewports of the second screen, while it is in use."""
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
        """In reading order, also those behind a viewport that is alone; then those of the second screen."""
        return (*self._widgets, *(self.second.viewports if self.second is not None else ()))

    @property
    def active(self) -> ViewportWidget:
        """The one that keys act on."""
        viewports = self.viewports
        # On its way to a second screen, the active one is not made yet.
        return viewports[min(self._controller.grid.active, len(viewports) - 1)]

    def open_second(self) -> ViewportGrid:
        """The viewports of the second screen, without a window yet."""
        second = self.second = ViewportGrid(self._controller, is_second=True)
        second.wheel_wished.connect(self.wheel_wished)
        second.deed_wished.connect(self.deed_wished)
        return second

    def device_point(self, number: int, on_screen: QPoint) -> tuple[float, float] | None:
        """A place of the whole screen in a viewport's picture, device pixels; None where it is not on it."""
        viewports = self.viewports
        if number >= len(viewports):
            return None
        view = viewports[number].view
        at = view.mapFromGlobal(on_screen)
        ratio = view.devicePixelRatioF()
        return (at.x() * ratio, at.y() * ratio) if view.rect().contains(at) and view.isVisible() else None

    def arrange(self) -> None:
        """Bring the widgets to the grid of the controller."""
        grid = self._controller.grid
        columns, visible = grid.columns, grid.visible_first
        base, count = 0, grid.on_first
        if self._is_second:
            columns, visible = grid.second[1] if grid.second is not None else 1, grid.visible_second
            base, count = grid.on_first, len(grid.views) - grid.on_first
        wanted = (base, count, columns, visible)
        if wanted != self._laid_out:
            self._laid_out = wanted
            if base != self._base:
                self._make(0)
                self._base = base
            self._make(count)
            self._place(columns, visible)
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
                self._hand_on_focus(count)
            self._layout.removeWidget(widget)
            widget.close_scene()
            widget.hide()
            widget.deleteLater()
        while len(self._widgets) < count:
            number = self._base + len(self._widgets)
            widget = ViewportWidget(self._controller, number, self._lettering, self)
            widget.alone_wished.connect(self._controller.toggle_alone)
            widget.wheel_wished.connect(self.wheel_wished)
            widget.deed_wished.connect(self.deed_wished)
            self._widgets.append(widget)

    def _hand_on_focus(self, count: int) -> None:
        if count:
            self._widgets[max(0, min(self._controller.grid.active - self._base, count - 1))].setFocus()
        else:
            self.setFocus()

    def _place(self, columns: int, visible: tuple[int, ...]) -> None:
        for n in range(max(self._layout.rowCount(), 4)):
            self._layout.setRowStretch(n, 0)
            self._layout.setColumnStretch(n, 0)
        for place, widget in enumerate(self._widgets):
            self._layout.removeWidget(widget)
            widget.setVisible(widget.number in visible)
            row, column = divmod(place, columns)
            if widget.number in visible:
                self._layout.addWidget(widget, row, column)
                self._layout.setRowStretch(row, 1)
                self._layout.setColumnStretch(column, 1)

    def _on_changed(self, number: int) -> None:
        place = number - self._base
        if 0 <= place < len(self._widgets):
            self._widgets[place].refresh()
