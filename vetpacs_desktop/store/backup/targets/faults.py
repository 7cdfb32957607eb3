"""What the system says when a disk or a connection fails, as one of the ways in which a target fails.

Sentences never hold more than the system's own words for the error: no account, no password.
"""

from __future__ import annotations

import errno
import os
import socket

from vetpacs_desktop.store.backup.target import (
    TargetError,
    TargetFull,
    TargetNotWritable,
    TargetUnreachable,
)

_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_GONE = frozenset(
    getattr(errno, name)
    for name in (
        *("EIO", "ENODEV", "ENXIO", "ENOTCONN", "ESTALE", "EHOSTDOWN", "EHOSTUNREACH", "ENETUNREACH"),
        *("ENETDOWN", "ETIMEDOUT", "ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "EPIPE", "ESHUTDOWN"),
        *("ENOTBLK", "EREMOTEIO", "ENOMEDIUM"),
    )
    if hasattr(errno, name)
)
_WINDOWS_GONE = frozenset({21, 53, 55, 59, 64, 67, 121, 433, 1117, 1167, 1231, 1232, 1236})
"""Codes of Windows for a drive or share that does not answer any more (winerror.h)."""
_WINDOWS_FULL = frozenset({39, 112, 1295})
_WINDOWS_FORBIDDEN = frozenset({5, 19, 65})


def of_system(target: str, error: OSError) -> TargetError:
    """The fault behind an error of the system."""
    code, windows = error.errno, getattr(error, "winerror", None)
    if code in _FULL or windows in _WINDOWS_FULL:
        return TargetFull(target=target)
    if code in _FORBIDDEN or windows in _WINDOWS_FORBIDDEN:
        return TargetNotWritable(target=target, reason=words(error))
    if code in _GONE or windows in _WINDOWS_GONE or isinstance(error, TimeoutError | ConnectionError):
        return TargetUnreachable(target=target, reason=words(error))
    if code in (errno.EISDIR, errno.ENOTEMPTY, errno.ENOTDIR):
        return taken(target, "")
    return TargetError(target=target, reason=words(error))


def words(error: OSError) -> str:
    """The system's words, in plain language where there are some."""
    if isinstance(error, socket.gaierror):
        return "no computer of that name is known here"
    if isinstance(error, ConnectionRefusedError):
        return "nothing answers at that address and port"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, ConnectionError):
        return "the connection was cut"
    if error.errno == errno.EROFS:
        return "the disk is read-only"
    return (error.strerror or (os.strerror(error.errno) if error.errno else "") or "unknown").lower()


def taken(target: str, name: str) -> TargetError:
    """A folder stands where a file should be, or the other way round."""
    what = f"the name {name} is" if name else "a name is"
    return TargetError(
        target=target, reason=f"{what} taken by a folder there, or by a file; rename or delete it"
    )


def wrong_length(target: str, name: str, written: int, wanted: int) -> TargetError:
    """A file came out in another length than it was announced."""
    return TargetError(
        target=target, reason=f"{name} has {written} bytes and not {wanted}; it was not put in place"
    )
