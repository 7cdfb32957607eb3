"""The strip: what is under way, how far it is, and that Cancel stops it."""

from collections.abc import Iterator
from threading import Event

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from vetpacs_desktop.errors import Cancelled
from vetpacs_desktop.jobs import CancelToken, Jobs, Progress, Report
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.status_strip import StatusStrip
from vetpacs_desktop.ui.transfers import Transfers

WAIT_MS = 10_000


@pytest.fixture
def transfers() -> Iterator[Transfers]:
    jobs = Jobs(2)
    bridge = Bridge(jobs)
    yield Transfers(bridge)
    bridge.close()
    jobs.close()


@pytest.fixture
def strip(qtbot: QtBot, transfers: Transfers) -> StatusStrip:
    made = StatusStrip(transfers)
    made.cancel_requested.connect(transfers.cancel)
    qtbot.addWidget(made)
    made.show()
    return made


def test_nothing_under_way_shows_nothing(strip: StatusStrip) -> None:
    assert not strip.bar.isVisible()
    assert not strip.cancel.isVisible()


def test_progress_then_cancel(strip: StatusStrip, transfers: Transfers, qtbot: QtBot) -> None:
    reported, ended = Event(), []

    def work(report: Report, cancel: CancelToken) -> None:
        report(Progress(3, 10))
        reported.set()
        while True:
            cancel.check()

    transfers.start("Importing", work, lambda _: None, ended.append)
    qtbot.waitUntil(lambda: strip.task.text() == "Importing, 3 of 10", timeout=WAIT_MS)
    assert (strip.bar.value(), strip.bar.maximum()) == (3, 10)
    qtbot.mouseClick(strip.cancel, Qt.MouseButton.LeftButton)
    assert strip.task.text() == "Stopping: Importing"
    qtbot.waitUntil(lambda: bool(ended), timeout=WAIT_MS)
    assert isinstance(ended[0], Cancelled)
    assert not strip.bar.isVisible()


def test_several_at_once_are_counted(strip: StatusStrip, transfers: Transfers, qtbot: QtBot) -> None:
    go_on = Event()

    def work(_report: Report, _cancel: CancelToken) -> None:
        go_on.wait(WAIT_MS / 1000)

    for title in ("First", "Second"):
        transfers.start(title, work, lambda _: None, lambda error: pytest.fail(str(error)))
    assert strip.task.text() == "Second"
    assert "1 more task" in strip.said
    go_on.set()
    qtbot.waitUntil(lambda: transfers.under_way == (), timeout=WAIT_MS)
