"""What leaves of a body: its picture, a film once around, a surface for a printer. Asks and says.

Films and surfaces are drawn by a process of their own, so that the body can be turned meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from threading import Event, Thread
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QDialog

from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import CancelToken, Progress, Report
from vetpacs_desktop.ui import ask
from vetpacs_desktop.ui.notices import GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.viewing.body.looked import LookedAt
from vetpacs_desktop.ui.viewing.body.surface_dialog import SurfaceDialog
from vetpacs_desktop.ui.viewing.lettering import QtLettering
from vetpacs_desktop.ui.viewing.output.house import OutputHouse
from vetpacs_desktop.ui.viewing.parts import Desk
from vetpacs_desktop.viewer.labels import PictureLabel, label_of
from vetpacs_desktop.viewer.output.files import Format, file_name, save_picture
from vetpacs_desktop.viewer.output.movie import LONGEST_SIDE, save_movie
from vetpacs_desktop.viewer.render.body_process import BodyProcess, NoBody
from vetpacs_desktop.viewer.render.strip import labelled
from vetpacs_desktop.viewer.volume.body import BodyState
from vetpacs_desktop.viewer.volume.surface_wish import SurfaceWish
from vetpacs_desktop.viewer.volume.volume import Volume
from vetpacs_desktop.viewer.volume.wish import Quality, wish_of

T = TypeVar("T")
ROUND = 180
"""Pictures of a film once around: two degrees each."""
RATE = Fraction(24)
STOPS_WITHIN = 0.2
"""Seconds."""
STILL_SIDE = 1600
"""Pixels that the shorter side of a saved picture at least has."""


class SurfaceNotSaved(KnownError):
    """The surface could not be saved. {reason}"""


class BodySaving(QObject):
    """Of one reading page."""

    def __init__(self, desk: Desk, house: OutputHouse | None) -> None:
        super().__init__(desk.page)
        self._desk, self._house = desk, house

    def still(self, body: LookedAt) -> None:
        """The picture as it stands, drawn anew and larger, with the label below."""
        width, height = body.size
        factor = max(1.0, STILL_SIDE / max(1, min(width, height)))
        size = round(width * factor), round(height * factor)
        path, label = self._path(Format.PNG.ending), self._label()
        if path is None or label is None or not width:
            return
        volume, state, letters = body.volume, body.state, QtLettering()
        words = label.words(self._translate())

        def work(_report: Report, _cancel: CancelToken) -> Path:
            rgb = drawn(volume, state, size)
            save_picture(labelled(rgb, words, letters), path, label, Format.PNG, translate=self._translate())
            return path

        self._run(self.tr("Saving the 3D picture"), work, self._saved)

    def film(self, body: LookedAt) -> None:
        """Once around the upright of the screen."""
        path, label = self._path(Format.MP4.ending), self._label()
        if path is None or label is None or not body.size[0]:
            return
        volume, state, letters = body.volume, body.state, QtLettering()
        words, size = label.words(self._translate()), film_size(*body.size)

        def work(report: Report, cancel: CancelToken) -> Path:
            frames = (labelled(rgb, words, letters) for rgb in around(volume, state, size, cancel))
            save_movie(
                frames,
                path,
                RATE,
                label,
                translate=self._translate(),
                each=lambda number: report(Progress(number, ROUND)),
            )
            return path

        self._run(self.tr("Saving a film"), work, self._saved)

    def surface(self, body: LookedAt) -> None:
        """What is denser than a threshold, as STL."""
        dialog = SurfaceDialog(body, self._desk.page)
        accepted, wish = dialog.exec() == QDialog.DialogCode.Accepted, dialog.wish
        dialog.deleteLater()
        path = self._path(".stl") if accepted else None
        if path is None:
            return
        volume, state = body.volume, body.state

        def work(_report: Report, cancel: CancelToken) -> dict[str, Any]:
            return surface_to(volume, state, wish, path, cancel)

        self._run(self.tr("Making a surface"), work, lambda said: self._surfaced(path, said))

    # --- inside -------------------------------------------------------------------------------------

    def _surfaced(self, path: Path, said: dict[str, Any]) -> None:
        x, y, z = said["size_mm"]
        words = self.tr("Saved as {path}: {cm3} cm\N{SUPERSCRIPT THREE}, {x:.0f} x {y:.0f} x {z:.0f} mm.")
        text = words.format(path=path, cm3=f"{said['cm3']:.4g}", x=x, y=y, z=z)
        if not said["closed"]:
            text += " " + self.tr("It has open edges: most printing programs can repair them.")
        self._tell(GOOD, text)

    def _saved(self, path: Path) -> None:
        self._tell(GOOD, self.tr("Saved as {path}").format(path=path))

    def _tell(self, kind: str, words: str) -> None:
        if self._house is not None:
            self._house.tell(Notice(kind, words))
        else:
            self._desk.say(words)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, KnownError):
            self._tell(PROBLEM if not isinstance(error, Cancelled) else GOOD, error.sentence)
        else:
            raise error

    def _run(self, title: str, work: Callable[[Report, CancelToken], T], done: Callable[[T], object]) -> None:
        if self._house is not None:
            self._house.transfers.start(title, work, done, self._failed)
        else:
            self._desk.bridge.start(work, done, self._failed)

    def _translate(self) -> Callable[[str], str]:
        return lambda text: QCoreApplication.translate("pictures", text)

    def _label(self) -> PictureLabel | None:
        controller = self._desk.controller()
        if controller is None:
            return None
        clinic = self._house.clinic() if self._house is not None else ""
        return label_of(controller.exam_of(controller.grid.active), clinic)

    def _path(self, ending: str) -> Path | None:
        label = self._label()
        if label is None:
            return None
        name = file_name(" ".join(part for part in (label.animal or "animal", label.date, "3D") if part))
        path = ask.for_saving(self._desk.page, self._desk.settings, name + ending)
        if path is None or path.suffix.lower() == ending:
            return path
        return path.with_name(path.name + ending)


def film_size(width: int, height: int) -> tuple[int, int]:
    """As on the screen, no larger than players like, with even sides."""
    factor = min(1.0, LONGEST_SIDE / max(width, height))
    return max(2, round(width * factor) // 2 * 2), max(2, round(height * factor) // 2 * 2)


def drawn(volume: Volume, state: BodyState, size: tuple[int, int]) -> NDArray[np.uint8]:
    """One fine picture, (height, width, 3), waited for."""
    process = BodyProcess(volume)
    try:
        return process.picture(wish_of(state, *size, quality=Quality.FINEST))
    finally:
        process.close()


def around(
    volume: Volume, state: BodyState, size: tuple[int, int], cancel: CancelToken, count: int = ROUND
) -> Iterator[NDArray[np.uint8]]:
    """The pictures of one turn, made as they are wanted."""
    process = BodyProcess(volume)
    try:
        for number in range(count):
            cancel.check()
            camera = state.camera.turned(360 / count * number, 0.0)
            yield process.picture(wish_of(replace(state, camera=camera), *size, quality=Quality.FINEST))
    finally:
        process.close()


def surface_to(
    volume: Volume, state: BodyState, wish: SurfaceWish, path: Path, cancel: CancelToken
) -> dict[str, Any]:
    """Writes the STL of what is not cut away; what is said of it. Raises `SurfaceNotSaved`."""
    process, part = BodyProcess(volume), path.with_name(path.name + ".part")
    over = Event()
    Thread(target=_watch, args=(process, cancel, over), name="surface-watch", daemon=True).start()
    try:
        said = process.surface(wish.document(state.clip, state.edits, part))
        if "problem" in said:
            raise SurfaceNotSaved(reason=said["problem"])
        part.replace(path)
        return said
    except NoBody:
        cancel.check()
        raise
    except OSError as error:
        raise SurfaceNotSaved(reason=error.strerror or str(error)) from error
    finally:
        over.set()
        process.close()
        part.unlink(missing_ok=True)


def _watch(process: BodyProcess, cancel: CancelToken, over: Event) -> None:
    """Somebody may stop it in its middle."""
    while not over.wait(STOPS_WITHIN):
        if cancel.cancelled:
            process.close()
            return
