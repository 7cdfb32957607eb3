"""Joins the actions of drawing to the open exam: tools, undo, keys with another use while one draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QWidget

from vetpacs_desktop.ui.actions import make_action
from vetpacs_desktop.ui.viewing import commands
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.marking.marking import Marking
from vetpacs_desktop.ui.viewing.marking.words import tr
from vetpacs_desktop.ui.viewing.toolbar import ReadingToolBar
from vetpacs_desktop.ui.viewing.tools.holding import nudge
from vetpacs_desktop.ui.viewing.viewport import ViewportWidget
from vetpacs_desktop.ui.viewing.volumes.path_part import path_takes
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES

STEP, BIG_STEP = 1.0, 10.0
GUIDING = "guiding"
KEY_PLANE = "key_plane"
"""The row of the part that makes images of planes."""
_ARROWS: Mapping[str, tuple[float, float]] = {
    "next_image": (0.0, 1.0),
    "previous_image": (0.0, -1.0),
    "next_image_too": (1.0, 0.0),
    "previous_image_too": (-1.0, 0.0),
}
"""Keys that leaf through the images unless something drawn is held: (right, down) on the screen."""


class MarkingDeeds:
    """Everything a key or a button does about drawings."""

    def __init__(
        self,
        page: QWidget,
        controller: Callable[[], Controller | None],
        viewport: Callable[[], ViewportWidget | None],
        show_panel: Callable[[bool], object],
    ) -> None:
        self._page = page
        self._controller = controller
        self._viewport = viewport
        self._actions: dict[str, QAction] = {}
        for row, tool in commands.MEASURE:
            self._actions[row.name] = make_action(page, row, partial(self._take, tool))
        # Ticked while a guide is in the hand, so that no other tool looks chosen.
        self._actions[GUIDING] = QAction(page, checkable=True)
        self._actions[GUIDING].setObjectName(GUIDING)
        deeds: tuple[Callable[..., object], ...] = (
            partial(self._with, Marking.undo),
            partial(self._with, Marking.redo),
            partial(self._with, Marking.delete),
            self._toggle_key,
            show_panel,
            partial(self._with, lambda marking: marking.step_point(1)),
            partial(self._with, lambda marking: marking.step_point(-1)),
            *(partial(self._nudge, BIG_STEP, way) for way in _ARROWS.values()),
        )
        for row, deed in zip(commands.MARKS, deeds, strict=True):
            self._actions[row.name] = make_action(page, row, deed)

    @property
    def actions(self) -> Mapping[str, QAction]:
        """By name of their rows."""
        return self._actions

    def join(self, group: QActionGroup) -> None:
        """Only one tool is in the hand, whether it draws or not."""
        for row, _ in commands.MEASURE:
            group.addAction(self._actions[row.name])
        group.addAction(self._actions[GUIDING])

    def refresh(self) -> str:
        """What can be pressed now; answers the name of the tool's row, empty when none is in the hand."""
        controller = self._controller()
        marking = controller.marking if controller is not None else None
        for action in self._actions.values():
            action.setEnabled(marking is not None or action.objectName() == "marks_panel")
        if marking is None:
            return ""
        self._actions["undo"].setEnabled(marking.can_undo or marking.draft is not None)
        self._actions["redo"].setEnabled(marking.can_redo)
        if marking.tool is None:
            return ""
        if marking.tool.name in GUIDES:
            return GUIDING
        return next((row.name for row, tool in commands.MEASURE if tool == marking.tool.name), "")

    def takes(self, name: str) -> bool:
        """Whether a key of the page means something drawn just now; then it is done."""
        controller, viewport = self._controller(), self._viewport()
        if controller is None or viewport is None:
            return False
        if path_takes(controller, name):
            return True
        if name == "reset":
            return controller.marking.escape()
        if name == "alone":
            return viewport.hand.finish()
        if name == "back":
            return controller.marking.take_back()
        way = _ARROWS.get(name)
        return way is not None and self._nudge(STEP, way)

    def _with(self, act: Callable[[Marking], object]) -> None:
        controller = self._controller()
        if controller is not None:
            act(controller.marking)

    def _take(self, tool: str, chosen: bool) -> None:
        if chosen:
            self._with(lambda marking: marking.take(tool))

    def _toggle_key(self) -> None:
        viewport, controller = self._viewport(), self._controller()
        if controller is not None and controller.grid.views[controller.grid.active].plane:
            plane = self._page.findChild(QAction, KEY_PLANE)  # it must become an image first
            if isinstance(plane, QAction) and plane.isEnabled():
                plane.trigger()
            return
        image = viewport.hand.surface.image if viewport is not None else None
        if image is not None:
            self._with(lambda marking: marking.toggle_key(image))

    def _nudge(self, step: float, way: tuple[float, float]) -> bool:
        """By image pixels in a direction of the screen."""
        controller, viewport = self._controller(), self._viewport()
        if controller is None or viewport is None or not viewport.hand.surface.shows_marks:
            return False
        if controller.marking.draft is not None:
            return False
        return nudge(viewport.hand.surface, viewport.hand.surface.turned((way[0] * step, way[1] * step)))

    def fill(self, bar: ReadingToolBar) -> None:
        """The most used ones as buttons, all of them in the menu."""
        bar.add_spare_group((self._actions[row.name] for row, _ in commands.MEASURE if row.icon), 2)
        bar.add_menu(bar.measure_menu, "ruler", tr("Measure"), tr("All tools for measuring and marking"))
        bar.add_menu(bar.guides_menu, "guide", tr("Guides"), tr("Veterinary measurements step by step (G)"))
        for row, _ in commands.MEASURE:
            if row.name in commands.MEASURE_BREAKS:
                bar.measure_menu.addSeparator()
            bar.measure_menu.addAction(self._actions[row.name])
        bar.measure_menu.addSeparator()
        for name in ("key_image", "undo", "redo", "delete_mark"):
            bar.measure_menu.addAction(self._actions[name])
