"""The door of this room: foreign files in, DICOM files out, and a sentence for each that can't be taken.

Nothing is filed here; the results are imported like any other files, and removed by whoever asked for them.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vetpacs_desktop.errors import DiskFull
from vetpacs_desktop.jobs import CancelToken, Progress, Report, ignore
from vetpacs_desktop.store.intake.foreign.documents import convert_document
from vetpacs_desktop.store.intake.foreign.pictures import Job, Made, convert_picture
from vetpacs_desktop.store.intake.foreign.recognise import Format, Refused
from vetpacs_desktop.store.intake.foreign.source import Source, look_at
from vetpacs_desktop.store.intake.foreign.subject import Subject
from vetpacs_desktop.store.intake.foreign.video import convert_video


@dataclass(frozen=True, slots=True)
class Converted:
    """One DICOM file and the file it was made from; a file of unlike pages becomes several."""

    path: Path
    source: Path
    sop_uid: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """What became of the files, in their order."""

    converted: tuple[Converted, ...]
    refused: tuple[tuple[Path, str], ...]
    """Files that could not be taken, with the reason as a sentence."""


def convert(
    paths: Sequence[Path],
    subject: Subject,
    out_folder: Path,
    report: Report = ignore,
    cancel: CancelToken | None = None,
) -> Conversion:
    """Make DICOM files of `paths` in `out_folder`.

    The same files for the same subject give the same bytes. Raises `Cancelled` and `DiskFull`; whole files
    made until then stay, half ones never do.
    """
    token = cancel or CancelToken()
    out_folder.mkdir(parents=True, exist_ok=True)
    converted: list[Converted] = []
    refused: list[tuple[Path, str]] = []
    seen: dict[str, Path] = {}
    for place, path in enumerate(paths):
        token.check()
        report(Progress(place, len(paths), "Converting"))
        try:
            source = _looked_at(path, token, seen)
            made = _converter(source.format)(Job(source, subject, out_folder, place + 1, token))
        except Refused as error:
            refused.append((path, error.sentence))
            continue
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFull(path=out_folder) from error
            refused.append((path, f"The file can't be taken ({error.strerror or error})."))
            continue
        seen[source.sha256] = path
        converted += [Converted(one.path, path, one.sop_uid) for one in made]
    report(Progress(len(paths), len(paths), "Converting"))
    return Conversion(tuple(converted), tuple(refused))


def _looked_at(path: Path, cancel: CancelToken, seen: dict[str, Path]) -> Source:
    if not path.is_file():
        raise Refused(reason="This is a folder or a device." if path.exists() else "There is no such file.")
    if not os.access(path, os.R_OK):
        raise Refused(reason="The file may not be read; check its permissions.")
    source = look_at(path, cancel)
    if source.sha256 in seen:
        raise Refused(reason=f"This is the same file as {seen[source.sha256].name}, which was taken already.")
    return source


def _converter(found: Format) -> Callable[[Job], list[Made]]:
    if found.is_picture:
        return convert_picture
    return convert_video if found.is_video else convert_document
