"""Storage Commitment as a server (PS3.4 J): machines ask whether images are kept before they delete them.

The answer is "yes" only for an image that is filed and whose bytes were read again and have the digest they
came with. A request is written down before it is acknowledged, so that it outlives a restart; the answer is
tried until the machine has it. What waits in the spool is waited for.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydicom.dataset import Dataset
from pynetdicom.sop_class import StorageCommitmentPushModel, StorageCommitmentPushModelInstance

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store import conformance
from vetpacs_desktop.store.database import Row
from vetpacs_desktop.store.intake.spool import Spool
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.network import messages
from vetpacs_desktop.store.network.answering.archive import Archive
from vetpacs_desktop.store.network.contact import peer_of
from vetpacs_desktop.store.network.link import Link, Peer, Proposal
from vetpacs_desktop.store.network.talk import HungUp, Talk
from vetpacs_desktop.store.objects import digest_of

LOG = logging.getLogger(__name__)

SOP_CLASS, SOP_INSTANCE = str(StorageCommitmentPushModel), str(StorageCommitmentPushModelInstance)
SUCCESS, NO_SUCH_ACTION, MISSING, INVALID = 0x0000, 0x0123, 0x0120, 0x0115
BROKEN, NOT_HERE, OTHER_CLASS = 0x0110, 0x0112, 0x0119
"""Failure reasons (PS3.3 C.14): processing failure, no such object, class and instance in conflict."""
ALL_KEPT, SOME_NOT = 1, 2
"""Event types (PS3.4 J.3.3)."""
WAITING, CHECKED, DONE = "waiting", "checked", "done"
ANSWER_SECONDS = 30.0
PAUSES = (5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)
"""Seconds between tries to deliver an answer; the last one repeats."""
KEEP_TRYING_DAYS = 7
REMEMBER_DAYS = 90
FILING_PAUSE = 1.0
LONGEST_FILING = timedelta(hours=12)
"""So long an image may wait in the spool before the answer says that it is not kept."""
CLAIM_SECONDS = 60.0
"""A request that is being worked on is left alone by others for so long, and taken up again after a crash."""
RENEW_SECONDS = 15.0
FIRST_LOOK_SECONDS, LOOK_SECONDS, TROUBLE_SECONDS = 0.5, 5.0, 60.0
"""How long until somebody looks for requests that are due: at the start, later, and after an error."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one object: a failure reason, 0 when it is kept."""

    sop_class: str
    sop_uid: str
    reason: int


