"""A reading page over a real library, with planes of a made-up CT on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.ui.viewing.conftest import ct_series
from tests.ui.viewing.mouse import Mouse
from vetpacs_desktop.app import App
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.records import StudyUID
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.notices import Notice
from vetpacs_desktop.ui.transfers import Transfers
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.output.house import OutputHouse
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.loading import FrameLoader


@dataclass(frozen=True, slots=True)
class Reading:
    """An exam of the library on the screen."""

    app: App
    page: ReadingPage
    study: StudyUID
    notices: list[Notice]

    @property
    def controller(self) -> Controller:
        assert self.page.controller is not None
        return self.page.controller


@pytest.fixture
def app(home: Home) -> Iterator[App]:
    made = App.open(home)
    yield made
    made.close()


@pytest.fixture
def reading(app: App, qtbot: QtBot, tmp_path: Path) -> Iterator[Reading]:
    """Three planes of a CT of 12 slices of 64 x 64 pixels of 1 mm, 2.5 mm apart."""
    app.import_paths(list(ct_series(tmp_path / "ct").paths))
    (row,) = app.library.search("")
    jobs = Jobs()
    bridge = Bridge(jobs)
    notices: list[Notice] = []
    settings = QSettings(str(tmp_path / "state.ini"), QSettings.Format.IniFormat)
    house = OutputHouse(
        Transfers(bridge),
        notices.append,
        str,
        app.keep_images,
        app.put_images_away,
        app.bring_images_back,
    )
    page = ReadingPage(bridge, lambda: FrameLoader(2, 256 << 20), settings, output=house)
    page.resize(1000, 700)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.open_exam(app.exam(row.study_uid))
    made = Reading(app, page, row.study_uid, notices)
    qtbot.waitUntil(lambda: page.first_image_shown and made.controller.complete(0), timeout=15_000)
    Mouse(page).key(Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: len(made.controller.grid.views) == 4, timeout=10_000)
    yield made
    if isValid(page):
        page.close_exam()
        page.close()
        page.deleteLater()
    bridge.close()
    jobs.close()
