"""Which sticks and discs are plugged in, and which came or went, from the system's list of mounts.

It owns the watch's thread. It never reads what is on a medium, never mounts or ejects one, and never waits
for one that does not answer: the list is the system's, not the medium's.
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import Any, Protocol, TypeAlias

import psutil

from vetpacs_desktop.events import Event

LOG = logging.getLogger(__name__)

SECONDS = 2.0
"""A stick is offered about this long after the system has made it readable."""
DISC_SYSTEMS = frozenset({"iso9660", "udf", "cd9660", "cdfs"})
PLUGGED_FOLDERS = ("/media", "/run/media")
"""Where desktops mount what somebody plugs in."""
MOUNT_FOLDERS = ("/mnt", *PLUGGED_FOLDERS)
MAC_FOLDER = "/Volumes"
PARTITIONS_OF_A_DISK = ("mmcblk", "nvme", "loop", "nbd")
"""Linux puts a p between these disks' names and the number of a partition."""
WINDOWS_REMOVABLE, WINDOWS_DISC = 2, 5
"""GetDriveTypeW's DRIVE_REMOVABLE and DRIVE_CDROM."""
NO_DIALOG_FOR_EMPTY_DRIVES = 1
"""SEM_FAILCRITICALERRORS"""
FLOPPIES = ("A:\\", "B:\\")
"""Asking an empty floppy drive makes it rattle for seconds."""


class MediumKind(Enum):
    """What a person holds in the hand."""

    STICK = "stick"
    """A USB stick, a memory card, a USB disk."""
    DISC = "disc"
    """A CD, DVD or Blu-ray, or the image of one that somebody mounted."""


@dataclass(frozen=True, slots=True)
class Medium:
    """One medium that is plugged in and readable."""

    path: Path
    name: str
    """As the system shows it; the folder's or drive's name when it has no label."""
    kind: MediumKind
    token: str
    """The same for the same medium wherever it is mounted: its file system's serial number, else its name."""


Look: TypeAlias = Callable[[], Sequence[Medium]]


class MountWatch:
    """Asks `look` every few seconds in a thread of its own and tells of differences.

    What is there at the first look is known, not plugged. Listeners run in the watch's thread.
    """

    def __init__(self, look: Look | None = None, seconds: float = SECONDS) -> None:
        self.plugged: Event[Medium] = Event()
        self.pulled: Event[Medium] = Event()
        self.look = look or mounted
        self._seconds = seconds
        self._known: dict[tuple[Path, str], Medium] | None = None
        self._looking = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def known(self) -> tuple[Medium, ...]:
        """What was plugged in at the last look; answers at once."""
        return tuple((self._known or {}).values())

    def has(self, medium: Medium) -> bool:
        """Whether a medium is where it was, asked at this moment; from any thread but the window's."""
        self.look_once()
        return (medium.path, medium.token) in (self._known or {})

    def start(self) -> None:
        """Begin to watch."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="mounts", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread; nothing more is told."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(5.0)
            self._thread = None

    def look_once(self) -> None:
        """One look, and telling what came and went since the last; a look that fails changes nothing."""
        with self._looking:
            found = self._looked()
            if found is not None:
                self._tell(found)

    def _tell(self, found: Sequence[Medium]) -> None:
        fresh = {(medium.path, medium.token): medium for medium in found}
        before, self._known = self._known, fresh
        if before is None:
            return
        for key in before.keys() - fresh.keys():
            self.pulled.emit(before[key])
        for key in fresh.keys() - before.keys():
            self.plugged.emit(fresh[key])

    def _run(self) -> None:
        while not self._ended.is_set():
            self.look_once()
            self._ended.wait(self._seconds)

    def _looked(self) -> Sequence[Medium] | None:
        try:
            return self.look()
        except (OSError, RuntimeError, ValueError):
            LOG.warning("The mounts can't be listed at the moment", exc_info=True)
            return None


def mounted() -> tuple[Medium, ...]:
    """The sticks and discs of this computer, by where they are mounted. Raises `OSError`."""
    if os.name == "nt":
        found = windows_media(vars(ctypes)["windll"].kernel32)
    else:
        partitions = [
            Mounted(one.device, one.mountpoint, one.fstype.lower(), tuple(one.opts.split(",")))
            for one in psutil.disk_partitions(all=False)
        ]
        found = mac_media(partitions) if sys.platform == "darwin" else linux_media(partitions, Linux())
    return tuple(sorted(found, key=lambda medium: str(medium.path)))


@dataclass(frozen=True, slots=True)
class Mounted:
    """One line of the system's list of mounts."""

    device: str
    place: str
    system: str
    """The file system's name in small letters."""
    options: tuple[str, ...] = ()


