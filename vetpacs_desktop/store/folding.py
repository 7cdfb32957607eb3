"""Folds words so that a search finds them in any case, accent, width and script, from their start or inside.

Pure functions. What is stored and what is typed pass the same fold; the search index only sees folded words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

INSIDE = "\ue000"
"""Marks a word's tail in the search index, so that tails never answer a search for a word's start. It is a
private-use character, which SQLite's unicode61 tokenizer takes for a letter."""
MIN_INSIDE = 4
"""Letters that must be typed before parts inside a word are found (one in scripts without blanks)."""
ID_TAILS = (4, 5, 6)
"""People type the last few digits of a microchip or an identifier."""
MAX_WORD = 64
_ASCII_WORDS = re.compile(r"[a-zA-Z0-9]+")
_UMLAUTS = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("å"): "aa", ord("ø"): "oe", ord("æ"): "ae"}
_PLAIN = {ord("ø"): "o", ord("æ"): "ae", ord("đ"): "d", ord("ł"): "l", ord("ı"): "i", ord("œ"): "oe"}
_WITHOUT_BLANKS = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR")
_HIRAGANA = {katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)}

SPECIES_WORDS: tuple[frozenset[str], ...] = (
    frozenset({"dog", "canine", "canis", "hund"}),
    frozenset({"cat", "feline", "felis", "katze"}),
    frozenset({"horse", "equine", "equus", "pferd"}),
    frozenset({"rabbit", "lagomorph", "oryctolagus", "kaninchen"}),
    frozenset({"cattle", "cow", "bovine", "bos", "rind"}),
    frozenset({"bird", "avian", "aves", "vogel"}),
)


def fold(text: str) -> str:
    """Lower case, without accents and width variants; katakana as hiragana."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", kept).casefold().translate(_PLAIN).translate(_HIRAGANA)


def spelled_out(text: str) -> str:
    """`text` folded with ä as ae and so on, the way a device without umlauts writes it."""
    return fold(unicodedata.normalize("NFC", text).lower().translate(_UMLAUTS))


def words(folded: str) -> list[str]:
    """The runs of letters and digits, as SQLite's unicode61 tokenizer cuts them."""
    if folded.isascii():
        return _ASCII_WORDS.findall(folded)
    return "".join(letter if _is_letter(letter) else " " for letter in folded).split()


def has_no_blanks(word: str) -> bool:
    """Whether the word is of a script that writes words without blanks between them."""
    return not word.isascii() and any(_without_blanks(letter) for letter in word)


def name_words(texts: Iterable[str]) -> str:
    """The search words of names and descriptions: each word, its spelling without umlauts, and its tails."""
    return " ".join(_name_words(text) for text in texts if text)


@lru_cache(maxsize=4096)
def _name_words(text: str) -> str:
    found = words(fold(text))
    if not text.isascii():
        found += [word for word in words(spelled_out(text)) if word not in found]
    return " ".join([*found, *_marked(tail for word in found for tail in _tails(word))])


def id_words(texts: Iterable[str]) -> str:
    """The search words of identifiers: as written, without separators, and their last digits."""
    found: list[str] = []
    for text in filter(None, texts):
        parts = words(fold(text))
        found += parts
        together = "".join(parts)
        if len(parts) > 1:
            found.append(together)
        found += _marked(together[-length:] for length in ID_TAILS if len(together) > length)
    return " ".join(found)


def species_words(species: str) -> str:
    """The species with its everyday and its scholarly word: a dog is found as canine and as Hund too."""
    own = _name_words(species)
    alike = [word for group in SPECIES_WORDS if not group.isdisjoint(own.split()) for word in sorted(group)]
    return " ".join([own, *alike])


def _tails(word: str) -> list[str]:
    if len(word) > MAX_WORD:
        return []
    shortest = 1 if has_no_blanks(word) else MIN_INSIDE
    return [word[start:] for start in range(1, len(word) - shortest + 1)]


def _marked(tails: Iterable[str]) -> list[str]:
    return [INSIDE + tail for tail in dict.fromkeys(tails)]


@lru_cache(maxsize=4096)
def _is_letter(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LN" or unicodedata.category(letter) == "Co"


@lru_cache(maxsize=4096)
def _without_blanks(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(_WITHOUT_BLANKS)
