"""A folder as a target: disks that are pulled, mounted elsewhere or full, and shares that do not answer."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.helpers.peers import wait_for
from tests.helpers.small_disk import small_disk
from vetpacs_desktop.store.backup.target import (
    TargetChanged,
    TargetError,
    TargetFull,
    TargetNotWritable,
    TargetUnreachable,
)
from vetpacs_desktop.store.backup.targets import disk, faults, known_again, volumes
from vetpacs_desktop.store.backup.targets.errands import Errands, NoAnswer
from vetpacs_desktop.store.backup.targets.known_again import Signs, difference, parsed
from vetpacs_desktop.store.backup.targets.local import LocalTarget

WRITER = """
import sys
from pathlib import Path
from vetpacs_desktop.store.backup.targets.local import LocalTarget
def blocks():
    for number in range(1000):
        if number == 5:
            print("half", flush=True)
            sys.stdin.read()
        yield b"new" * 100_000
LocalTarget("Disk", Path(sys.argv[1])).write("VetPACS/a", blocks())
"""


def test_a_program_that_is_killed_in_the_middle_leaves_the_old_file(tmp_path: Path) -> None:
    target = LocalTarget("Disk", tmp_path)
    target.write("VetPACS/a", [b"old"])
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with writer:
        assert writer.stdout is not None
        assert writer.stdout.readline().strip() == b"half"
        writer.send_signal(signal.SIGKILL)
    assert (tmp_path / "VetPACS/a").read_bytes() == b"old"
    assert [one.name for one in target.entries("VetPACS")] == ["VetPACS/a"]


def test_a_disk_that_is_not_plugged_in(tmp_path: Path) -> None:
    root = tmp_path / "media" / "disk"
    first = LocalTarget("Disk", root)
    identity = first.identity()
    root.rename(tmp_path / "pulled")
    with pytest.raises(TargetUnreachable, match="is not there"):
        LocalTarget("Disk", root, identity)
    with pytest.raises(TargetUnreachable, match="is not there"):
        first.write("VetPACS/a", [b"1"])
    assert not root.exists()
    root.mkdir()
    with pytest.raises(TargetChanged):
        LocalTarget("Disk", root, identity)
    assert list(root.iterdir()) == []


def test_a_disk_that_is_pulled_while_its_mount_point_stays(tmp_path: Path) -> None:
    """What is written then must not land in the folder below."""
    with small_disk(tmp_path, 16) as mounted:
        target = LocalTarget("Disk", mounted.outside)
        identity = target.identity()
        target.write("VetPACS/a", [b"1"])
        again = LocalTarget("Disk", mounted.outside, identity)
        subprocess.run([*mounted.entering, "umount", str(mounted.inside)], check=True)
        for one in (target, again):
            with pytest.raises(TargetError):
                one.write("VetPACS/b", [b"2"])
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path, 8) as mounted:
        target = LocalTarget("Disk", mounted.outside)
        target.write("VetPACS/small", [b"1"])
        with pytest.raises(TargetFull):
            target.write("VetPACS/large", [os.urandom(1 << 20)] * 20)
        with pytest.raises(TargetFull):
            list(target.write_many((f"VetPACS/{n}", [os.urandom(1 << 20)], 1 << 20) for n in range(20)))
        assert b"".join(target.read("VetPACS/small")) == b"1"
        assert target.size("VetPACS/large") is None
        assert not [path for path in mounted.outside.rglob(".part/*") if path.is_file()]
        room = target.space()
        assert room is not None
        assert room.total == 8 << 20


def test_a_mounted_share_that_does_not_answer_is_not_waited_for(tmp_path: Path) -> None:
    """Opening a pipe that nobody writes to waits for ever, as a share does whose server is gone."""
    target = LocalTarget("Share", tmp_path, patience=0.5, remote=True)
    target.write("VetPACS/a", [b"1"])
    os.mkfifo(tmp_path / "VetPACS/pipe")
    began = time.monotonic()
    with pytest.raises(TargetUnreachable, match="did not answer in time"):
        b"".join(target.read("VetPACS/pipe"))
    assert time.monotonic() - began < 5
    assert b"".join(target.read("VetPACS/a")) == b"1"
    target.close()
    with (tmp_path / "VetPACS/pipe").open("wb"):
        pass


def test_an_errand_that_fails_brings_its_error_and_the_next_one_goes_on() -> None:
    errands = Errands(5.0)
    with pytest.raises(ZeroDivisionError):
        errands.call(lambda: 1 // 0)
    assert errands.call(pow, 2, 3) == 8
    errands.close()
    with pytest.raises(NoAnswer):
        Errands(0.1).call(time.sleep, 1.0)


def test_what_is_read_back_comes_from_the_disk(tmp_path: Path) -> None:
    """After writing, none of the file is in the system's memory when it begins to be read."""
    fincore = "/usr/bin/fincore"
    if not Path(fincore).exists():
        pytest.skip("needs fincore (util-linux)")
    target = LocalTarget("Disk", tmp_path)
    target.write("VetPACS/a", [os.urandom(1 << 20)] * 8)
    file = tmp_path / "VetPACS/a"

    def cached() -> int:
        said = subprocess.run(
            [fincore, "-bnro", "RES", str(file)], capture_output=True, check=True, text=True
        )
        return int(said.stdout)

    file.read_bytes()
    if not cached():
        pytest.skip("this file system keeps nothing in memory")
    handle = disk.open_to_read(file)
    os.close(handle)
    if cached():
        pytest.skip("this file system keeps everything in memory")
    assert sum(map(len, target.read("VetPACS/a"))) == 8 << 20
    wait_for(lambda: cached() < 8 << 20)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(TargetNotWritable):
            LocalTarget("Disk", tmp_path).write("VetPACS/a", [b"1"])
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (errno.ENOSPC, TargetFull),
        (errno.EDQUOT, TargetFull),
        (errno.EROFS, TargetNotWritable),
        (errno.EACCES, TargetNotWritable),
        (errno.EIO, TargetUnreachable),
        (errno.ENODEV, TargetUnreachable),
        (errno.ESTALE, TargetUnreachable),
        (errno.EHOSTDOWN, TargetUnreachable),
        (errno.EINVAL, TargetError),
    ],
)
def test_what_the_systems_errors_mean(code: int, kind: type[TargetError]) -> None:
    fault = faults.of_system("Disk", OSError(code, os.strerror(code)))
    assert type(fault) is kind
    assert "Disk" in fault.sentence


def test_a_disk_is_told_from_another_by_its_number_and_its_mark() -> None:
    here = Signs("1234-ABCD", "aa")
    assert parsed(str(here)) == here
    assert parsed(str(Signs("//nas/with blanks in it", ""))) == Signs("//nas/with blanks in it", "")
    assert parsed("") == Signs()
    assert difference(here, here) == ""
    assert difference(here, Signs("", "aa")) == ""
    assert difference(Signs("1234-ABCD"), here) == ""
    assert "another disk" in difference(here, Signs("other", "aa"))
    assert "gone" in difference(here, Signs("1234-ABCD", ""))
    assert "another target" in difference(here, Signs("1234-ABCD", "bb"))
    assert known_again.read_mark(b"x" * 500) == ""
    assert known_again.read_mark(b"\xff\n") == ""


def test_the_volume_of_a_folder(tmp_path: Path) -> None:
    volume = volumes.volume_of(tmp_path)
    assert tmp_path.resolve().is_relative_to(volume.mount)
    assert volume.mount.is_mount()
    assert not volume.remote
    assert volumes.volume_of(volume.mount) == volume
    assert volumes.mounts_of("a volume that is not here") == []
    if volume.token:
        assert volume.mount in volumes.mounts_of(volume.token)
