"""Send files to another machine: a C-STORE user that proposes each file's own transfer syntax.

Bytes leave as they are on the disk wherever the other side takes them; where it does not, the pixels are
decompressed for it, on a copy in memory. Nothing on the disk is ever changed.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import _config
from pynetdicom.ae import ApplicationEntity
from pynetdicom.association import Association
from pynetdicom.dsutils import split_dataset
from pynetdicom.presentation import PresentationContext, build_context
from pynetdicom.status import code_to_category

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken, Progress, Report, ignore
from vetpacs_desktop.store import conformance
from vetpacs_desktop.store.intake.checks import Checked, check_file

LOG = logging.getLogger(__name__)

MOST_CONTEXTS = 128
"""PS3.8 9.3.2.2: presentation context IDs are the odd numbers up to 255."""
CONNECT_SECONDS = 10
ANSWER_SECONDS = 60
FALLBACK = (conformance.EXPLICIT_LITTLE, conformance.IMPLICIT_LITTLE)
TAKEN = ("Success", "Warning")


class MachineUnreachable(KnownError):
    """{ae_title} at {host}:{port} can't be reached ({reason}); check that it is switched on and that its
    address and name are right."""


@dataclass(frozen=True, slots=True)
class SendSummary:
    """What a sending did."""

    sent: int
    failed: tuple[tuple[str, str], ...]
    """(SOP Instance UID, or the path when the file has none, and the reason)"""
    seconds: float


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """One file and how it is coded."""

    path: Path
    sop_class: str
    sop_uid: str
    transfer_syntax: str
    straight: bool
    """Its file meta information is there and right, so its bytes can go from the disk as they are."""

    def contexts(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The presentation contexts it needs: its own, and one it can be converted to."""
        own = (self.sop_class, (self.transfer_syntax,))
        return (own, (self.sop_class, FALLBACK))


def send_files(
    paths: Sequence[Path],
    host: str,
    port: int,
    called_ae: str,
    calling_ae: str = "VETPACS",
    report: Report = ignore,
    cancel: CancelToken | None = None,
) -> SendSummary:
    """Send `paths` in order; one file's failure stops no other. Raises `MachineUnreachable`, `Cancelled`."""
    started = time.monotonic()
    token = cancel or CancelToken()
    sending = _Sending(host, port, called_ae, calling_ae, report, token, total=len(paths))
    sending.knock()
    for group in _groups(_outgoing(paths, sending.failed)):
        sending.send(group)
    return SendSummary(sending.sent, tuple(sending.failed), time.monotonic() - started)


class _Sending:
    """One call of `send_files`."""

    def __init__(
        self, host: str, port: int, called: str, calling: str, report: Report, cancel: CancelToken, total: int
    ) -> None:
        # The file's bytes go out undecoded, in pieces. pynetdicom has only this process-wide switch.
        _config.STORE_SEND_CHUNKED_DATASET = True
        self._address = (host, port, called)
        self._entity = ApplicationEntity(ae_title=calling)
        self._entity.implementation_class_uid = UID(conformance.IMPLEMENTATION_CLASS_UID)
        self._entity.implementation_version_name = conformance.IMPLEMENTATION_VERSION
        self._entity.connection_timeout = CONNECT_SECONDS
        self._entity.dimse_timeout = ANSWER_SECONDS
        self._report = report
        self._cancel = cancel
        self._total = total
        self.sent = 0
        self.failed: list[tuple[str, str]] = []

    def send(self, group: Sequence[_Outgoing]) -> None:
        """Send what fits in one association; a broken one is opened again for the rest."""
        waiting = list(group)
        while waiting:
            association = self._open(waiting)
            before = len(waiting)
            try:
                while waiting and association.is_established:
                    self._cancel.check()
                    self._send_one(association, waiting.pop(0))
            finally:
                if association.is_established:
                    association.release()
            if waiting and len(waiting) == before:
                raise MachineUnreachable(**self._named("it ends every connection at once"))

    def _open(self, group: Sequence[_Outgoing]) -> Association:
        host, port, called = self._address
        contexts: list[PresentationContext] = [
            build_context(sop_class, list(syntaxes)) for sop_class, syntaxes in _contexts(group)
        ]
        association = self._entity.associate(host, port, contexts=contexts, ae_title=called)
        if association.is_established:
            return association
        if association.is_rejected:
            raise MachineUnreachable(**self._named("it refuses this computer's name or is busy"))
        raise MachineUnreachable(**self._named("no answer"))

    def knock(self) -> None:
        """Say in the system's own words why nobody answers; pynetdicom only logs it, and leaks a socket."""
        host, port, _ = self._address
        try:
            socket.create_connection((host, port), CONNECT_SECONDS).close()
        except OSError as error:
            raise MachineUnreachable(**self._named(error.strerror or str(error))) from error

    def _named(self, reason: str) -> dict[str, object]:
        host, port, called = self._address
        return {"ae_title": called, "host": host, "port": port, "reason": reason}

    def _send_one(self, association: Association, file: _Outgoing) -> None:
        try:
            answer = association.send_c_store(_form(association, file))
            reason = _refusal(answer)
        except (ValueError, AttributeError) as error:
            LOG.info("An object was not sent: %s", error)
            reason = "the other side takes no objects of this kind and coding"
        except (OSError, RuntimeError, NotImplementedError) as error:
            reason = f"the file can't be read or converted ({type(error).__name__})"
        if reason:
            self.failed.append((file.sop_uid, reason))
        else:
            self.sent += 1
        done = self.sent + len(self.failed)
        self._report(Progress(done, self._total, f"Sending to {self._address[2]}"))


