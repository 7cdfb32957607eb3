"""The ledger's rows of what happened on a target: generations, runs, drills, room, alarms.

What health, alarms and windows are made of. Only rows; it judges nothing and reads no target.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from vetpacs_desktop.store.backup.outcome import RUNNING, Generation
from vetpacs_desktop.store.database import Database, Row

OK, PARTLY, FAILED, STOPPED, BROKEN = "ok", "partly", "failed", "stopped", "broken"
"""How a run ended: everything kept; something of the library could not be read; with a sentence; because
somebody or the rules stopped it; never (the program or the computer ended in the middle)."""


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt to make a generation."""

    number: int
    started: int
    """Seconds since 1970."""
    ended: int | None
    outcome: str
    """One of the words above; empty while it runs."""
    sentence: str
    """What a person is told of it."""
    generation: str
    """What it made, empty when nothing."""
    copied: int
    bytes: int
    """Copied."""


@dataclass(frozen=True, slots=True)
class Drill:
    """One rehearsal of a restore, or one proof of a whole generation."""

    at: int
    kind: str
    """``drill``, ``verify`` or ``share`` (the rolling part)."""
    generation: str
    ok: bool
    checked: int
    seconds: float
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """Space on the target's volume at one moment."""

    at: int
    free: int
    total: int
    used: int
    """Bytes of this backup there."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that a person must know until it is over."""

    number: int
    at: int
    kind: str
    sentence: str
    closed_at: int | None = None


