"""What a share's server answers when something fails (MS-ERREF 2.3), as one of the ways a target fails."""

from __future__ import annotations

from vetpacs_desktop.store.backup.target import (
    NotThere,
    TargetError,
    TargetFull,
    TargetNotWritable,
    TargetRefused,
    TargetUnreachable,
)
from vetpacs_desktop.store.backup.targets import faults

NO_NAME, NO_PATH, NO_FILE = 0xC0000034, 0xC000003A, 0xC000000F
NAME_TAKEN, IS_FOLDER, NOT_FOLDER, NOT_EMPTY = 0xC0000035, 0xC00000BA, 0xC0000103, 0xC0000101
ACCESS_DENIED, READ_ONLY_MEDIUM, SHARING, NO_SHARE = 0xC0000022, 0xC00000A2, 0xC0000043, 0xC00000CC
END_OF_FILE, NO_MORE_FILES = 0xC0000011, 0x80000006
DELETE_PENDING = 0xC0000056
MISSING = frozenset({NO_NAME, NO_PATH, NO_FILE, DELETE_PENDING})
_FULL = frozenset({0xC000007F, 0xC0000044, 0xC0000802, 0xC0000904})
"""Disk full, quota exceeded, disk quota exceeded, file too large."""
_ACCOUNT = {
    0xC000006D: "the name or the password is wrong",
    0xC000006A: "the password is wrong",
    0xC0000064: "there is no such account",
    0xC000006E: "this account is restricted there",
    0xC000006F: "this account may not log in at this hour",
    0xC0000070: "this account may not log in from this computer",
    0xC0000071: "the password has expired",
    0xC0000072: "this account is switched off",
    0xC0000193: "this account has expired",
    0xC0000224: "the password must be changed first",
    0xC0000234: "this account is locked for a while after wrong passwords",
    0xC000015B: "this account may not log in over the network",
}
_GONE = frozenset(
    {
        0xC00000C9,
        0xC0000203,
        0xC000035C,
        0xC000020C,
        0xC000020D,
        0xC00000B5,
        0xC00000BE,
        0xC0000128,
        0xC000026E,
    }
)
"""The share, the session or the connection ended; the volume was taken off."""


def of_status(target: str, status: int, name: str, stage: str = "") -> TargetError:
    """The fault behind a status. `name`: the file it was about; `stage`: see `smb_link.Refused`."""
    if status in _ACCOUNT or (stage == "login" and status == ACCESS_DENIED):
        return TargetRefused(target=target, reason=_ACCOUNT.get(status, "it refuses this account"))
    if status == NO_SHARE:
        return TargetError(
            target=target, reason="that computer has no share of this name; correct the name of the share"
        )
    if stage == "share" and status == ACCESS_DENIED:
        return TargetRefused(target=target, reason="this account may not use the share")
    if status in MISSING:
        return NotThere(target=target, name=name or "such folder")
    if status in _FULL:
        return TargetFull(target=target)
    if status in (ACCESS_DENIED, READ_ONLY_MEDIUM):
        reason = "permission denied" if status == ACCESS_DENIED else "the disk there is read-only"
        return TargetNotWritable(target=target, reason=reason)
    if status in (NAME_TAKEN, IS_FOLDER, NOT_FOLDER, NOT_EMPTY):
        return faults.taken(target, name)
    if status == SHARING:
        return TargetError(target=target, reason=f"another program holds {name} open; close it there")
    if status in _GONE:
        return TargetUnreachable(target=target, reason="the share was ended there")
    return TargetError(target=target, reason=f"its server answered with the error {status:#010x}")
