"""From a protocol and what images show to rows, columns and cells: which image goes where.

Pure functions. Every image gets a place as long as there is room; none is shown twice; the order in which the
exam holds them decides where nothing else does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vetpacs_desktop.viewer.hanging.protocol import Layout, Protocol, Slot
from vetpacs_desktop.viewer.hanging.seen import Seen
from vetpacs_desktop.viewer.hanging.teeth import COLUMNS, column_of
from vetpacs_desktop.viewer.hanging.vocabulary import folded
from vetpacs_desktop.viewer.state import LARGEST_GRID

CHART_ROWS = 4
_SHAPES = ((1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (2, 4), (3, 3), (3, 4), (4, 4), (4, 6), (4, 8), (8, 8))
"""Rows and columns; the first that holds all images is taken."""
_LIMBS = (("fore", "L"), ("fore", "R"), ("hind", "L"), ("hind", "R"), ("", "L"), ("", "R"), ("", ""))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing to hang: a series' stack and what it shows."""

    series: int
    stack: int
    seen: Seen
    prior: bool = False
    """Of an earlier exam."""
    count: int = 1
    """How many pictures will be parted from it once its headers are known."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One viewport."""

    series: int
    stack: int
    slot: Slot | None
    """How it is to be seen; None where the protocol has nothing to say of it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole screen; a cell that is None stays empty."""

    rows: int
    columns: int
    cells: tuple[Cell | None, ...]


def slot_of(protocol: Protocol, candidate: Candidate) -> int | None:
    """The number of the first place that an image belongs to."""
    for number, slot in enumerate(protocol.slots):
        if fits(slot, candidate):
            return number
    return None


def fits(slot: Slot, candidate: Candidate) -> bool:
    """Whether an image belongs to a place."""
    seen = candidate.seen
    return (
        slot.prior == candidate.prior
        and (not slot.views or seen.view in slot.views)
        and (not slot.side or seen.side == slot.side)
        and (not slot.regions or bool(seen.regions & set(slot.regions)))
        and all(set(folded(word)) <= seen.words for word in slot.words)
    )


def place(protocol: Protocol, candidates: Sequence[Candidate]) -> Plan:
    """Hang `candidates` by `protocol`; there must be at least one."""
    if protocol.layout is Layout.GRID:
        return _grid(protocol, candidates)
    wanted = any(slot.prior for slot in protocol.slots)
    candidates = [one for one in candidates if wanted or not one.prior] or list(candidates)
    ordered = _ordered(protocol, candidates)
    if protocol.layout is Layout.ONE:
        return Plan(1, 1, (_cell(protocol, ordered[0]),))
    if protocol.layout is Layout.CHART:
        return _chart(protocol, candidates)
    if protocol.layout is Layout.PAIRS:
        return _table(protocol, _pairs(protocol, ordered), ordered)
    if protocol.layout is Layout.LIMBS:
        return _table(protocol, _limbs(protocol, ordered), ordered)
    return _row(protocol, ordered)


def _cell(protocol: Protocol, candidate: Candidate) -> Cell:
    number = slot_of(protocol, candidate)
    return Cell(candidate.series, candidate.stack, None if number is None else protocol.slots[number])


def _ordered(protocol: Protocol, candidates: Sequence[Candidate]) -> list[Candidate]:
    """By place; what has none comes last. Sorting keeps the exam's order among equals."""
    last = len(protocol.slots)

    def rank(one: Candidate) -> int:
        number = slot_of(protocol, one)
        return last if number is None else number

    return sorted(candidates, key=rank)


def _row(protocol: Protocol, ordered: Sequence[Candidate]) -> Plan:
    """A candidate of several pictures keeps room for all of them."""
    cells: list[Cell | None] = []
    for one in ordered:
        cells += [_cell(protocol, one), *[None] * (one.count - 1)]
    shape = next(
        (pair for pair in _SHAPES if pair[0] * pair[1] >= min(len(cells), protocol.most)), _SHAPES[-1]
    )
    return _plan(*shape, cells)


def _plan(rows: int, columns: int, cells: Sequence[Cell | None]) -> Plan:
    size = rows * columns
    return Plan(rows, columns, (*cells[:size], *[None] * (size - len(cells))))


