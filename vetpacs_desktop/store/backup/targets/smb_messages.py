"""The few messages of SMB 2 that a backup needs, as bytes (MS-SMB2 2.2), and what their answers hold.

Pure: it knows no connection. `smbprotocol` has a class for each of them, which costs more time than the disk.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

SAME_FILE = b"\xff" * 16
"""The file that an earlier message of the same compound opened (3.2.4.1.4)."""
CREATE, CLOSE, FLUSH, READ, WRITE, QUERY_DIRECTORY, QUERY_INFO, SET_INFO = 5, 6, 7, 8, 9, 14, 16, 17

GENERIC_READ, GENERIC_WRITE, DELETE = 0x80000000, 0x40000000, 0x00010000
LIST, READ_ATTRIBUTES, SYNCHRONIZE = 0x0001, 0x0080, 0x00100000
"""Access masks (2.2.13.1)."""
SHARE_NOTHING, SHARE_ALL = 0, 7
OPEN, MAKE_NEW, OPEN_OR_MAKE = 1, 2, 3
"""Dispositions (2.2.13)."""
A_FOLDER, A_FILE, DELETE_ON_CLOSE = 0x1, 0x40, 0x1000
"""Options (2.2.13)."""
FOLDER_ATTRIBUTE = 0x10
_UNIT = 65536
"""Bytes that one credit pays for (3.1.5.2)."""
_EPOCH = 11_644_473_600
"""Seconds from 1601 to 1970."""
_RENAME, _FS_FULL_SIZE, _DIRECTORY = 10, 7, 1
_AFILE, _AVOLUME = 1, 2
_LISTING = 1 << 20


@dataclass(frozen=True, slots=True)
class Message:
    """One request without its header: `fixed` and then `data`."""

    command: int
    fixed: bytes
    data: bytes = b""
    pays: int = 1
    """Bytes that it or its answer carries."""

    @property
    def charge(self) -> int:
        """Credits that it costs where the server counts them by size."""
        return (max(self.pays, 1) - 1) // _UNIT + 1


def create(name: str, access: int, share: int, disposition: int, options: int) -> Message:
    """Open or make `name` (with `/`; empty: the share's root). 2.2.13."""
    path = name.replace("/", "\\").encode("utf-16-le")
    head = (57, 0, 0, 2, 0, 0, access | SYNCHRONIZE, 0, share, disposition, options, 120, len(path), 0, 0)
    return Message(CREATE, struct.pack("<HBBLQQLLLLLHHLL", *head), path or b"\0\0")


def write(data: bytes, offset: int, file: bytes = SAME_FILE) -> Message:
    """2.2.21."""
    head = struct.pack("<HHLQ16sLLHHL", 49, 112, len(data), offset, file, 0, 0, 0, 0, 0)
    return Message(WRITE, head, data, len(data))


def read(length: int, offset: int, file: bytes = SAME_FILE) -> Message:
    """2.2.19."""
    head = struct.pack("<HBBLQ16sLLLHH", 49, 0x50, 0, length, offset, file, 0, 0, 0, 0, 0)
    return Message(READ, head, b"\0", length)


def flush(file: bytes = SAME_FILE) -> Message:
    """2.2.17."""
    return Message(FLUSH, struct.pack("<HHL16s", 24, 0, 0, file))


def close(file: bytes = SAME_FILE) -> Message:
    """2.2.15."""
    return Message(CLOSE, struct.pack("<HHL16s", 24, 0, 0, file))


def rename(new: str, file: bytes = SAME_FILE, *, replace: bool = True) -> Message:
    """2.2.39 with FileRenameInformation (MS-FSCC 2.4.37.2); Windows wants 24 bytes at least."""
    path = new.replace("/", "\\").encode("utf-16-le")
    what = struct.pack("<B7xQL", replace, 0, len(path)) + path
    what += bytes(max(0, 24 - len(what)))
    return Message(SET_INFO, struct.pack("<HBBLHHL16s", 33, _AFILE, _RENAME, len(what), 96, 0, 0, file), what)


def listing(file: bytes) -> Message:
    """2.2.33 with FileDirectoryInformation."""
    pattern = "*".encode("utf-16-le")
    head = struct.pack("<HBBL16sHHL", 33, _DIRECTORY, 0, 0, file, 96, len(pattern), _LISTING)
    return Message(QUERY_DIRECTORY, head, pattern, _LISTING)


def volume_size(file: bytes = SAME_FILE) -> Message:
    """2.2.37 with FileFsFullSizeInformation."""
    head = struct.pack("<HBBLHHLLL16s", 41, _AVOLUME, _FS_FULL_SIZE, 32, 0, 0, 0, 0, 0, file)
    return Message(QUERY_INFO, head, b"\0")


@dataclass(frozen=True, slots=True)
class Opened:
    """What a create answered (2.2.14)."""

    file: bytes
    size: int
    is_folder: bool


def opened(answer: bytes) -> Opened:
    """Read the answer to `create`."""
    size, attributes = struct.unpack_from("<QL", answer, 48)
    return Opened(answer[64:80], size, bool(attributes & FOLDER_ATTRIBUTE))


def data_of(answer: bytes) -> bytes:
    """The bytes in the answer to `read` (2.2.20)."""
    offset, length = struct.unpack_from("<xxBxL", answer)
    return answer[offset - 64 : offset - 64 + length]


def written(answer: bytes) -> int:
    """How many bytes a `write` took (2.2.22)."""
    return int(struct.unpack_from("<4xL", answer)[0])


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a folder."""

    name: str
    size: int
    changed: float
    is_folder: bool


def listed(answer: bytes) -> Iterator[Listed]:
    """The lines in the answer to `listing` (2.2.34, MS-FSCC 2.4.10)."""
    offset, length = struct.unpack_from("<xxHL", answer)
    lines = answer[offset - 64 : offset - 64 + length]
    place = 0
    while lines:
        following, changed, size, attributes, bytes_of_name = struct.unpack_from(
            "<L4x16xQ8xQ8xLL", lines, place
        )
        name = lines[place + 64 : place + 64 + bytes_of_name].decode("utf-16-le", "replace")
        if name not in (".", ".."):
            yield Listed(name, size, changed / 1e7 - _EPOCH, bool(attributes & FOLDER_ATTRIBUTE))
        if not following:
            return
        place += following


def space_of(answer: bytes) -> tuple[int, int]:
    """(free for this account, total) bytes in the answer to `volume_size` (2.2.38, MS-FSCC 2.5.4)."""
    offset = struct.unpack_from("<xxH", answer)[0] - 64
    total, free, _, sectors, size = struct.unpack_from("<QQQLL", answer, offset)
    return free * sectors * size, total * sectors * size
