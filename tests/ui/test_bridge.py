"""Work outside the window's thread comes back into it, in order, once, and never silently."""

from collections.abc import Iterator
from threading import Event, Thread, get_ident

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from vetpacs_desktop.errors import Cancelled, NotFound
from vetpacs_desktop.events import Event as Occurrence
from vetpacs_desktop.jobs import CancelToken, Jobs, Progress, Report
from vetpacs_desktop.ui.bridge import Bridge

WAIT_MS = 5000


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    pool = Jobs(2)
    yield pool
    pool.close()


@pytest.fixture
def bridge(qtbot: QtBot, jobs: Jobs) -> Iterator[Bridge]:
    made = Bridge(jobs)
    yield made
    made.close()


def test_posted_calls_run_in_the_windows_thread_in_order(qtbot: QtBot, bridge: Bridge) -> None:
    heard: list[tuple[int, int]] = []

    def from_elsewhere() -> None:
        for number in range(50):
            bridge.post(lambda number=number: heard.append((number, get_ident())))

    thread = Thread(target=from_elsewhere)
    thread.start()
    thread.join()
    assert heard == []
    qtbot.waitUntil(lambda: len(heard) == 50, timeout=WAIT_MS)
    assert heard == [(number, get_ident()) for number in range(50)]


def test_work_runs_elsewhere_and_its_value_arrives_here(qtbot: QtBot, bridge: Bridge) -> None:
    heard: list[tuple[int, int]] = []
    bridge.start(lambda _report, _cancel: get_ident(), lambda there: heard.append((there, get_ident())))
    qtbot.waitUntil(lambda: bool(heard), timeout=WAIT_MS)
    there, here = heard[0]
    assert here == get_ident() != there


def test_an_error_arrives_as_failure(qtbot: QtBot, bridge: Bridge) -> None:
    errors: list[BaseException] = []

    def work(_report: Report, _cancel: CancelToken) -> None:
        raise NotFound(uid="1.2.3")

    bridge.start(work, lambda _: pytest.fail("it did not succeed"), errors.append)
    qtbot.waitUntil(lambda: bool(errors), timeout=WAIT_MS)
    assert isinstance(errors[0], NotFound)


def test_an_error_nobody_takes_is_raised_here(qtbot: QtBot, bridge: Bridge) -> None:
    def work(_report: Report, _cancel: CancelToken) -> None:
        raise ZeroDivisionError

    with qtbot.captureExceptions() as raised:
        bridge.start(work, lambda _: None)
        qtbot.waitUntil(lambda: bool(raised), timeout=WAIT_MS)
    assert raised[0][0] is ZeroDivisionError


def test_cancelling_before_and_while_it_runs(qtbot: QtBot, bridge: Bridge) -> None:
    errors: list[BaseException] = []
    running, go_on = Event(), Event()

    def work(_report: Report, cancel: CancelToken) -> None:
        running.set()
        go_on.wait(WAIT_MS / 1000)
        cancel.check()

    jobs = [bridge.start(work, lambda _: pytest.fail("it was cancelled"), errors.append) for _ in range(4)]
    running.wait(WAIT_MS / 1000)
    for job in jobs:
        job.cancel()
    go_on.set()
    qtbot.waitUntil(lambda: len(errors) == 4, timeout=WAIT_MS)
    assert all(isinstance(error, Cancelled) for error in errors)


def test_a_burst_of_reports_arrives_as_few_and_ends_with_the_newest(qtbot: QtBot, bridge: Bridge) -> None:
    seen: list[int] = []
    ended: list[bool] = []

    def work(report: Report, _cancel: CancelToken) -> bool:
        for number in range(10_000):
            report(Progress(number))
        return True

    job = bridge.start(work, ended.append, report=lambda progress: seen.append(progress.done))
    job.future.result(WAIT_MS / 1000)
    qtbot.waitUntil(lambda: bool(ended), timeout=WAIT_MS)
    assert seen[-1] == 9_999
    assert len(seen) < 100
    assert seen == sorted(seen)


def test_an_event_is_heard_here_until_it_is_left(qtbot: QtBot, bridge: Bridge) -> None:
    event: Occurrence[int] = Occurrence()
    heard: list[int] = []
    leave = bridge.listen(event, heard.append)
    Thread(target=lambda: event.emit(1)).start()
    qtbot.waitUntil(lambda: heard == [1], timeout=WAIT_MS)
    leave()
    event.emit(2)
    qtbot.wait(20)
    assert heard == [1]


def test_after_closing_nothing_arrives(qtbot: QtBot, bridge: Bridge) -> None:
    heard: list[int] = []
    bridge.post(lambda: heard.append(1))
    bridge.close()
    bridge.post(lambda: heard.append(2))
    qtbot.wait(20)
    assert heard == []


def test_after_closing_nothing_begins(qtbot: QtBot, jobs: Jobs) -> None:
    """A timer of the window may fire while its widgets go, and the threads with them."""
    bridge = Bridge(jobs)
    bridge.close()
    jobs.close()
    job = bridge.start(lambda _report, _cancel: pytest.fail("begun"), lambda _: pytest.fail("done"))
    job.cancel()
    assert job.future.cancelled()


def test_who_is_gone_hears_nothing(qtbot: QtBot, bridge: Bridge) -> None:
    """A dialog that is left while it waits for an answer."""
    heard: list[str] = []
    go = Event()
    gone, there = QObject(), QObject()

    def work(_report: Report, _cancel: CancelToken) -> str:
        go.wait(WAIT_MS / 1000)
        return "found"

    for owner in (gone, there):
        bridge.start(work, lambda _, owner=owner: heard.append(owner.objectName()), owner=owner)
    there.setObjectName("there")
    delete(gone)
    go.set()
    qtbot.waitUntil(lambda: bool(heard), timeout=WAIT_MS)
    qtbot.wait(50)
    assert heard == ["there"]
