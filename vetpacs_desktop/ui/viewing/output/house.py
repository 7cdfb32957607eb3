"""What this folder gets from the window: long jobs, notices, the clinic's name. Names no panel and no VTK."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vetpacs_desktop.ui.notices import Notice
from vetpacs_desktop.ui.transfers import Transfers


@dataclass(frozen=True, slots=True)
class OutputHouse:
    """The window's services."""

    transfers: Transfers
    """Long work that people see in the status strip and can stop."""
    tell: Callable[[Notice], object]
    clinic: Callable[[], str]
    """The clinic's name as it is set now; may be empty."""
    contact: Callable[[], str] = str
    """Its address, telephone and mail in one line; may be empty."""
