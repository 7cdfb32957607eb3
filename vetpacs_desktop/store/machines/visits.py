"""The visitors' book: each connection to the receiver as it happens, for whoever connects a machine.

Lines of JSON in the home's run folder, only ever added to; when the file is full it becomes the older half
and a new one begins. The service writes, the window reads. It holds machines and kinds of objects, never
animals or people; it decides nothing, and losing it loses nothing.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeAlias

from pydicom.uid import UID

from vetpacs_desktop.paths import Home

FILE = "visits.jsonl"
OLDER = "visits.1.jsonl"
MOST_BYTES = 512 * 1024
MOST_VISITS = 200
"""How many the reader keeps."""
MOST_PROPOSALS = 128
EVERY_SECONDS = 0.5
"""Objects of one connection are counted in the book at most this often."""

NOT_ALLOWED = "not-allowed"
OTHER_NAME = "other-name"
TOO_MANY = "too-many"
NOTHING_ACCEPTED = "nothing-accepted"
"""Why a whole connection was refused."""
TLS, WEB, GARBAGE, PLAIN = "tls", "web", "garbage", "plain"
"""What a peer spoke instead of DICOM; `PLAIN`: unencrypted where encryption is expected."""
RELEASED, ABORTED, CLOSED = "released", "aborted", "closed"

Fact: TypeAlias = str | int | list[list[object]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """One presentation context (PS3.8 7.1.1.13): what a machine wants to do, and whether it may."""

    abstract: str
    syntaxes: tuple[str, ...]
    accepted: str = ""
    """The transfer syntax chosen; empty while not answered, or refused."""
    answered: bool = False

    @property
    def name(self) -> str:
        """The standard's name of the class, or its UID."""
        return name_of(self.abstract)

    @property
    def service(self) -> str:
        """store, echo, worklist, query, retrieve, step, commitment, print or other."""
        return service_of(self.abstract)


@dataclass(frozen=True, slots=True)
class Visit:
    """One connection so far. Times are ISO 8601 with offset."""

    key: str
    at: str
    address: str
    calling: str = ""
    called: str = ""
    software: str = ""
    """Implementation Version Name (PS3.7 D.3.3.2), as the machine states it."""
    asked: bool = False
    welcomed: bool = False
    refusal: str = ""
    proposals: tuple[Proposal, ...] = ()
    echoes: int = 0
    objects: int = 0
    size: int = 0
    refused: int = 0
    last_refusal: str = ""
    questions: tuple[str, ...] = ()
    """What it asked for besides echo and store: the names of the messages."""
    strange: str = ""
    ended: str = ""

    @property
    def moment(self) -> datetime:
        """When it began."""
        return datetime.fromisoformat(self.at)


class Visits:
    """The writing side; safe from any thread and process, and it never raises."""

    def __init__(self, home: Home) -> None:
        self._path = home.run / FILE
        self._older = home.run / OLDER
        self._numbers = itertools.count()

    def begin(self, address: str) -> Call:
        """Somebody has opened a connection."""
        call = Call(self, f"{os.getpid()}-{time.monotonic_ns():x}-{next(self._numbers)}")
        call.note("opened", address=address)
        return call

    def write(self, key: str, kind: str, facts: Mapping[str, Fact]) -> None:
        """Add a line."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"visit": key, "at": now, "kind": kind, **facts}) + "\n"
        with contextlib.suppress(OSError):  # a full disk is no reason to stop receiving
            self._turn_over()
            with self._path.open("ab", buffering=0) as book:
                book.write(line.encode())

    def _turn_over(self) -> None:
        try:
            full = self._path.stat().st_size > MOST_BYTES
        except FileNotFoundError:
            return
        if full:
            self._path.replace(self._older)


class Call:
    """One connection in the book."""

    __slots__ = ("_counted", "_key", "_refused", "_said", "_size", "_stored", "_visits")

    def __init__(self, visits: Visits, key: str) -> None:
        self._visits = visits
        self._key = key
        self._stored = self._size = self._refused = self._counted = 0
        self._said = 0.0

    def note(self, kind: str, **facts: Fact) -> None:
        """Add a line about it."""
        self._visits.write(self._key, kind, facts)

    def stored(self, size: int) -> None:
        """An object was kept."""
        self._stored += 1
        self._size += size
        self._count()

    def object_refused(self, reason: str) -> None:
        """An object was not taken."""
        self._refused += 1
        self._say_count(reason)

    def end(self, how: str) -> None:
        """It is over; a release or an abort counts more than the mere end."""
        if self._stored + self._refused > self._counted:
            self._say_count("")
        self.note("ended", how=how)

    def _count(self) -> None:
        if time.monotonic() - self._said >= EVERY_SECONDS:
            self._say_count("")

    def _say_count(self, reason: str) -> None:
        self._said = time.monotonic()
        self._counted = self._stored + self._refused
        self.note("objects", stored=self._stored, size=self._size, refused=self._refused, reason=reason)


class Book:
    """The reading side: `read` looks only at what was added since the last time."""

    def __init__(self, home: Home) -> None:
        self._path = home.run / FILE
        self._older = home.run / OLDER
        self._visits: dict[str, Visit] = {}
        self._place = 0
        self._file = 0
        self._begun = False

    def read(self) -> tuple[Visit, ...]:
        """All visits still known, oldest first. Never raises."""
        if not self._begun:
            self._begun = True
            self._take(self._older, 0)
        try:
            state = self._path.stat()
        except OSError:
            return tuple(self._visits.values())
        if state.st_ino != self._file or state.st_size < self._place:
            if self._file:
                self._take(self._older, self._place)  # its end, written just before it was turned over
            self._file, self._place = state.st_ino, 0
        if state.st_size > self._place:
            self._place = self._take(self._path, self._place)
        return tuple(self._visits.values())

    def _take(self, path: object, place: int) -> int:
        try:
            with open(str(path), "rb") as book:  # noqa: PTH123 - one call for both halves
                book.seek(place)
                text = book.read()
        except OSError:
            return place
        whole = text[: text.rfind(b"\n") + 1]
        fold(self._visits, whole.decode("utf-8", "replace").splitlines())
        return place + len(whole)


def fold(visits: dict[str, Visit], lines: Iterable[str]) -> None:
    """Bring `visits` up to date with `lines`; what can't be read is left out."""
    for line in lines:
        try:
            facts = json.loads(line)
            key = str(facts["visit"])
            before = visits.get(key) or Visit(key, str(facts["at"]), str(facts.get("address", "")))
            visits[key] = _after(before, facts)
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    while len(visits) > MOST_VISITS:
        del visits[next(iter(visits))]


