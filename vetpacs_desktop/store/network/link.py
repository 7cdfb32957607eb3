"""One association that we opened, as a plain conversation: ask, wait, next.

pynetdicom packs and unpacks the negotiation; the rest is a blocking socket in the caller's own thread.
Nothing is queued, so a large object costs no memory; a time limit counts silence, not the length of an
object; and an answer can't be taken by another thread. What is asked, and what an answer means, is for the
callers to know.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

from pydicom.uid import UID
from pynetdicom.pdu import A_ABORT_RQ, A_ASSOCIATE_AC, A_ASSOCIATE_RQ, A_RELEASE_RP, A_RELEASE_RQ
from pynetdicom.pdu_primitives import (
    A_ASSOCIATE,
    ImplementationClassUIDNotification,
    ImplementationVersionNameNotification,
    MaximumLengthNotification,
    SCP_SCU_RoleSelectionNegotiation,
)
from pynetdicom.presentation import build_context

from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.store import conformance
from vetpacs_desktop.store.network import command_set, trouble
from vetpacs_desktop.store.network.command_set import BrokenCommand
from vetpacs_desktop.store.network.trouble import Address, ConnectionLost

CONNECT_SECONDS = 10.0
NEGOTIATE_SECONDS = 30.0
ANSWER_SECONDS = 60.0
"""How long the other side may be silent while it owes an answer, or take no more bytes."""
LOOK_SECONDS = 0.25
OUR_PDU = 1024 * 1024
THEIR_PDU = 256 * 1024
"""Used where the other side names no limit."""
SMALLEST_PDU = 64
SHORTEST_ACCEPTANCE = 68
"""PS3.8 9.3.3: version, titles and reserved fields of an A-ASSOCIATE-AC."""
GATHERED = 512 * 1024
"""Packets that are written to the socket together."""
MOST_CONTEXTS = 128
"""PS3.8 9.3.2.2: presentation context IDs are the odd numbers up to 255."""
NO_DATA_SET = command_set.NO_DATA_SET
APPLICATION = "1.2.840.10008.3.1.1.1"
_HEADER = struct.Struct(">BxL")
_PDV = struct.Struct(">LBB")
_PACKET = struct.Struct(">BxLLBB")
ACCEPT, REJECT, P_DATA, RELEASE, RELEASED, ABORT = 2, 3, 4, 5, 6, 7
LARGEST_ANSWER = 64 * 1024 * 1024


class Writer(Protocol):
    """Takes the data set of a message piece by piece."""

    def write(self, data: memoryview, /) -> object: ...


@dataclass(frozen=True, slots=True)
class Peer:
    """Whom to call, under which names, and how."""

    address: Address
    tls: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """One presentation context: a kind of object or service and the codings we can use for it."""

    abstract: str
    syntaxes: tuple[str, ...]
    we_take: bool = False
    """We are willing to be sent these (C-GET, PS3.4 C.5.3)."""


@dataclass(frozen=True, slots=True)
class Message:
    """One DIMSE message that came; `data` is empty where a writer took it."""

    context_id: int
    command: dict[int, bytes]
    data: bytes

    def number(self, element: int) -> int:
        """An unsigned short of the command set, 0 where it is missing."""
        value = self.command.get(element, b"")
        return int.from_bytes(value, "little") if len(value) == 2 else 0

    def text(self, element: int) -> str:
        """A text or UID of the command set."""
        return self.command.get(element, b"").decode("ascii", "replace").strip(" \0")

    @property
    def field(self) -> int:
        """Which message it is (PS3.7 E.1)."""
        return self.number(0x0100)

    @property
    def status(self) -> int:
        """The answer's status (PS3.7 C)."""
        return self.number(0x0900)


