"""A small clinic for tests of the backup: exams, corrections, drawings, archives, trash; and what a library
says of itself, to be compared with what came back."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.helpers.small_files import from_folder, picture, write
from vetpacs_desktop.paths import Home, library_name
from vetpacs_desktop.store import annotations as drawings
from vetpacs_desktop.store.animals.corrections import Words
from vetpacs_desktop.store.annotations import Drawn
from vetpacs_desktop.store.archives.nodes import parsed
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.credentials import Secrets
from vetpacs_desktop.store.backup.making import running
from vetpacs_desktop.store.backup.outcome import Generation
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.sealing import place_keys
from vetpacs_desktop.store.backup.targets.opening import open_target
from vetpacs_desktop.store.database import Database
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.machines.devices import Device
from vetpacs_desktop.store.readings import Readings

STUDY = "1.2.826.0.1.3680043.10.1500.9"


class NoSecrets:
    """Secrets in memory alone: a test must not meet the computer's keyring."""

    def __init__(self, **kept: str) -> None:
        self.kept = dict(kept)

    def get(self, name: str) -> str:
        return self.kept.get(name, "")

    def put(self, name: str, secret: str) -> None:
        self.kept[name] = secret

    def forget(self, name: str) -> None:
        self.kept.pop(name, None)

    def where(self) -> str:
        return ""


def fill(home: Home, folder: Path, exams: int = 4, images: int = 3) -> None:
    """Exams 1 to `exams`, one a day, with `images` each; one more lies in the trash; people worked."""
    folder.mkdir(parents=True, exist_ok=True)
    library = Library.open(home)
    arrivals = []
    for exam in range(1, exams + 2):
        for image in range(1, images + 1):
            one = picture(
                study=str(exam),
                sop=str(image),
                PatientName=f"Huber^Dog{exam}",
                PatientID=f"P{exam}",
                StudyDate=f"202603{exam:02}",
                InstanceNumber=image,
                pixels=bytes([exam, image]) * 16,
            )
            arrivals.append(from_folder(write(one, folder / f"{exam}-{image}.dcm")))
    library.file(arrivals)
    library.mark_seen(uid(2))
    library.trash.put([uid(exams + 1)], who="a test")
    library.corrections.record(uid(1), Words(animal_name="Rex", owner_name="Maier"), "a test")
    library.animals.create(Words(animal_name="Mimi", owner_name="Wagner", species="cat"), "a test")
    draw(library, 2, "first")
    library.nodes.add(parsed("Hospital", "PACS@192.168.1.9:104"))
    library.devices.save(Device("CT1", "The CT", "ct"))
    library.close()
    Readings(home.readings).put(uid(1), "two by two")
    home.hanging.mkdir(exist_ok=True)
    (home.hanging / "mine.toml").write_text('name = "mine"\n', encoding="utf-8")
    (home.root / "settings.toml").write_text('[clinic]\nname = "Example Clinic"\n', encoding="utf-8")
    library_name(home)


def uid(exam: int) -> str:
    return f"{STUDY}.{exam}"


def draw(library: Library, exam: int, item: str, body: str = "{}") -> None:
    """One drawing on an exam."""
    at = "2026-03-12T10:00:00+00:00"
    one = Drawn(item, uid(exam), "annotation", f"{uid(exam)}.1.1", 0, body, "a test", at, at)
    library.annotations.change(uid(exam), [one], [])


def back_up(
    home: Home, url: Path | str, secrets: Secrets, *, name: str = "NAS", recipient: str = ""
) -> Generation:
    """One generation on a target that is set up when it is new."""
    if not any(one.name == name for one in places.read(home)):
        places.add(home, Place(name, str(url), recipient=recipient))
    place = places.find(home, name)
    sealer = place_keys.sealer_of(place, secrets)
    target = open_target(place, secrets)
    try:
        return running.run(home, place, target, sealer=sealer)
    finally:
        target.close()


def portrait(home: Home) -> dict[str, Any]:
    """Everything a person could miss after a restore."""
    library = Library.open(home)
    found = library.verify()
    rows = library.search("")
    said: dict[str, Any] = {
        "faults": (found.missing, found.corrupt, found.orphans),
        "studies": [asdict(row) for row in rows],
        "digests": {
            one.path.relative_to(home.objects).as_posix(): _digest(one.path)
            for row in rows
            for one in library.instances(study_uid=row.study_uid)
            if one.path.exists()
        },
        "history": [asdict(one) for row in rows for one in library.corrections.history(row.study_uid)],
        "animals": [asdict(one) for one in library.animals.find("")],
        "nodes": [asdict(one) for one in library.nodes.list()],
        "machines": [asdict(one) for one in library.devices.named()],
        "trash": [asdict(one) for one in library.trash.entries()],
        "trash files": [
            _digest(path) for one in library.trash.entries() for path in library.trash.files(one.id)
        ],
    }
    library.close()
    database = Database(home.database)
    said["drawn"] = drawings.all_of(database)
    database.close()
    said["files"] = {
        name: (home.root / name).read_bytes()
        for name in ("settings.toml", "corrections.jsonl", "drawings.jsonl", "identity", "hanging/mine.toml")
        if (home.root / name).exists()
    }
    said["reading"] = Readings(home.readings).get(uid(1))
    return said


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
