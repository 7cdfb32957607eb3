"""Filing: what the spool holds reaches the library, whatever is among it and whoever dies meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from tests.helpers.corpus import corpus, images
from tests.helpers.peers import wait_for
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.intake.filing import Filer, FilingProcess, Mender
from vetpacs_desktop.store.intake.spool import Spool
from vetpacs_desktop.store.kept.quarantine import Quarantine
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.lock import ProcessLock
from vetpacs_desktop.store.records import Arrival, Filed


def arrive(home: Home, *paths: Path) -> None:
    """Put files into the spool as the receiver does."""
    spool = Spool(home)
    for path in paths:
        incoming = spool.begin()
        incoming.write(path.read_bytes())
        spool.commit(incoming, "XRAY1 (10.0.0.5)")


def work_once(home: Home, library: Library) -> None:
    """File what is there, as at a stop of the service: the bell is closed already."""
    from multiprocessing import Pipe

    ours, theirs = Pipe()
    ours.close()
    Filer(home, library, Mender(home, theirs)).work(theirs)
    theirs.close()


def test_a_start_is_a_replay(home: Home, library: Library) -> None:
    files = images("ct-variable-gap")
    arrive(home, *files)
    work_once(home, library)
    assert library.counts() == (1, len(files))
    newest = library.last_arrival()
    assert newest is not None
    assert newest.source == "XRAY1 (10.0.0.5)"
    assert list(home.spool.iterdir()) == []


def test_what_the_library_refuses_is_kept_aside_with_its_reason(home: Home, library: Library) -> None:
    (home.spool / "by hand.dcm").write_bytes(b"no image at all")
    shutil.copy(corpus("ct-thin") / "DIRFILE", home.spool / "contents.dcm")
    arrive(home, Path(get_testdata_file("CT_small.dcm")))
    work_once(home, library)
    assert library.counts()[1] == 1
    assert list(home.spool.iterdir()) == []
    assert {entry.name for entry in Quarantine(home).entries()} == {"by hand.dcm", "contents.dcm"}
    assert all(entry.reason for entry in Quarantine(home).entries())


class Stumbling:
    """The real library, with a fault of the program's own at one object."""

    def __init__(self, library: Library, digest: str) -> None:
        self._library = library
        self._digest = digest

    def file(self, arrivals: Sequence[Arrival]) -> list[Filed]:
        if any(arrival.sha256 == self._digest for arrival in arrivals):
            raise ZeroDivisionError
        return self._library.file(arrivals)


@pytest.mark.expects_errors
def test_one_object_that_the_program_fails_on_stops_no_other(home: Home, library: Library) -> None:
    files = images("ct-variable-gap")[:5]
    arrive(home, *files)
    bad = Spool(home).pending()[2]
    work_once(home, Stumbling(library, bad.sha256))  # type: ignore[arg-type]
    assert library.counts()[1] == 4
    (entry,) = Quarantine(home).entries()
    assert "The program failed on this object (ZeroDivisionError)" in entry.reason
    assert entry.sha256 == bad.sha256


def test_the_process_files_what_comes_and_ends_when_asked(home: Home, library: Library) -> None:
    files = images("ct-variable-gap")
    filing = FilingProcess(home, [])
    arrive(home, *files[:3])
    filing.nudge()
    wait_for(lambda: library.counts()[1] == 3)
    arrive(home, *files[3:])
    filing.close()
    assert library.counts()[1] == len(files)


@pytest.mark.expects_errors
def test_a_process_that_died_is_started_again(home: Home, library: Library) -> None:
    filing = FilingProcess(home, [])
    wait_for(lambda: (home.run / "filing.lock").exists())
    filing._process.kill()
    filing._process.join()
    arrive(home, images("ct-variable-gap")[0])

    def filed() -> bool:
        filing.keep_alive()
        filing.nudge()
        return library.counts()[1] == 1

    wait_for(filed, 30)
    filing.close()


def test_two_never_file_for_the_same_home(home: Home, library: Library) -> None:
    """The next service's filing waits until the one that a killed service left behind has finished."""
    lock = ProcessLock(home.run / "filing.lock")
    assert lock.acquire()
    filing = FilingProcess(home, [])
    arrive(home, images("ct-variable-gap")[0])
    filing.nudge()
    with pytest.raises(AssertionError):
        wait_for(lambda: library.counts()[1] == 1, 2.5)
    lock.release()
    wait_for(lambda: library.counts()[1] == 1)
    filing.close()
