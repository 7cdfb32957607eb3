"""A process of the service ends with its bell, works alone on its home, and leaves word of a bug."""

from __future__ import annotations

import time
from multiprocessing.connection import Connection
from pathlib import Path

from tests.helpers.peers import wait_for
from vetpacs_desktop.errors import DiskFull
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store import process


def worker(root: str, what: str, bell: Connection) -> None:
    """What runs in the other interpreter."""
    home = Home(Path(root))

    def work() -> None:
        if what == "bug":
            raise ZeroDivisionError
        if what == "disk full":
            raise DiskFull(path=home.root)
        (home.run / what).touch()
        if what == "deaf":
            time.sleep(60)
        try:
            bell.recv_bytes()
        except EOFError:
            (home.run / what).unlink()

    process.live(home, "worker", 1, work)


def reports(home: Home) -> list[Path]:
    return list(home.logs.glob("crash-*.txt"))


def test_it_ends_when_the_service_closes_the_bell(home: Home) -> None:
    running, bell = process.start(worker, (str(home.root), "first"), "worker")
    wait_for((home.run / "first").exists)
    bell.close()
    assert process.end(running, 20)
    assert (running.exitcode, (home.run / "first").exists(), reports(home)) == (0, False, [])


def test_a_second_one_waits_for_the_first(home: Home) -> None:
    first, bell = process.start(worker, (str(home.root), "first"), "worker")
    wait_for((home.run / "first").exists)
    second, other_bell = process.start(worker, (str(home.root), "second"), "worker")
    time.sleep(1.5)
    assert not (home.run / "second").exists()
    bell.close()
    wait_for((home.run / "second").exists)
    assert not (home.run / "first").exists()
    other_bell.close()
    assert process.end(first, 20)
    assert process.end(second, 20)


def test_one_that_hears_nothing_is_ended_by_force(home: Home) -> None:
    running, bell = process.start(worker, (str(home.root), "deaf"), "worker")
    wait_for((home.run / "deaf").exists)
    bell.close()
    assert not process.end(running, 0.2)
    assert not running.is_alive()


def test_a_bug_leaves_a_report_and_a_full_disk_none(home: Home) -> None:
    for what, number in (("disk full", 0), ("bug", 1)):
        running, bell = process.start(worker, (str(home.root), what), "worker")
        assert process.end(running, 20)
        bell.close()
        assert (running.exitcode, len(reports(home))) == (1, number)
