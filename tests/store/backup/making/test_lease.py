"""Two programs never write to one target at once, and a dead one holds nobody up for long."""

from __future__ import annotations

import contextlib
import json
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import backing_up
from tests.helpers.backing_up import Clinic
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.making import lease
from vetpacs_desktop.store.backup.making.lease import BackupRunning, Lease, LeaseLost, TargetBusy
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.targets.local import LocalTarget

QUICK: dict[str, Any] = {"beat_seconds": 0.05, "look_seconds": 0.1, "stale_seconds": 0.6}


def take(home: Home, target: LocalTarget, backup_id: str = "one") -> Lease:
    return lease.take(home, target, backup_id, program="VetPACS", now="today", **QUICK)


@pytest.fixture
def target(tmp_path: Path) -> LocalTarget:
    (tmp_path / "nas").mkdir()
    return LocalTarget("NAS", tmp_path / "nas")


@pytest.fixture
def other(tmp_path: Path) -> Home:
    """The home of another computer."""
    return Home(tmp_path / "other").make()


def files(target: LocalTarget) -> list[str]:
    return sorted(entry.name for entry in target.entries("VetPACS"))


def test_one_holds_it_and_the_other_is_told_who(home: Home, other: Home, target: LocalTarget) -> None:
    held = take(home, target)
    with pytest.raises(TargetBusy) as caught:
        take(other, target)
    assert "VetPACS on " in caught.value.sentence
    held.check()
    held.confirm()
    held.release()
    held.release()
    assert files(target) == []
    take(other, target).release()


def test_on_one_computer_the_second_is_told_at_once(home: Home, target: LocalTarget) -> None:
    held = take(home, target)
    began = time.monotonic()
    with pytest.raises(BackupRunning):
        take(home, target)
    assert time.monotonic() - began < 0.1
    held.release()


def leave_lock(target: LocalTarget, machine: str, token: str = "dead") -> None:
    facts = {
        "token": token,
        "computer": "reception",
        "program": "VetPACS 1",
        "process": 1,
        "since": "2031-01-01T00:00:00+00:00",  # a clock that is wrong by years
        "machine": machine,
    }
    target.write("VetPACS/lock.json", [json.dumps(facts).encode()])
    target.write(f"VetPACS/lock.json.{token}.beat", [b"77\n"])


def test_a_lock_whose_beat_stands_still_is_taken_over(other: Home, target: LocalTarget) -> None:
    leave_lock(target, "somebody")
    began = time.monotonic()
    held = take(other, target)
    assert time.monotonic() - began >= 0.6
    held.confirm()
    assert not any("dead" in name for name in files(target))
    held.release()


def test_our_own_dead_program_holds_nobody_up(home: Home, target: LocalTarget) -> None:
    take(home, target).release()
    leave_lock(target, (home.run / "computer").read_text())
    began = time.monotonic()
    take(home, target).release()
    assert time.monotonic() - began < 0.4


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe\x00"])
def test_a_lock_that_cannot_be_read_goes_stale_as_well(
    home: Home, target: LocalTarget, content: bytes
) -> None:
    target.write("VetPACS/lock.json", [content])
    take(home, target).release()


def test_who_lost_it_notices_and_does_not_take_it_away_again(
    home: Home, other: Home, target: LocalTarget
) -> None:
    slow = lease.take(home, target, "one", program="VetPACS", now="today", **{**QUICK, "beat_seconds": 30.0})
    theirs = take(other, target)
    with pytest.raises(LeaseLost):
        slow.confirm()
    with pytest.raises(LeaseLost):
        slow.check()
    slow.release()
    theirs.confirm()
    theirs.release()
    assert files(target) == []


def test_the_beat_itself_notices(home: Home, target: LocalTarget) -> None:
    held = take(home, target)
    leave_lock(target, "somebody", "thief")
    time.sleep(0.3)
    with pytest.raises(LeaseLost):
        held.check()
    held.release()
    assert "VetPACS/lock.json" in files(target)


def test_of_many_that_wait_for_a_stale_lock_one_gets_it(tmp_path: Path, target: LocalTarget) -> None:
    leave_lock(target, "somebody")
    won: list[Lease] = []
    busy: list[TargetBusy] = []

    def attempt(number: int) -> None:
        try:
            won.append(take(Home(tmp_path / f"home{number}").make(), target))
        except TargetBusy as error:
            busy.append(error)

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert len(busy) == 5
    won[0].confirm()
    won[0].release()


def test_a_claim_whose_maker_died_holds_nobody_up_for_ever(other: Home, target: LocalTarget) -> None:
    leave_lock(target, "somebody")
    target.write("VetPACS/lock.json.dead.claim1", [b"also dead"])
    held = take(other, target)
    held.confirm()
    held.release()
    assert files(target) == []


def test_two_processes_exclude_each_other(clinic: Clinic, tmp_path: Path) -> None:
    clinic.exam(80)
    running = backing_up.start(clinic.home, clinic.nas, 0.5)
    try:
        end = time.monotonic() + 20
        while not (clinic.root / "lock.json").exists() and time.monotonic() < end:
            time.sleep(0.01)
        with pytest.raises(BackupRunning):
            clinic.back_up()
        second = Home(tmp_path / "second").make()
        second.identity.write_text(clinic.home.identity.read_text())
        places.add(second, Place("NAS", str(clinic.nas)))
        other = backing_up.start(second, clinic.nas, 0)
        _, said = other.communicate(timeout=60)
        assert other.returncode == 3
        assert "Another program writes to the backup target NAS" in said
        running.send_signal(signal.SIGKILL)
    finally:
        running.kill()
        running.communicate()
    made = clinic.back_up()
    assert clinic.verify(made.id).clean
    with contextlib.suppress(OSError):
        assert not list(clinic.root.glob("lock*"))
