"""From a sheet to the documents that are new: one set for each author, only what differs from the last save.

Decides what is worth writing and what replaces what. Half-made annotations and those on images that are not
at hand stay out. Writes no file: see the composition root.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydicom.dataset import Dataset

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.viewer.annotations import CALIBRATIONS, Annotation, ImageRef, Sheet
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.measuring import words_of
from vetpacs_desktop.viewer.mouth import Mouth
from vetpacs_desktop.viewer.spatial.pane import flat_points
from vetpacs_desktop.viewer.standard.looks import Look
from vetpacs_desktop.viewer.standard.own import (
    Own,
    Paper,
    digest_of,
    mark,
    plain_annotation,
    plain_key,
    plain_mouth,
)
from vetpacs_desktop.viewer.standard.place import Place, Versions, new_uid
from vetpacs_desktop.viewer.standard.sources import Source, Sources
from vetpacs_desktop.viewer.standard.spaces import Spaces
from vetpacs_desktop.viewer.standard.subject import narrow

_EMPTY = Look()


def written(
    sheet: Sheet,
    images: Mapping[str, Path],
    author: str,
    earlier: Sequence[Dataset] = (),
    *,
    looks: Mapping[str, Look] | None = None,
    series: Mapping[str, Sequence[str]] | None = None,
    library: str = "",
) -> list[Dataset]:
    """The new documents of an exam, ready to be written; none where nothing is new since `earlier`.

    `images` are the exam's files by SOP instance UID, `author` stands for annotations that name nobody and
    for the `looks` (by image), `series` are the images' UIDs of each series, for what lies in the animal, and
    `earlier` are all documents of the exam that may be this `library`'s own.
    """
    _quiet()
    whole = _complete(sheet, author)
    spaces = Spaces(series or {}, images)
    return _Save(
        whole, Sources(images, whole), spaces, Versions(earlier, library), library, author, looks or {}
    ).documents()


@dataclass(frozen=True, slots=True)
class _Save:
    """One save of one exam."""

    sheet: Sheet
    sources: Sources
    spaces: Spaces
    versions: Versions
    library: str
    author: str
    looks: Mapping[str, Look]
    made: list[Dataset] = field(default_factory=list)
    series: dict[Paper, str] = field(default_factory=dict)
    steps: dict[Paper, int] = field(default_factory=dict)

    def documents(self) -> list[Dataset]:
        """Everything that is new."""
        for author in self._authors():
            self._report(author)
            self._space(author)
            self._presentations(author)
            self._keys(author)
        return self.made

    def _authors(self) -> tuple[str, ...]:
        """Everybody who has drawn, marked or written something here."""
        found = [one.author for one in self.sheet.annotations] + [one.author for one in self.sheet.keys]
        found += [one.author for one in self.sheet.mouth.findings]
        found += [self.author] if self.looks else []
        return tuple(
            dict.fromkeys((*found, *(one for paper in Paper for one in self.versions.authors(paper))))
        )

    def _drawn(self, author: str) -> tuple[Annotation, ...]:
        return tuple(
            one for one in self.sheet.annotations if one.author == author and self._has(one.image.sop_uid)
        )

    def _charted(self, author: str) -> Mouth:
        """An author's own findings, with the images of teeth and the animal that they are read by."""
        mouth = self.sheet.mouth
        own = tuple(one for one in mouth.findings if one.author == author)
        if not own:
            return Mouth()
        shown = tuple(one for one in mouth.shown if self._has(one.image.sop_uid))
        return replace(mouth, findings=own, shown=shown)

    def _has(self, sop_uid: str) -> bool:
        return self.sources.get(sop_uid) is not None

    def _source(self, sop_uid: str) -> Source:
        found = self.sources.get(sop_uid)
        if found is None:
            raise KeyError(sop_uid)
        return found

    def _scales(self, images: Sequence[str]) -> list[object]:
        """What else the values of images rest on."""
        drawn = [self.sheet.calibration(uid) for uid in dict.fromkeys(images)]
        return [plain_annotation(one) for one in drawn if one is not None]

    # --- one kind of document each ---

    def _report(self, author: str) -> None:
        drawn, mouth = self._drawn(author), self._charted(author)
        images = list(dict.fromkeys(one.image.sop_uid for one in drawn))
        charted = [plain_mouth(mouth)] if mouth.findings else []
        digest = digest_of([plain_annotation(one) for one in drawn], self._scales(images), *charted)
        former = self.versions.newest(Paper.REPORT, author)
        something = drawn or mouth.findings
        if digest == self.versions.digest(Paper.REPORT, author) or not (something or _holds(former)):
            return
        images += [one.image.sop_uid for one in mouth.shown if one.teeth and one.image.sop_uid not in images]
        images = list(dict.fromkeys(images))
        if mouth.findings and not images:
            images = [uid for uid in self.sources.known if self._has(uid)][:1]
        if not images:
            images = [uid for one in former for uid in one.own.images if self._has(uid)]
        if not images:
            return
        from vetpacs_desktop.viewer.standard.sr import report

        values = {one.id: self.sources.measured(one) for one in _by_picture(drawn)}
        previous = [one.dataset for one in former]
        place = self._place(Paper.REPORT, author)
        made = report(drawn, self._source, lambda one: values[one.id], place, previous, images, mouth)
        self._keep(made, place, digest, Sheet(drawn, mouth=mouth), {}, images)

    def _space(self, author: str) -> None:
        """What is measured in the animal, which no single image holds."""
        own = [one for one in self.sheet.annotations if one.author == author and one.space is not None]
        drawn = tuple(one for one in own if self._has(self.spaces.image_of(one)))
        digest = digest_of([plain_annotation(one) for one in drawn])
        former = self.versions.newest(Paper.SPACE, author)
        if digest == self.versions.digest(Paper.SPACE, author) or not (drawn or _holds(former)):
            return
        images = list(dict.fromkeys(self.spaces.image_of(one) for one in drawn))
        images = images or [uid for one in former for uid in one.own.images if self._has(uid)]
        if not images:
            return
        from vetpacs_desktop.viewer.standard.sr_space import space_report

        values = {one.id: self.spaces.measured(one) for one in _by_series(drawn)}
        previous, place = [one.dataset for one in former], self._place(Paper.SPACE, author)
        made = space_report(
            drawn,
            self._source,
            self.spaces.image_of,
            lambda one: values[one.id],
            place,
            previous,
            images,
        )
        self._keep(made, place, digest, Sheet(drawn), {}, images)

    def _presentations(self, author: str) -> None:
        former = self.versions.newest(Paper.PRESENTATION, author)
        drawn, looks = self._drawn(author), self._looks_of(author)
        images = list(dict.fromkeys((*(one.image.sop_uid for one in drawn), *looks)))
        gone = [uid for one in former for uid in one.own.images if _holds((one,)) and uid not in images]
        digest = digest_of(
            [plain_annotation(one) for one in drawn],
            self._scales(images),
            {uid: look.to_json() for uid, look in looks.items()},
        )
        images += [uid for uid in dict.fromkeys(gone) if self._has(uid)]
        if digest == self.versions.digest(Paper.PRESENTATION, author) or not images:
            return
        from vetpacs_desktop.viewer.standard.gsps import Presented, Said, presentations

        pictures = []
        for uid in images:
            on = tuple(one for one in drawn if one.image.sop_uid == uid)
            look = looks.get(uid, _EMPTY)
            window = look.window or self.sources.window(on[0].image if on else ImageRef(uid))
            pictures.append(Presented(self._source(uid), on, look, window))
        said = {
            one.id: Said(words_of(one, self.sources.measured(one)), self.sources.constructed(one))
            for one in _by_picture(drawn)
        }
        steps = presentations(
            pictures,
            lambda one: said[one.id],
            lambda _step: self._place(Paper.PRESENTATION, author),
        )
        for made, held in steps:
            uids = [one.source.description.sop_uid for one in held]
            part = Sheet(tuple(one for picture in held for one in picture.annotations))
            own_looks = {uid: looks[uid] for uid in uids if uid in looks}
            place = Place(Paper.PRESENTATION, self.library, author, str(made.SeriesInstanceUID), 0)
            self._keep(made, place, digest, part, own_looks, uids)

    def _keys(self, author: str) -> None:
        keys = tuple(one for one in self.sheet.keys if one.author == author and self._has(one.image.sop_uid))
        digest = digest_of([plain_key(one) for one in keys])
        former = self.versions.newest(Paper.KEYS, author)
        if digest == self.versions.digest(Paper.KEYS, author) or not (keys or _holds(former)):
            return
        from vetpacs_desktop.viewer.standard.kos import rejection, selection

        place = self._place(Paper.KEYS, author)
        images = list(dict.fromkeys(key.image.sop_uid for key in keys))
        if keys:
            made = selection(keys, self._source, place)
        else:
            images = [uid for one in former for uid in one.own.images if self._has(uid)]
            if not images:
                return
            made = rejection([one.dataset for one in former], self._source(images[0]), place)
        self._keep(made, place, digest, Sheet(keys=keys), {}, images)

    # --- what they share ---

    def _looks_of(self, author: str) -> dict[str, Look]:
        """The looks of the images that matter: a new one wins, a former one stays until then."""
        found: dict[str, Look] = {}
        for one in self.versions.newest(Paper.PRESENTATION, author):
            found.update(one.own.looks)
        if author == self.author:
            found.update(self.looks)
        return {uid: look for uid, look in found.items() if look != _EMPTY and self._has(uid)}

    def _place(self, paper: Paper, author: str) -> Place:
        step = self.steps.get(paper, 0)
        self.steps[paper] = step + 1
        place = self.versions.next(paper, author, step)
        series = place.series_uid or self.series.setdefault(paper, new_uid())
        return replace(place, series_uid=series)

    def _keep(
        self,
        made: Dataset,
        place: Place,
        digest: str,
        sheet: Sheet,
        looks: Mapping[str, Look],
        images: Sequence[str],
    ) -> None:
        own = Own(place.paper, self.library, place.author, digest, sheet, looks, tuple(images))
        mark(made, own)
        narrow(made)
        self.made.append(made)


