"""The disk is full: the sender hears 0xA700, nothing half-written stays, and with room again all goes on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import generate_uid

from tests.helpers import dcmtk
from tests.helpers.corpus import images
from tests.helpers.peers import ROOT, Served, data_set_bytes, wait_for
from tests.helpers.small_disk import SmallDisk, small_disk
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings, save
from vetpacs_desktop.store.intake.filing_state import FilingKind, filing_state
from vetpacs_desktop.store.kept.quarantine import Quarantine
from vetpacs_desktop.store.library import Library

pytestmark = pytest.mark.expects_errors
MEGABYTES = 40
OUT_OF_RESOURCES = "Refused: OutOfResources"
SUCCESS = "Received Store Response (Success)"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    with small_disk(folder, MEGABYTES) as made:
        yield made


@pytest.fixture
def served(disk: SmallDisk) -> Iterator[Served]:
    outside = Home(disk.outside / "home").make()
    save(Settings().with_values({"receiver.min_free_mib": 0}), outside.settings)
    command = [*disk.entering, sys.executable, "-m", "vetpacs_desktop", "--home", str(disk.inside / "home")]
    process = subprocess.Popen(
        [*command, "serve", "--json", "--host", "127.0.0.1", "--dicom-port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    said = json.loads(process.stdout.readline())
    running = Served(process, said["dicom_port"], said["ae_title"])
    yield running
    assert running.stop() == 0


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Sixty slices of half a megabyte."""
    slices = images("ct-variable-gap")
    made = []
    for number in range(60):
        dataset = dcmread(slices[number % len(slices)])
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        made.append(tmp_path / f"{number:02}.dcm")
        dataset.save_as(made[-1])
    return made


def fill(disk: SmallDisk, leave: int) -> Path:
    """Somebody else's file that takes all but `leave` bytes."""
    ballast = disk.outside / "ballast"
    with ballast.open("wb") as file:
        file.write(bytes(disk.free() - leave))
        os.fsync(file.fileno())
    return ballast


def sent(served: Served, files: list[Path]) -> tuple[list[Path], str]:
    """Which files were confirmed, and all that the sender said; it goes on after a refusal."""
    answer = dcmtk.storescu(served.port, files, ("-v", "-R", "-nh"))
    said = answer.stdout + answer.stderr
    parts = said.split("Sending file: ")[1:]
    return [Path(part.splitlines()[0].strip()) for part in parts if SUCCESS in part], said


def test_a_full_disk_refuses_and_recovers(
    disk: SmallDisk, served: Served, files: list[Path], tmp_path: Path
) -> None:
    home = Home(disk.outside / "home")
    confirmed, _ = sent(served, files[:10])
    assert len(confirmed) == 10
    ballast = fill(disk, leave=4 * 1024 * 1024)
    more, said = sent(served, files[10:40])
    assert 0 < len(more) < 30
    assert OUT_OF_RESOURCES in said
    assert list(home.spool.glob("*.part")) == []
    ballast.unlink()
    last, said = sent(served, [path for path in files if path not in {*confirmed, *more}])
    assert OUT_OF_RESOURCES not in said
    assert check(home, {*confirmed, *more, *last}, tmp_path) == len(files)


def test_an_index_without_room_waits_says_so_and_goes_on(
    disk: SmallDisk, served: Served, files: list[Path], tmp_path: Path
) -> None:
    """The bytes still fit, the index does not: filing waits, what was confirmed is safe in the spool."""
    home = Home(disk.outside / "home")
    confirmed, _ = sent(served, files[:2])
    wait_for(lambda: not list(home.spool.iterdir()))
    ballast = fill(disk, leave=2 * 528 * 1024)
    more, _ = sent(served, files[2:6])
    assert more
    wait_for(lambda: filing_state(home).kind is FilingKind.WAITS)
    assert "full" in filing_state(home).reason
    ballast.unlink()
    wait_for(lambda: filing_state(home).kind is FilingKind.WORKS)
    assert check(home, {*confirmed, *more}, tmp_path) == len(confirmed) + len(more)


def check(home: Home, confirmed: set[Path], folder: Path) -> int:
    """Everything confirmed is filed and as it was sent, and nothing else is there."""
    wait_for(lambda: not list(home.spool.iterdir()), 60)
    assert list(Quarantine(home).entries()) == []
    time.sleep(0.5)  # nothing is written any more; SQLite does not find its files through /proc
    library = Library.open(Home(Path(shutil.copytree(home.root, folder / "copy"))))
    kept = {
        one.sop_uid: one.path
        for row in library.search("")
        for one in library.instances(study_uid=row.study_uid)
    }
    for path in confirmed:
        uid = str(dcmread(path, stop_before_pixels=True).SOPInstanceUID)
        assert data_set_bytes(kept[uid]) == data_set_bytes(path)
    found = library.verify()
    library.close()
    assert (found.missing, found.corrupt, found.orphans) == ((), (), ())
    return len(kept)
