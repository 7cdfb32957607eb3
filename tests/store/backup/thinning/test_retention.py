"""A policy keeps what it says, never the wrong one, and what stays today stays when it is asked again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.store.backup.outcome import COMPLETE, DAMAGED, RUNNING, VERIFIED, Generation
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.thinning import retention
from vetpacs_desktop.store.backup.thinning.retention import (
    BadPolicy,
    EmptyPolicy,
    Policy,
    Preview,
    Rule,
    parse,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ZURICH = ZoneInfo("Europe/Zurich")


def made(moment: datetime, state: str = COMPLETE) -> Generation:
    return Generation(f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}-000000", moment.isoformat(), state=state)


def back(hours: float, state: str = COMPLETE) -> Generation:
    return made(NOW - timedelta(hours=hours), state)


def proved(generations: Sequence[Generation]) -> set[str]:
    return {one.id for one in generations if one.verified}


def look(generations: Sequence[Generation], policy: str, now: datetime = NOW) -> Preview:
    return retention.preview(generations, parse(policy), now, proved(generations))


def kept(preview: Preview) -> list[str]:
    return [one.generation.id for one in preview.keep]


def test_the_default_of_a_place_is_understood() -> None:
    policy = parse(Place("", "").keep)
    assert policy == Policy(
        (Rule("hourly", 24), Rule("daily", 7), Rule("weekly", 5), Rule("monthly", 12), Rule("yearly", 10))
    )
    assert parse(str(policy)) == policy
    assert parse(" Yearly  2,DAILY 1 ,weekly 0") == Policy((Rule("daily", 1), Rule("yearly", 2)))


@pytest.mark.parametrize("text", ["", " , ", "daily 0", "hourly 0, yearly 0", "daily 00000"])
def test_an_empty_policy_is_refused(text: str) -> None:
    with pytest.raises(EmptyPolicy):
        parse(text)


def test_an_empty_policy_made_by_hand_is_refused_too() -> None:
    for policy in (Policy(()), Policy((Rule("daily", 0),))):
        with pytest.raises(EmptyPolicy):
            retention.preview([back(1)], policy, NOW, {back(1).id})


@pytest.mark.parametrize(
    "text", ["daily", "7 daily", "daily -1", "daily 7 weekly 5", "dayly 7", "daily 1, daily 2"]
)
def test_a_policy_that_is_not_understood_is_refused_with_the_place(text: str) -> None:
    with pytest.raises(BadPolicy) as told:
        parse(text)
    assert told.value.facts["part"] in text


def test_of_each_day_the_newest_stays() -> None:
    days = [back(24 * day + hour) for day in range(4) for hour in (0, 5)]
    preview = look(days, "daily 3")
    assert kept(preview) == [back(24 * day).id for day in range(3)]
    assert [one.id for one in preview.go] == [
        one.id for one in (back(5), back(29), back(53), back(72), back(77))
    ]
    assert preview.keep[0].rules == ("daily",)
    assert preview.keep[1].why == "kept as the last one of a day"


def test_days_without_a_backup_do_not_use_the_rule_up() -> None:
    generations = [back(24 * day) for day in (40, 41, 90, 400)]
    assert kept(look(generations, "daily 3")) == [back(24 * day).id for day in (40, 41, 90)]


def test_of_a_day_the_proved_one_stays_rather_than_a_newer_damaged_one() -> None:
    generations = [back(1), back(25, DAMAGED), back(27), back(49, DAMAGED)]
    preview = look(generations, "daily 3")
    assert kept(preview) == [back(1).id, back(27).id, back(49).id]


def test_the_last_proved_one_stays_whatever_the_rule() -> None:
    generations = [*(back(hour, DAMAGED) for hour in range(1, 6)), back(2000)]
    preview = look(generations, "hourly 2")
    assert back(2000).id in kept(preview)
    assert preview.keep[-1].why == "kept because it is the last one that is proved"
    assert [one.id for one in preview.go] == [back(hour).id for hour in (3, 4, 5)]


def test_the_newest_stays_though_the_rule_would_rather_have_a_proved_one_of_its_day() -> None:
    preview = look([back(1, DAMAGED), back(2, DAMAGED), back(3)], "daily 1")
    assert kept(preview) == [back(1).id, back(3).id]
    assert preview.keep[0].why == "kept because it is the newest"


def test_while_none_is_proved_all_stay() -> None:
    generations = [back(hour, DAMAGED) for hour in range(50)]
    preview = look(generations, "yearly 1")
    assert (len(preview.keep), preview.go) == (50, ())
    assert look([], "yearly 1") == Preview()


def test_what_is_being_made_or_is_of_the_future_stays_and_uses_no_rule_up() -> None:
    generations = [back(-9000), back(-1), back(0.5, RUNNING), back(1), back(2)]
    preview = look(generations, "yearly 1")
    assert kept(preview) == [one.id for one in generations[:4]]
    assert [one.why for one in preview.keep[:3]] == [
        "kept because it is dated in the future",
        "kept because it is dated in the future",
        "kept because it is being made",
    ]


def test_when_all_that_is_proved_is_of_the_future_it_stays_and_the_past_is_kept_by_the_rule() -> None:
    generations = [back(-9000), back(1, DAMAGED), back(2, DAMAGED)]
    assert kept(look(generations, "yearly 1")) == [back(-9000).id, back(1).id]


def test_days_begin_at_the_clinics_midnight() -> None:
    evening = made(datetime(2026, 11, 23, 23, 30, tzinfo=ZURICH))
    night = made(datetime(2026, 11, 24, 0, 30, tzinfo=ZURICH))
    now = datetime(2026, 11, 24, 12, tzinfo=ZURICH)
    assert kept(look([evening, night], "daily 5", now)) == [night.id, evening.id]
    assert kept(look([evening, night], "daily 5", now.astimezone(UTC))) == [night.id]


def test_the_hour_that_is_lived_twice_is_two_hours() -> None:
    first = made(datetime(2026, 10, 25, 2, 30, tzinfo=ZURICH, fold=0).astimezone(UTC))
    second = made(datetime(2026, 10, 25, 2, 30, tzinfo=ZURICH, fold=1).astimezone(UTC))
    now = datetime(2026, 11, 24, 12, tzinfo=ZURICH)
    assert first.made != second.made
    assert len(look([first, second], "hourly 5", now).keep) == 2


def test_the_turn_of_the_year_has_one_week() -> None:
    first = made(datetime(2026, 12, 31, 12, tzinfo=UTC))
    second = made(datetime(2027, 1, 2, 12, tzinfo=UTC))
    now = datetime(2027, 2, 1, tzinfo=UTC)
    assert kept(look([first, second], "weekly 5", now)) == [second.id]
    assert kept(look([first, second], "yearly 5", now)) == [second.id, first.id]


def test_two_years_of_hourly_backups_leave_what_was_promised() -> None:
    """Thinned out every night, as the service does it: what is needed later must not have gone before."""
    text = "hourly 24, daily 7, weekly 5, monthly 12, yearly 10"
    stay: list[Generation] = []
    begin = datetime(2024, 11, 24, tzinfo=UTC)
    now = begin
    for hour in range(0, 2 * 365 * 24, 3):
        now = begin + timedelta(hours=hour)
        stay.append(made(now))
        if now.hour == 3:
            stay = [one.generation for one in look(stay, text, now).keep]
    moments = [datetime.fromisoformat(one.made) for one in stay]
    for day in range(7):
        assert any(moment.date() == (now - timedelta(days=day)).date() for moment in moments)
    for week in range(5):
        wanted = (now - timedelta(weeks=week)).isocalendar()[:2]
        assert any(moment.isocalendar()[:2] == wanted for moment in moments)
    months = {(2025, 12), *((2026, month) for month in range(1, 12))}
    assert {(moment.year, moment.month) for moment in moments} >= months
    assert {moment.year for moment in moments} == {2024, 2025, 2026}
    assert len(stay) <= 24 + 8 + 7 + 5 + 12 + 10


policies = (
    st.lists(st.tuples(st.sampled_from(retention.UNITS), st.integers(0, 5)), min_size=1)
    .map(
        lambda rows: Policy(
            tuple(Rule(unit, dict(rows)[unit]) for unit in retention.UNITS if dict(rows).get(unit))
        )
    )
    .filter(lambda policy: bool(policy.rules))
)
states = st.sampled_from([COMPLETE, VERIFIED, DAMAGED, RUNNING])
many = st.lists(
    st.tuples(st.integers(-100_000, 4_000_000), states), max_size=40, unique_by=lambda row: row[0]
).map(lambda rows: [back(minutes / 60, state) for minutes, state in rows])


@given(many, policies)
def test_nothing_that_must_stay_goes(generations: list[Generation], policy: Policy) -> None:
    sound = proved(generations)
    preview = retention.preview(generations, policy, NOW, sound)
    stay, go = set(kept(preview)), {one.id for one in preview.go}
    assert not stay & go
    assert stay | go == {one.id for one in generations}
    assert all(one.id in stay for one in generations if one.state == RUNNING)
    assert all(one.id in stay for one in generations if datetime.fromisoformat(one.made) > NOW)
    past = [one for one in generations if one.id in sound and datetime.fromisoformat(one.made) <= NOW]
    if past:
        assert max(past, key=lambda one: one.made).id in stay
    assert bool(stay & sound) == bool(sound)
    settled = [one for one in generations if datetime.fromisoformat(one.made) <= NOW and one.state != RUNNING]
    if settled:
        assert max(settled, key=lambda one: one.made).id in stay
    if not sound:
        assert not go
    assert [one.why for one in preview.keep].count("") == 0


@given(many, policies)
def test_asked_again_nothing_more_goes(generations: list[Generation], policy: Policy) -> None:
    sound = proved(generations)
    first = retention.preview(generations, policy, NOW, sound)
    again = retention.preview([one.generation for one in first.keep], policy, NOW, sound)
    assert kept(again) == kept(first)
    assert not again.go


@given(many, policies, st.sampled_from(retention.UNITS))
def test_a_longer_rule_keeps_no_less(generations: list[Generation], policy: Policy, unit: str) -> None:
    sound = proved(generations)
    longer = {rule.unit: rule.count for rule in policy.rules}
    longer[unit] = longer.get(unit, 0) + 1
    more = Policy(tuple(Rule(one, longer[one]) for one in retention.UNITS if longer.get(one)))
    few = set(kept(retention.preview(generations, policy, NOW, sound)))
    assert few <= set(kept(retention.preview(generations, more, NOW, sound)))


@given(many, policies)
def test_the_order_in_which_they_are_listed_is_no_matter(
    generations: list[Generation], policy: Policy
) -> None:
    sound = proved(generations)
    assert retention.preview(generations, policy, NOW, sound) == retention.preview(
        generations[::-1], policy, NOW, sound
    )
