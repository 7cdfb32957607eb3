"""Opening a library whose index can't be read: an offer to restore it from the image files, with progress.

A person who starts the program from an icon sees no terminal; without this they would see nothing at all.
It never deletes anything: the unreadable index is set aside by `store.rebuild`.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QCoreApplication, QEventLoop
from PySide6.QtWidgets import QApplication, QProgressDialog

from vetpacs_desktop.app import App
from vetpacs_desktop.errors import KnownError, LibraryDamaged
from vetpacs_desktop.jobs import Jobs, Progress
from vetpacs_desktop.paths import Home
from vetpacs_desktop.service import ServiceChild
from vetpacs_desktop.store.recovery.rebuild import rebuild
from vetpacs_desktop.ui import ask, theme
from vetpacs_desktop.ui.bridge import Bridge


def opened(home: Home) -> App | None:
    """The program for `home`; None when its index is damaged and the person chose to leave it so.

    Any other known error is shown in a box and raised again for the command line.
    """
    try:
        return App.open(home)
    except LibraryDamaged as damage:
        _dress()
        if not _wants_rebuild(damage):
            return None
    except KnownError as error:
        _dress()
        ask.tell_problem(None, error.sentence)
        raise
    return _rebuilt(home)


def _wants_rebuild(damage: LibraryDamaged) -> bool:
    question = _tr(
        "The list of exams can't be read. No image is lost: the list can be made anew from the image files, "
        "and the unreadable one is kept beside it.\n\n{reason}"
    )
    return ask.may(
        None,
        question.format(reason=damage.sentence),
        yes=_tr("Make the list anew"),
        no=_tr("Leave it and close"),
    )


def _rebuilt(home: Home) -> App:
    """Rebuild with a progress box, then open. What fails is shown and raised."""
    jobs = Jobs(1)
    bridge = Bridge(jobs)
    loop = QEventLoop()
    failures: list[BaseException] = []
    box = QProgressDialog(_tr("Making the list of exams anew..."), _tr("Cancel"), 0, 0)
    box.setMinimumDuration(0)

    def show(progress: Progress) -> None:
        box.setMaximum(progress.total or 0)
        box.setValue(progress.done)

    def failed(error: BaseException) -> None:
        failures.append(error)
        loop.quit()

    try:
        # The receiver holds the index open; what it acknowledged waits in the spool.
        ServiceChild(home).stop()
        job = bridge.start(
            lambda report, cancel: rebuild(home, report, cancel), lambda _: loop.quit(), failed, show
        )
        box.canceled.connect(job.cancel)
        loop.exec()
    finally:
        box.close()
        bridge.close()
        jobs.close()
    if failures:
        if isinstance(failures[0], KnownError):
            ask.tell_problem(None, failures[0].sentence)
        raise failures[0]
    return App.open(home)


def _dress() -> None:
    """A QApplication in the program's own look; the settings may be what can't be read."""
    existing = QApplication.instance()
    theme.apply(existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1]), theme.DARK)


def _tr(text: str) -> str:
    return QCoreApplication.translate("rescue", text)
