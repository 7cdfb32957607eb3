"""The queue of sendings: which exam goes to which archive, how far it is, and what stands in its way.

Kept in the database, so that it survives restarts and travels with a backup. Every image of a sending is one
row: after a crash it goes on with the first one that was not confirmed. It sends nothing: that is the
courier's work; windows and the command line only write down what they wish.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.database import Database, Row, Value
from vetpacs_desktop.store.records import InstanceRow, StudyUID


class State(Enum):
    """Where a sending stands."""

    WAITING = "waiting"
    """Under way, or waiting for its turn or its next try."""
    HELD = "held"
    """A person said: not now."""
    ASKING = "asking"
    """All sent; the archive has been asked to confirm that it keeps everything."""
    DONE = "done"
    FAILED = "failed"
    """Over, but some images were refused."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One exam on its way to one archive."""

    job_id: int
    node: str
    study_uid: StudyUID
    animal_name: str
    owner_name: str
    description: str
    asked_by: str
    """The rule that asked for it; empty: a person."""
    created_at: str
    state: State
    total: int
    sent: int
    failed: int
    tries: int
    next_at: float
    """When it is tried again (seconds since 1970); 0: at once."""
    trouble: str
    """What stands in the way, or did when it ended; empty when all is well."""
    finished_at: str


