"""Who makes room: those who never asked before those who did, the longest silent first, nobody at work."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.store.network.receiving.crowd import PATIENCE_SECONDS, STRANGERS, who_goes


@dataclass(frozen=True, slots=True)
class Guest:
    has_asked: bool
    seconds_silent: float
    is_served: bool = False


GUESTS = st.lists(st.builds(Guest, st.booleans(), st.floats(0, 1000), st.booleans()), max_size=150)


def test_with_room_nobody_goes() -> None:
    assert who_goes([Guest(True, 900.0)] * 24, places=25) == []
    assert who_goes([Guest(False, 900.0)] * (STRANGERS - 1), places=25) == []


def test_the_stranger_that_waits_longest_goes_first() -> None:
    strangers = [Guest(False, float(number)) for number in range(STRANGERS)]
    assert who_goes(strangers, places=1) == [strangers[-1]]


def test_a_full_house_loses_its_most_silent_guest() -> None:
    busy, quiet, quieter = Guest(True, 1.0), Guest(True, 60.0), Guest(True, 90.0)
    assert who_goes([quiet, busy, quieter], places=3) == [quieter]
    assert who_goes([busy] * 3, places=3) == []
    assert who_goes([Guest(True, 90.0, is_served=True)] * 3, places=3) == []


@given(GUESTS, st.integers(1, 40))
def test_whoever_goes_is_a_stranger_too_many_or_long_silent(guests: list[Guest], places: int) -> None:
    going = who_goes(guests, places)
    strangers = [one for one in guests if not one.has_asked]
    assert len(strangers) - sum(not one.has_asked for one in going) < STRANGERS
    for one in going:
        assert not one.has_asked or (one.seconds_silent > PATIENCE_SECONDS and not one.is_served)
