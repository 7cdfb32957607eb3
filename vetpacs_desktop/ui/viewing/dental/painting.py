"""Paints the chart: teeth with numbers, findings as signs on the tooth and as short words beside it.

Every finding has letters and most a form of their own, so that nothing rests on colour. Paints in whatever
colours it is given, on the screen or on paper. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.viewing.dental.rows import SIGNS
from vetpacs_desktop.ui.viewing.dental.shapes import NECK, Outline, outline, width_of
from vetpacs_desktop.viewer.measure.veterinary.charting import FINDINGS, Chart, FindingValue
from vetpacs_desktop.viewer.measure.veterinary.dental import Tooth

GAP = 20.0
"""Between the two sides, in units of the chart."""
NUMBER = 18
SIDES = 18
"""For the words that tell left from right."""
LINE = 13
MOST_LINES = 5
_GONE = ("missing", "extracted")
_TALLEST = 3.4
"""A tooth's height in its usual width: a very large window makes no stakes of them."""

Found = Mapping[str, FindingValue]


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours of a chart."""

    tooth: QColor
    fill: QColor
    text: QColor
    dim: QColor
    sign: QColor
    chosen: QColor
    chosen_fill: QColor
    shown: QColor

    @classmethod
    def of(cls, palette: theme.Palette) -> Ink:
        """Of a theme."""
        names = ("text_dim", "field", "text", "text_dim", "amber", "accent", "selection", "accent")
        return cls(*(palette.color(name) for name in names))


@dataclass(frozen=True, slots=True)
class Cell:
    """Where one tooth stands."""

    tooth: Tooth
    box: QRectF
    """Its whole column of the jaw, to click."""
    bite: float
    """The row of its biting edge."""
    height: float
    """Positive downwards: of the lower jaw; negative of the upper."""

    @property
    def middle(self) -> float:
        return self.box.center().x()


@dataclass(frozen=True, slots=True)
class ChartPicture:
    """All that is painted."""

    chart: Chart
    deciduous: bool = False
    chosen: Tooth | None = None
    shown: frozenset[Tooth] = field(default_factory=frozenset)
    """On the radiograph that is on the screen."""


def row_of(chart: Chart, *, upper: bool, deciduous: bool) -> tuple[Tooth, ...]:
    """One jaw from the animal's right to its left: the species' own teeth, and what was found beyond."""
    own = set(chart.formula.row(upper=upper, deciduous=deciduous))
    extra = {one for one in chart.findings if one.upper is upper and one.deciduous is deciduous}
    teeth = own | extra
    right = sorted((one for one in teeth if one.right), reverse=True)
    return (*right, *sorted(one for one in teeth if not one.right))


def lay_out(picture: ChartPicture, area: QRectF) -> tuple[Cell, ...]:
    """The places of all teeth in an area."""
    species = picture.chart.species
    area = area.adjusted(0, SIDES, 0, 0)
    rows = {up: row_of(picture.chart, upper=up, deciduous=picture.deciduous) for up in (True, False)}
    widest = max((sum(width_of(one, species) for one in row) + GAP for row in rows.values()), default=1.0)
    scale = area.width() / max(widest, 1.0)
    middle = area.center().y()
    room = area.height() / 2 - NUMBER - MOST_LINES * LINE - 10
    height = max(24.0, min(room, _TALLEST * 31.0 * scale))
    cells: list[Cell] = []
    for upper, row in rows.items():
        left = area.center().x() - (sum(width_of(one, species) for one in row) + GAP) * scale / 2
        before: Tooth | None = None
        for tooth in row:
            if before is not None and before.right and not tooth.right:
                left += GAP * scale
            width = width_of(tooth, species) * scale
            top = area.top() if upper else middle
            box = QRectF(left, top, width, area.height() / 2)
            way = -1.0 if upper else 1.0
            cells.append(Cell(tooth, box, middle + way * (NUMBER + 12), way * height))
            left += width
            before = tooth
    return tuple(cells)


def paint(painter: QPainter, picture: ChartPicture, area: QRectF, ink: Ink, words: Sequence[str]) -> None:
    """The chart; `words` are right, left, upper and lower, as they are said."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    cells = lay_out(picture, area)
    painter.setFont(theme.font(theme.SECONDARY))
    painter.setPen(ink.dim)
    middle = area.adjusted(0, SIDES, 0, 0).center().y()
    for text, box, flag in (
        (words[0], QRectF(area.left(), area.top(), 160, 16), Qt.AlignmentFlag.AlignLeft),
        (words[1], QRectF(area.right() - 160, area.top(), 160, 16), Qt.AlignmentFlag.AlignRight),
    ):
        painter.drawText(box, flag, text)
    painter.setPen(QPen(ink.dim, 1, Qt.PenStyle.DotLine))
    centre = area.center().x()
    painter.drawLine(QPointF(centre, area.top() + 18), QPointF(centre, area.bottom()))
    painter.drawLine(QPointF(area.left(), middle), QPointF(area.right(), middle))
    for cell in cells:
        _paint_cell(painter, cell, picture, ink)


