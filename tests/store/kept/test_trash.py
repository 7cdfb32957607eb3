"""Deleting is two steps, and the first can be undone to the last byte."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.shelf import SECOND, STUDY, THIRD, contents, fill, is_sound
from tests.helpers.small_files import from_folder, picture, write
from vetpacs_desktop.errors import NotFound
from vetpacs_desktop.jobs import CancelToken, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.animals.corrections import Words
from vetpacs_desktop.store.kept.trash_files import TrashBusy, alone
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import Outcome
from vetpacs_desktop.store.recovery import rebuild


@pytest.fixture
def library(home: Home, tmp_path: Path) -> Iterator[Library]:
    opened = Library.open(home)
    fill(opened, tmp_path)
    yield opened
    opened.close()


def objects_of(home: Home) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.objects.rglob("*.dcm")}


def test_a_deleted_exam_is_whole_in_the_trash_and_nowhere_else(library: Library) -> None:
    files = {one.path.name: one.path.read_bytes() for one in library.instances(study_uid=STUDY)}
    (entry,) = library.trash.put([STUDY], who="reception", why="twice")
    assert {row.study_uid for row in library.search("")} == {THIRD, SECOND}
    assert library.count("kelpie") == 0
    with pytest.raises(NotFound):
        library.locate(STUDY)
    assert (entry.kind, entry.count, entry.who, entry.why) == ("exam", 5, "reception", "twice")
    assert (entry.animal_name, entry.owner_name, entry.bytes) == (
        "Fluffy",
        "Smith",
        sum(map(len, files.values())),
    )
    assert {path.name: path.read_bytes() for path in library.trash.files(entry.id)} == files
    assert library.trash.entries() == [entry]
    assert library.trash.amount() == (1, entry.bytes)
    assert is_sound(library)


def test_undo_brings_back_everything_as_it_was(library: Library, home: Home) -> None:
    before, files = contents(library), objects_of(home)
    entries = library.trash.put([STUDY, SECOND, THIRD])
    assert (library.counts(), list(home.objects.rglob("*.dcm"))) == ((0, 0), [])
    back = library.trash.restore([entry.id for entry in entries])
    assert [one.back for one in back] == [5, 2, 1]
    assert contents(library) == before
    assert objects_of(home) == files
    assert library.trash.entries() == []
    assert list(home.trash.iterdir()) == []
    assert is_sound(library)


def test_a_series_and_single_images_go_alone(library: Library) -> None:
    before = contents(library)
    series = next(one for one in library.series(STUDY) if one.description == "Bones")
    first = library.trash.put_series(STUDY, series.series_uid)
    assert (first.kind, first.count, first.name) == ("series", 2, "Bones")
    assert [one.modality for one in library.series(STUDY)] == ["CT"]
    assert library.count("kelpie") == library.count("modality:dx") == 0
    assert library.study(STUDY).seen, "an exam is not new again because something of it went"
    image = next(one for one in library.instances(study_uid=STUDY) if one.sop_uid.endswith(".2"))
    second = library.trash.put_images(STUDY, {image.sha256})
    assert (second.kind, second.count) == ("images", 1)
    assert library.study(STUDY).instance_count == 1
    assert is_sound(library)
    library.trash.restore([first.id, second.id])
    assert contents(library) == before


def test_the_last_image_takes_the_exam_along(library: Library) -> None:
    (image,) = library.instances(study_uid=THIRD)
    assert library.trash.put_images(THIRD, {image.sha256}).kind == "exam"
    with pytest.raises(NotFound):
        library.study(THIRD)


def test_a_list_of_what_is_left_is_the_one_a_rebuild_makes(library: Library) -> None:
    image = library.instances(study_uid=STUDY)[0]
    library.trash.put_images(STUDY, {image.sha256})
    library.trash.put([SECOND])
    before, trashed = contents(library), library.trash.entries()
    library.rebuild_index()
    assert contents(library) == before
    assert library.trash.entries() == trashed


def test_numbers_of_what_went_are_not_given_to_others(library: Library, tmp_path: Path) -> None:
    ids = {one.series_id for row in library.search("") for one in library.series(row.study_uid)}
    library.trash.put([STUDY, SECOND, THIRD])
    library.file([from_folder(write(picture(study="8"), tmp_path / "new.dcm"))])
    assert not ids & {one.series_id for row in library.search("") for one in library.series(row.study_uid)}


def test_an_index_made_from_nothing_leaves_the_trash_in_the_trash(library: Library, home: Home) -> None:
    (entry,) = library.trash.put([STUDY], who="vet", why="wrong animal")
    library.close()
    home.database.unlink()
    found = rebuild.rebuild(home, ignore, CancelToken())
    assert (found.checked, found.orphans) == (3, ())
    again = Library.open(home)
    assert again.trash.entries() == [entry]
    assert again.trash.restore([entry.id])[0].back == 5
    assert again.study(STUDY).instance_count == 4
    assert is_sound(again)
    again.close()


def test_the_same_exam_sent_again_is_new_and_a_restore_doubles_nothing(
    library: Library, tmp_path: Path
) -> None:
    (entry,) = library.trash.put([THIRD])
    (filed,) = library.file([from_folder(tmp_path / "odd7.dcm")])
    assert filed.outcome is Outcome.STORED
    assert not library.study(THIRD).seen
    (back,) = library.trash.restore([entry.id])
    assert (back.back, back.here) == (0, 1)
    assert library.study(THIRD).instance_count == 1
    assert library.trash.entries() == []
    assert is_sound(library)


def test_another_version_sent_meanwhile_stays_beside_the_restored_one(
    library: Library, tmp_path: Path
) -> None:
    (entry,) = library.trash.put([THIRD])
    library.file([from_folder(write(picture(study="3", pixels=b"\7\7" * 16), tmp_path / "other.dcm"))])
    library.trash.restore([entry.id])
    study = library.study(THIRD)
    assert (study.instance_count, study.conflict_count) == (1, 1)
    first, later = library.instances(study_uid=THIRD)
    assert (first.conflict, later.conflict) == (False, True)
    assert b"\7\7\7\7" in later.path.read_bytes(), "the one that came first is the one that is shown"
    assert is_sound(library)


def test_emptied_is_gone_and_only_that(library: Library, home: Home) -> None:
    first, second = library.trash.put([STUDY, SECOND])
    assert library.trash.empty([first.id], who="admin") == 1
    assert library.trash.entries() == [second]
    assert [path.name for path in home.trash.iterdir()] == [second.id]
    with pytest.raises(NotFound):
        library.trash.restore([first.id])
    assert is_sound(library)


def test_nothing_counts_as_backed_up_until_somebody_proves_it(library: Library) -> None:
    first, second = library.trash.put([STUDY, THIRD])
    assert library.trash.unproved([first.id, second.id]) == [first.id, second.id]
    (image,) = library.trash.files(second.id)
    assert image.exists()
    library.trash.proved = lambda digests: len(digests) == 1
    assert library.trash.unproved([first.id, second.id]) == [first.id]


def test_a_correction_outlives_the_trash(library: Library) -> None:
    library.corrections.record(THIRD, Words(animal_name="Minka"), "reception")
    (entry,) = library.trash.put([THIRD])
    assert entry.animal_name == "Minka"
    library.trash.restore([entry.id])
    assert library.study(THIRD).animal_name == "Minka"
    library.corrections.undo(THIRD)
    assert library.study(THIRD).animal_name == "Whiskers"


def test_a_file_that_vanished_or_rotted_costs_only_itself(library: Library) -> None:
    images = library.instances(study_uid=STUDY)
    images[0].path.unlink()
    images[1].path.write_bytes(b"nothing of a picture")
    (entry,) = library.trash.put([STUDY])
    (back,) = library.trash.restore([entry.id])
    assert (back.back, back.refused) == (3, 1)
    (left,) = library.trash.entries()
    assert left.count == 1
    assert library.trash.files(left.id)[0].read_bytes() == b"nothing of a picture"
    library.trash.put_images(STUDY, {library.instances(study_uid=STUDY)[0].sha256})


def test_an_entry_whose_files_are_not_there_waits_until_they_are(
    library: Library, home: Home, tmp_path: Path
) -> None:
    (entry,) = library.trash.put([THIRD])
    (home.trash / entry.id).rename(tmp_path / "away")
    (back,) = library.trash.restore([entry.id])
    assert (back.back, back.refused) == (0, 1)
    assert library.trash.entries() == [entry]
    shutil.rmtree(home.trash / entry.id)
    (tmp_path / "away").rename(home.trash / entry.id)
    assert library.trash.restore([entry.id])[0].back == 1
    assert library.study(THIRD).instance_count == 1


def test_a_home_without_its_index_still_knows_its_trash(library: Library, home: Home) -> None:
    entries = library.trash.put([STUDY, SECOND, THIRD])
    library.close()
    for leftover in home.root.glob("library.sqlite*"):
        leftover.unlink()
    again = Library.open(home)
    assert {entry.id for entry in again.trash.entries()} == {entry.id for entry in entries}
    again.trash.restore([entry.id for entry in entries])
    assert again.counts() == (3, 8)
    again.close()


def test_while_the_list_is_rebuilt_nothing_leaves_it(library: Library, home: Home, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("vetpacs_desktop.store.kept.trash_files.LOCK_SECONDS", 0.05)
    monkeypatch.setattr(alone.__wrapped__, "__defaults__", (0.05,))  # type: ignore[attr-defined]
    with alone(home), pytest.raises(TrashBusy):
        library.trash.put([STUDY])
    assert library.study(STUDY).instance_count == 4


def test_a_stop_in_the_middle_tells_what_was_moved(library: Library) -> None:
    token = CancelToken()
    moved = library.trash.put([STUDY, SECOND, THIRD], report=lambda _: token.cancel(), cancel=token)
    assert [entry.study_uid for entry in moved] == [STUDY]
    assert library.counts()[0] == 2


def test_the_diary_says_what_happened_and_names_nobody(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    (entry,) = library.trash.put([STUDY], who="Dr. Miller")
    library.trash.restore([entry.id])
    (entry,) = library.trash.put([STUDY], who="Dr. Miller")
    library.trash.empty([entry.id], who="Dr. Miller")
    said = [record.getMessage() for record in caplog.records]
    assert [line.split(" ")[0] for line in said] == ["Moved", "Restored", "Moved", "Emptied"]
    for name in ("Fluffy", "Smith", "Miller", STUDY):
        assert not any(name in line for line in said)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("eswrr"), st.integers(0, 9)), max_size=8))
def test_whatever_is_deleted_and_restored_nothing_is_lost_or_doubled(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("steps")
    library = Library.open(Home(folder / "home"))
    try:
        fill(library, folder)
        before = contents(library)
        for step, number in steps:
            take_step(library, step, number)
            everywhere = library.counts()[1] + sum(entry.count for entry in library.trash.entries())
            assert everywhere == 8
        assert is_sound(library)
        library.trash.restore([entry.id for entry in reversed(library.trash.entries())])
        assert contents(library) == before
    finally:
        library.close()
        shutil.rmtree(folder)


def take_step(library: Library, step: str, number: int) -> None:
    """Delete an exam, a series or an image, or restore something, if there is any."""
    studies, entries = library.search(""), library.trash.entries()
    if step == "r" and entries:
        library.trash.restore([entries[number % len(entries)].id])
    elif step == "w" and library.search(""):
        library.rebuild_index()
    elif step in "es" and studies:
        study = studies[number % len(studies)].study_uid
        if step == "e" and number > 6:
            library.trash.put([study])
        elif step == "s" and number > 6:
            library.trash.put_series(study, library.series(study)[0].series_uid)
        else:
            images = library.instances(study_uid=study)
            library.trash.put_images(study, {images[number % len(images)].sha256})
