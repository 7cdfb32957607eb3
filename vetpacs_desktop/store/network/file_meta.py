"""The head of a file whose data set came over the network: file meta information (PS3.10 7.1) as bytes.

It never looks into the data set, and it says nothing of who sent it or when.
"""

from __future__ import annotations

import struct

from vetpacs_desktop.store import conformance
from vetpacs_desktop.store.network.command_set import StoreRequest


def file_meta(request: StoreRequest, transfer_syntax: str) -> bytes:
    """The file meta information of a received object (PS3.10 7.1), packed by hand.

    It holds nothing about sender or time, so that the same object sent twice is the same file.
    """
    body = b"".join(
        (
            struct.pack("<HH2sHL", 2, 0x0001, b"OB", 0, 2) + b"\x00\x01",
            _ui(0x0002, request.sop_class_uid),
            _ui(0x0003, request.sop_uid),
            _ui(0x0010, transfer_syntax),
            _ui(0x0012, conformance.IMPLEMENTATION_CLASS_UID),
            _short(0x0013, b"SH", conformance.IMPLEMENTATION_VERSION.encode(), b" "),
        )
    )
    return struct.pack("<HH2sHL", 2, 0, b"UL", 4, len(body)) + body


def _ui(element: int, uid: str) -> bytes:
    return _short(element, b"UI", uid.encode("ascii", "replace"), b"\0")


def _short(element: int, vr: bytes, value: bytes, pad: bytes) -> bytes:
    value += pad * (len(value) % 2)
    return struct.pack("<HH2sH", 2, element, vr, len(value)) + value
