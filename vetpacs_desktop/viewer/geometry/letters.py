"""Orientation letters at the four edges of a picture, as it stands on the screen.

Biped letters are R L A P H F; quadruped ones LE RT D V CR CD and, for heads and limbs, R(ostral) M L(ateral)
PR DI PA PL (PS3.3 C.7.6.1.1.1). R and L mean different things in the two, so a letter is never carried over
unless its meaning is. Where the orientation is not known there are no letters: a wrong side is worse than
none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from vetpacs_desktop.viewer.description import ImageDescription

OBLIQUE = math.sin(math.radians(10.0))
"""A direction that leans less than 10 degrees out of an axis is named by that axis alone."""

_EXACT = 1e-9

_BIPED_AXES = (("L", "R"), ("P", "A"), ("H", "F"))
_QUADRUPED_AXES = (("LE", "RT"), ("D", "V"), ("CR", "CD"))
"""Letters of +x/-x, +y/-y, +z/-z."""

_TO_QUADRUPED = {"L": "LE", "R": "RT", "P": "D", "A": "V", "H": "CR", "F": "CD"}
_TO_BIPED = {quadruped: biped for biped, quadruped in _TO_QUADRUPED.items()}
_BIPED_OPPOSITES = {"L": "R", "R": "L", "A": "P", "P": "A", "H": "F", "F": "H"}
_QUADRUPED_OPPOSITES = {
    **{"LE": "RT", "RT": "LE", "D": "V", "V": "D", "CR": "CD", "CD": "CR"},
    **{"R": "CD", "M": "L", "L": "M", "PR": "DI", "DI": "PR", "PA": "D", "PL": "D"},
}
_LIMB = frozenset(("PR", "DI", "PA", "PL", "M", "L"))
_TOKENS = {
    False: re.compile(r"[LRAPHF]"),
    True: re.compile(r"LE|RT|CR|CD|PR|DI|PA|PL|[DVRML]"),
}


@dataclass(frozen=True, slots=True)
class Letters:
    """What stands at each edge of the picture on screen; "" where it is not known."""

    left: str = ""
    right: str = ""
    top: str = ""
    bottom: str = ""

    def __bool__(self) -> bool:
        return any((self.left, self.right, self.top, self.bottom))


def edge_letters(
    description: ImageDescription,
    frame: int = 0,
    *,
    quadruped: bool | None = None,
    flip_h: bool = False,
    flip_v: bool = False,
    rotation_degrees: float = 0.0,
) -> Letters:
    """Letters of a frame that is first flipped, then turned clockwise on the screen by `rotation_degrees`.

    `quadruped` overrides AnatomicalOrientationType and changes the labels only; None follows the file.
    """
    facts = description.frames[min(max(frame, 0), len(description.frames) - 1)]
    if facts.orientation is None and not description.patient_orientation:
        return Letters()
    right, down = _screen_axes(flip_h, flip_v, rotation_degrees)
    four = [_opposite_way(right), right, _opposite_way(down), down]
    if facts.orientation is not None:
        wide = description.orientation_type == "QUADRUPED" if quadruped is None else quadruped
        across, below = facts.orientation[:3], facts.orientation[3:]
        return Letters(*(vector_letters(_mix(across, below, way), quadruped=wide) for way in four))
    stated = _stated(description.patient_orientation, description.orientation_type)
    return Letters(*(_stated_letters(stated, way, quadruped) for way in four))


def vector_letters(direction: Sequence[float], *, quadruped: bool) -> str:
    """The name of a direction in the animal: up to three letters, the largest share first."""
    axes = _QUADRUPED_AXES if quadruped else _BIPED_AXES
    length = math.sqrt(sum(part * part for part in direction))
    if length < _EXACT:
        return ""
    shares = [(abs(part) / length, pair[part < 0]) for part, pair in zip(direction, axes, strict=True)]
    return _joined(shares, quadruped)


def _joined(shares: Sequence[tuple[float, str]], quadruped: bool) -> str:
    # Rounding first: two equal shares must keep the order of the axes on both opposite edges.
    ordered = sorted(shares, key=lambda share: -round(share[0], 6))
    words = [word for share, word in ordered if share >= OBLIQUE]
    return ("-" if quadruped else "").join(words)


def _screen_axes(
    flip_h: bool, flip_v: bool, degrees: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The image directions (columns, rows) that point to the right and down on the screen."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    mirror_x, mirror_y = (-1.0 if flip_h else 1.0), (-1.0 if flip_v else 1.0)
    # screen = turn * mirror * image, with y down; its transpose leads back from the screen to the image.
    return (mirror_x * cos, -mirror_y * sin), (mirror_x * sin, mirror_y * cos)


def _opposite_way(way: tuple[float, float]) -> tuple[float, float]:
    return -way[0], -way[1]


def _mix(across: Sequence[float], below: Sequence[float], way: tuple[float, float]) -> tuple[float, ...]:
    return tuple(a * way[0] + b * way[1] for a, b in zip(across, below, strict=True))


@dataclass(frozen=True, slots=True)
class _Stated:
    """PatientOrientation taken apart: letters towards the right and towards the bottom of the image."""

    right: tuple[str, ...]
    down: tuple[str, ...]
    quadruped: bool


def _stated(values: Sequence[str], orientation_type: str) -> _Stated:
    quadruped = orientation_type == "QUADRUPED"
    if not orientation_type:  # many devices write quadruped letters without saying so
        written = [value for value in values if value]
        quadruped = all(_tokens(value, True) for value in written) and not _makes_sense(
            [_tokens(value, False) for value in written]
        )
    words = [_tokens(value, quadruped) for value in (*values, "", "")]
    return _Stated(words[0], words[1], quadruped)


def _makes_sense(values: Sequence[tuple[str, ...]]) -> bool:
    """Whether two directions can be those of a biped: ``PA`` names both ends of one axis, which is palmar;
    ``L`` beside ``PR`` leaves no room for a share of right, so that is lateral and proximal."""
    axes = [[min(word, _BIPED_OPPOSITES[word]) for word in words] for words in values]
    if not all(axes) or any(len(set(one)) < len(one) for one in axes):
        return False
    return not any(len(one) == 1 and one[0] in other for one in axes for other in axes if other is not one)


def _tokens(value: str, quadruped: bool) -> tuple[str, ...]:
    """The letters in one value, or () when anything in it is not a letter of this set."""
    compact = re.sub(r"[\s\-_/]", "", value)
    found = _TOKENS[quadruped].findall(compact)
    return tuple(found) if "".join(found) == compact else ()


def _stated_letters(stated: _Stated, way: tuple[float, float], wanted: bool | None) -> str:
    """The name of an image direction from the letters of the two axes, in the wanted set of letters."""
    limb = bool(_LIMB & {*stated.right, *stated.down}) and stated.quadruped
    shares = []
    for share, words in ((way[0], stated.right), (way[1], stated.down)):
        named = words if share > 0 else _opposites(words, stated.quadruped, limb)
        shares.append((abs(share), _translated(named, stated.quadruped, wanted)))
    shown = stated.quadruped if wanted is None else wanted
    return _joined([(share, word) for share, word in shares if word], shown)


def _opposites(words: tuple[str, ...], quadruped: bool, limb: bool) -> tuple[str, ...]:
    """The letters of the other end; none when one of them has no single opposite."""
    # In a limb the other end of dorsal is palmar or plantar: the header does not say which.
    if limb and "D" in words:
        return ()
    table = _QUADRUPED_OPPOSITES if quadruped else _BIPED_OPPOSITES
    return tuple(table[word] for word in words)


def _translated(words: tuple[str, ...], quadruped: bool, wanted: bool | None) -> str:
    if wanted is not None and wanted != quadruped:
        table = _TO_QUADRUPED if wanted else _TO_BIPED
        if any(word not in table for word in words):
            return ""
        words = tuple(table[word] for word in words)
    return ("-" if (quadruped if wanted is None else wanted) else "").join(words)
