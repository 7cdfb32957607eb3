"""A limit of bandwidth is kept exactly, by however many threads it is shared."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from vetpacs_desktop.store.backup.targets.local import LocalTarget
from vetpacs_desktop.store.backup.targets.throttle import Budget, Throttled

MIB = 1 << 20


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_bytes_take_their_time_whatever_their_pieces() -> None:
    clock = Clock()
    budget = Budget(2 * MIB, clock, clock.sleep)
    blocks = [bytes(MIB), bytes(3), bytes(5 * MIB), b"", bytes(4 * MIB - 3)]
    assert b"".join(budget.paced(blocks)) == b"".join(blocks)
    assert clock.now - 100.0 == pytest.approx(5.0, rel=0.03)


def test_time_that_was_not_used_is_not_saved_up() -> None:
    clock = Clock()
    budget = Budget(MIB, clock, clock.sleep)
    clock.now += 1000
    began = clock.now
    budget.spend(4 * MIB)
    assert clock.now - began == pytest.approx(4.0, abs=0.2)


def test_a_target_with_a_limit_reads_and_writes_no_faster(tmp_path: Path) -> None:
    target = Throttled(LocalTarget("Disk", tmp_path), 8)
    began = time.monotonic()
    assert len(dict(target.write_many((f"VetPACS/{n}", [bytes(MIB)], MIB) for n in range(6)))) == 6
    threads = [threading.Thread(target=lambda: list(target.read("VetPACS/0"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1.1 < time.monotonic() - began < 2.5
    assert target.write("VetPACS/x", [b"1"], 1) == 1


def test_everything_else_is_the_targets_own(tmp_path: Path) -> None:
    plain = LocalTarget("Disk", tmp_path)
    target = Throttled(plain, 100)
    assert (target.name, target.lanes) == (plain.name, plain.lanes)
    assert target.create("VetPACS/lock", b"1")
    assert not target.create("VetPACS/lock", b"2")
    target.rename("VetPACS/lock", "VetPACS/a/b")
    assert target.size("VetPACS/a/b") == 1
    assert list(target.folders("VetPACS")) == ["a"]
    assert [one.name for one in target.entries("VetPACS/a")] == ["VetPACS/a/b"]
    target.delete("VetPACS/a/b")
    target.remove_folder("VetPACS/a")
    assert list(target.folders("VetPACS")) == []
    assert target.identity() == plain.identity()
    assert target.space() is not None
    target.close()
