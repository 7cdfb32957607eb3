"""Puts the fragments of one association's messages together (PS3.8 E.2): C-STORE straight into a `Sink`.

Everything that is no C-STORE goes on to pynetdicom. It never holds a data set whole, never looks into one,
and never decides what may be stored.
"""

from __future__ import annotations

from typing import Any, Protocol

from pynetdicom.pdu_primitives import P_DATA

from vetpacs_desktop.store.network import command_set
from vetpacs_desktop.store.network.command_set import BrokenCommand, StoreRequest

COMMAND_LIMIT = 64 * 1024
PASSED_ON_LIMIT = 1024 * 1024


class Sink(Protocol):
    """One object on its way in; called from the association's own thread only."""

    def write(self, data: memoryview) -> None:
        """Take the next bytes of the data set; `data` is reused afterwards. Never raises."""

    def finish(self) -> tuple[int, str]:
        """The data set is complete: (DIMSE status, comment). Never raises."""

    def abandon(self) -> None:
        """The connection ended before the data set did."""


class Storage(Protocol):
    """Who takes the objects of one association."""

    def begin(self, request: StoreRequest, transfer_syntax: str) -> Sink: ...


class MessageReader:
    """Puts the fragments of one association together (PS3.8 E.2)."""

    def __init__(self, association: Any, send: Any) -> None:
        self._association = association
        self._send = send
        self._command = bytearray()
        self._request: StoreRequest | None = None
        self._context_id = 0
        self._sink: Sink | None = None
        self._passed_on = 0

    def take(self, context_id: int, control: int, data: memoryview) -> None:
        """One fragment. Raises `BrokenCommand`."""
        if control & 1:
            self._take_command(context_id, data, last=bool(control & 2))
        elif self._sink is not None and context_id == self._context_id:
            self._sink.write(data)
            if control & 2:
                self._answer(*self._sink.finish())
        else:
            self._pass_on(context_id, bytes((control,)) + bytes(data))

    def abandon(self) -> None:
        """The connection is over."""
        if self._sink is not None:
            self._sink.abandon()
            self._sink = None

    def _take_command(self, context_id: int, data: memoryview, *, last: bool) -> None:
        if self._sink is not None or len(self._command) + len(data) > COMMAND_LIMIT:
            raise BrokenCommand("a command inside a data set, or an endless one")
        self._command += data
        if not last:
            return
        command, self._command, self._passed_on = self._command, bytearray(), 0
        found = command_set.elements(command)
        field = command_set.command_field(found)
        if field == command_set.C_STORE_RQ:
            self._begin(context_id, command_set.store_request(found))
        elif field == command_set.C_STORE_RSP and not command_set.has_data_set(found):
            # The answer to one of a C-GET's objects; read here it costs microseconds.
            self._association.dimse.msg_queue.put((context_id, command_set.store_answer(found)))
        else:
            self._pass_on(context_id, b"\x03" + bytes(command))

    def _begin(self, context_id: int, request: StoreRequest) -> None:
        context = self._association._accepted_cx.get(context_id)
        if context is None:
            raise BrokenCommand("an object in a presentation context that was not accepted")
        self._request, self._context_id = request, context_id
        storage: Storage = self._association._server.storage_of(self._association)
        self._sink = storage.begin(request, str(context.transfer_syntax[0]))
        if not request.has_data_set:
            self._answer(*self._sink.finish())

    def _answer(self, status: int, comment: str) -> None:
        assert self._request is not None
        self._sink = None
        self._send(
            command_set.data_pdu(self._context_id, command_set.store_response(self._request, status, comment))
        )

    def _pass_on(self, context_id: int, fragment: bytes) -> None:
        """Everything that is no C-STORE is pynetdicom's to read and to answer; it is small, or refused."""
        self._passed_on += len(fragment)
        if self._passed_on > PASSED_ON_LIMIT:
            raise BrokenCommand("an endless message")
        primitive = P_DATA()
        primitive.presentation_data_value_list = [[context_id, fragment]]
        self._association.dimse.receive_primitive(primitive)
