"""While a volume is put together from slices that take long, scrolling goes on, and memory is held once."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import exam_of, series_of
from tests.ui.viewing.mouse import Mouse
from tests.viewer.render.files import image_file
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.loading import FrameKey, FrameLoader

K = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
COUNT, SIZE = 60, 256
PICTURES = 8_000_000
"""Bytes that four viewports of this size need for what they draw."""


class SlowLoader(FrameLoader):
    """A share on the network that takes its time: every frame comes `wait_s` later."""

    wait_s = 0.0

    def _fulfil(self, key: FrameKey, process: object) -> None:
        time.sleep(self.wait_s)
        super()._fulfil(key, process)  # type: ignore[arg-type]


@pytest.fixture
def slices(tmp_path: Path) -> list[Path]:
    rng = np.random.default_rng(3)
    return [
        image_file(
            tmp_path,
            rng.integers(0, 900, (SIZE, SIZE), np.int16),
            SOPClassUID="1.2.840.10008.5.1.4.1.1.2",
            Modality="CT",
            InstanceNumber=n + 1,
            ImagePositionPatient=[0.0, 0.0, 1.5 * n],
            ImageOrientationPatient=[1, 0, 0, 0, -1, 0],
            PixelSpacing=[0.5, 0.5],
            RescaleSlope=1,
            RescaleIntercept=-1000,
        )
        for n in range(COUNT)
    ]


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path, slices: list[Path]) -> Iterator[Callable[[], ReadingPage]]:
    jobs = Jobs()
    bridge = Bridge(jobs)
    settings = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    page = ReadingPage(bridge, lambda: SlowLoader(2, 1 << 30), settings)
    page.resize(1000, 760)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)

    def go() -> ReadingPage:
        page.open_exam(exam_of(series_of(slices)))
        qtbot.waitUntil(lambda: page.first_image_shown, timeout=15_000)
        return page

    yield go
    page.close_exam()
    page.close()
    page.deleteLater()
    bridge.close()
    jobs.close()


def final(page: ReadingPage) -> Controller:
    controller = page.controller
    assert controller is not None
    return controller


def test_scrolling_never_stops_while_the_volume_is_put_together(
    opened: Callable[[], ReadingPage], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SlowLoader, "wait_s", 0.05)
    page = opened()
    controller = final(page)
    qtbot.waitUntil(lambda: bool((stack := controller.stack(0)) and stack.final), timeout=15_000)
    mouse = Mouse(page)
    mouse.key(K.Key_M, SHIFT)
    said: set[str] = set()
    longest, steps = 0.0, 0
    while len(controller.grid.views) == 1 and steps < 400:
        began = time.perf_counter()
        if steps % 5 == 0:
            before = controller.grid.views[0].index
            mouse.key(K.Key_Down if steps < 200 else K.Key_Up)
            assert controller.grid.views[0].index != before or before in (0, COUNT - 1)
        qtbot.wait(1)
        longest = max(longest, time.perf_counter() - began)
        said |= {label.text() for label in page.findChildren(QLabel) if "volume together" in label.text()}
        steps += 1
    qtbot.waitUntil(lambda: len(controller.grid.views) == 4, timeout=20_000)
    assert said, "how far it is was said"
    assert steps > 10, "the reader scrolled meanwhile"
    assert longest < 1.0, "and the window answered"


def test_voxels_are_held_once_and_given_back(
    opened: Callable[[], ReadingPage], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slices that were loaded before lie in the volume from then on; closing the exam frees all."""
    page = opened()
    controller = final(page)
    qtbot.waitUntil(lambda: controller.complete(0), timeout=15_000)
    voxels = COUNT * SIZE * SIZE * 2
    assert controller.supply.loader.nbytes >= voxels
    tracemalloc.start()
    Mouse(page).key(K.Key_M, SHIFT)
    qtbot.waitUntil(lambda: len(controller.grid.views) == 4, timeout=15_000)
    assert controller.supply.loader.nbytes < 0.1 * voxels, "lent: counted with the volume"
    now, peak = tracemalloc.get_traced_memory()
    assert peak < 1.3 * voxels + PICTURES, "the volume and what four viewports draw"
    page.close_exam()
    assert not controller.volumes.all()
    gc.collect()
    qtbot.waitUntil(lambda: tracemalloc.get_traced_memory()[0] < now - 0.8 * voxels, timeout=5000)
    tracemalloc.stop()
