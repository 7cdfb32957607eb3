"""One association of a machine that asks us something: answers out, sub-operations and cancels in.

A thin layer over pynetdicom's queues for answers packed by hand. It knows no service and no library.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from pynetdicom.pdu_primitives import A_ABORT, A_P_ABORT, A_RELEASE, P_DATA

COMMAND, LAST = 1, 2
WAITING = 64
"""Packets that may wait to be sent before we wait, too: a long answer must not fill the memory."""
PAUSE_SECONDS = 0.001
THEIR_PDU = 256 * 1024
"""Used where the other side names no limit."""
OVERHEAD = 6


class HungUp(Exception):
    """The other side has gone; there is nobody left to answer."""


class Talk:
    """The association, for the service that answers one request on it."""

    def __init__(self, association: Any, context: Any, message_id: int) -> None:
        self.association = association
        self.message_id = message_id
        self.syntax = str(context.transfer_syntax[0])
        self._context_id = int(context.context_id)
        limit = association.dimse.maximum_pdu_size
        self._part = max((limit or THEIR_PDU) - OVERHEAD, 64)

    @property
    def name(self) -> str:
        """The AE title the other side gave itself."""
        return str(self.association.requestor.primitive.calling_ae_title or "").strip()

    @property
    def address(self) -> str:
        """Its number in the network."""
        return str(self.association.requestor.address_info.address)

    @property
    def cancelled(self) -> bool:
        """Whether it has had enough (C-CANCEL, PS3.7 9.3.2.3)."""
        return self.message_id in self.association.dimse.cancel_req

    def send(
        self, command: bytes, data: Iterable[bytes | memoryview] = (), context_id: int | None = None
    ) -> None:
        """A message: its command set and its data set in whatever pieces. Raises `HungUp`."""
        to = self._context_id if context_id is None else context_id
        self._fragments(to, [command], COMMAND)
        pieces = iter(data)
        first = next(pieces, None)
        if first is not None:
            self._fragments(to, _with(first, pieces), 0)

    def answered(self, message_id: int, seconds: float) -> int:
        """The status of the answer to a request that we sent; other messages wait. Raises `HungUp`."""
        until = time.monotonic() + seconds
        others: list[Any] = []
        try:
            while time.monotonic() < until:
                self.check()
                context_id, message = self.association.dimse.get_msg()
                if message is None:
                    continue
                if getattr(message, "MessageIDBeingRespondedTo", None) == message_id:
                    return int(message.Status)
                others.append((context_id, message))
            raise HungUp
        finally:
            for other in others:
                self.association.dimse.msg_queue.put(other)

    def check(self) -> None:
        """Raise `HungUp` once the other side has gone, or has said that it goes."""
        association = self.association
        if not association.is_established or association.dul._kill_thread or association._kill:
            raise HungUp
        if isinstance(association.dul.peek_next_pdu(), A_ABORT | A_P_ABORT | A_RELEASE):
            raise HungUp

    def _fragments(self, context_id: int, pieces: Iterable[bytes | memoryview], flag: int) -> None:
        held: memoryview | None = None
        for piece in pieces:
            view = memoryview(piece)
            for start in range(0, len(view), self._part):
                if held is not None:
                    self._packet(context_id, flag, held)
                held = view[start : start + self._part]
        self._packet(context_id, flag | LAST, held if held is not None else memoryview(b""))

    def _packet(self, context_id: int, control: int, part: memoryview) -> None:
        if self.association.dul.to_provider_queue.qsize() >= WAITING:
            self._let_them_go()
        self.check()
        primitive = P_DATA()
        primitive.presentation_data_value_list = [[context_id, bytes((control,)) + bytes(part)]]
        self.association.dul.send_pdu(primitive)

    def _let_them_go(self) -> None:
        """Wait until everything is sent, and a moment longer: the connection's thread sends as long as there
        is something to send, and reads what the other side says (a cancel) only between."""
        while self.association.dul.to_provider_queue.qsize():
            time.sleep(PAUSE_SECONDS)
            self.check()
        time.sleep(PAUSE_SECONDS)


def _with(first: bytes | memoryview, rest: Iterable[bytes | memoryview]) -> Iterable[bytes | memoryview]:
    yield first
    yield from rest
