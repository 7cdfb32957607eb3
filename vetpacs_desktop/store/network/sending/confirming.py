"""Asks an archive to confirm that it keeps what it took (Storage Commitment Push Model, PS3.4 J).

The answer comes over the same connection, or hours later over one that the archive opens to the receiver. An
image it does not confirm counts as failed, with its reason, and can be sent again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import generate_uid

from vetpacs_desktop.errors import Cancelled
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.store import conformance
from vetpacs_desktop.store.archives.dispatch import Dispatch
from vetpacs_desktop.store.network import messages
from vetpacs_desktop.store.network.link import Link, Message, Peer, Proposal
from vetpacs_desktop.store.network.trouble import ConnectionLost, NothingInCommon

LOG = logging.getLogger(__name__)

PUSH_MODEL = "1.2.840.10008.1.20.1"
WELL_KNOWN = "1.2.840.10008.1.20.1.1"
REQUEST = 1
SYNTAXES = (conformance.IMPLICIT_LITTLE, conformance.EXPLICIT_LITTLE)
WAIT_SECONDS = 5.0
"""How long the connection is kept open for an answer."""
OWED_SECONDS = 24 * 3600.0
REASONS = {
    0x0110: "the archive could not check it",
    0x0112: "the archive does not have it",
    0x0213: "the archive has no room",
    0x0122: "the archive does not keep this kind",
    0x0119: "the archive has it as another kind",
    0x0131: "the archive was asked twice at once",
}
"""Failure Reason (0008,1197), PS3.3 C.14.1.1."""


def ask(
    peer: Peer, dispatch: Dispatch, job_id: int, objects: Sequence[tuple[str, str]], cancel: CancelToken
) -> None:
    """Ask for (SOP class, SOP instance) `objects` of a sending. Raises `MachineUnreachable`.

    An archive that offers no confirmations is not asked again: the sending ends well.
    """
    transaction = str(generate_uid(prefix=None))
    try:
        with Link(peer, [Proposal(PUSH_MODEL, SYNTAXES)]) as link:
            context, (_, syntax) = next(iter(link.accepted.items()))
            dispatch.ask(job_id, transaction, time.time() + OWED_SECONDS)
            number = link.next_number()
            wish = messages.written(_wish(transaction, objects), syntax)
            link.send(context, messages.action(number, PUSH_MODEL, WELL_KNOWN, REQUEST), [wish])
            _listen(link, dispatch, job_id, syntax, cancel)
    except NothingInCommon:
        LOG.info("%s offers no confirmations", peer.address.name)
        dispatch.finish(job_id)
    except ConnectionLost as error:
        LOG.info("The confirmation of %s comes later or not at all: %s", peer.address.name, error.sentence)


def outcome(report: Dataset) -> tuple[str, list[tuple[str, str]]]:
    """An N-EVENT-REPORT's information: the transaction, and (SOP instance, reason) of what is not kept."""
    refused = [
        (str(item.get("ReferencedSOPInstanceUID", "")), _reason(item))
        for item in report.get("FailedSOPSequence") or ()
    ]
    return str(report.get("TransactionUID", "")), refused


def _listen(link: Link, dispatch: Dispatch, job_id: int, syntax: str, cancel: CancelToken) -> None:
    """The answer to the request, then for a while the confirmation itself."""
    asked = False
    until = time.monotonic() + WAIT_SECONDS
    while not asked or (time.monotonic() < until and not cancel.cancelled):
        if asked and not link.waits(0.25):
            continue
        try:
            message = link.receive()
        except Cancelled:
            return
        if message.field == messages.N_ACTION | messages.ANSWER:
            asked = True
            if message.status:
                dispatch.finish(job_id, f"The archive does not confirm what it keeps ({message.status:04X}).")
                return
        elif message.field == messages.N_EVENT_REPORT:
            _take(link, dispatch, message, syntax)
            return


def _take(link: Link, dispatch: Dispatch, message: Message, syntax: str) -> None:
    known = dispatch.confirmed(*outcome(messages.read(message.data, syntax)))
    status = 0 if known else 0x0112
    answer = messages.answer(messages.N_EVENT_REPORT, message.number(messages.NUMBER), status)
    link.send(message.context_id, answer)


def _wish(transaction: str, objects: Sequence[tuple[str, str]]) -> Dataset:
    wish = Dataset()
    wish.TransactionUID = transaction
    items = []
    for sop_class, sop_uid in objects:
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, sop_uid
        items.append(item)
    wish.ReferencedSOPSequence = Items(items)
    return wish


def _reason(item: Dataset) -> str:
    code = int(item.get("FailureReason", 0) or 0)
    return REASONS.get(code, f"the archive does not keep it (reason {code:04X})")
