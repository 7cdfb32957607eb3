"""A machine that sends whatever bytes it has: DCMTK would refuse to send most broken objects."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from pydicom.uid import UID, ExplicitVRLittleEndian
from pynetdicom.ae import ApplicationEntity
from pynetdicom.association import Association
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.presentation import build_context


@dataclass(frozen=True, slots=True)
class Reply:
    """The receiver's answer to one object."""

    status: int
    comment: str


@contextmanager
def connected(port: int, sop_classes: list[str]) -> Iterator[Association]:
    """An association that proposes each class in Explicit VR Little Endian."""
    entity = ApplicationEntity(ae_title="OLDMACHINE")
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = 20
    contexts = [build_context(UID(one), ExplicitVRLittleEndian) for one in sop_classes]
    association = entity.associate("127.0.0.1", port, contexts=contexts)
    assert association.is_established
    try:
        yield association
    finally:
        association.release()


def store(association: Association, data_set: bytes, sop_class: str, sop_uid: str) -> Reply:
    """Send a data set byte for byte under the identifiers of our choice."""
    request = C_STORE()
    request.MessageID, request.Priority = 7, 2
    request.AffectedSOPClassUID, request.AffectedSOPInstanceUID = UID(sop_class), UID(sop_uid)
    request.DataSet = BytesIO(data_set)
    context = next(one for one in association.accepted_contexts if one.abstract_syntax == sop_class)
    # pynetdicom's own thread would take the answer: it stands still meanwhile.
    association._reactor_checkpoint.clear()
    while not association._is_paused:
        time.sleep(0.001)
    association.dimse.send_msg(request, context.context_id)
    _, answer = association.dimse.get_msg(block=True)
    association._reactor_checkpoint.set()
    assert answer is not None, "no answer"
    return Reply(answer.Status, str(answer.ErrorComment or ""))
