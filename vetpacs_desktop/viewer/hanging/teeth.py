"""Which teeth an image shows, and where in a mouth's chart that is: Triadan numbers out of words.

The chart looks at the animal from the front: its right teeth at the viewer's left, upper teeth above. Pure
functions; a tooth that nobody named is never invented, though its jaw and side may be known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vetpacs_desktop.viewer.hanging.vocabulary import Vocabulary, folded
from vetpacs_desktop.viewer.mouth import teeth_in

COLUMNS = 7
"""Right: molars, premolars, canine; both sides' incisors; left: canine, premolars, molars."""
MIDDLE = 3
_QUADRANTS = {("upper", "R"): 1, ("upper", "L"): 2, ("lower", "L"): 3, ("lower", "R"): 4}
_CANINE_TO, _PREMOLARS_TO = 4.5, 7.5
"""Mean tooth numbers up to which an image counts for the canine and for the front premolars."""


def teeth_of(texts: Sequence[str], side: str, vocabulary: Vocabulary) -> tuple[tuple[int, ...], str]:
    """Triadan numbers and the jaw (upper, lower or "") that texts name; `side` is R, L or ""."""
    for text in texts:
        numbers = tuple(tooth.number for tooth in teeth_in(text))
        if numbers:
            jaws = {"upper" if number // 100 in (1, 2, 5, 6) else "lower" for number in numbers}
            return numbers, jaws.pop() if len(jaws) == 1 else ""
    jaw = _first(vocabulary.jaws.found(text) for text in texts)
    for text in texts:
        number = _named(text, jaw, side, vocabulary)
        if number:
            return (number,), jaw
    return (), jaw


def column_of(teeth: Sequence[int], side: str) -> int:
    """The chart's column of an image: 0 is the right molars, 3 the incisors, 6 the left molars.

    Without teeth the side's premolars; without a side the middle.
    """
    sides = {_side(number) for number in teeth} or ({side} if side else set())
    if len(sides) != 1:
        return MIDDLE
    away = 2
    if teeth:
        mean = sum(number % 100 for number in teeth) / len(teeth)
        away = 0 if mean <= 3 else 1 if mean <= _CANINE_TO else 2 if mean <= _PREMOLARS_TO else 3
    return MIDDLE - away if sides == {"R"} else MIDDLE + away


def _side(number: int) -> str:
    return "R" if number // 100 in (1, 4, 5, 8) else "L"


def _named(text: str, jaw: str, side: str, vocabulary: Vocabulary) -> int:
    """The number of a tooth in words, such as ``upper left 4th premolar``; 0 where something is missing."""
    quadrant = _QUADRANTS.get((jaw, side))
    if quadrant is None:
        return 0
    words = folded(text)
    kind = _first((vocabulary.kinds.found(text),))
    number = _first((vocabulary.numbers.found(text),))
    for word in words:  # P4, pm4, M1 as one word
        letters, digits = word.rstrip("0123456789"), word[len(word.rstrip("0123456789")) :]
        if letters in ("p", "pm", "m", "i", "c") and digits in ("1", "2", "3", "4"):
            kind, number = _first((vocabulary.kinds.found(letters),)), digits
    if kind == "canine":
        return quadrant * 100 + 4
    if not kind or not number:
        return 0
    return quadrant * 100 + int(number) + {"incisor": 0, "premolar": 4, "molar": 8}[kind]


def _first(founds: Iterable[dict[str, int]]) -> str:
    """The one name in the first text that says any."""
    for found in founds:
        if len(found) == 1:
            return next(iter(found))
    return ""
