"""What happens to errors nobody expected: a report for support, a calm sentence for the person.

Installed once by the application; it must itself never raise.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QMessageLogContext, QtMsgType, qInstallMessageHandler

from vetpacs_desktop import log
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.ui.notices import PROBLEM, Notice

LOG = logging.getLogger(__name__)


class CrashHandler:
    """Turns exceptions of slots and threads into reports and sentences."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.tell: Callable[[Notice], object] = lambda _: None
        """Shows the sentence; called in whichever thread failed."""

    def install(self) -> None:
        """From now on nothing ends in a traceback that nobody sees."""
        sys.excepthook = self._uncaught
        threading.excepthook = self._thread_failed
        qInstallMessageHandler(_qt_said)

    def handle(self, error: BaseException) -> None:
        """Report a bug, or say what a known error says."""
        if isinstance(error, KnownError):
            self.tell(Notice(PROBLEM, error.sentence))
            return
        LOG.error("Unexpected: %s", type(error).__name__)
        text = QCoreApplication.translate(
            "crash",
            "Something in this window went wrong that should not have. Your images are safe and exams are "
            "still received. If it happens again, restart the program and send the report to support.",
        )
        self.tell(Notice(PROBLEM, text, self._report(error)))

    def _report(self, error: BaseException) -> str:
        try:
            path: Path | str = log.crash_report(self._home, error)
        except OSError:
            path = "?"
        return f"{type(error).__name__}\n{path}"

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, (KeyboardInterrupt, SystemExit)):
            sys.__excepthook__(kind, error, trace)
            QCoreApplication.quit()
            return
        self.handle(error.with_traceback(trace))

    def _thread_failed(self, failure: threading.ExceptHookArgs) -> None:
        if failure.exc_value is not None and failure.exc_type is not SystemExit:
            self.handle(failure.exc_value)


def _qt_said(kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
    """Qt's own warnings go to the diary; they name widgets and files, never animals."""
    level = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
    }.get(kind, logging.ERROR)
    logging.getLogger("qt").log(level, text)