class Commitments:
    """The requests of one archive, and the thread that works on them."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._wake = threading.Event()
        self._stopping = False
        self._lock = threading.Lock()
        self._open: dict[int, Any] = {}
        """Number of a request -> the association that it came by."""
        self._thread = threading.Thread(target=self._work, name="commitment", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop working; what is unfinished goes on after the next start."""
        self._stopping = True
        self._wake.set()
        self._thread.join(ANSWER_SECONDS)

    # -- the request ---------------------------------------------------------------------------------------

    def serve(self, association: Any, request: Any, context: Any) -> None:
        """One N-ACTION, on its association's own thread. Raises `HungUp`."""
        talk = Talk(association, context, int(request.MessageID))
        try:
            status, number = self._take(talk, request)
        except KnownError as error:
            LOG.error("A request to confirm storage could not be written down: %s", type(error).__name__)
            status, number = BROKEN, 0
        more: dict[int, int | str] = {
            messages.SOP_CLASS: SOP_CLASS,
            messages.SOP_INSTANCE: SOP_INSTANCE,
            messages.ACTION_TYPE: int(request.ActionTypeID or 0),
        }
        talk.send(messages.answer(messages.N_ACTION, talk.message_id, status, more))
        if number:
            with self._lock:
                self._open[number] = association
            self._wake.set()

    def _take(self, talk: Talk, request: Any) -> tuple[int, int]:
        """Write a request down: (status, its number)."""
        if int(request.ActionTypeID or 0) != 1:
            return NO_SUCH_ACTION, 0
        try:
            asked = messages.read(request.ActionInformation.getvalue(), talk.syntax)
            transaction = str(asked.TransactionUID)
            objects = [
                (str(item.ReferencedSOPClassUID), str(item.ReferencedSOPInstanceUID))
                for item in asked.ReferencedSOPSequence
            ]
        except Exception:  # noqa: BLE001 - whatever a machine sends
            return MISSING, 0
        if not transaction or not objects:
            return MISSING, 0
        database = self._archive.library().queries.database
        called = str(talk.association.requestor.primitive.called_ae_title or "").strip()
        now = datetime.now(UTC)
        with database.atomic():
            number = database.write(
                "INSERT INTO commitments "
                "(transaction_uid, machine, address, called, asked_at, objects, state, due) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    transaction,
                    talk.name,
                    talk.address,
                    called,
                    now.isoformat(timespec="microseconds"),
                    json.dumps(objects),
                    WAITING,
                    0.0,
                ),
            ).lastrowid
        LOG.info("%s asks whether %d images are kept", talk.name, len(objects))
        return SUCCESS, int(number or 0)

    # -- the work ------------------------------------------------------------------------------------------

    def connected(self, association: Any, name: str) -> None:
        """A machine that takes answers has connected: those that wait for it are tried at once."""
        if not any(str(one.abstract_syntax) == SOP_CLASS for one in association.accepted_contexts):
            return
        try:
            database = self._archive.library().queries.database
            theirs, values = "machine = ? AND state = ?", (name, CHECKED)
            rows = database.rows(f"SELECT number FROM commitments WHERE {theirs}", values)
            if not rows:
                return
            with database.atomic():
                database.write(f"UPDATE commitments SET due = 0 WHERE {theirs}", values)
        except KnownError:
            return
        with self._lock:
            self._open.update({row["number"]: association for row in rows})
        self._wake.set()

    def _work(self) -> None:
        pause, trouble = FIRST_LOOK_SECONDS, ""
        while not self._stopping:
            self._wake.wait(pause)
            self._wake.clear()
            pause = TROUBLE_SECONDS
            try:
                while not self._stopping and self._next():
                    pass
                pause, trouble = self._until_next(), ""
            except KnownError as error:
                if trouble != error.sentence:
                    trouble = error.sentence
                    LOG.warning("Confirmations wait: %s", type(error).__name__)
            except Exception:
                LOG.exception("A confirmation failed; it is tried again")

    def _next(self) -> bool:
        """Work on one request that is due; False when there is none."""
        if not self._archive.home.database.exists():
            return False
        row = self._claim()
        if row is None:
            return False
        if row["state"] == WAITING and not self._check(row):
            return True
        self._report(self._reread(row["number"]))
        return True

    def _until_next(self) -> float:
        """Seconds until something is due; other processes may add to it at any time."""
        if not self._archive.home.database.exists():
            return LOOK_SECONDS
        database = self._archive.library().queries.database
        due = database.value("SELECT min(due) FROM commitments WHERE state <> 'done'")
        return LOOK_SECONDS if due is None else min(max(float(due) - time.time(), 0.05), LOOK_SECONDS)

    def _claim(self) -> Row | None:
        database = self._archive.library().queries.database
        now = time.time()
        rows = database.rows(
            "SELECT * FROM commitments WHERE state <> 'done' AND due <= ? ORDER BY due LIMIT 1", (now,)
        )
        if not rows:
            return None
        with database.atomic():
            taken = database.write(
                "UPDATE commitments SET due = ? WHERE number = ? AND due <= ? AND state <> 'done'",
                (now + CLAIM_SECONDS, rows[0]["number"], now),
            ).rowcount
        return rows[0] if taken else None

    def _reread(self, number: int) -> Row:
        return self._archive.library().queries.database.rows(
            "SELECT * FROM commitments WHERE number = ?", (number,)
        )[0]

    def _check(self, row: Row) -> bool:
        """Look at every object; False when some still wait in the spool."""
        library = self._archive.library()
        findings = []
        renewed = time.monotonic()
        for sop_class, sop_uid in json.loads(row["objects"]):
            findings.append(looked_at(library, str(sop_class), str(sop_uid)))
            if time.monotonic() - renewed > RENEW_SECONDS:
                renewed = time.monotonic()
                self._set(row["number"], due=time.time() + CLAIM_SECONDS)
        absent = any(finding.reason == NOT_HERE for finding in findings)
        if absent and self._still_filing(row):
            self._set(row["number"], due=time.time() + FILING_PAUSE)
            return False
        said = [(one.sop_class, one.sop_uid, one.reason) for one in findings]
        self._set(row["number"], state=CHECKED, findings=json.dumps(said))
        kept = sum(not one.reason for one in findings)
        LOG.info("Of %d images that %s asks for %d are kept", len(findings), row["machine"], kept)
        return True

    def _still_filing(self, row: Row) -> bool:
        """Whether something that came before the request is not yet filed."""
        asked = datetime.fromisoformat(row["asked_at"])
        if datetime.now(UTC) - asked > LONGEST_FILING:
            return False
        pending = Spool(self._archive.home).pending(1)
        return bool(pending) and pending[0].received_at <= asked

    def _report(self, row: Row) -> None:
        """Give the answer: over the association it was asked by, else over one of our own."""
        with self._lock:
            association = self._open.pop(row["number"], None)
        if association is not None and _still_there(association):
            done = threading.Event()
            association.errand(lambda: self._report_on(association, row, done))
            if done.wait(ANSWER_SECONDS + 5) and self._reread(row["number"])["state"] == DONE:
                return
        trouble = self._report_anew(row)
        if trouble is None:
            self._finish(row)
            return
        attempts = int(row["attempts"]) + 1
        pause = PAUSES[min(attempts, len(PAUSES)) - 1]
        old = datetime.now(UTC) - datetime.fromisoformat(row["asked_at"]) > timedelta(days=KEEP_TRYING_DAYS)
        if old:
            LOG.error("%s could not be told what is kept: %s", row["machine"], trouble)
        state = DONE if old else CHECKED
        self._set(row["number"], state=state, due=time.time() + pause, attempts=attempts, trouble=trouble)

    def _report_on(self, association: Any, row: Row, done: threading.Event) -> None:
        """On the association's own thread."""
        try:
            context = next(
                one for one in association.accepted_contexts if str(one.abstract_syntax) == SOP_CLASS
            )
            talk = Talk(association, context, 0)
            kind, data = _report_of(row, talk.syntax)
            number = int(row["number"]) % 0xFFFF + 1
            talk.send(messages.event_report(number, SOP_CLASS, SOP_INSTANCE, kind), [data])
            if talk.answered(number, ANSWER_SECONDS) == SUCCESS:
                self._finish(row)
        except (HungUp, StopIteration, KnownError):
            pass  # it has gone; it is called instead
        finally:
            done.set()

    def _report_anew(self, row: Row) -> str | None:
        """Over a connection of our own; None when it was taken, else the trouble."""
        library = self._archive.library()
        node = library.nodes.by_ae_title(row["machine"])
        if node is None:
            return "it has hung up, and is not among the archives known here"
        own_name = row["called"] or self._archive.ae_title
        try:
            peer = peer_of(self._archive.home, self._archive.settings, node, own_name)
            status = _told(peer, row)
        except KnownError as error:
            return error.sentence
        return None if status == SUCCESS else f"it answered with status {status:04X}"

    def _finish(self, row: Row) -> None:
        LOG.info("%s was told what is kept", row["machine"])
        self._set(row["number"], state=DONE, trouble="")
        database = self._archive.library().queries.database
        forget = (datetime.now(UTC) - timedelta(days=REMEMBER_DAYS)).isoformat()
        with database.atomic():
            database.write("DELETE FROM commitments WHERE state = 'done' AND asked_at < ?", (forget,))

    def _set(self, number: int, **columns: str | float) -> None:
        database = self._archive.library().queries.database
        names = ", ".join(f"{name} = ?" for name in columns)
        with database.atomic():
            database.write(f"UPDATE commitments SET {names} WHERE number = ?", (*columns.values(), number))


