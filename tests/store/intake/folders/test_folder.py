"""A watched folder: files are taken once they stand still, only once, and nothing is lost on the way."""

from __future__ import annotations

import os
import shutil
import stat
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from tests.helpers.corpus import images
from tests.helpers.peers import wait_for
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.intake.folders import settling
from vetpacs_desktop.store.intake.folders.disposal import DONE
from vetpacs_desktop.store.intake.folders.folder import WatchedFolder
from vetpacs_desktop.store.intake.folders.rules import Policy, Rule
from vetpacs_desktop.store.kept.quarantine import Quarantine
from vetpacs_desktop.store.library import Library

CT = Path(get_testdata_file("CT_small.dcm"))
MR = Path(get_testdata_file("MR_small.dcm"))


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


class Watched:
    """A folder that is looked at whenever a test asks."""

    def __init__(self, home: Home, library: Library, folder: Path, policy: Policy = Policy.KEEP) -> None:
        self.folder = WatchedFolder(home, library, Rule(folder, policy), CancelToken())

    def look(self) -> bool:
        self.folder.stir()
        self.folder.tick()
        return True

    def until(self, condition: object) -> None:
        assert callable(condition)
        wait_for(lambda: self.look() and bool(condition()))

    def for_seconds(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.look()
            time.sleep(0.05)


@pytest.fixture
def watch(home: Home, library: Library, inbox: Path) -> Iterator[Watched]:
    watched = Watched(home, library, inbox)
    yield watched
    watched.folder.close()


def policy(watched: Watched, chosen: Policy) -> None:
    watched.folder.rule = Rule(watched.folder.rule.folder, chosen)


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_file_that_still_grows_is_not_touched(
    home: Home, library: Library, inbox: Path, watch: Watched
) -> None:
    content = images("ct-variable-gap")[0].read_bytes()
    with (inbox / "image").open("wb") as slow:
        for start in range(0, len(content), len(content) // 5):
            slow.write(content[start : start + len(content) // 5])
            slow.flush()
            watch.for_seconds(1.2)  # longer than a whole file has to stand still
            assert library.counts()[1] == 0 or start + len(content) // 5 >= len(content)
    watch.until(lambda: library.counts()[1] == 1)
    assert Quarantine(home).entries() == []


def test_what_was_taken_is_remembered_after_a_restart(
    home: Home, library: Library, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "BROKEN_SECONDS", 2.0)
    monkeypatch.setattr(settling, "FOREIGN_SECONDS", 1.5)
    for path in images("ct-variable-gap")[:3]:
        shutil.copy(path, inbox)
    (inbox / "letter.txt").write_text("Dear colleague")
    (inbox / "broken.dcm").write_bytes(CT.read_bytes()[:-5_000])
    first = Watched(home, library, inbox)
    first.until(lambda: library.counts()[1] == 3 and first.folder.state.refused == 1)
    first.until(lambda: first.folder.state.left == 1)
    ((name, reason),) = first.folder.state.refusals
    assert name == "broken.dcm"
    assert "cut off" in reason
    again = Watched(home, library, inbox)
    again.for_seconds(2.0)
    (entry,) = Quarantine(home).entries()
    assert entry.times == 1
    state = again.folder.state
    assert (state.taken, state.refused, state.left, state.waiting) == (3, 1, 1, 0)
    assert "letter.txt" in names(inbox)


def test_what_came_while_the_program_was_off_is_taken(home: Home, library: Library, inbox: Path) -> None:
    shutil.copy(CT, inbox)
    first = Watched(home, library, inbox)
    first.until(lambda: library.counts()[1] == 1)
    first.folder.close()
    shutil.copy(MR, inbox)
    again = Watched(home, library, inbox)
    again.until(lambda: library.counts()[1] == 2)
    again.folder.close()


def test_a_new_name_is_no_new_file(home: Home, library: Library, inbox: Path, watch: Watched) -> None:
    shutil.copy(CT, inbox / "a.dcm")
    watch.until(lambda: library.counts()[1] == 1)
    (inbox / "exam").mkdir()
    (inbox / "a.dcm").rename(inbox / "exam" / "b.dcm")
    watch.for_seconds(1.5)
    assert watch.folder.state.taken == 1
    shutil.copy(MR, inbox / "c.tmp")
    watch.for_seconds(1.5)
    assert library.counts()[1] == 1
    (inbox / "c.tmp").rename(inbox / "c.dcm")
    watch.until(lambda: library.counts()[1] == 2)


def test_done_files_are_moved_aside_and_never_taken_again(
    library: Library, inbox: Path, watch: Watched
) -> None:
    policy(watch, Policy.MOVE)
    (inbox / "tuesday").mkdir()
    shutil.copy(CT, inbox / "tuesday" / "image.dcm")
    (inbox / "letter.txt").write_text("Dear colleague")
    watch.until(lambda: names(inbox) == [f"{DONE}/tuesday/image.dcm", "letter.txt"])
    shutil.copy(MR, inbox / "tuesday" / "image.dcm")  # another exam under the same name
    watch.until(lambda: names(inbox)[:2] == [f"{DONE}/tuesday/image (2).dcm", f"{DONE}/tuesday/image.dcm"])
    watch.for_seconds(1.5)
    assert (watch.folder.state.taken, watch.folder.state.cleared) == (2, 2)
    assert library.counts()[1] == 2


def test_a_file_is_deleted_only_once_the_library_provably_holds_it(
    home: Home, library: Library, inbox: Path, watch: Watched
) -> None:
    policy(watch, Policy.DELETE)
    files = images("ct-variable-gap")[:3]
    for path in files:
        shutil.copy(path, inbox)
    (inbox / "letter.txt").write_text("Dear colleague")
    watch.until(lambda: names(inbox) == ["letter.txt"])
    assert library.counts()[1] == 3
    assert library.verify().checked == 3


def picture(path: Path, shade: int, kind: str = "JPEG") -> Path:
    """A small picture, each shade another."""
    from PIL import Image

    Image.new("RGB", (64, 48), (shade, 40, 90)).save(path, kind)
    return path


def test_pictures_that_come_together_are_one_exam_and_go_once_the_library_gives_them_back(
    library: Library, inbox: Path, watch: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "FOREIGN_SECONDS", 1.5)
    policy(watch, Policy.DELETE)
    (inbox / "Bella").mkdir()
    for number in range(3):
        picture(inbox / "Bella" / f"{number}.jpg", 60 * number)
        watch.for_seconds(0.7)
    picture(inbox / "Bella" / "last.png", 255, "PNG")
    watch.until(lambda: not names(inbox))
    assert library.counts() == (1, 4)
    assert watch.folder.state.taken == 4


def test_pictures_of_a_program_are_left_alone(
    library: Library, inbox: Path, watch: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "FOREIGN_SECONDS", 1.2)
    (inbox / "viewer").mkdir()
    (inbox / "viewer" / "viewer.exe").write_bytes(b"MZ" + bytes(500))
    picture(inbox / "viewer" / "button.png", 1, "PNG")
    watch.until(lambda: watch.folder.state.left == 2)
    assert library.counts() == (0, 0)


def test_an_archive_goes_only_when_everything_inside_is_proved(
    library: Library, inbox: Path, watch: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "FOREIGN_SECONDS", 1.2)
    policy(watch, Policy.DELETE)
    for name, others in (("images.zip", ()), ("with a letter.zip", ("letter.txt",))):
        with zipfile.ZipFile(inbox / name, "w") as archive:
            archive.write(CT, f"{name} CT")
            archive.write(MR, f"{name} MR")
            for other in others:
                archive.writestr(other, "Dear colleague")
    watch.until(lambda: names(inbox) == ["with a letter.zip"])
    watch.until(lambda: watch.folder.state.unproved == 1)
    assert library.counts()[1] == 2


def test_a_file_whose_copy_in_the_library_is_damaged_stays(
    home: Home, library: Library, inbox: Path, watch: Watched
) -> None:
    shutil.copy(CT, inbox)
    watch.until(lambda: library.counts()[1] == 1)
    (row,) = library.instances(study_uid=library.search("")[0].study_uid)
    row.path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    damaged = bytearray(row.path.read_bytes())
    damaged[-1] ^= 1
    row.path.write_bytes(damaged)
    policy(watch, Policy.DELETE)
    watch.for_seconds(1.0)
    assert names(inbox) == [CT.name]
    assert watch.folder.state.unproved == 1


def test_a_file_that_is_changed_after_it_was_taken_is_not_deleted(
    library: Library, inbox: Path, watch: Watched
) -> None:
    shutil.copy(CT, inbox / "image.dcm")
    watch.until(lambda: library.counts()[1] == 1)
    shutil.copy(MR, inbox / "image.dcm")
    policy(watch, Policy.DELETE)
    watch.look()
    assert names(inbox) == ["image.dcm"]
    watch.until(lambda: library.counts()[1] == 2 and not names(inbox))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs an account that rights hold for")
def test_a_file_that_can_not_be_moved_is_tried_again(library: Library, inbox: Path, watch: Watched) -> None:
    policy(watch, Policy.MOVE)
    (inbox / "locked").mkdir()
    shutil.copy(CT, inbox / "locked")
    (inbox / "locked").chmod(0o555)
    watch.until(lambda: watch.folder.state.stuck == 1)
    (inbox / "locked").chmod(0o755)
    watch.until(lambda: names(inbox) == [f"{DONE}/locked/{CT.name}"])


def test_a_share_that_goes_and_comes_back_brings_nothing_twice(
    library: Library, inbox: Path, watch: Watched, tmp_path: Path
) -> None:
    shutil.copy(CT, inbox)
    watch.until(lambda: library.counts()[1] == 1)
    away = tmp_path / "away"
    inbox.rename(away)
    watch.until(lambda: bool(watch.folder.state.missing_since))
    shutil.copy(MR, away)
    away.rename(inbox)
    watch.until(lambda: not watch.folder.state.missing_since and library.counts()[1] == 2)
    assert watch.folder.state.taken == 2


def test_an_empty_mount_point_is_not_the_end_of_its_files(
    library: Library, inbox: Path, watch: Watched, tmp_path: Path
) -> None:
    """A share that was unmounted leaves an empty folder; what was on it is remembered."""
    shutil.copy(CT, inbox)
    watch.until(lambda: library.counts()[1] == 1)
    inbox.rename(tmp_path / "away")
    inbox.mkdir()
    watch.for_seconds(0.5)
    inbox.rmdir()
    (tmp_path / "away").rename(inbox)
    watch.for_seconds(1.5)
    assert watch.folder.state.taken == 1


def test_a_folder_that_comes_later_is_watched_when_it_is_there(
    home: Home, library: Library, tmp_path: Path
) -> None:
    late = tmp_path / "network drive"
    watched = Watched(home, library, late)
    watched.look()
    assert watched.folder.state.missing_since
    late.mkdir()
    shutil.copy(CT, late / "a.dcm")
    watched.until(lambda: library.counts()[1] == 1)
    watched.folder.close()


def test_a_paused_folder_is_left_alone(library: Library, inbox: Path, watch: Watched) -> None:
    watch.folder.rule = Rule(inbox, Policy.KEEP, paused=True)
    shutil.copy(CT, inbox)
    watch.for_seconds(1.5)
    assert library.counts()[1] == 0
    assert watch.folder.state.paused
    watch.folder.rule = Rule(inbox)
    watch.until(lambda: library.counts()[1] == 1)


def test_five_thousand_files(library: Library, inbox: Path, watch: Watched) -> None:
    """Far more than one batch; looking again at all of them takes a moment only."""
    content = CT.read_bytes()
    at = content.index(uid := b"1.3.6.1.4.1.5962.1.1.1.1.1.20040119072730.12322")
    second = content.index(uid, at + 1)
    for number in range(5_000):
        fresh = bytearray(content)
        for place in (at, second):
            fresh[place + len(uid) - 5 : place + len(uid)] = b"%05d" % (10_000 + number)
        (inbox / f"{number % 50}").mkdir(exist_ok=True)
        (inbox / f"{number % 50}" / f"{number}").write_bytes(fresh)
    policy(watch, Policy.MOVE)
    wait_for(lambda: watch.look() and library.counts()[1] == 5_000, 120)
    watch.until(lambda: watch.folder.state.cleared == 5_000)
    assert len(names(inbox / DONE)) == 5_000
    policy(watch, Policy.KEEP)
    started = time.monotonic()
    watch.look()
    assert time.monotonic() - started < 2.0
