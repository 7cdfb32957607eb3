"""Joins the reading page's actions, keys and menus to the controller, and keeps their ticks true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from vetpacs_desktop.ui.actions import Action, make_action, words
from vetpacs_desktop.ui.icons import icon
from vetpacs_desktop.ui.viewing import commands
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.marking.deeds import MarkingDeeds
from vetpacs_desktop.ui.viewing.media import pages
from vetpacs_desktop.ui.viewing.media.cine import RATES, Cine
from vetpacs_desktop.ui.viewing.media.media import Media
from vetpacs_desktop.ui.viewing.toolbar import ReadingToolBar
from vetpacs_desktop.viewer import state
from vetpacs_desktop.viewer.description import Medium, Window
from vetpacs_desktop.viewer.presets import Offer
from vetpacs_desktop.viewer.state import PresetKind, Tool

ZOOM_STEP = 1.25
_Wish = state.Preset | Window | None
_SHARED = ("reset", "alone", "back", "next_image", "previous_image", "next_image_too", "previous_image_too")
"""Rows whose keys mean something else while somebody draws."""
_GIVEN_UP = (
    *("one_to_one", "rotate_left", "flip_vertical", "scroll", "zoom", "flip_horizontal", "rotate_right"),
    *("invert", "fit", "texts", "strip"),
)
"""Rows whose buttons go on a very small window, the first one first."""
_PAGED: dict[str, Callable[[Controller, int, int], None]] = {
    "next_image": pages.roll,
    "previous_image": pages.roll,
    "next_image_too": pages.turn,
    "previous_image_too": pages.turn,
    "ten_on": pages.screenful,
    "ten_back": pages.screenful,
}
"""By name of a row of `commands.STEPS`: what it does to a document; images are leafed through alike."""


class BodyKeys(Protocol):
    """Where keys and a menu for flat pictures mean something else; each answers whether it did."""

    def takes(self, name: str) -> bool:
        """The key of a row."""
        ...

    def help(self) -> str:
        """What the next click does; empty where nothing is different."""
        ...

    def choose(self, digit: int) -> bool:
        """A digit."""
        ...

    def fill(self, menu: QMenu) -> bool:
        """The menu of windows."""
        ...


class Deeds:
    """Everything a key or a button does on the reading page."""

    def __init__(
        self,
        page: QWidget,
        tools: ReadingToolBar,
        cine: Cine,
        controller: Callable[[], Controller | None],
        back: Callable[[], object],
        show_strip: Callable[[bool], object],
        media: Media,
        marking: MarkingDeeds,
    ) -> None:
        self._page = page
        self._bar = tools
        self._cine = cine
        self._controller = controller
        self._back = back
        self._show_strip = show_strip
        self._media = media
        self._marking = marking
        self.body: BodyKeys | None = None
        """What keys and the menu of windows mean while a volume is seen in 3D."""
        self._actions: dict[str, QAction] = {}
        self._letters: dict[bool | None, QAction] = {}
        self._paced: tuple[object, ...] = ()
        self._make_actions()
        self._make_presets()
        self._fill_bar()
        cine.running_changed.connect(self._show_running)
        self._fill_speeds()

    def refresh(self) -> None:
        """Ticks and what can be pressed, as the controller stands."""
        controller = self._controller()
        for action in self._actions.values():
            action.setEnabled(controller is not None or action.objectName() in ("back", "strip"))
        self._bar.setEnabled(True)
        if controller is not None:
            self.refresh_tool()
            self._tick("texts", controller.grid.texts)
            self._letters[controller.grid.quadruped].setChecked(True)
        self.refresh_playable()

    def help(self) -> str:
        """What the next click does where it is not the tool's work; empty where it is."""
        return self.body.help() if self.body is not None else ""

    def refresh_tool(self) -> None:
        """Which tool is in the hand, and what else of drawing can be pressed."""
        controller = self._controller()
        drawing = self._marking.refresh()
        if controller is not None:
            tool = drawing or controller.grid.tool.value
            action = self._actions.get(tool) or self._marking.actions.get(tool)
            action = action or self._page.findChild(QAction, tool)
            if action is not None:
                action.setChecked(True)

    def tick_strip(self, shown: bool) -> None:
        """Show or hide the series as remembered from last time."""
        self._tick("strip", shown)

    def refresh_playable(self) -> None:
        """Only several images can be played; the pace is the file's until somebody sets another."""
        controller = self._controller()
        stack = controller.stack(controller.grid.active) if controller is not None else None
        several = stack is not None and len(stack.keys) > 1 and stack.medium is not Medium.DOCUMENT
        self._media.refresh()
        if self._media.is_film():
            self._paced = ()
        elif stack is not None and (*stack.keys[:1], stack.frame_ms) != self._paced:
            # A long film's pace is a guess until its header has been read.
            self._paced = (*stack.keys[:1], stack.frame_ms)
            self._cine.set_rate(1000 / stack.frame_ms)
        self._actions["play"].setEnabled(several)
        self._bar.show_speed(round(self._cine.rate), several and not self._media.is_film())
        if not several:
            self._cine.stop()

    # --- making -----------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        for row in commands.TOOLS:
            self._add(row, partial(self._choose_tool, Tool(row.name)))
        group = QActionGroup(self._page)
        for row in commands.TOOLS:
            group.addAction(self._actions[row.name])
        self._marking.join(group)
        for row, change in zip(commands.LOOK, self._looks(), strict=True):
            self._add(row, change)
        for row, act in zip(commands.OTHERS, self._others(), strict=True):
            self._add(row, act)
        for row, steps in commands.STEPS:
            self._add(row, partial(self._scroll, row.name, steps))
        for row, (rows, columns) in commands.LAYOUTS:
            self._add(row, partial(self._lay_out, rows, columns))
        self._add(commands.SHOW[0], self._show_texts)
        self._add(commands.SHOW[1], self._play)
        self._add(commands.SHOW[2], self._show_strip)
        self._actions["strip"].setChecked(True)

    def _looks(self) -> list[Callable[[], None]]:
        """In the order of `commands.LOOK`."""
        changes = (
            state.fit,
            state.one_to_one,
            partial(state.rotate, degrees=90),
            partial(state.rotate, degrees=-90),
            state.flip_horizontal,
            state.flip_vertical,
            state.invert,
        )
        return [*(partial(self._change, change) for change in changes), self._reset]

    def _others(self) -> list[Callable[[], object]]:
        """In the order of `commands.OTHERS`."""
        return [
            self._back,
            partial(self._with, lambda c: c.next_series(1)),
            partial(self._with, lambda c: c.next_series(-1)),
            partial(self._with, Controller.toggle_alone),
            partial(self._with, lambda c: c.zoom(c.grid.active, ZOOM_STEP)),
            partial(self._with, lambda c: c.zoom(c.grid.active, 1 / ZOOM_STEP)),
            partial(self._change, state.toggle_smooth),
        ]

    def _add(self, row: Action, slot: Callable[..., object]) -> None:
        if row.name in _SHARED:
            slot = partial(self._unless_drawing, row.name, slot)
        self._actions[row.name] = make_action(self._page, row, slot)

    def _unless_drawing(self, name: str, slot: Callable[..., object]) -> None:
        if not self._marking.takes(name) and not (self.body is not None and self.body.takes(name)):
            slot()

    def _make_presets(self) -> None:
        for digit in range(10):
            shortcut = QShortcut(QKeySequence(str(digit)), self._page)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self._preset, digit))
        self._bar.preset_menu.aboutToShow.connect(self._fill_presets)

    def _fill_bar(self) -> None:
        tr = partial(QCoreApplication.translate, "viewing")
        bar, actions = self._bar, self._actions
        bar.add_words(actions["back"])
        bar.add_menu(
            bar.layout_menu, "layout", tr("Layout"), tr("How many pictures side by side (Alt+1 to Alt+9)")
        )
        for row, _ in commands.LAYOUTS:
            bar.layout_menu.addAction(actions[row.name])
        bar.add_group(actions[row.name] for row in commands.TOOLS)
        bar.add_menu(
            bar.preset_menu, "preset", tr("Window"), tr("Brightness and contrast by name (keys 0 to 9)")
        )
        bar.add_group(actions[row.name] for row in commands.LOOK)
        picture = tr("Turn freely, brightness from a region, magnifier, sharpen, colours, what is hidden")
        bar.add_menu(bar.picture_menu, "picture", tr("Picture"), picture)
        self._marking.fill(bar)
        bar.add_cine(actions["play"])
        bar.add_room()
        letters = tr("Letters at the edges: for animals or for people, whatever the images say")
        bar.add_menu(bar.letters_menu, "animal", tr("Letters"), letters)
        self._fill_letters()
        bar.add_group([actions["texts"], actions["strip"], self._marking.actions["marks_panel"]])
        bar.give_up(actions[name] for name in _GIVEN_UP)

    @property
    def actions(self) -> Mapping[str, QAction]:
        """By name of their rows."""
        return self._actions

    # --- doing ------------------------------------------------------------------------------------

    def _with(self, act: Callable[[Controller], object]) -> None:
        controller = self._controller()
        if controller is not None:
            act(controller)

    def _change(self, change: Callable[[state.ViewState], state.ViewState]) -> None:
        self._with(lambda c: c.change(c.grid.active, change))

    def _reset(self) -> None:
        """Reset; where there is nothing to reset, back to the list."""
        controller = self._controller()
        if controller is None:
            self._back()
            return
        view = controller.grid.views[controller.grid.active]
        if self._cine.running:
            self._cine.stop()
        elif state.reset(view) == view:
            self._back()
        else:
            self._change(state.reset)

    def _choose_tool(self, tool: Tool, chosen: bool) -> None:
        if chosen:
            self._with(lambda c: c.marking.put_away())
            self._with(lambda c: c.set_tool(tool))

    def _scroll(self, name: str, steps: int) -> None:
        self._cine.stop()
        self._with(lambda c: _PAGED.get(name, Controller.scroll)(c, c.grid.active, steps))

    def _lay_out(self, rows: int, columns: int) -> None:
        self._with(lambda c: c.lay_out(rows, columns))

    def _show_texts(self, shown: bool) -> None:
        self._with(lambda c: c.set_texts(shown))

    def _play(self, playing: bool) -> None:
        if playing == self._cine.running:
            return
        controller = self._controller()
        stack = controller.stack(controller.grid.active) if controller is not None else None
        if not playing or stack is None or len(stack.keys) < 2 or stack.medium is Medium.DOCUMENT:
            self._cine.stop()
            return
        self._media.rewind()
        self._cine.start()

    def _show_running(self, running: bool) -> None:
        action = self._actions["play"]
        self._tick("play", running)
        action.setIcon(icon("pause" if running else "play"))
        action.setText(QCoreApplication.translate("viewing", "Pause") if running else words(commands.SHOW[1]))

    def _preset(self, digit: int) -> None:
        controller = self._controller()
        if controller is None or (self.body is not None and self.body.choose(digit)):
            return
        offers = controller.offers(controller.grid.active)
        found = next((offer for offer in offers if offer.key == digit), None)
        if digit == 0 or found is not None:
            controller.choose(controller.grid.active, None if found is None else found.preset)

    def _fill_letters(self) -> None:
        tr = partial(QCoreApplication.translate, "viewing")
        group = QActionGroup(self._page)
        choices = (
            (tr("As the images say"), None),
            (tr("Animal letters"), True),
            (tr("Human letters"), False),
        )
        for label, quadruped in choices:
            action = self._bar.letters_menu.addAction(label)
            action.setCheckable(True)
            action.setChecked(quadruped is None)
            action.triggered.connect(partial(self._set_letters, quadruped))
            group.addAction(action)
            self._letters[quadruped] = action

    def _set_letters(self, quadruped: bool | None, _checked: bool = False) -> None:
        self._with(lambda c: c.set_letters(quadruped))

    def _fill_speeds(self) -> None:
        for rate in RATES:
            words_of = QCoreApplication.translate("viewing", "{n} images/s")
            action = self._bar.speed_menu.addAction(words_of.format(n=rate))
            action.triggered.connect(partial(self._set_speed, rate))

    def _set_speed(self, rate: int, _checked: bool = False) -> None:
        self._cine.set_rate(rate)
        self.refresh_playable()

    def _fill_presets(self) -> None:
        """Made anew whenever the menu opens: every frame may offer others."""
        menu, controller = self._bar.preset_menu, self._controller()
        menu.clear()
        if self.body is not None and self.body.fill(menu):
            return
        offers = controller.offers(controller.grid.active) if controller is not None else ()
        if controller is None or not offers:
            words_of = QCoreApplication.translate("viewing", "Colour pictures have no window")
            menu.addAction(words_of).setEnabled(False)
            return
        chosen = controller.grid.views[controller.grid.active].window
        self._add_preset(QCoreApplication.translate("viewing", "As the image came"), 0, None, chosen is None)
        group = None
        for offer in offers:
            if _group(offer) != group:
                menu.addSeparator()
            group = _group(offer)
            self._add_preset(self._preset_words(offer), offer.key, offer.preset, chosen == offer.preset)

    def _preset_words(self, offer: Offer) -> str:
        name = QCoreApplication.translate("pictures", offer.label)
        return f"{name}   {offer.window.center:.4g} / {offer.window.width:.4g}"

    def _add_preset(self, text: str, digit: int | None, preset: _Wish, chosen: bool) -> None:
        key = f"\t{digit}" if digit is not None else ""
        action = self._bar.preset_menu.addAction(text + key)
        action.setCheckable(True)
        action.setChecked(chosen)
        action.triggered.connect(partial(self._choose_preset, preset))

    def _choose_preset(self, preset: _Wish, _checked: bool = False) -> None:
        self._with(lambda c: c.choose(c.grid.active, preset))

    def _tick(self, name: str, ticked: bool) -> None:
        """Signals stay on: the group of tools hears by them which one is ticked."""
        self._actions[name].setChecked(ticked)


def _group(offer: Offer) -> str:
    """The file's own windows, those of tissues, the ones worked out here, shares, and the reader's."""
    if not isinstance(offer.preset, state.Preset):
        return "own" if offer.own else "shares"
    kind = offer.preset.kind
    return kind.value if kind in (PresetKind.FILE, PresetKind.TISSUE) else "worked out"
