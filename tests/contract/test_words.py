"""The command line from outside: exit codes, one document, one sentence, and words a script may get wrong."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.asking import answer, ask
from tests.helpers.small_files import picture, write

WINDOWS = sys.platform == "win32"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for the files of one test."""
    made = tmp_path / "files"
    made.mkdir()
    return made


@pytest.fixture
def image(folder: Path) -> Path:
    """One small image with names worth hiding and a folder worth quoting."""
    return write(picture(PatientName="Müller^Bärli"), folder / "with space and ümläut.dcm")


def program(home: Path, *words: str | bytes, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The real program in a process of its own, without a display."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run(
        [sys.executable, "-m", "vetpacs_desktop", "--home", home, "--json", *words],
        capture_output=True,
        env={**kept, **environment},
        timeout=120,
        check=False,
    )


# -- usage errors: code 2, nothing on standard output, the word in question is named -----------------------


@pytest.mark.parametrize(
    "words",
    [
        ("import", ""),
        ("inspect", ""),
        ("inspect", "  "),
        ("render", "", "--out", "x.png"),
        ("studies", "--limit", "-3"),
        ("studies", "--limit", "many"),
        ("render", "x", "--out", "x.png", "--size", "0x5"),
        ("render", "x", "--out", "x.png", "--size", "5"),
        ("render", "x", "--out", "x.png", "--window", "40"),
        ("render", "x", "--out", "x.png", "--window", "nan/inf"),
        ("render", "x", "--out", "x.png", "--window", "40/-1"),
        ("render", "x", "--out", "x.png", "--window", "-5/0"),
        ("render", "x", "--out", "x.png", "--view", "upside-down"),
        ("render", "x"),
        ("serve", "--dicom-port", "65536"),
        ("serve", "--dicom-port", "-1"),
        ("serve", "--ae-title", "SEVENTEEN_LETTERS"),
        ("serve", "--ae-title", "BACK\\SLASH"),
        ("serve", "--ae-title", "TIERÄRZTE"),
        ("serve", "--ae-title", "   "),
        ("serve", "--watch", ""),
        ("nonsense",),
    ],
    ids=" ".join,
)
def test_a_wrong_word_is_a_usage_error_and_does_nothing(tmp_path: Path, words: tuple[str, ...]) -> None:
    said = ask(tmp_path / "home", *words)
    assert said.code == 2
    assert said.out == ""
    assert "usage:" in said.err
    assert not (tmp_path / "home").exists()


def test_an_empty_home_is_not_the_usual_home() -> None:
    """``--home "$UNSET"`` must not write into the clinic's own library."""
    assert ask(Path(), "studies", "--home", "").code == 2


def test_a_window_may_lie_below_zero(tmp_path: Path, image: Path) -> None:
    out = tmp_path / "lung.png"
    for words in (("--window", "-600/1500"), ("--window=-600/1500",), ("--window", "-.5/.25")):
        found = answer(tmp_path / "home", "render", image, "--out", out, "--plain", *words)
        assert found["window"]["center"] < 0


# -- known errors: code 3, one sentence, nothing on standard output ------------------------------------------


@pytest.mark.parametrize("command", ["import", "inspect", "render"])
def test_what_is_not_there_is_said_in_one_sentence(tmp_path: Path, command: str) -> None:
    missing = tmp_path / "no such\nfolder"
    said = ask(tmp_path / "home", command, missing, *(["--out", "x.png"] if command == "render" else []))
    assert said.code == 3
    assert "There is no file or folder at" in said.sentence


def test_one_missing_path_among_good_ones_imports_nothing(tmp_path: Path, image: Path) -> None:
    home = tmp_path / "home"
    assert ask(home, "import", image, tmp_path / "missing").code == 3
    assert answer(home, "studies") == []


@pytest.mark.parametrize("uid", ["1.2.3.4", "1", "0" * 65, "1..2", "1.2.x", "../../nobody"])
def test_an_unknown_identifier_is_said_in_one_sentence(tmp_path: Path, uid: str) -> None:
    said = ask(tmp_path / "home", "inspect", uid)
    assert said.code == 3
    assert uid in said.sentence


