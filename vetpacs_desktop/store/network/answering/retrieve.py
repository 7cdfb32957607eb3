"""C-MOVE and C-GET as a server (PS3.4 C.4.2, C.4.3): exams leave for who may have them, image by image.

Each image leaves as it is kept where the other side takes that, else decompressed, else it counts as failed
with its reason in the log. Corrected words go along. What is counted is what was confirmed.
"""

from __future__ import annotations

import logging
import struct
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydicom.uid import UID
from pynetdicom import sop_class as classes

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.matching import question
from vetpacs_desktop.store.matching.question import UNIQUE_KEYS, BadQuestion, Level, Question
from vetpacs_desktop.store.network import messages
from vetpacs_desktop.store.network.answering.archive import Archive
from vetpacs_desktop.store.network.contact import peer_of
from vetpacs_desktop.store.network.link import Message, Peer
from vetpacs_desktop.store.network.sending.send import Fate, Parcel, deliver, offer
from vetpacs_desktop.store.network.talk import Talk
from vetpacs_desktop.store.network.trouble import ConnectionLost, MachineUnreachable
from vetpacs_desktop.store.outgoing import prepared
from vetpacs_desktop.store.records import InstanceRow

LOG = logging.getLogger(__name__)

SUCCESS, PENDING, CANCELLED, SOME_FAILED = 0x0000, 0xFF00, 0xFE00, 0xB000
UNKNOWN_DESTINATION, ALL_FAILED, DOES_NOT_MATCH = 0xA801, 0xA702, 0xA900
NOT_ALLOWED, UNABLE, TOO_MANY = 0x0124, 0xC001, 0xA701
MOST = 0xFFFF
"""The counts of an answer are 16 bits wide (PS3.7 9.3.4.2)."""
ANSWER_SECONDS = 60.0
MOST_BREAKS = 4
"""So often a connection may break without any image between before the rest is given up."""
ALL = frozenset(Level)
MOVES: Mapping[str, frozenset[Level]] = {
    str(classes.PatientRootQueryRetrieveInformationModelMove): ALL,
    str(classes.StudyRootQueryRetrieveInformationModelMove): ALL - {Level.PATIENT},
    str(classes.PatientStudyOnlyQueryRetrieveInformationModelMove): frozenset({Level.PATIENT, Level.STUDY}),
}
GETS: Mapping[str, frozenset[Level]] = {
    str(classes.PatientRootQueryRetrieveInformationModelGet): ALL,
    str(classes.StudyRootQueryRetrieveInformationModelGet): ALL - {Level.PATIENT},
    str(classes.PatientStudyOnlyQueryRetrieveInformationModelGet): frozenset({Level.PATIENT, Level.STUDY}),
}


@dataclass(slots=True)
class Tally:
    """The sub-operations of one request."""

    remaining: int
    completed: int = 0
    failed: list[str] = field(default_factory=list)

    def count(self, sop_uid: str, *, taken: bool) -> None:
        """One more is over."""
        self.remaining -= 1
        if taken:
            self.completed += 1
        else:
            self.failed.append(sop_uid)

    def fail_rest(self, sop_uids: Iterable[str]) -> None:
        """The others were not even tried."""
        for sop_uid in sop_uids:
            self.count(sop_uid, taken=False)

    @property
    def status(self) -> int:
        """How it went (PS3.4 Tables C.4-2 and C.4-3)."""
        if not self.failed:
            return SUCCESS
        return SOME_FAILED if self.completed else ALL_FAILED


