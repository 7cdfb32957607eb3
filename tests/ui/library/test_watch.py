"""The watch tells of changes by any process, in bursts, and survives the library's being closed."""

from pathlib import Path
from threading import Thread

from pytestqt.qtbot import QtBot

from tests.ui.exams import file_exam, write_exam
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import Change
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.library.watch import Watch

WAIT_MS = 10_000


def test_a_hundred_images_of_another_library_object_are_told_in_a_few_bursts(
    qtbot: QtBot, home: Home, tmp_path: Path
) -> None:
    ours, theirs, jobs = Library.open(home), Library.open(home), Jobs(1)
    bridge = Bridge(jobs)
    watch = Watch(ours, bridge)
    bursts: list[list[Change]] = []
    started: list[object] = []
    watch.changed.connect(lambda burst: (bursts if burst else started).append(burst))
    watch.start()
    qtbot.waitUntil(lambda: bool(started), timeout=WAIT_MS)
    uid, paths = write_exam(tmp_path / "in", images=100)
    sender = Thread(target=lambda: [file_exam(theirs, [path]) for path in paths])
    sender.start()
    qtbot.waitUntil(lambda: bool(bursts), timeout=WAIT_MS)
    assert bursts[0][0].kind == "study-added"
    sender.join()
    newest = ours.newest_change()
    qtbot.waitUntil(lambda: bursts[-1][-1].number == newest, timeout=WAIT_MS)
    assert {change.study_uid for burst in bursts for change in burst} == {uid}
    numbers = [change.number for burst in bursts for change in burst]
    assert numbers == sorted(set(numbers))
    assert len(bursts) < 25
    watch.stop()
    bridge.close()
    jobs.close()
    ours.close()
    theirs.close()