def looked_at(library: Library, sop_class: str, sop_uid: str) -> Finding:
    """Read one object again and compare its digest; with several versions one sound one is enough."""
    rows = library.queries.database.rows(
        "SELECT path, size, sha256, sop_class_uid FROM instances WHERE sop_uid = ? ORDER BY conflict",
        (sop_uid,),
    )
    if not rows:
        return Finding(sop_class, sop_uid, NOT_HERE)
    alike = [row for row in rows if row["sop_class_uid"] == sop_class]
    if not alike:
        return Finding(sop_class, sop_uid, OTHER_CLASS)
    sound = any(_is_sound(library, row) for row in alike)
    return Finding(sop_class, sop_uid, 0 if sound else BROKEN)


def _is_sound(library: Library, row: Row) -> bool:
    path = library.queries.objects.path(row["path"])
    try:
        return bool(path.stat().st_size == row["size"] and digest_of(path) == row["sha256"])
    except OSError:
        return False


def _report_of(row: Row, syntax: str) -> tuple[int, bytes]:
    """Event type and event information (PS3.4 J.3.3.1)."""
    findings = [Finding(*one) for one in json.loads(row["findings"])]
    dataset = Dataset()
    dataset.TransactionUID = row["transaction_uid"]
    kept = [_item(one) for one in findings if not one.reason]
    failed = [_item(one) for one in findings if one.reason]
    if kept:
        dataset.ReferencedSOPSequence = kept
    if failed:
        dataset.FailedSOPSequence = failed
    return (SOME_NOT if failed else ALL_KEPT), messages.written(dataset, syntax)


