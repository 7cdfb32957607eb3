"""Lengths laid along the spine: counted in vertebrae from the cranial edge of T4, each as long as it is.

Owns the counting; which lengths are laid is the heart's measurements' business (thorax.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from vetpacs_desktop.viewer.measure.measured import NotMeasurable
from vetpacs_desktop.viewer.measure.veterinary.construction import Construction, Role
from vetpacs_desktop.viewer.measure.veterinary.guide import Step
from vetpacs_desktop.viewer.measure.veterinary.planar import Place, dot, unit
from vetpacs_desktop.viewer.measure.veterinary.trunk_drawings import cranial_edge

EDGES = (*(f"T{number}" for number in range(4, 14)), "L1", "L2", "L3")
"""Vertebrae whose cranial edge can be clicked."""
UNEVEN = 1.6
"""A vertebra this many times as long as the median one makes one ask whether one was left out."""
UNFINISHED = "the axis ends beyond the last vertebra clicked; click the cranial edges of further vertebrae"


@dataclass(frozen=True, slots=True)
class Laid:
    """A length on the spine."""

    units: float
    end: Place
    """Where it ends."""
    path: tuple[Place, ...]
    """From T4's cranial edge to the end."""


def edge_steps() -> tuple[Step, ...]:
    """The clicks on the spine, cranial first."""
    return tuple(_edge_step(name, number) for number, name in enumerate(EDGES))


def lay(work: Construction, **lengths: float) -> float | None:
    """Lay each length from T4's cranial edge along the edges clicked; parts by name, in vertebrae.

    Returns their sum, or None while one ends beyond the last edge. Raises `NotMeasurable` for edges that run
    back or fall together.
    """
    edges = work.rest()
    _check(work, edges)
    found = {name: laid(edges, value) for name, value in lengths.items()}
    work.draw(*edges)
    for name, one in found.items():
        if one is not None:
            work.vertebrae(name, one.units)
            work.draw(*one.path, role=Role.MEASURED)
            work.dot(one.end)
    units = [one.units for one in found.values() if one is not None]
    return sum(units) if len(units) == len(found) else None


def laid(edges: tuple[Place, ...], length: float) -> Laid | None:
    """`length` along the edges, in vertebrae with the disc behind each; None when it ends beyond the last."""
    path, rest = [edges[0]], length
    for number, (start, end) in enumerate(pairwise(edges)):
        step = abs(end - start)
        if rest <= step:
            place = start + (end - start) * (rest / step)
            return Laid(number + rest / step, place, (*path, place))
        rest -= step
        path.append(end)
    return None


def _check(work: Construction, edges: tuple[Place, ...]) -> None:
    steps = [end - start for start, end in pairwise(edges)]
    directions = [unit(step, "a vertebra") for step in steps]
    if any(dot(one, other) <= 0 for one, other in pairwise(directions)):
        raise NotMeasurable(
            reason="the cranial edges must be clicked one after the other, from T4 to the tail"
        )
    lengths = sorted(abs(step) for step in steps)
    if len(lengths) > 2 and lengths[-1] > UNEVEN * lengths[len(lengths) // 2]:
        work.remark("one vertebra is much longer than the others: was one left out?")


def _edge_step(name: str, number: int) -> Step:
    if number == 0:
        sentence = "Click the cranial edge of the fourth thoracic vertebra (T4)."
    else:
        sentence = f"Click the cranial edge of {name}, the next vertebra."
    return Step(f"cranial edge of {name}", sentence, cranial_edge(number + 3))
