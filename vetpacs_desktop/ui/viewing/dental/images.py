"""Which image of the exam shows which teeth: what people said of them first, then what their files say.

Files are read in a thread, once, and only those that may be dental films. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from vetpacs_desktop.jobs import CancelToken, Report
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.viewer.annotations import ImageRef
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.measure.veterinary.dental import Tooth
from vetpacs_desktop.viewer.mouth import Mouth
from vetpacs_desktop.viewer.mouth_words import teeth_of_file

FILMS = frozenset(("IO", "DX", "CR", "DR", "PX", "RG", "XC", "OT"))
MOST = 200
"""Films of a whole mouth are twenty; an exam of more is something else."""
Said = dict[str, tuple[Tooth, ...]]


class ToothImages:
    """Of one exam."""

    def __init__(self, exam: Exam) -> None:
        self._exam = exam
        self._said: Said = {}

    def read(self, bridge: Bridge, done: Callable[[], object]) -> None:
        """Ask the files, in a thread; `done` in the window's when all are read."""
        films = list(_films(self._exam))[:MOST]

        def work(_report: Report, cancel: CancelToken) -> Said:
            found: Said = {}
            for uid, path in films:
                cancel.check()
                if teeth := teeth_of_file(path):
                    found[uid] = teeth
            return found

        def learn(found: Said) -> None:
            self._said = found
            done()

        if films:
            bridge.start(work, learn, _lost)

    def teeth_on(self, mouth: Mouth, image: ImageRef | None) -> tuple[Tooth, ...]:
        """The teeth that an image shows, as far as anybody knows."""
        if image is None:
            return ()
        shown = mouth.shown_on(image)
        return shown.teeth if shown is not None else self._said.get(image.sop_uid, ())

    def images_of(self, mouth: Mouth, tooth: Tooth) -> tuple[ImageRef, ...]:
        """The images that show a tooth, those that people named first."""
        said = [one.image for one in mouth.shown if tooth in one.teeth]
        named = {one.image for one in mouth.shown}
        files = [ImageRef(uid) for uid, teeth in self._said.items() if tooth in teeth]
        return (*said, *(image for image in files if image not in named))


def _films(exam: Exam) -> Iterable[tuple[str, Path]]:
    for series in exam.series:
        if series.modality in FILMS:
            yield from zip(series.sop_uids, series.paths, strict=False)


def _lost(error: BaseException) -> None:
    """Unreadable files say nothing; anything else is a bug that must be seen. A stopped job is neither."""
    from vetpacs_desktop.errors import KnownError

    if not isinstance(error, KnownError):
        raise error
