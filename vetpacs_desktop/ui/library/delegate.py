"""Paints the lines of the study list: two lines of text, badges, the species' icon, the dot of what is new.

Pure drawing from a StudyRow; it never reads files or the index.
"""

from __future__ import annotations

from copy import copy
from datetime import date

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from vetpacs_desktop.store.records import StudyRow
from vetpacs_desktop.ui import theme, words
from vetpacs_desktop.ui.icons import icon, species_icon
from vetpacs_desktop.ui.library.model import STUDY_ROLE, Column

PAD = theme.GRID
ICON = 24
BADGE = 32
"""The narrowest badge: two letters, so that the words behind them stand in line."""
BADGES_SHOWN = 3
MARK = 18
"""The side of the mark of images that came twice."""
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class StudyDelegate(QStyledItemDelegate):
    """One per list; `today` is set again after midnight by whoever owns it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.today = date.today()  # noqa: DTZ011 - the clinic's own day is meant
        self.owner_below = False
        """Whether the owner stands under the animal's name because there is no room for a column."""
        self.hovered = -1
        """The line under the pointer."""
        self._base = _Face(theme.font(theme.BASE))
        self._bold = _Face(theme.font(theme.BASE, bold=True))
        self._small = _Face(theme.font(theme.SECONDARY))
        self._badge = _Face(theme.font(theme.SECONDARY, bold=True))
        self.refresh_theme()

    def refresh_theme(self) -> None:
        """Take the colours of the palette in force."""
        colors = theme.palette_of()
        self._ground = {name: colors.color(name) for name in ("selection", "hover", "line", "skeleton")}
        self._inks = {chosen: _Ink(colors, chosen) for chosen in (False, True)}
        self._pictures: dict[tuple[str, float], QPixmap] = {}

    def _draw_animal(self, painter: QPainter, area: QRect, study: StudyRow, ink: _Ink) -> None:
        spot = QRect(area.left(), area.center().y() - ICON // 2 + 1, ICON, ICON)
        painter.drawPixmap(spot, self._picture(study.species, painter.device().devicePixelRatio()))
        name = study.animal_name or self.tr("No name")
        kind = words.kind(study.species, study.breed)
        if self.owner_below:
            kind = " · ".join(part for part in (study.owner_name, kind) if part)
        font = self._base if study.seen else self._bold
        told = ink if study.animal_name else ink.quiet
        self._two_lines(painter, area.adjusted(ICON + PAD, 0, 0, 0), (name, kind), font, told)

    def _draw_exam(self, painter: QPainter, area: QRect, study: StudyRow, ink: _Ink) -> None:
        x = area.left()
        shown = study.modalities[:BADGES_SHOWN]
        rest = len(study.modalities) - len(shown)
        for word in (*shown, *([f"+{rest}"] if rest else [])):
            x = self._paint_badge(painter, QPointF(x, area.center().y() + 1), word, ink) + 4
        text = study.description or self.tr("No description")
        told = ink if study.description else ink.quiet
        series = self.tr("{n} series").replace("{n}", words.grouped(study.series_count))
        self._two_lines(
            painter, area.adjusted(x - area.left() + 4, 0, 0, 0), (text, series), self._base, told
        )

    def _paint_badge(self, painter: QPainter, at: QPointF, word: str, ink: _Ink) -> int:
        width = max(self._badge.metrics.horizontalAdvance(word) + 12, BADGE)
        box = QRectF(at.x(), at.y() - 9, width, 18)
        painter.setPen(ink.line)
        painter.setBrush(ink.badge)
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(self._badge.font)
        painter.setPen(ink.text)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)
        return int(box.right())

    def _draw_date(self, painter: QPainter, area: QRect, study: StudyRow, ink: _Ink) -> None:
        if study.study_date:
            pair = (words.day(study.study_date, self.today), words.clock(study.study_time))
        else:
            pair = (words.day(study.received_at[:10], self.today), self.tr("received"))
        self._two_lines(painter, area, pair, self._base, ink if study.study_date else ink.quiet)

    def _draw_images(self, painter: QPainter, area: QRect, study: StudyRow, ink: _Ink) -> None:
        painter.setFont(self._base.font)
        painter.setPen(ink.text)
        painter.drawText(area, _RIGHT, words.grouped(study.instance_count))

    def is_on_mark(self, at: QPoint, cell: QRect) -> bool:
        """Whether a point of the list lies on the mark of an exam whose images came twice."""
        area = cell.adjusted(PAD, 0, -PAD, -1)
        return QRect(area.left() - 2, area.top(), MARK + 4, area.height()).contains(at)

    def _draw_state(self, painter: QPainter, area: QRect, study: StudyRow, ink: _Ink) -> None:
        x = area.left()
        if study.conflict_count:
            spot = QRect(x, area.center().y() - 8, MARK, MARK)
            icon("warning", "amber").paint(painter, spot)
            x += MARK + 4
        if not study.seen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink.accent)
            painter.drawEllipse(QPointF(x + 5, area.center().y() + 1), 4, 4)
            painter.setFont(self._small.font)
            painter.setPen(ink.text)
            painter.drawText(area.adjusted(x - area.left() + 14, 0, 0, 0), _LEFT, self.tr("New"))

    def _two_lines(
        self, painter: QPainter, area: QRect, pair: tuple[str, str], face: _Face, ink: _Ink
    ) -> None:
        upper, lower = area.adjusted(0, 4, 0, 0), area.adjusted(0, 0, 0, -4)
        upper.setHeight(17)
        lower.setTop(lower.bottom() - 14)
        if not pair[1]:
            upper = area
        for text, one, box, color in (
            (pair[0], face, upper, ink.text),
            (pair[1], self._small, lower, ink.dim),
        ):
            if text:
                painter.setFont(one.font)
                painter.setPen(color)
                shown = one.metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
                painter.drawText(box, _LEFT, shown)

    def _picture(self, species: str, ratio: float) -> QPixmap:
        found = self._pictures.get((species, ratio))
        if found is None:
            found = species_icon(species, "text_dim").pixmap(QSize(ICON, ICON), ratio)
            self._pictures[species, ratio] = found
        return found

    def _draw_skeleton(self, painter: QPainter, area: QRect, column: Column) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ground["skeleton"])
        width = int(area.width() * (0.72 if column in (Column.ANIMAL, Column.EXAM) else 0.5))
        painter.drawRoundedRect(area.left(), area.center().y() - 6, width, 12, 4, 4)

    # Qt

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        over = index.row() == self.hovered
        if chosen or over:
            painter.fillRect(rect, self._ground["selection" if chosen else "hover"])
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, self._ground["line"])
        area = rect.adjusted(PAD, 0, -PAD, -1)
        study: StudyRow | None = index.data(STUDY_ROLE)
        column = Column(index.column())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if study is None:
            self._draw_skeleton(painter, area, column)
        else:
            self._draw(column, painter, area, study, self._inks[chosen])
        painter.restore()

    def _draw(self, column: Column, painter: QPainter, area: QRect, study: StudyRow, ink: _Ink) -> None:
        match column:
            case Column.ANIMAL:
                self._draw_animal(painter, area, study, ink)
            case Column.OWNER:
                self._two_lines(painter, area, (study.owner_name, ""), self._base, ink)
            case Column.EXAM:
                self._draw_exam(painter, area, study, ink)
            case Column.DATE:
                self._draw_date(painter, area, study, ink)
            case Column.IMAGES:
                self._draw_images(painter, area, study, ink)
            case Column.STATE:
                self._draw_state(painter, area, study, ink)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, theme.ROW)


class _Face:
    """A font with its measures."""

    __slots__ = ("font", "metrics")

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetrics(font)


class _Ink:
    """The colours of one line."""

    __slots__ = ("accent", "badge", "dim", "line", "quiet", "text")

    def __init__(self, colors: theme.Palette, chosen: bool) -> None:
        self.text: QColor = colors.color("selection_text" if chosen else "text")
        self.dim: QColor = self.text if chosen else colors.color("text_dim")
        self.line: QColor = colors.color("line")
        self.badge: QColor = colors.color("hover")
        self.accent: QColor = colors.color("accent")
        self.quiet: _Ink = copy(self)
        """The same, for words that stand in for what is not known."""
        self.quiet.text = self.dim
