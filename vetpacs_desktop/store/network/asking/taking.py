"""Takes the images that an archive sends back over our own connection (C-GET), as the receiver would.

Same order as there: whole, checked, durable in the spool, and only then "success". It files nothing; the
filing process finds them in the spool.
"""

from __future__ import annotations

import logging

from vetpacs_desktop.paths import Home
from vetpacs_desktop.store import conformance
from vetpacs_desktop.store.intake.spool import PREAMBLE, Incoming, Spool
from vetpacs_desktop.store.kept.quarantine import Quarantine
from vetpacs_desktop.store.network import messages
from vetpacs_desktop.store.network.command_set import StoreRequest
from vetpacs_desktop.store.network.file_meta import file_meta
from vetpacs_desktop.store.network.link import MOST_CONTEXTS, Link, Message, Proposal
from vetpacs_desktop.store.reading import checks
from vetpacs_desktop.store.records import Outcome

__all__ = ["Incoming", "Taking", "proposals"]

LOG = logging.getLogger(__name__)

SUCCESS, WRITE_FAILED, CANNOT_UNDERSTAND, NO_IMAGE = 0x0000, 0xA701, 0xC000, 0xB007
_IMAGE = "1.2.840.10008.5.1.4.1.1."
_CLASSES: dict[str, tuple[str, ...]] = {
    "CT": ("2", "2.1"),
    "MR": ("4", "4.1", "4.2"),
    "US": ("6.1", "3.1", "6", "3", "6.2"),
    "CR": ("1",),
    "DX": ("1.1", "1.1.1"),
    "DR": ("1.1", "1.1.1"),
    "IO": ("1.3", "1.3.1"),
    "PX": ("1.1",),
    "MG": ("1.2", "1.2.1", "13.1.3"),
    "XA": ("12.1", "12.1.1"),
    "RF": ("12.2", "12.2.1"),
    "NM": ("20",),
    "PT": ("128", "130"),
    "ES": ("77.1.1", "77.1.1.1"),
    "GM": ("77.1.2", "77.1.2.1"),
    "SM": ("77.1.2", "77.1.6"),
    "XC": ("77.1.4", "77.1.4.1"),
    "OP": ("77.1.5.1", "77.1.5.2"),
    "ECG": ("9.1.1", "9.1.2", "9.1.3"),
    "RTIMAGE": ("481.1",),
    "RTDOSE": ("481.2",),
    "RTSTRUCT": ("481.3",),
    "RTPLAN": ("481.5",),
    "SEG": ("66.4",),
}
"""Modality -> the kinds of objects its machines make (PS3.4 B.5), without their common root."""
_ALWAYS = ("7", "7.4", "104.1", "88.11", "88.22", "88.33", "88.67", "11.1", "88.59")
"""Scanned pictures, documents, reports, presentation states and key images come with any modality."""
_COMMON = ("CT", "MR", "US", "CR", "DX", "IO", "XC", "ES", "RF")


def proposals(modalities: tuple[str, ...]) -> list[Proposal]:
    """The contexts to be sent images of these kinds: each compressed coding on its own, so that images come
    as they are kept, then the uncompressed ones; as many as fit beside the request's own."""
    known = [name for name in modalities if name in _CLASSES] or list(_COMMON)
    wanted = list(dict.fromkeys(_IMAGE + end for name in known for end in _CLASSES[name]))
    wanted = wanted[: (MOST_CONTEXTS - 1) // 2]
    always = [_IMAGE + end for end in _ALWAYS if _IMAGE + end not in wanted]
    plain = [Proposal(one, conformance.UNCOMPRESSED[:2], we_take=True) for one in (*wanted, *always)]
    room = MOST_CONTEXTS - 1 - len(plain)
    packed = [
        row.uid
        for row in conformance.transfer_syntaxes()
        if row.uid not in conformance.UNCOMPRESSED and row.shown
    ]
    if len(wanted) * len(packed) <= room:
        return plain + [Proposal(one, (uid,), we_take=True) for one in wanted for uid in packed]
    return plain + [Proposal(one, tuple(packed), we_take=True) for one in wanted[:room]]


class Taking:
    """The images of one fetching."""

    def __init__(self, home: Home, source: str) -> None:
        self._spool = Spool(home)
        self._quarantine = Quarantine(home)
        self._source = source
        self._incoming: Incoming | None = None
        self._broken: OSError | None = None
        self.kept = 0

    def writer_of(self, link: Link, message: Message) -> _Careful | None:
        """Where an image's bytes go; None for other messages."""
        if message.field != messages.C_STORE:
            return None
        self.forget()
        syntax = link.accepted.get(message.context_id, ("", conformance.IMPLICIT_LITTLE))[1]
        try:
            self._incoming = self._spool.begin()
            self._incoming.write(PREAMBLE + file_meta(_request(message), syntax))
        except OSError as error:
            self._broken = error
        return _Careful(self)

    def write(self, data: memoryview) -> None:
        """The next bytes; after a failure they are dropped, and the answer says so."""
        if self._incoming is None or self._broken is not None:
            return
        try:
            self._incoming.write(data)
        except OSError as error:
            self._broken = error

    def answer(self, link: Link, message: Message) -> None:
        """The image is complete: keep it, and say what became of it."""
        status = self._keep()
        self.forget()
        request = _request(message)
        more: messages.Fields = {
            messages.SOP_CLASS: request.sop_class_uid,
            messages.SOP_INSTANCE: request.sop_uid,
        }
        link.send(message.context_id, messages.answer(messages.C_STORE, request.message_id, status, more))

    def forget(self) -> None:
        """Nothing was promised for what is unfinished."""
        if self._incoming is not None:
            self._incoming.discard()
        self._incoming = self._broken = None

    def _keep(self) -> int:
        incoming = self._incoming
        if incoming is None or self._broken is not None:
            LOG.error("An image could not be written: %s", self._broken)
            return WRITE_FAILED
        try:
            with incoming.content() as content:
                checked = checks.check(content)
            if checked.finding is not None:
                return self._set_aside(incoming, checked.finding)
            self._spool.commit(incoming, self._source)
        except OSError as error:
            LOG.error("An image could not be written: %s", error.strerror)
            return WRITE_FAILED
        self._incoming = None  # it is the spool's now
        self.kept += 1
        return SUCCESS

    def _set_aside(self, incoming: Incoming, finding: checks.Finding) -> int:
        incoming.make_durable()
        self._quarantine.keep(
            incoming.path, reason=finding.reason, source=self._source, move=True, sha256=incoming.sha256
        )
        self._incoming = None
        return NO_IMAGE if finding.outcome is Outcome.IGNORED else CANNOT_UNDERSTAND


class _Careful:
    """A writer that never raises, so that the message is always read to its end."""

    def __init__(self, taking: Taking) -> None:
        self.write = taking.write


def _request(message: Message) -> StoreRequest:
    return StoreRequest(
        message_id=message.number(messages.NUMBER),
        sop_class_uid=message.text(messages.SOP_CLASS),
        sop_uid=message.text(messages.SOP_INSTANCE),
        has_data_set=True,
    )
