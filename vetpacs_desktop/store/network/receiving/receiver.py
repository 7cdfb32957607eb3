"""The receiver: Verification and Storage as a server; what it answers "success" to is on the disk.

Policy lives here: who may send, how much, what is refused with which status (PS3.4 B.2.3). Bytes are kept as
sent: the data set is never decoded, only its lengths and identifiers are checked. The receiver never files
into the library; that is `filing.py`'s work in another process, from the spool.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import shutil
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydicom.uid import UID
from pynetdicom import evt
from pynetdicom.ae import ApplicationEntity

from vetpacs_desktop.errors import KnownError, PortTaken
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store import conformance
from vetpacs_desktop.store.intake.spool import PREAMBLE, Incoming, Spool
from vetpacs_desktop.store.kept.quarantine import Quarantine
from vetpacs_desktop.store.machines import visits
from vetpacs_desktop.store.machines.allowed import Allowed
from vetpacs_desktop.store.machines.senders import Senders
from vetpacs_desktop.store.machines.visits import Call
from vetpacs_desktop.store.network import tls
from vetpacs_desktop.store.network.answering.serving import Serving
from vetpacs_desktop.store.network.command_set import StoreRequest
from vetpacs_desktop.store.network.file_meta import file_meta
from vetpacs_desktop.store.network.receiving.acceptor import QuickEntity, QuickServer, quiet_pynetdicom
from vetpacs_desktop.store.network.receiving.calls import Calls
from vetpacs_desktop.store.reading import checks
from vetpacs_desktop.store.records import Arrival, Outcome

LOG = logging.getLogger(__name__)

SUCCESS = 0x0000
OUT_OF_RESOURCES = 0xA700
WRITE_FAILED = 0xA701
TOO_LARGE = 0xA702
DOES_NOT_MATCH = 0xA900
CANNOT_UNDERSTAND = 0xC000
NO_IMAGE = 0xB007
"""A warning ("data set does not match SOP class"), not a failure: senders stop at a failure, and a disc's
table of contents among the images must not keep the rest of the exam back."""

NOT_OFFERED = "1.2.840.10008.5.1.1.33"
"""Media Creation Management: a service that pynetdicom knows and this receiver never offers. What is turned
into it is refused as "abstract syntax not supported" (PS3.8 9.3.3.2)."""

MIB = 1024 * 1024
CLOSE_SECONDS = 3.0
HANDSHAKE_SECONDS = 30


class CannotListen(KnownError):
    """The receiver can't listen on {host} port {port} as {title} ({reason}), so exams can't be received;
    correct its address, port or name (in System > Receiver, or with --host, --dicom-port and --ae-title)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one receiver bears."""

    associations: int
    pdu_bytes: int
    object_bytes: int
    idle_seconds: int
    free_bytes: int

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits the settings name."""
        return cls(
            associations=settings.number("receiver.max_associations"),
            pdu_bytes=settings.number("receiver.max_pdu_kib") * 1024,
            object_bytes=settings.number("receiver.max_object_mib") * MIB,
            idle_seconds=settings.number("receiver.idle_seconds"),
            free_bytes=settings.number("receiver.min_free_mib") * MIB,
        )


