"""Keeps alignments that a reader accepted as DICOM Spatial Registrations in the home folder, and reads them.

Files are read and written in threads; the window never waits for them.
"""

from __future__ import annotations

from pathlib import Path

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.viewer.standard.spatial_registration import (
    Registered,
    drop_registration,
    keep_registration,
    read_registrations,
)
from vetpacs_desktop.viewer.volume.rigid import Rigid


class Keeping:
    """Of one page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._folder = Home(Path(desk.settings.fileName()).parent).alignments

    def read(self, controller: Controller) -> None:
        """Alignments of this exam count as soon as they are read."""
        study = controller.exam.study_uid

        def done(found: list[Registered]) -> None:
            for one in found:
                controller.fusions.accept(one.start, one.end, one.rigid)

        self._desk.bridge.start(lambda _report, _cancel: read_registrations(self._folder, study), done)

    def keep(self, controller: Controller, path: Path, start: str, end: str, rigid: Rigid) -> None:
        """Write it; `path` is an image of the exam, from which the document takes whose it is."""
        one = Registered(start, end, rigid)
        study = controller.exam.study_uid
        self._desk.bridge.start(
            lambda _report, _cancel: keep_registration(self._folder, study, path, one),
            lambda _: None,
            self._failed,
        )

    def drop(self, start: str, end: str) -> None:
        """It was taken back."""
        self._desk.bridge.start(
            lambda _report, _cancel: drop_registration(self._folder, start, end), lambda _: None, self._failed
        )

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, KnownError):
            raise error
        self._desk.say(error.sentence)
