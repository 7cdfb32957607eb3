"""DIMSE command sets of the storage service as bytes (PS3.7 6.3.1, 9.3.1 and E.1).

A command set is always Implicit VR Little Endian and tiny, so it is packed and read by hand: it costs a few
microseconds where a general dataset costs half a millisecond per image. This module must never touch a
socket and never look into a data set.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

C_STORE_RQ = 0x0001
C_STORE_RSP = 0x8001
NO_DATA_SET = 0x0101

_COMMAND_FIELD = 0x0100
_AFFECTED_SOP_CLASS = 0x0002
_MESSAGE_ID = 0x0110
_ANSWERED_MESSAGE_ID = 0x0120
_DATA_SET_TYPE = 0x0800
_STATUS = 0x0900
_ERROR_COMMENT = 0x0902
_AFFECTED_SOP_INSTANCE = 0x1000

_ELEMENT = struct.Struct("<HHL")
_US = struct.Struct("<H")


class BrokenCommand(ValueError):
    """The bytes are no command set."""


@dataclass(frozen=True, slots=True)
class StoreRequest:
    """A C-STORE-RQ (PS3.7 9.3.1.1): which object follows and how to answer."""

    message_id: int
    sop_class_uid: str
    sop_uid: str
    has_data_set: bool


@dataclass(frozen=True, slots=True)
class StoreAnswer:
    """A C-STORE-RSP (PS3.7 9.3.1.2) to an object that we sent, in the form of pynetdicom's messages."""

    MessageIDBeingRespondedTo: int
    Status: int
    is_valid_request: bool = False
    msg_type: str = "C-STORE"


def elements(command: bytes | bytearray) -> dict[int, bytes]:
    """Element number of group 0000 -> its value. Raises `BrokenCommand`."""
    found: dict[int, bytes] = {}
    position, end = 0, len(command)
    while position + _ELEMENT.size <= end:
        group, element, length = _ELEMENT.unpack_from(command, position)
        position += _ELEMENT.size
        if group != 0 or length > end - position:
            raise BrokenCommand(f"element ({group:04X},{element:04X}) of {length} bytes")
        found[element] = bytes(command[position : position + length])
        position += length
    if position != end or _COMMAND_FIELD not in found:
        raise BrokenCommand("cut off or without a command field")
    return found


def command_field(found: dict[int, bytes]) -> int:
    """Which service is asked for. Raises `BrokenCommand`."""
    return _number(found, _COMMAND_FIELD)


def has_data_set(found: dict[int, bytes]) -> bool:
    """Whether a data set follows. Raises `BrokenCommand`."""
    return _number(found, _DATA_SET_TYPE) != NO_DATA_SET


def store_request(found: dict[int, bytes]) -> StoreRequest:
    """The elements of a C-STORE-RQ. Raises `BrokenCommand` when it can't even be answered."""
    return StoreRequest(
        message_id=_number(found, _MESSAGE_ID),
        sop_class_uid=_uid(found, _AFFECTED_SOP_CLASS),
        sop_uid=_uid(found, _AFFECTED_SOP_INSTANCE),
        has_data_set=has_data_set(found),
    )


def store_answer(found: dict[int, bytes]) -> StoreAnswer:
    """The elements of a C-STORE-RSP. Raises `BrokenCommand` when it answers nothing."""
    return StoreAnswer(_number(found, _ANSWERED_MESSAGE_ID), _number(found, _STATUS))


def store_response(request: StoreRequest, status: int, comment: str = "") -> bytes:
    """A C-STORE-RSP (PS3.7 9.3.1.2); `comment` is cut to the 64 plain characters an LO element may hold."""
    body = b"".join(
        (
            _element(_AFFECTED_SOP_CLASS, _padded_uid(request.sop_class_uid)),
            _element(_COMMAND_FIELD, _US.pack(C_STORE_RSP)),
            _element(_ANSWERED_MESSAGE_ID, _US.pack(request.message_id)),
            _element(_DATA_SET_TYPE, _US.pack(NO_DATA_SET)),
            _element(_STATUS, _US.pack(status)),
            _element(_ERROR_COMMENT, _padded_text(comment)) if comment else b"",
            _element(_AFFECTED_SOP_INSTANCE, _padded_uid(request.sop_uid)),
        )
    )
    return _element(0x0000, struct.pack("<L", len(body))) + body


def data_pdu(context_id: int, command: bytes) -> bytes:
    """A P-DATA-TF with `command` as its only, last command fragment (PS3.8 9.3.5, E.2)."""
    return struct.pack(">BxLLBB", 0x04, len(command) + 6, len(command) + 2, context_id, 0x03) + command


def _number(found: dict[int, bytes], element: int) -> int:
    value = found.get(element, b"")
    if len(value) != _US.size:
        raise BrokenCommand(f"element (0000,{element:04X}) is missing or no number")
    number: int = _US.unpack(value)[0]
    return number


def _uid(found: dict[int, bytes], element: int) -> str:
    return found.get(element, b"").decode("ascii", "replace").strip(" \0")


def _element(element: int, value: bytes) -> bytes:
    return _ELEMENT.pack(0, element, len(value)) + value


def _padded_uid(uid: str) -> bytes:
    value = uid.encode("ascii", "replace")
    return value + b"\0" * (len(value) % 2)


def _padded_text(text: str) -> bytes:
    value = text.encode("ascii", "replace")[:64]
    return value + b" " * (len(value) % 2)
