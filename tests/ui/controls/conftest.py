"""A real window that neither lists exams nor starts a receiver: what is tested here needs neither."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Opened
from vetpacs_desktop.app import App
from vetpacs_desktop.ui import application
from vetpacs_desktop.ui.main_window import MainWindow


@pytest.fixture
def opened(qtbot: QtBot, app: App) -> Iterator[Opened]:
    bugs: list[BaseException] = []
    application.make_application(app)
    window = MainWindow(app, bugs.append)
    with qtbot.waitExposed(window):
        window.show()
    yield Opened(app, window, bugs)
    window.close()
    window.shut()
    window.deleteLater()
    assert bugs == []
