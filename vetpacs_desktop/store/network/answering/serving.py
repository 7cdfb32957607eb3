"""What the listening side offers besides taking images: searching, fetching, confirming what is kept.

The one place where these services are put together; the receiver only hands its associations on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from pynetdicom import evt
from pynetdicom.ae import ApplicationEntity

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store import conformance
from vetpacs_desktop.store.network import messages
from vetpacs_desktop.store.network.answering import commitment, finding, retrieve
from vetpacs_desktop.store.network.answering.archive import Archive, Refused
from vetpacs_desktop.store.network.answering.commitment import Commitments
from vetpacs_desktop.store.network.answering.finding import Finding
from vetpacs_desktop.store.network.answering.retrieve import Retrieving
from vetpacs_desktop.store.network.talk import Talk

LOG = logging.getLogger(__name__)

Service = Callable[[Any, Any, Any], None]
"""(association, request, presentation context)"""
RELATIONAL, DATE_TIME, FUZZY = 1, 1, 1
_LITTLE = [conformance.EXPLICIT_LITTLE, conformance.IMPLICIT_LITTLE]


class Serving:
    """The services of one receiver."""

    def __init__(self, home: Home, settings: Settings, ae_title: str, refused: Refused) -> None:
        self._archive = Archive(home, settings, ae_title, refused)
        self._commitments = Commitments(self._archive)
        find, fetch = Finding(self._archive), Retrieving(self._archive)
        self.services: dict[str, Service] = {
            **dict.fromkeys(finding.MODELS, find.serve),
            **dict.fromkeys(retrieve.MOVES, fetch.move),
            **dict.fromkeys(retrieve.GETS, fetch.get),
            commitment.SOP_CLASS: self._commitment,
        }
        """Abstract syntax -> who answers."""

    def offer(self, entity: ApplicationEntity) -> None:
        """Let `entity` accept these services."""
        for uid in self.services:
            if uid == commitment.SOP_CLASS:
                # Machines ask us, and archives answer us what we asked them.
                entity.add_supported_context(uid, _LITTLE, scu_role=True, scp_role=True)
            else:
                entity.add_supported_context(uid, _LITTLE)

    def handlers(self) -> list[Any]:
        """Event handlers for pynetdicom's server."""
        return [
            (evt.EVT_SOP_EXTENDED, self._extended),
            (evt.EVT_ACCEPTED, self._connected),
        ]

    def close(self) -> None:
        """Stop; what is unfinished is in the database."""
        self._commitments.stop()
        self._archive.close()

    def _extended(self, event: Any) -> dict[Any, bytes]:
        """What we can of what a machine wishes (PS3.4 C.5.1.1, C.5.2.1): relational queries, moments, fuzzy
        names. Time zones are not looked at."""
        can = bytes((RELATIONAL, DATE_TIME, FUZZY, 0, 0))
        answer: dict[Any, bytes] = {}
        for uid, wished in event.app_info.items():
            if str(uid) in finding.MODELS:
                answer[uid] = bytes(a & b for a, b in zip(wished, can, strict=False))
            elif str(uid) in retrieve.MOVES or str(uid) in retrieve.GETS:
                answer[uid] = wished[:1]
        return answer

    def _connected(self, event: Any) -> None:
        name = str(event.assoc.requestor.primitive.calling_ae_title or "").strip()
        self._commitments.connected(event.assoc, name)

    def _commitment(self, association: Any, request: Any, context: Any) -> None:
        if type(request).__name__ == "N_EVENT_REPORT":
            self._heard(association, request, context)
        else:
            self._commitments.serve(association, request, context)

    def _heard(self, association: Any, request: Any, context: Any) -> None:
        """Another archive says what it keeps of what was sent to it."""
        talk = Talk(association, context, int(request.MessageID))
        try:
            status = commitment.heard(talk, request, self._archive.library().dispatch.confirmed)
        except KnownError as error:
            LOG.error("A confirmation could not be written down: %s", type(error).__name__)
            status = commitment.BROKEN
        more: dict[int, int | str] = {
            messages.SOP_CLASS: commitment.SOP_CLASS,
            messages.SOP_INSTANCE: commitment.SOP_INSTANCE,
            messages.EVENT_TYPE: int(request.EventTypeID or 0),
        }
        talk.send(messages.answer(messages.N_EVENT_REPORT, talk.message_id, status, more))
