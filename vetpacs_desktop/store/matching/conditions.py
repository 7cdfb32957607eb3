"""A question's keys as conditions: SQL where an index or a column answers, a test of the row where not.

Pure: nothing is run here. Attributes that the index does not hold match everything; `ignored` names them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from vetpacs_desktop.store.database import Row, Value
from vetpacs_desktop.store.matching import names, patterns
from vetpacs_desktop.store.matching.patterns import Between, NoSuchMoment
from vetpacs_desktop.store.matching.question import BadQuestion, Key, Level, Question

RowTest = Callable[[Row], bool]
STUDY_DATE, STUDY_TIME, BIRTH_DATE = 0x00080020, 0x00080030, 0x00100030
_STUDY_UID = 0x0020000D


@dataclass(frozen=True, slots=True)
class Part:
    """One SQL condition with its parameters."""

    sql: str
    values: tuple[Value, ...] = ()


@dataclass(slots=True)
class Conditions:
    """What rows of each level must fulfil."""

    study: list[Part] = field(default_factory=list)
    series: list[Part] = field(default_factory=list)
    image: list[Part] = field(default_factory=list)
    study_tests: list[RowTest] = field(default_factory=list)
    series_tests: list[RowTest] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    """FTS5 expressions, all of which hold."""
    uids: tuple[str, ...] = ()
    """Study Instance UIDs asked for."""
    days: Between | None = None
    """The exam days asked for."""
    exact: list[Part] = field(default_factory=list)
    """Conditions on an identifier that has an index of its own."""
    ignored: list[int] = field(default_factory=list)


def of(question: Question) -> Conditions:
    """The conditions of a question. Raises `BadQuestion` for a date or time that can't be read."""
    found = Conditions()
    try:
        for key in question.keys:
            _add(found, key, question)
        if question.combined:
            _add_moment(found, question)
    except NoSuchMoment as error:
        raise BadQuestion("A date or time can't be read") from error
    return found


def _add(found: Conditions, key: Key, question: Question) -> None:
    combined = question.combined and key.tag in (STUDY_DATE, STUDY_TIME) and _both(question)
    if combined:
        return
    make = _BY_TAG.get((key.tag, key.inner))
    if make is None:
        found.ignored.append(key.tag)
    else:
        make(found, key.values)


def _both(question: Question) -> bool:
    return bool(question.values_of(STUDY_DATE) and question.values_of(STUDY_TIME))


def _add_moment(found: Conditions, question: Question) -> None:
    """Date and time together are one stretch from the first moment to the last."""
    if not _both(question):
        return
    day, time = (
        patterns.days(question.values_of(STUDY_DATE)[0]),
        patterns.times(question.values_of(STUDY_TIME)[0]),
    )
    found.days = day
    if day.first:
        found.study.append(Part("study_date || study_time >= ?", (day.first + (time.first or "00:00:00"),)))
    if day.last:
        found.study.append(Part("study_date || study_time <= ?", (day.last + (time.last or "23:59:59"),)))


# -- one maker for each kind of attribute ------------------------------------------------------------------

Make = Callable[[Conditions, Sequence[str]], None]


def _patient_name(found: Conditions, given: Sequence[str]) -> None:
    _name(found, given, "animal owner also_known", names.spellings, ("animal_sort", "owner_sort"))


def _owner_name(found: Conditions, given: Sequence[str]) -> None:
    _name(found, given, "owner also_known", names.owner_spellings, ("owner_sort",))


def _name(
    found: Conditions,
    given: Sequence[str],
    columns: str,
    spellings: Callable[[Row], list[str]],
    sorts: Sequence[str],
) -> None:
    test = patterns.name_test(given)
    found.study_tests.append(lambda row: test(spellings(row)))
    expression = patterns.match_terms([pattern.split("=")[0] for pattern in given], columns)
    if expression:
        found.words.append(expression)
        return
    pieces = [piece for pattern in given for piece in patterns.literals(pattern)]
    if pieces and len(given) == 1:
        likes = [f"{column} LIKE ? ESCAPE '!'" for column in sorts]
        values = [f"%{_escaped(max(pieces, key=len))}%"] * len(sorts)
        found.study.append(Part(f"({' OR '.join([*likes, 'also_known <> ?'])})", (*values, "")))


