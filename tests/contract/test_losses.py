"""What gets lost and comes back: verify finds it, import heals it, rebuild-index restores the list."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.contract.asking import answer, ask
from tests.helpers.peers import service, start_service, wait_for
from tests.helpers.small_files import picture, write
from vetpacs_desktop.paths import Home

COUNT = 6


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """Two exams of three images each."""
    folder = tmp_path / "stick"
    folder.mkdir()
    for study in "12":
        for sop in "123":
            write(
                picture(study=study, sop=sop, PatientName=f"Huber^Dog{study}", InstanceNumber=int(sop)),
                folder / f"{study}{sop}.dcm",
            )
    return folder


@pytest.fixture
def clinic_home(tmp_path: Path, stick: Path) -> Path:
    """A library that holds them."""
    home = tmp_path / "home"
    assert answer(home, "import", stick)["stored"] == COUNT
    return home


def objects(home: Path) -> list[Path]:
    """The filed files, by name."""
    return sorted((home / "objects").rglob("*.dcm"))


def relative(home: Path, path: Path) -> str:
    return path.relative_to(home / "objects").as_posix()


def verified(home: Path, code: int = 0) -> tuple[list[str], list[str], list[str]]:
    """(missing, corrupt, orphans)."""
    found = answer(home, "verify", code=code)
    return found["missing"], found["corrupt"], found["orphans"]


def damage(path: Path) -> None:
    """One bit of the pixels turns; size and times stay."""
    data, state = bytearray(path.read_bytes()), path.stat()
    data[-1] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def cut(path: Path) -> None:
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:300])


# -- files --------------------------------------------------------------------------------------------------


def test_a_missing_file_is_found_and_healed_by_a_new_import(clinic_home: Path, stick: Path) -> None:
    """The row is there, the file is gone: importing the exam again puts it back, and adds nothing else."""
    before, lost = answer(clinic_home, "studies"), objects(clinic_home)[2]
    content = lost.read_bytes()
    lost.unlink()
    assert verified(clinic_home, code=1) == ([relative(clinic_home, lost)], [], [])
    again = answer(clinic_home, "import", stick)
    assert (again["stored"], again["conflicts"], again["duplicates"]) == (0, 0, COUNT)
    assert verified(clinic_home) == ([], [], [])
    assert lost.read_bytes() == content
    assert answer(clinic_home, "studies") == before


@pytest.mark.parametrize("harm", [damage, cut], ids=["one bit", "cut off"])
def test_a_damaged_file_is_found_and_healed_by_a_new_import(
    clinic_home: Path, stick: Path, harm: Callable[[Path], None]
) -> None:
    before, hurt = answer(clinic_home, "studies"), objects(clinic_home)[0]
    content = hurt.read_bytes()
    harm(hurt)
    assert verified(clinic_home, code=1) == ([], [relative(clinic_home, hurt)], [])
    again = answer(clinic_home, "import", stick)
    assert (again["stored"], again["conflicts"], again["rejected"]) == (0, 0, [])
    assert verified(clinic_home) == ([], [], [])
    assert hurt.read_bytes() == content
    assert answer(clinic_home, "studies") == before


def test_a_file_that_nobody_filed_is_found_and_left_alone(clinic_home: Path) -> None:
    stray = objects(clinic_home)[0].with_name("stray.dcm")
    stray.write_bytes(b"somebody's own")
    assert verified(clinic_home, code=1) == ([], [], [relative(clinic_home, stray)])
    assert stray.read_bytes() == b"somebody's own"


def test_all_kinds_of_harm_at_once(clinic_home: Path) -> None:
    missing, corrupt, *_ = objects(clinic_home)
    missing.unlink()
    damage(corrupt)
    stray = clinic_home / "objects" / "ab"
    stray.mkdir(exist_ok=True)
    (stray / "x.dcm").write_bytes(b"x")
    found = verified(clinic_home, code=1)
    assert found == ([relative(clinic_home, missing)], [relative(clinic_home, corrupt)], ["ab/x.dcm"])
    said = ask(clinic_home, "verify", json_wanted=False)
    assert said.code == 1
    assert len(said.out.splitlines()) == 4


def test_an_exam_with_a_missing_file_is_still_shown(clinic_home: Path, tmp_path: Path) -> None:
    (study, *_) = answer(clinic_home, "studies", "dog1")
    lost = next(path for path in objects(clinic_home) if study["study_uid"] in str(path))
    lost.unlink()
    said = ask(clinic_home, "inspect", study["study_uid"])
    assert said.code == 0, said.err
    assert len(said.document["series"][0]["images"]) == 2
    assert any(lost.name in problem for problem in said.document["problems"])
    assert ask(clinic_home, "render", study["study_uid"], "--out", tmp_path / "x.png", "--plain").code == 0


def test_a_changed_image_under_the_same_identifier_is_kept_beside_the_first(
    clinic_home: Path, tmp_path: Path
) -> None:
    """Never overwritten, never dropped; and it stays so after the index is rebuilt."""
    other = write(
        picture(study="1", sop="1", PatientName="Huber^Dog1", pixels=b"\3\4" * 16), tmp_path / "other.dcm"
    )
    first = {path: path.read_bytes() for path in objects(clinic_home)}
    assert answer(clinic_home, "import", other)["conflicts"] == 1
    assert answer(clinic_home, "import", other)["duplicates"] == 1
    assert len(objects(clinic_home)) == COUNT + 1
    assert all(path.read_bytes() == content for path, content in first.items())
    listed = answer(clinic_home, "studies")
    answer(clinic_home, "rebuild-index")
    assert answer(clinic_home, "studies") == listed
    assert answer(clinic_home, "import", other)["duplicates"] == 1
    assert verified(clinic_home) == ([], [], [])


# -- the index ----------------------------------------------------------------------------------------------


def without(*names: str) -> Callable[[Path], None]:
    def lose(home: Path) -> None:
        for name in names:
            (home / name).unlink(missing_ok=True)

    return lose


def overwritten(home: Path) -> None:
    without("library.sqlite-wal", "library.sqlite-shm")(home)
    (home / "library.sqlite").write_bytes(b"not a database at all " * 500)


def torn(home: Path) -> None:
    """The second half of the index is noise, as after a dying disk."""
    without("library.sqlite-wal", "library.sqlite-shm")(home)
    path = home / "library.sqlite"
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] + b"\xa5" * (len(data) // 2))


def emptied(home: Path) -> None:
    without("library.sqlite-wal", "library.sqlite-shm")(home)
    (home / "library.sqlite").write_bytes(b"")


WHOLE_INDEX = ("library.sqlite", "library.sqlite-wal", "library.sqlite-shm")


@pytest.mark.parametrize(
    "loss", [without(*WHOLE_INDEX), overwritten, torn, emptied], ids=["gone", "overwritten", "torn", "empty"]
)
def test_the_list_comes_back_from_the_files(clinic_home: Path, loss: Callable[[Path], None]) -> None:
    before = answer(clinic_home, "studies")
    loss(clinic_home)
    rebuilt = answer(clinic_home, "rebuild-index")
    assert (rebuilt["checked"], rebuilt["missing"], rebuilt["corrupt"]) == (COUNT, [], [])
    assert sorted(answer(clinic_home, "studies"), key=str) == sorted(before, key=str)
    assert verified(clinic_home) == ([], [], [])


@pytest.mark.parametrize(
    "loss", [without(*WHOLE_INDEX), overwritten, torn], ids=["gone", "overwritten", "torn"]
)
@pytest.mark.parametrize("command", ["studies", "verify"])
def test_a_lost_index_is_never_an_empty_list(
    clinic_home: Path, loss: Callable[[Path], None], command: str
) -> None:
    """An empty list would look like a loss of all images: a sentence says what to do instead."""
    loss(clinic_home)
    said = ask(clinic_home, command)
    assert said.code == 3
    assert "rebuild-index" in said.sentence


def test_rebuilding_a_whole_index_changes_nothing(clinic_home: Path) -> None:
    before = answer(clinic_home, "studies")
    for _ in range(2):
        assert answer(clinic_home, "rebuild-index")["checked"] == COUNT
        assert answer(clinic_home, "studies") == before


def test_rebuilding_tells_which_files_are_lost_or_strange(clinic_home: Path) -> None:
    lost, hurt, *_ = objects(clinic_home)
    lost.unlink()
    cut(hurt)
    stray = clinic_home / "objects" / "zz" / "note.txt"
    stray.parent.mkdir()
    stray.write_text("mine")
    rebuilt = answer(clinic_home, "rebuild-index", code=1)
    assert rebuilt["missing"] == [relative(clinic_home, lost)]
    assert stray.read_text() == "mine"
    assert hurt.exists()
    assert sum(study["instance_count"] for study in answer(clinic_home, "studies")) >= COUNT - 2


def test_a_moved_home_works_in_its_new_place(clinic_home: Path, tmp_path: Path) -> None:
    """A library on a renamed drive: paths are relative."""
    before = answer(clinic_home, "studies")
    moved = tmp_path / "another drive" / "home"
    moved.parent.mkdir()
    shutil.move(clinic_home, moved)
    assert answer(moved, "studies") == before
    assert verified(moved) == ([], [], [])
    found = answer(moved, "inspect", before[0]["study_uid"])
    assert all(image["path"].startswith(str(moved)) for image in found["series"][0]["images"])


# -- what was acknowledged and not yet filed ----------------------------------------------------------------


def test_what_lies_in_the_spool_is_filed_by_the_next_service(clinic_home: Path, stick: Path) -> None:
    """As after a power cut: acknowledged, on the disk, not in the list yet."""
    fresh = write(picture(study="9", sop="1"), clinic_home / "spool" / "left-over.dcm")
    served = start_service(Home(clinic_home))
    try:
        wait_for(lambda: not fresh.exists())
    finally:
        assert served.stop() == 0
    assert len(answer(clinic_home, "studies")) == 3


def test_two_programs_may_use_one_library(clinic_home: Path, stick: Path) -> None:
    """Imports while a service runs: both see everything."""
    write(picture(study="7", sop="1"), stick / "late.dcm")
    with service(Home(clinic_home)):
        found: Any = answer(clinic_home, "import", stick)
        assert (found["stored"], found["duplicates"]) == (1, COUNT)
        assert len(answer(clinic_home, "studies")) == 3
        assert answer(clinic_home, "rebuild-index")["checked"] == COUNT + 1
    assert verified(clinic_home) == ([], [], [])


def importing(home: Path, stick: Path) -> subprocess.Popen[bytes]:
    """An import in a process of its own."""
    words = [sys.executable, "-m", "vetpacs_desktop", "--home", home, "--json", "import", stick]
    return subprocess.Popen(words, stdout=subprocess.PIPE)


def test_imports_at_the_same_time_keep_each_image_once(tmp_path: Path, stick: Path) -> None:
    home = tmp_path / "shared"
    running = [importing(home, stick) for _ in range(4)]
    found = [json.loads(one.communicate(timeout=60)[0]) for one in running]
    assert sum(one["stored"] for one in found) == COUNT
    assert all(one["stored"] + one["duplicates"] == COUNT for one in found)
    assert not any(one["conflicts"] for one in found)
    assert verified(home) == ([], [], [])


@pytest.mark.parametrize("wait", [0.0, 0.05, 0.15])
def test_an_import_that_is_killed_is_made_whole_by_the_next(tmp_path: Path, wait: float) -> None:
    """As when the power fails: no half image is shown, and importing again adopts what lies there."""
    stick, home = tmp_path / "large stick", tmp_path / "home"
    stick.mkdir()
    for number in range(150):
        write(
            picture(sop=str(number), Rows=128, Columns=128, pixels=bytes(32768)), stick / f"{number:03}.dcm"
        )
    running = importing(home, stick)
    wait_for(lambda: running.poll() is not None or next((home / "objects").rglob("*.dcm"), None) is not None)
    time.sleep(wait)
    running.kill()
    running.communicate()
    after = ask(home, "verify").document
    assert (after["missing"], after["corrupt"]) == ([], [])
    found = answer(home, "import", stick)
    assert found["stored"] + found["duplicates"] == 150
    assert found["conflicts"] == 0
    assert verified(home) == ([], [], [])
    assert sum(study["instance_count"] for study in answer(home, "studies")) == 150
