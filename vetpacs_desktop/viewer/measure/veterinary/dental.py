"""Teeth by the modified Triadan system: numbers, the formulas of species, and a chart of findings as data.

Three digits: the quadrant (1 upper right, 2 upper left, 3 lower left, 4 lower right; 5 to 8 the same for
milk teeth), then the place from the midline: 01 is the first incisor, 04 the canine, 09 the first molar.
Teeth that a species has lost leave their numbers out, so a cat has no 105. It must never say what a finding
calls for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from vetpacs_desktop.errors import UsageError

QUADRANTS = ("upper right", "upper left", "lower left", "lower right")
ORDINALS = ("first", "second", "third", "fourth")
CARNASSIALS = frozenset((108, 208, 309, 409))
"""Of dog and cat."""


class Kind(Enum):
    """What a tooth is."""

    INCISOR = "incisor"
    CANINE = "canine"
    PREMOLAR = "premolar"
    MOLAR = "molar"


@dataclass(frozen=True, slots=True, order=True)
class Tooth:
    """One tooth of the system, whether a species has it or not."""

    number: int

    @classmethod
    def parse(cls, text: str) -> Tooth:
        """From ``108``. Raises `UsageError` for what is no number of the system."""
        digits = text.strip()
        number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 3 else 0
        if not (1 <= number // 100 <= 8 and 1 <= number % 100 <= 11):
            raise UsageError(reason=f"{text!r} is no tooth: quadrants are 1 to 8, teeth 01 to 11.")
        return cls(number)

    @property
    def quadrant(self) -> int:
        """1 to 4 of adult teeth, 5 to 8 of milk teeth."""
        return self.number // 100

    @property
    def place(self) -> int:
        """1 to 11 from the midline."""
        return self.number % 100

    @property
    def deciduous(self) -> bool:
        """A milk tooth."""
        return self.quadrant > 4

    @property
    def upper(self) -> bool:
        """Whether it stands in the upper jaw."""
        return (self.quadrant - 1) % 4 < 2

    @property
    def right(self) -> bool:
        """Whether it stands on the animal's right, which is the viewer's left of a chart."""
        return (self.quadrant - 1) % 4 in (0, 3)

    @property
    def kind(self) -> Kind:
        """By its place."""
        if self.place <= 3:
            return Kind.INCISOR
        if self.place == 4:
            return Kind.CANINE
        return Kind.PREMOLAR if self.place <= 8 else Kind.MOLAR

    @property
    def words(self) -> str:
        """ "upper right fourth premolar"."""
        side = QUADRANTS[(self.quadrant - 1) % 4]
        milk = "milk " if self.deciduous else ""
        if self.kind is Kind.CANINE:
            return f"{side} {milk}canine"
        first = {Kind.INCISOR: 1, Kind.PREMOLAR: 5, Kind.MOLAR: 9}[self.kind]
        return f"{side} {milk}{ORDINALS[self.place - first]} {self.kind.value}"

    def __str__(self) -> str:
        return str(self.number)


@dataclass(frozen=True, slots=True)
class Formula:
    """The teeth that a species has, by their places in an upper and a lower quadrant."""

    species: str
    upper: tuple[int, ...]
    lower: tuple[int, ...]
    milk_upper: tuple[int, ...]
    milk_lower: tuple[int, ...]
    often_missing: tuple[int, ...] = ()
    """Places that many healthy animals lack: canines of mares, wolf teeth."""

    @property
    def adult(self) -> tuple[Tooth, ...]:
        """All adult teeth, quadrant by quadrant from the midline."""
        return self._teeth((1, 2, 3, 4), self.upper, self.lower)

    @property
    def deciduous(self) -> tuple[Tooth, ...]:
        """All milk teeth."""
        return self._teeth((5, 6, 7, 8), self.milk_upper, self.milk_lower)

    def has(self, tooth: Tooth) -> bool:
        """Whether the species has this tooth."""
        return tooth in (self.deciduous if tooth.deciduous else self.adult)

    def row(self, *, upper: bool, deciduous: bool = False) -> tuple[Tooth, ...]:
        """One jaw as a chart shows it: from the animal's right (viewer's left) to its left."""
        every = [tooth for tooth in (self.deciduous if deciduous else self.adult) if tooth.upper is upper]
        right = sorted((tooth for tooth in every if tooth.right), reverse=True)
        return (*right, *sorted(tooth for tooth in every if not tooth.right))

    @staticmethod
    def _teeth(
        quadrants: tuple[int, ...], upper: tuple[int, ...], lower: tuple[int, ...]
    ) -> tuple[Tooth, ...]:
        return tuple(
            Tooth(100 * quadrant + place)
            for quadrant in quadrants
            for place in (upper if Tooth(100 * quadrant + 1).upper else lower)
        )


_FRONT = (1, 2, 3, 4)
FORMULAS: Mapping[str, Formula] = MappingProxyType(
    {
        "dog": Formula(
            "dog",
            (*_FRONT, 5, 6, 7, 8, 9, 10),
            (*_FRONT, 5, 6, 7, 8, 9, 10, 11),
            (*_FRONT, 6, 7, 8),
            (*_FRONT, 6, 7, 8),
        ),
        "cat": Formula("cat", (*_FRONT, 6, 7, 8, 9), (*_FRONT, 7, 8, 9), (*_FRONT, 6, 7, 8), (*_FRONT, 7, 8)),
        "rabbit": Formula("rabbit", (1, 2, 6, 7, 8, 9, 10, 11), (1, 7, 8, 9, 10, 11), (), ()),
        "horse": Formula(
            "horse",
            (*_FRONT, 5, 6, 7, 8, 9, 10, 11),
            (*_FRONT, 5, 6, 7, 8, 9, 10, 11),
            (1, 2, 3, 6, 7, 8),
            (1, 2, 3, 6, 7, 8),
            often_missing=(4, 5),
        ),
    }
)
"""Dog 42 (milk 28), cat 30 (26), rabbit 28 with the peg teeth as 102 and 202, horse 36 to 44 (24)."""


def carnassial(tooth: Tooth, species: str) -> bool:
    """Whether it is one of the shearing teeth, which only dog and cat have."""
    return species in ("dog", "cat") and tooth.number in CARNASSIALS
