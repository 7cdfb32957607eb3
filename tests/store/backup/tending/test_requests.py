"""A wish waits until it is taken, once, and to end something takes back what was asked before."""

from __future__ import annotations

import pytest

from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup.tending import requests


@pytest.fixture
def made(home: Home) -> Home:
    return home.make()


def test_a_wish_is_taken_once_by_any_spelling_of_the_name(made: Home) -> None:
    requests.ask(made, "NAS / Büro")
    requests.ask(made, "nas / büro", requests.DRILL)
    requests.ask(made, "NAS / Büro")
    assert requests.waits(made, "NAS / BÜRO")
    assert requests.taken(made, "nas / büro") == ["run", "drill"]
    assert requests.taken(made, "nas / büro") == []
    assert not requests.waits(made, "NAS / Büro")


def test_targets_have_their_own_wishes(made: Home) -> None:
    requests.ask(made, "NAS")
    assert requests.taken(made, "USB") == []
    assert requests.taken(made, "NAS") == ["run"]


def test_to_end_something_takes_back_what_was_asked_before_and_not_after(made: Home) -> None:
    requests.ask(made, "NAS", requests.RUN)
    requests.ask(made, "NAS", requests.STOP)
    assert requests.taken(made, "NAS") == ["stop"]
    requests.ask(made, "NAS", requests.STOP)
    requests.ask(made, "NAS", requests.RUN)
    assert requests.taken(made, "NAS") == ["stop", "run"]


def test_other_wishes_are_refused(made: Home) -> None:
    with pytest.raises(ValueError, match="dance"):
        requests.ask(made, "NAS", "dance")
