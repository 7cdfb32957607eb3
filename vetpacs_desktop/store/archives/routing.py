"""Rules that send by themselves: which exams go to which archive as soon as they are complete.

It decides and writes down; the courier asks it and sends. A rule is about exams that come after it was made.
No image is sent twice by a rule, and none goes back to where it came from, so that two archives whose rules
name each other come to rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store import folding
from vetpacs_desktop.store.archives.addresses import own_addresses, plain
from vetpacs_desktop.store.archives.nodes import Node, Nodes
from vetpacs_desktop.store.database import Database, Row
from vetpacs_desktop.store.listing import study_row
from vetpacs_desktop.store.records import StudyRow, StudyUID

PREVIEW_DAYS = 7
_SOURCE = re.compile(r"(?P<title>.*) \((?P<address>[^()]*)\)")
"""How the receiver names a machine: its name and address."""


class RuleIncomplete(KnownError):
    """The rule needs {what}; complete it and save again."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Exams that fit every condition go to `node`; an empty condition fits every exam, and one with commas
    fits any of its parts."""

    name: str
    node: str
    """The archive's name."""
    modalities: str = ""
    """CT, MR"""
    description: str = ""
    """Words in the description of the exam or of one of its series."""
    machines: str = ""
    """Names (AE titles) of sending machines."""
    species: str = ""
    active: bool = True
    since: str = ""
    """Exams that came after this moment (ISO 8601, UTC); set when the rule is made or switched on."""
    rule_id: int = 0


@dataclass(frozen=True, slots=True)
class Exam:
    """What the conditions look at."""

    modalities: tuple[str, ...]
    descriptions: tuple[str, ...]
    sources: tuple[str, ...]
    species: str


def fits(rule: Rule, exam: Exam) -> bool:
    """Whether every condition of `rule` fits `exam`; whatever the case and accents of the words."""
    descriptions = _folded(exam.descriptions)
    machines = _folded(title_of(text) for text in exam.sources)
    species = folding.fold(exam.species)
    conditions: tuple[tuple[str, Callable[[str], bool]], ...] = (
        (rule.modalities, lambda one: one in _folded(exam.modalities)),
        (rule.description, lambda one: any(one in text for text in descriptions)),
        (rule.machines, lambda one: one in machines),
        (rule.species, lambda one: _same_species(one, species)),
    )
    return all(not _parts(text) or any(map(fit, _parts(text))) for text, fit in conditions)


def title_of(source: str) -> str:
    """The machine's name in where an image came from; the whole text where it was no machine."""
    found = _SOURCE.fullmatch(source)
    return found["title"] if found else source


def came_from(source: str, node: Node, is_at: Callable[[str, str], bool]) -> bool:
    """Whether an image came from `node` itself: by its name, or from the same other computer.

    `is_at(host, address)` says whether a computer's name has that number. Programs on this computer share its
    number, so there only the name counts.
    """
    found = _SOURCE.fullmatch(source)
    if found is None:
        return False
    if found["title"].strip() == node.ae_title:
        return True
    return not _is_here(found["address"]) and is_at(node.host, found["address"])


