"""Importing: what the window says before, and the one sentence after."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.exams import write_exam
from vetpacs_desktop.app import App
from vetpacs_desktop.store.records import ImportSummary, StudyUID
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.operations import importing
from vetpacs_desktop.ui.transfers import Transfers

ONE = (StudyUID("1.2"),)
BAD = (("disc/readme.txt", "it is a text"),)


@pytest.mark.parametrize(
    ("summary", "tone", "words"),
    [
        (ImportSummary(stored=3, studies=ONE), GOOD, ["Imported 3 images"]),
        (ImportSummary(duplicates=1), GOOD, ["1 image was already here"]),
        (
            ImportSummary(stored=1, duplicates=2, studies=ONE),
            GOOD,
            ["Imported", "2 images were already here"],
        ),
        (ImportSummary(stored=1, conflicts=1, studies=ONE), ATTENTION, ["both were kept"]),
        (ImportSummary(stored=1, rejected=BAD, studies=ONE), ATTENTION, ["could not be imported", "stayed"]),
        (ImportSummary(rejected=BAD), PROBLEM, ["could not be imported"]),
        (ImportSummary(), ATTENTION, ["no images"]),
        (ImportSummary(ignored=1), ATTENTION, ["no images"]),
    ],
)
def test_an_import_ends_in_one_notice(summary: ImportSummary, tone: str, words: list[str]) -> None:
    notice = importing.outcome(summary)
    assert notice.tone == tone
    assert all(word in notice.text for word in words)


def test_what_was_refused_is_named_with_its_reason_behind_the_fold() -> None:
    details = importing.outcome(ImportSummary(rejected=BAD)).details
    assert "disc/readme.txt" in details
    assert "it is a text" in details


def test_a_drop_is_announced_with_what_will_happen(tmp_path: Path) -> None:
    file = tmp_path / "a.dcm"
    file.touch()
    assert "this folder" in importing.announcement([tmp_path])
    assert "2 files" in importing.announcement([file, file])
    both = importing.announcement([tmp_path, file])
    assert "this folder and this file" in both
    assert "originals stay" in both


def test_a_folder_is_imported_in_the_background_and_summed_up(qtbot: QtBot, app: App, tmp_path: Path) -> None:
    write_exam(tmp_path / "disc", images=2)
    (tmp_path / "disc" / "readme.txt").write_text("not an image, only words\n" * 20)
    bridge = Bridge(app.jobs)
    transfers = Transfers(bridge)
    told: list[Notice] = []
    done: list[ImportSummary] = []
    importing.import_paths(app, transfers, [tmp_path / "disc"], told.append, done.append)
    assert [transfer.title for transfer in transfers.under_way] == ["Importing"]
    qtbot.waitUntil(lambda: bool(done), timeout=30_000)
    assert done[0].stored == 2
    assert "Imported 2 images" in told[0].text
    assert transfers.under_way == ()
    bridge.close()


def test_a_disc_pulled_out_is_told_with_what_it_means(qtbot: QtBot, app: App, tmp_path: Path) -> None:
    bridge = Bridge(app.jobs)
    told: list[Notice] = []
    gone = tmp_path / "ejected"
    importing.import_paths(app, Transfers(bridge), [gone], told.append, lambda _: None)
    qtbot.waitUntil(lambda: bool(told), timeout=30_000)
    assert told[0].tone == PROBLEM
    assert "ejected" in told[0].text
    assert "Nothing was lost" in told[0].text
    bridge.close()
