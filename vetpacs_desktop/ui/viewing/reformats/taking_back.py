"""A picture that was made to be a key image goes into the trash with its mark, and comes back with it.

So undo takes back all that one key did, and redo makes it again; nothing is lost. What somebody drew on
stays. One job at a time, in a thread; what is wanted meanwhile is looked at when it is done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.output.house import OutputHouse
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.viewer.annotations import ImageRef, Sheet
from vetpacs_desktop.viewer.exam import Exam

tr = partial(QCoreApplication.translate, "viewing")


@dataclass(slots=True)
class _Made:
    """One picture that was made here."""

    study_uid: str
    entry: str = ""
    """Its place in the trash; empty while it is in the exam."""
    stuck: bool = False
    """It could not be moved; it stays where it is."""


class TakingBack:
    """Of one reading page; `take_in` brings a changed exam onto it."""

    def __init__(self, desk: Desk, house: OutputHouse, take_in: Callable[[Controller, Exam], object]) -> None:
        self._desk, self._house, self._take_in = desk, house, take_in
        self._made: dict[str, _Made] = {}
        self._busy = False

    def made(self, sop_uid: str, study_uid: str) -> None:
        """From now on this picture goes with its mark."""
        self._made[sop_uid] = _Made(study_uid)

    def forget(self) -> None:
        """The exam is closed: what is there stays."""
        self._made.clear()

    def follow(self, controller: Controller, sheet: Sheet) -> None:
        """The sheet is another one; the first picture that is not where it belongs is moved."""
        if self._busy or controller is not self._desk.controller():
            return
        for sop_uid, one in self._made.items():
            wanted = sheet.is_key(ImageRef(sop_uid)) or _is_drawn_on(sheet, sop_uid)
            if wanted == bool(one.entry) and not one.stuck:
                self._move(controller, sop_uid, one)
                return

    def _move(self, controller: Controller, sop_uid: str, one: _Made) -> None:
        put_away, bring_back = self._house.put_away, self._house.bring_back
        if put_away is None or bring_back is None:
            return
        study, entry = one.study_uid, one.entry

        def work(_report: object, _cancel: object) -> tuple[Exam, str]:
            return (bring_back(study, entry), "") if entry else put_away(study, (sop_uid,))

        self._busy = True
        self._desk.bridge.start(
            work, partial(self._moved, controller, one), partial(self._failed, controller, one)
        )

    def _moved(self, controller: Controller, one: _Made, found: tuple[Exam, str]) -> None:
        exam, one.entry = found
        self._busy = False
        if controller is not self._desk.controller():
            return
        self._take_in(controller, exam)
        words = tr("The key image is taken back; its picture lies in the trash until it is emptied.")
        self._desk.say(words if one.entry else tr("The key image and its picture are back."))
        self.follow(controller, controller.marking.kept)

    def _failed(self, controller: Controller, one: _Made, error: BaseException) -> None:
        self._busy, one.stuck = False, True
        if not isinstance(error, KnownError | OSError):
            raise error
        reason = error.sentence if isinstance(error, KnownError) else error.strerror or str(error)
        self._desk.say(tr("The picture of the key image stays where it is: {reason}").format(reason=reason))
        self.follow(controller, controller.marking.kept)


def _is_drawn_on(sheet: Sheet, sop_uid: str) -> bool:
    return any(one.image.sop_uid == sop_uid for one in sheet.annotations)
