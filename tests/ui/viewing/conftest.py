"""A real reading page on the test screen, with exams of small made-up images."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.ui.viewing.drawing import A, B, marking, only
from tests.ui.viewing.mouse import Mouse
from tests.viewer.render.files import image_file
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.ui.viewing.volumes.held import HeldVolume
from vetpacs_desktop.viewer.annotations import Annotation
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.exam import Exam, ExamSeries
from vetpacs_desktop.viewer.loading import FrameLoader

SLICES = 12


def series_of(paths: list[Path], description: str = "") -> ExamSeries:
    """As the composition root would describe these files."""
    first = read_description(paths[0])
    described = [read_description(path) for path in paths]
    frames = sum(one.number_of_frames for one in described)
    uids = tuple(one.sop_uid for one in described)
    return ExamSeries(first.series_uid, first.modality, 1, description, tuple(paths), frames, sop_uids=uids)


def exam_of(*series: ExamSeries) -> Exam:
    return Exam(
        study_uid="1.2.3",
        animal_name="Bella",
        owner_name="Smith",
        species="Dog",
        breed="Beagle",
        sex="female, spayed",
        age="7 years",
        patient_id="7",
        study_date="20260704",
        study_time="142530",
        description="Thorax",
        institution="",
        series=series,
    )


def ct_series(folder: Path, number: int = 1) -> ExamSeries:
    """Slices that get brighter from cranial to caudal, with a bright square at the animal's right.

    Dorsal above, the right at the left, as slices hang: what the screen shows is what is stored.
    """
    folder.mkdir(exist_ok=True)
    paths = []
    for n in range(SLICES):
        values = np.full((64, 64), 40 * n, np.int16)
        values[24:40, 4:12] = 1000
        paths.append(
            image_file(
                folder,
                values,
                Modality="CT",
                SOPClassUID="1.2.840.10008.5.1.4.1.1.2",
                SeriesInstanceUID=f"1.2.3.{number}",
                ImageOrientationPatient=[1, 0, 0, 0, -1, 0],
                ImagePositionPatient=[0, 63, 20 - 2.5 * n],
                PixelSpacing=[1, 1],
                InstanceNumber=n + 1,
                WindowCenter=500,
                WindowWidth=1000,
                RescaleType="HU",
                AnatomicalOrientationType="QUADRUPED",
            )
        )
    return series_of(paths, f"Series {number}")


def film(folder: Path, frames: int = 20) -> ExamSeries:
    """One file of several colour pictures, 25 a second."""
    values = np.zeros((frames * 32, 48, 3), np.uint8)
    for n in range(frames):
        values[n * 32 : (n + 1) * 32] = 10 * n
    path = image_file(
        folder,
        values,
        Modality="US",
        SOPClassUID="1.2.840.10008.5.1.4.1.1.3.1",
        SeriesInstanceUID="1.2.3.77",
        Rows=32,
        NumberOfFrames=frames,
        FrameTime="40",
    )
    return series_of([path], "Loop")


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> Iterator[ReadingPage]:
    """On the screen, warm, without an exam."""
    jobs = Jobs()
    bridge = Bridge(jobs)
    settings = QSettings(str(tmp_path / "state.ini"), QSettings.Format.IniFormat)
    made = ReadingPage(bridge, lambda: FrameLoader(2, 256 << 20), settings)
    made.resize(1000, 700)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    if isValid(made):
        made.close_exam()
        made.close()
        made.deleteLater()
    bridge.close()
    jobs.close()


@pytest.fixture
def read(page: ReadingPage, qtbot: QtBot) -> Callable[[Exam], Controller]:
    """Open an exam and wait until everything of its first viewport is there."""

    def opened(exam: Exam) -> Controller:
        page.open_exam(exam)
        controller = page.controller
        assert controller is not None
        qtbot.waitUntil(lambda: page.first_image_shown and controller.complete(0), timeout=15_000)
        return controller

    return opened


@pytest.fixture
def ct(read: Callable[[Exam], Controller], tmp_path: Path) -> Controller:
    """Slices of 64 x 64 pixels of 1 mm."""
    return read(exam_of(ct_series(tmp_path / "ct")))


@pytest.fixture
def mouse(page: ReadingPage) -> Mouse:
    return Mouse(page)


@pytest.fixture
def drawn(ct: Controller, mouse: Mouse) -> Annotation:
    """A length, no tool in the hand, nothing chosen."""
    mouse.key(Qt.Key.Key_D)
    mouse.click(A, B)
    mouse.key(Qt.Key.Key_Escape)
    mouse.key(Qt.Key.Key_Escape)
    assert marking(mouse).chosen is None
    return only(mouse)


@pytest.fixture
def planes(ct: Controller, mouse: Mouse, qtbot: QtBot) -> Controller:
    """The CT in three planes and its images, opened by the key at its fifth slice."""
    for _ in range(4):
        mouse.key(Qt.Key.Key_Down)
    mouse.key(Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: len(ct.grid.views) == 4, timeout=10_000)
    qtbot.waitUntil(lambda: all(ct.frame(n) is not None for n in range(4)))
    return ct


def held_by(controller: Controller) -> HeldVolume:
    """The volume of the first viewport."""
    held = controller.volumes.of(controller.grid.views[0])
    assert held is not None
    return held
