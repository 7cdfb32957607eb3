"""What this folder gets from the window: long jobs, notices, the clinic's name. Names no panel and no VTK."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from pydicom.dataset import Dataset

from vetpacs_desktop.ui.notices import Notice
from vetpacs_desktop.ui.transfers import Transfers
from vetpacs_desktop.viewer.exam import Exam


@dataclass(frozen=True, slots=True)
class OutputHouse:
    """The window's services."""

    transfers: Transfers
    """Long work that people see in the status strip and can stop."""
    tell: Callable[[Notice], object]
    clinic: Callable[[], str]
    """The clinic's name as it is set now; may be empty."""
    keep: Callable[[str, Iterable[Dataset]], Exam] | None = None
    """Files images that are made while they are asked for and answers the exam as it is then (in a thread);
    None where there is no library."""
    put_away: Callable[[str, Collection[str]], tuple[Exam, str]] | None = None
    """Moves images that were made here into the trash; answers the exam without them, and the entry there (in
    a thread)."""
    bring_back: Callable[[str, str], Exam] | None = None
    """Brings an entry of the trash back; answers the exam with its images (in a thread)."""
    contact: Callable[[], str] = str
    """Its address, telephone and mail in one line; may be empty."""
