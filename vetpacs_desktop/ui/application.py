"""Runs the window for one open program: the order of starting and stopping.

Everything before the event loop is here; what the window does is the window's.
"""

from __future__ import annotations

import signal
import sys

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from vetpacs_desktop.app import App
from vetpacs_desktop.errors import EXIT_DONE
from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.crash import CrashHandler
from vetpacs_desktop.ui.icons import icon
from vetpacs_desktop.ui.main_window import MainWindow
from vetpacs_desktop.ui.single import FirstWindow, Wish, hand_over

SWITCH_SECONDS = 0.001
"""Background threads give the window's thread its turn after this long (Python's own is 5 ms)."""


def run(app: App, *, study: str | None = None, animal: str | None = None, load_examples: bool = False) -> int:
    """Open the window and stay until it is closed; then stop everything and close `app`.

    When a window is already open for this home, that one comes to the front and does what was asked.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    qt = make_application(app)
    try:
        if hand_over(app.home, Wish(study, animal)):
            return EXIT_DONE
        return _run_first(app, qt, Wish(study, animal), load_examples=load_examples)
    finally:
        app.close()


def make_application(app: App) -> QApplication:
    """The QApplication, dressed in the theme of the settings."""
    existing = QApplication.instance()
    if existing is None:
        QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    QApplication.setApplicationName("vetpacs-desktop")
    QApplication.setApplicationDisplayName("VetPACS")
    QApplication.setDesktopFileName("vetpacs-desktop")
    qt = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    theme.apply(qt, theme.THEMES.get(app.settings.text("window.theme"), theme.DARK))
    qt.setWindowIcon(icon("animal", "accent"))
    return qt


def _run_first(app: App, qt: QApplication, wish: Wish, *, load_examples: bool) -> int:
    crash = CrashHandler(app.home)
    crash.install()
    first = FirstWindow(app.home)
    window = MainWindow(app, crash.handle)
    teller = Bridge(app.jobs)
    crash.tell = lambda notice: teller.post(lambda: window.tell(notice))
    first.asked.connect(lambda asked: _raise(window, asked))
    ticking = _stop_on_signals(qt)
    window.show()
    window.start(study=wish.study, animal=wish.animal, examples=load_examples)
    code = qt.exec()
    ticking.stop()
    first.close()
    window.hide()
    qt.processEvents()
    window.shut()
    teller.close()
    return code


def _raise(window: MainWindow, wish: Wish) -> None:
    if window.isMinimized():
        window.showNormal()
    window.show()
    window.raise_()
    window.activateWindow()
    window.open_target(wish.study, wish.animal)


def _stop_on_signals(qt: QApplication) -> QTimer:
    """SIGTERM and Ctrl-C close the window in order; Python only sees them when it gets a turn."""
    for name in ("SIGTERM", "SIGINT"):
        signal.signal(getattr(signal, name), lambda *_: qt.quit())
    timer = QTimer(interval=250)
    timer.timeout.connect(lambda: None)
    timer.start()
    return timer
