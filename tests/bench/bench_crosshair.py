"""How fast three planes follow the middle of their lines as it is dragged in the real window.

    xvfb-run -a -s "-screen 0 1920x1200x24" python -m tests.bench.bench_crosshair [--rounds 3]

A step is one movement of the mouse: the lines move in all three planes, two of them are cut anew, and all
three are painted, 600x450 each; the fourth viewport shows the images. Bare VTK takes turns with the page in
the same run: three vtkImageResliceMapper in one window off screen, each with two lines, no words, no Qt, and
its pixels read back. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  (registers the OpenGL classes)
from PySide6.QtCore import QEvent, QPointF, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonCore import vtkPoints, vtkUnsignedCharArray
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkImageData, vtkPlane, vtkPolyData
from vtkmodules.vtkRenderingCore import (
    vtkActor2D,
    vtkImageSlice,
    vtkPolyDataMapper2D,
    vtkRenderer,
    vtkRenderWindow,
)
from vtkmodules.vtkRenderingImage import vtkImageResliceMapper

from tests.bench.reading_page import exam_of
from tests.helpers.corpus import images
from tests.ui.viewing.mouse import LEFT, NONE, Mouse
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.ui.viewing.volumes.held import HeldVolume
from vetpacs_desktop.ui.viewing.volumes.moving import crossing_of, turn_to
from vetpacs_desktop.ui.viewing.vtk_widget import VtkWidget
from vetpacs_desktop.viewer.loading import FrameLoader
from vetpacs_desktop.viewer.marks import to_screen
from vetpacs_desktop.viewer.volume.section import PlaneName
from vetpacs_desktop.viewer.volume.volume import Volume

WANTED = (600, 450)
STEPS = 60
PLANES = 3
REACH = 90.0
"""Device pixels about which the middle goes round."""


class Shown:
    """ct-thin in three planes of a real page."""

    def __init__(self, page: ReadingPage, controller: Controller, held: HeldVolume) -> None:
        self.page, self.controller, self.held = page, controller, held
        self._mouse = Mouse(page, 0)

    def drag(self) -> list[float]:
        """Seconds of each step of one round with the button down."""
        page, controller = self.page, self.controller
        assert page.grid is not None
        views = [viewport.view for viewport in page.grid.viewports[:PLANES]]
        shown = controller.resolved(0)
        assert shown.picture is not None
        place = self.held.section(PlaneName.AXIAL).pixel(crossing_of(controller, self.held))
        middle = to_screen(place, shown.picture, shown.camera, shown.viewport)
        self._send(QEvent.Type.MouseMove, middle, NONE, NONE)
        self._send(QEvent.Type.MouseButtonPress, middle, LEFT, LEFT)
        times = []
        for n in range(STEPS):
            turn = 2 * math.pi * (n + 1) / STEPS
            at = middle[0] + REACH * math.sin(turn), middle[1] + REACH * (1 - math.cos(turn))
            before = [view.drawn for view in views]
            begin = time.perf_counter()
            self._send(QEvent.Type.MouseMove, at, NONE, LEFT)
            until(partial(_newer, views, before), 3)
            times.append(time.perf_counter() - begin)
        self._send(QEvent.Type.MouseButtonRelease, middle, LEFT, NONE)
        until(lambda: False, 0.3)  # sketches get sharp
        return times

    def _send(
        self, kind: QEvent.Type, at: tuple[float, float], button: Qt.MouseButton, held: Qt.MouseButton
    ) -> None:
        viewport = self._mouse.viewport
        ratio = viewport.devicePixelRatioF()
        place = viewport.view.mapTo(viewport, QPointF(at[0] / ratio, at[1] / ratio))
        self._mouse._send(kind, place, button, held)


class Bare:
    """The same planes in one VTK window off screen."""

    def __init__(self, volume: Volume) -> None:
        self._window = vtkRenderWindow()
        self._window.SetOffScreenRendering(True)
        self._window.SetMultiSamples(0)
        self._window.SwapBuffersOff()
        width, height = WANTED
        self._window.SetSize(PLANES * width, height)
        grid = volume.grid
        image = vtkImageData()
        image.SetDimensions(*grid.shape[::-1])
        image.SetSpacing(*grid.spacing)
        image.GetPointData().SetScalars(numpy_to_vtk(volume.values.reshape(-1)))
        self._size = np.array(image.GetSpacing()) * (np.array(image.GetDimensions()) - 1)
        self._planes: list[vtkPlane] = []
        self._lines: list[vtkPoints] = []
        for axis in range(PLANES):
            self._add(image, axis)
        self._pixels = vtkUnsignedCharArray()

    def drag(self) -> list[float]:
        """Seconds of each step."""
        times = []
        for n in range(STEPS):
            turn = 2 * math.pi * (n + 1) / STEPS
            place = self._size * (0.5 + 0.15 * np.array([math.sin(turn), math.cos(turn), 0.0]))
            begin = time.perf_counter()
            for plane in self._planes:
                plane.SetOrigin(*place)
            for points in self._lines:
                shift = 20 * math.sin(turn)
                for number, (x, y) in enumerate(_cross(shift)):
                    points.SetPoint(number, x, y, 0.0)
                points.Modified()
            self._window.Render()
            width, height = self._window.GetSize()
            self._window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, self._pixels, 0)
            times.append(time.perf_counter() - begin)
        return times

    def close(self) -> None:
        self._window.Finalize()

    def _add(self, image: vtkImageData, axis: int) -> None:
        renderer = vtkRenderer()
        renderer.SetViewport(axis / PLANES, 0, (axis + 1) / PLANES, 1)
        plane = vtkPlane()
        plane.SetNormal(*np.eye(3)[axis])
        plane.SetOrigin(*self._size / 2)
        mapper = vtkImageResliceMapper()
        mapper.SetInputData(image)
        mapper.SetSlicePlane(plane)
        picture = vtkImageSlice()
        picture.SetMapper(mapper)
        picture.GetProperty().SetColorWindow(400)
        picture.GetProperty().SetColorLevel(40)
        renderer.AddViewProp(picture)
        points, cells = vtkPoints(), vtkCellArray()
        for x, y in _cross(0.0):
            points.InsertNextPoint(x, y, 0.0)
        for first in (0, 2):
            cells.InsertNextCell(2, (first, first + 1))
        lines = vtkPolyData()
        lines.SetPoints(points)
        lines.SetLines(cells)
        drawn, actor = vtkPolyDataMapper2D(), vtkActor2D()
        drawn.SetInputData(lines)
        actor.SetMapper(drawn)
        renderer.AddViewProp(actor)
        camera = renderer.GetActiveCamera()
        camera.ParallelProjectionOn()
        middle = self._size / 2
        camera.SetFocalPoint(*middle)
        camera.SetPosition(*(middle + 1000 * np.eye(3)[axis]))
        camera.SetViewUp(*np.eye(3)[(axis + 1) % 3])
        camera.SetParallelScale(float(self._size.max()) / 2)
        renderer.ResetCameraClippingRange()
        self._window.AddRenderer(renderer)
        self._planes.append(plane)
        self._lines.append(points)


def _cross(shift: float) -> tuple[tuple[float, float], ...]:
    (width, height), x, y = WANTED, WANTED[0] / 2 + shift, WANTED[1] / 2 + shift
    return (0.0, y), (width, y), (x, 0.0), (x, height)


def _newer(views: Sequence[VtkWidget], before: Sequence[int]) -> bool:
    """Whether all were painted since."""
    return all(view.drawn > drawn for view, drawn in zip(views, before, strict=True))


def until(ready: Callable[[], bool], limit: float = 60) -> None:
    begun = time.perf_counter()
    while not ready() and time.perf_counter() - begun < limit:
        QApplication.processEvents()


@contextmanager
def shown() -> Iterator[Shown]:
    """The page with three planes of the wanted size."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    jobs = Jobs()
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(f"{folder}/state.ini", QSettings.Format.IniFormat)
        bridge = Bridge(jobs)
        page = ReadingPage(bridge, lambda: FrameLoader(2, 2 << 30), settings)
        page.strip.hide()
        page.resize(1240, 1000)
        page.show()
        page.open_exam(exam_of(images("ct-thin")))
        controller = page.controller
        assert controller is not None
        until(lambda: page.first_image_shown and controller.complete(0))
        page.activateWindow()
        until(page.isActiveWindow, 3)
        assert page.grid is not None
        QTest.keyClick(page.grid.active, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
        until(lambda: len(controller.grid.views) == PLANES + 1)
        for _ in range(3):
            until(lambda: False, 0.2)
            size = page.grid.viewports[0].view.size()
            more = [wish - have for wish, have in zip(WANTED, size.toTuple(), strict=True)]
            page.resize(page.width() + 2 * more[0], page.height() + 2 * more[1])
        until(lambda: False, 0.5)
        held = controller.volumes.of(controller.grid.views[0])
        assert held is not None
        yield Shown(page, controller, held)
        page.close_exam()
        page.close()
        page.deleteLater()
        app.processEvents()
        bridge.close()
    jobs.close()


def main() -> None:
    """Print each kind of planes and, last, one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    wish = parser.parse_args()
    found: dict[str, Any] = {"bench": "crosshair"}
    with shown() as planes:
        assert planes.page.grid is not None
        found["size"] = planes.page.grid.viewports[0].view.size().toTuple()
        print(f"three planes of {found['size']}", flush=True)
        bare = Bare(planes.held.volume)
        planes.drag(), bare.drag()
        for kind in ("plain", "turned", "thick", "thick and turned"):
            _arrange(planes, kind)
            ours, peer = [], []
            for _ in range(wish.rounds):
                ours += planes.drag()
                peer += bare.drag()
            found[kind] = row = _row(ours, peer)
            print(kind, row, flush=True)
        bare.close()
    print(json.dumps(found))


def _arrange(planes: Shown, kind: str) -> None:
    """Thin or 20 mm of brightest values; along the volume's axes or slanted."""
    held, controller = planes.held, planes.controller
    held.reset()
    turn = held.turn
    if "turned" in kind:
        turn = turn.turned(PlaneName.AXIAL, held.section(PlaneName.AXIAL).normal, 20.0, turn.through)
    thickness = replace(turn.thickness, mm=20.0 if "thick" in kind else 0.0)
    turn_to(controller, held, replace(turn, thickness=thickness))
    until(lambda: False, 1.5)


def _row(ours: list[float], peer: list[float]) -> dict[str, float]:
    median, best = statistics.median(ours), sorted(ours)[len(ours) // 10]
    return {
        "ms": round(median * 1e3, 2),
        "best_tenth_ms": round(best * 1e3, 2),
        "worst_tenth_ms": round(sorted(ours)[-len(ours) // 10] * 1e3, 2),
        "per_second": round(len(ours) / sum(ours), 1),
        "bare_vtk_ms": round(statistics.median(peer) * 1e3, 2),
        "ratio": round(median / statistics.median(peer), 2),
    }


if __name__ == "__main__":
    main()
