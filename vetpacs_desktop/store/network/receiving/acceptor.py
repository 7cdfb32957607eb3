"""The listening side of DICOM's upper layer: pynetdicom's, made quick for objects that arrive.

pynetdicom negotiates, keeps the protocol's state machine and answers everything except C-STORE. This module
changes three things by subclassing:

* the two loops of an association wait for their sockets and queues instead of looking every millisecond;
* the fragments of a C-STORE go from the socket straight to a `Sink`, undecoded and never held whole in
  memory, and its answer leaves from the same thread;
* a packet larger than the limit, or a peer silent in the middle of one, ends the association; so does a
  crowd, for those who keep a place without using it (`crowd`).

It must never decide what may be stored or where: that is the receiver's, behind `Storage`.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import select
import socket
import ssl
import struct
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from pynetdicom import _config
from pynetdicom.ae import ApplicationEntity
from pynetdicom.association import MODE_ACCEPTOR, Association
from pynetdicom.dimse import DIMSEServiceProvider
from pynetdicom.dul import DULServiceProvider
from pynetdicom.transport import RequestHandler, ThreadedAssociationServer

from vetpacs_desktop.store.network.command_set import BrokenCommand
from vetpacs_desktop.store.network.receiving import crowd
from vetpacs_desktop.store.network.receiving.counter import Counter, Service
from vetpacs_desktop.store.network.receiving.fragments import MessageReader
from vetpacs_desktop.store.network.receiving.outlet import Outlet

LOG = logging.getLogger(__name__)

HEADER = struct.Struct(">BxL")
PDV = struct.Struct(">LBB")
P_DATA_TF = 0x04
PDU_TYPES = range(0x01, 0x08)
IDLE = "Sta1"
ESTABLISHED = "Sta6"
AWAITING_CLOSE = "Sta13"
WAIT_SECONDS = 0.25
PARTING_SECONDS = 3.0
CROWD_SECONDS = 60.0
"""How often the diary tells of a crowd."""
FIRST_BUFFER = 128 * 1024

EVENT_CLOSED = "Evt17"
EVENT_INVALID = "Evt19"


class QuickServer(ThreadedAssociationServer):  # type: ignore[misc]
    """Listens; each connection becomes a `QuickAssociation`. Raises `OSError` where the port is taken."""

    request_queue_size = 128
    """Python's 5 makes a machine that calls in a crowd wait for seconds until its system tries again."""

    def __init__(self, entity: ApplicationEntity, address: tuple[str, int], storage_of: Any, **rest: Any):
        self.storage_of = storage_of
        self.strange: Callable[[Association, int], None] = lambda association, kind: None
        """Told of a peer that speaks no DICOM, with the first byte of what it sent."""
        self.services: Mapping[str, Service] = {}
        """Abstract syntax -> who answers its requests; everything else is pynetdicom's."""
        self.tls: ssl.SSLContext | None = None
        """Set for an encrypted port, before `serve_forever`."""
        super().__init__(
            entity,
            address,
            entity.ae_title,
            entity.supported_contexts,
            request_handler=QuickRequestHandler,
            **rest,
        )
        entity._servers.append(self)  # `shutdown` takes it out again
        self._crowded = 0.0

    def process_request(self, request: Any, client_address: Any) -> None:
        """A new connection: where there is no room for it, others that have nothing to say go."""
        guests = [one for one in threading.enumerate() if isinstance(one, QuickAssociation)]
        going = crowd.who_goes(
            [one for one in guests if one.ae is self.ae and not one.is_leaving], self.ae.maximum_associations
        )
        if going and time.monotonic() - self._crowded > CROWD_SECONDS:
            LOG.warning("Many connections are open without a use; the longest silent ones are closed")
            self._crowded = time.monotonic()
        for one in going:
            one.dismiss()
        super().process_request(request, client_address)

    def server_bind(self) -> None:
        """Bind exclusively: SO_REUSEADDR, harmless elsewhere, lets two programs share a port on Windows."""
        if sys.platform == "win32":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            self.socket.bind(self.server_address)
            self.server_address = self.socket.getsockname()
        else:
            super().server_bind()


class QuickEntity(ApplicationEntity):  # type: ignore[misc]
    """Counts only machines that have asked for an association against the limit."""

    @property
    def active_associations(self) -> list[Association]:
        """Those, while their threads run."""
        return [one for one in super().active_associations if one.requestor.primitive is not None]


