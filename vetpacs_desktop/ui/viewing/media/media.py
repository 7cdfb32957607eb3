"""What videos, documents and objects without a picture need beside the ordinary deeds of the reading page.

Joins the bar under the pictures and its actions to the controller and the cine. Files are saved in a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.ui import ask
from vetpacs_desktop.ui.actions import make_action
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.viewing import commands
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.media import pages
from vetpacs_desktop.ui.viewing.media.bar import MediaBar, MediaFacts
from vetpacs_desktop.ui.viewing.media.cine import RATES, SPEEDS, Cine
from vetpacs_desktop.ui.viewing.media.player import Player
from vetpacs_desktop.ui.viewing.supply import sentence_of
from vetpacs_desktop.viewer.description import Medium
from vetpacs_desktop.viewer.documents.saving import Savable, savable
from vetpacs_desktop.viewer.playing import Manner, span_of
from vetpacs_desktop.viewer.session import FrameStack

LOOPED = "viewing/video_again"


class Media:
    """One of each reading page."""

    def __init__(
        self,
        page: QWidget,
        bar: MediaBar,
        cine: Cine,
        bridge: Bridge,
        settings: QSettings,
        controller: Callable[[], Controller | None],
        say: Callable[[str], object],
    ) -> None:
        self._page, self._bar, self._cine, self._bridge = page, bar, cine, bridge
        self._settings = settings
        self._controller = controller
        self._say = say
        self._speed = 1.0
        self.manner = Manner.AGAIN
        """How images are played; videos have a button of their own."""
        self._player = Player()
        self._paced: tuple[object, ...] = ()
        slots: tuple[Callable[..., object], ...] = (
            partial(self._with, pages.fit_width),
            self._set_loop,
            self._save,
            partial(self._step, -1),
            partial(self._step, 1),
            partial(self._with, partial(pages.turn, steps=-1)),
            partial(self._with, partial(pages.turn, steps=1)),
        )
        self.actions: dict[str, QAction] = {
            row.name: make_action(page, row, slot) for row, slot in zip(commands.MEDIA, slots, strict=True)
        }
        self.actions["loop"].setChecked(settings.value(LOOPED, False, bool) is True)
        bar.sought.connect(self._seek)
        bar.seek.played.connect(self._play_between)
        bar.speed_chosen.connect(self._set_speed)
        bar.left.connect(page.setFocus)

    def refresh(self) -> None:
        """The active viewport shows something else."""
        controller, stack = self._controller(), self._stack()
        facts = MediaFacts()
        if controller is not None:
            lost = controller.pictureless(controller.grid.active) is not None
            view = controller.grid.views[controller.grid.active]
            if stack is not None:
                count = len(stack.keys)
                span = span_of(view, count)
                facts = MediaFacts(stack.medium, view.index, count, stack.frame_ms, self._speed, lost, span)
            self._pace(stack)
        self._bar.show_facts(facts)
        film, pages_there = facts.medium is Medium.FILM, facts.medium is Medium.DOCUMENT
        self._enable(film, "loop")
        self._enable(facts.count > 1 and not pages_there, "step_back", "step_on")
        self._enable(pages_there, "page_back", "page_on")
        self._enable(controller is not None, "fit_width")
        self._enable(film or pages_there or facts.pictureless, "save_file")

    def is_film(self) -> bool:
        """Whether the active viewport plays a video, whose pace is set on the bar."""
        stack = self._stack()
        return stack is not None and stack.medium is Medium.FILM

    def ready(self) -> bool:
        """Whether time may go on: the frame it came to is on the screen, or never will be."""
        controller = self._controller()
        if controller is None or not self.is_film():
            return True
        return controller.has_wished(controller.grid.active)

    def rewind(self) -> None:
        """What stands at its end begins anew when it is played."""
        controller = self._controller()
        if controller is not None:
            self._player.rewind(controller, self._manner_now)

    def play_on(self, steps: int) -> None:
        """Some frames later; a video ends at its end unless it is to be played again and again."""
        controller = self._controller()
        if controller is not None and not self._player.play_on(controller, steps, self._manner_now):
            self._cine.stop()

    def length(self, steps: int) -> float:
        """How long the frame `steps` on lasts, against the usual one."""
        controller = self._controller()
        return 1.0 if controller is None else self._player.length(controller, steps, self._manner_now)

    def faster(self, steps: int) -> None:
        """So many places on in the list of speeds."""
        if self.is_film():
            self._set_speed(_next(SPEEDS, self._speed, steps))
        else:
            self._cine.set_rate(_next(RATES, self._cine.rate, steps))

    @property
    def _manner_now(self) -> Manner:
        if self.is_film():
            return Manner.AGAIN if self.actions["loop"].isChecked() else Manner.ONCE
        return self.manner

    # --- inside -----------------------------------------------------------------------------------

    def _stack(self) -> FrameStack | None:
        controller = self._controller()
        return controller.stack(controller.grid.active) if controller is not None else None

    def _enable(self, possible: bool, *names: str) -> None:
        for name in names:
            self.actions[name].setEnabled(possible)

    def _with(self, act: Callable[[Controller, int], object]) -> None:
        controller = self._controller()
        if controller is not None:
            act(controller, controller.grid.active)

    def _pace(self, stack: FrameStack | None) -> None:
        """Another video is played at its own pace, whatever the last one was."""
        if stack is None or stack.medium is not Medium.FILM:
            self._paced = ()
            return
        paced = (*stack.keys[:1], stack.frame_ms)
        if paced != self._paced:
            self._paced, self._speed = paced, 1.0
            self._cine.set_rate(1000 / stack.frame_ms)

    def _set_speed(self, speed: float) -> None:
        stack = self._stack()
        if stack is not None:
            self._speed = speed
            self._cine.set_rate(1000 / stack.frame_ms * speed)
            self.refresh()

    def _set_loop(self, looped: bool) -> None:
        self._settings.setValue(LOOPED, looped)

    def _step(self, steps: int) -> None:
        self._cine.stop()
        self._with(lambda controller, number: controller.scroll(number, steps))

    def _play_between(self, first: int, last: int) -> None:
        controller = self._controller()
        if controller is not None:
            number = controller.grid.active
            view = controller.grid.views[number]
            controller.put({number: replace(view, played=(first, last))})

    def _seek(self, index: int) -> None:
        self._with(lambda controller, number: controller.go_to(number, index))

    # --- saving -----------------------------------------------------------------------------------

    def _save(self) -> None:
        """Look what it is, ask where to, write: all but the question in a thread."""
        controller = self._controller()
        path = controller.path(controller.grid.active) if controller is not None else None
        if path is not None:
            self._bridge.start(lambda _report, _cancel: savable(path), self._ask_where, self._failed)

    def _ask_where(self, what: Savable) -> None:
        target = ask.for_saving(self._page, self._settings, what.name)
        if target is not None:
            self._bridge.start(
                lambda _report, _cancel: what.save(target), lambda _: self._saved(target), self._failed
            )

    def _saved(self, target: Path) -> None:
        self._say(QCoreApplication.translate("viewing", "Saved as {path}").format(path=target))

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, KnownError):
            sentence = sentence_of(error)
        elif isinstance(error, OSError):
            words = QCoreApplication.translate("viewing", "The file could not be written ({reason}).")
            sentence = words.format(reason=error.strerror or error)
        else:
            raise error
        ask.tell_problem(self._page, sentence)


def _next(choices: Sequence[float], now: float, steps: int) -> float:
    """The next larger or smaller of some choices; the last one where there is none."""
    if steps > 0:
        return min((one for one in choices if one > now * 1.001), default=max(choices))
    return max((one for one in choices if one < now * 0.999), default=min(choices))
