"""Which pictures are meant: one, the key images, a series, an exam, each with its words and its name.

Reads headers where they are not known yet, never pixels. Videos are not taken apart into pictures here: they
leave as films.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import overload

from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.viewer.annotations import Sheet
from vetpacs_desktop.viewer.corner_texts import Place, Subject, subject_of
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import ImageDescription, Medium
from vetpacs_desktop.viewer.exam import Exam, ExamSeries
from vetpacs_desktop.viewer.labels import PictureLabel
from vetpacs_desktop.viewer.loading import FrameKey
from vetpacs_desktop.viewer.output.files import file_name
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.session import FrameStack, arranged
from vetpacs_desktop.viewer.state import ViewState, fit
from vetpacs_desktop.viewer.video.film import Film

Stacks = Mapping[int, tuple[FrameStack, ...]]
"""By the number of the series in the exam."""
Unit = tuple[int, int]
"""The number of a series, and of a stack in it."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture that is to leave the program."""

    key: FrameKey
    place: Place
    subject: Subject
    name: str
    """A file name without its ending."""
    state: ViewState = field(default_factory=ViewState)
    """How it is to be seen; always as a whole."""
    sop_uid: str = ""
    """Of its file, where the index knows it; marks are found by it."""


@dataclass(frozen=True, slots=True)
class Reel:
    """The pictures of one stack, which can be played one after another."""

    shots: Sequence[Shot]
    frame_ms: float
    name: str
    moving: bool
    """A cine or a video, rather than places that are leafed through."""


@dataclass(frozen=True, slots=True)
class Album:
    """What is exported of one exam: its words, its drawings, and the looks that readers chose."""

    exam: Exam
    label: PictureLabel
    sheet: Sheet = field(default_factory=Sheet)
    looks: Mapping[Unit, ViewState] = field(default_factory=dict)
    """By series and stack; the others are seen as they came."""

    def shot(self, unit: Unit, stack: FrameStack, index: int) -> Shot:
        """One picture of a stack."""
        series = self.exam.series[unit[0]]
        key = stack.keys[index]
        look = self.looks.get(unit, ViewState())
        return Shot(
            key=key,
            place=Place(index, len(stack.keys), stack.position(index), stack.note),
            subject=subject_of(self.exam, series),
            name=self._name(unit, index if len(stack.keys) > 1 else None),
            state=replace(fit(look), series=unit[0], stack=unit[1], index=index),
            sop_uid=_sop_uid(series, key.path),
        )

    def shots(self, unit: Unit, stack: FrameStack) -> tuple[Shot, ...]:
        """All pictures of a stack, in reading order; none of a video."""
        if stack.medium is Medium.FILM:
            return ()
        return tuple(self.shot(unit, stack, index) for index in range(len(stack.keys)))

    def reel(self, unit: Unit, stack: FrameStack, only: Collection[Path] | None = None) -> Reel:
        """A stack to be played, or what of it is in the files `only`."""
        shots: Sequence[Shot] = _LazyShots(self, unit, stack)
        if only is not None and stack.medium is Medium.IMAGES:
            shots = [shot for shot in shots if shot.key.path in only]
        elif only is not None and stack.keys[0].path not in only:
            shots = ()
        return Reel(
            shots,
            stack.frame_ms,
            self._name(unit, None),
            stack.is_cine or stack.medium is Medium.FILM,
        )

    def keys(self, stacks: Stacks) -> tuple[Shot, ...]:
        """The key images, in reading order."""
        found = []
        for unit, stack in units(stacks):
            series = self.exam.series[unit[0]]
            marked = {
                (path, key.image.frame)
                for key in self.sheet.keys
                if (path := _path_of(series, key.image.sop_uid)) is not None
            }
            if marked:
                found += [
                    self.shot(unit, stack, index)
                    for index, key in enumerate(stack.keys)
                    if (key.path, key.frame) in marked
                ]
        return tuple(found)

    def _name(self, unit: Unit, index: int | None) -> str:
        """``Bella 2026-07-04 2 Thorax lateral 003``: sorted by name they are in reading order."""
        series = self.exam.series[unit[0]]
        words = (
            self.label.animal or "animal",
            self.label.date,
            f"{unit[0] + 1:02}" if len(self.exam.series) > 1 else "",
            chr(ord("a") + unit[1]) if 0 < unit[1] < 26 else str(unit[1]) if unit[1] else "",
            series.description or series.modality,
            "" if index is None else f"{index + 1:03}",
        )
        return file_name(" ".join(word for word in words if word))


class _LazyShots(Sequence[Shot]):
    """An hour of video costs no more than one of its frames."""

    def __init__(self, album: Album, unit: Unit, stack: FrameStack) -> None:
        self._album, self._unit, self._stack = album, unit, stack

    def __len__(self) -> int:
        return len(self._stack.keys)

    @overload
    def __getitem__(self, index: int) -> Shot: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Shot, ...]: ...

    def __getitem__(self, index: int | slice) -> Shot | tuple[Shot, ...]:
        numbers = range(len(self))[index]
        if isinstance(numbers, range):
            return tuple(self._album.shot(self._unit, self._stack, number) for number in numbers)
        return self._album.shot(self._unit, self._stack, numbers)


def units(stacks: Stacks) -> list[tuple[Unit, FrameStack]]:
    """All stacks with their place, in reading order."""
    return [((series, n), stack) for series in sorted(stacks) for n, stack in enumerate(stacks[series])]


def all_stacks(exam: Exam, known: Stacks, cancel: CancelToken, only: Sequence[int] | None = None) -> Stacks:
    """The stacks of an exam's series in their true order; what is `known` to be final is not read again."""
    numbers = range(len(exam.series)) if only is None else only
    return {
        number: known[number]
        if known.get(number) and all(stack.final for stack in known[number])
        else arranged(exam.series[number], {}, cancel, _described)
        for number in numbers
    }


def _described(path: Path) -> ImageDescription:
    """With the number of frames that a video truly has: its header may only guess."""
    found = read_description(path)
    if found.medium is Medium.FILM and found.has_pixels:
        film = open_file(path)
        return film.exact_description() if isinstance(film, Film) else found
    return found


def _sop_uid(series: ExamSeries, path: Path) -> str:
    return series.sop_uids[series.paths.index(path)] if series.sop_uids and path in series.paths else ""


def _path_of(series: ExamSeries, sop_uid: str) -> Path | None:
    return series.paths[series.sop_uids.index(sop_uid)] if sop_uid in series.sop_uids else None
