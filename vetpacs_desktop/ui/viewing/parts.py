"""What a part of the reading page gets from the page, and what the page gets from it.

A part adds one ability: its actions, its place in the bar's menus, what it does when an exam opens. Parts
don't know each other; they meet in the controller's state. This module names no part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.grid import ViewportGrid
from vetpacs_desktop.ui.viewing.toolbar import ReadingToolBar
from vetpacs_desktop.ui.viewing.viewport import ViewportWidget


@dataclass(frozen=True, slots=True)
class Desk:
    """The reading page's services, handed to each part."""

    page: QWidget
    """The owner of actions and the parent of dialogs; keys work while the focus is inside."""
    bar: ReadingToolBar
    bridge: Bridge
    settings: QSettings
    controller: Callable[[], Controller | None]
    """Of the open exam."""
    grid: Callable[[], ViewportGrid | None]
    say: Callable[[str], object]
    """A sentence below the pictures, for a moment."""

    @property
    def viewport(self) -> ViewportWidget | None:
        """The one that keys act on."""
        grid = self.grid()
        return grid.active if grid is not None else None


class Part(Protocol):
    """One ability of the reading page; made with a `Desk`."""

    def opened(self, controller: Controller) -> None:
        """An exam is open; its first look follows, nothing is loaded yet."""
        ...

    def begin(self, controller: Controller) -> bool:
        """Arrange the exam as it is first seen; True when done. The page asks its parts in their order.

        Whoever answers True decides what is shown; where nobody does, the first series is.
        """
        ...

    def closed(self) -> None:
        """The exam is closed: let go of what belongs to it."""
        ...

    def refresh(self) -> None:
        """The grid, the active viewport or a stack is another one: bring ticks and greys up to date."""
        ...
