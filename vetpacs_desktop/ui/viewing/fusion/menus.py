"""The menus of a second series: which one, in which colours, in which window, how it is aligned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.fusion import rows
from vetpacs_desktop.ui.viewing.fusion.held import Fused
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.viewer import presets
from vetpacs_desktop.viewer.colour_maps import colour_maps
from vetpacs_desktop.viewer.description import Medium, Window
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame
from vetpacs_desktop.viewer.volume.fusion import FusionWish

tr = partial(QCoreApplication.translate, "viewing")
Change = Callable[[FusionWish], FusionWish]


class FusionMenus:
    """Filled when they open. `put` changes the wish, `choose` lays another series over."""

    def __init__(
        self,
        desk: Desk,
        actions: Mapping[str, QAction],
        put: Callable[[Change], object],
        choose: Callable[[int, int], object],
    ) -> None:
        self._desk, self._actions, self._put, self._choose = desk, actions, put, choose
        titles = {
            "series": tr("Overlay"),
            "colours": tr("Colours of the overlay"),
            "window": tr("Window of the overlay"),
            "align": tr("Align the overlay"),
        }
        self.by_name = {name: QMenu(title, desk.page) for name, title in titles.items()}
        for name, fill in (
            ("series", self._fill_series),
            ("colours", self._fill_colours),
            ("window", self._fill_window),
        ):
            self.by_name[name].aboutToShow.connect(fill)
        align = self.by_name["align"]
        align.addActions([actions[row.name] for row in (rows.ALIGN, rows.CENTRES, rows.HERE)])
        align.addSeparator()
        align.addActions([actions[row.name] for row, _ in rows.NUDGES])
        align.addSeparator()
        align.addActions([actions[row.name] for row in (rows.ACCEPT, rows.UNDO)])
        menu = desk.bar.picture_menu
        menu.addSeparator()
        menu.addAction(actions[rows.CHOOSE.name])
        more = menu.addMenu(tr("Overlay"))
        more.addActions([actions[row.name] for row in (rows.SHOWN, rows.MORE, rows.LESS)])
        more.addActions([actions[row.name] for row in (rows.SQUARES, rows.CLEAR)])
        for name in ("colours", "window", "align"):
            more.addMenu(self.by_name[name])
        more.addAction(actions[rows.OFF.name])

    def _fused(self) -> Fused | None:
        controller = self._desk.controller()
        return (
            None
            if controller is None
            else controller.fusions.of(controller.grid.views[controller.grid.active])
        )

    def _fill_series(self) -> None:
        menu, controller = self.by_name["series"], self._desk.controller()
        menu.clear()
        if controller is None:
            return
        view, fused = controller.grid.views[controller.grid.active], self._fused()
        for series, number in controller.units():
            stacks = controller.stacks(series)
            stack = stacks[number] if number < len(stacks) else None
            if (series, number) == (view.series, view.stack) or stack is None or not _is_volume(stack.medium):
                continue
            if len(stack.keys) < 2 and not stack.space:
                continue
            action = menu.addAction(name_of(controller, series, number))
            action.setCheckable(True)
            unit = controller.exam.all_series[series].series_uid, number
            action.setChecked(fused is not None and fused.unit == unit)
            action.triggered.connect(partial(self._chosen, series, number))
        if menu.isEmpty():
            menu.addAction(tr("There is no other series of slices")).setEnabled(False)
        menu.addSeparator()
        menu.addAction(self._actions[rows.OFF.name])

    def _chosen(self, series: int, stack: int, _checked: bool = False) -> None:
        self._choose(series, stack)

    def _fill_colours(self) -> None:
        menu, fused = self.by_name["colours"], self._fused()
        menu.clear()
        if fused is None:
            return
        for name, title in (("", tr("Grey")), *((one.name, one.title) for one in colour_maps().values())):
            words = QCoreApplication.translate("pictures", title)
            self._add(menu, words, fused.wish.colours == name, partial(_coloured, name))

    def _fill_window(self) -> None:
        menu, fused, controller = self.by_name["window"], self._fused(), self._desk.controller()
        menu.clear()
        if fused is None or controller is None:
            return
        self._add(menu, tr("As the image came"), fused.wish.window is None, partial(_windowed, None))
        menu.addSeparator()
        for offer in presets.offers(_middle_frame(fused), controller.own_windows):
            name = QCoreApplication.translate("pictures", offer.label)
            words = f"{name}   {offer.window.center:.4g} / {offer.window.width:.4g}"
            self._add(menu, words, fused.wish.window == offer.window, partial(_windowed, offer.window))

    def _add(self, menu: QMenu, words: str, chosen: bool, change: Change) -> None:
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(chosen)
        action.triggered.connect(lambda: self._put(change))


def name_of(controller: Controller, series: int, stack: int) -> str:
    """What a series is called, with what tells its stack from the others."""
    one = controller.exam.all_series[series]
    words = one.description or f"{one.modality} {one.number}"
    stacks = controller.stacks(series)
    label = stacks[stack].label if stack < len(stacks) and len(stacks) > 1 else ""
    return f"{words}, {label}" if label else words


def _coloured(name: str, wish: FusionWish) -> FusionWish:
    return replace(wish, colours=name, shown=True)


def _windowed(window: Window | None, wish: FusionWish) -> FusionWish:
    return replace(wish, window=window, shown=True)


def _is_volume(medium: Medium) -> bool:
    return medium is Medium.IMAGES


def _middle_frame(fused: Fused) -> LoadedFrame:
    """The slice in the middle, for windows that are worked out from values."""
    volume = fused.volume
    number = len(volume.values) // 2
    key = FrameKey(volume.description.path, 0)
    return LoadedFrame(key, volume.description, volume.values[number], default_window=volume.window)
