"""What a person hears when something that was started in a list could not be done: a notice, never a crash.

A bug is no such thing: it is raised again, for the window's own report.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.errors import Cancelled, KnownError, NotFound
from vetpacs_desktop.ui.notices import ATTENTION, PROBLEM, Notice

Tell = Callable[[Notice], object]


def failures(tell: Tell, done: Callable[[], object], gone: str) -> Callable[[BaseException], None]:
    """What a transfer calls with its error; `gone` is said of what is not there any more."""

    def failed(error: BaseException) -> None:
        if isinstance(error, Cancelled):
            tell(Notice(ATTENTION, error.sentence))
        elif isinstance(error, NotFound):
            tell(Notice(ATTENTION, gone))
        elif isinstance(error, KnownError):
            tell(Notice(PROBLEM, error.sentence))
        elif isinstance(error, OSError):
            refused = QCoreApplication.translate("telling", "The disk refused; nothing was lost. Try again.")
            tell(Notice(PROBLEM, refused, str(error)))
        else:
            raise error
        done()

    return failed
