"""Errors nobody expected end in a report and a calm sentence, never in silence or a lost window."""

import sys
import threading
from pathlib import Path

import pytest

from vetpacs_desktop.errors import NotFound
from vetpacs_desktop.paths import Home
from vetpacs_desktop.ui.crash import CrashHandler
from vetpacs_desktop.ui.notices import Notice


def fail() -> None:
    animal = "Rex of Smith"
    raise ZeroDivisionError(animal)


@pytest.mark.expects_errors
def test_a_bug_in_a_thread_or_a_slot_is_reported_without_names(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    told: list[Notice] = []
    handler = CrashHandler(home)
    handler.tell = told.append
    handler.install()
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    try:
        fail()
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert len(told) == 2
    reports = sorted(home.logs.glob("crash-*.txt"))
    assert len(reports) == 2
    for notice, report in zip(told, reports, strict=True):
        assert "Your images are safe" in notice.text
        assert Path(notice.details.splitlines()[-1]) == report
        text = report.read_text(encoding="utf-8")
        assert "ZeroDivisionError" in text
        assert "in fail" in text
        assert "Smith" not in text + notice.text + notice.details


def test_a_known_error_says_its_own_sentence(home: Home) -> None:
    told: list[Notice] = []
    handler = CrashHandler(home)
    handler.tell = told.append
    handler.handle(NotFound(uid="1.2.3"))
    assert [notice.text for notice in told] == [NotFound(uid="1.2.3").sentence]
    assert not list(home.logs.glob("crash-*.txt"))
