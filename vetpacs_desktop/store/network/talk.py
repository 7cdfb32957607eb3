"""One association of a machine that asks us something: answers out, sub-operations and cancels in.

A thin layer over pynetdicom's queues for answers packed by hand. It knows no service and no library.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Iterable
from typing import Any

from pynetdicom.pdu_primitives import A_ABORT, A_P_ABORT, A_RELEASE

COMMAND, LAST = 1, 2
GATHERED = 128 * 1024
"""Packets are handed to the connection's thread in runs of about this size."""
THEIR_PDU = 256 * 1024
"""Used where the other side names no limit."""
OVERHEAD = 6
P_DATA = 0x04
_PACKET = struct.Struct(">BxLLBB")


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
        self._run = bytearray()

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
        self._hand_over()

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
        check(self.association)

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
        """A P-DATA-TF with one fragment (PS3.8 9.3.5, E.2)."""
        size = len(part)
        self._run += _PACKET.pack(P_DATA, size + OVERHEAD, size + 2, context_id, control)
        self._run += part
        if len(self._run) >= GATHERED:
            self._hand_over()

    def _hand_over(self) -> None:
        if self._run:
            run, self._run = bytes(self._run), bytearray()
            self.association.dul.outlet.put(run, self.check)


def _with(first: bytes | memoryview, rest: Iterable[bytes | memoryview]) -> Iterable[bytes | memoryview]:
    yield first
    yield from rest


def check(association: Any) -> None:
    """Raise `HungUp` once the other side of an association has gone, or has said that it goes."""
    if not association.is_established or association.dul._kill_thread or association._kill:
        raise HungUp
    if isinstance(association.dul.peek_next_pdu(), A_ABORT | A_P_ABORT | A_RELEASE):
        raise HungUp
