"""Joins the animal's other exams to the page: F4, the menu, bringing an exam beside the current one and back.

The exam that is read always comes first: what another one needs is asked for when the current pictures are
there. Must never show an exam of another animal; the controller refuses it, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMenu

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken, Report
from vetpacs_desktop.ui.actions import make_action
from vetpacs_desktop.ui.actions import words as words_of_row
from vetpacs_desktop.ui.viewing.compare import hanging
from vetpacs_desktop.ui.viewing.compare.house import CompareHouse
from vetpacs_desktop.ui.viewing.compare.reading import Readings
from vetpacs_desktop.ui.viewing.compare.rows import COMPARE
from vetpacs_desktop.ui.viewing.compare.scale import in_one_scale
from vetpacs_desktop.ui.viewing.compare.words import compared, line_of, nothing_before, offer, tr
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.ui.viewing.volumes.returning import with_images
from vetpacs_desktop.viewer.comparing import OtherExam
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.state import GridState

LOOK_AFTER_MS = 600
"""The list of other exams is asked for when the first images are there."""


class CompareDesk:
    """One of each reading page; see `parts.Part`."""

    def __init__(
        self,
        desk: Desk,
        readings: Readings,
        newest: Callable[[Exam], Exam],
        leave: Callable[[Controller, Exam], object],
        changed: Callable[[], object],
        house: CompareHouse | None,
    ) -> None:
        """`newest` gives an exam its drawings as they stand, `leave` hears of one that goes from the page,
        `changed` that others are on it."""
        self._desk, self._readings, self._house = desk, readings, house
        self._newest, self._leave, self._changed = newest, leave, changed
        self._others: tuple[OtherExam, ...] | None = None
        self._wished = False
        """Somebody waits for the list to compare."""
        self._all = False
        """All views are compared, rather than one."""
        self._coming: set[str] = set()
        self._before: GridState | None = None
        self._read: int | None = None
        """The series at the left, which the right picture follows."""
        self._later = QTimer(desk.page, singleShot=True, interval=LOOK_AFTER_MS)
        self._later.timeout.connect(self._look)
        slots = (self.toggle, self.older, self.all_views, self.one_scale)
        self.actions = [make_action(desk.page, row, slot) for row, slot in zip(COMPARE, slots, strict=True)]
        self.menu = QMenu(tr("Earlier exams"), desk.bar)
        self.menu.setObjectName("earlier_exams")
        self.menu.aboutToShow.connect(self._fill)
        desk.bar.layout_menu.addSeparator()
        desk.bar.layout_menu.addActions(self.actions)
        desk.bar.layout_menu.addMenu(self.menu)

    # --- a part of the page -------------------------------------------------------------------------

    def opened(self, controller: Controller) -> None:
        """See `Part`."""
        self._others, self._before, self._read = None, None, None
        self._wished = self._all = False
        self._coming.clear()
        if self._house is not None:
            self._later.start()

    def begin(self, controller: Controller) -> bool:
        """See `Part`; what is beside comes after the first images of the exam that is read."""
        return False

    def closed(self) -> None:
        """See `Part`."""
        self._later.stop()
        self._readings.close()
        self._others, self._before, self._read = None, None, None
        self._coming.clear()

    def refresh(self) -> None:
        """See `Part`."""
        controller = self._desk.controller()
        comparing = controller is not None and bool(controller.exam.beside)
        before, older = self.actions[:2]
        before.setEnabled(controller is not None)
        older.setEnabled(comparing)
        before.setText(tr("This exam alone") if comparing else words_of_row(COMPARE[0]))
        self.menu.menuAction().setEnabled(controller is not None)
        if controller is not None and comparing:
            self._follow(controller)

    # --- what a person does -------------------------------------------------------------------------

    def toggle(self) -> None:
        """The exam before beside this one, or this one alone again."""
        controller = self._desk.controller()
        if controller is None:
            return
        if controller.exam.beside:
            self.end()
        elif self._others is None:
            self._wished = True
            self._look()
        else:
            self._compare(controller)

    def older(self) -> None:
        """An older exam of the animal in the place of the oldest one on the page."""
        controller = self._desk.controller()
        if controller is None or not controller.exam.beside or self._others is None:
            return
        shown = {one.study_uid for one in controller.exam.exams}
        oldest = controller.exam.beside[-1]
        moments = (oldest.study_date, oldest.study_time)
        older = [
            one
            for one in self._others
            if one.earlier and one.study_uid not in shown and (one.study_date, one.study_time) < moments
        ]
        if older:
            self.bring([older[0].study_uid], instead_of=oldest.study_uid)
        else:
            self._desk.say(tr("There is no older exam of this animal here."))

    def all_views(self) -> None:
        """All views of the exam that is read above those of the exam before; again: one beside one."""
        controller = self._desk.controller()
        if controller is None:
            return
        self._all = not (self._all and controller.exam.beside)
        if controller.exam.beside:
            self._hang(controller)
        else:
            self.toggle()

    def one_scale(self) -> None:
        """What looks larger is larger."""
        controller = self._desk.controller()
        if controller is not None:
            self._desk.say(in_one_scale(controller))

    def bring(self, study_uids: Sequence[str], instead_of: str = "") -> None:
        """Put exams of the same animal beside the one that is read."""
        controller, house = self._desk.controller(), self._house
        if controller is None or house is None:
            return
        for uid in study_uids:
            if uid not in self._coming:
                self._coming.add(uid)
                self._desk.bridge.start(
                    partial(_fetched, house, uid),
                    partial(self._came, controller, instead_of),
                    partial(self._failed, controller, uid),
                )

    def put(self, controller: Controller, exams: Sequence[Exam]) -> None:
        """Exams that are at hand already go beside the one that is read, once that is on the screen."""
        for exam in exams:
            self._came(controller, "", exam)

    def end(self) -> None:
        """The exam that is read alone, as it was seen before."""
        controller = self._desk.controller()
        if controller is None:
            return
        before = self._before
        self._before = self._read = None
        self._all = False
        for exam in controller.exam.beside:
            self._take_away(controller, exam)
        if before is not None:
            controller.put_grid(hanging.back(before, controller.grid, controller.exam))

    # --- inside ---------------------------------------------------------------------------------------

    def _look(self) -> None:
        controller, house = self._desk.controller(), self._house
        if controller is None:
            return
        if house is None or not controller.exam.animal_id:
            self._listed(controller, ())
            return
        study = controller.exam.study_uid
        self._desk.bridge.start(
            lambda _report, _cancel: tuple(house.others(study)),
            partial(self._listed, controller),
            partial(self._failed, controller, ""),
        )

    def _listed(self, controller: Controller, others: tuple[OtherExam, ...]) -> None:
        if controller is not self._desk.controller():
            return
        first = self._others is None
        self._others = others
        best = next((one for one in others if one.best), None)
        if self._wished:
            self._wished = False
            self._compare(controller)
        elif first and best is not None and not controller.exam.beside and not controller.marking.tool:
            self._desk.say(offer(best, controller.exam))

    def _compare(self, controller: Controller) -> None:
        best = next((one for one in self._others or () if one.best), None)
        if best is None:
            self._desk.say(nothing_before(controller.exam, self._others or ()))
        else:
            self.bring([best.study_uid])

    def _came(self, controller: Controller, instead_of: str, exam: Exam) -> None:
        self._coming.discard(exam.study_uid)
        if controller is not self._desk.controller():
            return
        if len(controller.exam.beside) >= hanging.MOST and not instead_of:
            self._desk.say(tr("Four exams fit side by side; take one away first."))
            return
        if not controller.exam.beside:
            self._before = controller.grid
        gone = next((one for one in controller.exam.beside if one.study_uid == instead_of), None)
        try:
            controller.put_beside(self._newest(exam))
        except KnownError as error:
            self._desk.say(error.sentence)
            return
        if gone is not None:
            self._take_away(controller, gone)
        self._hang(controller)
        self._desk.say(compared())
        self._readings.read(controller, exam)
        self._changed()

    def _take_away(self, controller: Controller, exam: Exam) -> None:
        self._leave(controller, exam)
        self._readings.take_away(controller, exam.study_uid)
        self._changed()

    def _hang(self, controller: Controller) -> None:
        # Images beside images: a plane has no counterpart in an exam whose volume nobody put together.
        page, now = controller.exam, with_images(controller, controller.grid)
        if self._all:
            self._read = None  # every view has its match already
            controller.put_grid(hanging.below(page, self._before or now, now))
        else:
            grid = hanging.beside(page, now)
            self._read = grid.views[0].series
            controller.put_grid(grid)

    def _follow(self, controller: Controller) -> None:
        """Another view at the left: the pictures at the right show the same one."""
        grid = controller.grid
        read = grid.views[0]
        if read.series is None or read.series == self._read or self._read is None:
            return
        if read.series not in controller.exam.numbers_of(controller.exam.study_uid):
            return
        self._read = read.series
        for number, view in enumerate(grid.views[1:], 1):
            other = controller.exam_of(number)
            if view.series is not None and other.study_uid != controller.exam.study_uid:
                wished = hanging.hung(controller.exam, other, read)
                if wished.series is not None and wished.series != view.series:
                    controller.show(number, wished.series, wished.stack)

    def _failed(self, controller: Controller, uid: str, error: BaseException) -> None:
        self._coming.discard(uid)
        if not isinstance(error, KnownError):
            raise error
        if controller is self._desk.controller():
            self._wished = False
            self._desk.say(error.sentence)

    # --- the menu -------------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Made anew whenever it opens."""
        menu, controller = self.menu, self._desk.controller()
        menu.clear()
        if controller is None:
            return
        if self._others is None:
            self._look()
            menu.addAction(tr("One moment...")).setEnabled(False)
            return
        self._look()  # for the next time: exams arrive while one reads
        earlier = [one for one in self._others if one.earlier]
        later = [one for one in self._others if not one.earlier]
        self._add(menu, controller, earlier)
        if not earlier:
            menu.addAction(nothing_before(controller.exam, self._others)).setEnabled(False)
        if later:
            menu.addSeparator()
            menu.addAction(tr("Later, or without a date")).setEnabled(False)
            self._add(menu, controller, later)

    def _add(self, menu: QMenu, controller: Controller, others: Sequence[OtherExam]) -> None:
        shown = {one.study_uid for one in controller.exam.beside}
        for other in others:
            action = menu.addAction(line_of(other, controller.exam))
            action.setObjectName(f"exam_{other.study_uid}")
            action.setCheckable(True)
            action.setChecked(other.study_uid in shown)
            action.triggered.connect(partial(self._chosen, other.study_uid))

    def _chosen(self, study_uid: str, _checked: bool = False) -> None:
        controller = self._desk.controller()
        if controller is None:
            return
        shown = next((one for one in controller.exam.beside if one.study_uid == study_uid), None)
        if shown is None:
            self.bring([study_uid])
        elif len(controller.exam.beside) == 1:
            self.end()
        else:
            self._take_away(controller, shown)
            self._hang(controller)


def _fetched(house: CompareHouse, uid: str, _report: Report, _cancel: CancelToken) -> Exam:
    """In a thread."""
    return house.fetch(uid)
