"""What is said after deleting, restoring, deciding and mending: one sentence a receptionist understands."""

from __future__ import annotations

import pytest

from vetpacs_desktop.store.kept.conflicts import Choice, Decision
from vetpacs_desktop.store.kept.set_aside import Result
from vetpacs_desktop.store.kept.trash import Restored
from vetpacs_desktop.store.kept.trash_table import EXAM, FILE, IMAGES, SERIES, TrashEntry
from vetpacs_desktop.store.records import StudyUID
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, PROBLEM
from vetpacs_desktop.ui.operations import settling, trashing

pytestmark = pytest.mark.usefixtures("qapp")


def entry(kind: str = EXAM, count: int = 3, name: str = "") -> TrashEntry:
    return TrashEntry(
        "1",
        kind,
        StudyUID("1.2"),
        "2026-05-04T10:00:00+00:00",
        "vet",
        "",
        count,
        2_000_000,
        animal_name="Rex",
        owner_name="Smith",
        name=name,
    )


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        ([entry()], "Rex (Smith) was moved to the trash."),
        ([entry(SERIES, name="Bones")], "The series “Bones” of Rex (Smith) was moved to the trash."),
        ([entry(IMAGES, 1)], "1 image of Rex (Smith) was moved to the trash."),
        ([entry(IMAGES, 4)], "4 images of Rex (Smith) were moved to the trash."),
        ([entry(), entry()], "2 exams were moved to the trash."),
        ([entry(FILE, name="{odd}.txt")], "{odd}.txt was moved to the trash."),
    ],
)
def test_what_was_moved(entries: list[TrashEntry], text: str) -> None:
    assert trashing.moved(entries) == text


@pytest.mark.parametrize(
    ("back", "tone", "text"),
    [
        ([Restored(entry(), 3)], GOOD, "Rex (Smith) is back where it was."),
        ([Restored(entry(), 0, here=3)], GOOD, "Rex (Smith) had come again meanwhile; nothing was doubled."),
        ([Restored(entry(), 3)] * 2, GOOD, "2 entries are back where they were."),
        (
            [Restored(entry(), 2, refused=1)],
            PROBLEM,
            "1 file can't be read any more; it stays in the trash. All others are back.",
        ),
    ],
)
def test_what_came_back(back: list[Restored], tone: str, text: str) -> None:
    notice = trashing.brought_back(back)
    assert (notice.tone, notice.text) == (tone, text)


def test_the_warning_names_what_no_backup_holds() -> None:
    two = [entry(), entry()]
    assert trashing.warning(two, 2).startswith("Delete 2 entries (4 MB) for good?")
    assert "No backup holds them" in trashing.warning(two, 2)
    assert "1 of them is in no backup" in trashing.warning(two, 1)
    assert "A backup that was read back and compared holds all of it." in trashing.warning(two, 0)
    assert "bring" not in trashing.warning(two, 0)


def test_what_was_decided() -> None:
    texts = {choice: settling.decided(Decision(choice, 2)) for choice in Choice}
    assert texts[Choice.FIRST] == "The first versions of 2 images stay; the others are in the trash."
    assert texts[Choice.NEWER].startswith("The newer versions of 2 images are shown now")
    assert texts[Choice.BOTH] == "Both versions of 2 images are shown now, as images of their own."
    assert settling.decided(Decision(Choice.BOTH, 1)).startswith("Both versions of 1 image are")


@pytest.mark.parametrize(
    ("result", "tone", "text"),
    [
        (Result(images=2), GOOD, "2 files are in the list now."),
        (Result(left=1), ATTENTION, "1 file still can't be filed; it stays here."),
        (
            Result(images=1, left=2),
            ATTENTION,
            "1 file is in the list now. 2 files still can't be filed; they stay here.",
        ),
    ],
)
def test_what_came_of_trying_again(result: Result, tone: str, text: str) -> None:
    notice = settling.came_of(result)
    assert (notice.tone, notice.text) == (tone, text)