def _text(column: str, words: str = "") -> Make:
    """A text of the study's row, in `words` of the word index."""

    def make(found: Conditions, given: Sequence[str]) -> None:
        test = patterns.text_test(given)
        found.study_tests.append(lambda row: test(str(row[column]).split("\n")))
        if words and (expression := patterns.match_terms(given, words)):
            found.words.append(expression)

    return make


def _identifier(column: str, words: str) -> Make:
    """An identifier with an index of its own; capitals don't count."""
    by_text = _text(column, words)

    def make(found: Conditions, given: Sequence[str]) -> None:
        if any(map(patterns.is_wild, given)) or not all(map(str.isascii, given)):
            by_text(found, given)
            return
        marks = ", ".join("?" * len(given))
        found.exact.append(Part(f"{column} COLLATE NOCASE IN ({marks})", tuple(given)))

    return make


def _other_id(found: Conditions, given: Sequence[str]) -> None:
    test = patterns.text_test(given)
    found.study_tests.append(lambda row: test([row["microchip"], *str(row["other_ids"]).split("\n")]))
    if expression := patterns.match_terms(given, "chip other_ids"):
        found.words.append(expression)


def _species(found: Conditions, given: Sequence[str]) -> None:
    """Plain words find their synonyms as well (a dog is a canine); a wildcard is taken as it stands."""
    if not any(map(patterns.is_wild, given)):
        found.words.append(patterns.match_terms(given, "species") or '""')
        return
    _text("species", "species also_known")(found, given)


def _code(kind: str, place: int) -> Make:
    def make(found: Conditions, given: Sequence[str]) -> None:
        test = patterns.text_test(given)
        found.study_tests.append(lambda row: test(code[place] for code in names.codes(row, kind)))

    return make


def _modalities(found: Conditions, given: Sequence[str]) -> None:
    likes = " OR ".join(["',' || modalities || ',' LIKE ? ESCAPE '!'"] * len(given))
    found.study.append(Part(f"({likes})", tuple(f"%,{_like(value)},%" for value in given)))
    if not any(map(patterns.is_wild, given)) and (found_words := patterns.match_terms(given, "modality")):
        found.words.append(found_words)


def _study_uids(found: Conditions, given: Sequence[str]) -> None:
    found.uids = tuple(given)


def _study_days(found: Conditions, given: Sequence[str]) -> None:
    found.days = patterns.days(given[0])


def _range(column: str, read: Callable[[str], Between]) -> Make:
    def make(found: Conditions, given: Sequence[str]) -> None:
        between = read(given[0])
        found.study.append(Part(f"{column} <> ''"))
        if between.first:
            found.study.append(Part(f"{column} >= ?", (between.first,)))
        if between.last:
            found.study.append(Part(f"{column} <= ?", (between.last,)))

    return make


def _on(level: Level, expression: str, *, number: bool = False) -> Make:
    """A short column of a series or image: wildcards by LIKE, which minds no capitals."""

    def make(found: Conditions, given: Sequence[str]) -> None:
        parts = found.series if level is Level.SERIES else found.image
        if number:
            wanted = tuple(int(value) for value in given if value.lstrip("+-").isdigit())
            parts.append(Part(f"{expression} IN ({', '.join('?' * len(wanted))})", wanted))
            return
        likes = " OR ".join([f"{expression} LIKE ? ESCAPE '!'"] * len(given))
        parts.append(Part(f"({likes})", tuple(map(_like, given))))

    return make


def _uids(level: Level, expression: str) -> Make:
    def make(found: Conditions, given: Sequence[str]) -> None:
        parts = found.series if level is Level.SERIES else found.image
        parts.append(Part(f"{expression} IN ({', '.join('?' * len(given))})", tuple(given)))

    return make


