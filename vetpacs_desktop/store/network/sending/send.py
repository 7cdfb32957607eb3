"""Send objects to another machine: a C-STORE user that proposes each object's own transfer syntax.

Bytes leave as they are on the disk wherever the other side takes them; where it does not, the pixels are
decompressed for it, on a copy in memory. Nothing on the disk is ever changed, and nothing is ever queued
here: `outbox` is where sendings wait.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydicom.errors import InvalidDicomError
from pynetdicom.dsutils import split_dataset

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken, Progress, Report, ignore
from vetpacs_desktop.store import conformance
from vetpacs_desktop.store.network import messages
from vetpacs_desktop.store.network.link import MOST_CONTEXTS, Link, Message, Peer, Proposal
from vetpacs_desktop.store.network.sending import converting
from vetpacs_desktop.store.network.trouble import Address, ConnectionLost, MachineUnreachable, NothingInCommon
from vetpacs_desktop.store.reading.checks import Checked, check_file

__all__ = ["MachineUnreachable", "SendSummary", "deliver", "offer", "send_files"]

LOG = logging.getLogger(__name__)

FALLBACK = (conformance.EXPLICIT_LITTLE, conformance.IMPLICIT_LITTLE)
BLOCK = 512 * 1024
FATAL_TRIES = 2
"""So often a connection may end at the same object before that object is left behind."""


@dataclass(frozen=True, slots=True)
class SendSummary:
    """What a sending did."""

    sent: int
    failed: tuple[tuple[str, str], ...]
    """(SOP Instance UID, or the path when the file has none, and the reason)"""
    seconds: float


@dataclass(frozen=True, slots=True)
class Parcel:
    """One object to send; its file is asked for when its turn comes."""

    sop_class: str
    sop_uid: str
    transfer_syntax: str
    file: Callable[[], Path]
    """Raises `OSError` or `KnownError` when there is none."""
    done_with: Callable[[Path], object] = lambda _: None
    """Called with the file once it has been sent."""
    originator: tuple[str, int] | None = None
    """Who asked for it by a C-MOVE, and with which message (PS3.7 9.1.1.1)."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one parcel."""

    reason: str = ""
    """Empty: the other side took it."""
    again: bool = False
    """It was refused for now only (its disk is full, for example)."""


TAKEN = Fate()


class Carrier(Protocol):
    """An association that objects leave by: a `Link` of ours, or the one that a C-GET came by."""

    @property
    def accepted(self) -> Mapping[int, tuple[str, str]]: ...

    def context_for(self, abstract: str, syntaxes: Sequence[str] = ()) -> int | None: ...

    def next_number(self) -> int: ...

    def send(self, context_id: int, command: bytes, data: Iterable[bytes | memoryview] = ()) -> None: ...

    def receive(self) -> Message: ...


def deliver(
    peer: Peer,
    parcels: Sequence[Parcel],
    told: Callable[[Parcel, Fate], bool],
    cancel: CancelToken | None = None,
) -> None:
    """Offer each parcel once, in order; `told` hears what became of each as soon as it is known, and says
    whether to go on.

    Raises `MachineUnreachable` where there is no connection or it breaks: a parcel whose fate was not told
    was not confirmed. Raises `Cancelled` between two parcels.
    """
    token = cancel or CancelToken()
    for group in _groups(parcels):
        try:
            link = Link(peer, list(_proposals(group)))
        except NothingInCommon:  # it answers, but takes nothing of this: no reason to keep the others waiting
            if all(told(parcel, Fate(_not_taken(parcel))) for parcel in group):
                continue
            return
        with link:
            for parcel in group:
                token.check()
                if not told(parcel, offer(link, parcel)):
                    return


def send_files(
    paths: Sequence[Path],
    host: str,
    port: int,
    called_ae: str,
    calling_ae: str = "VETPACS",
    report: Report = ignore,
    cancel: CancelToken | None = None,
) -> SendSummary:
    """Send `paths` in order; one file's failure stops no other. Raises `MachineUnreachable`, `Cancelled`."""
    started = time.monotonic()
    failed: list[tuple[str, str]] = []
    parcels = list(_parcels(paths, failed))
    peer = Peer(Address(called_ae, host, port, called_ae, calling_ae))
    sent, refused = send_parcels(peer, parcels, report, cancel, before=len(failed))
    return SendSummary(sent, (*failed, *refused), time.monotonic() - started)


def send_parcels(
    peer: Peer,
    parcels: Sequence[Parcel],
    report: Report = ignore,
    cancel: CancelToken | None = None,
    before: int = 0,
) -> tuple[int, list[tuple[str, str]]]:
    """Send all of it now, opening a broken connection again: (how many were taken, what was not and why).

    An object at which the connection ends again and again is left behind. Raises `MachineUnreachable` when
    nothing could be sent at all, `Cancelled`. `before` is counted as done in the progress.
    """
    sent, failed, waiting = 0, list[tuple[str, str]](), list(parcels)
    breaks = 0

    def told(parcel: Parcel, fate: Fate) -> bool:
        nonlocal sent, breaks
        waiting.pop(0)
        breaks = 0
        if fate.reason:
            failed.append((parcel.sop_uid, fate.reason))
        else:
            sent += 1
        done, total = before + sent + len(failed), before + len(parcels)
        report(Progress(done, total, f"Sending to {peer.address.name}"))
        return True

    while waiting:
        try:
            deliver(peer, list(waiting), told, cancel)
        except ConnectionLost as error:
            breaks += 1
            if breaks >= FATAL_TRIES:
                failed.append((waiting.pop(0).sop_uid, error.sentence))
                breaks = 0
        except MachineUnreachable as error:
            if not sent and not failed:
                raise
            failed += [(parcel.sop_uid, error.sentence) for parcel in waiting]
            waiting.clear()
    return sent, failed


