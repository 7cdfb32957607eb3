"""Two contents of one image: both are there until a person decides, and each decision can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest

from tests.helpers.shelf import STUDY, contents, fill, is_sound
from tests.helpers.small_files import ROOT, from_folder, picture, write
from vetpacs_desktop.errors import NotFound
from vetpacs_desktop.jobs import CancelToken, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.kept.conflicts import Choice
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.outgoing import prepared
from vetpacs_desktop.store.records import Outcome
from vetpacs_desktop.store.recovery.rebuild import rebuild


@pytest.fixture
def library(home: Home, tmp_path: Path) -> Iterator[Library]:
    opened = Library.open(home)
    fill(opened, tmp_path)
    yield opened
    opened.close()


def test_it_is_told_who_sent_which_version_and_when(library: Library) -> None:
    assert library.conflicts.count() == (1, 1)
    (conflict,) = library.conflicts.list()
    first, later = conflict.versions
    assert (conflict.study_uid, conflict.animal_name, conflict.modality) == (STUDY, "Fluffy", "CT")
    assert (first.shown, later.shown) == (True, False)
    assert (first.source, later.source) == ("a test", "a test")
    assert first.received_at < later.received_at
    assert first.path.read_bytes() != later.path.read_bytes()
    assert library.conflicts.list(STUDY) == [conflict]
    assert library.conflicts.list(f"{ROOT}.2") == []


@pytest.mark.parametrize("choice", list(Choice))
def test_a_decision_is_carried_out_outlives_a_rebuild_and_can_be_undone(
    library: Library, choice: Choice
) -> None:
    before = contents(library)
    (conflict,) = library.conflicts.list()
    first, later = conflict.versions
    decision = library.conflicts.resolve([conflict], choice, who="vet")
    shown = {one.sha256 for one in library.instances(study_uid=STUDY) if one.sop_uid == conflict.sop_uid}
    wanted = {
        Choice.FIRST: {first.sha256},
        Choice.NEWER: {later.sha256},
        Choice.BOTH: {first.sha256, later.sha256},
    }
    twin = {one.sha256 for one in library.instances(study_uid=STUDY) if one.series_uid != conflict.series_uid}
    assert shown - twin == wanted[choice]
    assert not any(one.conflict for one in library.instances(study_uid=STUDY))
    study = library.study(STUDY)
    assert (study.conflict_count, study.instance_count) == (0, 5 if choice is Choice.BOTH else 4)
    assert library.conflicts.list() == []
    assert len(library.trash.entries()) == (0 if choice is Choice.BOTH else 1)
    decided = contents(library)
    library.rebuild_index()
    assert contents(library) == decided
    library.conflicts.undo(decision)
    assert contents(library) == before
    assert library.conflicts.list() == [conflict]
    assert is_sound(library)


def test_two_images_kept_by_decision_stay_two_when_the_index_is_damaged(library: Library, home: Home) -> None:
    library.conflicts.resolve(library.conflicts.list(), Choice.BOTH)
    (one,) = (
        one for one in library.instances(study_uid=STUDY) if library.conflicts.is_own(STUDY, one.sha256)
    )
    library.close()
    with home.database.open("r+b") as file:
        file.seek(24)
        file.write(b"\xff" * 16)
    rebuild(home, ignore, CancelToken())
    again = Library.open(home)
    assert again.study(STUDY).conflict_count == 0
    assert again.conflicts.is_own(STUDY, one.sha256)
    again.close()


def test_what_was_decided_is_not_asked_again_when_it_comes_again(library: Library, tmp_path: Path) -> None:
    library.conflicts.resolve(library.conflicts.list(), Choice.BOTH)
    (filed,) = library.file([from_folder(tmp_path / "odd1.dcm")])
    assert filed.outcome is Outcome.DUPLICATE
    assert library.conflicts.count() == (0, 0)


def test_a_third_version_waits_again_beside_both(library: Library, tmp_path: Path) -> None:
    library.conflicts.resolve(library.conflicts.list(), Choice.BOTH)
    library.file([from_folder(write(picture(pixels=b"\5\6" * 16), tmp_path / "third.dcm"))])
    (conflict,) = library.conflicts.list()
    assert [version.shown for version in conflict.versions] == [True, True, False]
    library.conflicts.resolve([conflict], Choice.FIRST)
    assert library.conflicts.list() == []
    assert library.study(STUDY).instance_count == 5


def test_two_images_kept_by_decision_leave_the_house_as_two(library: Library, tmp_path: Path) -> None:
    library.conflicts.resolve(library.conflicts.list(), Choice.BOTH)
    rows = [one for one in library.instances(study_uid=STUDY) if one.sop_uid == f"{STUDY}.1.1"]
    ours = [one for one in rows if one.series_uid == f"{STUDY}.1"]
    sent = [pydicom.dcmread(prepared(library, one, tmp_path)) for one in ours]
    assert len({one.SOPInstanceUID for one in sent}) == 2
    assert sum(one.SOPInstanceUID == f"{STUDY}.1.1" for one in sent) == 1
    assert [one.SOPInstanceUID == one.file_meta.MediaStorageSOPInstanceUID for one in sent] == [True, True]
    for row, one in zip(ours, sent, strict=True):
        kept = pydicom.dcmread(row.path)
        assert one.PixelData == kept.PixelData
        assert kept.SOPInstanceUID == f"{STUDY}.1.1", "what was sent stays as it came"
    again = pydicom.dcmread(prepared(library, ours[1], tmp_path))
    assert again.SOPInstanceUID == sent[1].SOPInstanceUID, "the same each time"


def test_hundreds_are_decided_at_once(library: Library, tmp_path: Path) -> None:
    files = [
        write(
            picture(study="9", sop=str(number), pixels=bytes([content, 1]) * 16),
            tmp_path / f"m{number}.{content}",
        )
        for content in (1, 2)
        for number in range(150)
    ]
    library.file([from_folder(path) for path in files])
    conflicts = library.conflicts.list(f"{ROOT}.9")
    assert len(conflicts) == 150
    decision = library.conflicts.resolve(conflicts, Choice.NEWER)
    assert library.study(f"{ROOT}.9").instance_count == 150
    assert [entry.count for entry in library.trash.entries()] == [150]
    library.conflicts.undo(decision)
    assert library.conflicts.list(f"{ROOT}.9") == conflicts


def test_an_undo_after_the_trash_was_emptied_says_so(library: Library) -> None:
    decision = library.conflicts.resolve(library.conflicts.list(), Choice.FIRST)
    library.trash.empty([entry.id for entry in library.trash.entries()])
    with pytest.raises(NotFound):
        library.conflicts.undo(decision)


def test_somebody_else_was_quicker(library: Library) -> None:
    conflicts = library.conflicts.list()
    library.conflicts.resolve(conflicts, Choice.FIRST)
    for choice in Choice:
        decision = library.conflicts.resolve(conflicts, choice)
        assert (decision.images, decision.trash_ids, decision.own) == (0, (), ())
    assert library.study(STUDY).instance_count == 4
