"""The service backs up by itself once a target is set up, and a service that is killed goes on afterwards."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from tests.helpers.peers import Served, service, start_service, wait_for
from tests.helpers.small_files import from_folder, picture, write
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.history import BROKEN, OK, Run
from vetpacs_desktop.store.backup.ledger import Ledger
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.tending import process, requests
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.lock import is_held


@pytest.fixture
def filled(home: Home, tmp_path: Path) -> Home:
    """64 files of 64 KiB."""
    library = Library.open(home.make())
    arrivals = []
    for number in range(1, 65):
        one = picture(sop=str(number), pixels=bytes([number]) * (1 << 16), Rows=128, Columns=256)
        arrivals.append(from_folder(write(one, tmp_path / f"{number}.dcm")))
    library.file(arrivals)
    library.close()
    return home


def manifests(folder: Path) -> int:
    return len(list(folder.glob("VetPACS/generations/2*/manifest.json")))


def runs(home: Home) -> list[Run]:
    with Ledger.open(home) as ledger:
        return ledger.book(places.find(home, "NAS").backup_id).history.runs()


def works(home: Home) -> bool:
    return is_held(home.run / f"{process.NAME}.lock")


def test_it_begins_with_the_first_target_and_ends_with_the_service(filled: Home, tmp_path: Path) -> None:
    nas = tmp_path / "nas"
    nas.mkdir()
    with service(filled) as served:
        assert not works(filled)
        places.add(filled, Place("NAS", str(nas), drill_days=0))
        wait_for(lambda: manifests(nas) == 1, 60)
        assert works(filled)
        requests.ask(filled, "NAS")
        wait_for(lambda: manifests(nas) == 2, 60)
        wait_for(lambda: [run.outcome for run in runs(filled)] == [OK, OK], 60)
        assert served.stop() == 0
    assert not works(filled)
    assert not (filled.logs / "crash").exists()
    assert not list(filled.logs.glob("crash-*"))


def kill_all(served: Served) -> None:
    """As a power cut would: the service and everything below it."""
    family = psutil.Process(served.process.pid).children(recursive=True)
    served.kill()
    for one in family:
        one.kill()
    psutil.wait_procs(family, 10)


def test_killed_in_the_middle_it_goes_on_at_the_next_start(filled: Home, tmp_path: Path) -> None:
    nas = tmp_path / "nas"
    nas.mkdir()
    places.add(filled, Place("NAS", str(nas), drill_days=0, limit_mib=1))
    served = start_service(filled)
    wait_for(lambda: len(list(nas.glob("VetPACS/objects/*/*.dcm"))) > 3, 60)
    kill_all(served)
    assert manifests(nas) == 0
    places.change(filled, "NAS", limit_mib=0)
    with service(filled):
        wait_for(lambda: manifests(nas) == 1, 60)
        wait_for(lambda: [run.outcome for run in runs(filled)] == [OK, BROKEN], 60)


def test_without_a_service_nothing_runs(filled: Home, tmp_path: Path) -> None:
    places.add(filled, Place("NAS", str(tmp_path)))
    handle = process.BackupProcess(filled)
    handle.close()
    assert not works(filled)