class History:
    """What happened on one target."""

    def __init__(self, database: Database, target: int) -> None:
        self._database = database
        self._target = target

    # --- generations

    def enter(self, generation: Generation) -> None:
        """Write a generation down, or write it anew."""
        facts = asdict(generation)
        facts["lost"] = json.dumps(generation.lost)
        with self._database.atomic():
            self._database.write(
                f"INSERT OR REPLACE INTO generations (target, {', '.join(facts)}) "
                f"VALUES (?{', ?' * len(facts)})",
                (self._target, *facts.values()),
            )

    def generations(self) -> list[Generation]:
        """Those that were published, the newest first."""
        rows = self._database.rows(
            "SELECT * FROM generations WHERE target = ? AND state <> ? ORDER BY id DESC",
            (self._target, RUNNING),
        )
        return [_generation(row) for row in rows]

    def generation(self, generation_id: str) -> Generation | None:
        rows = self._database.rows(
            "SELECT * FROM generations WHERE target = ? AND id = ?", (self._target, generation_id)
        )
        return _generation(rows[0]) if rows else None

    def newest(self) -> Generation | None:
        """The newest that was published."""
        rows = self._database.rows(
            "SELECT * FROM generations WHERE target = ? AND state <> ? ORDER BY id DESC LIMIT 1",
            (self._target, RUNNING),
        )
        return _generation(rows[0]) if rows else None

    def set_state(self, generation_id: str, state: str) -> None:
        with self._database.atomic():
            sql = "UPDATE generations SET state = ? WHERE target = ? AND id = ?"
            self._database.write(sql, (state, self._target, generation_id))

    def forget(self, generation_id: str) -> None:
        """A generation that was pruned."""
        with self._database.atomic():
            sql = "DELETE FROM generations WHERE target = ? AND id = ?"
            self._database.write(sql, (self._target, generation_id))

    # --- runs

    def broken(self, at: int) -> None:
        """Runs that were never ended are told of as broken off; for who holds the target."""
        with self._database.atomic():
            self._database.write(
                "UPDATE runs SET ended = ?, outcome = ?, sentence = ? WHERE target = ? AND ended IS NULL",
                (at, BROKEN, "The program or the computer ended in the middle of it.", self._target),
            )

    def begin_run(self, at: int) -> int:
        """Answers the run's number."""
        with self._database.atomic():
            made = self._database.write(
                "INSERT INTO runs (target, started) VALUES (?, ?)", (self._target, at)
            )
            return int(made.lastrowid or 0)

    def end_run(
        self,
        number: int,
        at: int,
        outcome: str,
        sentence: str = "",
        *,
        generation: str = "",
        copied: int = 0,
        bytes_copied: int = 0,
    ) -> None:
        with self._database.atomic():
            self._database.write(
                "UPDATE runs SET ended = ?, outcome = ?, sentence = ?, generation = ?, copied = ?, bytes = ? "
                "WHERE number = ?",
                (at, outcome, sentence, generation, copied, bytes_copied, number),
            )

    def runs(self, most: int = 100) -> list[Run]:
        """The newest first."""
        rows = self._database.rows(
            "SELECT number, started, ended, outcome, sentence, generation, copied, bytes FROM runs "
            "WHERE target = ? ORDER BY number DESC LIMIT ?",
            (self._target, most),
        )
        return [Run(*row) for row in rows]

    def ended_well(self) -> bool:
        """Whether the last run before now ended with a generation."""
        runs = [run for run in self.runs(2) if run.ended is not None]
        return bool(runs) and runs[0].outcome in (OK, PARTLY)

    # --- drills and proofs

    def add_drill(self, drill: Drill) -> None:
        facts = asdict(drill)
        with self._database.atomic():
            self._database.write(
                f"INSERT INTO drills (target, {', '.join(facts)}) VALUES (?{', ?' * len(facts)})",
                (self._target, *facts.values()),
            )

    def drills(self, kind: str = "", most: int = 50) -> list[Drill]:
        """The newest first; of one kind, or all."""
        rows = self._database.rows(
            "SELECT at, kind, generation, ok, checked, seconds, sentence FROM drills "
            "WHERE target = ? AND (kind = ? OR ? = '') ORDER BY number DESC LIMIT ?",
            (self._target, kind, kind, most),
        )
        return [Drill(row[0], row[1], row[2], bool(row[3]), row[4], row[5], row[6]) for row in rows]

    # --- room

    def add_room(self, room: Room) -> None:
        with self._database.atomic():
            sql = "INSERT INTO rooms (target, at, free, total, used) VALUES (?, ?, ?, ?, ?)"
            self._database.write(sql, (self._target, room.at, room.free, room.total, room.used))

    def rooms(self, most: int = 1000) -> list[Room]:
        """The oldest first, of the newest `most`."""
        rows = self._database.rows(
            "SELECT at, free, total, used FROM rooms WHERE target = ? ORDER BY number DESC LIMIT ?",
            (self._target, most),
        )
        return [Room(*row) for row in reversed(rows)]

    # --- alarms

    def alarm(self, kind: str, sentence: str, at: int) -> None:
        """Tell of something; an open alarm of that kind gets the new sentence."""
        with self._database.atomic():
            known = self._database.write(
                "UPDATE alarms SET sentence = ? WHERE target = ? AND kind = ? AND closed_at IS NULL",
                (sentence, self._target, kind),
            )
            if not known.rowcount:
                self._database.write(
                    "INSERT INTO alarms (target, at, kind, sentence) VALUES (?, ?, ?, ?)",
                    (self._target, at, kind, sentence),
                )

    def alarms(self) -> list[Alarm]:
        """Those that are not over, the newest first."""
        rows = self._database.rows(
            "SELECT number, at, kind, sentence, closed_at FROM alarms "
            "WHERE target = ? AND closed_at IS NULL ORDER BY number DESC",
            (self._target,),
        )
        return [Alarm(*row) for row in rows]

    def end_alarm(self, kind: str, at: int) -> None:
        """It is over; harmless when there is none."""
        with self._database.atomic():
            sql = "UPDATE alarms SET closed_at = ? WHERE target = ? AND kind = ? AND closed_at IS NULL"
            self._database.write(sql, (at, self._target, kind))

    # --- small facts

    def fact(self, name: str) -> str:
        """What was kept under `name`, empty when nothing."""
        sql = "SELECT value FROM facts WHERE target = ? AND name = ?"
        return str(self._database.value(sql, (self._target, name)) or "")

    def facts(self, prefix: str) -> dict[str, str]:
        """Everything kept under names that begin with `prefix`, by the rest of the name."""
        rows = self._database.rows(
            "SELECT name, value FROM facts WHERE target = ? AND substr(name, 1, ?) = ?",
            (self._target, len(prefix), prefix),
        )
        return {row["name"][len(prefix) :]: row["value"] for row in rows}

    def keep_fact(self, name: str, value: str) -> None:
        """Keep a small fact; an empty value removes it."""
        with self._database.atomic():
            self._database.write("DELETE FROM facts WHERE target = ? AND name = ?", (self._target, name))
            if value:
                self._database.write("INSERT INTO facts VALUES (?, ?, ?)", (self._target, name, value))


def _generation(row: Row) -> Generation:
    return Generation(
        id=row["id"],
        made=row["made"],
        objects=row["objects"],
        bytes=row["bytes"],
        copied=row["copied"],
        seconds=row["seconds"],
        state=row["state"],
        database=row["database"],
        lost=tuple(json.loads(row["lost"])),
        note=row["note"],
    )
