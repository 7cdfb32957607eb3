"""C-FIND as a server (PS3.4 C.4.1): who may ask, each answer as it is found, an end that says how it went."""

from __future__ import annotations

import logging
from typing import Any

from pynetdicom.sop_class import (
    PatientRootQueryRetrieveInformationModelFind,
    PatientStudyOnlyQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelFind,
)

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.matching import question
from vetpacs_desktop.store.matching.question import BadQuestion, Level
from vetpacs_desktop.store.network import messages
from vetpacs_desktop.store.network.answering.answers import Answers
from vetpacs_desktop.store.network.answering.archive import Archive
from vetpacs_desktop.store.network.talk import Talk

LOG = logging.getLogger(__name__)

SUCCESS, PENDING, PENDING_PARTLY, CANCELLED = 0x0000, 0xFF00, 0xFF01, 0xFE00
NOT_ALLOWED, DOES_NOT_MATCH, UNABLE = 0x0124, 0xA900, 0xC001
MODELS: dict[str, frozenset[Level]] = {
    str(PatientRootQueryRetrieveInformationModelFind): frozenset(Level),
    str(StudyRootQueryRetrieveInformationModelFind): frozenset(Level) - {Level.PATIENT},
    str(PatientStudyOnlyQueryRetrieveInformationModelFind): frozenset({Level.PATIENT, Level.STUDY}),
}
COMBINED = 1
"""The place of date-time matching among the bytes of the extended negotiation (PS3.4 C.5.1.1)."""


class Finding:
    """Answers C-FIND requests for one archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def serve(self, association: Any, request: Any, context: Any) -> None:
        """One request, on its association's own thread. Raises `HungUp`."""
        talk = Talk(association, context, int(request.MessageID))
        model = str(context.abstract_syntax)

        def say(status: int, comment: str = "", data: bytes = b"") -> None:
            more: dict[int, int | str] = {messages.SOP_CLASS: model}
            if comment:
                more[messages.COMMENT] = comment
            if data:
                more[messages.DATA_SET] = messages.WITH_DATA_SET
            command = messages.answer(messages.C_FIND, talk.message_id, status, more)
            talk.send(command, [data] if data else [])

        try:
            refusal = self._archive.refusal(talk, "search")
            if refusal:
                say(NOT_ALLOWED, refusal)
                return
            combined = _negotiated(association, model)[COMBINED : COMBINED + 1] == b"\x01"
            data = request.Identifier.getvalue()
            asked = question.parse(data, talk.syntax, MODELS[model], combined=combined)
            self._answer(talk, asked, say)
        except BadQuestion as error:
            say(DOES_NOT_MATCH, str(error))
        except KnownError as error:
            LOG.error("A search of %s could not be answered: %s", talk.name, type(error).__name__)
            say(UNABLE, "The library can't be searched at the moment")

    def _answer(self, talk: Talk, asked: question.Question, say: Any) -> None:
        library = self._archive.library()
        matches, ignored = library.queries.find(asked)
        answers = Answers(library.queries, asked, talk.syntax, self._archive.ae_title)
        pending = PENDING_PARTLY if ignored else PENDING
        count = 0
        for found in matches:
            if talk.cancelled:
                LOG.info("%s stopped its search after %d answers", talk.name, count)
                say(CANCELLED)
                return
            say(pending, "", answers.packed(found))
            count += 1
        say(SUCCESS)
        LOG.info("%s searched (%s): %d answers", talk.name, asked.level.name.lower(), count)


def _negotiated(association: Any, model: str) -> bytes:
    """What both sides agreed on for this model (SOP Class Extended Negotiation)."""
    accepted: dict[Any, bytes] = association.acceptor.sop_class_extended
    return next((info for uid, info in accepted.items() if str(uid) == model), b"")
