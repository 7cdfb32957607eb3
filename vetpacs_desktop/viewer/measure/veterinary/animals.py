"""Which animal a header means: species and breeds under the many ways in which they are written.

Owns the matching alone: case, order of words, aliases of several languages and slips of the pen. A mixed
breed must never be taken for the breed in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

ALIKE = 90.0
"""Likeness in per cent from which a name is taken for a misspelt one."""
_MIXED = frozenset("mix mixed cross crossed crossbreed crossbred mischling x mongrel hybrid type".split())


@dataclass(frozen=True, slots=True)
class Species:
    """`aliases` are other ways to write it, in lower case."""

    name: str
    plural: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Breed:
    """A breed of one species."""

    species: str
    name: str
    plural: str
    aliases: tuple[str, ...]


def species_of(text: str, known: Iterable[Species]) -> Species | None:
    """The species that `text` names; None for none or an unknown one."""
    said = _plain(text)
    for one in known:
        if said and said in {_plain(name) for name in (one.name, one.plural, *one.aliases)}:
            return one
    return None


def breed_of(text: str, species: str, known: Iterable[Breed]) -> Breed | None:
    """The breed of `species` that `text` names; None for none, an unknown or a mixed one."""
    said = _plain(text)
    if not said or _MIXED & set(said.split()):
        return None
    own = [breed for breed in known if breed.species == species]
    for breed in own:
        if said in {_plain(name) for name in (breed.name, breed.plural, *breed.aliases)}:
            return breed
    likeness = [(fuzz.token_sort_ratio(said, _plain(breed.name)), breed) for breed in own]
    best, breed_found = max(likeness, key=lambda pair: pair[0], default=(0.0, None))
    return breed_found if best >= ALIKE else None


def _plain(text: str) -> str:
    """Lower case words in the order of the alphabet, without signs and without what a code adds."""
    words = re.findall(r"\w+", text.casefold())
    kept = [word for word in words if word not in ("breed", "superbreed", "purebred")]
    return " ".join(sorted(kept))
