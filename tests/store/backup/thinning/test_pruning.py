"""Old generations go in two steps; what a remaining one names never goes, and any doubt keeps everything."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.helpers.kept_library import NoSecrets
from tests.helpers.small_files import from_folder, picture, write
from vetpacs_desktop.jobs import CancelToken, Progress
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import places, reading
from vetpacs_desktop.store.backup.ledger import Ledger
from vetpacs_desktop.store.backup.making import proving, running
from vetpacs_desktop.store.backup.outcome import Generation
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.sealing import keys, place_keys
from vetpacs_desktop.store.backup.sealing.sealing import AgeSealer, SecretMissing
from vetpacs_desktop.store.backup.target import TargetChanged
from vetpacs_desktop.store.backup.targets.local import LocalTarget
from vetpacs_desktop.store.backup.thinning import pruning
from vetpacs_desktop.store.backup.thinning.pruning import LastProved, NotLeaving, Pruned, PruneRefused
from vetpacs_desktop.store.library import Library

BEGIN = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)


@dataclass
class Clinic:
    """A library, a target, and a clock that only a test moves."""

    home: Home
    folder: Path
    incoming: Path
    sealer: AgeSealer | None = None
    now: datetime = BEGIN
    keep: str = "daily 2"

    @property
    def place(self) -> Place:
        return places.change(self.home, "NAS", keep=self.keep)

    def target(self) -> LocalTarget:
        return LocalTarget("NAS", self.folder)

    def day(self, exam: int, *, gone: int = 0) -> Generation:
        """The next day: an exam comes, another is deleted for good, a backup is made."""
        self.now += timedelta(days=1)
        library = Library.open(self.home)
        one = write(picture(study=str(exam), pixels=bytes([exam]) * 32), self.incoming / f"{exam}.dcm")
        library.file([from_folder(one)])
        if gone:
            [study] = [row.study_uid for row in library.search("") if row.study_uid.endswith(f".{gone}")]
            library.trash.put([study], who="a test")
            library.trash.empty([entry.id for entry in library.trash.entries()], who="a test")
        library.close()
        return self.back_up()

    def back_up(self) -> Generation:
        target = self.target()
        try:
            return running.run(self.home, self.place, target, sealer=self.sealer, now=lambda: self.now)
        finally:
            target.close()

    def prune(self, **more: object) -> Pruned:
        target = self.target()
        try:
            words = {"sealer": self.sealer, "now": lambda: self.now, **more}
            return pruning.prune(self.home, self.place, target, **words)  # type: ignore[arg-type]
        finally:
            target.close()

    def objects(self) -> set[str]:
        return {path.name for path in (self.folder / "VetPACS" / "objects").rglob("*") if path.is_file()}

    def generations(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "VetPACS" / "generations").iterdir())

    def check(self) -> None:
        """Every generation that is there is whole, read back byte by byte."""
        target = self.target()
        for generation in reading.generation_ids(target):
            proof = proving.verify(self.home, self.place, target, generation, sealer=self.sealer)
            assert proof.clean, proof
        target.close()


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    return new_clinic(tmp_path)


def new_clinic(folder: Path) -> Clinic:
    home = Home(folder / "home").make()
    for name in ("nas", "incoming"):
        (folder / name).mkdir()
    Library.open(home).close()
    places.add(home, Place("NAS", str(folder / "nas")))
    return Clinic(home, folder / "nas", folder / "incoming")


@dataclass
class Prepared:
    """A clinic after four days. Exam 1 was deleted on the third; with two days kept it is in no generation
    that stays."""

    clinic: Clinic
    made: list[Generation]

    def copy(self, folder: Path) -> Clinic:
        source = self.clinic
        for name in ("home", "nas", "incoming"):
            shutil.copytree(source.home.root.parent / name, folder / name)
        return replace(
            source, home=Home(folder / "home"), folder=folder / "nas", incoming=folder / "incoming"
        )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    clinic = new_clinic(tmp_path_factory.mktemp("prepared"))
    return Prepared(clinic, four_days(clinic))


@pytest.fixture
def after(prepared: Prepared, tmp_path: Path) -> Clinic:
    """After four days."""
    return prepared.copy(tmp_path)


@pytest.fixture
def made(prepared: Prepared) -> list[Generation]:
    """The four generations."""
    return prepared.made


def four_days(clinic: Clinic) -> list[Generation]:
    return [clinic.day(1), clinic.day(2), clinic.day(3, gone=1), clinic.day(4)]


def test_first_it_is_set_aside_and_a_day_and_a_backup_later_it_is_gone(
    after: Clinic, made: list[Generation]
) -> None:
    before = after.objects()
    first = after.prune()
    assert set(first.set_aside) == {made[0].id, made[1].id}
    assert (first.gone, first.deleted) == ((), 0)
    assert first.waiting > 0
    assert after.objects() == before
    assert after.generations() == sorted(
        [f"leaving-{made[0].id}", f"leaving-{made[1].id}", made[2].id, made[3].id]
    )
    after.now += timedelta(hours=30)
    assert after.prune().deleted == 0  # no later backup yet
    after.day(5)
    second = after.prune()
    assert set(second.gone) == {made[0].id, made[1].id}
    assert second.deleted == first.waiting
    assert second.bytes > 0
    assert len(before - after.objects()) >= 1
    after.check()
    assert after.back_up().objects > 0
    after.check()


def test_within_the_grace_nothing_is_deleted_though_there_is_a_later_backup(after: Clinic) -> None:
    after.prune()
    before = after.objects()
    after.now += timedelta(hours=1)
    after.back_up()
    assert after.prune().deleted == 0
    assert before <= after.objects()


def test_an_object_that_comes_back_within_the_grace_stays(after: Clinic) -> None:
    after.prune()
    after.day(1)
    after.now += timedelta(days=1)
    after.day(6)
    after.prune()
    after.check()
    assert after.back_up().state == "complete"


def test_what_was_named_until_now_has_a_grace_of_its_own(clinic: Clinic) -> None:
    """An exam that is deleted, marked, comes back, is backed up and deleted again is not gone at once."""
    clinic.keep = "daily 1"
    clinic.day(1)
    clinic.day(2, gone=1)
    clinic.prune()
    clinic.day(1)
    clinic.day(3, gone=1)
    before = clinic.objects()
    pruned = clinic.prune()
    assert len(pruned.set_aside) == 2
    assert pruned.deleted < len(before)
    clinic.check()
    target = clinic.target()
    for generation in pruned.set_aside[:1]:
        target.rename(f"VetPACS/generations/leaving-{generation}", f"VetPACS/generations/{generation}")
    assert proving.verify(clinic.home, clinic.place, target, pruned.set_aside[0]).clean


def test_a_generation_can_be_brought_back_until_it_is_gone(after: Clinic, made: list[Generation]) -> None:
    after.prune()
    target = after.target()
    assert pruning.leaving(target) == [made[1].id, made[0].id]
    pruning.bring_back(after.home, after.place, target, made[0].id)
    assert pruning.leaving(target) == [made[1].id]
    after.keep = "daily 30"
    after.day(5)
    after.now += timedelta(days=1)
    after.day(6)
    assert after.prune().gone == (made[1].id,)
    after.check()
    assert made[0].id in after.generations()
    with pytest.raises(NotLeaving):
        pruning.bring_back(after.home, after.place, target, made[1].id)
    target.close()


def test_when_nothing_goes_nothing_is_touched(after: Clinic) -> None:
    after.keep = "daily 10"
    before = after.objects()
    assert after.prune() == Pruned()
    assert (after.objects(), len(after.generations())) == (before, 4)


def test_the_ledger_knows_what_went_and_the_next_run_is_no_alarm(
    after: Clinic, made: list[Generation]
) -> None:
    after.prune()
    for exam in (5, 6):
        after.day(exam)
        after.prune()
    with Ledger.open(after.home) as ledger:
        book = ledger.book(after.place.backup_id)
        known = book.history.generations()
        assert not {made[0].id, made[1].id} & {one.id for one in known}
        assert all(one.state == "complete" for one in known)
        assert book.copies.amount()[2] == 0
        assert {copy.name for copy in book.copies.all()} >= {
            f"VetPACS/objects/{name[:2]}/{name}" for name in after.objects()
        } - set(
            json.loads((after.home.root / "backup" / f"leaving-{after.place.backup_id}.json").read_text())
        )


def damage_a_list(clinic: Clinic) -> None:
    for path in (clinic.folder / "VetPACS" / "lists").iterdir():
        path.write_bytes(path.read_bytes()[:-1])


def damage_a_manifest(clinic: Clinic) -> None:
    path = clinic.folder / "VetPACS" / "generations" / clinic.generations()[1] / "manifest.json"
    path.write_text(path.read_text().replace("objects", "objekts"))


def lose_a_list(clinic: Clinic) -> None:
    for path in (clinic.folder / "VetPACS" / "lists").iterdir():
        path.unlink()


@pytest.mark.parametrize("harm", [damage_a_list, damage_a_manifest, lose_a_list])
def test_while_anything_that_stays_can_not_be_read_nothing_goes(
    after: Clinic, harm: Callable[[Clinic], None]
) -> None:
    after.prune()
    after.day(5)
    harm(after)
    before, generations = after.objects(), after.generations()
    with pytest.raises(PruneRefused, match="proved"):
        after.prune()
    assert (after.objects(), after.generations()) == (before, generations)


def test_an_open_alarm_keeps_everything(after: Clinic) -> None:
    with Ledger.open(after.home) as ledger:
        ledger.book(after.place.backup_id).history.alarm("tampered", "Files were changed.", 1)
    with pytest.raises(PruneRefused, match=r"Files were changed\."):
        after.prune()
    assert len(after.generations()) == 4


def test_a_damaged_generation_can_be_given_up_by_hand_and_the_last_proved_one_never(
    after: Clinic,
    made: list[Generation],
) -> None:
    after.keep = "daily 10"
    (after.folder / "VetPACS" / "generations" / made[1].id / "manifest.json").write_text("{}")
    assert after.prune(discard=[made[1].id]).set_aside == (made[1].id,)
    with pytest.raises(LastProved):
        after.prune(discard=[made[3].id])
    after.check()


def test_another_target_in_its_place_is_refused(after: Clinic) -> None:
    place = replace(after.place, backup_id="another")
    target = after.target()
    with pytest.raises(TargetChanged):
        pruning.prune(after.home, place, target)
    target.close()


def test_what_is_not_ours_is_left_alone(after: Clinic) -> None:
    strange = [
        after.folder / "VetPACS" / "objects" / "ab" / ".holiday.jpg",
        after.folder / "VetPACS" / "lists" / "notes.txt",
        after.folder / "VetPACS" / "generations" / "mine" / "x",
    ]
    for path in strange:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    for exam in (5, 6, 7):
        after.prune()
        after.day(exam)
    assert after.prune().gone
    assert all(path.exists() for path in strange)


def test_what_a_killed_run_left_behind_goes_in_the_end(clinic: Clinic) -> None:
    clinic.keep = "daily 10"
    clinic.day(1)
    left = clinic.folder / "VetPACS" / "generations" / "20261101T020000Z-00abcd"
    left.mkdir()
    (left / "manifest.sha256").write_text("x")
    name = "ab" * 32
    orphan = clinic.folder / "VetPACS" / "objects" / "ab" / f"{name}.dcm"
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"half an exam")
    clinic.prune()
    assert left.exists()
    assert orphan.exists()
    clinic.day(2)
    assert clinic.prune().gone == ("20261101T020000Z-00abcd",)
    assert not left.exists()
    assert not orphan.exists()


class Cut(Exception):
    """The power goes."""


class Cuttable(LocalTarget):
    """A target whose power goes before the deed of a number; counts deeds."""

    def __init__(self, folder: Path, at: int = -1) -> None:
        super().__init__("NAS", folder)
        self.at, self.deeds = at, 0

    def rename(self, name: str, new: str) -> None:
        self._deed(name)
        super().rename(name, new)

    def delete(self, name: str) -> None:
        self._deed(name)
        super().delete(name)

    def _deed(self, name: str) -> None:
        if "lock.json" in name:
            return
        if self.deeds == self.at:
            raise Cut
        self.deeds += 1


def test_cut_off_at_any_deed_every_generation_stays_whole_and_the_next_time_finishes(
    after: Clinic, tmp_path: Path
) -> None:
    after.prune()
    after.day(5)
    after.now += timedelta(days=1)
    uncut = Cuttable(Prepared(after, []).copy(tmp_path / "uncut").folder)
    pruning.prune(Home(tmp_path / "uncut" / "home"), after.place, uncut, now=lambda: after.now)
    uncut.close()
    assert uncut.deeds >= 10
    for at in range(uncut.deeds):
        clinic = Prepared(after, []).copy(tmp_path / str(at))
        target = Cuttable(clinic.folder, at)
        with pytest.raises(Cut):
            pruning.prune(clinic.home, clinic.place, target, now=lambda: after.now)
        target.close()
        clinic.check()
        clinic.day(6)
        clinic.prune()
        clinic.check()
        assert len([one for one in clinic.generations() if not one.startswith("leaving-")]) == 2


@pytest.mark.parametrize("seed", range(3))
def test_whatever_comes_goes_and_comes_again_every_generation_stays_whole(clinic: Clinic, seed: int) -> None:
    """Exams come, are deleted and come back; backups are made, thinned out and brought back: by chance."""
    dice = random.Random(seed)
    clinic.keep = "hourly 3"
    here: set[int] = set()
    for _ in range(14):
        exam = dice.randint(1, 4)
        gone = dice.choice([0, *here])
        clinic.day(exam, gone=gone)
        here = (here | {exam}) - {gone}
        if dice.random() < 0.7:
            clinic.prune(grace_hours=dice.choice([0.0, 24.0, 60.0]))
        target = clinic.target()
        aside = pruning.leaving(target)
        if aside and dice.random() < 0.3:
            pruning.bring_back(clinic.home, clinic.place, target, dice.choice(aside))
        target.close()
        clinic.check()
    assert len(clinic.generations()) < 14


def test_it_can_be_stopped_and_tells_what_it_does(after: Clinic) -> None:
    said: list[str] = []

    def report(progress: Progress) -> None:
        said.append(progress.text)

    after.prune(report=report)
    assert {"Reading what is to stay", "Looking for what nobody needs"} <= set(said)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Exception, match="Stopped as you asked"):
        after.prune(cancel=cancel)


def test_a_sealed_backup_is_thinned_out_with_its_key_and_not_without(clinic: Clinic) -> None:
    secret, secrets = keys.new_secret(), NoSecrets()
    public = place_keys.keep("NAS", secret, secrets)
    places.change(clinic.home, "NAS", recipient=public)
    clinic.sealer = AgeSealer.of(secret)
    made = four_days(clinic)
    copying = AgeSealer.sealing_only(public, clinic.sealer.names)
    with pytest.raises(SecretMissing):
        clinic.prune(sealer=copying)
    with pytest.raises(PruneRefused):
        clinic.prune(sealer=None)
    assert len(clinic.prune().set_aside) == 2
    clinic.day(5)
    clinic.now += timedelta(days=1)
    clinic.day(6)
    before = clinic.objects()
    assert set(clinic.prune().gone) == {made[0].id, made[1].id}
    assert len(clinic.objects()) < len(before)
    clinic.check()


def test_the_preview_needs_no_target(after: Clinic, made: list[Generation]) -> None:
    shutil.rmtree(after.folder)
    found = pruning.preview(after.home, after.place, after.now)
    assert [one.id for one in found.go] == [made[1].id, made[0].id]
    assert pruning.preview(after.home, replace(after.place, backup_id=""), after.now).go == ()
