"""A large library in seconds: many studies in the real schema, without object files.

``fill`` writes through the index itself, so that what is measured on it is what a clinic has. A filled index
is kept below the temporary folder and copied the next time; its name carries a digest of the code behind it.
"""

import hashlib
import random
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from vetpacs_desktop.paths import Home
from vetpacs_desktop.store import folding, index, merging, migrations
from vetpacs_desktop.store.database import Database
from vetpacs_desktop.store.merging import Placed
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

BATCH = 10_000
ROOT = "1.2.826.0.1.3680043.10.1500"
NEWEST = datetime(2026, 6, 30, 18, 0, 0)  # noqa: DTZ001 - exam times carry no zone

SYLLABLES = "ma ri lo ka ben tor fi du sa ne wil hu ge po ster mann berg lu vi cho ber ta ni el".split()
GIVEN = ["Anna", "Jürgen", "Søren", "María", "Łukasz", "Ελένη", "Ольга", "花子", "Ana", "Tom", "Zoë", "Ali"]
FAMILIES = ["Müller", "Смирнова", "Παπαδόπουλος", "山田", "O'Brien", "de la Cruz", "Nagy-Kovács"]
ANIMALS = ["Fluffy", "Bella", "Rex", "Luna", "Ρεξ", "ポチ", "Барсик", "Müsli", "Running on Water", "Max"]
BREEDS = {
    "Canine": ["German Shepherd", "Labrador Retriever", "Zwergschnauzer", "Golden Retriever", "Mixed breed"],
    "Feline": ["Domestic Shorthair", "Maine Coon", "Siamese", "Norwegische Waldkatze"],
    "Equine": ["Holsteiner", "Arabian", "Haflinger"],
    "Lagomorph": ["Zwergwidder", "Lionhead"],
}
EXAMS = {
    "CT": ["Thorax CT", "CT head with contrast", "CT elbows"],
    "DX": ["Thorax lateral", "Abdomen VD", "Hip VD", "Stifle left", "Carpus DPa"],
    "US": ["Abdomen ultrasound", "Echocardiography"],
    "MR": ["Brain MR", "Lumbar spine"],
    "CR": ["Dental survey", "Thorax three views"],
}


def fill(home: Home, studies: int = 100_000, seed: int = 1) -> None:
    """Make `home` a library of `studies` studies; the same `seed` gives the same animals."""
    home.make()
    kept = Path(tempfile.gettempdir()) / f"vetpacs-many-{studies}-{seed}-{_version()}.sqlite"
    if not kept.exists():
        part = kept.with_name(f"{kept.name}.{random.getrandbits(32):x}.part")
        _write(part, studies, seed)
        for outdated in kept.parent.glob(f"vetpacs-many-{studies}-{seed}-*.sqlite"):
            outdated.unlink(missing_ok=True)
        part.replace(kept)
    shutil.copyfile(kept, home.database)


def _version() -> str:
    """Changes whenever the schema or what is written into it may have changed."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for module in (folding, index, merging, migrations):
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()[:12]


def _write(path: Path, studies: int, seed: int) -> None:
    database = Database(path)
    try:
        database.migrate(migrations.STEPS)
        many = _studies(studies, random.Random(seed))
        while batch := list(islice(many, BATCH)):
            with database.atomic():
                index.Index(database).add(batch)
        with database.atomic():
            database.write("UPDATE studies SET seen = 1 WHERE study_key % 50 != 0")
    finally:
        database.close()


def _studies(count: int, dice: random.Random) -> Iterator[Placed]:
    """One object for each study, from patients that come back; two to four hundred images are pretended."""
    patients = [_patient(dice, number) for number in range(max(1, count // 3))]
    for number in range(count):
        modality = dice.choice(list(EXAMS))
        moment = NEWEST - timedelta(seconds=dice.randrange(10 * 365 * 24 * 3600))
        uid = StudyUID(f"{ROOT}.{number + 1}")
        study = Study(
            uid,
            study_date=moment.date().isoformat(),
            study_time=moment.time().isoformat(timespec="seconds"),
            description=dice.choice(EXAMS[modality]),
            accession_number=f"A{number:07}",
            institution="Example clinic",
            age=f"{dice.randint(1, 15)}Y",
        )
        series = Series(SeriesUID(f"{uid}.1"), modality=modality, number=1, body_part="CHEST")
        instance = Instance(
            InstanceUID(f"{uid}.1.1"),
            "1.2.840.10008.5.1.4.1.1.2",
            "1.2.840.10008.1.2.1",
            1,
            512,
            512,
            frames=dice.choice([1, 2, 3, 60, 200, 400]),
            has_pixels=True,
        )
        received = (moment + timedelta(minutes=5)).replace(tzinfo=UTC).isoformat(timespec="microseconds")
        header = Header(dice.choice(patients), study, series, instance)
        name = f"{folder_of(uid)}/{instance.sop_uid}.dcm"
        yield Placed(header, name, 526_000, f"{number:064x}", received, "CT1@10.0.0.7")


def _patient(dice: random.Random, number: int) -> Patient:
    species = dice.choice(list(BREEDS))
    family = dice.choice(FAMILIES) if dice.random() < 0.3 else _word(dice, 2, 4)
    animal = dice.choice(ANIMALS) if dice.random() < 0.5 else _word(dice, 2, 3)
    return Patient(
        animal_name=animal,
        owner_name=f"{family}, {dice.choice(GIVEN)}",
        species=species,
        breed=dice.choice(BREEDS[species]),
        sex=dice.choice("MF"),
        neutered=dice.choice(["ALTERED", "UNALTERED", ""]),
        birth_date=f"20{dice.randint(10, 24)}-0{dice.randint(1, 9)}-1{dice.randint(0, 9)}",
        patient_id=f"P{number:06}",
        microchip=str(276_098_100_000_000 + dice.randrange(10**9)) if dice.random() < 0.7 else "",
        other_ids=(f"K-{dice.randrange(10**5)}",) if dice.random() < 0.2 else (),
    )


def _word(dice: random.Random, fewest: int, most: int) -> str:
    return "".join(dice.choices(SYLLABLES, k=dice.randint(fewest, most))).capitalize()
