"""Who of the connected has to go when too many come, so that a machine with an exam always finds a place.

Pure decisions over what the acceptor tells of each connection; it closes nothing itself. Places are for those
who have asked for an association; whoever only connects, or trickles bytes, waits in a room of its own, and
the one that has been there longest makes room for the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

STRANGERS = 64
"""Connections that may wait without having asked for anything; an honest machine asks within milliseconds."""
PATIENCE_SECONDS = 10.0
"""When every place is taken, a machine that has said nothing for this long gives up its own. It connects
again when it has something to say; one that is refused keeps its exam until somebody looks."""


class Guest(Protocol):
    """One connection."""

    @property
    def has_asked(self) -> bool:
        """Whether an association was requested."""

    @property
    def is_served(self) -> bool:
        """Whether it waits for our answer."""

    @property
    def seconds_silent(self) -> float:
        """Since its last sign of life, or since it connected."""


Some = TypeVar("Some", bound=Guest)


def who_goes(guests: Sequence[Some], places: int) -> list[Some]:
    """Which connections make room for one more; none while there is room, or nobody may be sent off."""
    strangers = sorted((one for one in guests if not one.has_asked), key=lambda one: one.seconds_silent)
    asked = [one for one in guests if one.has_asked]
    going = strangers[STRANGERS - 1 :]
    if len(asked) >= places:
        quiet = [one for one in asked if not one.is_served and one.seconds_silent > PATIENCE_SECONDS]
        going += sorted(quiet, key=lambda one: one.seconds_silent)[-1:]
    return going
