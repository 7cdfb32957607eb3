"""Published reference values beside a measurement, in plain words and always with their source.

The figures are data (resources/references). What is said compares a figure with a publication; it must never
call an animal healthy or ill, and never call a value good without saying who said so.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from vetpacs_desktop.paths import resources
from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.measure.measured import MM, PX, Measured
from vetpacs_desktop.viewer.measure.saying import Translate
from vetpacs_desktop.viewer.measure.veterinary.animals import Breed, Species, breed_of, species_of
from vetpacs_desktop.viewer.measure.veterinary.reference_words import (
    AND_MORE,
    CALIBRATE,
    CUT_OFFS,
    CUT_OFFS_ABOUT,
    IN_VIEW,
    MAY_BE_LARGER,
    MEAN_ALONE,
    MEANS,
    NO_REFERENCE,
    NO_UNIT,
    NONE_FOR,
    OF_PART,
    OTHER_SPECIES,
    OTHER_UNIT,
    RANGES,
    UNKNOWN_SPECIES,
    UP_TO,
)

SPREAD = 2.0
"""Standard deviations round a published mean within which a value is called within."""

_PLACES = {"v": 1, "ratio": 1, "deg": 0, "mm": 0}
"""Decimal places where the table does not say."""


class Strength(Enum):
    """How well the figure's source is known."""

    VERIFIED = "verified"
    WEAK = "weak"
    UNVERIFIED = "unverified"


STRENGTH_WORDS: Mapping[Strength, str] = {
    Strength.VERIFIED: "",
    Strength.WEAK: "secondary source",
    Strength.UNVERIFIED: "not verified",
}
"""Said behind the source."""


class Standing(Enum):
    """Where a value lies."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"
    UNCOMPARED = "uncompared"
    """A mean without a spread, or a value that can't be compared."""
    NONE = "none"
    """There is no reference."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One published figure for one group of animals: a range, a mean with or without its standard deviation,
    or a cut-off."""

    measure: str
    """Name of the guide."""
    part: str
    """Name of the part that it is for; empty for the value itself."""
    unit: str
    species: str
    breed: str
    view: str
    group: str
    """Words for the animals, where species and breed don't say it."""
    source: str
    """As it is cited."""
    title: str
    """Of the publication; may be empty."""
    strength: Strength
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    sd: float | None = None
    cut_off: float | None = None
    places: int = 1
    """Decimal places that the figures are published with, and values are compared with."""
    about: str = ""
    """What the publication says of its cut-off."""

    @property
    def figures(self) -> str:
        """The figures as published, in English."""
        return self.figures_in(str)

    def figures_in(self, translate: Translate) -> str:
        """The figures as published."""
        number = self._number
        if self.cut_off is not None:
            return number(self.cut_off)
        if self.mean is not None:
            return number(self.mean) if self.sd is None else f"{number(self.mean)} ± {number(self.sd)}"
        if self.low is not None and self.high is not None:
            return f"{number(self.low)}-{number(self.high)}"
        if self.high is not None:
            return translate(UP_TO).format(figure=number(self.high))
        return translate(AND_MORE).format(figure=number(self.low or 0))

    def origin_in(self, translate: Translate) -> str:
        """Source, and the reason for doubt where there is one."""
        doubt = STRENGTH_WORDS[self.strength]
        return f"{self.source}, {translate(doubt)}" if doubt else self.source

    def standing(self, value: float) -> Standing:
        """Where `value` lies, compared with as many decimal places as the figures have."""
        low, high = self.low, self.high
        if self.cut_off is not None:
            low = high = self.cut_off
        elif self.mean is not None:
            if self.sd is None:
                return Standing.UNCOMPARED
            low, high = self.mean - SPREAD * self.sd, self.mean + SPREAD * self.sd
        said = round(value, self.places)
        if low is not None and said < round(low, self.places):
            return Standing.BELOW
        return Standing.ABOVE if high is not None and said > round(high, self.places) else Standing.WITHIN

    def _number(self, value: float) -> str:
        return f"{value:.{self.places}f}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One sentence on a value or one of its parts."""

    sentence: str
    standing: Standing
    part: str = ""
    reference: Reference | None = None