class Routes:
    """The rules of one library."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rules(self) -> tuple[Rule, ...]:
        """All rules, in the order they were made."""
        sql = "SELECT routes.*, nodes.name AS node FROM routes JOIN nodes USING (node_id) ORDER BY route_id"
        return tuple(map(_rule, self._database.rows(sql)))

    def save(self, rule: Rule) -> Rule:
        """Keep a new rule (number 0) or the changed one; it is about what comes from now on.

        Raises `RuleIncomplete`, `NodeUnknown`.
        """
        if not rule.name.strip():
            raise RuleIncomplete(what="a name")
        with self._database.atomic():
            node = Nodes(self._database).get(rule.node)
            values = (
                rule.name.strip(),
                node.node_id,
                rule.modalities.strip(),
                rule.description.strip(),
                rule.machines.strip(),
                rule.species.strip(),
                int(rule.active),
                datetime.now(UTC).isoformat(timespec="microseconds"),
            )
            names = ("name", "node_id", "modalities", "description", "machines", "species", "active", "since")
            if rule.rule_id:
                sets = ", ".join(f"{name} = ?" for name in names)
                self._database.write(f"UPDATE routes SET {sets} WHERE route_id = ?", (*values, rule.rule_id))
                rule_id = rule.rule_id
            else:
                marks = ", ".join("?" * len(names))
                sql = f"INSERT INTO routes ({', '.join(names)}) VALUES ({marks})"
                rule_id = int(self._database.write(sql, values).lastrowid or 0)
            # From now on, also when nobody reads the feed yet.
            self._database.write(
                "INSERT OR IGNORE INTO routed_until (id, number) "
                "SELECT 1, coalesce(max(number), 0) FROM changes"
            )
        return next(one for one in self.rules() if one.rule_id == rule_id)

    def remove(self, rule_id: int) -> None:
        """Forget a rule; what it has queued is still sent."""
        with self._database.atomic():
            self._database.write("DELETE FROM routes WHERE route_id = ?", (rule_id,))

    def preview(self, rule: Rule, days: int = PREVIEW_DAYS) -> list[StudyRow]:
        """Which exams of the last `days` days it would have sent, the newest first."""
        since = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="microseconds")
        rows = self._database.rows(
            "SELECT * FROM studies WHERE received_at >= ? ORDER BY received_at DESC", (since,)
        )
        return [study_row(row) for row in rows if fits(rule, self._exam(row))]

    def matching(self, study_uid: StudyUID) -> list[Rule]:
        """The active rules that fit an exam."""
        active = [rule for rule in self.rules() if rule.active]
        found = self._database.rows("SELECT * FROM studies WHERE study_uid = ?", (study_uid,))
        if not active or not found:
            return []
        exam = self._exam(found[0])
        return [rule for rule in active if fits(rule, exam)]

    def arrivals(self, study_uid: StudyUID, since: str) -> dict[tuple[str, str], str]:
        """(SOP Instance UID, digest) -> where it came from, of the exam's images that came after `since`."""
        rows = self._database.rows(
            "SELECT sop_uid, sha256, instances.source FROM instances JOIN series USING (series_id) "
            "JOIN studies USING (study_key) WHERE study_uid = ? AND instances.received_at >= ?",
            (study_uid, since),
        )
        return {(row["sop_uid"], row["sha256"]): row["source"] for row in rows}

    def handled_until(self) -> int | None:
        """Up to which entry of the changes feed the rules were applied; None before the first time."""
        value = self._database.value("SELECT number FROM routed_until WHERE id = 1")
        return None if value is None else int(value)

    def handle_until(self, number: int) -> None:
        """Remember it."""
        with self._database.atomic():
            self._database.write(
                "INSERT INTO routed_until (id, number) VALUES (1, ?) "
                "ON CONFLICT (id) DO UPDATE SET number = excluded.number",
                (number,),
            )

    def _exam(self, study: Row) -> Exam:
        series = self._database.rows(
            "SELECT modality, description FROM series WHERE study_key = ?", (study["study_key"],)
        )
        sources = self._database.rows(
            "SELECT DISTINCT source FROM instances JOIN series USING (series_id) WHERE study_key = ?",
            (study["study_key"],),
        )
        return Exam(
            modalities=tuple(row["modality"] for row in series),
            descriptions=(study["description"], *(row["description"] for row in series)),
            sources=tuple(row["source"] for row in sources),
            species=study["species"],
        )


def _parts(condition: str) -> list[str]:
    return [part for part in (folding.fold(one.strip()) for one in condition.split(",")) if part]


def _folded(texts: Iterable[str]) -> list[str]:
    return [folding.fold(text.strip()) for text in texts if text]


def _same_species(wanted: str, species: str) -> bool:
    if not species:
        return False
    words: Sequence[str] = folding.words(species)
    kin = next((kin for kin in folding.SPECIES_WORDS if wanted in kin), frozenset({wanted}))
    return wanted in species or any(word in kin for word in words)


def _is_here(address: str) -> bool:
    number = plain(address)
    return number.startswith("127.") or number == "::1" or number in own_addresses()


def _rule(row: Row) -> Rule:
    return Rule(
        name=row["name"],
        node=row["node"],
        modalities=row["modalities"],
        description=row["description"],
        machines=row["machines"],
        species=row["species"],
        active=bool(row["active"]),
        since=row["since"],
        rule_id=row["route_id"],
    )
