"""Fetches exams from another archive, which sends them to our receiver (C-MOVE) or back to us (C-GET).

C-MOVE is tried first, because the receiver takes every kind and coding; it needs the archive to know this
computer. Where it doesn't, and it offers C-GET, that is used. What comes takes the same way as everything
else: checked, made durable in the spool, then confirmed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pydicom.dataset import Dataset

from vetpacs_desktop.errors import Cancelled, KnownError
from vetpacs_desktop.jobs import CancelToken, Progress, Report
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store import conformance
from vetpacs_desktop.store.network import messages
from vetpacs_desktop.store.network.asking import taking
from vetpacs_desktop.store.network.link import Link, Message, Peer, Proposal, Writer
from vetpacs_desktop.store.network.trouble import MachineUnreachable, NothingInCommon

LOG = logging.getLogger(__name__)

MOVE = "1.2.840.10008.5.1.4.1.2.2.2"
GET = "1.2.840.10008.5.1.4.1.2.2.3"
SYNTAXES = (conformance.EXPLICIT_LITTLE, conformance.IMPLICIT_LITTLE)
PENDING = (0xFF00, 0xFF01)
CANCELLED = 0xFE00
UNKNOWN_DESTINATION = 0xA801
SOME_FAILED = 0xB000
ANSWER_SECONDS = 300.0
"""Archives may be silent while they bring an exam back from slow storage."""
CANCEL_SECONDS = 10.0


class DoesNotKnowUs(KnownError):
    """{name} could not send the exam here ({reason}); most likely it does not know this computer. Ask who
    looks after it to enter: name (AE title) {title}, address {address}, port {port}. Then try again."""


class CannotReachUs(KnownError):
    """{name} has the exam, but could not send it ({reason}). It must be able to reach this computer: name (AE
    title) {title}, address {address}, port {port}; a firewall may be in the way."""


class NotGiven(KnownError):
    """{name} did not give the exam ({reason}). What came until then is kept."""


@dataclass(frozen=True, slots=True)
class Here:
    """How an archive reaches this computer's receiver: what is typed into it."""

    title: str
    address: str
    port: int


@dataclass(frozen=True, slots=True)
class Order:
    """One exam, or one of its series, to be fetched."""

    study_uid: str
    series_uid: str = ""
    modalities: tuple[str, ...] = ()
    """What kinds of images to expect; with C-GET they must be named beforehand."""
    images: int | None = None
    """How many there should be, when the archive said so."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetching did."""

    images: int = 0
    failed: int = 0
    way: str = ""
    """``move`` or ``get``."""
    note: str = ""
    """A sentence for people where something did not come."""


@dataclass(slots=True)
class _Counts:
    """What the archive says of its sub-operations (PS3.7 9.3.4.2)."""

    done: int = 0
    failed: int = 0
    left: int | None = None

    def take(self, answer: Message) -> None:
        """An answer's numbers; archives leave out what they don't count."""
        if messages.COMPLETED in answer.command or messages.FAILED in answer.command:
            self.done = answer.number(messages.COMPLETED) + answer.number(messages.WARNED)
            self.failed = answer.number(messages.FAILED)
        if messages.REMAINING in answer.command:
            self.left = answer.number(messages.REMAINING)


def fetch(
    peer: Peer,
    orders: Sequence[Order],
    here: Here,
    home: Home,
    report: Report,
    cancel: CancelToken,
) -> Fetched:
    """Fetch `orders` one after the other. Raises `MachineUnreachable`, `DoesNotKnowUs`, `CannotReachUs`,
    `NotGiven`, `Cancelled`; what came until then is kept."""
    total = sum(order.images or 0 for order in orders) if all(order.images for order in orders) else None
    sum_up = Fetched()

    def progress(done: int, name: str = peer.address.name) -> None:
        report(Progress(sum_up.images + done, total, f"From {name}"))

    way: Callable[..., Fetched] = _move_or_get
    for order in orders:
        cancel.check()
        one = way(peer, order, here, home, progress, cancel)
        way = _get if one.way == "get" else _move_or_get
        sum_up = replace(
            sum_up,
            images=sum_up.images + one.images,
            failed=sum_up.failed + one.failed,
            way=one.way,
            note=one.note or sum_up.note,
        )
    return sum_up


def _move_or_get(
    peer: Peer,
    order: Order,
    here: Here,
    home: Home,
    progress: Callable[[int], None],
    cancel: CancelToken,
) -> Fetched:
    try:
        return _move(peer, order, here, progress, cancel)
    except Cancelled:
        raise
    except (MachineUnreachable, DoesNotKnowUs, CannotReachUs) as error:
        if isinstance(error, MachineUnreachable) and not isinstance(error, NothingInCommon):
            raise
        LOG.info("C-MOVE did not do, C-GET is tried: %s", error.sentence)
        came: list[int] = []

        def seen(done: int) -> None:
            came.append(done)
            progress(done)

        try:
            return _get(peer, order, here, home, seen, cancel)
        except (MachineUnreachable, NotGiven):
            if came:
                raise
            raise error from None