def _paint_cell(painter: QPainter, cell: Cell, picture: ChartPicture, ink: Ink) -> None:
    found = picture.chart.at(cell.tooth)
    chosen = cell.tooth == picture.chosen
    if chosen:
        painter.setPen(QPen(ink.chosen, 1.5))
        painter.setBrush(ink.chosen_fill)
        painter.drawRoundedRect(cell.box.adjusted(1, 2, -1, -2), theme.RADIUS, theme.RADIUS)
    shape = outline(cell.tooth, picture.chart.species)
    place = QTransform(cell.box.width() * 0.94, 0, 0, cell.height, cell.middle, cell.bite)
    _paint_tooth(painter, shape, place, found, ink)
    for name in found:
        _DRAWN.get(name, _nothing)(painter, shape, place, ink)
    _paint_words(painter, cell, found, picture, ink)


def _paint_tooth(painter: QPainter, shape: Outline, place: QTransform, found: Found, ink: Ink) -> None:
    gone = any(name in found for name in _GONE)
    style = Qt.PenStyle.SolidLine
    if gone:
        style = Qt.PenStyle.DashLine
    elif "unerupted" in found:
        style = Qt.PenStyle.DotLine
    crown_style = Qt.PenStyle.DashLine if "root_remnant" in found else style
    painter.setBrush(Qt.BrushStyle.NoBrush if gone else ink.fill)
    for root in shape.roots:
        painter.setPen(QPen(ink.tooth, theme.STROKE, style))
        painter.drawPath(place.map(root))
    painter.setPen(QPen(ink.tooth, theme.STROKE, crown_style))
    if "root_remnant" in found:
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(place.map(shape.crown))


def _paint_words(painter: QPainter, cell: Cell, found: Found, picture: ChartPicture, ink: Ink) -> None:
    """The number between the jaws, the signs' letters beyond the roots."""
    middle_row = cell.box.bottom() if cell.height < 0 else cell.box.top()
    top = middle_row - NUMBER - 3 if cell.height < 0 else middle_row + 3
    chosen = cell.tooth == picture.chosen
    painter.setFont(theme.font(theme.SECONDARY, bold=chosen))
    painter.setPen(ink.text)
    painter.drawText(_wide(cell, top, NUMBER), Qt.AlignmentFlag.AlignCenter, str(cell.tooth))
    if cell.tooth in picture.shown:
        painter.setPen(QPen(ink.shown, 3))
        under = top + NUMBER + (1 if cell.height < 0 else 0) - (0 if cell.height < 0 else 1)
        painter.drawLine(QLineF(cell.box.left() + 3, under, cell.box.right() - 3, under))
    lines = signs_of(found)
    if len(lines) > MOST_LINES:
        lines = (*lines[: MOST_LINES - 1], f"+{len(lines) - MOST_LINES + 1}")
    painter.setFont(theme.font(theme.SECONDARY, bold=True))
    painter.setPen(ink.sign)
    beyond = cell.bite + cell.height + (4 if cell.height > 0 else -4)
    for number, text in enumerate(lines):
        at = beyond + number * LINE if cell.height > 0 else beyond - (number + 1) * LINE
        painter.drawText(_wide(cell, at, LINE), Qt.AlignmentFlag.AlignCenter, text)


def _wide(cell: Cell, top: float, height: float) -> QRectF:
    """Words may be a little wider than a narrow tooth."""
    return QRectF(cell.middle - 26, top, 52, height)


def signs_of(found: Found) -> tuple[str, ...]:
    """The short words of a tooth's findings, each with its grade or depth."""
    ordered = sorted(found, key=list(FINDINGS).index)
    return tuple(
        SIGNS[name] if FINDINGS[name].is_mark else f"{SIGNS[name]}{found[name]:g}" for name in ordered
    )


# --- the signs on the tooth -----------------------------------------------------------------------

_Draw = Callable[[QPainter, Outline, QTransform, Ink], object]


def _pen(ink: Ink, width: float = 2.0) -> QPen:
    return QPen(ink.sign, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)


