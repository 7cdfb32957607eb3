"""Locks between processes: one holder, and a dead holder holds nothing."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

from vetpacs_desktop.store.lock import ProcessLock, is_held

HOLD = """
import sys, time
from pathlib import Path
from vetpacs_desktop.store.lock import ProcessLock
assert ProcessLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
time.sleep(60)
"""


def test_one_holder_at_a_time_even_within_a_process(tmp_path: Path) -> None:
    first, second = ProcessLock(tmp_path / "a.lock"), ProcessLock(tmp_path / "a.lock")
    assert not is_held(tmp_path / "a.lock")
    assert first.acquire()
    assert is_held(tmp_path / "a.lock")
    assert not second.acquire()
    first.release()
    first.release()
    assert not is_held(tmp_path / "a.lock")
    assert second.acquire()
    second.release()


def test_waiting_for_it_ends_when_it_is_free(tmp_path: Path) -> None:
    first, second = ProcessLock(tmp_path / "a.lock"), ProcessLock(tmp_path / "a.lock")
    assert first.acquire()
    timer = threading.Timer(0.3, first.release)
    timer.start()
    started = time.monotonic()
    assert second.acquire(10)
    assert 0.2 < time.monotonic() - started < 9
    second.release()
    timer.join()


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        assert is_held(path)
        holder.kill()
    assert not is_held(path)
