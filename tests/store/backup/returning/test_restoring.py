"""A library that comes back is the library that was kept, whatever interrupts it; one that is in use loses
nothing by it."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.kept_library import NoSecrets, back_up, draw, fill, portrait, uid
from tests.helpers.small_files import from_folder, picture, write
from vetpacs_desktop.app import App
from vetpacs_desktop.errors import Cancelled, LibraryDamaged
from vetpacs_desktop.jobs import CancelToken, Progress
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.animals.corrections import Words
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.returning import coming_back, restoring, sources
from vetpacs_desktop.store.backup.returning.coming_back import ExamComingBack, ExamWaits, Scope
from vetpacs_desktop.store.backup.returning.merging_in import NotInBackup
from vetpacs_desktop.store.backup.returning.whole_library import ListLost
from vetpacs_desktop.store.backup.sealing import keys, place_keys
from vetpacs_desktop.store.kept.quarantine import Quarantine
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.lock import ProcessLock
from vetpacs_desktop.store.network.sending.carrying import Carrier

SECRETS = NoSecrets()


class Kept:
    """A library, and a folder that holds its backup."""

    def __init__(self, home: Home, folder: Path) -> None:
        self.home, self.nas, self._files = home, folder / "nas", folder / "files"
        self.nas.mkdir()
        fill(home, self._files)
        self.generation = back_up(home, self.nas, SECRETS)

    @property
    def place(self) -> Place:
        return places.find(self.home, "NAS")

    def object(self, home: Home, number: int = 0) -> Path:
        return sorted(home.objects.rglob("*.dcm"))[number]

    def copy_of(self, path: Path) -> Path:
        """The target's copy of a file of the library."""
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return self.nas / "VetPACS" / "objects" / digest[:2] / f"{digest}.dcm"


@pytest.fixture
def kept(home: Home, tmp_path: Path) -> Kept:
    return Kept(home, tmp_path)


@pytest.fixture
def fresh(tmp_path: Path) -> Home:
    """A folder on a new computer."""
    return Home(tmp_path / "new computer")


def flip(path: Path) -> None:
    """One bit turns; size and times stay."""
    data, state = bytearray(path.read_bytes()), path.stat()
    data[-1] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


# -- into an empty home --------------------------------------------------------------------------------------


def test_the_library_comes_back_as_it_was(kept: Kept, fresh: Home) -> None:
    restored = restoring.restore(fresh, kept.place, SECRETS)
    assert (restored.generation, restored.failed) == (kept.generation.id, ())
    assert restored.restored == kept.generation.objects
    assert portrait(fresh) == portrait(kept.home)
    assert portrait(fresh)["faults"] == ((), (), ())
    assert coming_back.under_way(fresh) is None
    assert not fresh.restoring.exists()


def test_an_open_empty_library_is_filled_under_its_window(kept: Kept, fresh: Home) -> None:
    """The assistant of a fresh installation runs in a window whose library is open already."""
    app = App.open(fresh)
    assert app.library.search("") == []
    restoring.restore(fresh, kept.place, SECRETS)
    assert len(app.library.search("huber")) == 3  # and Rex, who was corrected
    assert app.library.verify().missing == ()
    app.close()


def test_the_target_that_was_set_up_here_stays_known(kept: Kept, fresh: Home) -> None:
    places.add(fresh.make(), Place("Upstairs", str(kept.nas)))
    restoring.restore(fresh, places.find(fresh, "Upstairs"), SECRETS)
    assert {one.name for one in places.read(fresh)} == {"NAS", "Upstairs"}


@pytest.mark.parametrize("files", [0, 1, 7, 14])
def test_a_restore_that_was_stopped_goes_on(kept: Kept, fresh: Home, files: int) -> None:
    token = CancelToken()

    def report(progress: Progress) -> None:
        if progress.text.startswith("Bringing back images") and progress.done >= files:
            token.cancel()

    with pytest.raises(Cancelled):
        restoring.restore(fresh, kept.place, SECRETS, report=report, cancel=token)
    asked = coming_back.under_way(fresh)
    assert asked is not None
    assert asked.generation == kept.generation.id
    done = restoring.go_on(fresh)
    assert done is not None
    assert (done.restored, done.failed) == (kept.generation.objects, ())
    assert portrait(fresh) == portrait(kept.home)
    assert restoring.go_on(fresh) is None


