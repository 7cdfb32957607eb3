"""The guards of the test suite, shown to bite: a suite that would let these pass guards nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import network, screen

ROOT = Path(__file__).resolve().parents[1]
INNOCENT_AND_GUILTY = """
import logging, socket, warnings
import pytest
from PySide6.QtWidgets import QWidget

KEPT = []

def test_good_window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()

def test_bad_window(qtbot):
    KEPT.append(QWidget())

def test_bad_log():
    logging.getLogger("vetpacs_desktop.store").error("unannounced")

@pytest.mark.expects_errors
def test_good_announced_log():
    logging.getLogger("vetpacs_desktop.store").error("announced")

def test_bad_network():
    with socket.socket() as out:
        out.connect(("192.0.2.1", 104))

def test_good_loopback():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass

def test_bad_warning():
    warnings.warn("old", DeprecationWarning, stacklevel=1)
"""


def test_guards_catch_the_guilty_and_let_the_innocent_pass(tmp_path: Path) -> None:
    if not screen.present():
        pytest.skip("needs a screen")
    probe = tmp_path / "test_probe.py"
    probe.write_text(INNOCENT_AND_GUILTY)
    answer = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider"),
            *("-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), str(probe)),
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "VETPACS_TEST_SCREEN": "same"},
        timeout=120,
        check=False,
    )
    blamed = [
        line for line in answer.stdout.splitlines() if line.startswith(("FAILED ", "ERROR ")) and "::" in line
    ]
    assert len(blamed) == 4, answer.stdout + answer.stderr
    assert all("test_bad_" in line for line in blamed)
    assert "windows left behind: QWidget" in answer.stdout
    assert "tests stay on this computer" in answer.stdout


def test_this_computer_is_here_and_the_world_is_not() -> None:
    assert network.is_here("127.0.0.1")
    assert network.is_here("::1")
    assert network.is_here("localhost")
    assert not network.is_here("192.0.2.1")
    assert not network.is_here("example.org")


def test_the_users_own_library_is_out_of_reach() -> None:
    from vetpacs_desktop.paths import default_home

    assert "pytest" in str(default_home().root)
