"""One light and one sentence for each target; nothing that is missed, failed or overdue stays unsaid."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup.copies import Copy
from vetpacs_desktop.store.backup.history import BROKEN, FAILED, OK, Alarm, Drill, Room, Run
from vetpacs_desktop.store.backup.ledger import Ledger
from vetpacs_desktop.store.backup.outcome import DAMAGED, Generation
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.tending import health
from vetpacs_desktop.store.backup.tending.health import AMBER, GREEN, RED, Facts, Health

ZURICH = ZoneInfo("Europe/Zurich")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZURICH)
NIGHT = datetime(2026, 11, 24, 2, 0, tzinfo=ZURICH)
NAS = Place("NAS", "/mnt/nas")
DAY = 86_400
GB = 1_000_000_000


def stamp(moment: datetime) -> int:
    return int(moment.timestamp())


def generation(moment: datetime, **more: object) -> Generation:
    one = Generation(f"{moment:%Y%m%dT%H%M%SZ}-000000", moment.isoformat(), objects=100, bytes=5 * GB)
    return replace(one, **more)  # type: ignore[arg-type]


def run(moment: datetime, outcome: str = OK, sentence: str = "") -> Run:
    return Run(stamp(moment), stamp(moment), stamp(moment) + 60, outcome, sentence, "", 1, 1)


def rooms(days: int = 20, a_day: float = GB, free: int = 100 * GB) -> tuple[Room, ...]:
    return tuple(
        Room(stamp(NIGHT) - back * DAY, int(free + back * a_day), 1000 * GB, int(400 * GB - back * a_day))
        for back in range(days, -1, -1)
    )


def facts(last: datetime = NIGHT, **more: object) -> Facts:
    """All is well: saved this night, proved, rehearsed."""
    well = Facts(
        generations=(generation(last), generation(last - timedelta(days=1))),
        runs=(run(last), run(last - timedelta(days=1))),
        drills=(Drill(stamp(NIGHT) - 10 * DAY, "drill", "x", True, 100, 5.0),),
        rooms=rooms(free=14 * GB),
        copies=100,
        bytes=5 * GB,
        proved=100,
        oldest_proof=stamp(NIGHT) - 20 * DAY,
    )
    return replace(well, **more)  # type: ignore[arg-type]


def judge(given_facts: Facts, place: Place = NAS, now: datetime = NOW, running: bool = False) -> Health:
    return health.judge(given_facts, place, now, running=running)


def kinds(found: Health) -> list[tuple[str, str]]:
    return [(fault.kind, fault.light) for fault in found.faults]


def test_when_all_is_well_one_line_says_so() -> None:
    found = judge(facts())
    assert (found.light, found.faults) == (GREEN, ())
    assert found.sentence == "Saved to NAS today 02:00, proved, 14 days of space left."
    assert found.age == timedelta(hours=7)
    assert found.growth == pytest.approx(GB)
    assert found.days_left == pytest.approx(14)
    assert (found.objects, found.bytes, found.proved_share) == (100, 5 * GB, 1.0)
    assert found.next_run == NIGHT + timedelta(days=1)
    assert found.next_drill == NIGHT + timedelta(days=20)
    assert found.oldest_proof == NIGHT - timedelta(days=20)
    assert len(found.sizes) == 21


def test_without_growth_the_free_space_is_named() -> None:
    assert judge(facts(rooms=rooms(1, 0))).sentence == "Saved to NAS today 02:00, proved, 100 GB free."
    assert judge(facts(rooms=())).sentence == "Saved to NAS today 02:00, proved."
    assert judge(facts(rooms=rooms(free=4000 * GB))).sentence.endswith("proved, 4.0 TB free.")
    assert judge(facts(rooms=rooms(free=3000 * GB))).sentence.endswith("8 years of space left.")
    assert judge(facts(rooms=rooms(free=60 * GB))).sentence.endswith("60 days of space left.")
    assert judge(facts(rooms=rooms(free=200 * GB))).sentence.endswith("6 months of space left.")


def test_a_new_target_says_that_nothing_is_there_yet() -> None:
    found = judge(Facts())
    assert (found.light, found.sentence) == (AMBER, "Nothing is saved to NAS yet.")
    assert (found.last_good, found.age, found.next_drill) == (None, None, None)
    assert judge(Facts(), running=True).sentence == "Saving to NAS now."
    found = judge(Facts(runs=(run(NIGHT, FAILED, "NAS can't be reached."),)))
    assert kinds(found) == [("none", RED), ("failed", AMBER)]
    assert found.sentence == "Nothing is saved to NAS yet. NAS can't be reached."


@pytest.mark.parametrize(
    ("hours_after_slot", "light"), [(0, GREEN), (11, GREEN), (12, AMBER), (47, AMBER), (48, RED)]
)
def test_one_and_a_half_periods_are_late_and_three_are_very_late(hours_after_slot: int, light: str) -> None:
    slot = NIGHT + timedelta(days=1)
    found = judge(facts(), now=slot + timedelta(hours=hours_after_slot))
    assert found.light == light
    if light == RED:
        assert found.sentence == "NAS is overdue: nothing was saved there since Tuesday 02:00."


def test_a_weekend_is_not_late_for_a_weekly_backup() -> None:
    weekly = replace(NAS, every="weekly", weekday=1)
    assert judge(facts(), weekly, NOW + timedelta(days=7)).light == GREEN
    assert judge(facts(), weekly, NOW + timedelta(days=11)).light == AMBER


def test_an_hourly_backup_with_hours_is_not_late_in_the_day() -> None:
    hourly = replace(NAS, every="hourly", at="00:00", hours="20:00-06:00")
    last = NIGHT + timedelta(hours=3)
    assert judge(facts(last), hourly, NOW + timedelta(hours=10)).light == GREEN
    assert judge(facts(last), hourly, NOW + timedelta(hours=12)).light == AMBER
    assert judge(facts(last), hourly, NOW + timedelta(hours=14)).light == RED


def test_a_failed_run_is_told_with_its_reason_at_once() -> None:
    found = judge(
        facts(
            NIGHT - timedelta(days=1),
            runs=(
                run(NIGHT, FAILED, "The backup target NAS is full."),
                run(NIGHT - timedelta(days=1)),
            ),
        )
    )
    assert kinds(found) == [("failed", AMBER)]
    assert found.sentence == "The backup target NAS is full. Saved to NAS yesterday 02:00, proved."
    cut = facts(NIGHT - timedelta(days=1), runs=(run(NIGHT, BROKEN), run(NIGHT - timedelta(days=1))))
    assert judge(cut).light == GREEN


def test_a_generation_that_is_damaged_or_partly_made_does_not_count_as_saved() -> None:
    newest = generation(NIGHT, lost=("objects/1/2.dcm",))
    older = generation(NIGHT - timedelta(days=1))
    found = judge(facts(generations=(newest, older)))
    assert (found.last_good, kinds(found)) == (older, [("partly", RED)])
    assert found.sentence.startswith("1 file of the library could not be read and are in no backup.") or (
        "could not be read" in found.sentence
    )
    found = judge(facts(generations=(generation(NIGHT, state=DAMAGED), older), suspects=3))
    assert (found.last_good, kinds(found)) == (older, [("damaged", AMBER)])
    assert "3 copies are damaged" in found.sentence


def test_alarms_of_the_ledger_are_red() -> None:
    alarm = Alarm(1, stamp(NIGHT), "changed", "Files on NAS were changed from outside; nothing was written.")
    found = judge(facts(alarms=(alarm,)))
    assert kinds(found) == [("changed", RED)]
    assert found.sentence.startswith(alarm.sentence)


def test_space_proof_and_rehearsals_have_their_own_words() -> None:
    assert kinds(judge(facts(rooms=rooms(free=13 * GB)))) == [("space", AMBER)]
    assert kinds(judge(facts(rooms=rooms(free=2 * GB)))) == [("space", RED)]
    assert kinds(judge(facts(rooms=rooms(free=0)))) == [("space", RED)]
    assert kinds(judge(facts(rooms=rooms(5, 0, free=10 * GB)))) == [("space", AMBER)]
    assert kinds(judge(facts(oldest_proof=stamp(NOW) - 46 * DAY))) == [("proof", AMBER)]
    assert kinds(judge(facts(oldest_proof=stamp(NOW) - 91 * DAY))) == [("proof", RED)]
    failed = Drill(stamp(NIGHT), "drill", "x", False, 100, 5.0, "2 images came back changed.")
    assert judge(facts(drills=(failed,))).sentence.startswith("2 images came back changed.")
    late = Drill(stamp(NIGHT) - 50 * DAY, "drill", "x", True, 100, 5.0)
    assert kinds(judge(facts(drills=(late,)))) == [("drill", AMBER)]
    assert judge(facts(drills=(late,)), replace(NAS, drill_days=0)).light == GREEN


def test_a_drill_is_due_at_once_when_there_was_none_and_never_when_it_is_switched_off() -> None:
    assert judge(facts(drills=())).next_drill == NOW
    assert judge(facts(), replace(NAS, drill_days=0)).next_drill is None
    share = Drill(stamp(NIGHT), "share", "", True, 100, 5.0)
    assert judge(facts(drills=(share,))).next_drill == NOW
    ahead = Drill(stamp(NOW) + 400 * DAY, "drill", "x", True, 100, 5.0)
    assert judge(facts(drills=(ahead,))).next_drill == NOW


def test_a_pause_and_a_schedule_that_is_not_understood_are_told() -> None:
    assert judge(facts(), replace(NAS, paused=True)).sentence == "Saving to NAS is paused."
    assert kinds(judge(facts(), replace(NAS, at="soon"))) == [("schedule", RED)]


def test_the_worst_of_all_targets_is_the_light_in_the_windows_edge() -> None:
    good, late = judge(facts()), judge(facts(), now=NOW + timedelta(days=5))
    assert health.worst([good, late, good]) is late
    assert health.worst([good]) is good
    assert health.worst([]) is None


def test_thinning_out_does_not_make_growth_negative_and_one_measurement_is_no_growth() -> None:
    assert health.growth_per_day(rooms(10, -GB)) == 0.0
    assert health.growth_per_day(rooms(0)) is None
    assert health.growth_per_day(()) is None
    assert health.growth_per_day((Room(0, 1, 2, 3), Room(3600, 1, 2, 3 + GB))) is None
    assert health.growth_per_day((Room(0, 1, 2, 0), Room(DAY, 1, 2, GB))) == pytest.approx(GB)


@given(
    st.lists(st.sampled_from([OK, FAILED, BROKEN, "stopped", "partly", ""]), max_size=5),
    st.integers(-400, 400),
    st.booleans(),
)
def test_whatever_happened_there_is_a_light_and_a_sentence(
    outcomes: list[str], days: int, running: bool
) -> None:
    runs = tuple(run(NIGHT - timedelta(days=number), outcome) for number, outcome in enumerate(outcomes))
    found = judge(facts(runs=runs), now=NOW + timedelta(days=days), running=running)
    assert found.sentence.endswith(".")
    assert (found.light == GREEN) == (not found.faults)


def test_it_is_made_of_the_ledgers_rows(home: Home) -> None:
    with Ledger.open(home) as ledger:
        book = ledger.book("an identity")
        assert health.look(book, NAS, NOW).sentence == "Nothing is saved to NAS yet."
        number = book.history.begin_run(stamp(NIGHT))
        book.history.enter(generation(NIGHT))
        book.history.end_run(number, stamp(NIGHT) + 60, OK)
        old, new = stamp(NOW) - 40 * DAY, stamp(NOW) - DAY
        book.copies.enter(
            Copy(f"VetPACS/objects/{name[:2]}/{name}.dcm", name, name, 500, moment, moment)
            for name, moment in (("ab" * 32, old), ("cd" * 32, new))
        )
        for room in rooms(free=14 * GB):
            book.history.add_room(room)
        found = health.look(book, NAS, NOW)
    assert found.sentence == "Saved to NAS today 02:00, proved, 14 days of space left."
    assert (found.objects, found.bytes, found.proved, found.proved_share) == (2, 1000, 1, 0.5)
