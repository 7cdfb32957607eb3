"""How fast four linked viewports of 12-megapixel radiographs follow one drag, in the real window.

    xvfb-run -a -s "-screen 0 1920x1200x24" python -m tests.bench.bench_links

A step is one movement of the mouse: wish, linked wishes, four snapshots, four pictures painted. The lines of
"alone" are the same with nothing linked, one picture painted.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from tests.bench.bench_render import Rows, radiograph, timed
from tests.viewer.render.files import image_file
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.exam import Exam, ExamSeries
from vetpacs_desktop.viewer.links import ALL_LINKED, NOTHING_LINKED, Links
from vetpacs_desktop.viewer.loading import FrameLoader

COUNT = 4
STEPS = 80


def exam_of(folder: Path) -> Exam:
    """Four views, a series each."""
    made = []
    values = radiograph()
    for n in range(COUNT):
        path = image_file(
            folder,
            np.roll(values, 200 * n, axis=1),
            Modality="DX",
            SeriesInstanceUID=f"1.2.{n}",
            ImagerPixelSpacing=[0.1, 0.1],
            WindowCenter=1000,
            WindowWidth=4000,
        )
        first = read_description(path)
        made.append(ExamSeries(first.series_uid, "DX", n, f"View {n}", (path,), 1, sop_uids=(first.sop_uid,)))
    words = ("1", "Bella", "Smith", "Dog", "Beagle", "female", "7 years", "1", "20260704", "", "Thorax", "")
    return Exam(*words, tuple(made))


def until(app: QApplication, ready: Callable[[], bool], limit: float = 60) -> None:
    begun = time.perf_counter()
    while not ready() and time.perf_counter() - begun < limit:
        app.processEvents()


def measured(app: QApplication, page: ReadingPage, controller: Controller, links: Links) -> Rows:
    """Frames a second of each kind of drag."""
    assert page.grid is not None
    painted = page.grid.viewports if links.any else page.grid.viewports[:1]
    controller.put_grid(replace(controller.grid, links=links))
    app.processEvents()

    def after(act: Callable[[int], object]) -> Callable[[int], object]:
        def step(n: int) -> None:
            before = [one.view.drawn for one in painted]
            act(n)
            until(app, lambda: all(v.view.drawn > b for v, b in zip(painted, before, strict=True)), 5)

        return step

    start = Window(1000, 4000)
    kinds: dict[str, Callable[[int], object]] = {
        "window": lambda n: controller.drag_window(0, start, (n % 50 - 25, n % 30), 4000, True),
        "zoom": lambda n: controller.zoom(0, 1.03 if n % 40 < 20 else 1 / 1.03),
        "pan": lambda n: controller.pan(0, (5.0 if n % 40 < 20 else -5.0, 2.0)),
    }
    return {kind: timed(after(act), STEPS) for kind, act in kinds.items()}


def main() -> None:
    app = QApplication(sys.argv[:1])
    jobs = Jobs()
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(f"{folder}/state.ini", QSettings.Format.IniFormat)
        page = ReadingPage(Bridge(jobs), lambda: FrameLoader(2, 2 << 30), settings)
        page.resize(1200 + 170, 900 + 80)
        page.show()
        page.open_exam(exam_of(Path(folder)))
        controller = page.controller
        assert controller is not None
        controller.lay_out(2, 2)
        for n in range(COUNT):
            controller.show(n, n)
        until(
            app, lambda: all(controller.complete(n) and controller.frame(n) is not None for n in range(COUNT))
        )
        until(app, lambda: False, 1)
        assert page.grid is not None
        size = page.grid.size()
        print(f"four viewports in {size.width()}x{size.height()}")
        for name, links in (("linked", ALL_LINKED), ("alone", NOTHING_LINKED)):
            found[name] = rows = measured(app, page, controller, links)
            for kind, times in rows.items():
                best = f"best tenth {times['p10_ms']:.1f} ms"
                print(f"{name:7} {kind:7} {times['ms']:6.1f} ms  {times['per_second']:6.1f}/s  {best}")
        page.close_exam()
        page.close()
        page.deleteLater()
        app.processEvents()
    jobs.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
