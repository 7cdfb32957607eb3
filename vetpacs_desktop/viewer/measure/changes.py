"""What became of a measured value between two exams: 10.2 v, now 11.1 v: +0.9 v in 6 months.

Pure. Never takes a difference of values whose millimetres come from different places, and never says a digit
of the difference that the values themselves don't have.
"""

from __future__ import annotations

from dataclasses import replace

from vetpacs_desktop.viewer.measure.measured import COUNT, MM, MM2, PX, PX2, RAW, Measured
from vetpacs_desktop.viewer.measure.saying import Translate, figure, rounded, say

NOT_COMPARED = "before: {before}, without a common scale, so not compared"
SAME = "before: {before}, no change"
CHANGED = "before: {before}, change {change}"


_OF_ONE_PICTURE = frozenset((PX, PX2, COUNT, RAW))
"""Units that mean something within one picture only."""


def comparable(before: Measured, after: Measured) -> bool:
    """Whether a difference of the two means anything: the same unit, not pixels, the same kind of scale."""
    both = before.value is not None and after.value is not None
    same = before.unit == after.unit and before.basis is after.basis
    return both and same and after.unit not in _OF_ONE_PICTURE


def difference(before: Measured, after: Measured) -> str:
    """``+0.9 v``, with the share of the former value for lengths and areas; empty where nothing changed.

    Raises ValueError for values that can't be compared.
    """
    if before.value is None or after.value is None or not comparable(before, after):
        raise ValueError("these values can't be compared")
    decimals = min(_decimals(before), _decimals(after))
    change = round(after.value, decimals) - round(before.value, decimals)
    grain = max(before.grain, after.grain, 10.0**-decimals)
    text = figure(replace(after, value=abs(change), grain=grain))
    if round(change, decimals) == 0:
        return ""
    sign = "+" if change > 0 else "\N{MINUS SIGN}"
    if after.unit in (MM, MM2) and before.value > 0:
        share = 100 * (after.value / before.value - 1)
        return f"{sign}{text} ({share:+.0f} %)".replace("(-", "(\N{MINUS SIGN}")
    return f"{sign}{text}"


def change_words(before: Measured, after: Measured, span: str, translate: Translate = str) -> str:
    """The former value and what became of it; `span` is the time between, in words, and may be empty."""
    if before.value is None or after.value is None:
        return ""
    if not comparable(before, after):
        return translate(NOT_COMPARED).format(before=say(before, translate))
    change = difference(before, after)
    if not change:
        words = translate(SAME).format(before=figure(before))
    else:
        words = translate(CHANGED).format(before=figure(before), change=change)
    return translate("{words} in {span}").format(words=words, span=span) if span else words


def _decimals(measured: Measured) -> int:
    """Places behind the point that its figure has, in its own unit."""
    return len(rounded(measured.value or 0.0, measured.grain).partition(".")[2])
