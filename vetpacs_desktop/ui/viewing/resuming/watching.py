"""Tells what the reader does apart from what arrives: headers and frames change the screen too.

Owns no state of the exam. A change of the grid counts as the reader's unless stacks came with it, or all it
did was to hang pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.viewer.state import GridState


class Watching(QObject):
    """Of one open exam at a time; `acted` is called in a moment of the event loop's."""

    def __init__(self, acted: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._acted = acted
        self._controller: Controller | None = None
        self._grid: GridState | None = None
        self._stacks: tuple[object, ...] = ()
        self._looks: object = None
        """How volumes and overlays are seen."""
        self._begun = False
        """How the exam is first arranged is the program's deed."""
        self._endings: list[Callable[[], None]] = []
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._look)

    def begin(self, controller: Controller) -> None:
        """From now on; what stands now is nobody's deed."""
        self.end()
        self._controller = controller
        self._endings = [
            controller.changed.subscribe(lambda _: self._may_have()),
            controller.rearranged.subscribe(lambda _: self._may_have()),
            controller.marking.edited.subscribe(lambda _: self._drew()),
        ]
        self._begun = False
        self._soon.start()

    def flush(self) -> None:
        """Tell at once what would be told in a moment: the exam is about to be closed."""
        if self._soon.isActive():
            self._soon.stop()
            self._look()

    def end(self) -> None:
        """The exam is closed."""
        for ending in self._endings:
            ending()
        self._endings, self._controller = [], None
        self._soon.stop()
        self._begun = False

    def _drew(self) -> None:
        self._acted()

    def _may_have(self) -> None:
        controller = self._controller
        if controller is None or self._soon.isActive():
            return
        # Stacks that came alone are noted as well: what changes after them is a deed.
        moved = controller.grid is not self._grid or controller.left.now() != self._looks
        if moved or _stacks(controller) != self._stacks:
            self._soon.start()

    def _look(self) -> None:
        if self._controller is None:
            return
        stacks, begun, looks = self._stacks, self._begun, self._looks
        moved = self._grid is not None and _is_deed(self._grid, self._controller.grid)
        seen_otherwise = looks is not None and looks != self._controller.left.now()
        self._note()
        # How volumes are seen never changes by what arrives.
        if begun and (seen_otherwise or (moved and stacks == self._stacks)):
            self._acted()

    def _note(self) -> None:
        """The grid as it stands, and the stacks that are known."""
        controller = self._controller
        if controller is not None:
            self._begun = True
            self._grid, self._looks = controller.grid, controller.left.now()
            self._stacks = _stacks(controller)


def _stacks(controller: Controller) -> tuple[object, ...]:
    return tuple(controller.stacks(number) for number in range(len(controller.exam.all_series)))


def _is_deed(before: GridState, after: GridState) -> bool:
    """Whether more changed than how pictures hang. What else a viewport shows is a deed: a plane, a body."""
    if len(before.views) != len(after.views):
        return True
    views = (
        now if now.hung == then.hung or now.plane != then.plane else then
        for then, now in zip(before.views, after.views, strict=True)
    )
    return replace(after, views=tuple(views)) != before
