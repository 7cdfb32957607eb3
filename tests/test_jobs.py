"""Long work: it reports, it can be stopped, and closing waits for it."""

import threading
import time

import pytest

from vetpacs_desktop.errors import Cancelled
from vetpacs_desktop.jobs import CancelToken, Jobs, Progress, Report


def test_a_job_reports_and_returns_its_result() -> None:
    jobs = Jobs()
    told: list[Progress] = []

    def work(report: Report, cancel: CancelToken) -> str:
        report(Progress(1, 2, "half"))
        return threading.current_thread().name

    name = jobs.start(work, told.append).future.result(10)
    jobs.close()
    assert name != threading.current_thread().name
    assert told == [Progress(1, 2, "half")]


def test_a_cancelled_job_ends_with_cancelled() -> None:
    jobs = Jobs()
    started = threading.Event()

    def work(report: Report, cancel: CancelToken) -> None:
        started.set()
        while True:
            cancel.check()
            time.sleep(0.001)

    job = jobs.start(work)
    assert started.wait(10)
    job.cancel()
    with pytest.raises(Cancelled):
        job.future.result(10)
    jobs.close()


def test_a_job_that_waits_its_turn_never_starts_when_cancelled() -> None:
    jobs = Jobs(workers=1)
    gate = threading.Event()
    ran: list[str] = []
    first = jobs.start(lambda report, cancel: gate.wait(10))
    second = jobs.start(lambda report, cancel: ran.append("second"))
    second.cancel()
    gate.set()
    assert first.future.result(10)
    jobs.close()
    assert second.future.cancelled()
    assert ran == []


def test_closing_stops_what_runs_and_waits_for_it() -> None:
    jobs = Jobs()
    ended: list[bool] = []
    started = threading.Event()

    def work(report: Report, cancel: CancelToken) -> None:
        started.set()
        while not cancel.cancelled:
            time.sleep(0.001)
        time.sleep(0.05)
        ended.append(True)

    jobs.start(work)
    assert started.wait(10)
    jobs.close()
    assert ended == [True]


def test_a_failure_stays_with_its_job() -> None:
    jobs = Jobs()

    def work(report: Report, cancel: CancelToken) -> None:
        raise ValueError("one bad disc")

    failing = jobs.start(work)
    with pytest.raises(ValueError, match="one bad disc"):
        failing.future.result(10)
    assert jobs.start(lambda report, cancel: 7).future.result(10) == 7
    jobs.close()
