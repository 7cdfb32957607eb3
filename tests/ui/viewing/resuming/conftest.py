"""A reading page that remembers, with a list of exams behind it that is only a few lines of a test."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.ui.viewing.conftest import exam_of, series_of
from tests.viewer.render.files import image_file
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.store.readings import Readings
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.ui.viewing.resuming.house import ReadingHouse
from vetpacs_desktop.ui.viewing.resuming.pen import Pen
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.loading import FrameLoader

MEMORY = 256 << 20


@dataclass
class Room:
    """The page, its exams in the order of the list, and where their states are kept."""

    page: ReadingPage
    qtbot: QtBot
    readings: Readings
    pen: Pen
    exams: dict[str, Exam] = field(default_factory=dict)
    went: list[tuple[int, bool]] = field(default_factory=list)
    coming: str = ""
    budget: int = 64 << 20
    memory: int = MEMORY

    def open(self, exam: Exam) -> Controller:
        """As the window does: with what is kept of it, and until its first image is on the screen."""
        self.page.open_exam(replace(exam, left=self.readings.get(exam.study_uid)))
        controller = self.page.controller
        assert controller is not None
        self.qtbot.waitUntil(lambda: self.page.first_image_shown, timeout=15_000)
        return controller

    def complete(self) -> Controller:
        """Wait until all that is known of the exam is known."""
        controller = self.page.controller
        assert controller is not None
        visible = controller.grid.visible
        self.qtbot.waitUntil(
            lambda: all(
                controller.complete(n) for n in visible if controller.grid.views[n].series is not None
            ),
            timeout=15_000,
        )
        return controller

    def kept(self, exam: Exam) -> str:
        """What is on the disk of an exam."""
        assert self.pen.settle()
        return self.readings.get(exam.study_uid)


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    jobs, ahead_jobs = Jobs(), Jobs(1)
    bridge, lane = Bridge(jobs), Bridge(ahead_jobs)
    readings = Readings(tmp_path / "readings")
    pen = Pen(readings)
    made: list[Room] = []
    house = ReadingHouse(
        pen=pen,
        go=lambda step, unread: made[0].went.append((step, unread)),
        coming=lambda: made[0].coming,
        fetch=lambda uid: made[0].exams[uid],
        lane=lane,
        budget=lambda: made[0].budget,
    )
    settings = QSettings(str(tmp_path / "state.ini"), QSettings.Format.IniFormat)
    page = ReadingPage(bridge, lambda: FrameLoader(2, made[0].memory), settings, reading=house)
    made.append(Room(page, qtbot, readings, pen))
    page.resize(1000, 700)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    yield made[0]
    if isValid(page):
        page.give_back()
        page.close()
        page.deleteLater()
    pen.close()
    for one in (bridge, lane):
        one.close()
    for pool in (jobs, ahead_jobs):
        pool.close()


@pytest.fixture
def radiographs(tmp_path: Path) -> Callable[[str, int], Exam]:
    """An exam of several views of one series, each with a grey of its own."""

    def made(study: str, images: int = 3, side: int = 48) -> Exam:
        folder = tmp_path / study
        folder.mkdir()
        paths = [
            image_file(
                folder,
                np.full((side, side), 100 * (n + 1), np.uint16),
                Modality="DX",
                StudyInstanceUID=study,
                SeriesInstanceUID=f"{study}.1",
                InstanceNumber=n + 1,
                WindowCenter=500,
                WindowWidth=1000,
            )
            for n in range(images)
        ]
        return replace(exam_of(series_of(paths)), study_uid=study)

    return made