def test_a_half_written_file_is_not_taken_for_a_whole_one(kept: Kept, fresh: Home) -> None:
    restoring.restore(fresh, kept.place, SECRETS)
    lost, cut = kept.object(fresh, 1), kept.object(fresh, 2)
    lost.unlink()
    cut.chmod(0o600)
    cut.write_bytes(cut.read_bytes()[:100])
    asked = coming_back.begin(fresh, kept.place, kept.generation.id, Scope(), whole=True)
    coming_back.enter(fresh, asked, coming_back.IMAGES)
    restoring.go_on(fresh)
    assert portrait(fresh) == {**portrait(kept.home), "faults": ((), (), ())}


def test_what_a_person_waits_for_comes_first(kept: Kept, fresh: Home) -> None:
    """The list is there, the images are not: opening an exam says so, and brings it before the newer ones."""
    token = CancelToken()
    with pytest.raises(Cancelled):
        restoring.restore(fresh, kept.place, SECRETS, cancel=token, report=_cancel_at_images(token))
    for path in fresh.objects.rglob("*.dcm"):
        path.unlink()
    app = App.open(fresh)
    lock = ProcessLock(fresh.run / coming_back.LOCK)
    assert lock.acquire()
    with pytest.raises(ExamComingBack, match="still coming back from NAS: 3 of its 3 images"):
        app.exam(app.library.study(uid(1)).study_uid)
    lock.release()
    with pytest.raises(ExamWaits, match="the restore rests"):
        app.exam(app.library.study(uid(1)).study_uid)
    restoring.go_on(fresh)
    assert coming_back.wanted(fresh) == []
    assert len(app.exam(app.library.study(uid(1)).study_uid).series[0].paths) == 3
    app.close()


def test_the_order_is_waited_for_then_newest(kept: Kept, fresh: Home) -> None:
    from vetpacs_desktop.store.backup.returning.whole_library import Back, Images

    restoring.restore(fresh, kept.place, SECRETS)
    for path in fresh.objects.rglob("*.dcm"):
        path.unlink()
    coming_back.begin(fresh, kept.place, kept.generation.id, Scope(), whole=True)
    coming_back.want(fresh, uid(2))
    with sources.opened(kept.place, SECRETS) as source:
        images = Images(fresh, source, Back(), lambda: None, CancelToken())
        order = [piece.study_uid for piece in images._pieces([])]
        images.close()
    assert list(dict.fromkeys(order)) == [uid(2), uid(4), uid(3), uid(1)]
    assert len(order) == 12


def _cancel_at_images(token: CancelToken) -> Any:
    return lambda progress: token.cancel() if progress.text.startswith("Bringing back images") else None


def test_what_the_backup_lost_is_told_and_the_rest_comes(kept: Kept, fresh: Home) -> None:
    gone, hurt = kept.object(kept.home, 0), kept.object(kept.home, 5)
    kept.copy_of(gone).unlink()
    flip(kept.copy_of(hurt))
    restored = restoring.restore(fresh, kept.place, SECRETS)
    said = dict(restored.failed)
    assert set(said) == {path.relative_to(kept.home.root).as_posix() for path in (gone, hurt)}
    assert "does not hold it" in said[gone.relative_to(kept.home.root).as_posix()]
    assert "damaged" in said[hurt.relative_to(kept.home.root).as_posix()]
    assert len(portrait(fresh)["faults"][0]) == 2


def test_a_damaged_list_is_refused_before_anything_changes(kept: Kept, fresh: Home) -> None:
    (database,) = (kept.nas / "VetPACS" / "databases").iterdir()
    flip(database)
    with pytest.raises(ListLost, match="nothing was changed here"):
        restoring.restore(fresh, kept.place, SECRETS)
    assert Library.open(fresh).search("") == []


def test_an_older_generation_is_had_by_its_name(kept: Kept, fresh: Home, tmp_path: Path) -> None:
    library = Library.open(kept.home)
    library.file([from_folder(write(picture(study="9", PatientName="Weber^New"), tmp_path / "9.dcm"))])
    library.close()
    newer = back_up(kept.home, kept.nas, SECRETS)
    restored = restoring.restore(fresh, kept.place, SECRETS, generation=kept.generation.id)
    assert restored.generation == kept.generation.id != newer.id
    library = Library.open(fresh)
    assert library.search("weber") == []
    library.close()
    with pytest.raises(sources.NoSuchGeneration, match="backup list"):
        restoring.restore(fresh, kept.place, SECRETS, generation="20200101T000000Z-abcdef")


def test_a_sealed_backup_comes_back_with_its_key(home: Home, tmp_path: Path, fresh: Home) -> None:
    fill(home, tmp_path / "files")
    (tmp_path / "nas").mkdir()
    secret = keys.new_secret()
    secrets = NoSecrets()
    public = place_keys.keep("NAS", secret, secrets)
    made = back_up(home, tmp_path / "nas", secrets, recipient=public)
    place = Place("NAS", str(tmp_path / "nas"))  # as somebody enters it who was told nothing of the key
    with pytest.raises(sources.KeyNeeded, match="key sheet"):
        restoring.restore(fresh, place, NoSecrets())
    restored = restoring.restore(fresh, place, secrets)
    assert (restored.restored, restored.failed) == (made.objects, ())
    assert portrait(fresh) == portrait(home)