class Retrieving:
    """Answers C-MOVE and C-GET requests for one archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def move(self, association: Any, request: Any, context: Any) -> None:
        """One C-MOVE, on its association's own thread. Raises `HungUp`."""
        answer = _Answer(Talk(association, context, int(request.MessageID)), messages.C_MOVE, request)
        destination = str(request.MoveDestination or "").strip()
        with self._guarded(answer):
            images = self._images(answer, request, MOVES)
            if images is None:
                return
            node = self._archive.library().nodes.by_ae_title(destination)
            if destination == self._archive.ae_title:
                self._keep(answer, images)
            elif node is None or not node.may_retrieve:
                LOG.warning("%s wanted exams for %r, an archive not known here", answer.name, destination)
                answer.end(UNKNOWN_DESTINATION, f"{destination} is not among the archives known here"[:64])
            else:
                self._move(answer, node, images)

    def get(self, association: Any, request: Any, context: Any) -> None:
        """One C-GET, on its association's own thread. Raises `HungUp`."""
        answer = _Answer(Talk(association, context, int(request.MessageID)), messages.C_GET, request)
        with self._guarded(answer):
            images = self._images(answer, request, GETS)
            if images is not None:
                self._get(answer, images)

    @contextmanager
    def _guarded(self, answer: _Answer) -> Iterator[None]:
        try:
            yield
        except BadQuestion as error:
            answer.end(DOES_NOT_MATCH, str(error))
        except KnownError as error:
            LOG.error("A request of %s could not be answered: %s", answer.name, type(error).__name__)
            answer.end(UNABLE, "The library can't be read at the moment")

    def _images(
        self, answer: _Answer, request: Any, models: Mapping[str, frozenset[Level]]
    ) -> list[InstanceRow] | None:
        """What is asked for; None when the request is answered already. Raises `BadQuestion`."""
        refusal = self._archive.refusal(answer.talk, "fetch")
        if refusal:
            answer.end(NOT_ALLOWED, refusal)
            return None
        asked = question.parse(request.Identifier.getvalue(), answer.talk.syntax, models[answer.model])
        images = self._archive.library().queries.images(_by_unique_keys(asked))
        if len(images) > MOST:
            answer.end(TOO_MANY, f"More than {MOST} images; ask for fewer at a time")
            return None
        answer.tally = Tally(len(images))
        return images

    def _keep(self, answer: _Answer, images: Sequence[InstanceRow]) -> None:
        """We are the destination ourselves: what is kept here has arrived already."""
        for row in images:
            answer.tally.count(row.sop_uid, taken=row.path.exists())
        answer.end(answer.tally.status)

    def _move(self, answer: _Answer, node: Node, images: Sequence[InstanceRow]) -> None:
        peer = peer_of(self._archive.home, self._archive.settings, node, self._archive.ae_title)
        originator = (answer.name[:16], answer.talk.message_id)

        def told(parcel: Parcel, fate: Fate) -> bool:
            answer.count(parcel, fate, node.name)
            return not answer.talk.cancelled

        with self._parcels(images, originator) as parcels:
            trouble = self._send_all(answer, peer, list(parcels), told)
        if answer.tally.remaining:
            LOG.info("%s stopped fetching", answer.name)
            answer.end(CANCELLED)
            return
        self._archive.library().nodes.note(node, trouble)
        answer.end(answer.tally.status, "The destination can't be reached" if trouble else "")
        done, failed = answer.tally.completed, len(answer.tally.failed)
        LOG.info("%s fetched %d images to %s, %d failed", answer.name, done, node.name, failed)

    def _send_all(
        self,
        answer: _Answer,
        peer: Peer,
        waiting: list[Parcel],
        told: Callable[[Parcel, Fate], bool],
    ) -> str:
        """Send in as many connections as it takes, until `told` has had enough; the trouble in words when
        some were not even tried."""
        breaks = 0
        while waiting:
            before = answer.tally.remaining
            try:
                deliver(peer, list(waiting), told)
            except MachineUnreachable as error:
                LOG.warning("Fetched exams could not be sent on: %s", type(error).__name__)
                del waiting[: before - answer.tally.remaining]
                breaks = breaks + 1 if before == answer.tally.remaining else 1
                if breaks > MOST_BREAKS or not isinstance(error, ConnectionLost):
                    answer.tally.fail_rest(parcel.sop_uid for parcel in waiting)
                    return error.sentence
                if breaks > 1 and waiting:  # again at the same image: the others shall not suffer for it
                    told(waiting.pop(0), Fate(error.sentence))
            else:
                return ""
        return ""

    def _get(self, answer: _Answer, images: Sequence[InstanceRow]) -> None:
        back = _WayBack(answer.talk)
        with self._parcels(images, None) as parcels:
            for parcel in parcels:
                if answer.talk.cancelled:
                    LOG.info("%s stopped fetching", answer.name)
                    answer.end(CANCELLED)
                    return
                answer.count(parcel, offer(back, parcel), answer.name)
        answer.end(answer.tally.status)
        LOG.info(
            "%s fetched %d images, %d failed", answer.name, answer.tally.completed, len(answer.tally.failed)
        )

    @contextmanager
    def _parcels(
        self, images: Sequence[InstanceRow], originator: tuple[str, int] | None
    ) -> Iterator[list[Parcel]]:
        """The images as objects to send; corrected copies live as long as one object."""
        library = self._archive.library()
        with tempfile.TemporaryDirectory(prefix="fetch-", dir=self._archive.home.run) as folder:

            def parcel(row: InstanceRow) -> Parcel:
                def done_with(path: Path) -> None:
                    if path != row.path:
                        path.unlink(missing_ok=True)

                return Parcel(
                    row.sop_class_uid,
                    row.sop_uid,
                    row.transfer_syntax_uid,
                    lambda: prepared(library, row, Path(folder)),
                    done_with,
                    originator,
                )

            yield list(map(parcel, images))