class Kernel(Protocol):
    """The calls of Windows' kernel32 that are needed, by its own names."""

    def GetLogicalDrives(self) -> int: ...  # noqa: N802

    def GetDriveTypeW(self, root: str) -> int: ...  # noqa: N802

    def GetVolumeInformationW(self, root: str, label: Any, length: int, serial: Any, *rest: Any) -> int: ...  # noqa: N802

    def SetErrorMode(self, mode: int) -> int: ...  # noqa: N802


class Linux:
    """What Linux says of a disk; `root` stands for / in tests."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root

    def removable(self, device: str) -> bool:
        """Whether the disk behind a partition (/dev/sdb1) can be taken out, or hangs on a USB cable."""
        disk = self._root / "sys" / "block" / disk_of(device)
        try:
            if (disk / "removable").read_text().strip() == "1":
                return True
            return "/usb" in os.path.realpath(disk)
        except OSError:
            return False

    def serial(self, device: str) -> str:
        """The file system's own serial number, empty when udev knows none."""
        try:
            for entry in (self._root / "dev" / "disk" / "by-uuid").iterdir():
                if entry.readlink().name == PurePosixPath(device).name:
                    return entry.name
        except OSError:
            return ""
        return ""


def linux_media(partitions: Iterable[Mounted], system: Linux) -> list[Medium]:
    """Which lines are sticks or discs: what desktops mount for people, and what can be taken out."""
    found = []
    for one in partitions:
        if not one.device.startswith("/dev/") or one.system == "squashfs":  # programs packed as snaps
            continue
        disc = one.system in DISC_SYSTEMS
        plugged = _below(one.place, PLUGGED_FOLDERS)
        if not (disc or plugged or (_below(one.place, MOUNT_FOLDERS) and system.removable(one.device))):
            continue
        kind = MediumKind.DISC if disc else MediumKind.STICK
        found.append(_medium(one.place, PurePosixPath(one.place).name, kind, system.serial(one.device)))
    return found


def mac_media(partitions: Iterable[Mounted]) -> list[Medium]:
    """What the Finder shows beside the computer's own disk; hidden volumes are the system's."""
    return [
        _medium(
            one.place,
            PurePosixPath(one.place).name,
            MediumKind.DISC if one.system in DISC_SYSTEMS else MediumKind.STICK,
            "",
        )
        for one in partitions
        if _below(one.place, (MAC_FOLDER,))
        and one.device.startswith("/dev/")
        and "nobrowse" not in one.options
        and not PurePosixPath(one.place).name.startswith("com.apple.")
    ]


def disk_of(device: str) -> str:
    """The disk that a partition lies on: ``/dev/sdb1`` -> ``sdb``, ``/dev/mmcblk0p1`` -> ``mmcblk0``."""
    name = PurePosixPath(device).name
    bare = name.rstrip("0123456789")
    if name.startswith(PARTITIONS_OF_A_DISK):
        return bare[:-1] if bare.endswith("p") and bare != name and bare[:-1][-1:].isdigit() else name
    return name if name.startswith("sr") else bare


def _below(place: str, folders: Sequence[str]) -> bool:
    return any(place.startswith(folder + "/") for folder in folders)


def _medium(place: str, label: str, kind: MediumKind, serial: str) -> Medium:
    return Medium(Path(place), label, kind, serial or f"{kind.value}:{label}")


def windows_media(kernel: Kernel) -> list[Medium]:
    """Drives that Windows calls removable or optical and that hold a medium now."""
    letters = kernel.GetLogicalDrives()
    roots = [f"{chr(ord('A') + bit)}:\\" for bit in range(26) if letters >> bit & 1]
    before = kernel.SetErrorMode(NO_DIALOG_FOR_EMPTY_DRIVES)
    try:
        found = [_windows_medium(kernel, root) for root in roots if root not in FLOPPIES]
    finally:
        kernel.SetErrorMode(before)
    return [medium for medium in found if medium is not None]


def _windows_medium(kernel: Kernel, root: str) -> Medium | None:
    kind = kernel.GetDriveTypeW(root)
    if kind not in (WINDOWS_REMOVABLE, WINDOWS_DISC):
        return None
    label, serial = ctypes.create_unicode_buffer(261), ctypes.c_uint32()
    if not kernel.GetVolumeInformationW(root, label, len(label), ctypes.byref(serial), None, None, None, 0):
        return None
    medium = MediumKind.DISC if kind == WINDOWS_DISC else MediumKind.STICK
    return _medium(root, label.value or root[:2], medium, f"{serial.value:08X}")