def test_two_restores_into_one_home_exclude_each_other(kept: Kept, fresh: Home) -> None:
    lock = ProcessLock(fresh.make().run / coming_back.LOCK)
    assert lock.acquire()
    assert restoring.is_running(fresh)
    with pytest.raises(restoring.RestoreRunning):
        restoring.restore(fresh, kept.place, SECRETS)
    lock.release()


def test_another_restore_waits_for_the_one_that_was_begun(kept: Kept, fresh: Home) -> None:
    token = CancelToken()
    with pytest.raises(Cancelled):
        restoring.restore(fresh, kept.place, SECRETS, cancel=token, report=_cancel_at_images(token))
    with pytest.raises(restoring.OtherRestore, match="not finished"):
        restoring.restore(fresh, kept.place, SECRETS, scope=Scope(studies=(uid(1),)))
    restoring.give_up(fresh)
    restoring.restore(fresh, kept.place, SECRETS, scope=Scope(studies=(uid(1),)))


def test_a_folder_with_other_things_is_refused(kept: Kept, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "letter.txt").write_text("Dear", encoding="utf-8")
    with pytest.raises(restoring.FolderInUse):
        restoring.restore(Home(tmp_path / "documents"), kept.place, SECRETS)


def test_images_without_a_list_are_not_covered_by_an_old_list(kept: Kept, tmp_path: Path) -> None:
    """The list was lost here: it is made anew from the images first, so that none of them is forgotten."""
    kept.home.database.unlink()
    with pytest.raises(LibraryDamaged, match="rebuild-index"):
        restoring.restore(kept.home, Place("NAS", str(kept.nas)), SECRETS)


# -- into a library that is in use ---------------------------------------------------------------------------


def test_an_older_generation_deletes_and_overwrites_nothing(kept: Kept, tmp_path: Path) -> None:
    library = Library.open(kept.home)
    library.file([from_folder(write(picture(study="9", PatientName="Weber^New"), tmp_path / "9.dcm"))])
    library.corrections.record(uid(1), Words(animal_name="Rexine"), "later")
    draw(library, 2, "first", '{"later": 1}')
    draw(library, 3, "second")
    library.trash.put([uid(4)], who="later")
    library.close()
    before = portrait(kept.home)
    restored = restoring.restore(kept.home, kept.place, SECRETS)
    assert (restored.restored, restored.in_trash, restored.failed) == (0, 3, ())
    assert portrait(kept.home) == before


def test_what_is_missing_comes_and_what_is_damaged_is_mended(kept: Kept) -> None:
    before = portrait(kept.home)
    lost, hurt = kept.object(kept.home, 1), kept.object(kept.home, 7)
    lost.unlink()
    flip(hurt)
    restored = restoring.restore(kept.home, kept.place, SECRETS)
    assert (restored.mended, restored.restored, restored.here) == (2, 2, 10)
    assert portrait(kept.home) == before
    (aside,) = Quarantine(kept.home).entries()
    assert "whole copy from the backup" in aside.reason


def test_exams_and_notes_that_this_library_never_knew_come_with_all_that_was_said(
    kept: Kept, tmp_path: Path, fresh: Home
) -> None:
    """Another library (an old copy of the same clinic) gets what it lacks, and keeps what it has."""
    library = Library.open(fresh)
    library.file([from_folder(write(picture(study="9", PatientName="Weber^Own"), tmp_path / "9.dcm"))])
    library.corrections.record(f"{uid(9)}", Words(animal_name="Kept"), "here")
    library.close()
    restored = restoring.restore(fresh, kept.place, SECRETS)
    assert restored.failed == ()
    here, there = portrait(fresh), portrait(kept.home)
    assert here["faults"] == ((), (), ())
    rows = {row["study_uid"]: row for row in here["studies"]}
    for row in there["studies"]:
        assert rows[row["study_uid"]] == row
    assert rows[uid(9)]["animal_name"] == "Kept"
    assert there["digests"].items() <= here["digests"].items()
    assert here["drawn"] == there["drawn"]
    assert here["nodes"][0]["name"] == "Hospital"
    assert here["reading"] == "two by two"
    assert here["trash"] == []
    # An index that is made anew says the same.
    library = Library.open(fresh)
    library.rebuild_index()
    library.close()
    assert {row["study_uid"]: row for row in portrait(fresh)["studies"]} == rows


