"""The whole way of an export: shots to picture files, a reel to a film, with progress and a way to stop.

For a thread. A picture that can't be had is named with its reason and the others go on; a disk that is full
ends it. What was finished before somebody stopped is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vetpacs_desktop.errors import CannotDecode, KnownError, NotAnImage, PathMissing
from vetpacs_desktop.jobs import CancelToken, Progress, Report, ignore
from vetpacs_desktop.viewer.corner_texts import Translate, as_written
from vetpacs_desktop.viewer.labels import PictureLabel
from vetpacs_desktop.viewer.output.files import QUALITY, Format, free_name, save_picture
from vetpacs_desktop.viewer.output.movie import LONGEST_SIDE, rate_of, save_movie
from vetpacs_desktop.viewer.output.painter import Painter, Rgb, Underline
from vetpacs_desktop.viewer.output.shots import Reel, Shot

_LOST = (NotAnImage, CannotDecode, PathMissing)
STILL_RATE_MS = 100.0
"""The pace of images that are places, not moments, when nobody chose one."""


class NothingToSave(KnownError):
    """There is no picture here that could be saved ({reason})."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What an export left on the disk."""

    files: tuple[Path, ...] = ()
    bytes: int = 0
    refused: tuple[tuple[str, str], ...] = ()
    """Names of pictures that could not be had, and the sentence why."""

    def plus(self, other: Delivered) -> Delivered:
        """Both together."""
        return Delivered(self.files + other.files, self.bytes + other.bytes, self.refused + other.refused)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the files of one export are made."""

    painter: Painter
    underline: Underline
    label: PictureLabel
    translate: Translate = as_written
    report: Report = ignore
    cancel: CancelToken | None = None

    def picture(self, shot: Shot, path: Path, format: Format, quality: int = QUALITY) -> Delivered:
        """One picture to `path`. Raises what decoding and writing raise."""
        self._check()
        rgb = self.underline(self.painter.picture(shot))
        self._check()
        size = save_picture(rgb, path, self.label, format, quality=quality, translate=self.translate)
        return Delivered((path,), size)

    def pictures(
        self,
        shots: Sequence[Shot],
        folder: Path,
        format: Format,
        quality: int = QUALITY,
        taken: set[str] | None = None,
    ) -> Delivered:
        """Many pictures into a folder, under names that are free."""
        names = set() if taken is None else taken
        done = Delivered()
        for number, shot in enumerate(shots):
            self.report(Progress(number, len(shots)))
            path = free_name(folder, shot.name, format.ending, names)
            try:
                done = done.plus(self.picture(shot, path, format, quality))
            except _LOST as error:
                done = done.plus(Delivered(refused=((shot.name, error.sentence),)))
        self.report(Progress(len(shots), len(shots)))
        return done

    def film(self, reel: Reel, path: Path, frame_ms: float | None = None) -> Delivered:
        """A stack as a film, at its own pace or the given one. Raises `NothingToSave`, and like writing."""
        refused: list[tuple[str, str]] = []
        pace = frame_ms or (reel.frame_ms if reel.moving else STILL_RATE_MS)
        size = save_movie(
            self._frames(reel, refused),
            path,
            rate_of(pace),
            self.label,
            translate=self.translate,
            each=lambda number: self.report(Progress(number, len(reel.shots))),
        )
        return Delivered((path,), size, tuple(refused))

    def _frames(self, reel: Reel, refused: list[tuple[str, str]]) -> Iterator[Rgb]:
        """All of one size; a lost moment shows the one before, so that the pace stays true."""
        room, last, waiting = None, None, 0
        for shot in reel.shots:
            self._check()
            try:
                if room is None:
                    room = _film_room(self.painter, shot)
                last = self.underline(self.painter.picture(shot, room))
            except _LOST as error:
                refused.append((f"{shot.name} {shot.place.index + 1}", error.sentence))
                waiting += last is None
            if last is not None:
                for _ in range(1 + waiting):
                    yield last
                waiting = 0
        if last is None:
            raise NothingToSave(reason=refused[0][1].rstrip(".") if refused else "no images")

    def _check(self) -> None:
        if self.cancel is not None:
            self.cancel.check()


def _film_room(painter: Painter, shot: Shot) -> tuple[int, int]:
    """The size of the first picture, no larger than players like."""
    width, height = painter.size(shot, painter.load(shot))
    factor = min(1.0, LONGEST_SIDE / max(width, height))
    return max(2, round(width * factor)), max(2, round(height * factor))
