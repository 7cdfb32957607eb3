"""One connection to a share: `smbprotocol` speaks for it and signs, this sends backup's messages and waits.

A link is used by one thread at a time. Whatever gets no answer in its time ends: a watch shuts its socket,
which wakes whoever waits in sending or receiving. It knows no files.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
import uuid
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from smbprotocol.connection import Connection, SigningAlgorithms
from smbprotocol.exceptions import SMBException, SMBResponseException
from smbprotocol.header import SMB2HeaderResponse
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

from vetpacs_desktop.store.backup.targets.pool import Watch
from vetpacs_desktop.store.backup.targets.smb_messages import Message
from vetpacs_desktop.store.backup.targets.url import Address

SIGNED, RELATED = 0x8, 0x4
STATUS_PENDING, FAILED = 0x103, 0x80000000
WINDOW = 512
"""Credits that are enough for everything a link does at once."""
ANSWERED_LATE = "it did not answer in time"
CUT = "the connection was cut"


class Broken(Exception):
    """The link is of no use any more; `args[0]` says why."""


class Refused(Exception):
    """The server answered with an error: `status` (MS-ERREF 2.3)."""

    def __init__(self, status: int, stage: str = "") -> None:
        super().__init__(f"{status:#010x}")
        self.status = status
        self.stage = stage
        """What was being done: `login`, `share`, or nothing for a message."""


class Sent:
    """A request that waits for its answer, as `Connection` expects its own to be: it fills in `response`."""

    def __init__(self, message_id: int, session_id: int, command: int) -> None:
        self.message = {"message_id": _Value(message_id), "reserved": _NOTHING, "command": _Value(command)}
        self.session_id = session_id
        self.response: Any = None
        self.response_event = threading.Event()
        self.response_event_lock = threading.Lock()
        self.async_id: bytes | None = None
        self.related_ids: list[int] = []


class _Value:
    def __init__(self, value: int) -> None:
        self._value = value

    def get_value(self) -> int:
        return self._value


_NOTHING = _Value(0)


class Link:
    """A connection, its session and its share. Raises `Broken`, `Refused`, `OSError` when it is made."""

    def __init__(self, address: Address, password: str, watch: Watch) -> None:
        self._watch = watch
        self.deadline: float | None = None
        self.late = False
        self._gmac: AESGCM | None = None
        self.idle_since = time.monotonic()
        self._connection: Any = Connection(
            uuid.uuid4(), address.host, address.port, require_signing=bool(address.user)
        )
        watch.add(self)
        try:
            self._connect(address, password)
        except BaseException:
            self.close()
            raise

    @property
    def server(self) -> str:
        """By which name the server knows itself (2.2.4, ServerGuid)."""
        return str(self._connection.server_guid)

    @property
    def block(self) -> int:
        """Bytes that one message may carry."""
        if not self._connection.supports_multi_credit:
            return 65536
        return int(min(self._connection.max_read_size, self._connection.max_write_size, 1 << 20))

    @property
    def is_alive(self) -> bool:
        """Whether the server has not ended it, as far as is known here."""
        return bool(self._connection.transport.connected) and not self.late

    def exchange(self, *messages: Message) -> list[bytes]:
        """Send messages as one compound about one file; the answers' bodies. Raises `Refused`, `Broken`."""
        return self.answers(self.send(*messages))

    def send(self, *messages: Message) -> list[Sent]:
        """Send without waiting; `answers` must follow. Raises `Broken`."""
        self.deadline = self._watch.until()
        try:
            waiting, packet = self._packed(messages)
            self._put(packet)
        except (SMBException, OSError, ValueError) as error:
            raise self._broken(error) from error
        return waiting

    def answers(self, waiting: Sequence[Sent]) -> list[bytes]:
        """The bodies of the answers. Raises `Refused` for the first that is an error, `Broken`."""
        found = self.outcomes(waiting)
        for status, _ in found:
            if status & FAILED:
                raise Refused(status)
        return [body for _, body in found]

    def outcomes(self, waiting: Sequence[Sent]) -> list[tuple[int, bytes]]:
        """Status and body of each answer, whatever it is. Raises `Broken`."""
        found = [self._answer(request) for request in waiting]
        self.deadline, self.idle_since = None, time.monotonic()
        return found

    def is_well(self, idle: float) -> bool:
        """Whether it still answers; a link that was used a moment ago is not asked."""
        if not self.is_alive:
            return False
        if time.monotonic() - self.idle_since < idle:
            return True
        self.deadline = time.monotonic() + min(self._watch.patience, 10.0)
        try:
            self._connection.echo(sid=self._session.session_id, timeout=10)
        except (SMBException, OSError, ValueError):
            return False
        finally:
            self.deadline = None
        return True

    def shut(self) -> None:
        """Wake whoever waits: `Tcp.close` would wait for a sender that waits itself."""
        sock = getattr(self._connection.transport, "_sock", None)
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

    def close(self) -> None:
        """End it without a word to the server, which may be gone."""
        self._watch.remove(self)
        self.shut()
        if self._connection.transport is not None:
            try:
                self._connection.disconnect(close=False)
            except (SMBException, OSError):
                return

    def _connect(self, address: Address, password: str) -> None:
        self.deadline = self._watch.until()
        stage = "connection"
        try:
            self._connection.connect(timeout=self._watch.patience)
            stage = "login"
            self._session: Any = Session(
                self._connection, address.user or None, password or None, require_encryption=False
            )
            self._session.connect()
            stage = "share"
            self._tree: Any = TreeConnect(self._session, f"\\\\{address.host}\\{address.share}")
            self._tree.connect()
            if self._signs and self._connection.signing_algorithm_id == SigningAlgorithms.AES_GMAC:
                self._gmac = AESGCM(self._session.signing_key)
        except SMBResponseException as error:
            raise Refused(error.status, stage) from None
        except (SMBException, OSError, ValueError) as error:
            raise self._login_failed(error, stage) from None
        self.deadline = None

    def _login_failed(self, error: Exception, stage: str) -> Exception:
        if self.late:
            return Broken(ANSWERED_LATE)
        cause = error.__cause__
        if isinstance(cause, OSError):
            return cause  # the socket's own: refused, unknown, late
        if isinstance(error, OSError) or stage != "login" or not self.is_alive:
            return self._broken(error)
        return Refused(0xC000006D, stage)

    def _broken(self, _: Exception) -> Broken:
        self.shut()
        return Broken(ANSWERED_LATE if self.late else CUT)

    def _packed(self, messages: Sequence[Message]) -> tuple[list[Sent], list[bytes | memoryview]]:
        """The compound's bytes with their signatures (2.2.1.2), and the requests that wait for answers."""
        numbers = self._reserve(messages)
        session, connection = self._session, self._connection
        waiting: list[Sent] = []
        packet: list[bytes | memoryview] = []
        for place, (message, number) in enumerate(zip(messages, numbers, strict=True)):
            last = place == len(messages) - 1
            length = 64 + len(message.fixed) + len(message.data)
            padding = 0 if last else -length % 8
            charge = message.charge if connection.supports_multi_credit else 0
            flags = (RELATED if place else 0) | (SIGNED if self._signs else 0)
            header = struct.pack(
                "<4sHHLHHLLQLLQ16x",
                *(b"\xfeSMB", 64, charge, 0, message.command, self._wish(message), flags),
                *(0 if last else length + padding, number, 0, self._tree.tree_connect_id, session.session_id),
            )
            whole = b"".join((header, message.fixed, message.data, bytes(padding)))
            request = Sent(number, session.session_id, message.command)
            connection.outstanding_requests[number] = request
            waiting.append(request)
            if self._signs:
                view = memoryview(whole)
                packet += [view[:48], self._signature(whole, number, message.command), view[64:]]
            else:
                packet.append(whole)
        return waiting, packet

    def _signature(self, whole: bytes, number: int, command: int) -> bytes:
        """Of a message whose signature is still zero (3.1.4.1); the library would copy the message twice."""
        if self._gmac is not None:
            return self._gmac.encrypt(struct.pack("<QL", number, 0), b"", whole)
        key = self._session.signing_key
        return bytes(self._connection._generate_signature(whole, key, number, False, command))

    @property
    def _signs(self) -> bool:
        return bool(self._session.signing_required and self._session.signing_key)

    def _wish(self, message: Message) -> int:
        window = self._connection.sequence_window
        return message.charge if window["high"] - window["low"] > WINDOW else max(64, message.charge)

    def _reserve(self, messages: Sequence[Message]) -> list[int]:
        """Numbers for messages, when the server has given credit for them (3.2.4.1.2)."""
        connection = self._connection
        charges = [one.charge if connection.supports_multi_credit else 1 for one in messages]
        while True:
            with connection.sequence_lock:
                window = connection.sequence_window
                if window["high"] - window["low"] >= sum(charges):
                    numbers = []
                    for charge in charges:
                        numbers.append(int(window["low"]))
                        window["low"] += charge
                    return numbers
            if not self.is_alive or (self.deadline is not None and time.monotonic() > self.deadline):
                raise TimeoutError
            time.sleep(0.001)  # answers that are under way bring credit

    def _put(self, packet: list[bytes | memoryview]) -> None:
        connection = self._connection
        if not self.is_alive:
            raise ConnectionResetError
        if self._session.encrypt_data or self._tree.encrypt_data:
            connection.transport.send(connection._encrypt(b"".join(packet), self._session))
            return
        length = sum(len(part) for part in packet)
        parts = [struct.pack(">L", length), *packet]
        sock = connection.transport._sock
        with connection.transport._sock_lock:
            if not hasattr(sock, "sendmsg"):
                sock.sendall(b"".join(parts))
                return
            sent = sock.sendmsg(parts)
            if sent < length + 4:
                sock.sendall(memoryview(b"".join(parts))[sent:])

    def _answer(self, request: Sent) -> tuple[int, bytes]:
        number = request.message["message_id"].get_value()
        while True:
            while not request.response_event.wait(1.0):  # the watch wakes this by shutting the socket
                if not self.is_alive:
                    raise self._broken(ConnectionResetError())
            with request.response_event_lock:
                response: SMB2HeaderResponse | None = request.response
                if response is None:
                    raise self._broken(ConnectionResetError())
                status = int(response["status"].get_value())
                if status == STATUS_PENDING:
                    request.response_event.clear()
                    request.response = None
                    if not self.is_alive:
                        raise self._broken(ConnectionResetError())
                    continue
            self._connection.outstanding_requests.pop(number, None)
            self.deadline = self._watch.until()
            return status, response["data"].get_value()
