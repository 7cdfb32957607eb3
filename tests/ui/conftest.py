"""A real window on a real library in a temporary home."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytestqt.qtbot import QtBot

from vetpacs_desktop import settings
from vetpacs_desktop.app import App
from vetpacs_desktop.paths import Home
from vetpacs_desktop.ui import application
from vetpacs_desktop.ui.main_window import MainWindow

WAIT_MS = 10_000


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
