"""The power goes while exams are deleted and restored: each is whole in the list or whole in the trash."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.helpers.shelf import is_sound
from tests.helpers.small_files import ROOT, from_folder, picture, write
from vetpacs_desktop.jobs import CancelToken, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.recovery.rebuild import rebuild

KILLS = 16
STUDIES, IMAGES = 4, 12
WORKER = """
import random, sys
from pathlib import Path
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library

library = Library.open(Home(Path(sys.argv[1])))
dice = random.Random(int(sys.argv[2]))
print("open", flush=True)
for _ in range(10_000):
    entries = library.trash.entries()
    if entries and dice.random() < 0.5:
        library.trash.restore([dice.choice(entries).id])
    else:
        rows = library.search("")
        if rows:
            library.trash.put([dice.choice(rows).study_uid])
"""


@pytest.fixture
def filled(home: Home, tmp_path: Path) -> Home:
    library = Library.open(home)
    files = [
        write(picture(study=str(study), sop=str(image)), tmp_path / f"{study}.{image}.dcm")
        for study in range(1, STUDIES + 1)
        for image in range(1, IMAGES + 1)
    ]
    library.file([from_folder(path) for path in files])
    library.close()
    return home


def where(home: Home) -> dict[str, tuple[int, int]]:
    """Of each exam how many images are in the list and how many in the trash, once the library is opened."""
    library = Library.open(home)
    found = {}
    for number in range(1, STUDIES + 1):
        uid = f"{ROOT}.{number}"
        listed = [one.path for one in library.instances(study_uid=uid)]
        entries = [entry for entry in library.trash.entries() if entry.study_uid == uid]
        trashed = [path for entry in entries for path in library.trash.files(entry.id)]
        assert all(path.exists() for path in listed)
        assert all(path.is_relative_to(home.trash) for path in trashed)
        found[uid] = (len(listed), len(trashed))
    assert is_sound(library)
    library.close()
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed here with a signal Windows lacks")
def test_killed_again_and_again_every_exam_is_whole_in_one_place(filled: Home) -> None:
    dice, killed = random.Random(3), 0
    for round_number in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(filled.root), str(round_number)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        time.sleep(dice.random() * 0.15)
        process.send_signal(signal.SIGKILL)
        process.stdout.close()
        killed += process.wait() == -signal.SIGKILL
        assert set(where(filled).values()) <= {(IMAGES, 0), (0, IMAGES)}
    assert killed > KILLS // 2
    library = Library.open(filled)
    library.trash.restore([entry.id for entry in library.trash.entries()])
    assert library.counts() == (STUDIES, STUDIES * IMAGES)
    library.close()


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed here with a signal Windows lacks")
def test_even_without_its_index_an_interrupted_move_ends_in_one_place(filled: Home) -> None:
    """The power goes and takes the index along: the notes in the trash say what was meant."""
    dice = random.Random(11)
    for round_number in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(filled.root), str(round_number)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        time.sleep(dice.random() * 0.15)
        process.send_signal(signal.SIGKILL)
        process.stdout.close()
        process.wait()
        for leftover in filled.root.glob("library.sqlite*"):
            leftover.unlink()
        rebuild(filled, ignore, CancelToken())
        assert set(where(filled).values()) <= {(IMAGES, 0), (0, IMAGES)}


@pytest.mark.parametrize("after", ["note", "take", "mark", "remove", "give_back"])
def test_at_each_step_a_fault_of_the_disk_is_made_good_later(
    filled: Home, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    """The disk fails at one kind of step, in putting and in restoring; the next start finishes the work."""
    from vetpacs_desktop.store.kept.trash_files import EntryFolder

    library = Library.open(filled)
    uid = f"{ROOT}.1"
    real = getattr(EntryFolder, after)

    def broken(*args: object, **more: object) -> None:
        real(*args, **more)
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(EntryFolder, after, broken)
        try:
            (entry,) = library.trash.put([uid])
            library.trash.restore([entry.id])
        except OSError:
            pass
    library.close()
    assert where(filled)[uid] in ((IMAGES, 0), (0, IMAGES))


def test_a_file_that_is_open_elsewhere_is_moved_later(filled: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows an open file can't be moved: the exam leaves the list all the same."""
    library = Library.open(filled)
    uid = f"{ROOT}.2"
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse_objects(Path.replace))
        (entry,) = library.trash.put([uid])
        assert library.counts()[0] == STUDIES - 1
        assert len(library.trash.files(entry.id)) == IMAGES
    library.trash.restore([entry.id])
    assert library.counts() == (STUDIES, STUDIES * IMAGES)
    assert is_sound(library)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse_objects(Path.replace))
        library.trash.put([uid])
    library.close()
    assert where(filled)[uid] == (0, IMAGES)


def test_what_could_not_be_moved_can_still_be_restored_and_emptied(
    filled: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library.open(filled)
    uid = f"{ROOT}.3"
    monkeypatch.setattr(Path, "replace", refuse_objects(Path.replace))
    (entry,) = library.trash.put([uid])
    library.trash.restore([entry.id])
    assert library.counts() == (STUDIES, STUDIES * IMAGES)
    assert is_sound(library)
    (entry,) = library.trash.put([uid])
    library.trash.empty([entry.id])
    assert library.trash.entries() == []
    assert not [path for path in filled.objects.rglob("*.dcm") if uid in path.parts]
    assert is_sound(library)
    library.close()


def refuse_objects(real):  # type: ignore[no-untyped-def]
    def replace(self: Path, target: Path) -> Path:
        if self.suffix == ".dcm":
            raise PermissionError(13, "The process cannot access the file")
        return real(self, target)

    return replace
