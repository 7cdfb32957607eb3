"""Joins guided measurements to the reading page: key and menu, the card, what its buttons do.

Decides which guides the menu offers first; placing the landmarks is the tools' (`tools.stepping`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from vetpacs_desktop.ui.actions import Action, make_action
from vetpacs_desktop.ui.keymap import GROUP
from vetpacs_desktop.ui.viewing import commands
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.guides.card import GuideCard, Progress
from vetpacs_desktop.ui.viewing.guides.fitting import grouped, suiting
from vetpacs_desktop.ui.viewing.marking.panel import MarkingPanel
from vetpacs_desktop.ui.viewing.marking.words import tr, tr_measure
from vetpacs_desktop.ui.viewing.toolbar import ReadingToolBar
from vetpacs_desktop.ui.viewing.viewport import ViewportWidget
from vetpacs_desktop.viewer.description import Medium
from vetpacs_desktop.viewer.geometry.letters import edge_letters
from vetpacs_desktop.viewer.loading import LoadedFrame
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.saying import lines
from vetpacs_desktop.viewer.measure.veterinary.facing import AS_DRAWN, Turn, turn_of
from vetpacs_desktop.viewer.measure.veterinary.guide import Guide, Step
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES
from vetpacs_desktop.viewer.measuring import image_of


class GuideDesk(QObject):
    """The guides of one reading page; `show_panel` makes the panel visible that the card is in."""

    def __init__(
        self,
        page: QWidget,
        bar: ReadingToolBar,
        panel: MarkingPanel,
        controller: Callable[[], Controller | None],
        viewport: Callable[[], ViewportWidget | None],
        show_panel: Callable[[], object],
    ) -> None:
        super().__init__(page)
        self._controller = controller
        self._viewport = viewport
        self._show_panel = show_panel
        self._bar = bar
        self.menu = bar.guides_menu
        self.menu.setObjectName("guides_menu")
        self.menu.aboutToShow.connect(self._fill)
        self._result = panel.result
        self._result.more_wished.connect(self._go_on)
        self.card = GuideCard(panel)
        panel.add_above(self.card)
        self.card.back_wished.connect(self._back)
        self.card.finish_wished.connect(self._finish)
        self.card.leave_wished.connect(self._leave)
        self.action = make_action(page, commands.GUIDES, self.open_menu)
        self.action.changed.connect(self._tell_key)
        self._make_own_actions(page)

    def _make_own_actions(self, page: QWidget) -> None:
        """Each guide can have a key and stand on the tool wheel, too; it has none to begin with."""
        for guide in GUIDES.values():
            row = Action(f"guide_{guide.name}", tr_measure(guide.words), icon="guide")
            made = make_action(page, row, partial(self.start, guide.name))
            made.setToolTip(tr_measure(guide.formula))
            made.setProperty(GROUP, "guides")

    def _tell_key(self) -> None:
        """The key may be another one now."""
        self._bar.button_of(self.menu).setToolTip(self.action.toolTip())

    def open_menu(self) -> None:
        """Below its button; the keyboard goes on from there."""
        button = next((one for one in self._bar.findChildren(QToolButton) if one.menu() is self.menu), None)
        if button is not None and self._controller() is not None:
            self.menu.popup(button.mapToGlobal(QPoint(0, button.height())))
            first = next((one for one in self.menu.actions() if one.isEnabled()), None)
            if first is not None:
                self.menu.setActiveAction(first)

    def start(self, name: str) -> None:
        """The guide called `name`, on the active picture."""
        controller, viewport = self._controller(), self._viewport()
        if controller is None or viewport is None:
            return
        self._show_panel()
        controller.marking.take(name)
        viewport.setFocus()

    def refresh(self) -> None:
        """What is drawn, or which picture is the active one, may have changed."""
        self.card.show_progress(self._progress())
        self._result.offer(self._further())

    # --- the menu -----------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Made anew whenever it opens: another picture, other guides on top."""
        menu, frame = self.menu, self._frame()
        menu.clear()
        controller = self._controller()
        suit: tuple[Guide, ...] = ()
        if frame is not None and controller is not None:
            suit = suiting(controller.exam.species, frame.description)
        measurable = frame is not None and frame.description.medium is not Medium.DOCUMENT
        if suit:
            menu.addAction(tr("For this picture")).setEnabled(False)
            self._add(menu, suit, measurable)
            menu.addSeparator()
        for title, guides in grouped():
            self._add(menu.addMenu(tr(title)), guides, measurable)

    def _add(self, menu: QMenu, guides: Iterable[Guide], measurable: bool) -> None:
        menu.setToolTipsVisible(True)
        for guide in guides:
            action = QAction(tr_measure(guide.words), menu)
            action.setObjectName(f"guide_{guide.name}")
            action.setToolTip(tr_measure(guide.formula))
            action.setEnabled(measurable)
            action.triggered.connect(partial(self._start, guide.name))
            menu.addAction(action)

    def _start(self, name: str, _checked: bool = False) -> None:
        self.start(name)

    # --- the card -----------------------------------------------------------------------------------

    def _progress(self) -> Progress | None:
        controller = self._controller()
        tool = controller.marking.tool if controller is not None else None
        if controller is None or tool is None or tool.name not in GUIDES:
            return None
        guide, draft, frame = GUIDES[tool.name], controller.marking.draft, self._frame()
        turn = self._turn(guide, frame)
        if draft is None:
            return Progress(guide, 0, turn=turn)
        clicked = len(draft.points)
        if frame is None or image_of(frame) != draft.image:
            return Progress(guide, clicked, turn=turn)
        image = MeasuredImage.of_loaded(frame, controller.marking.calibration(frame))
        known = clicked >= guide.least and guide.sketch(draft.points, image).complete
        live = guide.sketch(draft.seen.points, image).measured
        figures = lines(live, tr_measure) if live.value is not None or live.parts else ()
        return Progress(guide, clicked, figures, known, turn)

    def _turn(self, guide: Guide, frame: LoadedFrame | None) -> Turn:
        """The small picture lies like the animal on the screen, however that was flipped or turned."""
        controller = self._controller()
        if controller is None or frame is None:
            return AS_DRAWN
        view = controller.grid.views[controller.grid.active]
        letters = edge_letters(
            frame.description,
            frame.key.frame,
            quadruped=True,
            flip_h=view.flip_h,
            flip_v=view.flip_v,
            rotation_degrees=view.rotation,
        )
        return turn_of(guide.drawing.facing, letters)

    def _further(self) -> Step | None:
        """What the chosen measurement could be asked for further, on the picture on the screen."""
        controller, frame = self._controller(), self._frame()
        one = controller.marking.chosen_one if controller is not None else None
        if controller is None or one is None or frame is None or one.tool not in GUIDES:
            return None
        if one.image != image_of(frame):
            return None
        image = MeasuredImage.of_loaded(frame, controller.marking.calibration(frame))
        return GUIDES[one.tool].step_after(one.points, image)

    def _frame(self) -> LoadedFrame | None:
        controller = self._controller()
        return controller.frame(controller.grid.active) if controller is not None else None

    def _go_on(self) -> None:
        controller, viewport = self._controller(), self._viewport()
        one = controller.marking.chosen_one if controller is not None else None
        if controller is not None and one is not None and viewport is not None:
            controller.marking.go_on(one)
            viewport.setFocus()

    def _back(self) -> None:
        controller = self._controller()
        if controller is not None:
            controller.marking.take_back()

    def _finish(self) -> None:
        viewport = self._viewport()
        if viewport is not None:
            viewport.hand.finish()

    def _leave(self) -> None:
        controller = self._controller()
        if controller is not None:
            controller.marking.escape()
