"""Dates, ages and amounts as people say them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.ui import words

TODAY = date(2026, 5, 14)
NOW = datetime(2026, 5, 14, 15, 0, tzinfo=UTC)


def test_days() -> None:
    assert words.day("2026-05-14", TODAY) == "Today"
    assert words.day("2026-05-13", TODAY) == "Yesterday"
    assert "2026" not in words.day("2026-03-02", TODAY)
    assert "2023" in words.day("2023-03-02", TODAY)
    assert "2026" in words.day("2026-05-15", TODAY)
    assert words.day("", TODAY) == words.day("nonsense", TODAY) == ""


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (timedelta(seconds=-30), "just now"),
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=4, seconds=50), "4 minutes ago"),
        (timedelta(hours=2), "2 hours ago"),
        (timedelta(hours=23), "yesterday"),
    ],
)
def test_how_long_ago(back: timedelta, said: str) -> None:
    assert words.ago(NOW - back, NOW) == said


def test_ages() -> None:
    assert words.age("007Y") == "7 years"
    assert words.age("001Y") == "1 year"
    assert words.age("010W") == "10 weeks"
    assert words.age("about 3") == "about 3"
    assert words.age("", "2020-06-01", "2026-05-31") == "5 years"
    assert words.age("", "2026-01-20", "2026-05-14") == "3 months"
    assert words.age("", "2026-05-10", "2026-05-14") == "4 days"
    assert words.age("", "2026-04-10", "2026-05-14") == "4 weeks"
    assert words.age("", "2027-01-01", "2026-05-14") == ""
    assert words.age("", "", "2026-05-14") == ""


@given(st.dates(date(2000, 1, 1), date(2026, 1, 1)), st.integers(0, 9000))
def test_every_age_is_a_count_of_something(born: date, days: int) -> None:
    said = words.age("", born.isoformat(), (born + timedelta(days)).isoformat())
    number, unit = said.split(" ")
    assert int(number) >= 0
    assert unit.rstrip("s") in ("day", "week", "month", "year")
    assert unit.endswith("s") == (number != "1")


def test_weights_and_amounts() -> None:
    assert words.weight(None) == words.weight(0) == ""
    assert words.weight(0.35) == "350 g"
    assert words.weight(24.54).endswith("kg")
    assert words.images(1) == "1 image"
    assert words.images(2).endswith("2 images")
    assert words.exams(0) == "0 exams"
    assert words.clock("") == words.clock("99:99") == ""
    assert words.clock("14:32:08")
