"""Opens real series in the real reading page and takes the time."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import SimpleITK
from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtWidgets import QApplication

from tests.bench.bench_load import theirs
from tests.helpers.corpus import images
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.exam import Exam, ExamSeries
from vetpacs_desktop.viewer.loading import FrameLoader

WARM_UP_S = 0.7


def exam_of(paths: list[Path]) -> Exam:
    """One series as the composition root would hand it over."""
    first = read_description(paths[0])
    series = ExamSeries(first.series_uid, first.modality, 1, "Thin slices", tuple(paths), len(paths))
    return Exam(
        "1", "Bella", "Smith", "Dog", "Beagle", "female", "7 years", "1", "20260704", "", "CT", "", (series,)
    )


def open_again_and_again(times: int) -> tuple[float, float, float]:
    """Median ms from `open_exam()` to the first painted image and to the last of ct-thin in memory.

    The third is SimpleITK reading the same files into one volume, taking turns with the page.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    exam = exam_of(images("ct-thin"))
    jobs = Jobs()
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(f"{folder}/state.ini", QSettings.Format.IniFormat)
        page = ReadingPage(Bridge(jobs), lambda: FrameLoader(2, 2 << 30), settings)
        page.resize(1400, 1000)
        page.show()
        _run(app, lambda begun: time.perf_counter() - begun > WARM_UP_S)
        paths = list(exam.series[0].paths)
        # It warns that the files are not sorted, which changes nothing about reading them.
        SimpleITK.ProcessObject.SetGlobalWarningDisplay(False)
        rounds = [(*_open(app, page, exam), theirs(paths) * 1000) for _ in range(times)]
        page.close_exam()
        page.close()
        page.deleteLater()
        app.processEvents()
    jobs.close()
    first, last, peer = (statistics.median(column) for column in zip(*rounds, strict=True))
    return first, last, peer


def _open(app: QCoreApplication, page: ReadingPage, exam: Exam) -> tuple[float, float]:
    page.close_exam()
    _run(app, lambda begun: time.perf_counter() - begun > 0.3)
    begun = time.perf_counter()
    page.open_exam(exam)
    first = _run(app, lambda _: page.first_image_shown, begun)
    last = _run(app, lambda _: _complete(page), begun)
    return first * 1000, last * 1000


def _complete(page: ReadingPage) -> bool:
    controller = page.controller
    return controller is not None and controller.complete(0)


def _run(app: QCoreApplication, until: Callable[[float], bool], begun: float | None = None) -> float:
    """Seconds since `begun` until the condition holds, with the window alive."""
    start = time.perf_counter() if begun is None else begun
    while not until(start):
        app.processEvents()
        time.sleep(0.002)
    return time.perf_counter() - start
