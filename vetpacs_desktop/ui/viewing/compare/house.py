"""What comparing gets from the window: the animal's other exams, and one of them to show. Names no panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vetpacs_desktop.viewer.comparing import OtherExam
from vetpacs_desktop.viewer.exam import Exam


@dataclass(frozen=True, slots=True)
class CompareHouse:
    """Both are called in a thread and raise `KnownError`."""

    others: Callable[[str], Sequence[OtherExam]]
    """Of the animal of an exam, the newest first."""
    fetch: Callable[[str], Exam]
    """One exam to be shown."""
