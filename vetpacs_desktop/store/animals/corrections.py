"""What a person says better than a device did: whose exam it is. Kept beside the images, never inside them.

Owns the log of corrections; nothing in it is ever deleted, an undo is one more entry. A file in the objects
folder is never touched; what leaves the house carries the corrected words by `outgoing.prepared`. Every entry
is also in the journal, so that an index that is destroyed loses none.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from uuid import uuid4

from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.store import correcting
from vetpacs_desktop.store.correcting import WORDS
from vetpacs_desktop.store.database import Database, Row
from vetpacs_desktop.store.index import Index
from vetpacs_desktop.store.journal import Entry, Journal
from vetpacs_desktop.store.records import AnimalID, StudyUID

LONGEST = 64
"""Characters of a name, a number or a description in a header."""
_LINES = ("animal_name", "owner_name", "species", "breed", "patient_id", "microchip", "issuer")
_SEXES = ("", "M", "F", "O")
_NEUTERED = ("", "ALTERED", "UNALTERED")


@dataclass(frozen=True, slots=True)
class Words:
    """What a person says of an animal; None: as the device sent it, empty: known to be nothing."""

    animal_name: str | None = None
    owner_name: str | None = None
    species: str | None = None
    breed: str | None = None
    sex: str | None = None
    """M, F, O or empty."""
    neutered: str | None = None
    """ALTERED, UNALTERED or empty."""
    birth_date: str | None = None
    """ISO ``YYYY-MM-DD``."""
    patient_id: str | None = None
    microchip: str | None = None
    issuer: str | None = None

    def stated(self) -> dict[str, str]:
        """The words that say something, by column."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: " ".join(value.split()) for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry of the log."""

    correction_id: str
    study_uid: StudyUID
    words: Words
    animal_id: AnimalID | None
    """The animal the exam was moved to; None where the words alone say whose it is."""
    by: str
    at: str
    """ISO 8601 with offset."""
    undone_at: str = ""
    undone_by: str = ""


class Corrections:
    """The corrections of one library: `library.corrections`."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def record(
        self, study_uid: str, words: Words, by: str = "", *, animal_id: AnimalID | None = None
    ) -> Correction:
        """Correct the words of one exam: the list, the search and every copy that leaves say them.

        It replaces the correction before, which `undo` brings back. An exam that has yet to come is corrected
        when it does. Raises `UsageError` for words that no header could hold.
        """
        check(words)
        one = Correction(uuid4().hex, StudyUID(study_uid), words, animal_id, by, _now())
        entry: Entry = {
            "event": "correct",
            "id": one.correction_id,
            "study_uid": study_uid,
            "words": words.stated(),
            "animal_id": animal_id or "",
            "by": by,
            "at": one.at,
        }
        with self._journal.entering(entry), self._database.atomic():
            correcting.insert(self._database, entry)
            Index(self._database).refresh([StudyUID(study_uid)])
        return one

    def undo(self, study_uid: str, by: str = "") -> bool:
        """Take the newest correction back; the one before it holds again. False when there is none."""
        newest = self.of(study_uid)
        if newest is None:
            return False
        entry: Entry = {"event": "undo", "id": newest.correction_id, "by": by, "at": _now()}
        with self._journal.entering(entry), self._database.atomic():
            correcting.insert(self._database, entry)
            Index(self._database).refresh([StudyUID(study_uid)])
        return True

    def bring_in(self, entries: Iterable[Entry]) -> int:
        """Take over acts of another state of this library that this one lacks; answers how many.

        Of two corrections of an exam the one that a person made later holds, wherever it was made; both stay
        in the log. Raises as `record`; it may be called again.
        """
        fresh = correcting.lacking(self._database, entries)
        if not fresh:
            return 0
        with ExitStack() as written:
            for entry in fresh:
                written.enter_context(self._journal.entering(entry))
            with self._database.atomic():
                correcting.insert_all(self._database, fresh)
                acts = correcting.state(self._database)
                said = {acts[number][0] for entry in fresh if (number := str(entry["id"])) in acts}
                correcting.order_anew(self._database, said)
                Index(self._database).refresh(map(StudyUID, said))
        return len(fresh)

    def of(self, study_uid: str) -> Correction | None:
        """The correction that holds for an exam."""
        return next((one for one in self.history(study_uid) if not one.undone_at), None)

    def history(self, study_uid: str) -> list[Correction]:
        """Every correction there ever was of an exam, the newest first."""
        rows = self._database.rows(
            "SELECT * FROM corrections WHERE study_uid = ? ORDER BY number DESC", (study_uid,)
        )
        return [_correction(row) for row in rows]

    def stated(self, study_uid: str) -> Words | None:
        """What the device said, where a correction hides it."""
        rows = self._database.rows("SELECT * FROM stated_words WHERE study_uid = ?", (study_uid,))
        return Words(**{name: rows[0][name] for name in WORDS}) if rows else None


def check(words: Words) -> None:
    """Raise `UsageError` for words that no header could hold (PS3.5 6.2)."""
    said = words.stated()
    if said.get("sex", "") not in _SEXES:
        raise UsageError(reason="the sex is M, F, O or nothing")
    if said.get("neutered", "") not in _NEUTERED:
        raise UsageError(reason="neutered is ALTERED, UNALTERED or nothing")
    if said.get("birth_date"):
        _check_day(said["birth_date"])
    for name in _LINES:
        if len(said.get(name, "")) > LONGEST:
            raise UsageError(reason=f"{said[name][:20]}... is too long; at most {LONGEST} characters fit")


def _check_day(text: str) -> None:
    try:
        if date.fromisoformat(text).isoformat() != text:
            raise ValueError(text)
    except ValueError as error:
        raise UsageError(reason=f"{text} is no date; write it like 2019-03-12") from error


def _correction(row: Row) -> Correction:
    return Correction(
        correction_id=row["correction_id"],
        study_uid=StudyUID(row["study_uid"]),
        words=Words(**correcting.words_in(row["words"])),
        animal_id=AnimalID(row["animal_id"]) if row["animal_id"] else None,
        by=row["author"],
        at=row["at"],
        undone_at=row["undone_at"],
        undone_by=row["undone_by"],
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
