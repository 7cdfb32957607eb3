"""Folders as people have them: junk by the thousand, links in circles, hidden and locked things, any name."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.asking import answer, ask
from tests.helpers.small_files import picture, write

ROOT = Path(__file__).parents[2]
POSIX = sys.platform != "win32"


def image(folder: Path, name: str, number: str) -> Path:
    """One small image under any name."""
    folder.mkdir(parents=True, exist_ok=True)
    return write(picture(sop=number), folder / name)


def test_images_are_found_whatever_they_are_called(tmp_path: Path) -> None:
    """No extension, any extension, upper case, spaces, umlauts, line breaks, a very long name."""
    names = [
        "IM000001",
        "IMG.JPG",
        "a b c.DCM",
        "Bärli.dcm",
        "日本語.dcm",
        "x" * 200,
        "-rf",
        "--json",
        "1.2.3.4",
    ]
    names += ["new\nline.dcm", 'quo"te.dcm', "back\\slash"] if POSIX else []
    folder, home = tmp_path / "disc", tmp_path / "home"
    for number, name in enumerate(names, 1):
        image(folder, name, str(number))
    found = answer(home, "import", folder)
    assert found["stored"] == len(names)
    seen = answer(home, "inspect", folder)
    paths = {image["path"] for series in seen["series"] for image in series["images"]}
    assert paths == {str(folder / name) for name in names}
    one = folder / names[-1]
    assert answer(home, "import", one)["duplicates"] == 1


def test_a_named_file_like_an_option_can_be_named(tmp_path: Path) -> None:
    image(tmp_path / "disc", "-rf", "1")
    before = Path.cwd()
    os.chdir(tmp_path / "disc")
    try:
        assert answer(tmp_path / "home", "import", "--", "-rf")["stored"] == 1
    finally:
        os.chdir(before)


@pytest.mark.skipif(not POSIX, reason="links need a right of their own on Windows")
def test_links_in_circles_end(tmp_path: Path) -> None:
    folder, home = tmp_path / "disc", tmp_path / "home"
    image(folder / "deep" / "er", "a.dcm", "1")
    (folder / "deep" / "er" / "up").symlink_to(folder)
    (folder / "self").symlink_to(folder / "self")
    (folder / "twice").symlink_to(folder / "deep")
    (folder / "nowhere.dcm").symlink_to(tmp_path / "gone")
    (folder / "linked.dcm").symlink_to(folder / "deep" / "er" / "a.dcm")
    found = answer(home, "import", folder)
    assert (found["stored"], found["rejected"]) == (1, [])
    assert found["duplicates"] <= 1
    assert ask(home, "inspect", folder).code == 0


@pytest.mark.skipif(not POSIX, reason="Windows has no named pipes in folders")
def test_what_is_no_file_is_passed_by(tmp_path: Path) -> None:
    folder, home = tmp_path / "disc", tmp_path / "home"
    image(folder, "a.dcm", "1")
    os.mkfifo(folder / "pipe")
    assert answer(home, "import", folder)["stored"] == 1
    assert len(answer(home, "inspect", folder)["series"]) == 1


def test_hidden_and_system_files_are_no_images_and_no_faults(tmp_path: Path) -> None:
    folder, home = tmp_path / "disc", tmp_path / "home"
    image(folder, "a.dcm", "1")
    for name in (".DS_Store", "._a.dcm", "Thumbs.db", "desktop.ini", "__MACOSX/x", "$RECYCLE.BIN/y"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"junk")
    found = answer(home, "import", folder)
    assert (found["stored"], found["rejected"]) == (1, [])


def test_the_library_does_not_eat_itself(tmp_path: Path) -> None:
    """Somebody drops the folder in which the library itself lies."""
    home = tmp_path / "clinic" / "home"
    image(tmp_path / "clinic" / "disc", "a.dcm", "1")
    assert answer(home, "import", tmp_path / "clinic")["stored"] == 1
    again = answer(home, "import", tmp_path / "clinic")
    assert (again["stored"], again["duplicates"], again["rejected"]) == (0, 1, [])
    assert answer(home, "verify")["checked"] == 1


def test_a_thousand_files_that_are_nothing(tmp_path: Path) -> None:
    """They are counted, the one image among them is kept, and nobody's letters are kept aside."""
    folder, home = tmp_path / "stick", tmp_path / "home"
    folder.mkdir()
    for number in range(1_000):
        (folder / f"note {number}.txt").write_text(f"note {number % 500}")
    image(folder / "z", "a.dcm", "1")
    found = answer(home, "import", folder)
    assert (found["stored"], found["ignored"], found["rejected"]) == (1, 1_000, [])
    assert list((home / "quarantine").iterdir()) == []
    named = answer(home, "import", folder / "note 7.txt", code=1)
    assert "text file" in named["rejected"][0]["reason"]
    seen = answer(home, "inspect", folder)
    assert (len(seen["series"]), len(seen["problems"])) == (1, 1_000)


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    found = answer(tmp_path / "home", "import", tmp_path / "empty")
    assert (found["stored"], found["rejected"], found["studies"]) == (0, [], [])
    assert answer(tmp_path / "home", "inspect", tmp_path / "empty") == {"series": [], "problems": []}
    said = ask(tmp_path / "home", "render", tmp_path / "empty", "--out", tmp_path / "x.png")
    assert said.code in (2, 3)
    assert said.sentence


