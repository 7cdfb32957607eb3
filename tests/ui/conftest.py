"""A real window on a real library in a temporary home."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from vetpacs_desktop import service, settings
from vetpacs_desktop.app import App
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.lock import ProcessLock
from vetpacs_desktop.ui import application
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.library.finder import Finder
from vetpacs_desktop.ui.library.page import ExamsPage
from vetpacs_desktop.ui.library.thumbnails import Thumbnails
from vetpacs_desktop.ui.library.watch import Watch
from vetpacs_desktop.ui.main_window import MainWindow, draw_small

WAIT_MS = 30_000


@dataclass
class Opened:
    """A window, its program, and the bugs that were reported."""

    app: App
    window: MainWindow
    bugs: list[BaseException]


@pytest.fixture
def home_on_free_port(home: Home) -> Home:
    """A home whose receiver takes any free port, so that tests can run side by side."""
    settings.save(settings.Settings().with_values({"receiver.port": 0}), home.settings)
    return home


@pytest.fixture
def service_elsewhere(home_on_free_port: Home) -> Iterator[None]:
    """A service that somebody else runs for this home, as a window finds it: it starts none and stops none.

    For rooms in which no machine sends anything: to start and stop three processes takes longer than most
    of their tests.
    """
    home = home_on_free_port
    lock = ProcessLock(home.run / service.LOCK)
    assert lock.acquire(1.0)
    state = service.ServiceState(os.getpid(), "127.0.0.1", 1, "VETPACS", "2026-07-04T08:00+00:00", "system")
    (home.run / service.STATE).write_text(json.dumps(asdict(state)), encoding="utf-8")
    yield
    lock.release()


@pytest.fixture
def app(home_on_free_port: Home) -> Iterator[App]:
    opened = App.open(home_on_free_port)
    yield opened
    opened.close()


@pytest.fixture
def opened(qtbot: QtBot, app: App) -> Iterator[Opened]:
    """The window on whatever the test put into `app.library` before it asked for this."""
    bugs: list[BaseException] = []
    application.make_application(app)
    window = MainWindow(app, bugs.append)
    window.show()
    with qtbot.waitSignal(window.exams.listed, timeout=WAIT_MS):
        window.start()
    yield Opened(app, window, bugs)
    window.close()
    window.shut()
    window.deleteLater()
    assert bugs == []


@pytest.fixture
def library(home: Home) -> Iterator[Library]:
    opened = Library.open(home)
    yield opened
    opened.close()


@pytest.fixture
def page(qtbot: QtBot, library: Library) -> Iterator[ExamsPage]:
    """The Exams page alone, on whatever the test put into `library` before; without a receiver."""
    jobs = Jobs(2)
    bridge = Bridge(jobs)
    state = QSettings(str(library.home.window_state), QSettings.Format.IniFormat)
    made = ExamsPage(
        Finder(library, bridge), Thumbnails(library, library.home.cache, bridge, draw_small), state
    )
    watch = Watch(library, bridge)
    watch.changed.connect(lambda _: made.library_changed())
    made.bug.connect(lambda error: pytest.fail(f"unexpected: {error}"))
    made.resize(1200, 700)
    made.show()
    with qtbot.waitSignal(made.listed, timeout=WAIT_MS):
        made.start()
    watch.start()
    yield made
    watch.stop()
    bridge.close()
    jobs.close()
    made.close()
    made.deleteLater()
