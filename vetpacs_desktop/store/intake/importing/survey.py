"""Looks through a disc, stick, folder or archive and says what is there, before anything is taken in.

Reads only, apart from its scratch folder. What a person chose of it is taken in by `chosen.import_chosen`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from vetpacs_desktop.errors import DiskFull, KnownError
from vetpacs_desktop.jobs import CancelToken, Progress, Report, ignore
from vetpacs_desktop.store.header import read_header
from vetpacs_desktop.store.identity import animal_id
from vetpacs_desktop.store.intake.foreign.moment import taken_at
from vetpacs_desktop.store.intake.foreign.recognise import Format
from vetpacs_desktop.store.intake.importing.chosen import import_chosen
from vetpacs_desktop.store.intake.importing.survey_records import (
    Choice,
    Destination,
    ForeignFile,
    FoundAnimal,
    FoundStudy,
    Sort,
    Survey,
)
from vetpacs_desktop.store.intake.sources import gather, media
from vetpacs_desktop.store.intake.sources.gather import FULL, Item, Scratch
from vetpacs_desktop.store.intake.sources.judge import Judged
from vetpacs_desktop.store.intake.sources.judge import Sort as Fate
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.merging import LISTED_LAST
from vetpacs_desktop.store.objects import digest_of
from vetpacs_desktop.store.records import Header, StudyUID

__all__ = [
    "Choice",
    "Destination",
    "ForeignFile",
    "FoundAnimal",
    "FoundStudy",
    "Sort",
    "Survey",
    "import_chosen",
    "survey",
]

ASKED_AT_ONCE = 1_000
TOLD_EVERY = 16


def survey(
    library: Library,
    sources: Sequence[Path],
    scratch: Path,
    report: Report = ignore,
    cancel: CancelToken | None = None,
) -> Survey:
    """What stands at `sources`: files, folders, drives, a DICOMDIR, zip archives, ISO images.

    `scratch` is an empty folder that must live until the import is over. Raises `PathMissing`, `NotAFile`,
    `Cancelled`, `DiskFull`.
    """
    token = cancel or CancelToken()
    report(Progress(0, None, "Looking for images"))
    items = gather.found(sources, token, but=library.home.root)
    look = _Look(library)
    space = Scratch(scratch)
    try:
        for number, item in enumerate(items):
            token.check()
            if number % TOLD_EVERY == 0:
                report(Progress(number, len(items), "Looking for images"))
            for one, judged in gather.expand(item, space, token):
                look.take(one, judged)
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull(path=scratch) from error
        raise
    report(Progress(len(items), len(items), "Looking for images"))
    return look.answer(items)


@dataclass(frozen=True, slots=True)
class _Seen:
    """One image on the source."""

    path: Path
    shown: str
    size: int
    header: Header


@dataclass(slots=True)
class _Look:
    """A survey while it grows."""

    library: Library
    images: dict[StudyUID, list[_Seen]] = field(default_factory=dict)
    foreign: list[ForeignFile] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    contents: list[tuple[str, list[media.Listed]]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    ignored: int = 0
    files: int = 0

    def take(self, item: Item, judged: Judged) -> None:
        """Note one file."""
        self.files += 1
        self.names.add(media.plain(item.shown))
        try:
            if judged.sort is Fate.IMAGE:
                self._image(item)
                return
            if judged.sort is Fate.FOREIGN and judged.format is not None:
                self.foreign.append(_foreign(item, judged.format))
                return
            if judged.sort is Fate.DIRECTORY:
                self.contents.append((media.folder_of(item.shown), media.listed(item.path)))
        except KnownError as error:
            self.refused.append((item.shown, error.sentence))
        except OSError as error:
            self.refused.append((item.shown, f"The file can't be read ({error.strerror})."))
        if judged.sort in (Fate.BROKEN, Fate.REFUSED):
            self.refused.append((item.shown, judged.reason))
        elif judged.sort in (Fate.NOTHING, Fate.DIRECTORY):
            self.ignored += 1
        item.remove()

    def answer(self, items: Sequence[Item]) -> Survey:
        """The survey; asks the library what is here already."""
        here = self._here()
        self._note_missing(items, set(here))
        known = self.library.made_from([one.sha256 for one in self.foreign])
        return Survey(
            animals=self._animals(here),
            foreign=tuple(_marked(one, here=one.sha256 in known) for one in self.foreign),
            refused=tuple(self.refused),
            ignored=self.ignored,
            files=self.files,
        )

    def _image(self, item: Item) -> None:
        header = read_header(item.path)
        seen = _Seen(item.path, item.shown, item.path.stat().st_size, header)
        self.images.setdefault(header.study.study_uid, []).append(seen)

    def _here(self) -> dict[str, set[tuple[str, int]]]:
        """The library's objects of the instances that were seen: UID -> exams and sizes."""
        wanted = [str(seen.header.instance.sop_uid) for group in self.images.values() for seen in group]
        uids = iter([*wanted, *(one.sop_uid for _, listed in self.contents for one in listed)])
        found: dict[str, set[tuple[str, int]]] = {}
        while some := list(islice(uids, ASKED_AT_ONCE)):
            for held in self.library.held(some):
                found.setdefault(held.sop_uid, set()).add((held.study_uid, held.size))
        return found

    def _note_missing(self, items: Sequence[Item], here: set[str]) -> None:
        seen = {one.header.instance.sop_uid for group in self.images.values() for one in group}
        names = self.names | media.plain_names(item.shown for item in items)
        for folder, listed in self.contents:
            for one in media.missing(listed, folder, names, seen | here, images=bool(seen)):
                self.refused.append((f"{folder}/{one.name}", media.MISSING))

    def _animals(self, here: dict[str, set[tuple[str, int]]]) -> tuple[FoundAnimal, ...]:
        grouped: dict[str, list[tuple[FoundStudy, list[_Seen]]]] = {}
        for uid, group in self.images.items():
            study = _study(uid, group, here)
            grouped.setdefault(_animal(group[0].header), []).append((study, group))
        found = [
            FoundAnimal(
                words=studies[0][1][0].header.patient,
                studies=tuple(
                    sorted((one for one, _ in studies), key=lambda one: (one.date, one.time), reverse=True)
                ),
            )
            for studies in grouped.values()
        ]
        return tuple(sorted(found, key=lambda one: (one.words.animal_name.casefold(), one.words.owner_name)))


