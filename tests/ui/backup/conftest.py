"""A window with a library of a few exams and a folder that a backup can go to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.helpers.small_files import picture, write
from tests.ui.conftest import WAIT_MS, Opened
from vetpacs_desktop.app import App
from vetpacs_desktop.jobs import CancelToken, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.intake.importing.stages import import_paths
from vetpacs_desktop.ui.backup.desk import BackupDesk
from vetpacs_desktop.ui.operations import backing_up, backup_places
from vetpacs_desktop.ui.operations.backup_places import Order

LEFT = Qt.MouseButton.LeftButton
D = TypeVar("D", bound=QDialog)


@pytest.fixture
def exams(app: App, tmp_path: Path) -> list[Path]:
    """Three exams of two images each, in the library before the window opens."""
    files = [
        write(
            picture(study=str(study), sop=str(image), PatientName=f"Smith^Dog{study}", InstanceNumber=image),
            tmp_path / f"{study}-{image}.dcm",
        )
        for study in (1, 2, 3)
        for image in (1, 2)
    ]
    assert import_paths(app.library, app.home, files, ignore, CancelToken()).stored == 6
    return files


@pytest.fixture
def nas(tmp_path: Path) -> Path:
    """An empty folder."""
    folder = tmp_path / "nas"
    folder.mkdir()
    return folder


@pytest.fixture
def saved(exams: list[Path], app: App, nas: Path) -> Place:
    """The place "NAS" with one generation of these exams."""
    return saved_to(app.home, nas)


def saved_to(home: Home, nas: Path, name: str = "NAS") -> Place:
    """Set a folder up as a place and let it run once."""
    order = Order(Place(name, str(nas)))
    lines = backup_places.Lines()
    tried = backup_places.try_place(home, order, lines, ignore, CancelToken())
    place = Place(name, str(nas), identity=tried.identity)
    backup_places.set_up(home, Order(place), ignore, CancelToken())
    backing_up.run_here(home, places.find(home, name), ignore, CancelToken())
    return places.find(home, name)


def desk_of(opened: Opened) -> BackupDesk:
    return opened.window.backup


def known(opened: Opened, qtbot: QtBot) -> BackupDesk:
    """The desk, once it has looked."""
    desk = desk_of(opened)
    qtbot.waitUntil(lambda: desk.monitor.now.known, timeout=WAIT_MS)
    return desk


def dialog_of(opened: Opened, kind: type[D]) -> D:
    dialog = desk_of(opened).dialog
    assert isinstance(dialog, kind)
    return dialog


def click(qtbot: QtBot, within: QWidget, name: str) -> None:
    """Press the button of that name with the mouse, once it can be seen."""
    found = within.findChild(QPushButton, name)
    assert found is not None, name
    qtbot.waitUntil(found.isVisible, timeout=WAIT_MS)
    assert found.isEnabled(), name
    qtbot.mouseClick(found, LEFT)


def until(qtbot: QtBot, reached: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(reached()), timeout=WAIT_MS)
