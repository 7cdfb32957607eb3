"""The courier's side of the queue of sendings: what is next, what became of it, when it is tried again.

Every word is in the database before the next image is sent. It opens no connection and knows no user.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from vetpacs_desktop.store.archives.outbox import give
from vetpacs_desktop.store.database import Database
from vetpacs_desktop.store.records import StudyUID

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 900.0
"""Seconds between two tries; they double from the first to the longest."""
JITTER = 0.25
"""By so much of itself a pause is shorter or longer, so that several clinics don't return at once."""
MANY_BREAKS = 2
"""A connection that ends so often at the same image lets the others go first,"""
MOST_BREAKS = 5
"""and so often: the image is left behind."""
REMEMBER_DAYS = 14
"""Finished sendings are shown for so long."""
NOT_KEPT = "The archive took all images, but does not confirm that it keeps {count} of them."
NOT_CONFIRMED = (
    "The archive took all images, but has not confirmed in time that it keeps them. Ask who looks after it."
)


@dataclass(frozen=True, slots=True)
class Item:
    """One image of a sending."""

    position: int
    sop_uid: str
    sha256: str
    breaks: int


@dataclass(frozen=True, slots=True)
class Task:
    """What the courier has to do next for one archive."""

    job_id: int
    study_uid: StudyUID
    tries: int
    next_at: float
    items: tuple[Item, ...]
    """The images not yet sent, in order."""