class Link:
    """An open association. For one thread; use it as a context manager: it releases, or aborts on errors."""

    def __init__(
        self, peer: Peer, proposals: Sequence[Proposal], *, answer_seconds: float = ANSWER_SECONDS
    ) -> None:
        """Connect and negotiate. Raises `MachineUnreachable` in its many kinds."""
        self.address = peer.address
        self.accepted: dict[int, tuple[str, str]] = {}
        """Context ID -> (abstract syntax, transfer syntax)."""
        self._answer_seconds = answer_seconds
        self._their_pdu = THEIR_PDU
        self._ended = False
        self._number = 0
        self._parts = bytearray()
        self._socket = _connected(peer)
        try:
            self._negotiate(peer, proposals)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Link:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.release()
        else:
            self.abort()

    @property
    def alive(self) -> bool:
        """Whether it can still be used."""
        return not self._ended

    def next_number(self) -> int:
        """A fresh message ID."""
        self._number = self._number % 0xFFFF + 1
        return self._number

    def context_for(self, abstract: str, syntaxes: Sequence[str] = ()) -> int | None:
        """The accepted context for a service, with one of `syntaxes` (any where there are none)."""
        for number, (kind, syntax) in self.accepted.items():
            if kind == abstract and (not syntaxes or syntax in syntaxes):
                return number
        return None

    # -- messages ------------------------------------------------------------------------------------------

    def send(self, context_id: int, command: bytes, data: Iterable[bytes | memoryview] = ()) -> None:
        """One message: its command set, then its data set in whatever pieces. Raises `ConnectionLost`."""
        self._parts.clear()
        self._append(context_id, [command], is_command=True)
        pieces = iter(data)
        first = next(pieces, None)
        if first is not None:
            self._append(context_id, _with(first, pieces), is_command=False)
        self._flush()

    def receive(
        self,
        cancel: CancelToken | None = None,
        writer_of: Callable[[Message], Writer | None] = lambda _: None,
        seconds: float | None = None,
    ) -> Message:
        """The next message. `writer_of` is shown its command set and may take the data set.

        Raises `ConnectionLost`, and `Cancelled` while it waits (the link is then still in order).
        """
        command, data = bytearray(), bytearray()
        message: Message | None = None
        writer: Writer | None = None
        wait = self._answer_seconds if seconds is None else seconds
        while True:
            for context_id, control, part in self._fragments(wait, cancel):
                if control & 1:
                    command += part
                    if not control & 2:
                        continue
                    message = Message(context_id, self._elements(command), b"")
                    if message.number(0x0800) == NO_DATA_SET:
                        return message
                    writer = writer_of(message)
                elif message is None:
                    raise self._lost("it sent a data set without a command")
                elif writer is not None:
                    writer.write(part)
                else:
                    data += part
                    if len(data) > LARGEST_ANSWER:
                        raise self._lost("its answer is larger than any answer may be")
                if not control & 1 and control & 2 and message is not None:
                    return Message(message.context_id, message.command, bytes(data))
            cancel = None  # a message that has begun is read to its end

    def waits(self, seconds: float) -> bool:
        """Whether something to read is there within `seconds`."""
        if isinstance(self._socket, ssl.SSLSocket) and self._socket.pending():
            return True
        return bool(select.select([self._socket], [], [], seconds)[0])

    # -- the end -------------------------------------------------------------------------------------------

    def release(self) -> None:
        """Part in order; never raises."""
        if self._ended:
            self.close()
            return
        with contextlib.suppress(OSError, ConnectionLost):
            self._socket.settimeout(NEGOTIATE_SECONDS)
            self._socket.sendall(A_RELEASE_RQ().encode())
            until = time.monotonic() + NEGOTIATE_SECONDS
            while time.monotonic() < until:
                kind, _ = self._packet(NEGOTIATE_SECONDS, None)
                if kind in (RELEASED, ABORT):
                    break
                if kind == RELEASE:  # both at once (PS3.8 7.2.3)
                    self._socket.sendall(A_RELEASE_RP().encode())
        self.close()

    def abort(self) -> None:
        """Part at once; never raises."""
        if not self._ended:
            packet = A_ABORT_RQ()
            packet.source, packet.reason_diagnostic = 0, 0
            with contextlib.suppress(OSError):
                self._socket.settimeout(1.0)
                self._socket.sendall(packet.encode())
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._ended = True
        with contextlib.suppress(OSError):
            self._socket.close()

    # -- negotiation ---------------------------------------------------------------------------------------

    def _negotiate(self, peer: Peer, proposals: Sequence[Proposal]) -> None:
        request = A_ASSOCIATE_RQ()
        request.from_primitive(_request(peer.address, proposals))
        self._write(request.encode())
        kind, body = self._packet(NEGOTIATE_SECONDS, None, greeting=True)
        if kind == REJECT and len(body) >= 4:
            raise trouble.of_rejection(peer.address, body[1], body[2], body[3])
        if kind == ABORT:
            raise trouble.TurnedAway(peer.address, "it ended the connection at once")
        if kind != ACCEPT or len(body) < SHORTEST_ACCEPTANCE:
            raise trouble.NotDicom(peer.address, f"an answer of kind {kind} and {len(body)} bytes")
        self._take_acceptance(body, proposals)
        if not self.accepted:
            self.abort()
            names = sorted({conformance.name_of(proposal.abstract) for proposal in proposals})
            raise trouble.NothingInCommon(peer.address, ", ".join(names[:3]))

    def _take_acceptance(self, body: bytes, proposals: Sequence[Proposal]) -> None:
        packet = A_ASSOCIATE_AC()
        try:
            packet.decode(_HEADER.pack(ACCEPT, len(body)) + body)
            answer = packet.to_primitive()
            results = answer.presentation_context_definition_results_list
            limits = [
                item.maximum_length_received
                for item in answer.user_information
                if isinstance(item, MaximumLengthNotification)
            ]
        except Exception as error:
            raise trouble.NotDicom(self.address, "its answer can't be read") from error
        for result in results:
            place = (int(result.context_id) - 1) // 2
            if result.result == 0 and result.transfer_syntax and place < len(proposals):
                syntax = str(result.transfer_syntax[0])
                self.accepted[int(result.context_id)] = (proposals[place].abstract, syntax)
        limit = limits[0] if limits else 0
        self._their_pdu = max(min(limit or THEIR_PDU, THEIR_PDU), SMALLEST_PDU)

    # -- packets -------------------------------------------------------------------------------------------

    def _append(self, context_id: int, pieces: Iterable[bytes | memoryview], *, is_command: bool) -> None:
        """Cut a command or data set into packets (PS3.8 9.3.5, E.2); only the last is marked as the last."""
        most = self._their_pdu - _PDV.size
        flag = 1 if is_command else 0
        held: memoryview | None = None
        for piece in pieces:
            view = memoryview(piece)
            for start in range(0, len(view), most):
                if held is not None:
                    self._pack(context_id, flag, held)
                held = view[start : start + most]
        self._pack(context_id, flag | 2, held if held is not None else memoryview(b""))

    def _pack(self, context_id: int, control: int, part: memoryview) -> None:
        size = len(part)
        self._parts += _PACKET.pack(P_DATA, size + 6, size + 2, context_id, control)
        self._parts += part
        if len(self._parts) >= GATHERED:
            self._flush()

    def _flush(self) -> None:
        if self._parts:
            self._write(self._parts)
            self._parts.clear()

    def _write(self, data: bytes | bytearray) -> None:
        """All of `data`; the time limit begins anew with every piece the other side takes."""
        view = memoryview(data)
        self._socket.settimeout(self._answer_seconds)
        try:
            while view:
                view = view[self._socket.send(view) :]
        except OSError as error:
            view.release()
            raise self._lost(self._last_words(error)) from error

    def _last_words(self, error: OSError) -> str:
        """Why the other side stopped reading; it may have said so before it closed."""
        with contextlib.suppress(OSError, ConnectionLost):
            self._socket.settimeout(0.5)
            head = self._socket.recv(10)
            if head[:1] == bytes([ABORT]):
                return "the other side ended it"
        return "it takes no more data" if isinstance(error, TimeoutError) else error.strerror or str(error)

    def _fragments(self, seconds: float, cancel: CancelToken | None) -> Iterable[tuple[int, int, memoryview]]:
        kind, body = self._packet(seconds, cancel)
        if kind == RELEASE:
            with contextlib.suppress(OSError):
                self._socket.sendall(A_RELEASE_RP().encode())
            raise self._lost("the other side ended it")
        if kind == ABORT:
            raise self._lost("the other side ended it")
        if kind != P_DATA:
            raise self._lost(f"an unexpected packet of kind {kind}")
        position, view = 0, memoryview(body)
        while position < len(body):
            if position + _PDV.size > len(body):
                raise self._lost("a packet can't be read")
            length, context_id, control = _PDV.unpack_from(body, position)
            if length < 2 or position + 4 + length > len(body):
                raise self._lost("a packet can't be read")
            yield context_id, control, view[position + _PDV.size : position + 4 + length]
            position += 4 + length

    def _packet(
        self, seconds: float, cancel: CancelToken | None, *, greeting: bool = False
    ) -> tuple[int, bytes]:
        """The next packet. Raises `ConnectionLost`, `Cancelled`; for a greeting what the trouble may be."""
        self._wait(seconds, cancel)
        self._socket.settimeout(seconds)
        try:
            head = self._read(_HEADER.size)
            kind, length = _HEADER.unpack(head)
            if not ACCEPT <= kind <= ABORT or length > OUR_PDU + 64:
                raise self._stranger(head) if greeting else self._lost("it sent something that is no DICOM")
            return kind, self._read(length)
        except EOFError as error:
            if greeting:
                raise self._hung_up() from error
            raise self._lost("the other side closed it") from error
        except OSError as error:
            if greeting and isinstance(error, ssl.SSLError):
                raise trouble.of_handshake(self.address, error) from error
            if greeting and isinstance(error, ConnectionError):
                raise self._hung_up() from error
            silent = isinstance(error, TimeoutError)
            raise self._lost("no answer in time" if silent else error.strerror or str(error)) from error

    def _wait(self, seconds: float, cancel: CancelToken | None) -> None:
        until = time.monotonic() + seconds
        while not self.waits(min(LOOK_SECONDS, seconds)):
            if cancel is not None:
                cancel.check()
            if time.monotonic() > until:
                raise self._lost("no answer in time")

    def _read(self, count: int) -> bytes:
        data = bytearray(count)
        view = memoryview(data)
        got = 0
        while got < count:
            read = self._socket.recv_into(view[got:])
            if not read:
                raise EOFError
            got += read
        return bytes(data)

    def _stranger(self, head: bytes) -> trouble.MachineUnreachable:
        self.close()
        if head[:2] == b"\x15\x03":  # an alert of TLS
            return trouble.WantsEncryption(self.address)
        return trouble.NotDicom(self.address, "it does not speak DICOM")

    def _hung_up(self) -> trouble.MachineUnreachable:
        self.close()
        return trouble.TurnedAway(self.address, "it hung up without a word")

    def _elements(self, command: bytearray) -> dict[int, bytes]:
        try:
            return command_set.elements(command)
        except BrokenCommand as error:
            raise self._lost("a message can't be read") from error

    def _lost(self, reason: str) -> ConnectionLost:
        self.close()
        return ConnectionLost(self.address, reason)


