"""Machines: their names outlive everything, and what their exams tell is what they sent."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from pathlib import Path

from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.uid import generate_uid

from vetpacs_desktop.jobs import CancelToken, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.machines import habits
from vetpacs_desktop.store.machines.devices import Device, sender_of
from vetpacs_desktop.store.machines.senders import Senders
from vetpacs_desktop.store.records import Arrival
from vetpacs_desktop.store.recovery import rebuild

TODAY = date(2026, 3, 4)
"""A Wednesday."""
SOURCE = "DR-ROOM-1 (10.0.0.5)"


def arrive(library: Library, folder: Path, *, ago: int = 0, source: str = SOURCE, **values: str) -> None:
    """One exam of one image that came `ago` days before `TODAY`."""
    dataset = dcmread(get_testdata_file("CT_small.dcm"))
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = generate_uid(), generate_uid()
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset.StudyDate = (TODAY - timedelta(days=ago)).strftime("%Y%m%d")
    for keyword, value in {"PatientName": "Miller^Nero", "PatientID": "P1", **values}.items():
        setattr(dataset, keyword, value)
    path = folder / f"{dataset.SOPInstanceUID}.dcm"
    dataset.save_as(path)
    came = datetime(2026, 3, 4, 12).astimezone() - timedelta(days=ago)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    library.file([Arrival(path, source, came, keep_source=True, sha256=digest)])


def test_volumes_by_day_and_week(library: Library, tmp_path: Path) -> None:
    for ago in (0, 0, 1, 6, 7, 20, 200):
        arrive(library, tmp_path, ago=ago)
    arrive(library, tmp_path, source="US1 (10.0.0.6)")
    arrive(library, tmp_path, source="/scans")
    portrait = library.devices.portrait("DR-ROOM-1", TODAY)
    assert [exams for _, exams, _ in portrait.days] == [1, 0, 0, 0, 0, 1, 2]
    assert portrait.days[-1] == ("2026-03-04", 2, 2)
    assert portrait.weeks[-1] == ("2026-03-02", 3, 3)
    assert [exams for _, exams, _ in portrait.weeks] == [0, 0, 0, 0, 1, 0, 2, 3]
    assert portrait.modalities == (("CT", 6),)
    assert portrait.bytes_in_week > 4 * 30_000


def test_what_a_machine_is_and_does_wrong_comes_from_its_headers(library: Library, tmp_path: Path) -> None:
    for number in range(6):
        arrive(
            library,
            tmp_path,
            PatientID=f"+44 20 7946 00{number}0",
            PatientName=f"Nero{number}/Miller",
            StationName="ROOM1",
            Manufacturer="Example",
            SoftwareVersions="4.1",
        )
    portrait = library.devices.portrait("DR-ROOM-1", TODAY)
    assert dict(portrait.equipment).items() >= {
        ("Manufacturer", "Example"),
        ("StationName", "ROOM1"),
        ("SoftwareVersions", "4.1"),
    }
    assert portrait.looked_at == 6
    assert {habits.PHONE_AS_ID, habits.BOTH_IN_NAME} <= {habit.code for habit in portrait.habits}


def test_swapped_names_are_seen_by_what_another_machine_writes(library: Library, tmp_path: Path) -> None:
    for number, name in enumerate(("Jones^Attila", "Lopez^Karo", "Brand^Odin")):
        arrive(library, tmp_path, source="US1 (10.0.0.6)", PatientName=name, PatientID=f"P{number}")
        owner, animal = name.split("^")
        arrive(library, tmp_path, PatientName=f"{animal}^{owner}", PatientID=f"P{number}")
    codes = {habit.code for habit in library.devices.portrait("DR-ROOM-1", TODAY).habits}
    assert habits.SWAPPED in codes


def test_a_machine_that_never_sent_has_an_empty_portrait(library: Library) -> None:
    portrait = library.devices.portrait("NOBODY", TODAY)
    assert (portrait.looked_at, portrait.habits, portrait.equipment) == (0, (), ())
    assert sum(exams for _, exams, _ in portrait.days) == 0


def test_names_and_senders_meet(library: Library, home: Home) -> None:
    senders = Senders(home)
    senders.seen("US1", "10.0.0.6")
    senders.refused("CT1", "10.0.0.7", "not allowed")
    senders.refused("CT1", "10.0.0.7", "not allowed")
    senders.refused("CT1", "10.0.0.7", "disk full")
    library.devices.save(Device("US1", "Ultrasound", "ultrasound", "10.0.0.6", 104))
    library.devices.save(Device("OLD", "Old X-ray", "xray"))
    known = {one.device.ae_title: one for one in library.devices.known()}
    assert (known["US1"].name, known["US1"].device.port) == ("Ultrasound", 104)
    assert known["OLD"].sender is None
    sender = known["CT1"].sender
    assert sender is not None
    assert sender.refused == 3
    assert [why for _, why in sender.refusals] == ["disk full", "not allowed"]
    library.devices.save(Device("US1", "Ultrasound, room 2", "ultrasound"))
    assert [device.label for device in library.devices.named()] == ["Old X-ray", "Ultrasound, room 2"]
    library.devices.remove("OLD")
    assert {one.device.ae_title for one in library.devices.known()} == {"US1", "CT1"}


def test_names_outlive_a_damaged_index(home: Home) -> None:
    opened = Library.open(home)
    opened.devices.save(Device("US1", "Ultrasound", "ultrasound"))
    opened.close()
    rebuild.rebuild(home, ignore, CancelToken())
    again = Library.open(home)
    assert [device.label for device in again.devices.named()] == ["Ultrasound"]
    again.close()


def test_a_machine_s_name_in_a_source() -> None:
    assert sender_of("DR ROOM (1) (10.0.0.5)") == "DR ROOM (1)"
    assert sender_of("US1 (fe80::1)") == "US1"
    assert sender_of("/scans (old)") == ""
    assert sender_of("") == ""