def _grid(protocol: Protocol, candidates: Sequence[Candidate]) -> Plan:
    """Each place takes the first image that belongs there, the choosiest first; what is left fills up."""
    size = protocol.rows * protocol.columns
    slots = (*protocol.slots[:size], *[Slot()] * (size - len(protocol.slots)))
    left = list(candidates)
    cells: list[Cell | None] = [None] * size
    for n in sorted(range(size), key=lambda n: -_conditions(slots[n])):
        found = next((one for one in left if not slots[n].empty and fits(slots[n], one)), None)
        if found is not None:
            left.remove(found)
            cells[n] = Cell(found.series, found.stack, slots[n])
    rest = iter([one for one in left if not one.prior])
    for n, slot in enumerate(slots):
        if cells[n] is None and not slot.empty and not slot.prior:
            one = next(rest, None)
            cells[n] = None if one is None else Cell(one.series, one.stack, None)
    return Plan(protocol.rows, protocol.columns, tuple(cells))


def _conditions(slot: Slot) -> int:
    return sum(map(bool, (slot.views, slot.side, slot.regions, slot.words, slot.prior)))


# --- limbs ----------------------------------------------------------------------------------------

Table = list[list[Candidate | None]]


def _pairs(protocol: Protocol, ordered: Sequence[Candidate]) -> Table:
    rows: Table = []
    for view in dict.fromkeys(one.seen.view for one in ordered):
        same = [one for one in ordered if one.seen.view == view]
        right = [one for one in same if one.seen.side == "R"]
        left = [one for one in same if one.seen.side == "L"]
        unknown = [one for one in same if one.seen.side not in ("R", "L")]
        for n in range(max(len(right), len(left))):
            rows.append([_at(right, n), _at(left, n)])
        rows += [[one, None] for one in unknown]
    return rows


def _limbs(protocol: Protocol, ordered: Sequence[Candidate]) -> Table:
    limbs = sorted({(one.seen.end, one.seen.side) for one in ordered}, key=_limb_rank)
    if len(limbs) == 1:
        return []
    places = sorted({_place_rank(protocol, one) for one in ordered})
    rows: Table = []
    for limb in limbs:
        own = [one for one in ordered if (one.seen.end, one.seen.side) == limb]
        deep = max(sum(_place_rank(protocol, one) == at for one in own) for at in places)
        for n in range(deep):
            rows.append([_at([one for one in own if _place_rank(protocol, one) == at], n) for at in places])
    # Screens are wide: the longer side of the table lies across.
    return [list(column) for column in zip(*rows, strict=True)] if len(rows) > len(places) else rows


def _limb_rank(limb: tuple[str, str]) -> int:
    return _LIMBS.index(limb) if limb in _LIMBS else len(_LIMBS)


def _place_rank(protocol: Protocol, candidate: Candidate) -> int:
    """Places of one view are one column, whatever the side."""
    number = slot_of(protocol, candidate)
    if number is None:
        return len(protocol.slots)
    views = protocol.slots[number].views
    return next(n for n, slot in enumerate(protocol.slots) if slot.views == views)


def _at(row: Sequence[Candidate], n: int) -> Candidate | None:
    return row[n] if n < len(row) else None


def _table(protocol: Protocol, rows: Table, ordered: Sequence[Candidate]) -> Plan:
    """A table that fits the screen; what doesn't is a row of images after all."""
    columns = max((len(row) for row in rows), default=0)
    parted = any(one.count > 1 for one in ordered)
    if parted or not rows or len(rows) > LARGEST_GRID // 2 or columns > LARGEST_GRID:
        return _row(protocol, ordered)
    cells = [None if one is None else _cell(protocol, one) for row in rows for one in row]
    return Plan(len(rows), columns, tuple(cells))


# --- teeth ----------------------------------------------------------------------------------------


def _chart(protocol: Protocol, candidates: Sequence[Candidate]) -> Plan:
    """Upper teeth above, the animal's right at the viewer's left; empty rows and columns are left out."""
    if any(one.count > 1 for one in candidates):
        return _row(protocol, candidates)
    jaws: dict[str, list[dict[int, Candidate]]] = {"upper": [], "lower": [], "": []}
    for one in sorted(candidates, key=lambda each: min(each.seen.teeth, default=0)):
        column = column_of(one.seen.teeth, one.seen.side) if one.seen.jaw else None
        rows = jaws[one.seen.jaw]
        if column is None:
            column = next((n for n in range(COLUMNS) if rows and n not in rows[-1]), 0)
        _put(rows, column, one)
    rows = [*jaws["upper"], *jaws["lower"], *jaws[""]]
    used = sorted({column for row in rows for column in row})
    if len(rows) > CHART_ROWS:
        return _row(protocol, _ordered(protocol, candidates))
    cells = [_cell(protocol, row[n]) if n in row else None for row in rows for n in used]
    return Plan(len(rows), len(used), tuple(cells))


def _put(rows: list[dict[int, Candidate]], column: int, one: Candidate) -> None:
    """Below what is there already."""
    for row in rows:
        if column not in row:
            row[column] = one
            return
    rows.append({column: one})
