"""The intake panel's desk: offers what is plugged in, opens the import assistant, corrects exams.

All the window knows of this panel. It watches mounts, and never takes the focus by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.store.intake.sources.mounts import Look, Medium, MediumKind, MountWatch
from vetpacs_desktop.store.records import StudyRow
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.house import Deed, House
from vetpacs_desktop.ui.intake import report
from vetpacs_desktop.ui.intake.assistant import ImportAssistant
from vetpacs_desktop.ui.intake.correct import CorrectDialog
from vetpacs_desktop.ui.intake.previews import Draw
from vetpacs_desktop.ui.intake.report import End, Outcome
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, PROBLEM, Notice


class IntakeDesk(QObject):
    """Made by the window; `draw` makes pictures of files, `look` lists the mounts (tests have their own)."""

    def __init__(
        self, house: House, draw: Draw, look: Look | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._house = house
        self._draw = draw
        self._jobs = Jobs(2)
        self._lane = Bridge(self._jobs, self)
        self.watch = MountWatch(look)
        self._assistants: list[ImportAssistant] = []
        self._endings: list[Callable[[], None]] = []
        self._offered: set[str] = set()
        """Tokens of the media that were offered and not looked at yet."""

    @property
    def assistant(self) -> ImportAssistant | None:
        """The assistant on the screen, else the newest."""
        visible = [one for one in self._assistants if one.isVisible()]
        found = visible or self._assistants
        return found[-1] if found else None

    def cards(self) -> Sequence[tuple[str, Card]]:
        return ()

    def deeds(self) -> Mapping[str, Deed]:
        return {"correct": self.correct}

    def start(self) -> None:
        self._endings = [
            self._lane.listen(self.watch.plugged, self._plugged),
            self._lane.listen(self.watch.pulled, self._pulled),
        ]
        self.watch.start()

    def stop(self) -> None:
        for end in self._endings:
            end()
        self.watch.stop()
        for one in self._assistants:
            one.close()
            one.stop()
        self._lane.close()
        self._jobs.close()

    def open_assistant(self, sources: Sequence[Path] = ()) -> None:
        """Show the import assistant; with `sources` it looks at once."""
        one = self._free_assistant()
        one.show_media(self._media())
        one.begin(sources)
        _show(one)

    def correct(self, studies: list[StudyRow]) -> None:
        """Say whose these exams are."""
        if studies:
            dialog = CorrectDialog(self._house, self._lane, studies, self._house.window)
            dialog.show()

    def _free_assistant(self) -> ImportAssistant:
        for one in self._assistants:
            if not one.course.busy and one.waits_for is None:
                return one
        made = ImportAssistant(self._house, self._lane, self._draw, self.watch.has, self._house.window)
        made.ended.connect(lambda outcome: self._ended(made, outcome))
        self._assistants.append(made)
        return made

    def _media(self) -> list[Medium]:
        """What is plugged in, without the disk that the library itself lives on."""
        root = self._house.app.home.root
        return [medium for medium in self.watch.known if not root.is_relative_to(medium.path)]

    def _plugged(self, medium: Medium) -> None:
        if self._house.app.home.root.is_relative_to(medium.path):
            return
        waiting = [one for one in self._assistants if one.medium_back(medium)]
        for one in self._assistants:
            one.show_media(self._media())
        if waiting:
            self._offer_going_on(waiting[0], medium)
        elif not any(one.isVisible() and one.page is one.source for one in self._assistants):
            self._offer(medium)

    def _offer(self, medium: Medium) -> None:
        self._offered.add(medium.token)
        act = (self.tr("Look for images"), lambda: self._take_up(medium))
        self._house.tell(Notice(GOOD, self._plugged_words(medium), action=act, stays=True))

    def _take_up(self, medium: Medium) -> None:
        self._offered.discard(medium.token)
        self.open_assistant([medium.path])

    def _offer_going_on(self, one: ImportAssistant, medium: Medium) -> None:
        if one.isVisible():
            return  # its own page offers it
        self._house.tell(
            Notice(
                GOOD,
                self.tr("“{name}” is back. Go on with the import where it stopped?").format(name=medium.name),
                action=(self.tr("Go on"), lambda: self._go_on(one)),
                stays=True,
                replaces=self._pulled_words(medium),
            )
        )

    def _go_on(self, one: ImportAssistant) -> None:
        _show(one)
        one.go_on()

    def _pulled(self, medium: Medium) -> None:
        for one in self._assistants:
            one.show_media(self._media())
            one.medium_pulled(medium)
        if medium.token not in self._offered:
            return
        self._offered.discard(medium.token)
        self._house.tell(
            Notice(
                GOOD,
                self.tr("“{name}” was taken out.").format(name=medium.name),
                replaces=self._plugged_words(medium),
            )
        )

    def _ended(self, one: ImportAssistant, outcome: Outcome) -> None:
        """An import whose assistant was closed says above the page what became of it."""
        if one.isVisible():
            return
        title, meaning = report.headline(outcome)
        if outcome.end is End.PULLED and one.waits_for is not None:
            self._house.tell(Notice(ATTENTION, self._pulled_words(one.waits_for), stays=True))
            return
        tone = {End.DONE: ATTENTION if outcome.missed else GOOD, End.STOPPED: ATTENTION}
        self._house.tell(
            Notice(
                tone.get(outcome.end, PROBLEM),
                f"{title}. {meaning}",
                action=(self.tr("Show"), lambda: _show(one)),
                stays=True,
            )
        )

    def _plugged_words(self, medium: Medium) -> str:
        disc = medium.kind is MediumKind.DISC
        text = self.tr("A disc “{name}” was put in. Look for images?")
        stick = self.tr("A stick “{name}” was plugged in. Look for images?")
        return (text if disc else stick).format(name=medium.name)

    def _pulled_words(self, medium: Medium) -> str:
        return self.tr(
            "“{name}” was taken out during the import. What was copied is safe; nothing is half there. "
            "Put it back, and the import goes on where it stopped."
        ).format(name=medium.name)


def _show(one: ImportAssistant) -> None:
    one.show()
    one.raise_()
    one.activateWindow()