@dataclass(frozen=True, slots=True)
class References:
    """All published figures."""

    rows: tuple[Reference, ...]
    species: tuple[Species, ...]
    breeds: tuple[Breed, ...]

    @classmethod
    def load(cls, folder: Path) -> References:
        """From a folder's TOML files. Raises `ValueError` or `KeyError` for one that is no table."""
        animals = _toml(folder / "animals.toml")
        rows = [
            row
            for path in sorted(folder.glob("*.toml"))
            if path.name != "animals.toml"
            for row in _rows(_toml(path))
        ]
        return cls(
            tuple(rows),
            tuple(Species(one["name"], one["plural"], tuple(one["aliases"])) for one in animals["species"]),
            tuple(
                Breed(one["species"], one["name"], one["plural"], tuple(one["aliases"]))
                for one in animals["breed"]
            ),
        )

    def for_measure(self, measure: str) -> tuple[Reference, ...]:
        """All rows of one guide."""
        return tuple(row for row in self.rows if row.measure == measure)

    def fitting(self, measure: str, part: str, species: str, breed: str) -> tuple[Reference, ...]:
        """The breed's own rows, else those of the species."""
        rows = [row for row in self.for_measure(measure) if row.part == part and row.species == species]
        own = [row for row in rows if row.breed and row.breed == breed]
        return tuple(own or [row for row in rows if not row.breed])

    def compare(
        self,
        measure: str,
        found: Measured,
        species: str = "",
        breed: str = "",
        translate: Translate = str,
    ) -> tuple[Comparison, ...]:
        """What publications say to this value and its parts, for animals whose header calls them so.

        `translate` gets whole sentences with names in braces, never pieces of one.
        """
        every = self.for_measure(measure)
        if not every:
            return (Comparison(translate(NO_REFERENCE), Standing.NONE),)
        animal = species_of(species, self.species)
        if animal is None:
            words = OTHER_SPECIES if species.strip() else UNKNOWN_SPECIES
            return (Comparison(translate(words), Standing.NONE),)
        kind = breed_of(breed, animal.name, self.breeds)
        said = [
            _sentence(row, figure, animal, kind, translate)
            for part, figure in (("", found), *found.parts.items())
            for row in self.fitting(measure, part, animal.name, kind.name if kind else "")
        ]
        if not said:
            whom = translate(kind.plural if kind else animal.plural)
            return (Comparison(translate(NONE_FOR).format(animals=whom), Standing.NONE),)
        return tuple(said)


def _sentence(
    row: Reference, figure: Measured, animal: Species, kind: Breed | None, translate: Translate
) -> Comparison:
    whom = translate(row.group or (kind.plural if row.breed and kind else animal.plural))
    if row.view:
        whom = translate(IN_VIEW).format(animals=whom, view=translate(row.view))
    standing = Standing.UNCOMPARED
    if figure.value is not None and figure.unit == row.unit:
        standing = row.standing(figure.value)
    said = [
        translate(_template(row, standing)).format(
            animals=whom,
            figures=row.figures_in(translate),
            source=row.origin_in(translate),
            about=translate(row.about) if row.about else "",
        )
    ]
    if figure.unit != row.unit:
        said.append(translate(OTHER_UNIT).format(unit=figure.unit) if figure.unit else translate(NO_UNIT))
        if figure.unit == PX:
            said.append(translate(CALIBRATE))
    elif row.unit == MM and figure.basis in (Basis.DETECTOR, Basis.UNKNOWN):
        said.append(translate(MAY_BE_LARGER))
    sentence = " ".join(said)
    if row.part:
        sentence = translate(OF_PART).format(part=row.part, sentence=sentence)
    return Comparison(sentence, standing, row.part, row)


def _template(row: Reference, standing: Standing) -> str:
    """The whole sentence for a kind of figure and where the value lies."""
    if row.cut_off is not None:
        return (CUT_OFFS_ABOUT if row.about else CUT_OFFS)[standing.value]
    if row.mean is None:
        return RANGES[standing.value]
    return MEANS[standing.value] if row.sd is not None else MEAN_ALONE


@cache
def published() -> References:
    """The program's own table, read once."""
    return References.load(resources() / "references")


def _toml(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _rows(document: Mapping[str, Any]) -> Sequence[Reference]:
    sources = document["sources"]
    return [
        Reference(
            measure=row["measure"],
            part=row.get("part", ""),
            unit=row["unit"],
            species=row["species"],
            breed=row.get("breed", ""),
            view=row.get("view", ""),
            group=row.get("group", ""),
            source=sources[row["source"]]["cite"],
            title=sources[row["source"]]["title"],
            strength=Strength(row["strength"]),
            low=row.get("low"),
            high=row.get("high"),
            mean=row.get("mean"),
            sd=row.get("sd"),
            cut_off=row.get("cut_off"),
            places=row.get("places", _PLACES.get(row["unit"], 1)),
            about=row.get("about", ""),
        )
        for row in document["reference"]
    ]
