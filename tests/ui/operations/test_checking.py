"""Checking all files: the verdict in words, and stopping it."""

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.helpers.kept_library import NoSecrets, back_up
from tests.ui.exams import file_exam, write_exam
from vetpacs_desktop.app import App
from vetpacs_desktop.jobs import CancelToken, Report
from vetpacs_desktop.store.records import Verification
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.operations import checking
from vetpacs_desktop.ui.transfers import Transfers


@pytest.mark.parametrize(
    ("found", "tone", "words"),
    [
        (Verification(7), GOOD, ["All files are there", "7 images"]),
        (Verification(7, missing=("a",)), PROBLEM, ["1 is missing", "Send these exams again"]),
        (Verification(7, corrupt=("a", "b")), PROBLEM, ["2 are damaged", "Send these exams again"]),
        (Verification(7, orphans=("a",)), ATTENTION, ["1 file is not in the list", "rebuilding"]),
    ],
)
def test_the_verdict_says_what_it_means_and_what_to_do(
    found: Verification, tone: str, words: list[str]
) -> None:
    notice = checking.verdict(found)
    assert notice.tone == tone
    assert all(word in notice.text for word in words)


def test_every_faulty_file_is_named_behind_the_fold() -> None:
    details = checking.verdict(Verification(3, ("m",), ("c",), ("o",))).details
    assert details.splitlines() == ["missing: m", "damaged: c", "not in the list: o"]


class Patient:
    """A library whose check lasts until it is told to stop."""

    def __init__(self) -> None:
        self.started = threading.Event()

    def verify(self, report: Report, cancel: CancelToken) -> Verification:
        self.started.set()
        while True:
            cancel.check()
            self.started.wait(0.001)

    def rebuild_index(self, report: Report, cancel: CancelToken) -> int:
        return 1


def test_a_stopped_check_says_so(qtbot: QtBot, app: App) -> None:
    bridge = Bridge(app.jobs)
    transfers = Transfers(bridge)
    told: list[Notice] = []
    library = Patient()
    checking.verify(library, transfers, told.append)
    assert library.started.wait(10)
    transfers.cancel(transfers.under_way[0])
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    assert told[0].tone == ATTENTION
    assert told[0].text.startswith("Stopped")
    bridge.close()


def test_rebuilding_ends_with_the_number_of_images(qtbot: QtBot, app: App) -> None:
    bridge = Bridge(app.jobs)
    told: list[Notice] = []
    done: list[bool] = []
    checking.rebuild(Patient(), Transfers(bridge), told.append, lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
    assert told[0].tone == GOOD
    assert "1 image" in told[0].text
    bridge.close()


def test_what_is_lost_is_fetched_from_the_backup(qtbot: QtBot, app: App, tmp_path: Path) -> None:
    """The check offers it, one click does it, and the sentence says what came back and what did not."""
    (tmp_path / "nas").mkdir()
    _, paths = write_exam(tmp_path / "in", images=3)
    file_exam(app.library, paths)
    back_up(app.home, tmp_path / "nas", NoSecrets())
    _, paths = write_exam(tmp_path / "later", "Later", images=1)
    file_exam(app.library, paths)
    for path in app.home.objects.rglob("*.dcm"):
        path.unlink()
    bridge = Bridge(app.jobs)
    told: list[Notice] = []
    checking.verify(app.library, Transfers(bridge), told.append, app.home)
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    assert "4 are missing" in told[0].text
    assert "Send these exams again" not in told[0].text
    assert told[0].action is not None
    told[0].action[1]()
    qtbot.waitUntil(lambda: len(told) > 1, timeout=10_000)
    assert "3 images came back from the backup" in told[1].text
    assert "1 image could not be brought back" in told[1].text
    assert "does not hold it" in told[1].details
    assert app.library.verify().missing == tuple(line.split(": ")[0] for line in told[1].details.splitlines())
    bridge.close()