def _after(visit: Visit, facts: Mapping[str, object]) -> Visit:
    """`visit` after one line about it."""
    match facts["kind"]:
        case "asked":
            return replace(
                visit,
                asked=True,
                calling=str(facts["calling"]),
                called=str(facts["called"]),
                software=str(facts.get("software", "")),
                proposals=_proposals(facts["proposals"]),
            )
        case "welcomed":
            return replace(visit, welcomed=True, proposals=_proposals(facts["proposals"]))
        case "turned-away":
            return replace(visit, refusal=str(facts["why"]))
        case "asks":
            return _asking(visit, str(facts["what"]))
        case "objects":
            return replace(
                visit,
                objects=_number(facts["stored"]),
                size=_number(facts["size"]),
                refused=_number(facts["refused"]),
                last_refusal=str(facts["reason"]) or visit.last_refusal,
            )
        case "strange":
            return replace(visit, strange=str(facts["what"]))
        case "ended":
            # The connection's end and the word for it come from two threads, in either order.
            return replace(visit, ended=str(facts["how"])) if visit.ended in ("", CLOSED) else visit
    return visit


def _asking(visit: Visit, what: str) -> Visit:
    if what == "C_ECHO_RQ":
        return replace(visit, echoes=visit.echoes + 1)
    if what in visit.questions:
        return visit
    return replace(visit, questions=(*visit.questions, what))


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _proposals(rows: object) -> tuple[Proposal, ...]:
    """Rows of [abstract, [syntaxes], accepted or "", answered]."""
    if not isinstance(rows, list):
        return ()
    return tuple(Proposal(str(row[0]), tuple(map(str, row[1])), str(row[2]), bool(row[3])) for row in rows)


def rows_of(proposals: Sequence[Proposal]) -> list[list[object]]:
    """`proposals` as the book's lines hold them."""
    return [
        [one.abstract, list(one.syntaxes), one.accepted, one.answered] for one in proposals[:MOST_PROPOSALS]
    ]


_SERVICES: tuple[tuple[str, str], ...] = (
    ("1.2.840.10008.1.1", "echo"),
    ("1.2.840.10008.5.1.4.31", "worklist"),
    ("1.2.840.10008.3.1.2.3.", "step"),
    ("1.2.840.10008.1.20.1", "commitment"),
    ("1.2.840.10008.1.20.2", "commitment"),
    ("1.2.840.10008.5.1.1.", "print"),
    ("1.2.840.10008.5.1.4.1.1.", "store"),
)
"""Prefixes of UIDs (PS3.6 table A-1); a prefix that ends in a dot is a family."""
_QUERY = "1.2.840.10008.5.1.4.1.2."


def name_of(uid: str) -> str:
    """The standard's name of a UID (PS3.6 table A-1), or the UID itself."""
    return str(UID(uid).name)


def service_of(uid: str) -> str:
    """What a SOP class is for, in one of the words of `Proposal.service`."""
    for prefix, service in _SERVICES:
        if uid == prefix or (prefix.endswith(".") and uid.startswith(prefix)):
            return service
    if uid.startswith(_QUERY):
        return "query" if uid.endswith(".1") else "retrieve"
    return "other"
