"""Which volume a folder lies on, told apart by what the volume itself carries, and where it is mounted now.

It asks the system about its mounts; it never reads what is on a disk, mounts or ejects nothing.
"""

from __future__ import annotations

import os
import plistlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from vetpacs_desktop.store.intake.sources.mounts import Linux

NETWORK = ("nfs", "cifs", "smb", "afp", "webdav", "davfs", "ncp", "9p", "fuse", "vboxsf", "vmhgfs", "afs")
"""Starts of the names of file systems that lie on another computer."""
LOCAL_FUSE = ("fuseblk", "fusectl")
"""NTFS and exFAT disks."""
WINDOWS_REMOTE = 4
"""GetDriveTypeW's DRIVE_REMOTE."""
MAC_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Volume:
    """What a folder lies on."""

    token: str
    """The file system's serial number, or the share it comes from; empty when it has neither."""
    mount: Path
    """Where it is mounted."""
    remote: bool
    """On another computer: it may stop to answer."""


def volume_of(folder: Path) -> Volume:
    """The volume below an existing folder. Raises `OSError`."""
    folder = folder.resolve()
    if sys.platform == "win32":
        return _windows_volume(folder)
    best: Volume | None = None
    for one in psutil.disk_partitions(all=True):
        mount = Path(one.mountpoint)
        if folder.is_relative_to(mount) and (best is None or len(mount.parts) >= len(best.mount.parts)):
            best = _unnamed(one.fstype, mount)  # a later mount covers an earlier one
            device = one.device
    if best is None:
        return Volume("", Path(folder.anchor), False)
    return Volume(_token(device, best), best.mount, best.remote)


def mounts_of(token: str) -> list[Path]:
    """Where a volume with this token is mounted now."""
    if not token:
        return []
    if sys.platform == "win32":
        roots = [Path(one.mountpoint) for one in psutil.disk_partitions(all=False)]
    else:
        roots = [Path(one.mountpoint) for one in psutil.disk_partitions(all=True) if _may_carry(one.device)]
    return [root for root in roots if _token_of(root) == token]


def _token_of(root: Path) -> str:
    try:
        return volume_of(root).token
    except OSError:  # pulled a moment ago
        return ""


def _may_carry(device: str) -> bool:
    return device.startswith(("/dev/", "//")) or ":/" in device


def _unnamed(kind: str, mount: Path) -> Volume:
    kind = kind.lower()
    return Volume("", mount, kind.startswith(NETWORK) and not kind.startswith(LOCAL_FUSE))


def _token(device: str, volume: Volume) -> str:
    if volume.remote:
        return device
    if not device.startswith("/dev/"):
        return ""
    if sys.platform == "darwin":
        return _mac_serial(volume.mount)
    return Linux().serial(os.path.realpath(device))


def _mac_serial(mount: Path) -> str:
    try:
        answer = subprocess.run(
            ["/usr/sbin/diskutil", "info", "-plist", str(mount)],
            capture_output=True,
            timeout=MAC_SECONDS,
            check=True,
        )
        return str(plistlib.loads(answer.stdout).get("VolumeUUID", ""))
    except (OSError, subprocess.SubprocessError, plistlib.InvalidFileException, ValueError):
        return ""


if sys.platform == "win32":

    def _windows_volume(folder: Path) -> Volume:
        import ctypes

        anchor = Path(folder.anchor)
        unc = folder.anchor.startswith("\\\\")
        remote = unc or ctypes.windll.kernel32.GetDriveTypeW(folder.anchor) == WINDOWS_REMOTE
        # Python fills in the volume's serial number (dwVolumeSerialNumber), in some versions longer.
        return Volume(f"{anchor.stat().st_dev & 0xFFFFFFFF:08X}", anchor, bool(remote))