class QuickRequestHandler(RequestHandler):  # type: ignore[misc]
    """Makes the association of one connection."""

    def _create_association(self) -> Association:
        """As pynetdicom's, with our association class in place of its own."""
        association = QuickAssociation(self.ae, self.server, self.request)
        acceptor = association.acceptor
        acceptor.maximum_length = self.ae.maximum_pdu_size
        acceptor.ae_title = self.server.ae_title
        acceptor.address_info = self.local
        acceptor.implementation_class_uid = self.ae.implementation_class_uid
        acceptor.implementation_version_name = self.ae.implementation_version_name
        acceptor.supported_contexts = list(self.server.contexts)
        association.requestor.address_info = self.remote
        self._bind_handlers(association)
        return association

    def _bind_handlers(self, association: Association) -> None:
        for event, bound in self.server._handlers.items():
            if event.is_intervention and bound:
                association.bind(event, *bound)
            elif not event.is_intervention:
                for handler, arguments in bound:
                    association.bind(event, handler, arguments)


class QuickAssociation(Counter):
    """One connected machine."""

    def __init__(self, entity: ApplicationEntity, server: QuickServer, connection: socket.socket) -> None:
        super().__init__(entity, MODE_ACCEPTOR)
        from pynetdicom.transport import AssociationSocket

        self._server = server
        self.is_leaving = self.is_served = False
        self._came = time.time()
        if server.tls is not None:
            # The handshake is the connection's own thread's: a silent caller must not hold up the others.
            connection = server.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        # `AcceptorThread` in the name is how pynetdicom finds its running associations.
        self.name = f"AcceptorThread-{connection.fileno()}"
        self.dimse = QuickMessages(self)
        self.dul = QuickUpperLayer(self, self.dimse, connection)
        # Set again: the first time they went to the upper layer that has just been replaced.
        self.acse_timeout = entity.acse_timeout
        self.network_timeout = entity.network_timeout
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _limit_silence(connection, entity.network_timeout)
        self.set_socket(AssociationSocket(self, client_socket=connection))

    def run_reactor(self) -> None:
        """The association's thread. What a peer proposes may be such nonsense that pynetdicom fails on it."""
        try:
            super().run_reactor()
        except Exception as error:  # noqa: BLE001 - the thread's edge
            self.dul.break_off(error)

    @property
    def has_asked(self) -> bool:
        """Whether an association was requested."""
        return self.requestor.primitive is not None

    @property
    def seconds_silent(self) -> float:
        """Since the last packet came, or since it connected."""
        return time.time() - (self.dul._idle_timer._start_time or self._came)

    def dismiss(self) -> None:
        """End it because its place is needed."""
        self.is_leaving = True
        if self.has_asked:
            self.abort(block=False)
        else:
            self.dul.cut()

    def kill(self) -> None:
        """End both threads. A peer that neither finishes its packet nor hangs up is not waited for."""
        self.is_leaving = self._kill = self._is_paused = True
        self._reactor_checkpoint.set()
        self.is_established = False
        until = time.monotonic() + PARTING_SECONDS
        while self.dul.is_alive() and not self.dul.stop_dul():
            if time.monotonic() > until:
                self.dul.cut()
            time.sleep(0.01)

    def _run(self, run: Callable[[], None]) -> None:
        self.is_served = True
        try:
            super()._run(run)
        finally:
            self.is_served = False


class QuickMessages(DIMSEServiceProvider):  # type: ignore[misc]
    """pynetdicom's message queue; the association's loop waits in it instead of polling."""

    def get_msg(self, block: bool = False) -> Any:
        """The next (context, message), or (None, None) after a nudge or a short wait.

        With `block`, as for the answer to something sent back over the same association (C-GET): (None, None)
        only once the association has ended, or the answer is overdue.
        """
        until = time.monotonic() + (self.dimse_timeout or 0.0)
        while True:
            try:
                answer = self.msg_queue.get(timeout=WAIT_SECONDS)
            except queue.Empty:
                answer = None, None
            overdue = self.dimse_timeout is not None and time.monotonic() > until
            if answer[1] is not None or not block or overdue or self._has_ended():
                return answer

    def _has_ended(self) -> bool:
        return self.assoc.acse.is_aborted() or not self.assoc.dul.is_alive()

    def nudge(self) -> None:
        """Let the association's loop look around: a release or an abort has come."""
        self.msg_queue.put((None, None))


class NudgingQueue(queue.Queue):  # type: ignore[type-arg]
    """Primitives for the association's loop, which sleeps in the queue of messages."""

    def __init__(self, messages: QuickMessages) -> None:
        super().__init__()
        self._messages = messages

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        super().put(item, block, timeout)
        self._messages.nudge()


