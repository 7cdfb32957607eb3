"""Without an admin's word everything is kept; with one, a plan shows first what would go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.shelf import SECOND, STUDY, THIRD, fill
from tests.helpers.small_files import picture, write
from vetpacs_desktop import settings
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.kept.retention import Daily, Plan, Policy, before_years
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import Arrival

NOW = datetime.now(UTC)


@pytest.fixture
def library(home: Home, tmp_path: Path) -> Iterator[Library]:
    opened = Library.open(home)
    fill(opened, tmp_path)
    yield opened
    opened.close()


def test_nothing_goes_by_itself(library: Library) -> None:
    library.trash.put([STUDY])
    assert library.retention.plan(Policy(), NOW + timedelta(days=50_000)) == Plan()
    assert Policy.of(settings.Settings()) == Policy()


def test_the_trash_is_emptied_after_the_days_the_admin_said_and_only_what_is_proved(library: Library) -> None:
    first, second = library.trash.put([STUDY, SECOND])
    policy = Policy(empty_after_days=30)
    assert library.retention.plan(policy, NOW + timedelta(days=29)) == Plan()
    later = NOW + timedelta(days=31)
    assert library.retention.plan(policy, later) == Plan(held=(second, first))
    library.trash.proved = lambda digests: len(digests) == first.count
    plan = library.retention.plan(policy, later)
    assert plan == Plan(to_empty=(first,), held=(second,))
    library.retention.carry_out(plan)
    assert library.trash.entries() == [second]
    careless = Policy(empty_after_days=30, empty_unproved=True)
    assert library.retention.plan(careless, later) == Plan(to_empty=(second,))


def test_old_exams_are_those_that_were_made_and_came_long_ago(library: Library, tmp_path: Path) -> None:
    old = datetime(2012, 5, 4, tzinfo=UTC)
    for number, (day, came) in enumerate([("20120504", old), ("20120504", NOW), ("20251224", NOW)]):
        path = write(picture(study=f"7{number}", StudyDate=day), tmp_path / f"{number}.dcm")
        library.file([Arrival(path, "ct", came, keep_source=True)])
    policy = Policy(exam_years=10)
    plan = library.retention.plan(policy, NOW)
    assert [row.study_uid.rpartition(".")[2] for row in plan.to_trash] == ["70"]
    library.retention.carry_out(plan)
    (entry,) = library.trash.entries()
    assert (entry.who, entry.study_date) == ("retention", "2012-05-04")
    assert library.retention.plan(policy, NOW) == Plan()


def test_the_service_does_it_once_a_day_by_the_settings_of_the_moment(library: Library, home: Home) -> None:
    moments = iter([NOW, NOW, NOW + timedelta(days=2)])
    daily = Daily(home, library.retention, lambda: next(moments))
    library.trash.put([THIRD])
    assert daily.tick()
    careless = {"trash.empty_after_days": 1, "trash.empty_unproved": True}
    settings.save(settings.Settings().with_values(careless), home.settings)
    assert not daily.tick()
    assert len(library.trash.entries()) == 1
    assert daily.tick()
    assert library.trash.entries() == []


def test_settings_that_cannot_be_read_cost_nothing(library: Library, home: Home) -> None:
    library.trash.put([THIRD])
    home.settings.write_text("[trash]\nempty_after_days = 'soon'\n", encoding="utf-8")
    assert Daily(home, library.retention, lambda: NOW + timedelta(days=9)).tick()
    assert len(library.trash.entries()) == 1


def test_its_thread_ends_when_told(library: Library, home: Home) -> None:
    daily = Daily(home, library.retention)
    daily.start()
    daily.close()


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(0, 40))
def test_years_back_is_a_real_day_no_later(day: date, years: int) -> None:
    earlier = before_years(day, years)
    assert earlier.year == day.year - years
    assert (earlier.month, earlier.day) in ((day.month, day.day), (2, 28))
