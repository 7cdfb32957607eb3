"""A disk of a few megabytes of its own, for tests of what happens when it is full.

A tmpfs in a mount namespace that an ordinary account may make (Linux); elsewhere the test is skipped.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

READY = "ready"


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """The disk is mounted at `inside` for programs that are started with `entering` before their own words;
    everybody else finds the same files at `outside`."""

    holder: subprocess.Popen[str]
    inside: Path

    @property
    def outside(self) -> Path:
        """The disk's contents, seen from here."""
        return Path(f"/proc/{self.holder.pid}/root") / str(self.inside).lstrip("/")

    @property
    def entering(self) -> list[str]:
        """What to put before a command."""
        return ["nsenter", "-t", str(self.holder.pid), "-U", "-m", "--preserve-credentials", "--"]

    def free(self) -> int:
        """Bytes that are left."""
        return shutil.disk_usage(self.outside).free


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Mount it at `folder`, which must exist; skips the test where that is not possible."""
    if sys.platform != "linux" or shutil.which("unshare") is None or shutil.which("nsenter") is None:
        pytest.skip("needs Linux with util-linux for a small disk")
    script = f'mount -t tmpfs -o size={megabytes}m small "$0" && echo {READY} && exec cat'
    holder = subprocess.Popen(
        ["unshare", "-rm", "sh", "-c", script, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        if holder.stdout.readline().strip() != READY:
            pytest.skip("this account may not make a small disk (unshare -rm)")
        yield SmallDisk(holder, folder)
    finally:
        holder.stdin.close()
        holder.wait()
        holder.stdout.close()
