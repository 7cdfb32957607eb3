"""How a small picture must be mirrored and turned to lie like the animal on the screen.

Compares directions only (letters of PS3.3 C.7.6.1.1.1 for quadrupeds). Where the letters on the screen are
not known, or are others than the drawing's, it is left as it was drawn: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from vetpacs_desktop.viewer.geometry.letters import Letters
from vetpacs_desktop.viewer.measure.veterinary.drawing import Facing, Spot

_FIRST = re.compile(r"LE|RT|CR|CD|PR|DI|PA|PL|[DVRML]")


@dataclass(frozen=True, slots=True)
class Turn:
    """First left and right change sides, if they do; then quarter turns clockwise."""

    mirrored: bool = False
    quarters: int = 0

    def spot(self, spot: Spot) -> Spot:
        """Where a spot of the drawing's square comes to lie."""
        x, y = (1 - spot[0], spot[1]) if self.mirrored else spot
        for _ in range(self.quarters):
            x, y = 1 - y, x
        return x, y


AS_DRAWN = Turn()
_TURNS = tuple(Turn(mirrored, quarters) for quarters, mirrored in (
    (0, False), (0, True), (2, True), (2, False), (1, False), (3, False), (1, True), (3, True),
))  # fmt: skip
"""The plainest first: where one letter alone is known, an animal is mirrored rather than upside down."""


def turn_of(facing: Facing | None, letters: Letters) -> Turn:
    """How a drawing that faces so must lie under these letters of the screen."""
    seen = tuple(_principal(one) for one in (letters.left, letters.top, letters.right, letters.bottom))
    if facing is None:
        return AS_DRAWN
    return next((turn for turn in _TURNS if _agrees(facing, turn, seen)), AS_DRAWN)


def _agrees(facing: Facing, turn: Turn, seen: tuple[str, ...]) -> bool:
    """Whether no edge names another direction than it has, and at least one names its own."""
    edges = [edge.split() for edge in _edges(facing, turn)]
    known = [(name, edge) for name, edge in zip(seen, edges, strict=True) if name and edge]
    return bool(known) and all(name in edge for name, edge in known)


def _edges(facing: Facing, turn: Turn) -> Iterator[str]:
    """The letters at left, top, right, bottom after the turn."""
    now = replace(facing, left=facing.right, right=facing.left) if turn.mirrored else facing
    around = (now.left, now.top, now.right, now.bottom)
    for edge in range(4):
        yield around[(edge - turn.quarters) % 4]


def _principal(letters: str) -> str:
    """The direction with the largest share."""
    found = _FIRST.match(letters)
    return found[0] if found else ""