def test_several_paths_of_every_kind_in_one_import(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "disc"
    one = image(tmp_path, "one.dcm", "1")
    image(folder, "two.dcm", "2")
    bad = tmp_path / "letter.txt"
    bad.write_text("Dear vet")
    found = answer(home, "import", one, folder, bad, one, code=1)
    assert (found["stored"], found["duplicates"]) == (2, 1)
    assert [refused["path"] for refused in found["rejected"]] == [str(bad)]
    assert found["studies"] == ["1.2.826.0.1.3680043.10.1500.9.1"]


def as_nobody(tmp_path: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the program as an account without rights, which only root can become; skips elsewhere."""
    if not POSIX or not shutil.which("setpriv") or os.geteuid() != 0:
        pytest.skip("only root can become nobody, with setpriv")
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_mode & 0o005 != 0o005:
            parent.chmod(parent.stat().st_mode | 0o005)
    account = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    tried = subprocess.run(
        [*account, sys.executable, "-c", "import vetpacs_desktop.cli, pydicom"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if tried.returncode:
        pytest.skip("this checkout can't be used by another account")
    return subprocess.run(
        [*account, sys.executable, "-m", "vetpacs_desktop", "--json", *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )


def test_what_may_not_be_read_is_listed_and_the_rest_goes_on(tmp_path: Path) -> None:
    """As an ordinary account: one file and one folder without permission among good ones."""
    folder, home = tmp_path / "disc", tmp_path / "home"
    image(folder, "a.dcm", "1")
    locked = image(folder, "locked.dcm", "2")
    image(folder / "closed", "c.dcm", "3")
    home.mkdir(mode=0o777)
    home.chmod(0o777)
    locked.chmod(0)
    (folder / "closed").chmod(0)
    said = as_nobody(tmp_path, "--home", home, "import", folder)
    assert said.returncode == 1, said.stderr
    found = json.loads(said.stdout)
    assert found["stored"] == 1
    (refused,) = found["rejected"]
    assert refused["path"] == str(locked)
    assert "can't be read" in refused["reason"]


@pytest.mark.parametrize("command", ["studies", "verify", "rebuild-index", "import", "inspect", "serve"])
def test_a_library_of_another_account_is_told_of(tmp_path: Path, command: str) -> None:
    """As after a first start with sudo: everything belongs to somebody else."""
    home, one = tmp_path / "home", image(tmp_path / "disc", "a.dcm", "1")
    answer(home, "import", one)
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    words = {"import": [one], "inspect": ["1.2.3"], "serve": ["--dicom-port", "0"]}.get(command, [])
    said = as_nobody(tmp_path, "--home", home, command, *map(str, words))
    assert (said.returncode, said.stdout) == (3, "")
    assert "this account may not write there" in said.stderr
    assert len(said.stderr.splitlines()) == 1