class Receiver:
    """Listens from construction until `stop`. Raises `PortTaken`, `CannotListen`."""

    def __init__(
        self,
        home: Home,
        settings: Settings,
        *,
        host: str,
        port: int,
        ae_title: str,
        arrived: Callable[[Arrival], None],
    ) -> None:
        self.limits = Limits.of(settings)
        self.spool = Spool(home)
        self.quarantine = Quarantine(home)
        self.senders = Senders(home)
        self.arrived = arrived
        self.allowed = Allowed(home, settings)
        self.calls = Calls(home)
        quiet_pynetdicom()
        server = self._opened(host, port, ae_title)
        self._servers = [server]
        self.port: int = server.server_address[1]
        self.serving = Serving(home, settings, ae_title, self.senders.refused)
        self.serving.offer(server.ae)
        self.tls_port, self.tls_problem = 0, ""
        if settings.flag("receiver.tls"):
            self._open_encrypted(home, settings, server.ae, host)
        self._threads = [self._started(one) for one in self._servers]

    def stop(self) -> None:
        """Take no new connection, end the open ones; what was acknowledged stays on the disk."""
        associations = [one for server in self._servers for one in server.active_associations]
        for server in self._servers:
            server.shutdown()
        for association in associations:
            association.abort(block=False)
        for association in associations:
            association.join(CLOSE_SECONDS)
            self._cut(association)
        for thread in self._threads:
            thread.join(CLOSE_SECONDS)
        self.serving.close()
        self.senders.save()

    def _started(self, server: QuickServer) -> threading.Thread:
        server.services = self.serving.services
        server.contexts = server.ae.supported_contexts
        for handler in self.serving.handlers():
            server.bind(*handler)
        thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="receiver", daemon=True
        )
        thread.start()
        return thread

    def _open_encrypted(self, home: Home, settings: Settings, entity: ApplicationEntity, host: str) -> None:
        """The second port. What is wrong with it must not keep machines from sending to the first."""
        try:
            context = tls.listening(home, settings)
            server = self._listening(entity, host, settings.number("receiver.tls_port"), context)
        except (KnownError, OSError, OverflowError) as error:
            self.tls_problem = error.sentence if isinstance(error, KnownError) else str(error)
            LOG.error("No encrypted connections: %s", self.tls_problem)
            return
        self._servers.append(server)
        self.tls_port = server.server_address[1]

    def _opened(self, host: str, port: int, ae_title: str) -> QuickServer:
        facts = {"host": host, "port": port, "title": repr(ae_title)}
        try:
            return self._listen(host, port, ae_title)
        except OSError as error:
            raise CannotListen(**facts, reason=error.strerror or "no such address") from error
        except OverflowError as error:
            raise CannotListen(**facts, reason="ports are numbers from 0 to 65535") from error
        except ValueError as error:
            reason = "a name has 1 to 16 plain letters, digits and signs"
            raise CannotListen(**facts, reason=reason) from error

    def _listen(self, host: str, port: int, ae_title: str) -> QuickServer:
        entity = QuickEntity(ae_title=ae_title)
        entity.implementation_class_uid = UID(conformance.IMPLEMENTATION_CLASS_UID)
        entity.implementation_version_name = conformance.IMPLEMENTATION_VERSION
        entity.maximum_associations = self.limits.associations
        entity.maximum_pdu_size = self.limits.pdu_bytes
        entity.network_timeout = self.limits.idle_seconds
        entity.acse_timeout = min(HANDSHAKE_SECONDS, self.limits.idle_seconds)
        self._limit_names(entity)
        entity.add_supported_context(conformance.VERIFICATION, list(conformance.UNCOMPRESSED))
        return self._listening(entity, host, port)

    def _listening(
        self, entity: ApplicationEntity, host: str, port: int, context: ssl.SSLContext | None = None
    ) -> QuickServer:
        handlers: list[Any] = [
            *self.calls.handlers(),
            (evt.EVT_REQUESTED, self._prefer),
            (evt.EVT_ACCEPTED, self._welcome),
            (evt.EVT_REJECTED, self._turn_away),
            (evt.EVT_C_ECHO, lambda event: SUCCESS),
        ]
        try:
            server = QuickServer(entity, (host, port), self._storage_of, evt_handlers=handlers)
            server.strange = self.calls.strange
            server.tls = context
            return server
        except OSError as error:
            # Windows says "access denied" (10013) where another program holds a port for itself alone.
            if error.errno == errno.EADDRINUSE or getattr(error, "winerror", 0) in (10013, 10048):
                raise PortTaken(port=port) from error
            raise

    # -- associations --------------------------------------------------------------------------------------

    def _prefer(self, event: Any) -> None:
        """Leave one transfer syntax in each proposed context: the one that keeps the sender's bytes."""
        self._limit_names(event.assoc.ae)
        back = {str(uid) for uid, role in event.assoc.requestor.role_selection.items() if role.scp_role}
        left = {conformance.VERIFICATION, *self.serving.services}
        for context in event.assoc.requestor.primitive.presentation_context_definition_list:
            kind = str(context.abstract_syntax)
            if kind not in left and conformance.is_service(kind):
                context.abstract_syntax = UID(NOT_OFFERED)  # the answer names the context, not the class
                continue
            if context.transfer_syntax and kind not in left:
                # Those with a role are for what we send back (C-GET).
                choose = conformance.deliverable if kind in back else conformance.preferred
                context.transfer_syntax = [choose(context.transfer_syntax)]

    def _welcome(self, event: Any) -> None:
        name, address = _who(event.assoc)
        LOG.info("%s at %s connected", name, address)
        self.senders.seen(name, address)

    def _limit_names(self, entity: ApplicationEntity) -> None:
        """Who may call, and by which name, as the settings say now."""
        self.allowed.renew()
        entity.require_calling_aet = sorted(self.allowed.names)
        entity.require_called_aet = self.allowed.own_name_only

    def _turn_away(self, event: Any) -> None:
        name, address = _who(event.assoc)
        called = str(event.assoc.requestor.primitive.called_ae_title or "").strip()
        if self.allowed.names and name not in self.allowed.names:
            why = visits.NOT_ALLOWED
            reason = "its name is not on the list of allowed machines (receiver.allowed_ae_titles)"
        elif self.allowed.own_name_only and called != event.assoc.acceptor.ae_title.strip():
            why = visits.OTHER_NAME
            reason = "it calls this computer by another name (receiver.only_own_name)"
        else:
            why = visits.TOO_MANY
            reason = f"{self.limits.associations} machines are connected already (receiver.max_associations)"
        LOG.warning("%s at %s was turned away: %s", name, address, reason)
        self.senders.refused(name, address, reason)
        self.calls.turned_away(event.assoc, why)

    def _storage_of(self, association: Any) -> _Intake:
        intake = getattr(association, "vetpacs_intake", None)
        if intake is None:
            intake = association.vetpacs_intake = _Intake(
                self, *_who(association), self.calls.of(association)
            )
        return intake

    @staticmethod
    def _cut(association: Any) -> None:
        """Close a connection whose peer does not."""
        connection = association.dul.socket and association.dul.socket.socket
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Intake:
    """Takes the objects of one association, one after the other."""

    def __init__(self, receiver: Receiver, name: str, address: str, call: Call) -> None:
        self.receiver = receiver
        self.call = call
        self.name = name
        self.address = address
        self.source = f"{name} ({address})"

    def begin(self, request: StoreRequest, transfer_syntax: str) -> _ReceivedObject:
        return _ReceivedObject(self, request, transfer_syntax)