def _move(
    peer: Peer, order: Order, here: Here, progress: Callable[[int], None], cancel: CancelToken
) -> Fetched:
    counts = _Counts()
    with Link(peer, [Proposal(MOVE, SYNTAXES)], answer_seconds=ANSWER_SECONDS) as link:
        context, (_, syntax) = next(iter(link.accepted.items()))
        number = link.next_number()
        wish = messages.written(_wish(order), syntax)
        link.send(context, messages.move(number, MOVE, here.title), [wish])
        answer = _follow(link, context, number, counts, progress, cancel, lambda _: None)
    if answer.status == 0 or counts.done or (answer.status == SOME_FAILED and not counts.failed):
        return _judged(peer, answer, counts, "move")
    facts = {"title": here.title, "address": here.address, "port": here.port, "reason": _reason(answer)}
    # Archives that don't know a destination say so (A801), or only that something failed.
    trouble = CannotReachUs if counts.failed else DoesNotKnowUs
    raise trouble(name=peer.address.name, **facts)


def _get(
    peer: Peer,
    order: Order,
    here: Here,
    home: Home,
    progress: Callable[[int], None],
    cancel: CancelToken,
) -> Fetched:
    counts = _Counts()
    source = f"{peer.address.called} ({peer.address.host})"
    take = taking.Taking(home, source)
    proposals = [Proposal(GET, SYNTAXES), *taking.proposals(order.modalities)]
    with Link(peer, proposals, answer_seconds=ANSWER_SECONDS) as link:
        context = link.context_for(GET)
        if context is None:
            raise NothingInCommon(peer.address, "it gives nothing over the same connection (C-GET)")
        number = link.next_number()
        wish = messages.written(_wish(order), link.accepted[context][1])
        link.send(context, messages.get(number, GET), [wish])
        answer = _follow(
            link,
            context,
            number,
            counts,
            progress,
            cancel,
            lambda message: take.writer_of(link, message),
            take,
        )
    counts.done = max(counts.done, take.kept)
    return _judged(peer, answer, counts, "get")


def _follow(
    link: Link,
    context: int,
    number: int,
    counts: _Counts,
    progress: Callable[[int], None],
    cancel: CancelToken,
    writer_of: Callable[[Message], Writer | None],
    take: taking.Taking | None = None,
) -> Message:
    """Read answers (and, with `take`, images) to the end; a cancel is asked for, and waited for a while."""
    asked: CancelToken | None = cancel
    seconds: float | None = None
    while True:
        try:
            message = link.receive(asked, writer_of, seconds)
        except Cancelled:
            link.send(context, messages.cancel(number))
            asked, seconds = None, CANCEL_SECONDS
            continue
        if message.field == messages.C_STORE and take is not None:
            take.answer(link, message)
            progress(take.kept)
            continue
        if message.field & ~messages.ANSWER not in (messages.C_MOVE, messages.C_GET):
            continue
        counts.take(message)
        if message.status not in PENDING:
            if cancel.cancelled:
                raise Cancelled()
            return message
        if take is None:
            progress(counts.done)


def _judged(peer: Peer, answer: Message, counts: _Counts, way: str) -> Fetched:
    if answer.status not in (0x0000, SOME_FAILED) and answer.status & 0xF000 != 0xB000 and not counts.done:
        raise NotGiven(name=peer.address.name, reason=_reason(answer))
    note = ""
    if counts.failed or (answer.status and not counts.failed):
        note = f"{peer.address.name} could not give {counts.failed} of the images ({_reason(answer)})."
    return Fetched(counts.done, counts.failed, way, note)


def _wish(order: Order) -> Dataset:
    wish = Dataset()
    wish.QueryRetrieveLevel = "SERIES" if order.series_uid else "STUDY"
    wish.StudyInstanceUID = order.study_uid
    if order.series_uid:
        wish.SeriesInstanceUID = order.series_uid
    return wish


def _reason(answer: Message) -> str:
    words = {
        UNKNOWN_DESTINATION: "it says so",
        0xA701: "it can't count the images",
        0xA702: "it could not send them",
        0xA900: "it does not understand the question",
        SOME_FAILED: "some could not be sent",
    }.get(answer.status, f"status {answer.status:04X}")
    comment = answer.text(messages.COMMENT)
    return f"{words}: {comment}" if comment else words
