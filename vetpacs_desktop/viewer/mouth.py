"""What is kept of a mouth: findings tooth by tooth, and which image shows which teeth, with author and time.

Frozen values with pure edits, as everything on a sheet. What a finding may hold is `charting`'s to say. It
must never judge a finding, and never throw one away because another species has no such tooth.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.viewer.measure.measured import JsonValue
from vetpacs_desktop.viewer.measure.veterinary.charting import Chart, FindingValue
from vetpacs_desktop.viewer.measure.veterinary.dental import FORMULAS, Tooth
from vetpacs_desktop.viewer.measure.veterinary.reference import published

if TYPE_CHECKING:
    from vetpacs_desktop.viewer.annotations import ImageRef

CHARTED, SHOWN, ANIMAL = "tooth", "teeth", "mouth"
"""The kinds of rows that keep a mouth."""
_RANGE = re.compile(r"(?<![0-9.])([1-8](?:0[1-9]|1[01]))(?:\s*[-–]\s*([1-8](?:0[1-9]|1[01])))?(?![0-9.])")


@dataclass(frozen=True, slots=True)
class Charted:
    """One finding at one tooth."""

    id: str
    tooth: Tooth
    name: str
    """A key of `charting.FINDINGS`; an unknown one is kept and not shown."""
    value: FindingValue
    author: str = ""
    """Who said so last."""
    created: str = ""
    changed: str = ""


@dataclass(frozen=True, slots=True)
class ShownTeeth:
    """Which teeth one picture shows, as a person said."""

    id: str
    image: ImageRef
    teeth: tuple[Tooth, ...]
    """Empty: none of them, whatever the file says."""
    author: str = ""
    created: str = ""
    changed: str = ""


@dataclass(frozen=True, slots=True)
class MouthOf:
    """Whose mouth the chart is drawn for, where a person chose it."""

    id: str
    species: str
    author: str = ""
    created: str = ""


@dataclass(frozen=True, slots=True)
class Mouth:
    """The dental chart of one exam."""

    findings: tuple[Charted, ...] = ()
    shown: tuple[ShownTeeth, ...] = ()
    animal: MouthOf | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was said yet."""
        return not (self.findings or self.shown or self.animal)

    def find(self, tooth: Tooth, name: str) -> Charted | None:
        """A finding at a tooth, if it is there."""
        return next((one for one in self.findings if one.tooth == tooth and one.name == name), None)

    def shown_on(self, image: ImageRef) -> ShownTeeth | None:
        """What a person said of one picture."""
        return next((one for one in self.shown if one.image == image), None)

    def species(self, said: str) -> str:
        """A key of `FORMULAS`: the chosen one, else the one that a header's words name; "" for none."""
        if self.animal is not None and self.animal.species in FORMULAS:
            return self.animal.species
        try:
            return Chart.blank(said, published().species).species
        except UsageError:
            return ""

    def chart(self, species: str) -> Chart:
        """The findings that fit a species (a key of `FORMULAS`)."""
        made = Chart.blank(species)
        for one in sorted(self.findings, key=lambda one: one.name != "supernumerary"):
            try:
                made = made.with_finding(one.tooth, one.name, one.value)
            except UsageError:
                continue
        return made

    def strays(self, species: str) -> tuple[Charted, ...]:
        """The findings that do not: charted for another species, or by a newer program."""
        fitting = self.chart(species)
        return tuple(one for one in self.findings if one.name not in fitting.at(one.tooth))


# --- edits ----------------------------------------------------------------------------------------


def found(mouth: Mouth, tooth: Tooth, name: str, value: FindingValue, author: str, at: str, id: str) -> Mouth:
    """One finding more or changed; `id` is for a new one. What is said already stays as it is."""
    old = mouth.find(tooth, name)
    if old is None:
        new = Charted(id, tooth, name, value, author, at, at)
        return replace(mouth, findings=(*mouth.findings, new))
    if old.value == value and isinstance(old.value, bool) == isinstance(value, bool):
        return mouth
    new = replace(old, value=value, author=author, changed=at)
    return replace(mouth, findings=tuple(new if one is old else one for one in mouth.findings))


def cleared(mouth: Mouth, tooth: Tooth, names: Iterable[str]) -> Mouth:
    """Without some findings at a tooth."""
    gone = set(names)
    return replace(
        mouth, findings=tuple(one for one in mouth.findings if not (one.tooth == tooth and one.name in gone))
    )


