"""Outlines of teeth as a chart shows them, from the cheek's side: crown, roots, and where findings sit.

A scheme, not anatomy: number of roots and kind of crown tell teeth apart. In a square of one unit's width, x
from -0.5 to 0.5, y from the biting edge (0) over the neck (`NECK`) to the tips of the roots (1).
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QPolygonF

from vetpacs_desktop.viewer.measure.veterinary.dental import Kind, Tooth, carnassial

NECK = 0.42
Spot = tuple[float, float]

_ROOTS_DOG = {"upper": {5: 1, 6: 2, 7: 2, 8: 3, 9: 3, 10: 3}, "lower": {5: 1, 11: 1}}
_ROOTS_CAT = {"upper": {6: 1, 7: 2, 8: 3, 9: 1}, "lower": {}}
_WIDTHS = {Kind.INCISOR: 22.0, Kind.CANINE: 27.0, Kind.PREMOLAR: 31.0, Kind.MOLAR: 34.0}
_SMALL = 22.0
_TALL = ("horse", "rabbit")


@dataclass(frozen=True, slots=True)
class Outline:
    """One tooth."""

    crown: QPainterPath
    roots: tuple[QPainterPath, ...]
    tips: tuple[Spot, ...]
    """Of the roots."""
    canals: tuple[tuple[Spot, Spot], ...]
    """From the neck to just before each tip."""


def width_of(tooth: Tooth, species: str) -> float:
    """In units of the chart."""
    if carnassial(tooth, species):
        return 42.0
    if species in ("dog", "horse") and tooth.place == 5:
        return _SMALL
    if species == "dog" and not tooth.upper and tooth.place == 11:
        return _SMALL
    if species == "cat" and tooth.upper and tooth.place in (6, 9):
        return _SMALL
    if species == "rabbit" and tooth.place == 2:
        return 14.0
    return _WIDTHS[tooth.kind]


def roots_of(tooth: Tooth, species: str) -> int:
    """How many are drawn."""
    if tooth.kind in (Kind.INCISOR, Kind.CANINE) or species == "rabbit":
        return 1
    if species == "horse":
        return 1 if tooth.place == 5 else 2
    table = _ROOTS_CAT if species == "cat" else _ROOTS_DOG
    if tooth.deciduous:
        carnassial_place = 7 if species == "cat" else 8
        return 3 if tooth.upper and tooth.place == carnassial_place else 2
    return table["upper" if tooth.upper else "lower"].get(tooth.place, 2)


def outline(tooth: Tooth, species: str) -> Outline:
    """The shape of a tooth."""
    tall = (
        species in _TALL and tooth.kind in (Kind.PREMOLAR, Kind.MOLAR) and width_of(tooth, species) > _SMALL
    )
    crown = _crown(tooth, tall)
    count = roots_of(tooth, species)
    ends = _tips(count, tall)
    open_root = species == "rabbit"
    roots, canals = [], []
    share = 0.76 / count
    for number, tip in enumerate(ends):
        left = -0.38 + number * share
        roots.append(_root(left, left + share, tip, open_root=open_root))
        middle = left + share / 2
        canals.append(((middle, NECK), (0.2 * middle + 0.8 * tip[0], tip[1] - 0.08)))
    return Outline(crown, tuple(roots), tuple(ends), tuple(canals))


def _tips(count: int, tall: bool) -> list[Spot]:
    deep = 0.88 if tall else 1.0
    if count == 1:
        return [(0.04, deep)]
    if count == 2:
        return [(-0.27, deep), (0.27, deep)]
    return [(-0.33, deep), (0.0, deep - 0.06), (0.33, deep)]


def _root(left: float, right: float, tip: Spot, *, open_root: bool) -> QPainterPath:
    """Tapering to its tip; teeth that grow all their life stay open."""
    path = QPainterPath(QPointF(left, NECK))
    x, y = tip
    if open_root:
        path.lineTo(left + 0.03, y)
        path.moveTo(right - 0.03, y)
        path.lineTo(right, NECK)
        return path
    bend = NECK + 0.62 * (y - NECK)
    path.cubicTo(QPointF(left + 0.01, bend), QPointF(x - 0.09, y), QPointF(x, y))
    path.cubicTo(QPointF(x + 0.09, y), QPointF(right - 0.01, bend), QPointF(right, NECK))
    return path


def _crown(tooth: Tooth, tall: bool) -> QPainterPath:
    if tall:
        return _closed(
            [(-0.4, NECK), (-0.43, 0.06), (-0.2, 0.0), (0.0, 0.05), (0.2, 0.0), (0.43, 0.06), (0.4, NECK)]
        )
    if tooth.kind is Kind.INCISOR:
        path = QPainterPath(QPointF(-0.36, NECK))
        path.cubicTo(QPointF(-0.44, 0.3), QPointF(-0.42, 0.14), QPointF(-0.34, 0.1))
        path.lineTo(0.34, 0.1)
        path.cubicTo(QPointF(0.42, 0.14), QPointF(0.44, 0.3), QPointF(0.36, NECK))
        path.closeSubpath()
        return path
    if tooth.kind is Kind.CANINE:
        path = QPainterPath(QPointF(-0.38, NECK))
        path.cubicTo(QPointF(-0.42, 0.2), QPointF(-0.2, 0.04), QPointF(0.02, -0.04))
        path.cubicTo(QPointF(0.3, 0.02), QPointF(0.44, 0.2), QPointF(0.38, NECK))
        path.closeSubpath()
        return path
    if tooth.kind is Kind.PREMOLAR:
        return _closed(
            [
                (-0.4, NECK),
                (-0.46, 0.27),
                (-0.28, 0.2),
                (-0.04, 0.0),
                (0.16, 0.18),
                (0.3, 0.16),
                (0.46, 0.27),
                (0.4, NECK),
            ]
        )
    return _closed(
        [
            (-0.4, NECK),
            (-0.46, 0.22),
            (-0.3, 0.08),
            (-0.12, 0.2),
            (0.06, 0.1),
            (0.22, 0.2),
            (0.36, 0.12),
            (0.46, 0.24),
            (0.4, NECK),
        ]
    )


def _closed(spots: list[Spot]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(*spot) for spot in spots]))
    path.closeSubpath()
    return path
