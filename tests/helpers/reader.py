"""The real program with somebody who reads: ``python -m tests.helpers.reader HOME STUDY``.

Opens the exam, lays out two pictures, inverts the first and draws a length; then only sits there.
"""

import sys
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from tests.ui.viewing.mouse import Mouse
from vetpacs_desktop.app import App
from vetpacs_desktop.paths import Home
from vetpacs_desktop.ui import application
from vetpacs_desktop.ui.main_window import MainWindow

LOOK_MS = 50


def read(home: Path, study: str) -> int:
    """Until somebody ends it."""
    app = App.open(Home(home))
    qt = application.make_application(app)
    timer = QTimer(qt, interval=LOOK_MS)
    timer.timeout.connect(lambda: _read_once(timer))
    timer.start()
    return application.run(app, study=study)


def _read_once(timer: QTimer) -> None:
    windows = [one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)]
    if not windows or not windows[0].reading.isVisible():
        return
    if not windows[0].isActiveWindow():
        windows[0].activateWindow()  # without a window manager nobody else does
        return
    page = windows[0].reading.page
    if page.controller is None or not page.first_image_shown or not page.controller.complete(0):
        return
    timer.stop()
    mouse = Mouse(page)
    page.controller.lay_out(1, 2)
    page.controller.activate(0)
    mouse.key(Qt.Key.Key_I)
    mouse.key(Qt.Key.Key_D)
    mouse.click((5, 5), (20, 20))


if __name__ == "__main__":
    sys.exit(read(Path(sys.argv[1]), sys.argv[2]))