class _ReceivedObject:
    """One object on its way into the spool. A first refusal sticks: the rest is read and dropped."""

    def __init__(self, intake: _Intake, request: StoreRequest, transfer_syntax: str) -> None:
        self.intake = intake
        self.receiver = intake.receiver
        self.request = request
        self.refusal: tuple[int, str] | None = None
        self.incoming: Incoming | None = None
        self._begin(transfer_syntax)

    def write(self, data: memoryview) -> None:
        if self.incoming is None:
            return
        if self.incoming.size + len(data) > self.receiver.limits.object_bytes:
            limit = self.receiver.limits.object_bytes // MIB
            self._refuse(TOO_LARGE, f"Larger than the limit of {limit} MiB")
            return
        try:
            self.incoming.write(data)
        except OSError as error:
            self._refuse_error(error)

    def finish(self) -> tuple[int, str]:
        if self.incoming is None:
            return self._answer(*(self.refusal or (CANNOT_UNDERSTAND, "No data set")))
        try:
            with self.incoming.content() as content:
                checked = checks.check(content)
            status, reason = self._judge(checked)
            if status != SUCCESS:
                return self._set_aside(status, reason)
            arrival = self.receiver.spool.commit(self.incoming, self.intake.source)
        except OSError as error:
            self._refuse_error(error)
            return self._answer(*(self.refusal or (WRITE_FAILED, "")))
        self.receiver.senders.stored(self.intake.name)
        self.intake.call.stored(self.incoming.size)
        self.receiver.arrived(arrival)
        return SUCCESS, ""

    def abandon(self) -> None:
        if self.incoming is not None:
            LOG.info(
                "%s: the connection ended in the middle of an object; nothing was promised",
                self.intake.source,
            )
            self.incoming.discard()

    def _begin(self, transfer_syntax: str) -> None:
        try:
            free = shutil.disk_usage(self.receiver.spool.folder).free
            if free < self.receiver.limits.free_bytes:
                self._refuse(OUT_OF_RESOURCES, "The receiver's disk is almost full")
                return
            self.incoming = self.receiver.spool.begin()
            self.incoming.write(PREAMBLE + file_meta(self.request, transfer_syntax))
        except OSError as error:
            self._refuse_error(error)

    def _judge(self, checked: checks.Checked) -> tuple[int, str]:
        if checked.finding is not None:
            ignored = checked.finding.outcome is Outcome.IGNORED
            return NO_IMAGE if ignored else CANNOT_UNDERSTAND, checked.finding.reason
        if checked.sop_class_uid != self.request.sop_class_uid:
            return DOES_NOT_MATCH, "The object is of another kind (SOP Class UID) than the machine announced."
        if checked.sop_uid != self.request.sop_uid:
            return (
                DOES_NOT_MATCH,
                "The object has another identifier (SOP Instance UID) than the machine announced.",
            )
        return SUCCESS, ""

    def _set_aside(self, status: int, reason: str) -> tuple[int, str]:
        assert self.incoming is not None
        self.incoming.make_durable()
        self.receiver.quarantine.keep(
            self.incoming.path,
            reason=reason,
            source=self.intake.source,
            move=True,
            sha256=self.incoming.sha256,
        )
        return self._answer(status, reason)

    def _refuse_error(self, error: OSError) -> None:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        LOG.error("An object from %s could not be written: %s", self.intake.source, error.strerror)
        self._refuse(
            OUT_OF_RESOURCES if full else WRITE_FAILED,
            "The receiver's disk is full" if full else "The receiver could not write to its disk",
        )

    def _refuse(self, status: int, reason: str) -> None:
        self.refusal = (status, reason)
        if self.incoming is not None:
            self.incoming.discard()
            self.incoming = None

    def _answer(self, status: int, reason: str) -> tuple[int, str]:
        if status == NO_IMAGE:
            LOG.info("An object from %s is no image and was set aside", self.intake.source)
            return status, reason
        LOG.warning("An object from %s was refused with %04X: %s", self.intake.source, status, reason)
        self.receiver.senders.refused(self.intake.name, self.intake.address, reason)
        self.intake.call.object_refused(reason)
        return status, reason


def _who(association: Any) -> tuple[str, str]:
    """(AE title, address) of the other side; never a person's name."""
    requestor = association.requestor
    title = str(requestor.primitive.calling_ae_title or "").strip() if requestor.primitive else ""
    return title or "unnamed", str(requestor.address_info.address)
