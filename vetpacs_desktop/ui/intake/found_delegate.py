"""Paints the lines of what was found: tick, picture, and two lines of words."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QImage, QPainter, QPainterPath, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from vetpacs_desktop.ui import theme

MORE = int(Qt.ItemDataRole.UserRole) + 2
"""The second line."""
PICTURE = 56
SIGN = 28
"""Side of an icon where there is no picture."""
TALL, LOW = PICTURE + theme.GRID, 48
GAP = 12


class FoundDelegate(QStyledItemDelegate):
    """The style draws ground and tick, which keep their places for the mouse; the rest is drawn here."""

    # Qt

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, TALL if index.parent().isValid() else LOW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        if index.column() != 0:
            super().paint(painter, option, index)
            return
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        widget = own.widget
        style = widget.style() if widget is not None else QApplication.style()
        tick = style.subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, own, widget)
        image = index.data(Qt.ItemDataRole.DecorationRole)
        own.text, own.icon = "", QIcon()
        own.features &= ~QStyleOptionViewItem.ViewItemFeature.HasDecoration
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, widget)
        side = PICTURE if index.parent().isValid() else SIGN
        box = QRect(tick.right() + GAP, own.rect.center().y() - side // 2, side, side)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(image, QImage):
            _paint_image(painter, box, image)
        elif isinstance(image, QIcon):
            sign = QRect(0, 0, SIGN, SIGN)
            sign.moveCenter(box.center())
            image.paint(painter, sign)
        left = tick.right() + GAP + (PICTURE if index.parent().isValid() else SIGN) + GAP
        _paint_words(painter, own, left, index)
        painter.restore()


def _paint_image(painter: QPainter, box: QRect, image: QImage) -> None:
    path = QPainterPath()
    path.addRoundedRect(QRectF(box), 4, 4)
    painter.fillPath(path, theme.palette_of().color("image_black"))
    painter.save()
    painter.setClipPath(path)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    size = image.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(0, 0, size.width(), size.height())
    place.moveCenter(box.center())
    painter.drawImage(place, image)
    painter.restore()


def _paint_words(
    painter: QPainter,
    option: QStyleOptionViewItem,
    left: int,
    index: QModelIndex | QPersistentModelIndex,
) -> None:
    colors = theme.palette_of()
    chosen = bool(option.state & QStyle.StateFlag.State_Selected)
    middle = option.rect.center().y()
    width = option.rect.right() - left - theme.GRID
    strong = not index.parent().isValid()
    for font, text, color, top in (
        (theme.font(theme.BASE, bold=strong), str(index.data() or ""), "text", middle - 18),
        (theme.font(theme.SECONDARY), str(index.data(MORE) or ""), "text_dim", middle + 1),
    ):
        painter.setFont(font)
        painter.setPen(
            option.palette.color(QPalette.ColorRole.HighlightedText) if chosen else colors.color(color)
        )
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRect(left, top, width, 18), Qt.AlignmentFlag.AlignVCenter, shown)