def _item(finding: Finding) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = finding.sop_class, finding.sop_uid
    if finding.reason:
        item.FailureReason = finding.reason
    return item


def _told(peer: Peer, row: Row) -> int:
    """One N-EVENT-REPORT over a connection of its own: the status. Raises `MachineUnreachable`."""
    proposal = Proposal(SOP_CLASS, conformance.UNCOMPRESSED[:2], we_take=True)
    with Link(peer, [proposal], answer_seconds=ANSWER_SECONDS) as link:
        context, (_, syntax) = next(iter(link.accepted.items()))
        kind, data = _report_of(row, syntax)
        link.send(context, messages.event_report(link.next_number(), SOP_CLASS, SOP_INSTANCE, kind), [data])
        return link.receive().status


def _still_there(association: Any) -> bool:
    return bool(association.is_established) and association.is_alive() and not association.dul._kill_thread


Told = Callable[[str, Sequence[tuple[str, str]]], object]
"""Hears what another archive keeps of what was sent to it: the transaction, and (UID, reason) of the rest."""
REASONS = {
    BROKEN: "it could not be checked there",
    NOT_HERE: "it is not there",
    OTHER_CLASS: "it is of another kind there",
    0x0213: "there is no room for it",
    0x0122: "this kind is not kept there",
    0x0131: "the request came twice",
}


def heard(talk: Talk, request: Any, told: Told) -> int:
    """An N-EVENT-REPORT to us, as the one who asked: the status to answer with."""
    try:
        said = messages.read(request.EventInformation.getvalue(), talk.syntax)
        transaction = str(said.TransactionUID)
        refused = [
            (
                str(item.ReferencedSOPInstanceUID),
                REASONS.get(int(item.get("FailureReason", 0)), "it is not kept there"),
            )
            for item in said.get("FailedSOPSequence") or ()
        ]
    except Exception:  # noqa: BLE001 - whatever an archive sends
        return INVALID
    told(transaction, refused)
    return SUCCESS
