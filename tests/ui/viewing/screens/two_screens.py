"""The reading place on a desk with two screens, in a process of its own: says as JSON what stands where."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.viewing.conftest import ct_series, exam_of
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.reading_place import ReadingPlace
from vetpacs_desktop.viewer.loading import FrameLoader


def until(app: QApplication, ready: Callable[[], bool]) -> None:
    begun = time.monotonic()
    while not ready() and time.monotonic() - begun < 20:
        app.processEvents()
        time.sleep(0.005)


def where(window: QWidget) -> str:
    return window.screen().name()


def trigger(page: QWidget, name: str) -> None:
    action = page.findChild(QAction, name)
    assert isinstance(action, QAction)
    action.trigger()


def main(folder: Path) -> None:
    app = QApplication(sys.argv[:1])
    jobs = Jobs()
    bridge = Bridge(jobs)
    settings = QSettings(str(folder / "state.ini"), QSettings.Format.IniFormat)
    place = ReadingPlace(bridge, lambda: FrameLoader(2, 64 << 20), settings)
    place.setGeometry(100, 100, 900, 600)
    place.show()
    page = place.page
    exam = exam_of(ct_series(folder / "a", 1), ct_series(folder / "b", 2))
    place.open_exam(exam)
    until(app, lambda: page.first_image_shown)
    said: dict[str, object] = {"first": where(place)}
    trigger(page, "second_screen")
    window = page.screens.window
    assert window is not None
    until(app, lambda: window.grid.viewports[0].view.has_painted_picture)
    said["second"] = where(window)
    said["picture"] = window.grid.viewports[0].view.has_painted_picture
    said["width"] = window.width()
    trigger(page, "full_screen")
    app.processEvents()
    said["full"] = [where(place), where(window), place.window().isFullScreen(), window.isFullScreen()]
    trigger(page, "full_screen")
    trigger(page, "second_screen")
    trigger(page, "apart")
    until(app, lambda: page.isVisible())
    said["apart"] = where(page.window())
    said["list"] = where(place)
    place.close_exam()
    place.close()
    bridge.close()
    jobs.close()
    print(json.dumps(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
