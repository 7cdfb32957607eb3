"""Measuring in the animal as an ability of the reading page: bodies, and the value under the mouse."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent

from vetpacs_desktop.ui.actions import make_action
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.hint_line import HintLine
from vetpacs_desktop.ui.viewing.marking.words import tr_measure
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.ui.viewing.spatial.bodies import Bodies
from vetpacs_desktop.ui.viewing.spatial.probe import Probe, probed
from vetpacs_desktop.ui.viewing.spatial.rows import PROBE
from vetpacs_desktop.ui.viewing.viewport import ViewportWidget
from vetpacs_desktop.viewer.state import Point

SHOWN = "viewing/probe_shown"
LEAVING = frozenset((QEvent.Type.Leave, QEvent.Type.Hide, QEvent.Type.MouseButtonPress))


class SpatialPart(QObject):
    """Of one reading page."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.page)
        self._desk = desk
        self._bodies: Bodies | None = None
        self._endings: list[Callable[[], None]] = []
        self._probe: Probe | None = None
        self._under: tuple[int, Point] | None = None
        """The viewport that the mouse is over, and where, in device pixels."""
        self.action = make_action(desk.page, PROBE, self._switch)
        self.action.setChecked(desk.settings.value(SHOWN, "true") == "true")
        menu = desk.bar.measure_menu
        menu.addSeparator()
        menu.addAction(self.action)

    def opened(self, controller: Controller) -> None:
        """Its marking measures in its volumes from now on."""
        self._bodies = Bodies(controller, self._desk.bridge, self._desk.say)
        self._endings = [controller.changed.subscribe(self._changed)]

    def begin(self, _controller: Controller) -> bool:
        """Nothing to arrange."""
        return False

    def closed(self) -> None:
        """Finished outlines are kept; what is being worked out is dropped."""
        controller = self._desk.controller()
        if controller is not None:
            controller.marking.keep_rings()
        for end in self._endings:
            end()
        if self._bodies is not None:
            self._bodies.close()
        self._bodies, self._under, self._endings = None, None, []
        self._look()

    def refresh(self) -> None:
        """Another grid: its viewports say where the mouse is."""
        grid = self._desk.grid()
        for viewport in grid.viewports if grid is not None else ():
            self._listen(viewport)

    def _listen(self, viewport: ViewportWidget) -> None:
        viewport.removeEventFilter(self)
        viewport.installEventFilter(self)

    def _switch(self, shown: bool) -> None:
        self._desk.settings.setValue(SHOWN, "true" if shown else "false")
        self._look()

    def _changed(self, number: int) -> None:
        """A picture is another one, its viewport perhaps new; the mouse may be over it."""
        grid = self._desk.grid()
        if grid is not None and number < len(grid.viewports):
            self._listen(grid.viewports[number])
        if self._under is not None and self._under[0] == number:
            self._look()

    def _look(self) -> None:
        """What lies under the mouse now."""
        controller = self._desk.controller()
        if self._probe is None:
            line = self._desk.page.findChild(HintLine)
            self._probe = Probe(line) if line is not None else None
        if self._probe is not None:
            self._probe.show_words(self._words(controller) if controller is not None else "")

    def _is_over(self, viewport: ViewportWidget) -> bool:
        return self._under is not None and self._under[0] == viewport.number

    def _words(self, controller: Controller) -> str:
        if self._under is None or self._bodies is None or not self.action.isChecked():
            return ""
        number, at = self._under
        if controller.dragging or not controller.grid.texts or number not in controller.grid.visible:
            return ""
        return probed(controller, number, at, self._bodies.volume_of, tr_measure)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, ViewportWidget):
            if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
                place, ratio = watched.view.mapFrom(watched, event.position()), watched.devicePixelRatioF()
                pressed = event.buttons() != Qt.MouseButton.NoButton
                self._under = None if pressed else (watched.number, (place.x() * ratio, place.y() * ratio))
                self._look()
            elif event.type() in LEAVING and self._is_over(watched):
                self._under = None
                self._look()
        return super().eventFilter(watched, event)
