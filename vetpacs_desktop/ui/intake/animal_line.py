"""Paints one animal of a list: its species' sign, its name, its owner and facts, and why it is offered."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from vetpacs_desktop.ui import theme

ANIMAL = int(Qt.ItemDataRole.UserRole)
MORE, WHY = ANIMAL + 1, ANIMAL + 2
HEIGHT, SIGN, GAP = 46, 24, 12


class AnimalDelegate(QStyledItemDelegate):
    """The style draws the ground; the rest is drawn here."""

    # Qt

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        own.text, own.icon = "", QIcon()
        widget = own.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, widget)
        middle = own.rect.center().y()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(picture, QIcon):
            picture.paint(painter, QRect(own.rect.left() + GAP, middle - SIGN // 2, SIGN, SIGN))
        right = own.rect.right() - GAP - self._why(painter, own, str(index.data(WHY) or ""))
        left = own.rect.left() + GAP + SIGN + GAP
        chosen = bool(own.state & QStyle.StateFlag.State_Selected)
        colors = theme.palette_of()
        for font, text, color, top in (
            (theme.font(theme.BASE, bold=True), str(index.data() or ""), "text", middle - 18),
            (theme.font(theme.SECONDARY), str(index.data(MORE) or ""), "text_dim", middle + 1),
        ):
            painter.setFont(font)
            painter.setPen(colors.color("selection_text" if chosen else color))
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, right - left)
            painter.drawText(QRect(left, top, right - left, 18), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def _why(self, painter: QPainter, option: QStyleOptionViewItem, text: str) -> int:
        """Paints the reason at the right; answers how wide it is."""
        if not text:
            return 0
        font = theme.font(theme.SECONDARY)
        width = QFontMetrics(font).horizontalAdvance(text)
        painter.setFont(font)
        painter.setPen(theme.palette_of().color("accent"))
        box = QRect(option.rect.right() - GAP - width, option.rect.top(), width + 2, option.rect.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        return width + GAP
