"""What leads from exam to exam: the list's neighbours for the reading page, and the exam a crash cut off.

Joins the list, the reading page and what is remembered of both. Decides nothing about pictures.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.app import App
from vetpacs_desktop.errors import KnownError, NotFound
from vetpacs_desktop.store.records import StudyRow, StudyUID
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.library.page import ExamsPage
from vetpacs_desktop.ui.notices import GOOD, Notice
from vetpacs_desktop.ui.viewing.resuming.house import ReadingHouse
from vetpacs_desktop.ui.viewing.resuming.pen import Pen
from vetpacs_desktop.viewer.exam import Exam

MIB = 1 << 20


class GoingOn:
    """Made once by the window."""

    def __init__(
        self,
        app: App,
        exams: ExamsPage,
        lane: Bridge,
        open_exam: Callable[[StudyUID], object],
        tell: Callable[[Notice], object],
        say: Callable[[str], object],
        withdraw: Callable[[str], object],
    ) -> None:
        """`withdraw` takes back a sentence that was told."""
        self._app = app
        self._exams = exams
        self._lane = lane
        self._open_exam = open_exam
        self._tell = tell
        self._say = say
        self._withdraw = withdraw
        self._offered: tuple[str, str] | None = None
        """The exam that was cut off, and the sentence that offers it."""
        self._pen = Pen(app.readings)
        exams.worklist.found.connect(self._open)
        exams.worklist.ended.connect(self._ended)

    def house(self) -> ReadingHouse:
        """What the reading page gets."""
        return ReadingHouse(
            pen=self._pen,
            go=self._exams.worklist.go,
            coming=self._exams.worklist.coming,
            fetch=lambda uid: self._app.exam(StudyUID(uid)),
            lane=self._lane,
            budget=self._budget,
        )

    def start(self, *, asked: bool) -> None:
        """Offer the exam that was open when the program was cut off, unless another one is asked for."""
        if not asked:
            self._lane.start(lambda _report, _cancel: self._cut_off(), self._offer, _quietly)

    def opened(self, exam: Exam) -> None:
        """An exam is on the screen."""
        if self._offered is not None and self._offered[0] == exam.study_uid:
            self._withdraw(self._offered[1])
            self._offered = None
        self._exams.worklist.opened(StudyUID(exam.study_uid))

    def close(self) -> None:
        """A proper end: nothing was cut off."""
        self._pen.open_now("")
        self._pen.close()

    def _budget(self) -> int:
        settings = self._app.settings
        return min(settings.number("viewer.ahead_mib"), settings.number("viewer.memory_mib")) * MIB

    def _open(self, study: StudyRow) -> None:
        self._exams.table.choose(study.study_uid)
        self._exams.worklist.opened(study.study_uid)  # the next key goes on from here, however quick
        self._open_exam(study.study_uid)

    def _ended(self, step: int, unread: bool) -> None:
        tr = QCoreApplication.translate
        if unread:
            words = tr("going_on", "No unread exam follows in this list.")
        elif step > 0:
            words = tr("going_on", "This is the last exam of this list.")
        else:
            words = tr("going_on", "This is the first exam of this list.")
        self._say(words)

    def _cut_off(self) -> StudyRow | None:
        """In a thread."""
        uid = self._app.readings.interrupted()
        try:
            return self._app.library.study(StudyUID(uid)) if uid else None
        except NotFound:
            return None

    def _offer(self, study: StudyRow | None) -> None:
        if study is None:
            return
        tr = QCoreApplication.translate
        if study.animal_name:
            words = tr("going_on", "You were reading {animal} when VetPACS was cut off.")
        else:
            words = tr("going_on", "You were reading an exam when VetPACS was cut off.")
        saved = tr("going_on", "What you drew is saved, and the pictures come back as you had them.")
        text = f"{words.format(animal=study.animal_name)} {saved}"
        act = (tr("going_on", "Go on"), lambda: self._open_exam(study.study_uid))
        self._offered = (study.study_uid, text)
        self._tell(Notice(GOOD, text, action=act, stays=True))


def _quietly(error: BaseException) -> None:
    """A library that can't be read just now says so in the list; there is no offer then."""
    if not isinstance(error, KnownError | OSError):
        raise error
