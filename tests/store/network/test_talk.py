"""Messages by hand are packets that pynetdicom, the oracle, takes apart, within the other side's limit."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pynetdicom.pdu import P_DATA_TF
from pynetdicom.pdu_primitives import A_ABORT

from vetpacs_desktop.store.network.receiving.outlet import Outlet
from vetpacs_desktop.store.network.talk import GATHERED, THEIR_PDU, HungUp, Talk

CONTEXT, OTHER_CONTEXT, MESSAGE = 5, 9, 77


@dataclass
class Line:
    """Our end of a connection: what was handed over to be written, and what the other side said last."""

    limit: int
    alive: bool = True
    said: object = None
    wire: bytearray = field(default_factory=bytearray)

    def talk(self) -> Talk:
        outlet = Outlet(lambda: outlet.write_next(self.wire.extend))
        association: Any = SimpleNamespace(
            dimse=SimpleNamespace(maximum_pdu_size=self.limit, cancel_req={}),
            dul=SimpleNamespace(outlet=outlet, _kill_thread=False, peek_next_pdu=lambda: self.said),
            is_established=self.alive,
            _kill=False,
        )
        context = SimpleNamespace(transfer_syntax=["1.2.840.10008.1.2"], context_id=CONTEXT)
        return Talk(association, context, MESSAGE)

    def packets(self) -> list[bytes]:
        """Each P-DATA-TF on the wire (PS3.8 9.3.5), whole."""
        found, at = [], 0
        while at < len(self.wire):
            length = 6 + int.from_bytes(self.wire[at + 2 : at + 6], "big")
            found.append(bytes(self.wire[at : at + length]))
            at += length
        return found


def fragments(packets: list[bytes]) -> list[tuple[int, int, bytes]]:
    """(context, control header, bytes) of each fragment, as pynetdicom reads them."""
    found = []
    for packet in packets:
        pdu = P_DATA_TF()
        pdu.decode(packet)
        for item in pdu.presentation_data_value_items:
            value = item.presentation_data_value
            found.append((item.presentation_context_id, value[0], value[1:]))
    return found


@given(
    limit=st.sampled_from([0, 70, 128, 4096, 16384]),
    command=st.binary(min_size=1, max_size=300),
    pieces=st.lists(st.binary(max_size=9000), max_size=6),
)
def test_a_message_comes_out_whole_within_the_limit(limit: int, command: bytes, pieces: list[bytes]) -> None:
    line = Line(limit)
    line.talk().send(command, pieces, OTHER_CONTEXT)
    packets = line.packets()
    assert all(len(packet) - 6 <= (limit or THEIR_PDU) for packet in packets)
    found = fragments(packets)
    assert {context for context, _, _ in found} == {OTHER_CONTEXT}
    for flag, whole in ((1, command), (0, b"".join(pieces))):
        mine = [(control, data) for _, control, data in found if control & 1 == flag]
        assert b"".join(data for _, data in mine) == whole
        # Exactly the last fragment says that it is the last; no data set at all has none.
        expected = [flag] * (len(mine) - 1) + [flag | 2] if mine else []
        assert [control for control, _ in mine] == expected
    assert bool(pieces) == any(control & 1 == 0 for _, control, _ in found)


def test_a_large_message_leaves_in_runs_while_it_is_made() -> None:
    line = Line(16384)
    seen: list[int] = []

    def made() -> Any:
        for _ in range(40):
            seen.append(len(line.wire))
            yield bytes(16000)

    line.talk().send(b"command", made())
    assert seen[-1] > 0, "nothing had left before the last piece was made"
    assert max(b - a for a, b in pairwise(seen)) < 2 * GATHERED


@pytest.mark.parametrize("line", [Line(16384, alive=False), Line(16384, said=A_ABORT())])
def test_nobody_is_answered_who_has_gone(line: Line) -> None:
    with pytest.raises(HungUp):
        line.talk().send(b"command")
    assert not line.wire


def test_a_cancel_counts_for_its_own_request_alone() -> None:
    talk = Line(16384).talk()
    talk.association.dimse.cancel_req[MESSAGE + 1] = object()
    assert not talk.cancelled
    talk.association.dimse.cancel_req[MESSAGE] = object()
    assert talk.cancelled