def _outgoing(paths: Sequence[Path], failed: list[tuple[str, str]]) -> Iterator[_Outgoing]:
    for path in paths:
        try:
            checked = check_file(path)
            if checked.finding is None:
                yield _described(path, checked)
            else:
                failed.append((str(path), checked.finding.reason))
        except OSError as error:
            failed.append((str(path), f"the file can't be read ({error.strerror})"))


def _described(path: Path, checked: Checked) -> _Outgoing:
    """What travels under which names: the data set's own, which must be the command's (PS3.4 B.2.1)."""
    try:
        meta, _ = split_dataset(path)
        named = (meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID)
        syntax = str(meta.TransferSyntaxUID)
        straight = named == (checked.sop_class_uid, checked.sop_uid)
    except (InvalidDicomError, AttributeError):  # old machines leave all or some of it out
        syntax, straight = str(_whole(path, stop_before_pixels=True).file_meta.TransferSyntaxUID), False
    return _Outgoing(path, checked.sop_class_uid, checked.sop_uid, syntax, straight)


def _whole(path: Path, *, stop_before_pixels: bool = False) -> Dataset:
    """A file as a data set that knows its coding, even one without preamble and file meta information."""
    dataset = dcmread(path, force=True, stop_before_pixels=stop_before_pixels)
    if "TransferSyntaxUID" not in dataset.file_meta:
        implicit, little = dataset.original_encoding
        dataset.file_meta.TransferSyntaxUID = (
            ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian if little else ExplicitVRBigEndian
        )
    return dataset


def _contexts(group: Sequence[_Outgoing]) -> list[tuple[str, tuple[str, ...]]]:
    """Each context once; the files' own first, so that an exact match is found before a convertible one."""
    own = dict.fromkeys(file.contexts()[0] for file in group)
    fallback = dict.fromkeys(file.contexts()[1] for file in group)
    return [*own, *fallback]


def _groups(files: Iterator[_Outgoing]) -> Iterator[list[_Outgoing]]:
    """Runs of files whose contexts fit in one association."""
    group: list[_Outgoing] = []
    needed: set[tuple[str, tuple[str, ...]]] = set()
    for file in files:
        more = needed.union(file.contexts())
        if len(more) > MOST_CONTEXTS:
            yield group
            group, more = [], set(file.contexts())
        group.append(file)
        needed = more
    if group:
        yield group


def _form(association: Association, file: _Outgoing) -> Path | Dataset:
    """The file itself where its own coding was accepted, else an uncompressed copy in memory."""
    accepted = {
        (str(context.abstract_syntax), str(context.transfer_syntax[0]))
        for context in association.accepted_contexts
    }
    as_it_is = (file.sop_class, file.transfer_syntax) in accepted
    if as_it_is and file.straight:
        return file.path
    dataset = _whole(file.path)
    if not as_it_is and UID(file.transfer_syntax).is_compressed:
        dataset.decompress()
    return dataset


def _refusal(answer: Any) -> str:
    """Empty when the object was taken (PS3.4 B.2.3), else why not."""
    if "Status" not in answer:
        return "the connection ended before the answer"
    if code_to_category(answer.Status) in TAKEN:
        return ""
    comment = str(answer.get("ErrorComment", "")).strip()
    return f"the other side refused it (status {answer.Status:04X}{': ' + comment if comment else ''})"
