"""The export command: exams, series or single images as picture files or films, labelled."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vetpacs_desktop.commands.answer import Answer, JsonValue
from vetpacs_desktop.errors import EXIT_DONE, EXIT_PARTLY, KnownError
from vetpacs_desktop.paths import Home

if TYPE_CHECKING:
    from vetpacs_desktop.app import App
    from vetpacs_desktop.store.records import StudyUID
    from vetpacs_desktop.viewer.output.delivery import Delivered, Delivery
    from vetpacs_desktop.viewer.output.files import Format
    from vetpacs_desktop.viewer.output.shots import Album, Reel, Shot

DISCS = ("dicomdir", "zip", "iso")
FORMATS = (*DISCS, "png", "jpeg", "mp4")
NOT_MOVING = "a film needs several images; use --format png or jpeg"
ONLY_MOVING = "there are no images, or only videos, which --format mp4 saves"


class FormatNotYet(KnownError):
    """Discs ({format}) are not written by this version yet; choose --format png, jpeg or mp4, or send the
    exam to another archive."""


class OptionNotYet(KnownError):
    """{option} goes with discs, which this version does not write yet; leave it out."""


class NotAFolder(KnownError):
    """{path} is a file; name a folder for the pictures, or for a single one a file that ends in {ending}."""


def export(arguments: Namespace, home: Home) -> Answer:
    """Write the files and tell how many, how large and how long; exit 1 when a picture could not be had."""
    from vetpacs_desktop.app import App

    if arguments.format in DISCS:
        raise FormatNotYet(format=arguments.format)
    for option in ("with_viewer", "deidentify"):
        if getattr(arguments, option):
            raise OptionNotYet(option="--" + option.replace("_", "-"))
    started = time.monotonic()
    app = App.open(home)
    try:
        done = _exported(app, arguments)
    finally:
        app.close()
    words = [f"{len(done.files)} files, {done.bytes:,} bytes, in {arguments.to}"]
    words += [f"Not saved: {name}: {reason}" for name, reason in done.refused]
    document: dict[str, JsonValue] = {
        "files": len(done.files),
        "bytes": done.bytes,
        "seconds": round(time.monotonic() - started, 3),
    }
    if done.refused:
        document["refused"] = [{"name": name, "reason": reason} for name, reason in done.refused]
    return Answer(document, "\n".join(words), EXIT_PARTLY if done.refused else EXIT_DONE)


def _exported(app: App, arguments: Namespace) -> Delivered:
    from vetpacs_desktop.viewer.output.delivery import NothingToSave
    from vetpacs_desktop.viewer.output.files import Format
    from vetpacs_desktop.viewer.render.canvas import Canvas

    format = Format(arguments.format)
    canvas = Canvas()
    try:
        work = [
            (_delivery(canvas, album, arguments), *chosen)
            for album, chosen in _chosen(app, arguments.uids, format)
        ]
        if not any(shots or reels for _, shots, reels in work):
            raise NothingToSave(reason=NOT_MOVING if format is Format.MP4 else ONLY_MOVING)
        return _deliver(work, Path(arguments.to), format)
    finally:
        canvas.close()


def _chosen(
    app: App, uids: Sequence[str], format: Format
) -> list[tuple[Album, tuple[list[Shot], list[Reel]]]]:
    """What of which exam: with its album the single pictures, or the films. Raises `NotFound`."""
    from vetpacs_desktop.jobs import CancelToken
    from vetpacs_desktop.viewer.labels import label_of
    from vetpacs_desktop.viewer.output.files import Format
    from vetpacs_desktop.viewer.output.shots import Album, all_stacks, units

    found = []
    for study, wanted in _wanted(app, uids).items():
        exam = app.exam(study)
        album = Album(exam, label_of(exam, app.settings.text("clinic.name")), exam.sheet)
        numbers = [n for n, one in enumerate(exam.series) if wanted.intersection(one.paths)]
        shots: list[Shot] = []
        reels: list[Reel] = []
        for unit, stack in units(all_stacks(exam, {}, CancelToken(), numbers)):
            if format is Format.MP4:
                reel = album.reel(unit, stack, wanted)
                reels += [reel] if len(reel.shots) > 1 else []
            else:
                shots += [shot for shot in album.shots(unit, stack) if shot.key.path in wanted]
        found.append((album, (shots, reels)))
    return found


def _wanted(app: App, uids: Sequence[str]) -> Mapping[StudyUID, set[Path]]:
    """The files of the identifiers, by exam."""
    wanted: dict[StudyUID, set[Path]] = {}
    for uid in uids:
        for row in app.library.locate(uid):
            if not row.conflict:
                wanted.setdefault(row.study_uid, set()).add(row.path)
    return wanted


def _delivery(canvas: object, album: Album, arguments: Namespace) -> Delivery:
    from vetpacs_desktop.viewer.output.delivery import Delivery
    from vetpacs_desktop.viewer.output.painter import Painter, Taste
    from vetpacs_desktop.viewer.render.canvas import Canvas
    from vetpacs_desktop.viewer.render.lettering import FreeTypeLettering
    from vetpacs_desktop.viewer.render.strip import labelled

    assert isinstance(canvas, Canvas)
    letters, words = FreeTypeLettering(), album.label.words()
    painter = Painter(canvas.draw, Taste(overlay=not arguments.plain), album.sheet)
    return Delivery(painter, lambda rgb: labelled(rgb, words, letters), album.label)


def _deliver(work: Sequence[tuple[Delivery, list[Shot], list[Reel]]], to: Path, format: Format) -> Delivered:
    from vetpacs_desktop.viewer.output.delivery import Delivered
    from vetpacs_desktop.viewer.output.files import free_name

    pieces = sum(len(shots) + len(reels) for _, shots, reels in work)
    alone = pieces == 1 and to.suffix.lower() in (format.ending, f".{format.value}") and not to.is_dir()
    if not alone and to.exists() and not to.is_dir():
        raise NotAFolder(path=to, ending=format.ending)
    done, taken = Delivered(), set[str]()
    for delivery, shots, reels in work:
        if alone and shots:
            return delivery.picture(shots[0], to, format)
        done = done.plus(delivery.pictures(shots, to, format, taken=taken))
        for reel in reels:
            path = to if alone else free_name(to, reel.name, format.ending, taken)
            done = done.plus(delivery.film(reel, path))
    return done
