"""Backing up to a folder: the first time against copying by hand and against restic, nothing new, and kills.

``python -m tests.bench.bench_backup [--files N] [--rounds N] [--index N] [--tiny N] [--kills N] [--quick]``

- first: N images of half a megabyte, in turns with `cp -r`, `sync`, `sha256sum` of the copy, and with restic
  and its `check --read-data` where it is installed. All find the images in the system's cache; the backup and
  restic read their copies back from the disk.
- nothing new: an index of a million rows whose objects are empty files on the target, with the database as it
  was and with one row changed; and 100,000 real files of a kilobyte.
- kills: a backup killed at random moments, then completed and proved.

The last line is JSON.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests.helpers import backing_up
from tests.helpers.backing_up import NAME
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import layout, places, reading
from vetpacs_desktop.store.backup.copies import Copy
from vetpacs_desktop.store.backup.ledger import Ledger
from vetpacs_desktop.store.backup.making import proving, running
from vetpacs_desktop.store.backup.outcome import Generation
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.targets.local import LocalTarget
from vetpacs_desktop.store.database import Database
from vetpacs_desktop.store.index import Index
from vetpacs_desktop.store.merging import Placed
from vetpacs_desktop.store.migrations import STEPS
from vetpacs_desktop.store.objects import folder_of
from vetpacs_desktop.store.records import (
    Header,
    Instance,
    InstanceUID,
    Patient,
    Series,
    SeriesUID,
    Study,
    StudyUID,
)

ROOT = Path(__file__).resolve().parents[2]
UID = "1.2.826.0.1.3680043.10.1500.77"
PER_STUDY = 250
IMAGE = 526_000
OF_COPY, SECONDS_A_MILLION = 0.8, 10.0
RECEIVED = datetime(2026, 1, 1, tzinfo=UTC).isoformat(timespec="microseconds")


def placed(count: int, write: Callable[[str, int], tuple[int, str]]) -> Iterator[Placed]:
    """So many objects in exams of 250; `write(path, number)` makes each file and says its size and digest."""
    for number in range(count):
        uid = StudyUID(f"{UID}.{number // PER_STUDY + 1}")
        study = Study(uid, study_date="2026-01-01", study_time="10:00:00", description="CT thorax")
        series = Series(SeriesUID(f"{uid}.1"), modality="CT", number=1)
        sop = InstanceUID(f"{uid}.1.{number}")
        instance = Instance(sop, "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.1.2.1", 1, 512, 512)
        path = f"{folder_of(uid)}/{sop}.dcm"
        size, digest = write(path, number)
        header = Header(Patient(animal_name="Rex", patient_id="1"), study, series, instance)
        yield Placed(header, path, size, digest, RECEIVED, "CT1@10.0.0.7")


def fill(home: Home, objects: Iterator[Placed]) -> None:
    """Enter objects in the index of a new home."""
    database = Database(home.make().database)
    database.migrate(STEPS)
    batch: list[Placed] = []
    for one in objects:
        batch.append(one)
        if len(batch) == 10_000:
            with database.atomic():
                Index(database).add(batch)
            batch = []
    with database.atomic():
        Index(database).add(batch)
    database.close()


def library(home: Home, count: int, size: int) -> None:
    """A library of real files of that size with bytes of chance."""
    home.make()

    def write(path: str, _: int) -> tuple[int, str]:
        file = home.objects / path
        file.parent.mkdir(parents=True, exist_ok=True)
        data = os.urandom(size)
        file.write_bytes(data)
        return size, hashlib.sha256(data).hexdigest()

    fill(home, placed(count, write))


def back_up(home: Home, folder: Path) -> tuple[float, Generation]:
    """One backup by a program of its own would add its start, half a second; measured is the work."""
    folder.mkdir(exist_ok=True)
    began = time.perf_counter()
    made = running.run(home, places.find(home, NAME), LocalTarget(NAME, folder))
    return time.perf_counter() - began, made


def copied(source: Path, target: Path) -> float:
    """Seconds of `cp -r`, `sync` and `sha256sum` of the copy."""
    began = time.perf_counter()
    subprocess.run(["cp", "-r", str(source), str(target)], check=True)
    os.sync()
    listed = f"find {target} -type f -print0 | xargs -0 sha256sum > /dev/null"
    subprocess.run(["sh", "-c", listed], check=True)
    return time.perf_counter() - began


def with_restic(source: Path, repository: Path) -> float:
    """Seconds of restic's backup and of its check that reads all data."""
    words = ["restic", "--repo", str(repository), "--no-cache", "--quiet"]
    surroundings = {**os.environ, "RESTIC_PASSWORD": "bench"}
    subprocess.run([*words, "init"], check=True, env=surroundings)
    began = time.perf_counter()
    subprocess.run([*words, "backup", str(source)], check=True, env=surroundings)
    subprocess.run([*words, "check", "--read-data"], check=True, env=surroundings, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def first(base: Path, files: int, rounds: int) -> dict[str, object]:
    """The first backup of `files` images, in turns with the others."""
    home = Home(base / "home")
    library(home, files, IMAGE)
    seconds: dict[str, list[float]] = {"copy": [], "backup": []}
    for number in range(rounds):
        os.sync()
        target = base / f"target{number}"
        for path in (home.root / places.FILE, home.root / "backup"):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        places.add(home, Place(NAME, str(target)))
        taken, made = back_up(home, target)
        if made.objects < files or made.lost:
            raise SystemExit(f"the backup is not whole: {made}")
        seconds["backup"].append(taken)
        shutil.rmtree(target)
        os.sync()
        seconds["copy"].append(copied(home.objects, base / "copy"))
        shutil.rmtree(base / "copy")
        if shutil.which("restic"):
            os.sync()
            seconds.setdefault("restic", []).append(with_restic(home.objects, base / "restic"))
            shutil.rmtree(base / "restic")
        print({name: round(values[-1], 2) for name, values in seconds.items()}, flush=True)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    found: dict[str, object] = {
        "files": files,
        "seconds": {name: round(value, 2) for name, value in medians.items()},
        "of_copy": round(medians["copy"] / medians["backup"], 2),
    }
    if "restic" in medians:
        found["times_restic"] = round(medians["restic"] / medians["backup"], 2)
    shutil.rmtree(home.root)
    return found


def nothing_new(base: Path, count: int) -> dict[str, object]:
    """Runs without a new image on an index of `count` rows: nothing to read at all, and one row changed."""
    home, target = Home(base / "many"), base / "many-target"

    def write(_: str, number: int) -> tuple[int, str]:
        return 0, hashlib.sha256(str(number).encode()).hexdigest()

    fill(home, placed(count, write))
    target.mkdir()
    places.add(home, Place(NAME, str(target)))
    _prove_all(home, target, count)
    settle(home)
    run_with_lists, _ = back_up(home, target)
    settle(home)
    back_up(home, target)
    unchanged, made = back_up(home, target)
    database = Database(home.database)
    with database.atomic():
        database.write("UPDATE studies SET seen = 1 WHERE study_key = 1")
    database.close()
    changed, _ = back_up(home, target)
    if made.objects < count or made.copied:
        raise SystemExit(f"the backup is not whole: {made}")
    million = 1_000_000 / count
    return {
        "rows": count,
        "seconds_with_new_lists": round(run_with_lists, 2),
        "seconds_a_million_unchanged": round(unchanged * million, 2),
        "seconds_a_million_one_row_changed": round(changed * million, 2),
        "database_mb": round(home.database.stat().st_size / 1e6),
        "ledger_mb": round((home.root / "backup" / "ledger.sqlite").stat().st_size / 1e6),
    }


def settle(home: Home) -> None:
    """The index was last written an hour ago."""
    for path in home.root.glob("library.sqlite*"):
        os.utime(path, (time.time() - 3600,) * 2)


def _prove_all(home: Home, target: Path, count: int) -> None:
    """The target holds every object, as an empty file, and the ledger believes it."""
    running.whose(home, places.find(home, NAME), LocalTarget(NAME, target), None, RECEIVED)
    mark = reading.mark(LocalTarget(NAME, target))
    assert mark is not None
    for number in range(256):
        (target / layout.share_folder(number)).mkdir(parents=True)
    with Ledger.open(home) as ledger:
        book = ledger.book(mark.backup_id)
        for start in range(0, count, 100_000):
            made = []
            for number in range(start, min(count, start + 100_000)):
                digest = hashlib.sha256(str(number).encode()).hexdigest()
                name = layout.object_name(digest, "a.dcm")
                os.close(os.open(target / name, os.O_CREAT | os.O_WRONLY))
                made.append(Copy(name, digest, digest, 0, 1, 1))
            book.copies.enter(made)


def tiny(base: Path, count: int) -> dict[str, object]:
    """Real files of a kilobyte: the first run, one with nothing new, and a proof of all."""
    home, target = Home(base / "tiny"), base / "tiny-target"
    library(home, count, 1024)
    places.add(home, Place(NAME, str(target)))
    settle(home)
    once, _ = back_up(home, target)
    again, made = back_up(home, target)
    began = time.perf_counter()
    proof = proving.verify(home, places.find(home, NAME), LocalTarget(NAME, target))
    if not proof.clean or made.copied:
        raise SystemExit(f"the backup is not whole: {proof}")
    return {
        "files": count,
        "first_seconds": round(once, 1),
        "again_seconds": round(again, 2),
        "seconds_a_million": round(again * 1_000_000 / count, 2),
        "proof_seconds": round(time.perf_counter() - began, 1),
    }


def kills(base: Path, count: int, seed: int) -> dict[str, object]:
    """A backup killed at moments of chance while new exams come; in the end all is there and proved."""
    base.mkdir()
    clinic = backing_up.clinic(base)
    dice = random.Random(seed)
    done = finished = 0
    while done < count:
        clinic.exam(dice.randrange(1, 40))
        until = time.monotonic() + dice.uniform(0.3, 4.0)
        if backing_up.killed(clinic.home, clinic.nas, 0.005, lambda: time.monotonic() > until):  # noqa: B023
            done += 1
        else:
            finished += 1
    made = clinic.back_up()
    proof = clinic.verify(made.id)
    damaged = [one.id for one in clinic.book().history.generations() if not clinic.verify(one.id).clean]
    images = clinic.library.counts()[1]
    clinic.close()
    if not proof.clean or damaged or made.lost:
        raise SystemExit(f"something was lost: {proof}, {damaged}")
    return {"kills": done, "finished_between": finished, "images": images, "damaged": len(damaged)}


def main() -> None:
    """Measure, print a table and, last, one line of JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--index", type=int, default=1_000_000)
    parser.add_argument("--tiny", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="first, nothing_new, tiny or kills")
    parser.add_argument("--quick", action="store_true", help="a twentieth of everything, one round")
    wish = parser.parse_args()
    part = 20 if wish.quick else 1
    steps: dict[str, Callable[[Path], dict[str, object]]] = {
        "first": lambda base: first(base, wish.files // part, 1 if wish.quick else wish.rounds),
        "nothing_new": lambda base: nothing_new(base, wish.index // part),
        "tiny": lambda base: tiny(base, wish.tiny // part),
        "kills": lambda base: kills(base / "kills", max(3, wish.kills // part), wish.seed),
    }
    found: dict[str, object] = {"bench": "backup"}
    for name, step in steps.items():
        if wish.only in ("", name):
            with tempfile.TemporaryDirectory(dir=ROOT.parent) as folder:
                found[name] = step(Path(folder))
            print(name, found[name], flush=True)
    print(json.dumps({**found, "targets": {"of_copy": OF_COPY, "seconds_a_million": SECONDS_A_MILLION}}))


if __name__ == "__main__":
    sys.exit(main())
