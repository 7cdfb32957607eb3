"""Moments, spans and amounts as people say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from vetpacs_desktop.store.backup import words

ZURICH = ZoneInfo("Europe/Zurich")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZURICH)


@pytest.mark.parametrize(
    ("back", "text"),
    [
        (timedelta(hours=7), "today 02:00"),
        (timedelta(hours=31), "yesterday 02:00"),
        (timedelta(days=4, hours=7), "Friday 02:00"),
        (timedelta(days=7, hours=7), "17 November 2026 02:00"),
        (timedelta(hours=-17), "tomorrow 02:00"),
        (timedelta(days=-3), "27 November 2026 09:00"),
    ],
)
def test_moments_in_the_clinics_own_time(back: timedelta, text: str) -> None:
    assert words.day_and_time((NOW - back).astimezone(UTC), NOW) == text


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(seconds=-5), "0 minutes ago"),
        (timedelta(seconds=61), "1 minute ago"),
        (timedelta(hours=3, minutes=59), "3 hours ago"),
        (timedelta(days=12), "12 days ago"),
    ],
)
def test_spans(span: timedelta, text: str) -> None:
    assert words.ago(span) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (9_940_000, "9.9 MB"),
        (9_960_000, "10 MB"),
        (999_600_000, "1.0 GB"),
        (12_345_678_901_234, "12 TB"),
        (-3, "0 bytes"),
    ],
)
def test_amounts(count: int, text: str) -> None:
    assert words.amount(count) == text


def test_counts() -> None:
    assert words.many(1, "day", "days") == "1 day"
    assert words.many(12_000, "day", "days") == "12,000 days"