def _connected(peer: Peer) -> socket.socket:
    """A connected socket, encrypted where that is wanted. Raises `MachineUnreachable`."""
    address = peer.address
    try:
        plain = socket.create_connection((address.host, address.port), CONNECT_SECONDS)
    except (OSError, UnicodeError) as error:
        known = error if isinstance(error, OSError) else socket.gaierror(str(error))
        raise trouble.of_connecting(address, known) from error
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return peer.tls.wrap_socket(plain, server_hostname=address.host) if peer.tls else plain
    except OSError as error:
        plain.close()
        raise trouble.of_handshake(address, error) from error


def _request(address: Address, proposals: Sequence[Proposal]) -> A_ASSOCIATE:
    """The A-ASSOCIATE-RQ (PS3.8 9.3.2, PS3.7 D.3.3)."""
    request = A_ASSOCIATE()
    request.application_context_name = UID(APPLICATION)
    request.calling_ae_title, request.called_ae_title = address.calling, address.called
    contexts = [build_context(one.abstract, list(one.syntaxes)) for one in proposals[:MOST_CONTEXTS]]
    for place, context in enumerate(contexts):
        context.context_id = 2 * place + 1
    request.presentation_context_definition_list = contexts
    length, made_by, version = (
        MaximumLengthNotification(),
        ImplementationClassUIDNotification(),
        ImplementationVersionNameNotification(),
    )
    length.maximum_length_received = OUR_PDU
    made_by.implementation_class_uid = UID(conformance.IMPLEMENTATION_CLASS_UID)
    version.implementation_version_name = conformance.IMPLEMENTATION_VERSION
    request.user_information = [length, made_by, version, *_roles(proposals)]
    return request


def _roles(proposals: Sequence[Proposal]) -> list[SCP_SCU_RoleSelectionNegotiation]:
    made = []
    for abstract in dict.fromkeys(one.abstract for one in proposals if one.we_take):
        role = SCP_SCU_RoleSelectionNegotiation()
        role.sop_class_uid, role.scu_role, role.scp_role = UID(abstract), False, True
        made.append(role)
    return made


def _with(first: bytes | memoryview, rest: Iterable[bytes | memoryview]) -> Iterable[bytes | memoryview]:
    yield first
    yield from rest
