"""What a panel of the window gets from the window, and what the window gets from a panel.

A panel's desk is all the window knows of it. Panels meet nowhere else, so this module names no panel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from vetpacs_desktop.app import App
from vetpacs_desktop.store.records import StudyRow, StudyUID
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.notices import Notice
from vetpacs_desktop.ui.transfers import Transfers

Deed: TypeAlias = Callable[[list[StudyRow]], object]
"""What happens with the exams chosen in the list."""


@dataclass(frozen=True, slots=True)
class House:
    """The window's services, handed to each desk."""

    app: App
    chores: Bridge
    """Short work in a thread of its own."""
    transfers: Transfers
    """Long work that people see in the status strip and can stop."""
    tell: Callable[[Notice], None]
    state: QSettings
    window: QWidget
    """The parent of dialogs."""
    show_place: Callable[[str], None]
    show_card: Callable[[str], None]
    open_exam: Callable[[StudyUID], None]
    library_changed: Callable[[], None]
    """Something was filed, corrected or taken away: the list looks again."""


class Desk(Protocol):
    """A panel's side; made with a `House`."""

    def cards(self) -> Sequence[tuple[str, Card]]:
        """Cards for the System page, with their names."""
        ...

    def deeds(self) -> Mapping[str, Deed]:
        """By name of a row of `actions.EXAM`."""
        ...

    def start(self) -> None:
        """The list is up: timers and threads may start."""
        ...

    def stop(self) -> None:
        """The window closes: end them."""
        ...
