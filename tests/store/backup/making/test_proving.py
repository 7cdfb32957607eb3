"""Reading back finds every flipped bit, and the next run mends what the library still has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.helpers.backing_up import Clinic
from vetpacs_desktop.store.backup.making import proving
from vetpacs_desktop.store.backup.making.proving import NothingToProve
from vetpacs_desktop.store.backup.manifest import ManifestDamaged
from vetpacs_desktop.store.backup.outcome import DAMAGED, VERIFIED
from vetpacs_desktop.store.backup.target import NotThere


def paths(clinic: Clinic, study: str) -> dict[str, str]:
    """Paths in the home of an exam's images, by digest."""
    return {
        row.sha256: row.path.relative_to(clinic.home.root).as_posix()
        for row in clinic.library.instances(study_uid=clinic.study(study))
    }


def test_each_kind_of_damage_is_found_by_its_path_and_mended(clinic: Clinic) -> None:
    clinic.exam(40)
    made = clinic.back_up()
    where = paths(clinic, "1")
    images = [path for path in clinic.objects() if path.suffix == ".dcm"]
    flipped, short, gone, renamed = images[3], images[11], images[19], images[27]
    data = bytearray(flipped.read_bytes())
    data[len(data) // 2] ^= 1
    flipped.write_bytes(data)
    short.write_bytes(short.read_bytes()[:-1])
    gone.unlink()
    renamed.rename(renamed.with_suffix(".txt"))
    proof = clinic.verify(made.id)
    assert set(proof.corrupt) == {where[flipped.stem], where[short.stem]}
    assert set(proof.missing) == {where[gone.stem], where[renamed.stem]}
    assert proof.checked == made.objects + 2  # the list and the database
    history = clinic.book().history
    assert history.newest().state == DAMAGED  # type: ignore[union-attr]
    assert not history.drills("verify")[0].ok
    again = clinic.back_up()
    assert again.copied == 4
    assert clinic.verify(made.id).clean
    assert clinic.book().history.generation(made.id).state == VERIFIED  # type: ignore[union-attr]


def test_damage_of_lists_and_the_database_is_found(clinic: Clinic) -> None:
    clinic.exam(3)
    made = clinic.back_up()
    (listed,) = (clinic.root / "lists").iterdir()
    (database,) = (clinic.root / "databases").iterdir()
    good = listed.read_bytes()
    listed.write_bytes(good.replace(b"objects/", b"objectz/"))
    with database.open("r+b") as file:
        file.seek(5000)
        file.write(b"\1\2\3")
    proof = clinic.verify(made.id)
    assert [name.split("/")[1] for name in proof.corrupt] == ["databases", "lists"]
    clinic.back_up()
    assert listed.read_bytes() == good
    assert clinic.verify(made.id).clean


def test_a_changed_manifest_is_never_believed(clinic: Clinic) -> None:
    clinic.exam(3)
    made = clinic.back_up()
    manifest = clinic.root / "generations" / made.id / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"objects": ', '"objects": 1'))
    with pytest.raises(ManifestDamaged):
        clinic.verify(made.id)
    with pytest.raises(NotThere):
        clinic.verify("20200101T000000Z-000000")


def test_without_a_backup_there_is_nothing_to_prove(clinic: Clinic) -> None:
    with pytest.raises(NothingToProve):
        clinic.verify()


def test_every_copy_has_its_turn_within_the_days_that_are_set(clinic: Clinic) -> None:
    clinic.exam(100)
    start = datetime(2026, 1, 1, 2, tzinfo=UTC)
    clinic.back_up(now=lambda: start)
    copies, history = clinic.book().copies, clinic.book().history
    of = copies.amount()[0]
    read = []
    for day in range(1, 31):
        moment = start + timedelta(days=day)
        proof = proving.prove_share(clinic.home, clinic.place, clinic.target(), now=lambda: moment)  # noqa: B023
        assert proof.clean
        read.append(proof.checked)
    oldest = copies.oldest_proof()
    assert oldest is not None
    assert oldest > start.timestamp()
    assert max(read) <= of // 10  # spread, not all at once
    assert len(history.drills("share")) == 30


def test_after_a_long_holiday_all_that_is_overdue_is_read(clinic: Clinic) -> None:
    clinic.exam(20)
    start = datetime(2026, 1, 1, 2, tzinfo=UTC)
    clinic.back_up(now=lambda: start)
    late = start + timedelta(days=90)
    proof = proving.prove_share(clinic.home, clinic.place, clinic.target(), now=lambda: late)
    assert proof.checked == clinic.book().copies.amount()[0]


def test_the_share_finds_damage_and_the_next_run_mends_it(clinic: Clinic) -> None:
    clinic.exam(20)
    start = datetime(2026, 1, 1, 2, tzinfo=UTC)
    clinic.back_up(now=lambda: start)
    damaged = clinic.objects()[4]
    good = damaged.read_bytes()
    damaged.write_bytes(bytes(len(good)))
    late = start + timedelta(days=90)
    proof = proving.prove_share(clinic.home, clinic.place, clinic.target(), now=lambda: late)
    assert proof.corrupt == (damaged.relative_to(clinic.nas).as_posix(),)
    assert not clinic.library.trash.proved([damaged.stem])
    clinic.back_up(now=lambda: late)
    assert damaged.read_bytes() == good
