"""The index is locked, deleted or damaged while the service runs: what machines send is kept, and the service
makes the index anew by itself."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing import Pipe
from pathlib import Path

import pytest

from tests.helpers import dcmtk
from tests.helpers.corpus import images
from tests.helpers.peers import Served, service, wait_for
from tests.helpers.small_files import picture, write
from vetpacs_desktop.errors import LibraryDamaged
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store import database
from vetpacs_desktop.store.database import mark_of
from vetpacs_desktop.store.intake.filing import Filer, Mender
from vetpacs_desktop.store.intake.filing_state import FilingKind, filing_state
from vetpacs_desktop.store.intake.spool import Spool
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.recovery import suspicion

pytestmark = pytest.mark.expects_errors
MEND_SECONDS = 60


@pytest.fixture
def served(home: Home) -> Iterator[Served]:
    with service(home) as running:
        yield running


@pytest.fixture
def window(home: Home, served: Served) -> Iterator[Library]:
    """A second program that has the library open all the time."""
    opened = Library.open(home)
    yield opened
    opened.close()


def send(served: Served, files: list[Path]) -> None:
    assert dcmtk.storescu(served.port, files).returncode == 0


def overwrite(path: Path) -> None:
    """Rubbish over everything but the first page, in place, as a failing disk would."""
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(4096)
        file.write(os.urandom(size - 4096))


def overwrite_all(path: Path) -> None:
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        file.write(os.urandom(size))


def cut(path: Path) -> None:
    os.truncate(path, 8192)


def empty(path: Path) -> None:
    os.truncate(path, 0)


@pytest.mark.parametrize("harm", [Path.unlink, overwrite, overwrite_all, cut, empty])
def test_the_service_mends_a_harmed_index_by_itself(
    home: Home, served: Served, window: Library, harm: Callable[[Path], None]
) -> None:
    files = images("ct-variable-gap")
    send(served, files[:5])
    wait_for(lambda: window.counts() == (1, 5))
    window.mark_seen(window.search("")[0].study_uid)
    # What the log of recent writes still holds can't be harmed here.
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    harm(home.database)
    send(served, files[5:])
    wait_for(lambda: bool(filing_state(home).rebuilt_at), MEND_SECONDS)
    wait_for(lambda: not Spool(home).count(), MEND_SECONDS)
    assert filing_state(home).kind is FilingKind.WORKS
    # The window sees it without being opened again, and can write.
    assert window.counts() == (1, len(files))
    study = window.search("")[0].study_uid
    window.mark_seen(study)
    assert window.study(study).seen
    found = window.verify()
    assert (found.missing, found.corrupt, found.orphans) == ((), (), ())
    assert "made anew" in "".join(path.read_text("utf-8") for path in home.logs.glob("*.log"))
    if harm not in (Path.unlink, empty):
        assert list(home.root.glob("library.damaged-*.sqlite"))


def test_what_only_the_window_notices_is_mended_as_well(home: Home, served: Served, window: Library) -> None:
    send(served, images("ct-variable-gap")[:5])
    wait_for(lambda: window.counts() == (1, 5))
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    overwrite(home.database)
    with pytest.raises(LibraryDamaged), closing(Library.open(home)) as other:
        other.search("")
    wait_for(lambda: bool(filing_state(home).rebuilt_at), MEND_SECONDS)
    assert window.search("")[0].instance_count == 5


def test_a_false_alarm_changes_nothing(home: Home, served: Served, window: Library) -> None:
    send(served, images("ct-variable-gap")[:5])
    wait_for(lambda: window.counts() == (1, 5))
    before = mark_of(home.database)
    suspicion.leave(home)
    wait_for(lambda: not (home.run / suspicion.FILE).exists())
    send(served, images("ct-variable-gap")[5:8])
    wait_for(lambda: window.counts() == (1, 8))
    assert (mark_of(home.database), filing_state(home).rebuilt_at) == (before, "")


def test_a_service_that_starts_on_a_harmed_index_mends_it_first(home: Home, tmp_path: Path) -> None:
    files = images("ct-variable-gap")
    with service(home) as served:
        send(served, files[:4])
    overwrite(home.database)
    with service(home) as served:
        send(served, files[4:])
        wait_for(lambda: bool(filing_state(home).rebuilt_at), MEND_SECONDS)
        wait_for(lambda: not Spool(home).count(), MEND_SECONDS)
    with closing(Library.open(home)) as library:
        assert library.counts() == (1, len(files))


def test_what_is_sent_while_the_index_is_locked_waits_in_the_spool(
    home: Home, served: Served, window: Library
) -> None:
    files = images("ct-variable-gap")
    send(served, files[:2])
    wait_for(lambda: window.counts()[1] == 2)
    with closing(sqlite3.connect(home.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        send(served, files[2:])
        time.sleep(1.0)
        assert Spool(home).count() == len(files) - 2
        assert window.counts()[1] == 2
    wait_for(lambda: window.counts()[1] == len(files), 60)


def test_a_lock_that_lasts_is_told_and_nothing_is_set_aside(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    monkeypatch.setattr("vetpacs_desktop.store.intake.filing.RETRY_SECONDS", 0.1)
    library = Library.open(home)
    incoming = Spool(home).begin()
    incoming.write(write(picture(), tmp_path / "one.dcm").read_bytes())
    Spool(home).commit(incoming, "XRAY1")
    ours, theirs = Pipe()
    ours.close()
    with closing(sqlite3.connect(home.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        Filer(home, library, Mender(home, theirs)).work(theirs)
    state = filing_state(home)
    assert (state.kind, Spool(home).count()) == (FilingKind.WAITS, 1)
    assert "held by another program" in state.reason
    Filer(home, library, Mender(home, theirs)).work(theirs)
    assert (library.counts()[1], filing_state(home).kind) == (1, FilingKind.WORKS)
    library.close()
    theirs.close()