def shows(mouth: Mouth, image: ImageRef, teeth: Sequence[Tooth], author: str, at: str, id: str) -> Mouth:
    """A picture shows these teeth."""
    old, wanted = mouth.shown_on(image), tuple(sorted(set(teeth)))
    if old is None:
        return replace(mouth, shown=(*mouth.shown, ShownTeeth(id, image, wanted, author, at, at)))
    new = replace(old, teeth=wanted, author=author, changed=at) if old.teeth != wanted else old
    return replace(mouth, shown=tuple(new if one is old else one for one in mouth.shown))


def of_animal(mouth: Mouth, species: str, author: str, at: str, id: str) -> Mouth:
    """The chart is drawn for another species. Raises `UsageError` for one without a formula."""
    key = Chart.blank(species).species
    old = mouth.animal
    if old is not None and old.species == key:
        return mouth
    return replace(mouth, animal=MouthOf(old.id if old is not None else id, key, author, at))


# --- words ----------------------------------------------------------------------------------------


def teeth_in(text: str) -> tuple[Tooth, ...]:
    """Every tooth that a text names: ``107-109, 208``. A range stays in its quadrant; other numbers of three
    digits that could be teeth are taken for teeth."""
    teeth: set[Tooth] = set()
    for match in _RANGE.finditer(text):
        first, last = int(match[1]), int(match[2] or match[1])
        if first // 100 != last // 100:
            teeth.update((Tooth(first), Tooth(last)))
        else:
            teeth.update(Tooth(number) for number in range(min(first, last), max(first, last) + 1))
    return tuple(sorted(teeth))


def teeth_as_text(teeth: Iterable[Tooth], there: Iterable[Tooth] = ()) -> str:
    """The shortest words for teeth: ``107-109, 208``. A tooth that is not `there` breaks no range."""
    numbers = sorted({tooth.number for tooth in teeth})
    known = sorted({tooth.number for tooth in there} | set(numbers)) if there else numbers
    runs: list[list[int]] = []
    for number in numbers:
        if runs and _follows(runs[-1][-1], number, known if there else None):
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _follows(before: int, number: int, known: list[int] | None) -> bool:
    if before // 100 != number // 100:
        return False
    return number == before + 1 if known is None else known.index(number) == known.index(before) + 1


# --- keeping --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One part of a mouth as it is kept."""

    id: str
    kind: str
    sop_uid: str
    frame: int
    body: Mapping[str, JsonValue]
    author: str
    created: str
    changed: str


def rows_of(mouth: Mouth) -> list[Row]:
    """The parts of a mouth, each with its own author and time; `mouth_from` reads them."""
    made = [
        Row(
            one.id,
            CHARTED,
            "",
            0,
            {"tooth": one.tooth.number, "finding": one.name, "value": one.value},
            one.author,
            one.created,
            one.changed,
        )
        for one in mouth.findings
    ]
    for shown in mouth.shown:
        teeth: list[JsonValue] = [tooth.number for tooth in shown.teeth]
        where = shown.image.sop_uid, shown.image.frame
        people = shown.author, shown.created, shown.changed
        made.append(Row(shown.id, SHOWN, *where, {"teeth": teeth}, *people))
    if mouth.animal is not None:
        who = mouth.animal
        made.append(
            Row(who.id, ANIMAL, "", 0, {"species": who.species}, who.author, who.created, who.created)
        )
    return made


def mouth_from(
    rows: Iterable[tuple[str, str, ImageRef, Mapping[str, object], str, str, str]],
) -> Mouth:
    """From (id, kind, image, body, author, created, changed); rows of other kinds and broken ones are left
    out."""
    mouth = Mouth()
    for id, kind, image, body, author, created, changed in rows:
        try:
            if kind == CHARTED:
                tooth, value = Tooth.parse(str(body["tooth"])), body["value"]
                if not isinstance(value, bool | int | float):
                    continue
                one = Charted(id, tooth, str(body["finding"]), value, author, created, changed)
                mouth = replace(mouth, findings=(*mouth.findings, one))
            elif kind == SHOWN:
                listed = body["teeth"]
                teeth = [Tooth.parse(str(number)) for number in listed] if isinstance(listed, list) else []
                shown = ShownTeeth(id, image, tuple(teeth), author, created, changed)
                mouth = replace(mouth, shown=(*mouth.shown, shown))
            elif kind == ANIMAL:
                mouth = replace(mouth, animal=MouthOf(id, str(body["species"]), author, created))
        except (KeyError, UsageError):
            continue
    return mouth
