"""Sticks and discs: which mounts are media, and that coming and going is told once."""

import ctypes
import threading
from pathlib import Path
from typing import Any

import pytest

from vetpacs_desktop.store.intake.sources.mounts import (
    Linux,
    Medium,
    MediumKind,
    Mounted,
    MountWatch,
    disk_of,
    linux_media,
    mac_media,
    mounted,
    windows_media,
)

STICK = Medium(Path("/media/vet/XYZ"), "XYZ", MediumKind.STICK, "1234-ABCD")
DISC = Medium(Path("/media/vet/CT_DISC"), "CT_DISC", MediumKind.DISC, "disc:CT_DISC")


class Desk:
    """A computer whose mounts a test changes, and what its watch told."""

    def __init__(self, *media: Medium) -> None:
        self.media = list(media)
        self.told: list[tuple[str, str]] = []
        self.watch = MountWatch(lambda: list(self.media), seconds=0.01)
        self.watch.plugged.subscribe(lambda medium: self.told.append(("plugged", medium.name)))
        self.watch.pulled.subscribe(lambda medium: self.told.append(("pulled", medium.name)))


def test_what_is_there_at_the_start_is_not_news() -> None:
    desk = Desk(STICK)
    desk.watch.look_once()
    desk.watch.look_once()
    assert desk.told == []
    assert desk.watch.known == (STICK,)


def test_plugging_and_pulling_are_told_once() -> None:
    desk = Desk()
    desk.watch.look_once()
    desk.media.append(STICK)
    desk.watch.look_once()
    desk.watch.look_once()
    desk.media = [DISC]
    desk.watch.look_once()
    assert desk.told == [("plugged", "XYZ"), ("pulled", "XYZ"), ("plugged", "CT_DISC")]


def test_another_stick_at_the_same_place_is_another_stick() -> None:
    desk = Desk(STICK)
    desk.watch.look_once()
    desk.media = [Medium(STICK.path, "OTHER", MediumKind.STICK, "9999-0000")]
    desk.watch.look_once()
    assert desk.told == [("pulled", "XYZ"), ("plugged", "OTHER")]


def test_asking_for_one_tells_what_changed() -> None:
    desk = Desk(STICK)
    desk.watch.look_once()
    assert desk.watch.has(STICK)
    desk.media.clear()
    assert not desk.watch.has(STICK)
    desk.media.append(STICK)
    assert desk.watch.has(STICK)
    assert desk.told == [("pulled", "XYZ"), ("plugged", "XYZ")]


def test_a_look_that_fails_pulls_nothing(caplog: pytest.LogCaptureFixture) -> None:
    state = {"broken": False}

    def look() -> list[Medium]:
        if state["broken"]:
            raise OSError(5, "no list today")
        return [STICK]

    told: list[Medium] = []
    watch = MountWatch(look)
    watch.pulled.subscribe(told.append)
    watch.look_once()
    state["broken"] = True
    watch.look_once()
    state["broken"] = False
    watch.look_once()
    assert told == []
    assert "can't be listed" in caplog.text


def test_the_thread_tells_and_ends() -> None:
    desk = Desk()
    came = threading.Event()
    desk.watch.plugged.subscribe(lambda medium: came.set() if medium == STICK else None)
    desk.watch.start()
    desk.watch.start()
    desk.media.append(DISC)
    while not desk.watch.known:
        threading.Event().wait(0.005)
    desk.media.append(STICK)
    assert came.wait(10)
    desk.watch.stop()
    desk.media.clear()
    threading.Event().wait(0.05)
    assert desk.told[-1] == ("plugged", "XYZ")
    assert "mounts" not in [thread.name for thread in threading.enumerate()]


@pytest.fixture
def linux(tmp_path: Path) -> Linux:
    """A computer with a fixed disk (sda), a stick (sdb), a USB disk (sdc) and a serial number for sdb1."""
    for disk, where, removable in (("sda", "ata1", "0"), ("sdb", "usb1/1-2", "1"), ("sdc", "usb2/2-1", "0")):
        folder = tmp_path / "sys" / "devices" / where / disk
        folder.mkdir(parents=True)
        (folder / "removable").write_text(f"{removable}\n")
        (tmp_path / "sys" / "block").mkdir(exist_ok=True)
        (tmp_path / "sys" / "block" / disk).symlink_to(folder)
    (tmp_path / "dev" / "disk" / "by-uuid").mkdir(parents=True)
    (tmp_path / "dev" / "disk" / "by-uuid" / "1234-ABCD").symlink_to("../../sdb1")
    return Linux(tmp_path)