def _complete(sheet: Sheet, author: str) -> Sheet:
    """Without what is half-made, and with a name on everything."""
    return Sheet(
        tuple(replace(one, author=one.author or author) for one in sheet.annotations if _is_whole(one)),
        tuple(replace(one, author=one.author or author) for one in sheet.keys),
        replace(
            sheet.mouth,
            findings=tuple(replace(one, author=one.author or author) for one in sheet.mouth.findings),
        ),
    )


def _is_whole(one: Annotation) -> bool:
    """Whether all points are placed, and the words or the size that make it complete are there."""
    tool = TOOLS.get(one.tool)
    if tool is None or (one.tool in CALIBRATIONS and one.known_mm is None):
        return False
    if one.tool == "text" and not one.text.strip():
        return False
    try:
        if one.space is None:
            tool.check(one.points)
        elif not (one.space.rings or one.space.grown):
            tool.check(flat_points(one.space))
    except KnownError:
        return False
    return True


def _by_picture(drawn: Sequence[Annotation]) -> list[Annotation]:
    """In an order in which no picture is opened twice."""
    return sorted(drawn, key=lambda one: (one.image.sop_uid, one.image.frame))


def _by_series(drawn: Sequence[Annotation]) -> list[Annotation]:
    """In an order in which no volume is put together twice."""
    return sorted(drawn, key=lambda one: one.space.series_uid if one.space is not None else "")


def _holds(former: Sequence[object]) -> bool:
    """Whether the last save held anything that may have to be taken back."""
    return any(
        own.sheet.annotations or own.sheet.keys or own.sheet.mouth.findings or own.looks
        for one in former
        if (own := getattr(one, "own", None)) is not None
    )


def _quiet() -> None:
    """highdicom logs what it copies, names among it: nothing of that may reach a log."""
    logging.getLogger("highdicom").setLevel(logging.CRITICAL + 1)
