"""Pictures and films to files: one job in the status strip, a sentence at the end, what failed by name.

One function an action. Decoding, labelling and writing run in the job's thread, drawing in the window's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import CancelToken, Report
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.viewing.lettering import QtLettering
from vetpacs_desktop.ui.viewing.marking.words import tr_measure
from vetpacs_desktop.ui.viewing.output.choice import Scene, Which, tr
from vetpacs_desktop.ui.viewing.output.drawing import WindowCanvas
from vetpacs_desktop.ui.viewing.output.house import OutputHouse
from vetpacs_desktop.viewer.output.delivery import Delivered, Delivery, NothingToSave
from vetpacs_desktop.viewer.output.files import QUALITY, Format, free_name
from vetpacs_desktop.viewer.output.painter import Painter, Taste
from vetpacs_desktop.viewer.render.strip import labelled


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be saved, and how."""

    which: Which
    format: Format
    target: Path
    """A file where it is one; else a folder."""
    alone: bool
    overlay: bool = True
    longest: int | None = None
    quality: int = QUALITY
    frame_ms: float | None = None
    """The pace of a film; None is its own."""


def save(house: OutputHouse, canvas: WindowCanvas, scene: Scene, wish: Wish) -> None:
    """Start the job."""
    title = tr("Saving a film") if wish.format is Format.MP4 else tr("Saving pictures")
    house.transfers.start(
        title,
        lambda report, cancel: deliver(canvas, scene, wish, report, cancel),
        partial(_done, house, wish),
        partial(failed, house),
    )


def deliver(canvas: WindowCanvas, scene: Scene, wish: Wish, report: Report, cancel: CancelToken) -> Delivered:
    """The work, in a thread."""
    painter = painter_for(canvas, scene, Taste(wish.overlay, wish.longest, scene.quadruped), cancel)
    label, letters = scene.album.label, QtLettering()
    words = label.words(scene.translate)
    delivery = Delivery(
        painter, lambda rgb: labelled(rgb, words, letters), label, scene.translate, report, cancel
    )
    if wish.format is Format.MP4:
        return _films(delivery, scene, wish, cancel)
    shots = scene.shots(wish.which, cancel)
    if not shots:
        raise NothingToSave(reason=tr("only videos, which are saved as a film"))
    if wish.alone:
        return delivery.picture(shots[0], wish.target, wish.format, wish.quality)
    return delivery.pictures(shots, wish.target, wish.format, wish.quality)


def painter_for(canvas: WindowCanvas, scene: Scene, taste: Taste, cancel: CancelToken) -> Painter:
    """A painter for a worker's thread that draws in the window's."""
    draw, sheet = canvas.for_worker(cancel), scene.album.sheet
    return Painter(draw, taste, sheet, scene.translate, tr_measure, scene.over, scene.cutting)


def failed(house: OutputHouse, error: BaseException) -> None:
    """The sentence of what went wrong; a bug is raised."""
    if isinstance(error, Cancelled):
        house.tell(Notice(ATTENTION, error.sentence))
    elif isinstance(error, KnownError):
        house.tell(Notice(PROBLEM, error.sentence))
    else:
        raise error


def _films(delivery: Delivery, scene: Scene, wish: Wish, cancel: CancelToken) -> Delivered:
    reels = scene.reels(wish.which, cancel)
    if not reels:
        raise NothingToSave(reason=tr("a film needs several images"))
    if wish.alone:
        return delivery.film(reels[0], wish.target, wish.frame_ms)
    done, taken = Delivered(), set[str]()
    for reel in reels:
        path = free_name(wish.target, reel.name, Format.MP4.ending, taken)
        done = done.plus(delivery.film(reel, path, wish.frame_ms if not reel.moving else None))
    return done


def _done(house: OutputHouse, wish: Wish, done: Delivered) -> None:
    if len(done.files) == 1:
        text = tr("Saved as {path}").format(path=done.files[0])
    else:
        text = tr("{n} files saved in {folder}").format(n=len(done.files), folder=wish.target)
    folder = done.files[0].parent if done.files else wish.target
    show = tr("Open the folder"), partial(_open, folder)
    if not done.refused:
        house.tell(Notice(GOOD, text, action=show))
        return
    missing = tr("{n} images could not be saved, for they can't be shown.").format(n=len(done.refused))
    details = "\n".join(f"{name}: {reason}" for name, reason in done.refused)
    house.tell(Notice(ATTENTION, f"{text}. {missing}", details, show if done.files else None))


def _open(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