def test_linux_media_are_what_people_plug_in(linux: Linux) -> None:
    found = linux_media(
        [
            Mounted("/dev/sda1", "/", "ext4"),
            Mounted("/dev/sda2", "/mnt/archive", "ext4"),
            Mounted("/dev/sdb1", "/media/vet/XYZ", "vfat"),
            Mounted("/dev/sdc1", "/mnt/usbdisk", "ntfs3"),
            Mounted("/dev/sr0", "/run/media/vet/CT_DISC", "udf"),
            Mounted("/dev/loop7", "/snap/core/1", "squashfs"),
            Mounted("/dev/loop3", "/srv/images/disc", "iso9660"),
            Mounted("nas:/images", "/media/nas", "nfs"),
        ],
        linux,
    )
    assert [(medium.name, medium.kind) for medium in found] == [
        ("XYZ", MediumKind.STICK),
        ("usbdisk", MediumKind.STICK),
        ("CT_DISC", MediumKind.DISC),
        ("disc", MediumKind.DISC),
    ]
    assert found[0].token == "1234-ABCD"
    assert found[0].path == Path("/media/vet/XYZ")
    assert found[2].token == "disc:CT_DISC"


def test_mac_media_are_the_finders() -> None:
    found = mac_media(
        [
            Mounted("/dev/disk1s1", "/", "apfs"),
            Mounted("/dev/disk4s1", "/Volumes/XYZ", "msdos"),
            Mounted("/dev/disk5", "/Volumes/CT_DISC", "cd9660"),
            Mounted("/dev/disk1s4", "/Volumes/Recovery", "apfs", ("local", "nobrowse")),
            Mounted("//vet@nas/images", "/Volumes/images", "smbfs"),
        ]
    )
    assert [(medium.name, medium.kind) for medium in found] == [
        ("XYZ", MediumKind.STICK),
        ("CT_DISC", MediumKind.DISC),
    ]


class Windows:
    """kernel32 as documented: C: fixed, D: an empty disc drive, E: a stick, F: a disc; A: not to be asked."""

    drives = {"C:\\": 3, "D:\\": 5, "E:\\": 2, "F:\\": 5}
    labels = {"E:\\": ("XYZ", 0x1234ABCD), "F:\\": ("", 7)}

    def __init__(self) -> None:
        self.mode = 0

    def GetLogicalDrives(self) -> int:  # noqa: N802
        return 0b111101

    def GetDriveTypeW(self, root: str) -> int:  # noqa: N802
        assert root != "A:\\"
        return self.drives[root]

    def GetVolumeInformationW(self, root: str, label: Any, length: int, serial: Any, *rest: Any) -> int:  # noqa: N802
        assert self.mode == 1, "an empty drive would open a dialog"
        if root not in self.labels:
            return 0
        label.value, number = self.labels[root]
        ctypes.cast(serial, ctypes.POINTER(ctypes.c_uint32)).contents.value = number
        return 1

    def SetErrorMode(self, mode: int) -> int:  # noqa: N802
        before, self.mode = self.mode, mode
        return before


def test_windows_media_are_removable_and_optical_drives_with_something_in_them() -> None:
    kernel = Windows()
    found = windows_media(kernel)
    assert [(str(medium.path), medium.name, medium.kind, medium.token) for medium in found] == [
        ("E:\\", "XYZ", MediumKind.STICK, "1234ABCD"),
        ("F:\\", "F:", MediumKind.DISC, "00000007"),
    ]
    assert kernel.mode == 0


@pytest.mark.parametrize(
    ("device", "disk"),
    [
        ("/dev/sdb1", "sdb"),
        ("/dev/sdb", "sdb"),
        ("/dev/mmcblk0p1", "mmcblk0"),
        ("/dev/mmcblk0", "mmcblk0"),
        ("/dev/nvme0n1p2", "nvme0n1"),
        ("/dev/sr0", "sr0"),
        ("/dev/loop3", "loop3"),
    ],
)
def test_the_disk_of_a_partition(device: str, disk: str) -> None:
    assert disk_of(device) == disk


def test_this_computers_own_list_can_be_read() -> None:
    for medium in mounted():
        assert medium.path.is_absolute()
        assert medium.name
