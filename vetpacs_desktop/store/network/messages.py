"""Command sets of the requests this program makes, and the identifiers that go with them (PS3.7 9.3, 10.3).

Bytes and data sets only: it opens no connection and knows no archive.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from io import BytesIO

from pydicom.dataset import Dataset
from pydicom.uid import UID
from pynetdicom.dsutils import decode, encode

from vetpacs_desktop.store.network.command_set import NO_DATA_SET

C_STORE, C_GET, C_FIND, C_MOVE, C_ECHO, C_CANCEL = 0x0001, 0x0010, 0x0020, 0x0021, 0x0030, 0x0FFF
N_EVENT_REPORT, N_ACTION = 0x0100, 0x0130
ANSWER = 0x8000
"""Set in the command field of every response."""
WITH_DATA_SET = 0x0001
MEDIUM = 0x0000

SOP_CLASS, REQUESTED_CLASS, FIELD, NUMBER, ANSWERED = 0x0002, 0x0003, 0x0100, 0x0110, 0x0120
DESTINATION, PRIORITY, DATA_SET, STATUS = 0x0600, 0x0700, 0x0800, 0x0900
COMMENT, SOP_INSTANCE, REQUESTED_INSTANCE = 0x0902, 0x1000, 0x1001
EVENT_TYPE, ACTION_TYPE = 0x1002, 0x1008
REMAINING, COMPLETED, FAILED, WARNED = 0x1020, 0x1021, 0x1022, 0x1023
ORIGINATOR, ORIGINATOR_NUMBER = 0x1030, 0x1031
_ELEMENT = struct.Struct("<HHL")

Fields = Mapping[int, int | str]


def packed(fields: Fields) -> bytes:
    """A command set (Implicit VR Little Endian, PS3.7 6.3.1): numbers are US, texts are UI or AE."""
    body = b"".join(_element(element, value) for element, value in sorted(fields.items()))
    return _ELEMENT.pack(0, 0, 4) + struct.pack("<L", len(body)) + body


def echo(number: int, sop_class: str) -> bytes:
    """C-ECHO-RQ (PS3.7 9.3.5.1)."""
    return packed({SOP_CLASS: sop_class, FIELD: C_ECHO, NUMBER: number, DATA_SET: NO_DATA_SET})


def store(number: int, sop_class: str, sop_uid: str, originator: tuple[str, int] | None = None) -> bytes:
    """C-STORE-RQ (PS3.7 9.3.1.1); the data set follows. `originator`: whose C-MOVE it is part of."""
    fields: dict[int, int | str] = {
        SOP_CLASS: sop_class,
        FIELD: C_STORE,
        NUMBER: number,
        PRIORITY: MEDIUM,
        DATA_SET: WITH_DATA_SET,
        SOP_INSTANCE: sop_uid,
    }
    if originator is not None:
        fields[ORIGINATOR], fields[ORIGINATOR_NUMBER] = originator
    return packed(fields)


def event_report(number: int, sop_class: str, sop_uid: str, kind: int) -> bytes:
    """N-EVENT-REPORT-RQ (PS3.7 10.3.1.1); the event's information follows."""
    return packed(
        {
            SOP_CLASS: sop_class,
            FIELD: N_EVENT_REPORT,
            NUMBER: number,
            DATA_SET: WITH_DATA_SET,
            SOP_INSTANCE: sop_uid,
            EVENT_TYPE: kind,
        }
    )


def find(number: int, sop_class: str) -> bytes:
    """C-FIND-RQ (PS3.7 9.3.2.1); the identifier follows."""
    return _query(C_FIND, number, sop_class)


def get(number: int, sop_class: str) -> bytes:
    """C-GET-RQ (PS3.7 9.3.3.1); the identifier follows."""
    return _query(C_GET, number, sop_class)


def move(number: int, sop_class: str, destination: str) -> bytes:
    """C-MOVE-RQ (PS3.7 9.3.4.1) to the archive called `destination`; the identifier follows."""
    return _query(C_MOVE, number, sop_class, {DESTINATION: destination})


def cancel(number: int) -> bytes:
    """C-CANCEL-RQ (PS3.7 9.3.2.3) for the request of that number; it is never answered by itself."""
    return packed({FIELD: C_CANCEL, ANSWERED: number, DATA_SET: NO_DATA_SET})


def action(number: int, sop_class: str, sop_uid: str, kind: int) -> bytes:
    """N-ACTION-RQ (PS3.7 10.3.4.1); the action's information follows."""
    return packed(
        {
            REQUESTED_CLASS: sop_class,
            FIELD: N_ACTION,
            NUMBER: number,
            DATA_SET: WITH_DATA_SET,
            REQUESTED_INSTANCE: sop_uid,
            ACTION_TYPE: kind,
        }
    )


def answer(field: int, number: int, status: int, more: Fields | None = None) -> bytes:
    """The response to request `field` of that number, without a data set."""
    known = {FIELD: field | ANSWER, ANSWERED: number, DATA_SET: NO_DATA_SET, STATUS: status}
    return packed({**known, **(more or {})})


def written(dataset: Dataset, syntax: str) -> bytes:
    """An identifier's bytes under an uncompressed transfer syntax."""
    uid = UID(syntax)
    return encode(dataset, uid.is_implicit_VR, uid.is_little_endian) or b""


def read(data: bytes, syntax: str) -> Dataset:
    """An identifier from its bytes. Raises whatever pydicom does on nonsense."""
    uid = UID(syntax)
    return decode(BytesIO(data), uid.is_implicit_VR, uid.is_little_endian)


def _query(field: int, number: int, sop_class: str, more: Fields | None = None) -> bytes:
    known: dict[int, int | str] = {
        SOP_CLASS: sop_class,
        FIELD: field,
        NUMBER: number,
        PRIORITY: MEDIUM,
        DATA_SET: WITH_DATA_SET,
    }
    return packed({**known, **(more or {})})


def _element(element: int, value: int | str) -> bytes:
    if isinstance(value, int):
        data = struct.pack("<H", value)
    else:
        data = value.encode("ascii", "replace")
        data += (b" " if element in (DESTINATION, COMMENT, ORIGINATOR) else b"\0") * (len(data) % 2)
    return _ELEMENT.pack(0, element, len(data)) + data
