"""The real program as a process: it opens, a second start finds it, it ends with all that it started."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ui.exams import file_exam, write_exam
from vetpacs_desktop import service
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.ui.main_window import LIST_SHOWN

SECONDS = 60.0


def start(home: Home, *arguments: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "vetpacs_desktop", "--home", str(home.root), "gui", *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, f"{what} did not happen"
        time.sleep(0.05)


def said(home: Home) -> str:
    path = home.logs / "window.log"
    return path.read_text(encoding="utf-8") if path.exists() else ""


@pytest.fixture
def program(qapp: object, home_on_free_port: Home) -> Iterator["subprocess.Popen[bytes]"]:
    process = start(home_on_free_port)
    yield process
    if process.poll() is None:
        process.kill()
    process.wait(SECONDS)
    assert process.stderr is not None
    process.stderr.close()


@pytest.mark.skipif(os.name == "nt", reason="ends the program by SIGTERM")
def test_one_window_opens_is_found_by_a_second_start_and_ends_in_order(
    program: "subprocess.Popen[bytes]", home_on_free_port: Home, tmp_path: Path
) -> None:
    home = home_on_free_port
    until(lambda: LIST_SHOWN in said(home), "the list")
    until(lambda: service.state_of(home) is not None, "the receiver")
    library = Library.open(home)
    uid, paths = write_exam(tmp_path / "in")
    file_exam(library, paths)
    second = start(home, "--study", uid)
    assert second.wait(SECONDS) == 0
    assert second.stderr is not None
    second.stderr.close()
    assert program.poll() is None
    until(lambda: library.study(uid).seen, "the first window's opening the exam")
    library.close()
    program.send_signal(signal.SIGTERM)
    assert program.wait(SECONDS) == 0
    assert service.state_of(home) is None
    assert not list(home.logs.glob("crash-*"))
    assert home.window_state.exists()
