"""What a person types in the search line, as a query of the index. Pure: it runs nothing and never raises.

Grammar: free words (each must be found, from the start of a word or inside it), ``"quoted phrases"``, and
``owner: animal: species: breed: chip: id: modality: date:`` before a word or a phrase. A word before an
unknown colon is a free word like any other.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vetpacs_desktop.store.folding import INSIDE, MIN_INSIDE, fold, has_no_blanks, spelled_out, words

FIELDS: dict[str, tuple[str, ...]] = {
    "animal": ("animal", "also_known"),
    "name": ("animal", "also_known"),
    "patient": ("animal", "also_known"),
    "owner": ("owner", "also_known"),
    "species": ("species", "also_known"),
    "breed": ("breed", "also_known"),
    "chip": ("chip",),
    "microchip": ("chip",),
    "id": ("patient_id", "other_ids", "accession"),
    "accession": ("accession",),
    "description": ("description",),
    "modality": ("modality",),
}
_NAMED = ("today", "yesterday", "week", "month", "year")
_NEW = frozenset({"new", "unread"})
MAX_TERMS = 32
"""More words than this in one search are left out: nobody types them, a pasted page does."""
_PIECE = re.compile(
    r"""(?=\S)(?:(?P<field>[^\W\d_]+):\s*)?
    (?:"(?P<phrase>[^"]*)(?P<closed>"?) | (?![^\W\d_]+:)(?P<word>[^\s"]+))?""",
    re.VERBOSE,
)
_DAY = re.compile(r"(\d{4})(?:-?(\d{1,2}))?(?:-?(\d{1,2}))?")
_UNFINISHED = re.compile(r"[\d.\-]*")
"""A date that is still being typed narrows nothing yet; anything else behind ``date:`` finds nothing."""
_TYPED_DAY = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?|(\d{1,2})\.(\d{1,2})\.(\d{4})")


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of exam days, both ends included; None is open."""

    first: date | None = None
    last: date | None = None

    def narrowed(self, other: Days) -> Days:
        firsts = [day for day in (self.first, other.first) if day]
        lasts = [day for day in (self.last, other.last) if day]
        return Days(max(firsts, default=None), min(lasts, default=None))


@dataclass(frozen=True, slots=True)
class Query:
    """`match`: an FTS5 expression, empty for everything; `days`: the stretch of exam days asked for."""

    match: str = ""
    days: Days = Days()
    only_new: bool = False
    """Only exams nobody has opened yet: ``is:new``."""
    animal: str = ""
    """Only this animal's exams: ``animalid:`` with the id that `studies` prints, for links."""


def parse(text: str, today: date) -> Query:
    """Understand a search line; what can't be understood is searched as plain words."""
    terms: list[str] = []
    days = Days()
    only_new, animal = False, ""
    for piece in _PIECE.finditer(text.replace("\0", " ")):
        field = fold(piece["field"] or "")
        value = piece["phrase"] or piece["word"] or ""
        if field == "date":
            asked = stretch(value, today)
            days = days.narrowed(asked or Days())
            if not asked and not _unfinished(value):
                terms += _terms(("day",), value, exact=True)
            continue
        if field == "is" and fold(value) in _NEW:
            only_new = True
            continue
        if field == "animalid":
            animal = value
            continue
        if field == "modality" and "," in value:
            terms += _any_of(FIELDS[field], value.split(","))
            continue
        columns = FIELDS.get(field, ())
        if field and not columns:
            terms += _terms((), field, exact=False)
        terms += _terms(columns, value, exact=bool(piece["closed"]))
    return Query(" AND ".join(terms[:MAX_TERMS]), days, only_new, animal)


def _any_of(columns: Sequence[str], values: Sequence[str]) -> list[str]:
    """One term that any of `values` meets: ``modality:CR,DX``."""
    each = [term for value in values for term in _terms(columns, value, exact=True)]
    return [f"({' OR '.join(each)})"] if each else []


def _unfinished(value: str) -> bool:
    return bool(_UNFINISHED.fullmatch(value)) or any(name.startswith(fold(value)) for name in _NAMED)


def _terms(columns: Sequence[str], value: str, *, exact: bool) -> list[str]:
    """One FTS5 term for a word or phrase; `exact` for a phrase whose quote is closed."""
    parts = words(fold(value))[:MAX_TERMS]
    if not parts:
        return []
    spellings = list(
        dict.fromkeys([*_day_words(value), " ".join(parts), " ".join(words(spelled_out(value)))])
    )
    found = [f'"{spelling}"{"" if exact else "*"}' for spelling in spellings if spelling]
    last = parts[-1]
    if len(parts) == 1 and not exact and (len(last) >= MIN_INSIDE or has_no_blanks(last)):
        found.append(f'"{INSIDE}{last}"*')
    term = f"({' OR '.join(found)})"
    return [f"{{{' '.join(columns)}}} : {term}" if columns else term]


def _day_words(value: str) -> list[str]:
    """A typed date, whole or its beginning, the way the index writes days."""
    found = _TYPED_DAY.fullmatch(value)
    if not found:
        return []
    if found[4]:
        return [f"{found[6]}{int(found[5]):02}{int(found[4]):02}"]
    return [f"{found[1]}{int(found[2]):02}" + (f"{int(found[3]):02}" if found[3] else "")]


def stretch(value: str, today: date) -> Days | None:
    """``today``, ``yesterday``, ``week``, ``month``, ``year``, a year, month or day, or ``from..to`` with
    either side left open; None while that is not yet a date."""
    first, dots, last = value.partition("..")
    if not dots:
        return _span(first, today)
    start, end = _span(first, today), _span(last, today)
    if (first and not start) or (last and not end) or not (start or end):
        return None
    return Days(start.first if start else None, end.last if end else None)


def _span(value: str, today: date) -> Days | None:
    word = fold(value.strip())
    if word in _NAMED:
        return _named(word, today)
    found = _DAY.fullmatch(word)
    if not found or not 1 <= int(found[1]) <= 9999:
        return None
    year, month, of_month = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    try:
        if found[3]:
            return Days(date(year, month, of_month), date(year, month, of_month))
        if found[2]:
            return Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
        return Days(date(year, 1, 1), date(year, 12, 31))
    except ValueError:
        return None


def _named(word: str, today: date) -> Days:
    yesterday = today - timedelta(1)
    return {
        "today": Days(today, today),
        "yesterday": Days(yesterday, yesterday),
        "week": Days(today - timedelta(6), today),
        "month": Days(today.replace(day=1), today),
        "year": Days(today.replace(month=1, day=1), today),
    }[word]