def offer(link: Carrier, parcel: Parcel) -> Fate:
    """Send one object and read the answer. Raises `ConnectionLost`."""
    try:
        path = parcel.file()
    except (OSError, KnownError) as error:
        return Fate(f"the file can't be read ({_words(error)})")
    try:
        return _offer_file(link, parcel, path)
    finally:
        parcel.done_with(path)


def _offer_file(link: Carrier, parcel: Parcel, path: Path) -> Fate:
    try:
        straight = _data_offset(path, parcel)
        context = link.context_for(parcel.sop_class, (parcel.transfer_syntax,))
        if context is not None and straight is not None:
            return _transmit(link, context, parcel, _blocks(path, straight))
        context = context or link.context_for(parcel.sop_class, FALLBACK)
        if context is None:
            return Fate(_not_taken(parcel))
        data = converting.converted(path, link.accepted[context][1])
    except OSError as error:
        return Fate(f"the file can't be read ({_words(error)})")
    except converting.CannotConvert as error:
        LOG.info("An object could not be converted: %s", error.sentence)
        return Fate(error.sentence)
    return _transmit(link, context, parcel, [data])


def _transmit(link: Carrier, context: int, parcel: Parcel, data: Iterable[bytes | memoryview]) -> Fate:
    number = link.next_number()
    command = messages.store(number, parcel.sop_class, parcel.sop_uid, parcel.originator)
    link.send(context, command, data)
    while True:
        answer = link.receive()
        if answer.field == messages.C_STORE | messages.ANSWER:
            return _fate(answer)


def _fate(answer: Message) -> Fate:
    """The answer in words (PS3.4 Table B.2-1, PS3.7 C): warnings count as taken, 0xA7xx may pass."""
    status = answer.status
    if status == 0 or status & 0xF000 == 0xB000 or status in (0x0001, 0x0107, 0x0116):
        return TAKEN
    comment = answer.text(messages.COMMENT)
    words = {
        0x0122: "it takes no objects of this kind",
        0x0124: "this computer may not store there",
        0x0111: "it says that it has this one already",
    }.get(status)
    if words is None:
        words = "it has no room left" if status & 0xFF00 == 0xA700 else "the other side refused it"
    detail = f"status {status:04X}{': ' + comment if comment else ''}"
    return Fate(f"{words} ({detail})", again=status & 0xFF00 == 0xA700 or status == 0x0110)


def _not_taken(parcel: Parcel) -> str:
    kind = conformance.name_of(parcel.sop_class)
    return f"the other side takes no objects of this kind and coding ({kind})"


def _data_offset(path: Path, parcel: Parcel) -> int | None:
    """Where the data set begins, or None where the file does not say rightly what it is."""
    try:
        meta, offset = split_dataset(path)
        named = (str(meta.MediaStorageSOPClassUID), str(meta.MediaStorageSOPInstanceUID))
        right = named == (parcel.sop_class, parcel.sop_uid)
        return int(offset) if right and str(meta.TransferSyntaxUID) == parcel.transfer_syntax else None
    except (InvalidDicomError, AttributeError, ValueError):  # old machines leave all or some of it out
        return None


def _blocks(path: Path, offset: int) -> Iterator[bytes]:
    """The bytes from `offset`; a file that can't be opened is found out before anything was sent."""
    file = path.open("rb", buffering=0)

    def read() -> Iterator[bytes]:
        with file:
            file.seek(offset)
            while block := file.read(BLOCK):
                yield block

    return read()


def _parcels(paths: Sequence[Path], failed: list[tuple[str, str]]) -> Iterator[Parcel]:
    for path in paths:
        try:
            checked = check_file(path)
            if checked.finding is None:
                yield _described(path, checked)
            else:
                failed.append((str(path), checked.finding.reason))
        except OSError as error:
            failed.append((str(path), f"the file can't be read ({error.strerror})"))


def _described(path: Path, checked: Checked) -> Parcel:
    """What travels under which names: the data set's own, which must be the command's (PS3.4 B.2.1)."""
    syntax = converting.syntax_of(path)
    return Parcel(checked.sop_class_uid, checked.sop_uid, syntax, lambda: path)


def _contexts(parcel: Parcel) -> tuple[Proposal, Proposal]:
    """The presentation contexts it needs: its own, and one it can be converted to."""
    own = Proposal(parcel.sop_class, (parcel.transfer_syntax,))
    return own, Proposal(parcel.sop_class, FALLBACK)


def _proposals(group: Sequence[Parcel]) -> Iterator[Proposal]:
    """Each context once; the objects' own first, so that an exact match is found before a convertible one."""
    for place in (0, 1):
        yield from dict.fromkeys(_contexts(parcel)[place] for parcel in group)


def _groups(parcels: Sequence[Parcel]) -> Iterator[list[Parcel]]:
    """Runs of parcels whose contexts fit in one association."""
    group: list[Parcel] = []
    needed: set[Proposal] = set()
    for parcel in parcels:
        more = needed.union(_contexts(parcel))
        if len(more) > MOST_CONTEXTS:
            yield group
            group, more = [], set(_contexts(parcel))
        group.append(parcel)
        needed = more
    if group:
        yield group


def _words(error: Exception) -> str:
    if isinstance(error, KnownError):
        return error.sentence
    return (error.strerror if isinstance(error, OSError) else "") or type(error).__name__