class _Answer:
    """The responses to one C-MOVE or C-GET."""

    def __init__(self, talk: Talk, kind: int, request: Any) -> None:
        self.talk = talk
        self.name = talk.name
        self.model = str(request.AffectedSOPClassUID)
        self.tally = Tally(0)
        self._kind = kind

    def count(self, parcel: Parcel, fate: Fate, where: str) -> None:
        """One image is over; say so as long as others remain."""
        if fate.reason:
            LOG.warning("An image was not sent to %s: %s", where, fate.reason)
        self.tally.count(parcel.sop_uid, taken=not fate.reason)
        if self.tally.remaining:
            self._say(PENDING, {messages.REMAINING: self.tally.remaining})

    def end(self, status: int, comment: str = "") -> None:
        """The final response, with the images that failed where there are any."""
        more: dict[int, int | str] = {messages.COMMENT: comment} if comment else {}
        if status == CANCELLED:
            more[messages.REMAINING] = self.tally.remaining
        self._say(status, more, self.tally.failed if status != SUCCESS else ())

    def _say(self, status: int, more: Mapping[int, int | str], failed: Sequence[str] = ()) -> None:
        data = _failed_list(failed, self.talk.syntax) if failed else b""
        fields = {
            messages.SOP_CLASS: self.model,
            messages.COMPLETED: self.tally.completed,
            messages.FAILED: len(self.tally.failed),
            messages.WARNED: 0,
            **more,
        }
        if data:
            fields[messages.DATA_SET] = messages.WITH_DATA_SET
        command = messages.answer(self._kind, self.talk.message_id, status, fields)
        self.talk.send(command, [data] if data else [])


class _WayBack:
    """The association of a C-GET as a way for objects, in the form of a `Link` of ours."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        contexts = talk.association.accepted_contexts
        self.accepted: dict[int, tuple[str, str]] = {
            int(context.context_id): (str(context.abstract_syntax), str(context.transfer_syntax[0]))
            for context in contexts
            if context.as_scu
        }
        self._number = talk.message_id

    def context_for(self, abstract: str, syntaxes: Sequence[str] = ()) -> int | None:
        for number, (kind, syntax) in self.accepted.items():
            if kind == abstract and (not syntaxes or syntax in syntaxes):
                return number
        return None

    def next_number(self) -> int:
        self._number = self._number % 0xFFFF + 1
        return self._number

    def send(self, context_id: int, command: bytes, data: Iterable[bytes | memoryview] = ()) -> None:
        self._talk.send(command, data, context_id)

    def receive(self) -> Message:
        status = self._talk.answered(self._number, ANSWER_SECONDS)
        command = {
            messages.FIELD: (messages.C_STORE | messages.ANSWER).to_bytes(2, "little"),
            messages.STATUS: status.to_bytes(2, "little"),
        }
        return Message(0, command, b"")


def _by_unique_keys(asked: Question) -> Question:
    """Only the unique keys down to the level count (PS3.4 C.4.2.2.1), and that level's must be there."""
    keys = tuple(
        key
        for key in asked.keys
        if not key.inner and UNIQUE_KEYS.get(key.tag, Level.IMAGE + 1) <= asked.level
    )
    wanted = next(tag for tag, level in UNIQUE_KEYS.items() if level == asked.level)
    if not any(key.tag == wanted for key in keys):
        raise BadQuestion(f"The unique key of the level {asked.level.name} is missing")
    if any("*" in value or "?" in value for key in keys for value in key.values):
        raise BadQuestion("Unique keys of a fetch can't have wildcards")
    return Question(asked.level, keys, asked.wanted, asked.charset)


def _failed_list(uids: Sequence[str], syntax: str) -> bytes:
    """Failed SOP Instance UID List (0008,0058), as far as it fits a value of explicit VR."""
    value = b""
    for uid in uids:
        more = (b"\\" if value else b"") + uid.encode("ascii")
        if len(value) + len(more) > 0xFFFE:
            break
        value += more
    value += b"\0" * (len(value) % 2)
    if UID(syntax).is_implicit_VR:
        return struct.pack("<HHL", 0x0008, 0x0058, len(value)) + value
    return struct.pack("<HH2sH", 0x0008, 0x0058, b"UI", len(value)) + value
