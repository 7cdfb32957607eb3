"""The desk of what is kept: the trash, files that were set aside, images that came twice.

All the window knows of this panel. It looks at the library in a thread of its own and decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, QTimer

from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.store.kept.retention import Policy
from vetpacs_desktop.store.records import SeriesRow, StudyRow, StudyUID
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.house import Deed, House
from vetpacs_desktop.ui.kept.cards import KeptNow, SetAsideCard, TrashCard
from vetpacs_desktop.ui.kept.compare_dialog import CompareDialog
from vetpacs_desktop.ui.kept.frame import KeptDialog
from vetpacs_desktop.ui.kept.images_dialog import ImagesDialog
from vetpacs_desktop.ui.kept.pictures import Draw
from vetpacs_desktop.ui.kept.rules_dialog import RulesDialog
from vetpacs_desktop.ui.kept.set_aside_dialog import SetAsideDialog
from vetpacs_desktop.ui.kept.trash_dialog import TrashDialog
from vetpacs_desktop.ui.notices import PROBLEM, Notice
from vetpacs_desktop.ui.operations import trashing

LOOK_MS = 4000
"""How often the cards look at what waits; a count costs well under a millisecond."""


class KeptDesk(QObject):
    """Made by the window; `draw` makes pictures of files."""

    def __init__(self, house: House, draw: Draw, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._house = house
        self._draw = draw
        self._library = house.app.library
        self._jobs = Jobs(2)
        self._lane = Bridge(self._jobs, self)
        self._looking = False
        self.set_aside_card = SetAsideCard()
        self.trash_card = TrashCard()
        self.trash_card.show_policy(self._policy())
        self.trash_card.open.clicked.connect(self.open_trash)
        self.trash_card.rules.clicked.connect(self.open_rules)
        self.set_aside_card.files.clicked.connect(self.open_set_aside)
        self.set_aside_card.versions.clicked.connect(lambda: self.open_compare())
        self.trash: TrashDialog | None = None
        self.set_aside: SetAsideDialog | None = None
        self.compare: CompareDialog | None = None
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)

    def cards(self) -> Sequence[tuple[str, Card]]:
        return (("set_aside", self.set_aside_card), ("trash", self.trash_card))

    def deeds(self) -> Mapping[str, Deed]:
        return {"delete": self.delete, "settle": self.settle}

    def start(self) -> None:
        self.look()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        for dialog in (self.trash, self.set_aside, self.compare):
            if dialog is not None:
                dialog.close()
        self._lane.close()
        self._jobs.close()

    def delete(self, studies: list[StudyRow]) -> None:
        """Move exams to the trash."""
        if studies:
            trashing.move_exams(
                self._library.trash, self._house.transfers, studies, self._house.tell, self._changed
            )

    def delete_series(self, series: SeriesRow) -> None:
        """Move one series to the trash."""
        trashing.move_series(
            self._library.trash,
            self._house.transfers,
            series.study_uid,
            series.series_uid,
            self._house.tell,
            self._changed,
        )

    def choose_images(self, series: SeriesRow) -> None:
        """Let somebody choose images of a series that go to the trash."""
        _show(
            ImagesDialog(
                self._library,
                self._library.trash,
                series,
                self._lane,
                self._house.transfers,
                self._draw,
                self._changed,
                self._house.window,
            )
        )

    def settle(self, studies: list[StudyRow]) -> None:
        """Compare the versions of an exam's images."""
        if studies:
            self.open_compare(studies[0].study_uid)

    def open_trash(self) -> None:
        """Show the trash."""
        if self.trash is None:
            self.trash = TrashDialog(
                self._library.trash,
                self._lane,
                self._house.transfers,
                self._draw,
                self._changed,
                self._house.window,
            )
            self.trash.rules_button.clicked.connect(self.open_rules)
        self.trash.show_policy(self._policy())
        _show(self.trash)

    def open_set_aside(self) -> None:
        """Show the files that could not be filed."""
        if self.set_aside is None:
            self.set_aside = SetAsideDialog(
                self._library.set_aside,
                self._library.trash,
                self._lane,
                self._house.transfers,
                self._draw,
                self._changed,
                self._house.window,
            )
        _show(self.set_aside)

    def open_compare(self, uid: StudyUID | None = None) -> None:
        """Show the images that came twice, those of an exam first."""
        if self.compare is None:
            self.compare = CompareDialog(
                self._library.conflicts,
                self._lane,
                self._house.transfers,
                self._draw,
                self._changed,
                self._house.window,
            )
        self.compare.show_exam(uid)
        _show(self.compare)

    def open_rules(self) -> None:
        """Let the admin say how long things are kept."""
        parent = self.trash if self.trash is not None and self.trash.isVisible() else self._house.window
        dialog = RulesDialog(self._policy(), self._library.retention.plan, self._lane, parent)
        dialog.accepted.connect(lambda: self._keep_rules(dialog.policy()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def look(self) -> None:
        """Count what waits, for the cards; only one count at a time."""
        if not self._looking:
            self._looking = True
            self._lane.start(lambda _report, _cancel: self._count(), self._counted, self._not_counted)

    def _count(self) -> KeptNow:
        """In the thread."""
        library = self._library
        return KeptNow(*library.set_aside.tally(), *library.conflicts.count(), *library.trash.amount())

    def _counted(self, now: KeptNow) -> None:
        self._looking = False
        self.set_aside_card.show_now(now)
        self.trash_card.show_now(now)

    def _not_counted(self, error: BaseException) -> None:
        self._looking = False
        if not isinstance(error, OSError | KnownError):  # a list that is being made anew, for example
            raise error

    def _changed(self) -> None:
        self._house.library_changed()
        self.look()
        for dialog in (self.trash, self.set_aside, self.compare):
            if isinstance(dialog, KeptDialog) and dialog.isVisible():
                dialog.refresh()

    def _policy(self) -> Policy:
        return Policy.of(self._house.app.settings)

    def _keep_rules(self, policy: Policy) -> None:
        app = self._house.app
        chosen = app.settings.with_values(
            {
                "trash.empty_after_days": policy.empty_after_days,
                "trash.empty_unproved": policy.empty_unproved,
                "retention.exam_years": policy.exam_years,
            }
        )
        try:
            settings_file.save(chosen, app.home.settings)
        except OSError as error:
            text = self.tr("The rules could not be saved; nothing was changed. Is the disk full?")
            self._house.tell(Notice(PROBLEM, text, str(error)))
            return
        app.settings = chosen
        self.trash_card.show_policy(policy)
        if self.trash is not None:
            self.trash.show_policy(policy)


def _show(dialog: KeptDialog) -> None:
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
