"""A real reading page over a real library: an animal with three exams of its thorax and one of its hips."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.ui.exams import file_exam, write_exam
from vetpacs_desktop.app import App
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.records import StudyUID
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.viewing.compare.house import CompareHouse
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.marking.autosave import Autosave
from vetpacs_desktop.ui.viewing.page import ReadingPage

NOW, BEFORE, OLDEST, HIPS, OTHER = "1.9.1", "1.9.2", "1.9.3", "1.9.4", "1.9.5"
"""Study UIDs."""
DAYS = {NOW: "20260309", BEFORE: "20250909", OLDEST: "20240309", HIPS: "20260101", OTHER: "20250909"}

PIXELS = {NOW: r"0.2\0.2", BEFORE: r"0.1\0.1"}
"""Millimetres at the detector; the oldest plate says nothing."""


def thorax(folder: Path, study: str, animal: str = "Rex") -> list[Path]:
    """A lateral and a ventrodorsal view, one series each."""
    paths = []
    for number, (view, words) in enumerate((("RL", "Thorax right lateral"), ("VD", "Thorax VD")), 1):
        _, made = write_exam(
            folder,
            animal,
            study=study,
            date=DAYS[study],
            first=number,
            SeriesInstanceUID=f"{study}.{number}0",
            SeriesNumber=str(number),
            SeriesDescription=words,
            ViewPosition=view,
            BodyPartExamined="CHEST",
            ImagerPixelSpacing=PIXELS.get(study, ""),
        )
        paths += made
    return paths


@pytest.fixture
def app(home: Home, tmp_path: Path) -> Iterator[App]:
    opened = App.open(home)
    for study in (NOW, BEFORE, OLDEST):
        file_exam(opened.library, thorax(tmp_path / "in", study))
    _, hips = write_exam(
        tmp_path / "in",
        study=HIPS,
        date=DAYS[HIPS],
        StudyDescription="Pelvis",
        SeriesDescription="Hips extended",
        BodyPartExamined="PELVIS",
    )
    file_exam(opened.library, hips)
    file_exam(opened.library, thorax(tmp_path / "in", OTHER, "Luna"))
    yield opened
    opened.close()


@pytest.fixture
def page(qtbot: QtBot, app: App, tmp_path: Path) -> Iterator[ReadingPage]:
    """On the screen, saving what is drawn."""
    jobs = Jobs()
    bridge = Bridge(jobs)
    settings = QSettings(str(tmp_path / "state.ini"), QSettings.Format.IniFormat)
    autosave = Autosave(app.keep_sheet, "Dr. Test", app.standard_files)
    house = CompareHouse(app.other_exams, lambda uid: app.exam(StudyUID(uid)))
    made = ReadingPage(bridge, app.frame_loader, settings, autosave, compare=house)
    made.resize(1100, 700)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    if isValid(made):
        made.close_exam()
        made.close()
        made.deleteLater()
    autosave.close()
    bridge.close()
    jobs.close()


@pytest.fixture
def read(page: ReadingPage, app: App, qtbot: QtBot) -> Callable[[str], Controller]:
    """Open an exam and wait for its first image."""

    def opened(study: str) -> Controller:
        page.open_exam(app.exam(StudyUID(study)))
        controller = page.controller
        assert controller is not None
        qtbot.waitUntil(lambda: page.first_image_shown, timeout=15_000)
        return controller

    return opened