class Outbox:
    """The queue of one library. Safe from any thread and process."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- what people do ------------------------------------------------------------------------------------

    def put(self, rows: Sequence[InstanceRow], node: Node, asked_by: str = "") -> int:
        """Queue images, one sending for each exam; answers how many were added.

        What already waits for this archive is not queued twice, whoever asked; a sending that waits takes
        the new images of its exam. Versions in conflict are left out: nobody has decided between them yet.
        """
        by_study: dict[str, list[InstanceRow]] = {}
        for row in rows:
            if not row.conflict:
                by_study.setdefault(row.study_uid, []).append(row)
        with self._database.atomic():
            added = sum(self._put_study(uid, part, node, asked_by) for uid, part in by_study.items())
            if not asked_by:
                self._hurry(node.node_id)
        return added

    def retry(self, job_ids: Sequence[int]) -> None:
        """Try these at once, refused images too."""
        with self._database.atomic():
            for job in self._jobs(job_ids):
                self._database.write(
                    "UPDATE outbox_items SET state = 'waiting', reason = '', breaks = 0 "
                    "WHERE job_id = ? AND state = 'failed'",
                    (job["job_id"],),
                )
                self._database.write(
                    "UPDATE outbox SET state = 'waiting', failed = 0, tries = 0, finished_at = '' "
                    "WHERE job_id = ? AND state <> 'done'",
                    (job["job_id"],),
                )
                self._hurry(job["node_id"])

    def hold(self, job_ids: Sequence[int]) -> None:
        """Leave these in the queue, but don't send them for now."""
        self._set(job_ids, "state = 'held'", "state IN ('waiting', 'asking')")

    def go_on(self, job_ids: Sequence[int]) -> None:
        """Let held ones take their turn again."""
        self._set(job_ids, "state = 'waiting', next_at = 0", "state = 'held'")

    def remove(self, job_ids: Sequence[int]) -> None:
        """Take these out; what was sent stays sent."""
        with self._database.atomic():
            self._database.write_many("DELETE FROM outbox WHERE job_id = ?", ((one,) for one in job_ids))

    def forget_finished(self) -> None:
        """Clear the list of what went well."""
        with self._database.atomic():
            self._database.write("DELETE FROM outbox WHERE state = 'done'")

    # -- what people see -----------------------------------------------------------------------------------

    def sendings(self) -> list[Sending]:
        """Everything queued and recently finished: what needs a person first, then by age."""
        rows = self._database.rows(
            """
            SELECT outbox.*, nodes.name AS node, animal_name, owner_name, description
            FROM outbox JOIN nodes USING (node_id) LEFT JOIN studies ON studies.study_uid = outbox.study_uid
            ORDER BY state = 'done', state <> 'failed', CASE state WHEN 'done' THEN -job_id ELSE job_id END
            """
        )
        return [_sending(row) for row in rows]

    def failures(self, job_id: int) -> list[tuple[str, str]]:
        """The images of a sending that were refused: (SOP Instance UID, reason)."""
        rows = self._database.rows(
            "SELECT sop_uid, reason FROM outbox_items WHERE job_id = ? AND state = 'failed' "
            "ORDER BY position",
            (job_id,),
        )
        return [(row["sop_uid"], row["reason"]) for row in rows]

    # -- what was given already ----------------------------------------------------------------------------

    def not_given(self, node: Node, rows: Sequence[InstanceRow]) -> list[InstanceRow]:
        """Those of `rows` that this archive was never sent, nor promised by a rule."""
        known = {
            (row["sop_uid"], row["sha256"])
            for row in self._database.rows(
                "SELECT sop_uid, sha256 FROM given WHERE node_id = ? AND sop_uid IN "
                "(SELECT value FROM json_each(?))",
                (node.node_id, json.dumps([row.sop_uid for row in rows])),
            )
        }
        return [row for row in rows if (row.sop_uid, row.sha256) not in known]

    def give(self, node: Node, rows: Sequence[InstanceRow]) -> None:
        """Remember that this archive has these, or will be sent them, so that no rule sends them again."""
        with self._database.atomic():
            give(self._database, node.node_id, [(row.sop_uid, row.sha256) for row in rows])

    # ------------------------------------------------------------------------------------------------------

    def _put_study(self, study_uid: str, rows: Sequence[InstanceRow], node: Node, asked_by: str) -> int:
        waiting = self._database.rows(
            "SELECT job_id, total FROM outbox WHERE node_id = ? AND study_uid = ? "
            "AND state IN ('waiting', 'held') ORDER BY job_id",
            (node.node_id, study_uid),
        )
        queued = {
            (row["sop_uid"], row["sha256"])
            for job in waiting
            for row in self._database.rows(
                "SELECT sop_uid, sha256 FROM outbox_items WHERE job_id = ? AND state = 'waiting'",
                (job["job_id"],),
            )
        }
        fresh = [row for row in rows if (row.sop_uid, row.sha256) not in queued]
        if not fresh:
            return 0
        job_id, total = (
            (waiting[-1]["job_id"], waiting[-1]["total"])
            if waiting
            else (self._new_job(study_uid, node, asked_by), 0)
        )
        self._database.write_many(
            "INSERT INTO outbox_items (job_id, position, sop_uid, sha256) VALUES (?, ?, ?, ?)",
            ((job_id, total + place, row.sop_uid, row.sha256) for place, row in enumerate(fresh)),
        )
        self._database.write("UPDATE outbox SET total = total + ? WHERE job_id = ?", (len(fresh), job_id))
        return len(fresh)

    def _new_job(self, study_uid: str, node: Node, asked_by: str) -> int:
        made = self._database.write(
            "INSERT INTO outbox (node_id, study_uid, asked_by, created_at, state) "
            "VALUES (?, ?, ?, ?, 'waiting')",
            (node.node_id, study_uid, asked_by, datetime.now(UTC).isoformat(timespec="seconds")),
        )
        return int(made.lastrowid or 0)

    def _hurry(self, node_id: int) -> None:
        """A person is waiting: don't sit out the pause."""
        self._database.write(
            "UPDATE outbox SET next_at = 0 WHERE node_id = ? AND state = 'waiting'", (node_id,)
        )

    def _jobs(self, job_ids: Sequence[int]) -> list[Row]:
        return self._database.rows(
            "SELECT job_id, node_id FROM outbox WHERE job_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(job_ids)),),
        )

    def _set(self, job_ids: Sequence[int], change: str, only: str) -> None:
        values: tuple[Value, ...] = (json.dumps(list(job_ids)),)
        with self._database.atomic():
            self._database.write(
                f"UPDATE outbox SET {change} WHERE job_id IN (SELECT value FROM json_each(?)) AND {only}",
                values,
            )


def give(database: Database, node_id: int, objects: Sequence[tuple[str, str]]) -> None:
    """Remember (SOP Instance UID, digest) as given to an archive, unless that was removed meanwhile."""
    database.write_many(
        "INSERT OR IGNORE INTO given (node_id, sop_uid, sha256) SELECT ?, ?, ? "
        "WHERE EXISTS (SELECT 1 FROM nodes WHERE node_id = ?)",
        ((node_id, sop_uid, sha256, node_id) for sop_uid, sha256 in objects),
    )


def _sending(row: Row) -> Sending:
    return Sending(
        job_id=row["job_id"],
        node=row["node"],
        study_uid=StudyUID(row["study_uid"]),
        animal_name=row["animal_name"] or "",
        owner_name=row["owner_name"] or "",
        description=row["description"] or "",
        asked_by=row["asked_by"],
        created_at=row["created_at"],
        state=State(row["state"]),
        total=row["total"],
        sent=row["sent"],
        failed=row["failed"],
        tries=row["tries"],
        next_at=row["next_at"],
        trouble=row["trouble"],
        finished_at=row["finished_at"],
    )
