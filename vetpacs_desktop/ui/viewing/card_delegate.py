"""Paints one card of the series strip: the thumbnail, up to two lines of words, how many images."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPixmap, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.icons import icon

THUMBNAIL = 96
CARD_HEIGHT = THUMBNAIL + 66
LINES = 2
_EDGE = 6


class Role(IntEnum):
    """What an item carries beside its title."""

    UNIT = Qt.ItemDataRole.UserRole.value + 1
    AMOUNT = Qt.ItemDataRole.UserRole.value + 2
    PICTURE = Qt.ItemDataRole.UserRole.value + 3
    WARNED = Qt.ItemDataRole.UserRole.value + 4
    SIGN = Qt.ItemDataRole.UserRole.value + 5
    KEYS = Qt.ItemDataRole.UserRole.value + 6
    EXAM = Qt.ItemDataRole.UserRole.value + 7


class CardDelegate(QStyledItemDelegate):
    """See the module."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        palette = theme.palette_of()
        rect: QRect = option.rect.adjusted(4, 3, -4, -3)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(palette.color("accent"))
            painter.setBrush(palette.color("selection"))
            painter.drawRoundedRect(rect, theme.RADIUS, theme.RADIUS)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color("hover"))
            painter.drawRoundedRect(rect, theme.RADIUS, theme.RADIUS)
        picture = QRect(rect.center().x() - THUMBNAIL // 2, rect.top() + _EDGE, THUMBNAIL, THUMBNAIL)
        self._paint_picture(painter, picture, index)
        self._paint_exam(painter, rect, picture.bottom(), index)
        words = QRect(rect.left() + _EDGE, picture.bottom() + 4, rect.width() - 2 * _EDGE, rect.bottom())
        self._paint_words(painter, words, index)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(THUMBNAIL + 24, CARD_HEIGHT)

    def _paint_picture(
        self, painter: QPainter, place: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        palette = theme.palette_of()
        pixmap = index.data(Role.PICTURE)
        painter.fillRect(place, palette.color("image_black"))
        if isinstance(pixmap, QPixmap):
            painter.drawPixmap(place, pixmap)
        else:
            icon(index.data(Role.SIGN) or "images", "text_disabled").paint(
                painter, place.adjusted(32, 32, -32, -32)
            )
        if index.data(Role.WARNED):
            icon("warning", "amber").paint(painter, QRect(place.right() - 20, place.top() + 2, 18, 18))
        if index.data(Role.KEYS):
            star = QRect(place.left() + 2, place.top() + 2, 20, 20)
            painter.fillRect(star, palette.color("image_black"))
            icon("key_image", "accent").paint(painter, star.adjusted(1, 1, -1, -1))

    def _paint_exam(
        self, painter: QPainter, card: QRect, bottom: int, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Over the thumbnail's lower edge, as wide as the card: that these are images of another day."""
        said = index.data(Role.EXAM)
        if not said:
            return
        palette, font = theme.palette_of(), theme.font(theme.SECONDARY, bold=True)
        height = QFontMetrics(font).height() + 2
        band = QRect(card.left() + 1, bottom - height + 1, card.width() - 2, height)
        painter.fillRect(band, palette.color("image_black"))
        painter.setFont(font)
        painter.setPen(palette.color("image_attention"))
        painter.drawText(band, Qt.AlignmentFlag.AlignCenter, said)

    def _paint_words(
        self, painter: QPainter, place: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        palette = theme.palette_of()
        font = theme.font(theme.SECONDARY)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        painter.setPen(palette.color("text"))
        top = place.top()
        for line in _wrapped(index.data(), font_metrics=metrics, width=place.width()):
            painter.drawText(
                QRect(place.left(), top, place.width(), metrics.height()), Qt.AlignmentFlag.AlignHCenter, line
            )
            top += metrics.height()
        painter.setPen(palette.color("text_dim"))
        painter.drawText(
            QRect(place.left(), top, place.width(), metrics.height()),
            Qt.AlignmentFlag.AlignHCenter,
            index.data(Role.AMOUNT),
        )


def _wrapped(text: str, font_metrics: QFontMetrics, width: int) -> list[str]:
    """At most LINES lines, broken between words where possible; the last one ends in an ellipsis."""
    layout = QTextLayout(text, theme.font(theme.SECONDARY))
    layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
    layout.beginLayout()
    starts = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        starts.append(line.textStart())
    layout.endLayout()
    ends = [*starts[1:], len(text)]
    lines = [text[a:b].strip() for a, b in zip(starts, ends, strict=True)]
    if len(lines) > LINES:
        rest = text[starts[LINES - 1] :].strip()
        lines = [*lines[: LINES - 1], font_metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width)]
    return lines
