"""Watched folders: files are taken once they stand still, and only once."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from tests.helpers.corpus import images
from tests.helpers.peers import wait_for
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.intake.folder import WatchedFolders
from vetpacs_desktop.store.intake.quarantine import Quarantine
from vetpacs_desktop.store.library import Library


@pytest.fixture
def library(home: Home) -> Iterator[Library]:
    opened = Library.open(home)
    yield opened
    opened.close()


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def test_a_file_that_still_grows_is_not_touched(home: Home, library: Library, inbox: Path) -> None:
    content = images("ct-variable-gap")[0].read_bytes()
    watched = WatchedFolders(home, library, [inbox])
    with (inbox / "image").open("wb") as slow:
        for start in range(0, len(content), len(content) // 8):
            slow.write(content[start : start + len(content) // 8])
            slow.flush()
            for _ in range(6):
                watched.tick()
                time.sleep(0.05)
            assert library.counts()[1] == 0
    wait_for(lambda: (watched.tick(), library.counts()[1] == 1)[1])
    assert Quarantine(home).entries() == []
    watched.close()


def test_what_was_imported_is_remembered_after_a_restart(home: Home, library: Library, inbox: Path) -> None:
    for path in images("ct-variable-gap")[:3]:
        shutil.copy(path, inbox)
    (inbox / "letter.txt").write_text("Dear colleague")
    first = WatchedFolders(home, library, [inbox])
    wait_for(lambda: (first.tick(), library.counts()[1] == 3)[1])
    first.close()
    again = WatchedFolders(home, library, [inbox])
    until = time.monotonic() + 2.5
    while time.monotonic() < until:
        again.tick()
        time.sleep(0.05)
    again.close()
    (entry,) = Quarantine(home).entries()
    assert entry.times == 1
    assert (inbox / "letter.txt").exists()


def test_a_folder_that_comes_later_is_watched_when_it_is_there(
    home: Home, library: Library, tmp_path: Path
) -> None:
    late = tmp_path / "network drive"
    watched = WatchedFolders(home, library, [late])
    watched.tick()
    late.mkdir()
    shutil.copy(get_testdata_file("CT_small.dcm"), late / "a.dcm")
    wait_for(lambda: (watched.tick(), library.counts()[1] == 1)[1])
    watched.close()


def test_half_downloaded_files_are_left_alone(home: Home, library: Library, inbox: Path) -> None:
    shutil.copy(get_testdata_file("CT_small.dcm"), inbox / "a.dcm.part")
    shutil.copy(get_testdata_file("MR_small.dcm"), inbox / "b.dcm")
    watched = WatchedFolders(home, library, [inbox])
    wait_for(lambda: (watched.tick(), library.counts()[1] == 1)[1])
    watched.close()
    assert Quarantine(home).entries() == []
