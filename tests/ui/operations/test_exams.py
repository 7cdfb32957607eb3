"""What is done with one exam: open it, mark it as seen, find an animal; off the window's thread."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.ui.exams import file_exam, write_exam
from vetpacs_desktop.app import App
from vetpacs_desktop.store.records import StudyUID
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.notices import PROBLEM, Notice
from vetpacs_desktop.ui.operations import exams
from vetpacs_desktop.viewer.exam import Exam


def test_an_exam_is_opened_with_its_words_and_files(qtbot: QtBot, app: App, tmp_path: Path) -> None:
    uid, paths = write_exam(tmp_path, "Luna", "Huber", images=2)
    file_exam(app.library, paths)
    bridge = Bridge(app.jobs)
    opened: list[Exam] = []
    exams.open_exam(app, bridge, uid, opened.append, lambda notice: None)
    qtbot.waitUntil(lambda: bool(opened), timeout=10_000)
    assert (opened[0].animal_name, opened[0].owner_name) == ("Luna", "Huber")
    assert all(path.is_file() for series in opened[0].series for path in series.paths)
    bridge.close()


def test_an_exam_that_is_gone_is_told(qtbot: QtBot, app: App) -> None:
    bridge = Bridge(app.jobs)
    told: list[Notice] = []
    exams.open_exam(app, bridge, StudyUID("1.2.3"), lambda exam: None, told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    assert told[0].tone == PROBLEM
    assert "1.2.3" in told[0].text
    bridge.close()


def test_the_dot_goes_when_an_exam_was_seen(qtbot: QtBot, app: App, tmp_path: Path) -> None:
    uid, paths = write_exam(tmp_path)
    file_exam(app.library, paths)
    assert not app.library.study(uid).seen
    bridge = Bridge(app.jobs)
    exams.mark_seen(app.library, bridge, uid, lambda notice: None)
    qtbot.waitUntil(lambda: app.library.study(uid).seen, timeout=10_000)
    bridge.close()


def test_an_animal_is_found_by_our_identity_and_by_the_practices_number(
    qtbot: QtBot, app: App, tmp_path: Path
) -> None:
    uid, paths = write_exam(tmp_path, "Luna", "Huber")
    file_exam(app.library, paths)
    bridge = Bridge(app.jobs)
    for number in (app.library.study(uid).animal_id, "Huber-Luna"):
        searches: list[str] = []
        exams.find_animal(app.library, bridge, str(number), searches.append, lambda notice: None)
        qtbot.waitUntil(lambda searches=searches: bool(searches), timeout=10_000)
        assert [row.study_uid for row in app.library.search(searches[0])] == [uid]
    bridge.close()
