"""Is a folder on another computer? There the system's events about files can't be relied on.

It only asks the system about its mounts and never touches the folder itself, which may not answer for long.
"""

from __future__ import annotations

import sys
from pathlib import Path

import psutil

NETWORK = (
    "nfs",
    "cifs",
    "smb",
    "afp",
    "webdav",
    "davfs",
    "ncp",
    "9p",
    "fuse",
    "vboxsf",
    "vmhgfs",
    "prl_fs",
    "drvfs",
    "ceph",
    "gluster",
    "afs",
    "autofs",
)
"""Starts of the names of file systems; "fuse" is sshfs, rclone and virtual machines' shared folders."""
LOCAL_FUSE = ("fuseblk", "fusectl")
"""NTFS and exFAT disks."""
DRIVE_REMOTE = 4
"""Windows: GetDriveType."""


def is_network(folder: Path) -> bool:
    """Whether `folder` is on a network share, as far as the system knows."""
    if sys.platform == "win32":
        return _is_network_drive(folder)
    kind = kind_of(folder)
    return kind.startswith(NETWORK) and not kind.startswith(LOCAL_FUSE)


def kind_of(folder: Path) -> str:
    """The name of the file system `folder` is on, in lower case; empty when unknown."""
    best, kind = -1, ""
    for part in psutil.disk_partitions(all=True):
        try:
            inside = folder.is_relative_to(part.mountpoint)
        except ValueError:
            continue
        if inside and len(part.mountpoint) >= best:  # a later mount covers an earlier one
            best, kind = len(part.mountpoint), part.fstype.lower()
    return kind


if sys.platform == "win32":

    def _is_network_drive(folder: Path) -> bool:
        import ctypes

        unc = str(folder).startswith("\\\\")
        return unc or bool(ctypes.windll.kernel32.GetDriveTypeW(folder.anchor) == DRIVE_REMOTE)