@pytest.mark.skipif(WINDOWS, reason="Windows has no named pipes in folders")
@pytest.mark.parametrize("command", ["import", "inspect"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, command: str) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    said = ask(tmp_path / "home", command, pipe)
    assert said.code == 3
    assert "pipe" in said.sentence


@pytest.mark.parametrize("command", ["studies", "import", "inspect", "verify", "rebuild-index", "serve"])
def test_a_home_that_can_not_be_made_is_said(tmp_path: Path, image: Path, command: str) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    words = {"import": [image], "inspect": ["1.2.3"], "serve": ["--dicom-port", "0"]}.get(command, [])
    said = ask(blocked / "home", command, *words)
    assert said.code == 3
    assert "choose another one with --home" in said.sentence


@pytest.mark.parametrize("place", ["no/such/folder/x.png", "."])
def test_a_picture_that_can_not_be_written_is_said(tmp_path: Path, image: Path, place: str) -> None:
    said = ask(tmp_path / "home", "render", image, "--out", tmp_path / place)
    assert said.code == 3
    assert "could not be written" in said.sentence


def test_a_frame_that_is_not_there_is_said(tmp_path: Path, image: Path) -> None:
    for frame in ("1", "-1", "99999999999"):
        said = ask(tmp_path / "home", "render", image, "--out", tmp_path / "x.png", "--frame", frame)
        assert said.code == 2
        assert frame in said.sentence
    assert not (tmp_path / "x.png").exists()


def test_a_single_image_has_no_planes_and_says_why(tmp_path: Path, image: Path) -> None:
    said = ask(tmp_path / "home", "render", image, "--out", tmp_path / "x.png", "--view", "coronal")
    assert said.code == 3
    assert "can't be cut in other planes" in said.sentence
    assert not (tmp_path / "x.png").exists()


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.1", "no.such.host.invalid"])
def test_a_receiver_that_can_not_listen_says_why(tmp_path: Path, taken: int, host: str) -> None:
    """A taken port, an address of another computer, a name nobody knows."""
    said = program(tmp_path / "home", "serve", "--host", host, "--dicom-port", str(taken))
    assert (said.returncode, said.stdout) == (3, b"")
    words = said.stderr.decode()
    assert len(words.splitlines()) == 1
    assert "exams can't be received" in words
    assert str(taken) in words
    assert list((tmp_path / "home" / "logs").glob("crash*")) == []


# -- one document, whatever the names are ------------------------------------------------------------------


def test_names_that_are_no_text_are_imported_and_reported(tmp_path: Path, image: Path) -> None:
    """A stick written on another system: names and folders with bytes that are no UTF-8, and line breaks."""
    if WINDOWS or sys.platform == "darwin":
        pytest.skip("these systems only take names that are text")
    strange = os.fsencode(tmp_path) + b"/strange\xff\n"
    os.mkdir(strange)  # noqa: PTH102 - a name that is no text
    cut_off = image.read_bytes()[:300]
    os.rename(image, strange + b"/\xe4.dcm")  # noqa: PTH104 - the same
    with open(strange + b"/r\xfcckenlage.dcm", "wb") as file:  # noqa: PTH123 - the same
        file.write(cut_off)
    said = program(tmp_path / "home", "import", strange, LC_ALL="C.UTF-8")
    assert said.returncode == 1, said.stderr
    found = json.loads(said.stdout.decode("ascii"))
    assert found["stored"] == 1
    assert os.fsencode(found["rejected"][0]["path"]) == strange + b"/r\xfcckenlage.dcm"
    for words in (("inspect", strange), ("studies",), ("verify",), ("rebuild-index",)):
        again = program(tmp_path / "home", *words, LC_ALL="C.UTF-8")
        assert again.returncode == 0, again.stderr
        json.loads(again.stdout.decode("ascii"))


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_the_document_is_whole_on_every_console(tmp_path: Path, image: Path, encoding: str) -> None:
    home = tmp_path / "home"
    answer(home, "import", image)
    said = program(home, "studies", PYTHONIOENCODING=encoding)
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)[0]["animal_name"] == "Bärli"
    plain = subprocess.run(
        [sys.executable, "-m", "vetpacs_desktop", "--home", home, "studies"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        check=False,
    )
    assert plain.returncode == 0, plain.stderr
    assert b"rli" in plain.stdout


def test_libraries_do_not_talk_in_between(tmp_path: Path) -> None:
    """pydicom's warnings quote headers; nothing of them comes through."""
    odd = write(picture(PatientName="Geheim^Rex"), tmp_path / "odd.dcm")
    odd.write_bytes(odd.read_bytes().replace(b"20260312", b"Geheim!!"))
    for words in (
        ("import", str(odd)),
        ("inspect", str(odd)),
        ("render", str(odd), "--out", str(tmp_path / "x.png")),
    ):
        said = program(tmp_path / "home", *words)
        assert said.returncode == 0, said.stderr
        assert said.stderr == b""