class QuickUpperLayer(DULServiceProvider):  # type: ignore[misc]
    """The thread that reads one connection."""

    def __init__(
        self, association: QuickAssociation, messages: QuickMessages, connection: socket.socket
    ) -> None:
        super().__init__(association)
        self._connection = connection
        self.daemon = True
        self.to_user_queue = NudgingQueue(messages)
        self._run_loop_delay = 0.0  # the wait is in `_is_transport_event`
        self._bell, self._ring = socket.socketpair()
        self._bell.setblocking(False)
        self._ring.setblocking(False)
        self._limit: int = association.ae.maximum_pdu_size or 0
        self._buffer = memoryview(bytearray(FIRST_BUFFER))
        self._reader = MessageReader(association, self._send_now)
        self._refused = False
        self.outlet = Outlet(self._wake)
        """What our own services answer; everything else goes pynetdicom's way."""

    # -- waiting -------------------------------------------------------------------------------------------

    def send_pdu(self, primitive: Any) -> None:
        super().send_pdu(primitive)
        self._wake()

    def kill_dul(self) -> None:
        """The connection is over.

        The association is told, because it may still wait for a request: who connects and goes without asking
        for anything must not keep a place until a timeout.
        """
        super().kill_dul()
        self.to_user_queue.put(None)
        self._wake()

    def stop_dul(self) -> bool:
        """Stop the loop if the connection is over; True once it has."""
        if self.state_machine.current_state != IDLE:
            return False
        self.kill_dul()
        self.join()
        return True

    def run_reactor(self) -> None:
        try:
            self._greet()
            super().run_reactor()
        except Exception as error:  # noqa: BLE001 - the thread's edge
            # The peer broke off, or sent no DICOM, at the very moment it was answered.
            self.break_off(error)
        finally:
            # pynetdicom does not close a socket whose peer was the first to go.
            self._connection.close()
            self._reader.abandon()
            self._bell.close()
            self._ring.close()

    def _greet(self) -> None:
        """The TLS handshake of an encrypted connection. Raises `OSError`."""
        if not isinstance(self._connection, ssl.SSLSocket):
            return
        try:
            self._connection.settimeout(self.assoc.acse_timeout)
            self._connection.do_handshake()
            self._connection.settimeout(self.assoc.network_timeout)
        except OSError as error:
            self.assoc._dul_ready.set()
            address = self.assoc.requestor.address_info.address
            reason = getattr(error, "reason", None) or error.strerror or type(error).__name__
            LOG.warning("%s got no encrypted connection (%s)", address, reason)
            raise

    def cut(self) -> None:
        """Close the connection under whoever reads or writes it."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def break_off(self, error: Exception) -> None:
        """End the connection without another word, because talking on makes no sense."""
        LOG.warning("A connection was ended: %s", type(error).__name__)
        if self.socket is not None:
            self.socket.close()
        self.kill_dul()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):  # full: it is awake anyway; closed: it has ended
            self._ring.send(b"!")

    def _is_transport_event(self) -> bool:
        """Wait for the peer or for something to send; True when something was read."""
        if self.state_machine.current_state == AWAITING_CLOSE:
            closed: bool = super()._is_transport_event()
            return closed
        if not self.event_queue.empty():
            return False  # first what was read before: at the start two events wait, and the peer for us
        connection = self.socket.socket if self.socket else None
        watched = [self._bell] if connection is None else [connection, self._bell]
        while True:
            # What TLS has deciphered already no longer shows at the socket.
            waits = isinstance(connection, ssl.SSLSocket) and connection.pending()
            pause = WAIT_SECONDS if self.outlet.empty and not waits else 0
            try:
                ready, _, _ = select.select(watched, [], [], pause)
            except (OSError, ValueError):
                self.event_queue.put(EVENT_CLOSED)
                return False
            if waits:
                ready.append(connection)
            if self._bell in ready:
                with contextlib.suppress(OSError):
                    self._bell.recv(4096)
            if self.state_machine.current_state == ESTABLISHED:
                self.outlet.write_next(self.socket.send)
            if connection not in ready:
                return False
            self._read_pdu_data()
            if self._bell in ready or not self.event_queue.empty() or not self.outlet.empty:
                return True
            # A fragment went its way. Going back to pynetdicom's loop would give up the processor each time.
            self._idle_timer.restart()

    # -- reading -------------------------------------------------------------------------------------------

    def _read_pdu_data(self) -> None:
        """Read one PDU (PS3.8 9.3); fragments go on at once, everything else to the state machine."""
        try:
            kind, length = HEADER.unpack(self._receive(HEADER.size))
            if kind not in PDU_TYPES or (self._limit and length > self._limit):
                self._refuse_packet(kind, length)
                return
            _acknowledge_now(self.socket.socket)
            body = self._receive(length)
        except (OSError, EOFError) as error:
            if not isinstance(error, EOFError):
                LOG.info("A connection broke: %s", type(error).__name__)
            self.event_queue.put(EVENT_CLOSED)
            return
        if kind == P_DATA_TF and self.state_machine.current_state == ESTABLISHED:
            self._take_fragments(body)
        else:
            self._take_pdu(HEADER.pack(kind, length) + bytes(body))

    def _refuse_packet(self, kind: int, length: int) -> None:
        """Say once that a peer speaks no DICOM; what else it sends until it closes is read and dropped, for
        it would be taken for packets again and fill the diary."""
        if self._refused:
            if not self.socket.socket.recv(FIRST_BUFFER):
                self.event_queue.put(EVENT_CLOSED)
            return
        self._refused = True
        LOG.warning("A packet of type %d and %d bytes was refused", kind, length)
        self.assoc._server.strange(self.assoc, kind)
        self.event_queue.put(EVENT_INVALID)

    def _receive(self, count: int) -> memoryview:
        """The next `count` bytes, valid until the next call. Raises `EOFError`, `OSError`."""
        if count > len(self._buffer):
            self._buffer = memoryview(bytearray(count))
        view = self._buffer[:count]
        connection: socket.socket = self.socket.socket
        got = 0
        flags = 0 if isinstance(connection, ssl.SSLSocket) else socket.MSG_WAITALL
        while got < count:
            read = connection.recv_into(view[got:], count - got, flags)
            if not read:
                raise EOFError
            got += read
        return view

    def _take_fragments(self, body: memoryview) -> None:
        try:
            position, end = 0, len(body)
            while position < end:
                length, context_id, control = PDV.unpack_from(body, position)
                data = body[position + PDV.size : position + 4 + length]
                if length < 2 or position + 4 + length > end:
                    raise BrokenCommand("a fragment longer than its packet")
                self._reader.take(context_id, control, data)
                position += 4 + length
        except (BrokenCommand, struct.error) as error:
            LOG.warning("A message could not be read (%s); the connection is ended", error)
            self.event_queue.put(EVENT_INVALID)

    def _take_pdu(self, pdu_bytes: bytes) -> None:
        try:
            pdu, event = self._decode_pdu(bytearray(pdu_bytes))
        except Exception as error:  # noqa: BLE001 - whatever a peer sends must end in the state machine
            LOG.warning("A packet could not be read (%s); the connection is ended", type(error).__name__)
            self.event_queue.put(EVENT_INVALID)
            return
        self.event_queue.put(event)
        self._recv_pdu.put(pdu)

    def _send_now(self, pdu: bytes) -> None:
        """Answer from this thread, the only one that writes to the connection."""
        self.socket.send(pdu)


def quiet_pynetdicom() -> None:
    """Process-wide switches of pynetdicom, which has no others.

    UNRESTRICTED_STORAGE_SERVICE: every abstract syntax that is private, unknown or of the storage service is
    accepted. LOG_HANDLER_LEVEL: no text is made of every message (it would hold names, and it costs more time
    than the message).
    """
    _config.UNRESTRICTED_STORAGE_SERVICE = True
    _config.LOG_HANDLER_LEVEL = "none"


def _acknowledge_now(connection: socket.socket) -> None:
    """Send the TCP acknowledgement at once.

    A sender that leaves Nagle's algorithm on (DCMTK's default) holds back the tail of each message until the
    start has been acknowledged; Linux delays that by 40 ms, image after image. The option is not sticky.
    """
    if sys.platform == "linux":
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def _limit_silence(connection: socket.socket, seconds: float) -> None:
    """Let the system end a read or write in which nothing moves for `seconds`; then it raises `OSError`.

    A timeout of Python's own would make the socket non-blocking, and the reader would be woken for every few
    kilobytes of a packet.
    """
    if isinstance(connection, ssl.SSLSocket):
        connection.settimeout(seconds)  # OpenSSL would try again for ever
        return
    connection.settimeout(None)
    if sys.platform == "win32":
        limit = struct.pack("<L", int(seconds * 1000))
    else:
        limit = struct.pack("@ll", int(seconds), 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