class Dispatch:
    """The queue of one library as the courier sees it. Safe from any thread and process."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def due(self) -> list[int]:
        """The numbers of the archives whose first sending in line may be tried now."""
        rows = self._database.rows(
            "SELECT node_id FROM outbox WHERE next_at <= ? AND job_id IN "
            "(SELECT min(job_id) FROM outbox WHERE state = 'waiting' GROUP BY node_id)",
            (self._clock(),),
        )
        return [row["node_id"] for row in rows]

    def task(self, node_id: int) -> Task | None:
        """The first sending in line for an archive; nothing overtakes it, also while it waits for its next
        try. None when there is none."""
        found = self._database.rows(
            "SELECT * FROM outbox WHERE node_id = ? AND state = 'waiting' ORDER BY job_id LIMIT 1",
            (node_id,),
        )
        if not found:
            return None
        job = found[0]
        items = self._database.rows(
            "SELECT position, sop_uid, sha256, breaks FROM outbox_items "
            "WHERE job_id = ? AND state = 'waiting' ORDER BY breaks >= ?, position",
            (job["job_id"], MANY_BREAKS),
        )
        return Task(
            job["job_id"],
            StudyUID(job["study_uid"]),
            job["tries"],
            job["next_at"],
            tuple(Item(*tuple(row)) for row in items),
        )

    def wished(self, job_id: int) -> bool:
        """Whether it should still be sent: nobody held or removed it."""
        sql = "SELECT count(*) FROM outbox WHERE job_id = ? AND state = 'waiting'"
        return bool(self._database.value(sql, (job_id,)))

    def note(self, node_id: int, job_id: int, fates: Sequence[tuple[Item, str]]) -> None:
        """Write down what became of some images (an empty reason: sent), in one transaction."""
        if not fates:
            return
        with self._database.atomic():
            self._database.write_many(
                "UPDATE outbox_items SET state = ?, reason = ? WHERE job_id = ? AND position = ?",
                (("failed" if reason else "sent", reason, job_id, item.position) for item, reason in fates),
            )
            taken = [(item.sop_uid, item.sha256) for item, reason in fates if not reason]
            give(self._database, node_id, taken)
            self._database.write(
                "UPDATE outbox SET sent = sent + ?, failed = failed + ?, tries = 0, trouble = '' "
                "WHERE job_id = ?",
                (len(taken), len(fates) - len(taken), job_id),
            )

    def stumble(self, job_id: int, item: Item, reason: str) -> None:
        """A connection ended at this image; when it does so again and again, the image is left behind."""
        given_up = item.breaks + 1 >= MOST_BREAKS
        with self._database.atomic():
            self._database.write(
                "UPDATE outbox_items SET breaks = breaks + 1, state = ?, reason = ? "
                "WHERE job_id = ? AND position = ?",
                (*(("failed", reason) if given_up else ("waiting", "")), job_id, item.position),
            )
            if given_up:
                self._database.write("UPDATE outbox SET failed = failed + 1 WHERE job_id = ?", (job_id,))

    def postpone(self, task: Task, trouble: str) -> float:
        """It could not go on: try again after a pause that doubles each time. Answers it in seconds."""
        pause = min(FIRST_PAUSE * 2.0 ** min(task.tries, 30), LONGEST_PAUSE)
        pause *= 1 + JITTER * (2 * random.random() - 1)
        with self._database.atomic():
            self._database.write(
                "UPDATE outbox SET tries = tries + 1, next_at = ?, trouble = ? WHERE job_id = ?",
                (self._clock() + pause, trouble, task.job_id),
            )
        return pause

    def ask(self, job_id: int, transaction_uid: str, until: float) -> None:
        """All was sent; now the archive owes a confirmation, until `until` (seconds since 1970) at most."""
        with self._database.atomic():
            self._database.write(
                "UPDATE outbox SET state = 'asking', transaction_uid = ?, next_at = ? "
                "WHERE job_id = ? AND state = 'waiting'",
                (transaction_uid, until, job_id),
            )

    def sent_objects(self, job_id: int) -> list[tuple[str, str]]:
        """(SOP class UID, SOP Instance UID) of what was sent, for a confirmation."""
        rows = self._database.rows(
            "SELECT DISTINCT sop_class_uid, sop_uid FROM outbox_items JOIN instances USING (sop_uid, sha256) "
            "WHERE job_id = ? AND state = 'sent' ORDER BY position",
            (job_id,),
        )
        return [(row["sop_class_uid"], row["sop_uid"]) for row in rows]

    def finish(self, job_id: int, trouble: str = "") -> None:
        """It is over: done, or failed when images were refused or there is trouble to tell. Nothing happens
        while images wait, because somebody added some."""
        now = datetime.now(UTC)
        with self._database.atomic():
            self._database.write(
                "UPDATE outbox SET next_at = 0, finished_at = ?, "
                "state = CASE WHEN failed > 0 OR ? <> '' THEN 'failed' ELSE 'done' END, "
                "trouble = CASE WHEN ? <> '' THEN ? ELSE coalesce((SELECT reason FROM outbox_items AS i "
                "WHERE i.job_id = outbox.job_id AND i.state = 'failed' ORDER BY position LIMIT 1), '') END "
                "WHERE job_id = ? AND state IN ('waiting', 'asking') AND NOT EXISTS "
                "(SELECT 1 FROM outbox_items AS i WHERE i.job_id = outbox.job_id AND i.state = 'waiting')",
                (now.isoformat(timespec="seconds"), trouble, trouble, trouble, job_id),
            )
            forget = (now - timedelta(days=REMEMBER_DAYS)).isoformat(timespec="seconds")
            self._database.write("DELETE FROM outbox WHERE state = 'done' AND finished_at < ?", (forget,))

    def expire(self) -> None:
        """End the waiting for confirmations that did not come in time."""
        late = self._database.rows(
            "SELECT job_id FROM outbox WHERE state = 'asking' AND next_at < ?", (self._clock(),)
        )
        for row in late:
            self.finish(row["job_id"], NOT_CONFIRMED)

    def confirmed(self, transaction_uid: str, refused: Sequence[tuple[str, str]]) -> bool:
        """An archive's word on what it keeps (PS3.4 J): `refused` are the objects it does not. False when
        nobody asked for it."""
        jobs = self._database.rows(
            "SELECT job_id FROM outbox WHERE transaction_uid = ? AND transaction_uid <> '' "
            "AND state IN ('asking', 'failed')",
            (transaction_uid,),
        )
        if not jobs:
            return False
        job_id = jobs[0]["job_id"]
        with self._database.atomic():
            self._database.write("UPDATE outbox SET state = 'asking' WHERE job_id = ?", (job_id,))
            for sop_uid, reason in refused:
                changed = self._database.write(
                    "UPDATE outbox_items SET state = 'failed', reason = ? "
                    "WHERE job_id = ? AND sop_uid = ? AND state = 'sent'",
                    (reason, job_id, sop_uid),
                ).rowcount
                self._database.write(
                    "UPDATE outbox SET failed = failed + ?, sent = sent - ? WHERE job_id = ?",
                    (changed, changed, job_id),
                )
            self.finish(job_id, NOT_KEPT.format(count=len(refused)) if refused else "")
        return True
