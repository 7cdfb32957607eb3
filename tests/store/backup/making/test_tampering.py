"""Files on a target that somebody else changed: noticed, and nothing is written until a person has looked."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.backing_up import Clinic
from tests.helpers.program import command
from vetpacs_desktop.store.backup.history import FAILED
from vetpacs_desktop.store.backup.making import tampering
from vetpacs_desktop.store.backup.making.tampering import TargetTampered
from vetpacs_desktop.store.backup.target import TargetChanged


def contents(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def renamed(path: Path) -> None:
    path.rename(f"{path}.locked")


def shortened(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def encrypted(path: Path) -> None:
    """Same length, other bytes, another time."""
    path.write_bytes(bytes(byte ^ 0x55 for byte in path.read_bytes()))
    os.utime(path, (2_000_000_000, 2_000_000_000))


@pytest.mark.parametrize("harm", [renamed, shortened, encrypted, Path.unlink])
def test_many_changed_files_stop_everything(clinic: Clinic, harm: Callable[[Path], None]) -> None:
    clinic.exam(120)
    made = clinic.back_up()
    tampering.look(clinic.target(), clinic.book())  # the times of all were seen once
    for path in clinic.objects():
        harm(path)
    before = contents(clinic.root)
    clinic.exam(3)
    with pytest.raises(TargetTampered) as caught:
        clinic.back_up()
    assert contents(clinic.root) == before
    history = clinic.book().history
    assert history.runs()[0].outcome == FAILED
    assert [(one.kind, one.sentence) for one in history.alarms()] == [("tampered", caught.value.sentence)]
    assert made.id in {one.id for one in history.generations()}


def test_one_fault_is_mended_and_no_alarm(clinic: Clinic) -> None:
    clinic.exam(60)
    clinic.back_up()
    lost = clinic.objects()[7]
    data = lost.read_bytes()
    lost.unlink()
    made = clinic.back_up()
    assert lost.read_bytes() == data
    assert clinic.verify(made.id).clean
    assert clinic.book().history.alarms() == []


def test_what_a_person_accepts_is_copied_anew(clinic: Clinic) -> None:
    clinic.exam(60)
    clinic.back_up()
    for path in clinic.objects():
        path.unlink()
    with pytest.raises(TargetTampered):
        clinic.back_up()
    tampering.accept(clinic.book())
    made = clinic.back_up()
    assert made.copied >= 60
    assert clinic.verify(made.id).clean
    assert clinic.book().history.alarms() == []
    clinic.back_up()


def test_it_is_accepted_on_the_command_line(clinic: Clinic) -> None:
    clinic.exam(20)
    clinic.back_up()
    for path in clinic.objects()[:10]:
        path.unlink()
    run = ("backup", "run", "--target", "NAS")
    command(clinic.home.root, *run, expect=3)
    command(clinic.home.root, "backup", "target", "accept", "NAS")
    assert command(clinic.home.root, *run)["copied"] >= 10


def test_a_note_for_ransom_and_changed_marks_are_several(clinic: Clinic) -> None:
    clinic.exam(5)
    made = clinic.back_up()
    (clinic.root / "READ ME.txt").write_text("Pay!")
    manifest = clinic.root / "generations" / made.id / "manifest.json"
    manifest.write_bytes(b"garbage")
    following = clinic.root / "objects" / "5a"
    following.mkdir(exist_ok=True)
    (following / "HOW TO DECRYPT.txt").write_text("Pay!")
    with pytest.raises(TargetTampered) as caught:
        clinic.back_up()
    assert "READ ME.txt" in caught.value.sentence


def test_words_for_people_that_are_gone_are_put_back(clinic: Clinic) -> None:
    clinic.exam(1)
    clinic.back_up()
    (clinic.root / "READ ME.txt").unlink()
    clinic.back_up()
    assert "backup" in (clinic.root / "READ ME.txt").read_text()


def test_a_mark_that_cannot_be_read_is_no_reason_to_begin_anew(clinic: Clinic) -> None:
    clinic.exam(1)
    clinic.back_up()
    mark = clinic.root / "backup.json"
    mark.write_bytes(bytes(byte ^ 0x55 for byte in mark.read_bytes()))
    before = contents(clinic.root)
    with pytest.raises(TargetTampered):
        clinic.back_up()
    mark.unlink()
    with pytest.raises(TargetChanged):
        clinic.back_up()
    assert set(contents(clinic.root)) == set(before) - {mark}


def test_times_alone_are_looked_into_and_then_believed(clinic: Clinic) -> None:
    """Somebody copied the backup to a new disk."""
    clinic.exam(30)
    clinic.back_up()
    tampering.look(clinic.target(), clinic.book())
    for path in clinic.objects():
        os.utime(path, (1_000_000_000, 1_000_000_000))
    for _ in range(3):
        findings = tampering.look(clinic.target(), clinic.book())
        assert findings.looked >= 30
        assert not findings.faults


def test_what_file_managers_leave_is_no_harm(clinic: Clinic) -> None:
    clinic.exam(1)
    clinic.back_up()
    for number in range(8):
        folder = clinic.root / "objects" / f"{number:02x}"
        folder.mkdir(exist_ok=True)
        (folder / "Thumbs.db").write_bytes(b"x")
        (folder / ".DS_Store").write_bytes(b"x")
    clinic.back_up()
