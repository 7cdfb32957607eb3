"""How smoothly a point of a figure follows the mouse on a 12-megapixel radiograph with ten figures.

``python -m tests.bench.bench_marks`` prints frames a second in the real page, for a length and an area with
its statistics, and while the window is dragged for comparison. The wish is 60 at 1200x900.
"""

import math
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "xcb")

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication

from tests.helpers import screen
from tests.ui.viewing.conftest import exam_of, series_of
from tests.ui.viewing.mouse import Mouse
from tests.viewer.render.files import image_file
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.loading import FrameLoader

FRAMES = 150
ROUNDS = 3
SIZE = (1200, 900)


def main() -> None:
    """Open, draw, drag, print."""
    server = screen.start() if screen.wanted() else None
    qt = QApplication(sys.argv)
    jobs = Jobs()
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(f"{folder}/state.ini", QSettings.Format.IniFormat)
        page = ReadingPage(Bridge(jobs), lambda: FrameLoader(2, 1 << 30), settings)
        page.strip.hide()
        page.show()
        values = np.random.default_rng(1).integers(0, 4096, (3000, 4000)).astype(np.uint16)
        path = image_file(Path(folder), values, Modality="DX", ImagerPixelSpacing=["0.1", "0.1"])
        page.open_exam(exam_of(series_of([path])))
        page.resize(SIZE[0] + 18, SIZE[1] + 72)
        while not page.first_image_shown:
            qt.processEvents()
        mouse = Mouse(page)
        for number, tool in enumerate(("length", "ellipse") * 5):
            draw(page, mouse, tool, number)
        annotations = mouse.controller.marking.sheet.annotations
        for _ in range(ROUNDS):
            window = rate(qt, mouse, (3700.0, 300.0))
            length, area = (rate(qt, mouse, annotations[n].points[1]) for n in (0, 1))
            size = mouse.viewport.view.size().toTuple()
            print(f"frames/s at {size}: window {window:.0f}, length {length:.0f}, area {area:.0f}")
        page.close_exam()
        page.close()
    jobs.close()
    if server is not None:
        screen.stop(server)


def draw(page: ReadingPage, mouse: Mouse, tool: str, number: int) -> None:
    """One figure of the ten."""
    x, y = 300.0 + 350 * number, 400.0 + 200 * number
    page._marking.actions[f"measure_{tool}"].trigger()
    mouse.click((x, y), (x + 300, y + 400))
    mouse.key(Qt.Key.Key_Escape)


def rate(qt: QApplication, mouse: Mouse, start: tuple[float, float]) -> float:
    """Frames a second while the mouse goes round with the left button down on `start`."""
    mouse.move(start)
    mouse.press(start)
    view = mouse.viewport.view
    began, drawn = time.perf_counter(), view.drawn
    for n in range(FRAMES):
        mouse.move(
            (start[0] + 80 * math.sin(n / 9), start[1] + 80 * math.cos(n / 9)), Qt.MouseButton.LeftButton
        )
        qt.processEvents()
    frames, seconds = view.drawn - drawn, time.perf_counter() - began
    mouse.release(start)
    return frames / seconds


if __name__ == "__main__":
    main()