def test_one_exam_alone_comes_back(kept: Kept, fresh: Home) -> None:
    restored = restoring.restore(fresh, kept.place, SECRETS, scope=Scope(studies=(uid(1),)))
    assert (restored.restored, restored.notes) == (3, 1)
    (row,) = portrait(fresh)["studies"]
    assert (row["study_uid"], row["animal_name"], row["owner_name"]) == (uid(1), "Rex", "Maier")
    assert portrait(fresh)["faults"] == ((), (), ())


def test_one_animal_alone_comes_back(kept: Kept, fresh: Home) -> None:
    library = Library.open(kept.home)
    animal = library.study(uid(2)).animal_id
    library.close()
    restoring.restore(fresh, kept.place, SECRETS, scope=Scope(animals=(animal,)))
    said = portrait(fresh)
    assert [row["study_uid"] for row in said["studies"]] == [uid(2)]
    assert said["studies"][0]["seen"]
    assert [one.item_id for one in said["drawn"]] == ["first"]
    with pytest.raises(NotInBackup, match="older or newer"):
        restoring.restore(fresh, kept.place, SECRETS, scope=Scope(animals=("0" * 16,)))
    restoring.give_up(fresh)


def test_an_exam_in_the_trash_comes_back_when_it_is_named(kept: Kept) -> None:
    library = Library.open(kept.home)
    library.trash.put([uid(3)])
    library.close()
    restored = restoring.restore(kept.home, kept.place, SECRETS, scope=Scope(studies=(uid(3),)))
    assert restored.restored == 3
    library = Library.open(kept.home)
    assert library.study(uid(3)).instance_count == 3
    library.close()


def test_of_two_versions_the_one_here_stays_the_first(kept: Kept, fresh: Home, tmp_path: Path) -> None:
    library = Library.open(fresh)
    other = picture(study="1", sop="1", PatientName="Huber^Dog1", pixels=b"\7\7" * 16)
    library.file([from_folder(write(other, tmp_path / "other.dcm"))])
    (mine,) = library.instances(study_uid=uid(1))
    library.close()
    restoring.restore(fresh, kept.place, SECRETS, scope=Scope(studies=(uid(1),)))
    library = Library.open(fresh)
    for _ in range(2):
        rows = {row.sha256: row.conflict for row in library.instances(study_uid=uid(1))}
        assert len(rows) == 4
        assert [digest for digest, conflict in rows.items() if conflict] != [mine.sha256]
        assert rows[mine.sha256] is False
        library.rebuild_index()
    library.close()


def test_the_later_of_two_corrections_holds(kept: Kept, fresh: Home) -> None:
    """This library has an older correction than the backup: the act that a person did later counts."""
    library = Library.open(fresh)
    library.corrections.record(uid(1), Words(animal_name="Early"), "here")
    early = library.corrections.history(uid(1))[0]
    library.close()
    line = json.loads(fresh.corrections.read_text().splitlines()[0])
    assert line["id"] == early.correction_id
    restoring.restore(fresh, kept.place, SECRETS, scope=Scope(studies=(uid(1),)))
    library = Library.open(fresh)
    assert library.study(uid(1)).animal_name == "Early"  # it was said here after the backup
    assert {one.words.animal_name for one in library.corrections.history(uid(1))} == {"Early", "Rex"}
    library.close()


def test_an_unfinished_restore_is_forgotten_only_by_a_person(kept: Kept, fresh: Home) -> None:
    fresh.make()
    coming_back.begin(fresh, replace(kept.place, name="Gone"), kept.generation.id, Scope(), whole=True)
    assert coming_back.under_way(fresh) is not None
    restoring.give_up(fresh)
    assert coming_back.under_way(fresh) is None


def test_what_waits_to_be_sent_waits_for_its_images(kept: Kept, fresh: Home) -> None:
    """A sending that was in the queue on the day of the backup does not fail for images that still come."""
    library = Library.open(kept.home)
    library.outbox.put(library.instances(study_uid=uid(2)), library.nodes.get("Hospital"))
    library.close()
    back_up(kept.home, kept.nas, SECRETS)
    token = CancelToken()
    with pytest.raises(Cancelled):
        restoring.restore(fresh, kept.place, SECRETS, cancel=token, report=_cancel_at_images(token))
    for path in fresh.objects.rglob("*.dcm"):
        path.unlink()
    library = Library.open(fresh)
    node = library.nodes.get("Hospital")
    Carrier(fresh, library, node.node_id, "VETPACS", CancelToken()).run()
    state = library.nodes.state(node)
    library.close()
    assert "still to come back" in state.trouble
    assert coming_back.wanted(fresh) == [uid(2)]
