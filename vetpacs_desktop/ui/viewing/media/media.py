"""What videos, documents and objects without a picture need beside the ordinary deeds of the reading page.

Joins the bar under the pictures and its actions to the controller and the cine. Files are saved in a thread.
"""

from __future__ import annotations

from collections.abc import Callable
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
from vetpacs_desktop.ui.viewing.media.cine import Cine
from vetpacs_desktop.ui.viewing.supply import sentence_of
from vetpacs_desktop.viewer.description import Medium
from vetpacs_desktop.viewer.documents.saving import Savable, savable
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
        bar.speed_chosen.connect(self._set_speed)
        bar.left.connect(page.setFocus)

    def refresh(self) -> None:
        """The active viewport shows something else."""
        controller, stack = self._controller(), self._stack()
        facts = MediaFacts()
        if controller is not None:
            lost = controller.pictureless(controller.grid.active) is not None
            index = controller.grid.views[controller.grid.active].index
            if stack is not None:
                facts = MediaFacts(stack.medium, index, len(stack.keys), stack.frame_ms, self._speed, lost)
            self._pace(stack)
        self._bar.show_facts(facts)
        film, pages_there = facts.medium is Medium.FILM, facts.medium is Medium.DOCUMENT
        self._enable(film, "loop", "step_back", "step_on")
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
        """A video that stands at its end begins anew when it is played."""
        controller, stack = self._controller(), self._stack()
        if controller is not None and stack is not None and self.is_film():
            number = controller.grid.active
            if controller.grid.views[number].index >= len(stack.keys) - 1:
                controller.go_to(number, 0)

    def play_on(self, steps: int) -> None:
        """Some frames later; a video ends at its end unless it is to be played again and again."""
        controller, stack = self._controller(), self._stack()
        if controller is None or stack is None:
            return
        number = controller.grid.active
        once = self.is_film() and not self.actions["loop"].isChecked()
        controller.scroll(number, steps, wrap=not once)
        if once and controller.grid.views[number].index >= len(stack.keys) - 1:
            self._cine.stop()

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
            self._cine.set_rate(1000 / stack.frame_ms, film=True)

    def _set_speed(self, speed: float) -> None:
        stack = self._stack()
        if stack is not None:
            self._speed = speed
            self._cine.set_rate(1000 / stack.frame_ms * speed, film=True)
            self.refresh()

    def _set_loop(self, looped: bool) -> None:
        self._settings.setValue(LOOPED, looped)

    def _step(self, steps: int) -> None:
        self._cine.stop()
        self._with(lambda controller, number: controller.scroll(number, steps))

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
