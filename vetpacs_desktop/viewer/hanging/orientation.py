"""How a picture must be turned so that the edges that are wanted stand where they are wanted.

Pure functions of what a header says of the orientation. What is not known is not turned: a picture is
mirrored only where both of its axes are known, and a rotation alone is preferred wherever it does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vetpacs_desktop.viewer.description import ImageDescription
from vetpacs_desktop.viewer.geometry.letters import Letters, edge_letters
from vetpacs_desktop.viewer.hanging.protocol import Edges

_OPPOSITES = {
    **{"RT": ("LE",), "LE": ("RT",), "CR": ("CD",), "CD": ("CR",), "R": ("CD",), "V": ("D",)},
    **{"D": ("V", "PA", "PL"), "PA": ("D",), "PL": ("D",), "M": ("L",), "L": ("M",)},
    **{"PR": ("DI",), "DI": ("PR",)},
}


@dataclass(frozen=True, slots=True)
class Turn:
    """First the flip left to right, then the clockwise rotation."""

    flip_h: bool = False
    rotation: int = 0


_PLAIN = tuple(Turn(False, degrees) for degrees in (0, 90, 270, 180))
_MIRRORED = tuple(Turn(True, degrees) for degrees in (0, 180, 90, 270))
"""Those that move least come first."""


def turn_for(
    description: ImageDescription, wishes: Iterable[Edges], frame: int = 0, quadruped: bool | None = None
) -> Turn | None:
    """The turn that fulfils the first of `wishes` that can be fulfilled; None where nothing is known to.

    `quadruped` is what the reader said of the exam's letters. Letters for people say nothing of how an animal
    lay, unless the reader says that they are meant for an animal.
    """
    if not _is_of_animal(description, frame, quadruped):
        return None
    for wish in wishes:
        found = _turn(description, wish, frame)
        if found is not None:
            return found
    return None


def _is_of_animal(description: ImageDescription, frame: int, quadruped: bool | None) -> bool:
    if quadruped:
        return True
    facts = description.frames[min(frame, len(description.frames) - 1)]
    if facts.orientation is not None or description.orientation_type:
        return description.orientation_type == "QUADRUPED"
    as_said = edge_letters(description, frame)
    return as_said == edge_letters(description, frame, quadruped=True)


def _turn(description: ImageDescription, wish: Edges, frame: int) -> Turn | None:
    both = bool(wish.left and wish.top)
    for turn in (*_PLAIN, *_MIRRORED) if both else _PLAIN:
        letters = edge_letters(
            description, frame, quadruped=True, flip_h=turn.flip_h, rotation_degrees=turn.rotation
        )
        if _fulfilled(letters, wish):
            return turn
    return None


def _fulfilled(letters: Letters, wish: Edges) -> bool:
    across = not wish.left or _lies(letters.left, letters.right, wish.left)
    return across and (not wish.top or _lies(letters.top, letters.bottom, wish.top))


def _lies(here: str, there: str, wanted: tuple[str, ...]) -> bool:
    """Whether an edge is one of the wanted; the opposite edge tells it as well."""
    if here and here.split("-")[0] in wanted:
        return True
    opposites = {other for letter in wanted for other in _OPPOSITES[letter]}
    return not here and bool(there) and there.split("-")[0] in opposites
