"""A damaged index seen from the window: an offer, a rebuild, and nothing lost."""

from pathlib import Path

import pytest
from pydicom.data import get_testdata_file
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from vetpacs_desktop.app import App
from vetpacs_desktop.errors import LibraryTooNew
from vetpacs_desktop.paths import Home
from vetpacs_desktop.ui import rescue


def press(role: QMessageBox.ButtonRole, seen: list[str]) -> None:
    """Answer the box that is open, once it is."""

    def answer() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(50, answer)
            return
        seen.append(box.text())
        next(button for button in box.buttons() if box.buttonRole(button) is role).click()

    QTimer.singleShot(50, answer)


@pytest.fixture
def damaged(home: Home) -> Home:
    """One image filed, then the index overwritten."""
    app = App.open(home)
    app.import_paths([Path(str(get_testdata_file("CT_small.dcm")))])
    app.close()
    home.database.write_bytes(b"no longer an index" * 500)
    return home


def test_the_list_is_made_anew_when_the_person_says_so(qtbot: QtBot, damaged: Home) -> None:
    seen: list[str] = []
    press(QMessageBox.ButtonRole.AcceptRole, seen)
    app = rescue.opened(damaged)
    assert app is not None
    assert app.library.counts() == (1, 1)
    app.close()
    assert "No image is lost" in seen[0]


def test_leaving_it_changes_nothing(qtbot: QtBot, damaged: Home) -> None:
    before = damaged.database.read_bytes()
    press(QMessageBox.ButtonRole.RejectRole, [])
    assert rescue.opened(damaged) is None
    assert damaged.database.read_bytes() == before


def test_other_errors_are_shown_and_raised(qtbot: QtBot, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    app = App.open(home)
    app.close()
    seen: list[str] = []

    def too_new(_: Home) -> App:
        raise LibraryTooNew(path=home.root, step="9999")

    monkeypatch.setattr(App, "open", too_new)
    press(QMessageBox.ButtonRole.AcceptRole, seen)
    with pytest.raises(LibraryTooNew):
        rescue.opened(home)
    assert "newer" in seen[0]
