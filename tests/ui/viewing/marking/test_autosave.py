"""What is drawn is written after every edit, tried again when it can't be, and there after a kill."""

import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.small_files import ROOT, from_folder, picture, write
from vetpacs_desktop.app import App
from vetpacs_desktop.errors import DiskFull
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.records import StudyUID
from vetpacs_desktop.ui.viewing.marking import autosave as module
from vetpacs_desktop.ui.viewing.marking.autosave import Autosave
from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, Sheet

STUDY = f"{ROOT}.1"
ONE = Annotation("a", "length", ImageRef("1.2.3"), ((1.0, 2.0), (3.0, 4.0)))


def sheet(number: int) -> Sheet:
    return Sheet((replace(ONE, text=f"{number}"),))


def test_each_state_is_written_from_the_one_before_and_the_newest_wins() -> None:
    gate, calls = threading.Event(), []

    def keep(study: str, before: Sheet, after: Sheet) -> None:
        gate.wait(5)
        calls.append((study, before, after))

    saving = Autosave(keep)
    assert saving.opened("1", Sheet()) == Sheet()
    for number in range(5):
        saving.save("1", sheet(number))
    gate.set()
    saving.close()
    assert calls[0][:2] == ("1", Sheet())
    assert calls[-1][2] == sheet(4)
    assert [before for _, before, _ in calls[1:]] == [after for _, _, after in calls[:-1]]
    assert len(calls) <= 2, "states in between need not be written"


def test_what_can_not_be_written_is_said_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
    tries: list[Sheet] = []
    said: list[str] = []

    def keep(study: str, before: Sheet, after: Sheet) -> None:
        tries.append(after)
        if len(tries) < 3:
            raise DiskFull(path=Path("library.sqlite"))

    saving = Autosave(keep)
    saving.failed.subscribe(said.append)
    done = threading.Event()
    saving.saved.subscribe(lambda _: done.set())
    saving.save("1", sheet(1))
    assert saving.opened("1", Sheet()) == sheet(1) or done.is_set(), "opened again before it is written"
    assert done.wait(5)
    saving.close()
    assert len(tries) == 3
    assert len(said) == 2
    assert "full" in said[0]


def test_closing_without_a_change_is_quick() -> None:
    Autosave(lambda *_: None).close()


CODE = """
import sys
from pathlib import Path
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from vetpacs_desktop.app import App
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.paths import Home
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.viewing.marking.autosave import Autosave
from vetpacs_desktop.ui.viewing.page import ReadingPage
from tests.ui.viewing.mouse import Mouse
from PySide6.QtCore import Qt

qt = QApplication([])
app = App.open(Home(Path(sys.argv[1])))
saving = Autosave(app.keep_sheet, app.author)
saving.saved.subscribe(lambda study: print("saved", flush=True))
page = ReadingPage(
    Bridge(app.jobs), app.frame_loader, QSettings(sys.argv[1] + "/s.ini", QSettings.Format.IniFormat), saving
)
page.resize(600, 500)
page.show()
page.open_exam(app.exam(sys.argv[2]))
while not (page.first_image_shown and page.controller.complete(0)):
    qt.processEvents()
mouse = Mouse(page)
page._marking.actions["measure_length"].trigger()
mouse.click((0.0, 0.0), (3.0, 2.0))
mouse.click((2.0, 3.0), (1.0, 0.0))
while True:
    qt.processEvents()
"""


def test_what_was_drawn_in_the_window_is_there_after_a_kill(home: Home, tmp_path: Path, qapp: object) -> None:
    app = App.open(home)
    app.library.file([from_folder(write(picture(), tmp_path / "a.dcm"))])
    study = app.library.search("")[0].study_uid
    app.close()
    folder = Path(__file__).resolve().parents[4]
    child = subprocess.Popen(
        [sys.executable, "-c", CODE, str(home.root), study],
        stdout=subprocess.PIPE,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == b"saved\n"
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
    app = App.open(home)
    kept = app.exam(StudyUID(study)).sheet
    app.close()
    assert kept.annotations
    assert kept.annotations[0].tool == "length"
    assert sum(kept.annotations[0].points, ()) == pytest.approx((0, 0, 3, 2), abs=1e-6)
    assert kept.annotations[0].author