def _series_text(column: str) -> Make:
    def make(found: Conditions, given: Sequence[str]) -> None:
        test = patterns.text_test(given)
        found.series_tests.append(lambda row: test([str(row[column])]))

    return make


def _person(column: str) -> Make:
    def make(found: Conditions, given: Sequence[str]) -> None:
        test = patterns.name_test(given)
        found.study_tests.append(lambda row: test([names.as_person(str(row[column]))]))

    return make


def _codes_of(column: str) -> Make:
    """A CS of the study's row."""

    def make(found: Conditions, given: Sequence[str]) -> None:
        likes = " OR ".join([f"{column} LIKE ? ESCAPE '!'"] * len(given))
        found.study.append(Part(f"({likes})", tuple(map(_like, given))))

    return make


def _everything(found: Conditions, given: Sequence[str]) -> None:
    """What every answer fulfils: that the images are at hand, for example."""


def _like(value: str) -> str:
    return _escaped(value).replace("*", "%").replace("?", "_")


def _escaped(value: str) -> str:
    return value.replace("!", "!!").replace("%", "!%").replace("_", "!_")


_BY_TAG: dict[tuple[int, int], Make] = {
    (0x00080016, 0): _uids(Level.IMAGE, "sop_class_uid"),
    (0x00080018, 0): _uids(Level.IMAGE, "sop_uid"),
    (STUDY_DATE, 0): _study_days,
    (STUDY_TIME, 0): _range("study_time", patterns.times),
    (0x00080050, 0): _identifier("accession_number", "accession"),
    (0x00080054, 0): _everything,
    (0x00080056, 0): _everything,
    (0x00080060, 0): _on(Level.SERIES, "series.modality"),
    (0x00080061, 0): _modalities,
    (0x00080070, 0): _series_text("manufacturer"),
    (0x00080080, 0): _text("institution"),
    (0x00080090, 0): _person("referring"),
    (0x00081010, 0): _series_text("station"),
    (0x00081030, 0): _text("description", "description"),
    (0x0008103E, 0): _series_text("description"),
    (0x00083002, 0): _uids(Level.IMAGE, "transfer_syntax_uid"),
    (0x00100010, 0): _patient_name,
    (0x00100020, 0): _identifier("patient_id", "patient_id"),
    (0x00100021, 0): _text("issuer"),
    (BIRTH_DATE, 0): _range("birth_date", patterns.days),
    (0x00100040, 0): _codes_of("sex"),
    (0x00101000, 0): _other_id,
    (0x00101002, 0x00100020): _other_id,
    (0x00101002, 0x00100022): _everything,
    (0x00102201, 0): _species,
    (0x00102202, 0x00080100): _code("species", 0),
    (0x00102202, 0x00080102): _code("species", 1),
    (0x00102202, 0x00080104): _code("species", 2),
    (0x00102203, 0): _codes_of("neutered"),
    (0x00102292, 0): _text("breed", "breed also_known"),
    (0x00102293, 0x00080100): _code("breed", 0),
    (0x00102293, 0x00080102): _code("breed", 1),
    (0x00102293, 0x00080104): _code("breed", 2),
    (0x00102297, 0): _owner_name,
    (0x00102298, 0): _everything,
    (0x00102299, 0): _owner_name,
    (0x00180015, 0): _on(Level.SERIES, "body_part"),
    (0x00185101, 0): _on(Level.SERIES, "view_position"),
    (_STUDY_UID, 0): _study_uids,
    (0x0020000E, 0): _uids(Level.SERIES, "series_uid"),
    (0x00200010, 0): _text("study_id", "accession"),
    (0x00200011, 0): _on(Level.SERIES, "series.number", number=True),
    (0x00200013, 0): _on(Level.IMAGE, "instances.number", number=True),
    (0x00200060, 0): _on(Level.SERIES, "laterality"),
    (0x00280008, 0): _on(Level.IMAGE, "frames", number=True),
}


def matched() -> list[tuple[int, int]]:
    """Every attribute that is looked at, with the one inside a sequence (0: none), for the conformance
    statement."""
    return sorted(key for key, make in _BY_TAG.items() if make is not _everything)
