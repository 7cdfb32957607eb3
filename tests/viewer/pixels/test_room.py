"""Memory for pictures: one's own to change, and given back at once."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from vetpacs_desktop.viewer.pixels.room import room


@pytest.mark.parametrize("count", [0, 1, 1000, 1 << 18, 512 * 512 * 2, (1 << 22) + 3])
def test_it_has_the_size_asked_for_and_can_be_written(count: int) -> None:
    first, second = room(count), room(count)
    first.fill(7)
    second.fill(9)
    assert first.shape == (count,)
    assert first.flags.writeable
    assert not np.any(first != 7)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_every_other_picture_can_go_and_its_memory_with_it() -> None:
    pictures = {number: room(512 * 512 * 2) for number in range(100)}
    for number in pictures:
        pictures[number].fill(1)
    held = _resident_kib()
    for number in range(0, 100, 2):  # what lies between stays, so no heap could shrink
        del pictures[number]
    assert held - _resident_kib() > 50 * 512 * 0.9


def _resident_kib() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