def _animal(header: Header) -> str:
    patient = header.patient
    return animal_id(
        issuer=patient.issuer,
        patient_id=patient.patient_id,
        animal_name=patient.animal_name,
        owner_name=patient.owner_name,
        microchip=patient.microchip,
        study_uid=header.study.study_uid,
    )


def _study(uid: StudyUID, group: list[_Seen], here: dict[str, set[tuple[str, int]]]) -> FoundStudy:
    """One exam; its files in the order in which they are read."""
    group.sort(key=lambda seen: (_number(seen.header.series.number), _number(seen.header.instance.number)))
    modalities = sorted({seen.header.series.modality for seen in group if seen.header.series.modality})
    count = sum((uid, seen.size) in here.get(seen.header.instance.sop_uid, ()) for seen in group)
    first = next((s.header.study for s in group if s.header.study.study_date), group[0].header.study)
    return FoundStudy(
        study_uid=uid,
        date=first.study_date,
        time=first.study_time,
        description=next((s.header.study.description for s in group if s.header.study.description), ""),
        modalities=tuple(sorted(modalities, key=lambda name: name in LISTED_LAST)),
        image_count=len(group),
        bytes=sum(seen.size for seen in group),
        files=tuple(seen.path for seen in group),
        shown=tuple(seen.shown for seen in group),
        already_here=count == len(group),
        here_count=count,
        institution=first.institution,
        sample=_sample(group),
    )


def _sample(group: list[_Seen]) -> Path | None:
    """The middle picture of the largest series of pictures."""
    series: dict[str, list[_Seen]] = {}
    for seen in group:
        if seen.header.instance.has_pixels and seen.header.series.modality not in LISTED_LAST:
            series.setdefault(seen.header.series.series_uid, []).append(seen)
    pictures = max(
        series.values(), key=len, default=[seen for seen in group if seen.header.instance.has_pixels]
    )
    return pictures[len(pictures) // 2].path if pictures else None


def _number(number: int | None) -> float:
    return float("inf") if number is None else number


def _foreign(item: Item, found: Format) -> ForeignFile:
    sort = Sort.PICTURE if found.is_picture else Sort.VIDEO if found.is_video else Sort.DOCUMENT
    return ForeignFile(
        path=item.path,
        shown=item.shown,
        sort=sort,
        format=found.value,
        taken_at=taken_at(item.path, found),
        bytes=item.path.stat().st_size,
        sha256=digest_of(item.path),
        furniture=item.furniture,
        label=item.label,
    )


def _marked(file: ForeignFile, *, here: bool) -> ForeignFile:

    return replace(file, already_here=here)
