"""What this folder gets from the window: the list's neighbours, exams by name, and who writes states down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.viewing.resuming.pen import Pen
from vetpacs_desktop.viewer.exam import Exam


@dataclass(frozen=True, slots=True)
class ReadingHouse:
    """The window's services."""

    pen: Pen
    go: Callable[[int, bool], object]
    """Open the exam so many lines further in the list, or the next unread one there."""
    coming: Callable[[], str]
    """The exam (StudyInstanceUID) after the open one in the list; empty where none is known."""
    fetch: Callable[[str], Exam]
    """An exam's files and words, in a thread. Raises `NotFound`."""
    lane: Bridge
    """A thread for what is done ahead."""
    budget: Callable[[], int]
    """Bytes that the next exam's images may take beside the open one's; 0 for none."""
