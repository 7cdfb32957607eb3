"""Writes each association into the visitors' book as pynetdicom's events tell of it.

It watches only: it accepts nothing, refuses nothing, and what goes wrong in it stops no association.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pynetdicom import evt

from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.machines import visits
from vetpacs_desktop.store.machines.visits import Call, Proposal, Visits

TLS_HANDSHAKE = 0x16
"""The first byte of a TLS record that opens a handshake (RFC 8446 5.1)."""
WEB = frozenset(b"GPHOCDT")
"""First letters of what a browser or a scanner of ports asks for."""


class Calls:
    """The hooks of one receiver; a `Call` hangs on each association."""

    def __init__(self, home: Home) -> None:
        self._visits = Visits(home)

    def handlers(self) -> list[Any]:
        """Notification handlers for pynetdicom; they must come before any that changes a proposal."""
        return [
            (evt.EVT_CONN_OPEN, self._opened),
            (evt.EVT_REQUESTED, self._asked),
            (evt.EVT_ACCEPTED, self._welcomed),
            (evt.EVT_DIMSE_RECV, self._asks),
            (evt.EVT_RELEASED, lambda event: self.of(event.assoc).end(visits.RELEASED)),
            (evt.EVT_ABORTED, lambda event: self.of(event.assoc).end(visits.ABORTED)),
            (evt.EVT_CONN_CLOSE, lambda event: self.of(event.assoc).end(visits.CLOSED)),
        ]

    def of(self, association: Any) -> Call:
        """The association's line in the book."""
        call: Call | None = getattr(association, "vetpacs_call", None)
        if call is None:
            call = association.vetpacs_call = self._visits.begin(
                str(association.requestor.address_info.address)
            )
        return call

    def turned_away(self, association: Any, why: str) -> None:
        """The whole connection was refused: `why` is one of the reasons of `visits`."""
        self.of(association).note("turned-away", why=why)

    def strange(self, association: Any, kind: int) -> None:
        """The first packet was no DICOM; `kind` is its first byte."""
        what = visits.TLS if kind == TLS_HANDSHAKE else visits.WEB if kind in WEB else visits.GARBAGE
        self.of(association).note("strange", what=what)

    def _opened(self, event: Any) -> None:
        self.of(event.assoc)

    def _asked(self, event: Any) -> None:
        request = event.assoc.requestor.primitive
        proposals = {
            context.context_id: Proposal(
                str(context.abstract_syntax), tuple(map(str, context.transfer_syntax))
            )
            for context in request.presentation_context_definition_list
        }
        event.assoc.vetpacs_proposed = proposals  # what follows narrows them
        self.of(event.assoc).note(
            "asked",
            calling=str(request.calling_ae_title or "").strip(),
            called=str(request.called_ae_title or "").strip(),
            software=str(event.assoc.requestor.implementation_version_name or ""),
            proposals=visits.rows_of(tuple(proposals.values())),
        )

    def _welcomed(self, event: Any) -> None:
        association = event.assoc
        proposed = association.requestor.primitive.presentation_context_definition_list
        accepted = {context.context_id: context for context in association.accepted_contexts}
        as_proposed: dict[int, Proposal] = getattr(association, "vetpacs_proposed", {})
        proposals = [
            _answered(as_proposed[context.context_id], accepted.get(context.context_id))
            for context in proposed
            if context.context_id in as_proposed
        ]
        self.of(association).note("welcomed", proposals=visits.rows_of(proposals))

    def _asks(self, event: Any) -> None:
        self.of(event.assoc).note("asks", what=type(event.message).__name__)


def _answered(proposed: Proposal, accepted: Any) -> Proposal:
    chosen = str(accepted.transfer_syntax[0]) if accepted is not None and accepted.transfer_syntax else ""
    return replace(proposed, accepted=chosen, answered=True)
