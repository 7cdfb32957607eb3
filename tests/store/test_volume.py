"""Many files are made durable at once, and where that can't be, each by itself; a failure is never silent."""

import os
import sys
from pathlib import Path

import pytest

from vetpacs_desktop.store import volume


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    made = [tmp_path / f"{number}.dcm" for number in range(3)]
    for path in made:
        path.write_bytes(b"x" * 1000)
    return made


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The inodes that were flushed one by one."""
    seen: list[int] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        seen.append(os.fstat(handle).st_ino)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no call for a whole volume")
def test_a_batch_costs_one_flush_of_the_volume(files: list[Path], flushed: list[int]) -> None:
    volume.make_durable(files)
    assert flushed == []


def test_a_single_file_is_flushed_alone(files: list[Path], flushed: list[int]) -> None:
    volume.make_durable(files[:1])
    assert flushed == [files[0].stat().st_ino]


def test_on_an_old_kernel_that_hides_failures_each_file_is_flushed(
    files: list[Path], flushed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volume, "TELLS_OF_ERRORS", (99, 0))
    volume._syncfs.cache_clear()
    try:
        volume.make_durable(files)
    finally:
        volume._syncfs.cache_clear()
    assert flushed == [path.stat().st_ino for path in files]


def test_nothing_to_do_is_no_error() -> None:
    volume.make_durable([])


def test_a_file_that_is_gone_is_told_of(files: list[Path]) -> None:
    files[0].unlink()
    with pytest.raises(FileNotFoundError):
        volume.make_durable(files)
