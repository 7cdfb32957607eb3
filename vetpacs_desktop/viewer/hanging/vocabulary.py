"""The words by which machines and people name regions, views, sides and teeth, and how to find them.

Owns the folding of words (case, accents, signs) and the rule that the longest phrase wins. The words
themselves are data (resources/hanging/words.toml). Must never know what is done with what was found.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from vetpacs_desktop.paths import resources

LONGEST_PHRASE = 6
"""Words; longer ones are not in the table."""
_NOT_ASCII = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l"}


@dataclass(frozen=True, slots=True)
class Terms:
    """Names of one kind (regions, views ...) and how they are written."""

    phrases: Mapping[tuple[str, ...], str]
    """A folded phrase and the name it stands for."""
    positions: Mapping[str, str] = field(default_factory=dict)
    """What a field that holds nothing else may say, in capitals."""
    codes: Mapping[str, str] = field(default_factory=dict)

    def found(self, text: str) -> dict[str, int]:
        """Every name in a text, with the number of words that said so.

        A word counts once, in the longest phrase that it is part of.
        """
        words = folded(text)
        names: dict[str, int] = {}
        at = 0
        while at < len(words):
            for size in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
                name = self.phrases.get(tuple(words[at : at + size]))
                if name is not None:
                    names[name] = max(size, names.get(name, 0))
                    at += size
                    break
            else:
                at += 1
        return names


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All terms."""

    regions: Terms
    views: Terms
    sides: Terms
    ends: Terms
    """Fore or hind limb."""
    groups: Mapping[str, str]
    """Of a region, the larger one that it is part of."""
    jaws: Terms
    kinds: Terms
    """Of teeth."""
    numbers: Terms

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        """From a TOML file. Raises `ValueError` or `KeyError` for one that is no such table."""
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        teeth = table["teeth"]
        return cls(
            regions=_terms(table["region"]),
            views=_terms(table["view"]),
            sides=_terms(table["side"]),
            ends=_terms(table["end"]),
            groups={name: row["group"] for name, row in table["region"].items() if "group" in row},
            jaws=_plain(teeth["jaw"]),
            kinds=_plain(teeth["kind"]),
            numbers=_plain(teeth["number"]),
        )

    def within(self, region: str) -> tuple[str, ...]:
        """A region and the larger one that it is part of."""
        return (region, self.groups[region]) if region in self.groups else (region,)


@cache
def shipped() -> Vocabulary:
    """The program's own table."""
    return Vocabulary.load(resources() / "hanging" / "words.toml")


def folded(text: str) -> list[str]:
    """The words of a text in lower case, without accents and signs; ``L5`` and ``2nd`` stay whole.

    A joined word such as ``RightLateral`` is parted where a capital follows a small letter.
    """
    parted = re.sub(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ][a-zäöü])", " ", text)
    lower = "".join(_NOT_ASCII.get(sign, sign) for sign in parted.casefold())
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(sign))
    return re.findall(r"[a-z0-9]+", bare)


def _terms(table: Mapping[str, Mapping[str, Any]]) -> Terms:
    return Terms(
        phrases=_phrases((name, row.get("words", ())) for name, row in table.items()),
        positions={word.upper(): name for name, row in table.items() for word in row.get("positions", ())},
        codes={code: name for name, row in table.items() for code in row.get("codes", ())},
    )


def _plain(table: Mapping[str, Iterable[str]]) -> Terms:
    return Terms(_phrases(table.items()))


def _phrases(rows: Iterable[tuple[str, Iterable[str]]]) -> dict[tuple[str, ...], str]:
    return {tuple(folded(phrase)): name for name, phrases in rows for phrase in phrases}
