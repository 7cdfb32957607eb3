"""Nobody is named in the diary: not by the program, not by its libraries, not in what a fault leaves."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.broken import CASES, DIRECTORY, KEPT, MARK
from tests.contract.clinic import Clinic, clinic
from tests.contract.raw_sender import connected, store
from tests.contract.test_bad_input import announced
from tests.helpers.dcmtk import run
from tests.helpers.peers import data_set_bytes
from tests.helpers.small_files import CT, picture, write

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
NAMES = re.compile(f"{MARK}|Zwerg|Fluffy|Smith", re.IGNORECASE)
FIELDS = (
    "PatientName",
    "ResponsiblePerson",
    "OtherPatientNames",
    "ReferringPhysicianName",
    "PatientID",
    "PatientAddress",
    "PatientComments",
    "StudyDescription",
    "SeriesDescription",
    "InstitutionName",
    "AccessionNumber",
)
"""Where devices put an owner's or animal's name, rightly or not."""
GARBLED = ("StudyDate", "StudyTime", "InstanceNumber", "PatientBirthDate", "PatientAge", "PatientWeight")
"""Fields whose values libraries complain of, quoting them."""


def named_everywhere(folder: Path) -> list[Path]:
    """Objects that hold the name in every field, also where a date or number belongs."""
    whole = write(picture(sop="1", **dict.fromkeys(FIELDS, MARK)), folder / "named.dcm")
    paths = [whole]
    for number, field in enumerate(GARBLED, 2):
        value = {"StudyDate": "20260101", "PatientBirthDate": "20200202"}.get(field, "12")
        path = write(picture(sop=str(number), **{field: value}), folder / f"{field}.dcm")
        tag = run("dcmodify", "-nb", "-ie", "-m", f"{field}={MARK}", path)
        assert tag.returncode == 0, tag.stderr
        paths.append(path)
    path = write(picture(sop="20", StudyInstanceUID="1.2.345678901"), folder / "uid.dcm")
    path.write_bytes(path.read_bytes().replace(b"1.2.345678901\0", b"Geheimrat.Zwer"))
    return [*paths, path]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """A clinic after a bad day: named objects by every way in, noise on the port, every command."""
    folder = tmp_path_factory.mktemp("named")
    watched = folder / "watched"
    watched.mkdir()
    paths = named_everywhere(folder)
    odd = [case.make(folder / f"odd{n}.dcm") for n, case in enumerate((*CASES, *KEPT, DIRECTORY))]
    home = folder / "home"
    with clinic(home) as one:
        run("storescu", "-aet", "CTROOM", "127.0.0.1", str(one.port), *paths[:-1], check=True)
        with connected(one.port, sorted({announced(path)[0] for path in (*paths, *odd)})) as machine:
            for path in (*paths, *odd):
                if path.stat().st_size > 200:
                    store(machine, data_set_bytes(path), *announced(path))
        noise(one.port)
        every_command(home, folder, odd)
        one.holds(sum(study["instance_count"] for study in one.studies()))
        yield one


def noise(port: int) -> None:
    """What scanners and browsers send."""
    for data in (
        f"GET /{MARK} HTTP/1.1\r\nHost: {MARK}\r\n\r\n".encode(),
        MARK.encode() * 100,
        b"\x01\0\0\0\0\x04",
    ):
        with socket.create_connection(("127.0.0.1", port), 5) as one:
            one.sendall(data)


def every_command(home: Path, folder: Path, odd: list[Path]) -> None:
    """Processes of their own, so that their libraries speak as they would for a person."""
    out = str(folder / "x.png")
    for words in (
        ["import", str(folder)],
        ["import", str(folder)],
        ["studies", MARK],
        ["inspect", str(folder)],
        ["render", str(folder / "named.dcm"), "--out", out],
        ["verify"],
        ["rebuild-index"],
        ["import", str(odd[0])],
    ):
        environment = {**os.environ, "PYTHONWARNINGS": ""}
        subprocess.run(
            [sys.executable, "-m", "vetpacs_desktop", "--home", str(home), "--json", *words],
            capture_output=True,
            env=environment,
            timeout=120,
            check=False,
        )


def test_the_day_was_lived(lived: Clinic) -> None:
    """Otherwise the next tests could not fail: the names are in the library and found by search."""
    assert lived.studies(MARK.lower())
    assert lived.set_aside()
    assert lived.diary().count("CTROOM") > 1
    assert "refused with" in lived.diary()


def test_nobody_is_named_in_the_diary(lived: Clinic) -> None:
    lines = [line for line in lived.diary().splitlines() if NAMES.search(line)]
    assert lines == []


def test_a_loud_stranger_does_not_fill_the_diary(lived: Clinic) -> None:
    """Something that speaks no DICOM, at length: one connection is a line or two."""
    before = lived.diary().count("packet")
    with socket.create_connection(("127.0.0.1", lived.port), 5) as stranger:
        stranger.settimeout(2)
        with contextlib.suppress(OSError):
            stranger.sendall(f"{MARK} ".encode() * 50_000)
    assert lived.is_alive()
    assert lived.diary().count("packet") == before + 1


def test_libraries_may_say_where_but_not_what(tmp_path: Path) -> None:
    """pydicom sets its logger's level anew when it is imported, which may be after the diary was opened."""
    code = (
        "import logging; from pathlib import Path; from vetpacs_desktop import log; "
        "from vetpacs_desktop.paths import Home\n"
        f"log.start(Home(Path({str(tmp_path / 'home')!r})).make(), 'window', verbose=True)\n"
        "import pydicom, pynetdicom\n"
    ) + (
        "logging.getLogger('pydicom').warning('PatientName Geheimrat is odd')\n"
        "try: raise ValueError('Geheimrat')\n"
        "except ValueError: logging.getLogger('pynetdicom.evt').exception('of Geheimrat')\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    diary = (tmp_path / "home" / "logs" / "window.log").read_text(encoding="utf-8")
    assert "ValueError withheld" in diary
    assert "ValueError withheld" in said.stderr
    # What the interpreter itself prints of an error that nobody caught is not the diary's.
    assert MARK not in diary


def test_nothing_was_a_fault(lived: Clinic) -> None:
    assert "Traceback" not in lived.diary()
    assert not list((lived.home / "logs").glob("crash-*"))


def test_a_crash_report_holds_no_values(tmp_path: Path) -> None:
    """A fault in the middle of reading a named object."""
    path = write(picture(PatientName=f"{MARK}^Zwerg"), tmp_path / "a.dcm")
    code = (
        "import sys; from vetpacs_desktop import cli; from vetpacs_desktop.viewer import inspect\n"
        "def broken(*a): raise RuntimeError(str(a[0]) + 'Geheimrat')\n"
        "inspect.arrange = broken\n"
        f"sys.exit(cli.main(['--home', {str(tmp_path / 'home')!r}, 'inspect', {str(path)!r}]))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert said.returncode == 70
    assert not NAMES.search(said.stdout + said.stderr)
    (report,) = (tmp_path / "home" / "logs").glob("crash-*.txt")
    text = report.read_text(encoding="utf-8")
    assert "RuntimeError" in text
    assert "inspection" in text
    assert not NAMES.search(text)


def test_the_diary_of_a_receiver_that_a_window_starts_names_nobody(tmp_path: Path) -> None:
    """Such a receiver's standard error goes into the logs folder, so libraries must not print there."""
    from vetpacs_desktop.paths import Home
    from vetpacs_desktop.service import ServiceChild

    home = Home(tmp_path / "home").make()
    home.settings.write_text("[receiver]\nport = 0\nhost = '127.0.0.1'\n", encoding="utf-8")
    child = ServiceChild(home)
    state = child.ensure()
    try:
        paths = named_everywhere(tmp_path)
        with connected(state.port, [CT]) as machine:
            for path in paths:
                store(machine, data_set_bytes(path), *announced(path))
        noise(state.port)
    finally:
        child.stop()
    text = "".join(path.read_text(encoding="utf-8") for path in home.logs.iterdir())
    assert "refused with" in text
    assert not NAMES.search(text)
