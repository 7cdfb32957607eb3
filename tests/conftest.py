"""What every test gets: a screen and a home of its own, no network, and a watch on leaks and errors."""

from __future__ import annotations

import compileall
import gc
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.helpers import network, order, screen
from vetpacs_desktop.paths import Home

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

ROOT = Path(__file__).resolve().parents[1]
QT_FIXTURES = frozenset({"qtbot", "qapp", "qapp_cls", "qtmodeltester"})
NEEDS_SCREEN = "needs a screen: install xvfb, or run the tests where windows can be opened"
SERVER: pytest.StashKey[subprocess.Popen[bytes]] = pytest.StashKey()


def pytest_configure(config: pytest.Config) -> None:
    """Before anything imports Qt: the screen and the surroundings. The xdist controller runs no test."""
    if sys.platform.startswith("linux"):
        os.environ.setdefault("QT_QPA_PLATFORM", "xcb")
    os.environ.setdefault("QT_ACCESSIBILITY", "0")
    # Nobody's own keyring is touched, nor by the programs that tests start.
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    # How long one example takes depends on what else the machine does; the test's own timeout is enough.
    hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
    hypothesis.settings.load_profile("house")
    network.forbid()
    if not hasattr(config, "workerinput"):
        # Hundreds of processes are started; where Python may not write byte code, each would compile anew.
        compileall.compile_dir(ROOT / "vetpacs_desktop", quiet=2)
    controls_workers = bool(getattr(config.option, "numprocesses", None)) and not hasattr(
        config, "workerinput"
    )
    if screen.wanted() and not controls_workers:
        server = screen.start()
        if server is not None:
            config.stash[SERVER] = server


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.stash.get(SERVER, None)
    if server is not None:
        screen.stop(server)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; what opens windows is skipped, with a reason, where none can be opened."""
    items.sort(key=lambda item: order.place(item.path))
    if screen.present():
        return
    for item in items:
        if QT_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.skip(reason=NEEDS_SCREEN))


@pytest.fixture(autouse=True, scope="session")
def _away_from_the_users_library(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A test that forgets ``--home`` must never meet a real clinic's library or its window's state."""
    lair = tmp_path_factory.mktemp("account")
    os.environ["VETPACS_HOME"] = str(lair / "home")
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        os.environ[name] = str(lair / name.lower())


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home with its folders made."""
    return Home(tmp_path / "home").make()


@pytest.fixture(scope="session")
def animals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the example animals, the coarse set of seed 1; to be read only."""
    from vetpacs_desktop.examples import write_examples

    folder = tmp_path_factory.mktemp("animals")
    write_examples(folder, seed=1, small=True)
    return folder


@pytest.fixture(autouse=True)
def _no_unexpected_errors(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """An error in the program's own log fails the test, unless it is marked ``expects_errors``."""
    yield
    if request.node.get_closest_marker("expects_errors"):
        return
    errors = [
        f"{record.name}: {record.getMessage()}"
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)
        if record.levelno >= logging.ERROR and record.name.split(".")[0] == "vetpacs_desktop"
    ]
    if errors:
        pytest.fail("errors in the log that nobody announced:\n" + "\n".join(errors), pytrace=False)


@pytest.fixture(scope="module")
def _what_lives_longer() -> Iterator[None]:
    """What was there before a file's first window is left out of the search for dead objects.

    The search goes over everything alive: a quarter of a second for the libraries alone, after every test.
    """
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _no_leaked_windows(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test with windows must leave none behind: a leaked widget keeps its timers and its GL context."""
    if not QT_FIXTURES & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("qapp")
    request.getfixturevalue("_what_lives_longer")
    before = {id(widget) for widget in _windows()}
    yield
    _bury()
    left = [widget for widget in _windows() if id(widget) not in before]
    if left:
        names = ", ".join(f"{type(widget).__name__} {widget.objectName()!r}" for widget in left)
        for widget in left:
            widget.close()
            widget.deleteLater()
        del left, widget
        _bury()
        pytest.fail(f"windows left behind: {names}", pytrace=False)


def _windows() -> list[QWidget]:
    """Top-level widgets; a tool tip belongs to Qt itself and may live on."""
    from PySide6.QtWidgets import QApplication

    return [
        widget for widget in QApplication.topLevelWidgets() if widget.metaObject().className() != "QTipLabel"
    ]


def _bury() -> None:
    """Carry out every deletion that was asked for, Python's and Qt's."""
    from PySide6.QtCore import QCoreApplication, QEvent

    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
