"""Links between viewports and the place pointed at, as a part of the reading page: see `parts.Part`.

Joins rows to the grid's state and keeps their ticks true; the rules are `viewer.linking` and `viewer.spot`.
"""

from __future__ import annotations

from dataclasses import fields, replace
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QCursor

from vetpacs_desktop.ui.actions import make_action
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.links import rows
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.viewer.links import Links, toggle_all
from vetpacs_desktop.viewer.state import GridState, Tool

LINKED, LINES = "viewing/linked", "viewing/slice_lines"

tr = partial(QCoreApplication.translate, "viewing")


class LinksPart:
    """One of each reading page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        page = desk.page
        self._all = make_action(page, rows.LINK_ALL, self._link_all)
        self._links = {field: make_action(page, row, partial(self._link, field)) for row, field in rows.LINKS}
        self._spot = make_action(page, rows.SPOT, self._take_spot)
        self._spot.triggered.connect(self._point_here)
        self._lines = make_action(page, rows.SLICE_LINES, self._show_lines)
        for action in (self._all, self._spot):
            action.setIconVisibleInMenu(False)  # the tick stands there
        self._filling = False
        window = page.findChild(QAction, Tool.WINDOW.value)
        if isinstance(window, QAction) and window.actionGroup() is not None:
            window.actionGroup().addAction(self._spot)
        self._fill()
        self.refresh()

    # --- the part ---------------------------------------------------------------------------------

    def opened(self, controller: Controller) -> None:
        """Linked as the reader had it the last time."""
        names = str(self._desk.settings.value(LINKED, "")).split()
        known = {one.name for one in fields(Links)}
        links = Links(**{name: True for name in names if name in known})
        lines = self._desk.settings.value(LINES, True, bool) is True
        controller.put_grid(replace(controller.grid, links=links, reference=lines))
        controller.pointed.subscribe(self._said)

    def begin(self, controller: Controller) -> bool:
        """Never decides what is seen first."""
        return False

    def closed(self) -> None:
        """Nothing is kept of an exam."""
        self.refresh()

    def refresh(self) -> None:
        """Ticks as the grid stands."""
        controller = self._desk.controller()
        grid = controller.grid if controller is not None else GridState()
        self._filling = True
        self._all.setChecked(grid.links.all)
        for field, action in self._links.items():
            action.setChecked(getattr(grid.links, field))
        self._lines.setChecked(grid.reference)
        self._filling = False
        for action in (self._all, *self._links.values(), self._spot, self._lines):
            action.setEnabled(controller is not None)

    def _said(self, words: str) -> None:
        self._desk.say(words)

    # --- doing ------------------------------------------------------------------------------------

    def _fill(self) -> None:
        menu = self._desk.bar.layout_menu
        menu.setToolTipsVisible(True)
        menu.addSeparator()
        linked = menu.addMenu(tr("Link the pictures"))
        linked.setToolTipsVisible(True)
        linked.addAction(self._all)
        linked.addSeparator()
        linked.addActions(list(self._links.values()))
        menu.addActions([self._spot, self._lines])

    def _link_all(self, _linked: bool) -> None:
        controller = self._desk.controller()
        if controller is not None and not self._filling:
            self._put(toggle_all(controller.grid.links))

    def _link(self, field: str, linked: bool) -> None:
        controller = self._desk.controller()
        if controller is not None and not self._filling:
            self._put(replace(controller.grid.links, **{field: linked}))

    def _put(self, links: Links) -> None:
        controller = self._desk.controller()
        if controller is None:
            return
        names = [one.name for one in fields(Links) if getattr(links, one.name)]
        self._desk.settings.setValue(LINKED, " ".join(names))
        controller.put_grid(replace(controller.grid, links=links))
        words = [self._links[name].text() for name in names]
        self._desk.say(", ".join(words) if words else tr("Nothing is linked any more"))

    def _show_lines(self, shown: bool) -> None:
        controller = self._desk.controller()
        if controller is not None and not self._filling:
            self._desk.settings.setValue(LINES, shown)
            controller.put_grid(replace(controller.grid, reference=shown))

    def _take_spot(self, chosen: bool) -> None:
        """The tool in the hand; put away, its cross goes too."""
        controller = self._desk.controller()
        if controller is None:
            return
        if chosen:
            controller.marking.put_away()
            controller.set_tool(Tool.SPOT)
        elif controller.grid.spot is not None:
            controller.put_grid(replace(controller.grid, spot=None))

    def _point_here(self) -> None:
        """The key also points at the place that the mouse is over."""
        controller, grid = self._desk.controller(), self._desk.grid()
        if controller is None or grid is None:
            return
        for viewport in grid.viewports:
            view = viewport.view
            at = view.mapFromGlobal(QCursor.pos())
            if viewport.isVisible() and viewport.underMouse() and view.rect().contains(at):
                ratio = view.devicePixelRatioF()
                controller.point(viewport.number, (at.x() * ratio, at.y() * ratio))
