"""What somebody chose to let out: which pictures, how large, with what over them; and finding those pictures.

Values and pure functions for the dialogs and the jobs. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.output.cutting import Cutting, cutting_of
from vetpacs_desktop.viewer.comparing import own_sheet
from vetpacs_desktop.viewer.description import Medium
from vetpacs_desktop.viewer.labels import label_of
from vetpacs_desktop.viewer.output.painter import Over
from vetpacs_desktop.viewer.output.shots import Album, Reel, Shot, Stacks, Unit, all_stacks, units
from vetpacs_desktop.viewer.session import FrameStack
from vetpacs_desktop.viewer.state import ViewState


class Which(Enum):
    """Which pictures."""

    IMAGE = "image"
    KEYS = "keys"
    SERIES = "series"
    EXAM = "exam"


@dataclass(frozen=True, slots=True)
class Scene:
    """The reading page at the moment when somebody asked: later changes don't reach the job."""

    album: Album
    stacks: Stacks
    unit: Unit | None
    index: int
    quadruped: bool | None
    translate: Callable[[str], str]
    over: Over | None = None
    """Lays second series over pictures."""
    cutting: Cutting | None = None
    """What is on the screen where it lies in no file: a plane, a picture along a path, a body."""

    @property
    def shot(self) -> Shot | None:
        """The image on the screen."""
        if self.cutting is not None and self.unit is not None:
            return self.cutting.shot(self.album, self.unit, self.index)
        stack = self._stack
        if self.unit is None or stack is None or self.index >= len(stack.keys):
            return None
        return self.album.shot(self.unit, stack, self.index)

    @property
    def reel(self) -> Reel | None:
        """The stack on the screen as a film."""
        if self.cutting is not None and self.unit is not None:
            return self.cutting.reel(self.album, self.unit)
        stack = self._stack
        return self.album.reel(self.unit, stack) if self.unit is not None and stack is not None else None

    def counts(self) -> Mapping[Which, int]:
        """How many pictures each choice means, as far as is known now."""
        stacks = units(self.stacks)
        stills = {unit: 0 if stack.medium is Medium.FILM else len(stack.keys) for unit, stack in stacks}
        unknown = sum(
            len(series.paths) for n, series in enumerate(self.album.exam.series) if n not in self.stacks
        )
        return {
            Which.IMAGE: int(self.shot is not None),
            Which.KEYS: len(self.album.sheet.keys),
            Which.SERIES: self._in_series(stills),
            Which.EXAM: sum(stills.values()) + unknown,
        }

    def shots(self, which: Which, cancel: CancelToken) -> list[Shot]:
        """The pictures of a choice, in reading order; reads headers, so for a thread."""
        if which is Which.IMAGE:
            return [self.shot] if self.shot is not None else []
        if which is Which.SERIES and self.cutting is not None and self.unit is not None:
            return self.cutting.shots(self.album, self.unit)
        only = [self.unit[0]] if which is Which.SERIES and self.unit is not None else None
        stacks = all_stacks(self.album.exam, self.stacks, cancel, only)
        if which is Which.KEYS:
            return list(self.album.keys(stacks))
        found = units(stacks)
        if which is Which.SERIES:
            found = [(unit, stack) for unit, stack in found if unit == self.unit]
        return [shot for unit, stack in found for shot in self.album.shots(unit, stack)]

    def reels(self, which: Which, cancel: CancelToken) -> list[Reel]:
        """What can be played of a choice."""
        if which is not Which.EXAM:
            return [self.reel] if self.reel is not None else []
        stacks = all_stacks(self.album.exam, self.stacks, cancel)
        made = [self.album.reel(unit, stack) for unit, stack in units(stacks)]
        return [reel for reel in made if reel.moving and len(reel.shots) > 1]

    def words(self, which: Which) -> str:
        """What a choice is called: planes are not the images that they are cut from."""
        if self.cutting is not None and which is Which.IMAGE:
            return tr("This plane") if self.cutting.count > 1 else tr("This picture")
        if self.cutting is not None and which is Which.SERIES:
            return tr("All planes like this one")
        return {
            Which.IMAGE: tr("This image"),
            Which.KEYS: tr("The key images"),
            Which.SERIES: tr("This series"),
            Which.EXAM: tr("The whole exam"),
        }[which]

    def _in_series(self, stills: Mapping[Unit, int]) -> int:
        if self.cutting is not None:
            return self.cutting.count if self.cutting.count > 1 else 0
        return stills.get(self.unit, 0) if self.unit is not None else 0

    @property
    def _stack(self) -> FrameStack | None:
        if self.unit is None:
            return None
        stacks = self.stacks.get(self.unit[0], ())
        return stacks[self.unit[1]] if self.unit[1] < len(stacks) else None


def scene_of(controller: Controller, clinic: str, contact: str = "") -> Scene:
    """What is on the screen now, with every look that readers chose.

    Of the exam in the active viewport: what leaves the house carries that exam's own day, and pictures of
    two exams are never mixed under one label.
    """
    grid = controller.grid
    exam = controller.exam_of(grid.active)
    numbers = controller.exam.numbers_of(exam.study_uid)
    looks: dict[Unit, ViewState] = {}
    order = [number for number in range(len(grid.views)) if number != grid.active]
    for number in (*order, grid.active):  # the active one last: its look counts
        view = grid.views[number]
        if view.series is not None and view.series in numbers and not view.plane:
            looks[numbers.index(view.series), view.stack] = view
    active = grid.views[grid.active]
    series = active.series
    cutting = cutting_of(controller)
    sheet = own_sheet(controller.exam, exam, controller.marking.sheet)
    return Scene(
        album=Album(exam, label_of(exam, clinic, contact), sheet, looks),
        stacks={place: stacks for place, n in enumerate(numbers) if (stacks := controller.stacks(n))},
        unit=None if series is None or series not in numbers else (numbers.index(series), active.stack),
        index=cutting.view.index if cutting is not None else active.index,
        quadruped=grid.quadruped,
        translate=controller.translate,
        cutting=cutting,
        over=controller.fusions.copy(lambda number: exam.series[number].series_uid).over,
    )


def tr(text: str) -> str:
    """Words of this folder."""
    return QCoreApplication.translate("output", text)
