"""The diary: it never names anybody, it is bounded, and a crash report holds no values."""

import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from vetpacs_desktop import log
from vetpacs_desktop.paths import Home


@pytest.fixture
def started(home: Home) -> Iterator[Home]:
    """A home with the diary of this process; the process gets its own handlers back."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in log.NOISY}
    for handler in before:
        root.removeHandler(handler)
    log.start(home, "window")
    yield home
    for handler in root.handlers[:]:
        root.removeHandler(handler)
        handler.close()
    for handler in before:
        root.addHandler(handler)
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)


def test_a_private_mark_is_stable_and_hides_the_name() -> None:
    mark = log.private("Huber^Bello")
    assert mark == log.private("Huber^Bello")
    assert mark != log.private("Huber^Mimi")
    assert "Huber" not in mark
    assert "Bello" not in mark


def test_what_is_logged_is_in_the_homes_diary(started: Home) -> None:
    logging.getLogger("vetpacs_desktop.store").info("one exam came")
    assert "one exam came" in (started.logs / "window.log").read_text()


def test_libraries_that_chatter_about_headers_are_kept_silent(started: Home) -> None:
    logging.getLogger("pydicom").warning("PatientName Huber^Bello is odd")
    logging.getLogger("pynetdicom.events").info("C-STORE of Huber^Bello")
    assert "Huber" not in (started.logs / "window.log").read_text()


def test_remarks_on_odd_files_are_silenced_once_for_every_thread() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        log.hush()
        for reader in ("pydicom.valuerep", "pynetdicom.dsutils", "PIL.TiffImagePlugin"):
            warnings.warn_explicit("Huber^Bello is odd", UserWarning, "reader.py", 1, module=reader)
        with pytest.raises(UserWarning):
            warnings.warn_explicit("our own", UserWarning, "ours.py", 1, module="vetpacs_desktop.store")
    package = Path(log.__file__).parent
    meddling = [file.name for file in package.rglob("*.py") if "catch_warnings" in file.read_text("utf-8")]
    assert meddling == [], "it would change the filters of all threads"


def test_starting_again_does_not_write_everything_twice(started: Home) -> None:
    log.start(started, "window")
    logging.getLogger("vetpacs_desktop").info("once")
    assert (started.logs / "window.log").read_text().count("once") == 1


def test_a_diary_is_bounded(started: Home) -> None:
    for _ in range(9000):
        logging.getLogger("vetpacs_desktop").info("x" * 1000)
    files = sorted(started.logs.glob("window.log*"))
    assert 2 <= len(files) <= 6
    assert sum(file.stat().st_size for file in files) < 6_200_000


def test_a_crash_report_says_where_but_not_what(home: Home) -> None:
    def faulty(owner: str) -> None:
        raise ValueError(f"{owner} has no animal")

    try:
        faulty("Huber")
    except ValueError as error:
        report = log.crash_report(home, error)
    text = report.read_text()
    assert "ValueError" in text
    assert "in faulty" in text
    assert "Huber has" not in text
