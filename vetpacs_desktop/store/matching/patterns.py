"""Wildcards, lists and ranges of a query (PS3.4 C.2.2.2) as tests of texts and as terms of the word index.

Pure functions. Letters are compared folded, as the window's search does: in any case, accent, width and
script. That finds more than the letter of the standard and never less.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from vetpacs_desktop.store.folding import INSIDE, MIN_INSIDE, fold, has_no_blanks, spelled_out, words

Test = Callable[[Iterable[str]], bool]
"""Whether any of these texts matches."""

_RUNS = re.compile(r"[*?]+|[^*?]+")
_SEPARATORS = re.compile(r"[\^=,\s]+")
_DATE = re.compile(r"(\d{4})[.\-/]?(\d{2})?[.\-/]?(\d{2})?")
_TIME = re.compile(r"(\d{2}):?(\d{2})?:?(\d{2})?(?:\.\d*)?")


class NoSuchMoment(ValueError):
    """A date or time that can't be read."""


@dataclass(frozen=True, slots=True)
class Between:
    """A stretch of days or times in the index's own spelling, both ends included; an empty end is open."""

    first: str = ""
    last: str = ""


def is_wild(pattern: str) -> bool:
    """Whether it has a wildcard."""
    return "*" in pattern or "?" in pattern


def is_universal(pattern: str) -> bool:
    """Whether everything matches it."""
    return not pattern.strip("*")


def regex(pattern: str) -> re.Pattern[str]:
    """``*`` any run, ``?`` any one sign, everything else itself; for folded texts."""
    signs = {"*": ".*", "?": "."}
    return re.compile("".join(signs.get(sign) or re.escape(sign) for sign in pattern), re.DOTALL)


def text_test(patterns: Sequence[str]) -> Test:
    """A test for texts: any of the patterns must match a whole text."""
    found = [regex(spelling) for pattern in patterns for spelling in _spellings(pattern)]

    def test(texts: Iterable[str]) -> bool:
        return any(
            one.fullmatch(spelling) for text in texts for spelling in _spellings(text) for one in found
        )

    return test


def name_test(patterns: Sequence[str]) -> Test:
    """A test for names of persons and animals, written with ``^`` between components.

    With ``^`` component by component. Without: a wildcard must match a component or the whole name, plain
    words must all be in the name. A pattern in several scripts must match in each.
    """
    tests = [_scripts(pattern) for pattern in patterns]

    def test(names: Iterable[str]) -> bool:
        spelled = [spelling for name in names for spelling in _spellings(name)]
        return any(
            all(any(one(name) for name in spelled for one in script) for script in scripts)
            for scripts in tests
        )

    return test


def _scripts(pattern: str) -> list[list[Callable[[str], bool]]]:
    """For each script of the pattern the tests of its spellings."""
    return [
        [_name(spelling) for spelling in _spellings(part)]
        for part in pattern.split("=")
        if part.strip("^ ") and not is_universal(part)
    ]


def _name(pattern: str) -> Callable[[str], bool]:
    pattern = pattern.strip(" ").rstrip("^ ")
    if "^" in pattern:
        parts = [regex(part.strip() or "*") for part in pattern.split("^")]

        def by_component(name: str) -> bool:
            if "^" not in name:
                return False
            given = [part.strip() for part in name.split("^")]
            given += [""] * (len(parts) - len(given))
            return all(one.fullmatch(part) for one, part in zip(parts, given, strict=False))

        return by_component
    if is_wild(pattern):
        whole = regex(" ".join(_SEPARATORS.split(pattern)))

        def by_wildcard(name: str) -> bool:
            pieces = [part.strip() for part in _SEPARATORS.split(name)]
            return any(map(whole.fullmatch, (*pieces, " ".join(pieces), *name.split("^"))))

        return by_wildcard
    wanted = set(words(pattern))
    return lambda name: bool(wanted) and wanted <= set(words(name))


def _spellings(text: str) -> tuple[str, ...]:
    if text.isascii():
        return (text.lower(),)
    return tuple(dict.fromkeys((fold(text), spelled_out(text))))


def match_terms(patterns: Sequence[str], columns: str) -> str:
    """An FTS5 expression that every match of any pattern fulfils; empty when the word index can't narrow it.

    `columns`: names of the word index's columns, with blanks between.
    """
    each = [_terms(pattern) for pattern in patterns]
    if not each or not all(each):
        return ""
    return f"{{{columns}}} : ({' OR '.join(f'({one})' for one in each)})"


def _terms(pattern: str) -> str:
    spellings = [" AND ".join(_term(*word) for word in _literal_words(one)) for one in _spellings(pattern)]
    return " OR ".join(f"({one})" for one in dict.fromkeys(spellings)) if all(spellings) else ""


def _literal_words(pattern: str) -> list[tuple[str, bool, bool]]:
    """The words a pattern spells out: (word, is its start certain, is its end certain)."""
    found: list[tuple[str, bool, bool]] = []
    runs = _RUNS.findall(pattern)
    for place, run in enumerate(runs):
        if run[0] in "*?":
            continue
        parts = words(run)
        for number, word in enumerate(parts):
            at_start = number == 0 and place > 0 and words(run[:1]) != []
            at_end = number == len(parts) - 1 and place < len(runs) - 1 and words(run[-1:]) != []
            if not at_start or len(word) >= MIN_INSIDE or has_no_blanks(word):
                found.append((word, not at_start, not at_end))
    return found


def _term(word: str, starts: bool, ends: bool) -> str:
    if starts:
        return f'"{word}"' if ends else f'"{word}"*'
    return f'("{word}"* OR "{INSIDE}{word}"*)'


def days(value: str) -> Between:
    """A DA key: a day, the beginning of one, or a range, as ISO days. Raises `NoSuchMoment`."""
    return _between(value, _day)


def times(value: str) -> Between:
    """A TM key: a time or a range, as ``HH:MM:SS``; what is left out of a time is any. Raises
    `NoSuchMoment`."""
    return _between(value, _time)


def _between(value: str, read: Callable[[str, bool], str]) -> Between:
    text = value.strip().rstrip("*").strip()
    if not text or text == "-":
        return Between()
    if "-" not in text or (_DATE.fullmatch(text) and text.count("-") == 2):
        return Between(read(text, False), read(text, True))
    first, _, last = text.partition("-")
    return Between(read(first.strip(), False) if first else "", read(last.strip(), True) if last else "")


def _day(text: str, at_end: bool) -> str:
    found = _DATE.fullmatch(text)
    if not found:
        raise NoSuchMoment(text)
    return f"{found[1]}-{found[2] or ('12' if at_end else '01')}-{found[3] or ('31' if at_end else '01')}"


def _time(text: str, at_end: bool) -> str:
    found = _TIME.fullmatch(text)
    if not found:
        raise NoSuchMoment(text)
    rest = "59" if at_end else "00"
    return f"{found[1]}:{found[2] or rest}:{found[3] or rest}"


def literals(pattern: str) -> list[str]:
    """The folded stretches between the wildcards and the separators of a name."""
    runs = (run for run in _RUNS.findall(fold(pattern)) if run[0] not in "*?")
    return [piece for run in runs for piece in _SEPARATORS.split(run) if piece]