def _nothing(_painter: QPainter, _shape: Outline, _place: QTransform, _ink: Ink) -> None:
    """The letters beside the tooth say it."""


def _lines(*ways: Sequence[tuple[float, float]]) -> _Draw:
    """Open strokes in the tooth's own square."""

    def draw(painter: QPainter, _shape: Outline, place: QTransform, ink: Ink) -> None:
        painter.setPen(_pen(ink))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for way in ways:
            path = QPainterPath(QPointF(*way[0]))
            for spot in way[1:]:
                path.lineTo(*spot)
            painter.drawPath(place.map(path))

    return draw


def _dot(spot: tuple[float, float], radius: float, *, filled: bool = True) -> _Draw:
    def draw(painter: QPainter, _shape: Outline, place: QTransform, ink: Ink) -> None:
        painter.setPen(_pen(ink))
        painter.setBrush(ink.sign if filled else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(place.map(QPointF(*spot)), radius, radius)

    return draw


def _tips(painter: QPainter, shape: Outline, place: QTransform, ink: Ink) -> None:
    painter.setPen(_pen(ink))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for tip in shape.tips:
        painter.drawEllipse(place.map(QPointF(*tip)), 5, 5)


def _canals(painter: QPainter, shape: Outline, place: QTransform, ink: Ink) -> None:
    painter.setPen(_pen(ink, 3.0))
    for start, end in shape.canals:
        painter.drawLine(place.map(QPointF(*start)), place.map(QPointF(*end)))


def _hatched(painter: QPainter, shape: Outline, place: QTransform, ink: Ink) -> None:
    painter.setPen(_pen(ink, 1.5))
    painter.setBrush(QColor(ink.sign))
    brush = painter.brush()
    brush.setStyle(Qt.BrushStyle.BDiagPattern)
    painter.setBrush(brush)
    painter.drawPath(place.map(shape.crown))


def _dotted(painter: QPainter, shape: Outline, place: QTransform, ink: Ink) -> None:
    brush = painter.brush()
    brush.setColor(ink.sign)
    brush.setStyle(Qt.BrushStyle.Dense6Pattern)
    painter.setBrush(brush)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPath(place.map(shape.crown))


def _together(*draws: _Draw) -> _Draw:
    def draw(painter: QPainter, shape: Outline, place: QTransform, ink: Ink) -> None:
        for one in draws:
            one(painter, shape, place, ink)

    return draw


_CRACK = ((-0.42, 0.34), (-0.2, 0.2), (-0.02, 0.32), (0.18, 0.18), (0.42, 0.3))
_DRAWN: Mapping[str, _Draw] = {
    "extracted": _lines(((-0.45, 0.02), (0.45, 0.95)), ((0.45, 0.02), (-0.45, 0.95))),
    "rotated": _lines(((-0.3, 0.26), (0.3, 0.26)), ((0.14, 0.2), (0.3, 0.26), (0.14, 0.32))),
    "supernumerary": _lines(((-0.1, 0.25), (0.1, 0.25)), ((0.0, 0.19), (0.0, 0.31))),
    "fracture_closed": _lines(_CRACK),
    "fracture_open": _together(_lines(_CRACK), _dot((0.0, NECK - 0.02), 4)),
    "caries": _dot((0.18, 0.28), 4),
    "periapical": _tips,
    "root_filled": _canals,
    "restored": _hatched,
    "discoloured": _dotted,
    "calculus": _lines(
        ((-0.44, NECK - 0.05), (0.44, NECK - 0.05)), ((-0.42, NECK - 0.09), (0.42, NECK - 0.09))
    ),
    "gingivitis": _lines(
        (
            (-0.5, NECK + 0.02),
            (-0.25, NECK - 0.02),
            (0.0, NECK + 0.02),
            (0.25, NECK - 0.02),
            (0.5, NECK + 0.02),
        )
    ),
    "furcation": _lines(
        ((-0.14, NECK + 0.22), (0.0, NECK + 0.04), (0.14, NECK + 0.22), (-0.14, NECK + 0.22))
    ),
    "mobility": _lines(((-0.5, 0.1), (-0.5, 0.3)), ((0.5, 0.1), (0.5, 0.3))),
    "recession": _lines(((-0.5, NECK + 0.12), (0.5, NECK + 0.12))),
    "probing_depth": _lines(((-0.5, NECK - 0.06), (-0.5, NECK + 0.28))),
    "resorption_stage": _lines(
        ((-0.4, NECK + 0.02), (-0.22, NECK + 0.08), (-0.26, NECK + 0.18), (-0.42, NECK + 0.2))
    ),
}
