"""The real window in a process of its own, so that Qt's scaling can be chosen: prints what is cut or blurred.

``python -m tests.ui.controls.scaled_window width height folder`` with ``QT_SCALE_FACTOR`` set.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from tests.helpers.clipped import clipped
from tests.ui.exams import file_exam, write_exam
from tests.ui.viewing.screen import on_screen
from vetpacs_desktop import settings
from vetpacs_desktop.app import App
from vetpacs_desktop.paths import Home
from vetpacs_desktop.ui.application import make_application
from vetpacs_desktop.ui.controls.clinic import ClinicDialog
from vetpacs_desktop.ui.main_window import MainWindow
from vetpacs_desktop.ui.system.doors import Doors
from vetpacs_desktop.ui.system.doors_dialog import DoorsDialog
from vetpacs_desktop.ui.system.receiver_dialog import ReceiverDialog

PATIENCE_MS = 15_000


def main(width: int, height: int, folder: Path) -> None:
    """Walk through the window and print a line for every fault."""
    home = Home(folder / "home").make()
    chosen: dict[str, settings.Value] = {
        "receiver.port": 0,
        "clinic.name": "Kleintierpraxis am Elm",
        "clinic.address": "Elmweg 1",
    }
    settings.save(settings.Settings().with_values(chosen), home.settings)
    app = App.open(home)
    uid, paths = write_exam(folder / "machine", "Prinzessin Sophie", "von Hohenstein", images=2)
    file_exam(app.library, paths)
    make_application(app)
    window = MainWindow(app, lambda error: print("bug:", repr(error)))
    window.resize(width, height)
    window.show()
    window.exams.start()
    until(lambda: window.exams.table.model().rowCount() == 1)
    window.exams.table.selectRow(0)
    look("exams", window)
    window.show_place("system")
    look("system", window)
    window.system.show_card("controls")
    look("system, below", window)
    read(window, str(uid))
    dialogs(window, app)
    window.hide()
    window.shut()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    app.close()


def read(window: MainWindow, uid: str) -> None:
    """The reading page: alone, with a guide in the panel."""
    window.open_target(uid, None)
    page = window.reading.page
    until(lambda: page.controller is not None and page.first_image_shown)
    look("reading", window)
    assert page.grid is not None
    view = page.grid.active.view
    drawn = view.picture()
    shown = on_screen(view)
    if (drawn.width(), drawn.height()) != (view.viewport.width, view.viewport.height):
        print("reading: the picture has not the screen's pixels")
    print_if_blurred(shown, drawn.width(), drawn.height(), view.picture().constBits())
    page.guides.start("vhs")
    look("reading with a guide", window)


def print_if_blurred(
    shown: np.ndarray, width: int, height: int, bits: bytes | bytearray | memoryview
) -> None:
    """What is on the screen must be what was drawn, pixel by pixel, not resampled."""
    drawn = np.frombuffer(bits, np.uint8).reshape(height, width, 4)[..., :3]
    rows, columns = min(height, shown.shape[0]) - 8, min(width, shown.shape[1]) - 8
    part = drawn[4 : rows - 4, 4 : columns - 4]
    for down in (0, 1, -1):
        for right in (0, 1, -1):
            there = shown[4 + down : rows - 4 + down, 4 + right : columns - 4 + right]
            if there.shape == part.shape and np.mean(there != part) < 0.001:  # a mark may just be changing
                return
    print(f"reading: the picture on the screen is not the one drawn {shown.shape} {drawn.shape}")


def dialogs(window: MainWindow, app: App) -> None:
    """Those of everyday, each as large as it wants to be, but inside a small screen."""
    controls = window.controls.dialog()
    for page in range(controls.tabs.count()):
        controls.tabs.setCurrentIndex(page)
        look(f"keys and mouse {page}", controls)
    controls.close()
    window.controls.show_sheet()
    assert window.controls.sheet is not None
    look("sheet", window.controls.sheet)
    window.controls.sheet.close()
    for dialog in (
        ClinicDialog(app.settings, window),
        ReceiverDialog(app.settings, window),
        DoorsDialog(app.settings, Doors(), window),
    ):
        look(type(dialog).__name__, dialog)
        dialog.close()


def look(where: str, window: QWidget) -> None:
    """After everything is laid out and painted."""
    window.show()
    rest(120)
    for fault in clipped(window):
        print(f"{where}: {fault}")
    if isinstance(window, QDialog):
        least = window.minimumSizeHint().expandedTo(window.minimumSize())
        if least.height() > 510 or least.width() > 840:  # 1280x800 at 150 %, without a task bar's height
            print(f"{where}: needs {least.toTuple()}")


def until(condition: Callable[[], bool]) -> None:
    """Or fail."""
    for _ in range(PATIENCE_MS // 20):
        if condition():
            return
        rest(20)
    raise TimeoutError


def rest(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
