"""A backup from the snapshot to the manifest: what is kept, what is copied, and what bad days do to it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pydicom
import pytest

from tests.helpers import backing_up
from tests.helpers.backing_up import Clinic
from tests.helpers.small_disk import small_disk
from vetpacs_desktop.errors import Cancelled, LibraryDamaged
from vetpacs_desktop.jobs import CancelToken, Progress
from vetpacs_desktop.store.backup import progress, reading
from vetpacs_desktop.store.backup.history import BROKEN, FAILED, OK, PARTLY, STOPPED
from vetpacs_desktop.store.backup.ledger import proved
from vetpacs_desktop.store.backup.making import running
from vetpacs_desktop.store.backup.making.belonging import SealDiffers, TargetTaken
from vetpacs_desktop.store.backup.manifest import FileRef
from vetpacs_desktop.store.backup.sealing import keys
from vetpacs_desktop.store.backup.sealing.sealing import AgeSealer
from vetpacs_desktop.store.backup.target import TargetChanged, TargetFull
from vetpacs_desktop.store.backup.targets.local import LocalTarget
from vetpacs_desktop.store.database import Database, Still
from vetpacs_desktop.store.intake.importing.stages import import_paths
from vetpacs_desktop.store.kept.trash_files import MOVING
from vetpacs_desktop.store.kept.trash_table import TrashTable


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def rows(clinic: Clinic, generation: str) -> dict[str, FileRef]:
    """What a generation holds, by path in the home."""
    target = clinic.target()
    manifest = reading.manifest(target, generation, clinic.sealer)
    return {row.path: row for row in reading.rows(target, manifest, clinic.sealer)}


def test_a_backup_can_be_read_by_hand(clinic: Clinic, animals: Path) -> None:
    import_paths(clinic.library, clinic.home, [animals], lambda _: None, CancelToken())
    clinic.home.settings.write_text('clinic.name = "Paws"\n', encoding="utf-8")
    made = clinic.back_up()
    manifest = json.loads((clinic.root / "generations" / made.id / "manifest.json").read_bytes())
    listed = [
        line.split("\t")
        for one in manifest["lists"]
        for line in (clinic.root / "lists" / f"{one['sha256']}.tsv").read_text().splitlines()
    ]
    kept = {path: sha256 for sha256, _, path in listed}
    _, images = clinic.library.counts()
    assert images > 20
    assert len(kept) == images == made.objects - len(manifest["files"])
    for path, sha256 in kept.items():
        there = clinic.root / "objects" / sha256[:2] / f"{sha256}.dcm"
        assert digest(there) == sha256 == digest(clinic.home.root / path)
        assert pydicom.dcmread(there, stop_before_pixels=True).SOPInstanceUID in path
    assert {"settings.toml", "backup.toml", "identity"} <= {one["path"] for one in manifest["files"]}
    database = clinic.root / "databases" / f"{manifest['database']['sha256']}.sqlite"
    with contextlib.closing(Still(database)) as still:
        assert still.rows("SELECT count(*) FROM instances") == [(images,)]
    assert "SHA-256" in (clinic.root / "READ ME.txt").read_text()
    assert clinic.verify(made.id).clean
    assert made.verified
    assert proved(clinic.home, list(kept.values()))
    assert not proved(clinic.home, ["0" * 64])


def test_nothing_new_copies_nothing_and_the_next_exam_alone_is_copied(clinic: Clinic) -> None:
    clinic.exam(30)
    first = clinic.back_up()
    assert first.copied >= 30
    second = clinic.back_up()
    assert (second.copied, second.objects, second.bytes) == (0, first.objects, first.bytes)
    assert second.id > first.id
    assert len(list((clinic.root / "databases").iterdir())) == 1
    clinic.exam(5)
    third = clinic.back_up()
    assert third.copied == 5 + 1  # and the database
    assert clinic.verify(first.id).clean
    assert clinic.verify(third.id).clean
    assert [run.outcome for run in clinic.book().history.runs()] == [OK, OK, OK]


def test_an_unchanged_library_is_not_read_again(clinic: Clinic) -> None:
    clinic.exam(10)
    past = time.time() - 3600
    clinic.back_up()
    clinic.library.close()
    for path in clinic.home.root.glob("library.sqlite*"):
        os.utime(path, (past, past))
    clinic.back_up()
    seen: list[str] = []
    again = clinic.back_up(report=lambda one: seen.append(one.text))
    assert again.copied == 0
    assert "Copying the list of exams" not in seen
    assert clinic.verify(again.id).clean


class Recording(LocalTarget):
    """A folder that remembers in which order files came."""

    def __init__(self, name: str, root: Path) -> None:
        self.written: list[str] = []
        super().__init__(name, root)

    def write(self, name: str, blocks: Iterable[bytes], size: int | None = None) -> int:
        done = super().write(name, blocks, size)
        self.written.append(name)
        return done


def test_the_manifest_is_written_last(clinic: Clinic) -> None:
    clinic.exam(20)
    target = Recording("NAS", clinic.nas)
    made = running.run(clinic.home, clinic.place, target)
    kinds = [name.split("/")[1] for name in target.written if "lock" not in name]
    assert kinds[-3:] == ["lists", "generations", "generations"]
    assert (
        target.written[-1] == f"VetPACS/generations/{made.id}/manifest.json" or "beat" in target.written[-1]
    )
    assert "objects" not in kinds[-3:]


def test_what_is_lost_here_is_told_of_and_the_rest_is_kept(clinic: Clinic) -> None:
    clinic.exam(10)
    paths = [one.path for one in clinic.library.instances(study_uid=clinic.study("1"))]
    paths[3].unlink()
    data = bytearray(paths[5].read_bytes())
    data[-1] ^= 1
    paths[5].write_bytes(data)
    paths[7].write_bytes(b"short")
    made = clinic.back_up()
    lost = {path.relative_to(clinic.home.root).as_posix() for path in (paths[3], paths[5], paths[7])}
    assert set(made.lost) == lost
    assert made.partly
    held = rows(clinic, made.id)
    assert not lost & held.keys()
    assert sum(path.startswith("objects/") for path in held) == 7
    assert len(clinic.objects()) == made.objects
    run = clinic.book().history.runs()[0]
    assert run.outcome == PARTLY
    assert "3 files" in run.sentence
    assert clinic.verify(made.id).clean


def test_what_the_backup_holds_stays_in_it_when_it_is_damaged_here(clinic: Clinic) -> None:
    clinic.exam(5)
    clinic.back_up()
    path = clinic.library.instances(study_uid=clinic.study("1"))[2].path
    path.write_bytes(b"damaged")
    clinic.exam(1)
    made = clinic.back_up()
    assert not made.lost
    assert path.relative_to(clinic.home.root).as_posix() in rows(clinic, made.id)
    assert clinic.verify(made.id).clean


def test_the_trash_and_what_was_set_aside_are_kept_as_well(clinic: Clinic) -> None:
    clinic.exam(4)
    clinic.exam(2)
    (clinic.home.quarantine / "odd.kept").write_bytes(b"odd")
    clinic.library.trash.put([clinic.study("2")])
    made = clinic.back_up()
    held = rows(clinic, made.id)
    assert sum(path.startswith("trash/") and path.endswith(".dcm") for path in held) == 2
    assert sum(path.startswith("trash/") and path.endswith(".json") for path in held) == 1
    assert "quarantine/odd.kept" in held
    entry = clinic.library.trash.entries()[0]
    clinic.library.trash.proved = lambda digests: proved(clinic.home, digests)
    assert clinic.library.trash.unproved([entry.id]) == []
    assert clinic.verify(made.id).clean


def test_an_exam_that_goes_to_the_trash_meanwhile_is_still_kept(clinic: Clinic) -> None:
    clinic.exam(6)

    def report(state: Progress) -> None:
        if state.text == "Copying" and not clinic.library.trash.entries():
            clinic.library.trash.put([clinic.study("1")])

    made = clinic.back_up(report=report)
    assert not made.lost
    assert sum(path.startswith("objects/") for path in rows(clinic, made.id)) == 6
    assert clinic.verify(made.id).clean


def test_what_was_just_being_moved_to_the_trash_is_kept(clinic: Clinic) -> None:
    """The list says so, the files did not follow yet."""
    clinic.exam(3)
    (entry,) = clinic.library.trash.put([clinic.study("1")])
    folder = clinic.home.trash / entry.id
    (note,) = folder.glob("*.json")
    note.rename(folder / "moving.json")
    with contextlib.closing(Database(clinic.home.database)) as database:
        TrashTable(database).set_state(entry.id, MOVING)
        items = TrashTable(database).items(entry.id)
    for item in items:
        (clinic.home.root / item.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / item.name).rename(clinic.home.root / item.path)
    made = clinic.back_up()
    assert sum(path.startswith("trash/") and path.endswith(".dcm") for path in rows(clinic, made.id)) == 3
    assert clinic.verify(made.id).clean


@pytest.mark.skipif(os.name == "nt", reason="no such name there")
def test_a_document_that_cannot_be_read_stops_nothing(clinic: Clinic) -> None:
    clinic.exam(1)
    clinic.home.hanging.mkdir()
    odd = clinic.home.hanging / "a\\b.toml"
    odd.write_text("x")
    made = clinic.back_up()
    assert made.lost == ("hanging/a\\b.toml",)
    assert sum(path.startswith("objects/") for path in rows(clinic, made.id)) == 1


def test_documents_are_kept_as_they_were_in_each_generation(clinic: Clinic) -> None:
    clinic.exam(1)
    clinic.home.settings.write_text("old = 1\n", encoding="utf-8")
    (clinic.home.hanging).mkdir()
    (clinic.home.hanging / "thorax.toml").write_text("first", encoding="utf-8")
    (clinic.home.run / "secret").write_text("no", encoding="utf-8")
    clinic.home.certificates.mkdir()
    (clinic.home.certificates / "key.pem").write_text("private", encoding="utf-8")
    first = clinic.back_up()
    clinic.home.settings.write_text("new = 2\n", encoding="utf-8")
    second = clinic.back_up()
    old, new = rows(clinic, first.id), rows(clinic, second.id)
    assert old["settings.toml"].sha256 == hashlib.sha256(b"old = 1\n").hexdigest()
    assert new["settings.toml"].sha256 == hashlib.sha256(b"new = 2\n").hexdigest()
    assert "hanging/thorax.toml" in new
    assert not {"run/secret", "certificates/key.pem"} & new.keys()
    assert clinic.verify(first.id).clean


def test_a_clock_that_goes_back_never_makes_the_newest_old(clinic: Clinic) -> None:
    clinic.exam(1)
    first = clinic.back_up()
    past = clinic.back_up(now=lambda: datetime.now(UTC) - timedelta(days=400))
    assert past.id > first.id
    assert "clock" in past.note
    assert clinic.back_up().note == ""


def test_a_backup_that_is_stopped_goes_on_where_it_was(clinic: Clinic) -> None:
    clinic.exam(400)
    token = CancelToken()

    def report(state: Progress) -> None:
        if state.text == "Copying" and state.done > 100:
            token.cancel()

    with pytest.raises(Cancelled):
        clinic.back_up(report=report, cancel=token, pause=lambda: time.sleep(0.002))
    book = clinic.book()
    assert book.history.runs()[0].outcome == STOPPED
    assert book.history.generations() == []
    there = book.copies.amount()[0]
    assert 100 < there < 400
    made = clinic.back_up()
    assert made.copied < 400 - 100 + 10
    assert clinic.verify(made.id).clean


def test_killed_at_any_point_the_next_one_completes(clinic: Clinic) -> None:
    clinic.exam(300)
    dice = random.Random(5)
    kills = 0
    for number in range(5):
        goal = dice.randrange(1, 60) + (len(clinic.objects()) if clinic.root.exists() else 0)

        def reached(goal: int = goal) -> bool:
            return clinic.root.exists() and len(clinic.objects()) >= goal

        kills += backing_up.killed(clinic.home, clinic.nas, 0.004, reached)
        clinic.exam(2 + number)
    assert kills == 5
    made = clinic.back_up()
    assert clinic.verify(made.id).clean
    assert sum(path.startswith("objects/") for path in rows(clinic, made.id)) == clinic.library.counts()[1]
    assert BROKEN in {run.outcome for run in clinic.book().history.runs()}
    assert list(clinic.root.glob("lock*")) == []


@pytest.mark.expects_errors
def test_a_damaged_list_of_exams_ends_in_a_sentence_and_old_generations_stay(clinic: Clinic) -> None:
    clinic.exam(40)
    made = clinic.back_up()
    clinic.exam(1)
    clinic.library.close()
    with clinic.home.database.open("r+b") as file:
        file.seek(8 * 4096)
        file.write(b"\xff" * 4096 * 6)
    with pytest.raises(LibraryDamaged) as caught:
        clinic.back_up()
    assert str(clinic.home.database) in caught.value.sentence
    run = clinic.book().history.runs()[0]
    assert (run.outcome, run.sentence) == (FAILED, caught.value.sentence)
    assert [one.id for one in clinic.book().history.generations()] == [made.id]
    assert clinic.verify(made.id).clean


def test_a_lost_ledger_is_made_anew_by_reading_back(clinic: Clinic) -> None:
    clinic.exam(30)
    old = clinic.back_up()
    clinic.library.trash.put([clinic.study("1")])
    clinic.library.trash.empty([clinic.library.trash.entries()[0].id])
    clinic.exam(10)
    clinic.back_up()
    for path in (clinic.home.root / "backup").glob("ledger*"):
        path.unlink()
    damaged = next(
        one
        for one in clinic.objects()
        if one.name[:64] in {row.sha256 for row in clinic.library.instances(study_uid=clinic.study("2"))}
    )
    data = bytearray(damaged.read_bytes())
    data[200] ^= 255
    damaged.write_bytes(data)
    made = clinic.back_up()
    assert made.copied == 1 + 1  # the damaged one, and the database, whose digest nobody knew
    book = clinic.book()
    assert old.id in {one.id for one in book.history.generations()}
    assert book.copies.amount()[0] >= 40
    assert clinic.verify(made.id).clean
    assert clinic.verify(old.id).clean


@pytest.mark.expects_errors
def test_a_damaged_ledger_is_set_aside(clinic: Clinic) -> None:
    clinic.exam(5)
    clinic.back_up()
    ledger = clinic.home.root / "backup" / "ledger.sqlite"
    ledger.write_bytes(b"rubbish" * 1000)
    made = clinic.back_up()
    assert clinic.verify(made.id).clean
    assert list(ledger.parent.glob("ledger.damaged-*"))


def test_a_full_target_is_told_of_and_what_is_proved_stays(clinic: Clinic) -> None:
    clinic.exam(3)
    for number in range(12):
        (clinic.home.quarantine / f"{number}.kept").write_bytes(bytes([number]) * 3_000_000)
    with small_disk(clinic.nas, 24) as disk:
        process = backing_up.start(clinic.home, clinic.nas, 0, *disk.entering)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 3, said
        assert TargetFull(target="NAS").sentence in said
        assert not (disk.outside / "VetPACS" / "generations").exists()
    assert clinic.place.backup_id


class Filling(LocalTarget):
    """A folder whose volume never says how much room it has, and has none after some files."""

    left = 15

    def space(self) -> None:
        return None

    def write(self, name: str, blocks: Iterable[bytes], size: int | None = None) -> int:
        if "/objects/" in name:
            self.left -= 1
            if self.left < 0:
                raise TargetFull(target=self.name)
        return super().write(name, blocks, size)


def test_a_target_that_fills_up_in_the_middle_keeps_what_came(clinic: Clinic) -> None:
    clinic.exam(40)
    with pytest.raises(TargetFull):
        running.run(clinic.home, clinic.place, Filling("NAS", clinic.nas))
    assert clinic.book().copies.amount()[0] >= 10
    made = clinic.back_up()
    assert made.copied <= 40 - 15 + 5
    assert clinic.verify(made.id).clean


def test_another_disk_in_its_place_is_refused(clinic: Clinic, tmp_path: Path) -> None:
    clinic.exam(2)
    clinic.back_up()
    other = tmp_path / "other"
    clinic.root.rename(other)
    with pytest.raises(TargetChanged):
        clinic.back_up()
    assert not clinic.root.exists() or not list(clinic.root.iterdir())
    with contextlib.suppress(OSError):
        clinic.root.rmdir()
    other.rename(clinic.root)
    mark = json.loads((clinic.root / "backup.json").read_text())
    (clinic.root / "backup.json").write_text(json.dumps({**mark, "backup_id": "another"}))
    with pytest.raises(TargetChanged):
        clinic.back_up()


def test_the_backup_of_another_clinic_is_never_written_to(clinic: Clinic, tmp_path: Path) -> None:
    clinic.exam(1)
    clinic.back_up()
    (tmp_path / "second").mkdir()
    second = backing_up.clinic(tmp_path / "second")
    with contextlib.closing(second), pytest.raises(TargetTaken):
        running.run(second.home, second.place, LocalTarget("NAS", clinic.nas))


@pytest.fixture
def sealed(clinic: Clinic) -> Clinic:
    clinic.sealer = AgeSealer.of(keys.new_secret())
    return clinic


def test_a_sealed_backup_shows_nothing_and_is_proved_without_its_key(sealed: Clinic) -> None:
    digests = sealed.exam(12)
    made = sealed.back_up()
    names = [path.name for path in sealed.root.rglob("*") if path.is_file()]
    assert not any(one in name for one in digests for name in names)
    assert all(b"DICM" not in path.read_bytes() for path in sealed.objects())
    assert sealed.verify(made.id).clean
    assert proved(sealed.home, digests)
    secret = sealed.sealer
    sealed.sealer = AgeSealer.sealing_only(secret.recipient, secret.names)
    assert sealed.back_up().copied == 0
    sealed.exam(1)
    assert sealed.back_up().copied == 2
    sealed.sealer = secret
    assert sealed.verify().clean


def test_a_sealed_backup_survives_the_loss_of_the_ledger(sealed: Clinic) -> None:
    sealed.exam(12)
    sealed.back_up()
    for path in (sealed.home.root / "backup").glob("ledger*"):
        path.unlink()
    assert sealed.verify().clean
    assert sealed.back_up().copied <= 2
    assert sealed.verify().clean


def test_sealed_and_plain_are_never_mixed(sealed: Clinic) -> None:
    sealed.exam(1)
    sealed.back_up()
    sealed.sealer = None
    with pytest.raises(SealDiffers):
        sealed.back_up()


def test_how_far_it_is_can_be_read_while_it_runs(clinic: Clinic) -> None:
    clinic.exam(60)
    states: list[progress.State | None] = []

    def report(_: Progress) -> None:
        states.append(progress.read(clinic.home, clinic.place.backup_id))

    clinic.back_up(report=report, pause=lambda: time.sleep(0.01))
    copying = [one for one in states if one is not None and one.phase == "Copying"]
    assert copying
    assert max(one.of for one in copying) >= 60
    assert progress.read(clinic.home, clinic.place.backup_id) is None


def test_an_exam_arrives_while_the_list_is_copied(clinic: Clinic) -> None:
    """Writers are not held up, and what comes later is in the next generation."""
    clinic.exam(50)
    calls = iter(range(10_000))

    def pause() -> None:
        if next(calls) == 3:
            clinic.exam(4)

    made = clinic.back_up(pause=pause)
    assert clinic.verify(made.id).clean
    again = clinic.back_up()
    assert sum(path.startswith("objects/") for path in rows(clinic, again.id)) == 54
