"""Which frame of a stack comes next while it plays: its range, round and round, once, or to and fro.

Pure functions. Frames are left out when time has gone on; a film is never slowed down.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from vetpacs_desktop.viewer.state import ViewState


class Manner(Enum):
    """What happens at the end."""

    AGAIN = "again"
    ONCE = "once"
    SWING = "swing"
    """Back the way it came."""


Span = tuple[int, int]
"""The first and the last frame that are played."""


def span_of(view: ViewState, count: int) -> Span:
    """What is played of a stack of `count` frames, held inside it."""
    last = max(count - 1, 0)
    if view.played is None:
        return 0, last
    first, end = (min(max(one, 0), last) for one in view.played)
    return min(first, end), max(first, end)


def play_from(view: ViewState, index: int, count: int) -> ViewState:
    """Played from this frame on; an end before it goes to the stack's."""
    last = span_of(view, count)[1]
    return _played(view, index, last if last > index else count - 1, count)


def play_to(view: ViewState, index: int, count: int) -> ViewState:
    """Played up to this frame; a start behind it goes to the stack's."""
    first = span_of(view, count)[0]
    return _played(view, first if first < index else 0, index, count)


def play_all(view: ViewState) -> ViewState:
    """The whole stack again."""
    return replace(view, played=None)


def _played(view: ViewState, first: int, last: int, count: int) -> ViewState:
    whole = first <= 0 and last >= count - 1
    return replace(view, played=None if whole else (max(first, 0), min(last, count - 1)))


def advanced(index: int, steps: int, span: Span, manner: Manner, forth: bool = True) -> tuple[int, bool]:
    """The frame `steps` on, and whether it goes forth from there; a frame outside the span starts it anew."""
    first, last = span
    count = last - first + 1
    here = index - first if first <= index <= last else 0
    if count <= 1:
        return first, True
    if manner is Manner.ONCE:
        return first + min(here + steps, count - 1), True
    if manner is Manner.AGAIN:
        return first + (here + steps) % count, True
    way = 2 * (count - 1)
    phase = ((here if forth else way - here) + steps) % way
    return (first + phase, True) if phase < count - 1 else (first + way - phase, False)


def ends(index: int, span: Span, manner: Manner) -> bool:
    """Whether playing is over with this frame."""
    return manner is Manner.ONCE and index >= span[1]
