"""The tool wheel as it is drawn over the page, and what mouse and keys choose on it. Does nothing itself.

It covers the page while it is open, so that a click beside it only closes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
)
from PySide6.QtWidgets import QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.icons import DRAWN, GLYPHS, icon
from vetpacs_desktop.ui.mouse_map import INNER
from vetpacs_desktop.ui.viewing.wheel.sectors import HUB, Sectors

ICON = 22
WORDS = 78.0
"""Logical pixels for the words of an entry."""
EDGE = 4.0
GLASS = 238
"""How little of the picture shows through, of 255."""


class Ring(QWidget):
    """Two rings of actions."""

    chosen = Signal(QAction)
    closed = Signal()

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.setObjectName("tool_wheel_ring")
        self.setAccessibleName(self.tr("Tool wheel"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.hide()
        self._actions: Sequence[QAction] = ()
        self.sectors = Sectors(1, 0)
        self._middle = QPointF()
        self._origin = QPointF()
        """Where marks are measured from: the press, though the wheel had to move aside."""
        self._held = False
        self.pointed: int | None = None

    @property
    def middle(self) -> QPointF:
        """Of the wheel, in the page."""
        return self._middle

    @property
    def held(self) -> bool:
        """Whether the button that opened it is still down."""
        return self._held

    def open(self, actions: Sequence[QAction], at: QPointF, *, held: bool, host: QWidget) -> None:
        """Around `at` (in `host`: the page or the second screen), or as near as that allows."""
        self._actions = actions
        inner = min(INNER, len(actions))
        self.sectors = Sectors(inner, len(actions) - inner)
        self._held, self.pointed, self._origin = held, None, at
        if self.parentWidget() is not host:
            self.setParent(host)
        self.setGeometry(host.rect())
        room = self.sectors.radius + EDGE
        self._middle = QPointF(_between(at.x(), room, self.width()), _between(at.y(), room, self.height()))
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def point(self, at: QPointF) -> None:
        """The mouse is there, in the page."""
        way = at - (self._origin if self._held else self._middle)
        self._point_at(self.sectors.at(way.x(), way.y(), flick=self._held))

    def let_go(self, at: QPointF) -> None:
        """The button that opened it is up: a mark chooses; without one the wheel stays for a click."""
        self.point(at)
        self._held = False
        if self.pointed is not None:
            self._choose(self.pointed)

    def close_ring(self) -> None:
        """Away with it; nothing was chosen."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def at_entry(self, name: str) -> QPointF:
        """The middle of an action's sector, in the page. Raises StopIteration when it is not there."""
        number = next(n for n, one in enumerate(self._actions) if one.objectName() == name)
        return self._middle + QPointF(*self.sectors.middle(number))

    def _point_at(self, number: int | None) -> None:
        if number is not None and not self._actions[number].isEnabled():
            number = None
        if number != self.pointed:
            self.pointed = number
            self.update()

    def _choose(self, number: int | None) -> None:
        if number is None or not self._actions[number].isEnabled():
            return
        self.hide()
        self.chosen.emit(self._actions[number])

    def _named(self, event: QKeyEvent) -> int | None:
        """The entry whose key this is, or whose number, or whose words begin with the letter."""
        if event.text() in _DIGITS[: self.sectors.inner]:
            return int(event.text()) - 1
        pressed = QKeySequence(event.keyCombination())
        for n, one in enumerate(self._actions):
            if one.shortcut() == pressed:
                return n
        letter = event.text().casefold()
        begins = (n for n, one in enumerate(self._actions) if one.text().casefold().startswith(letter))
        return next(begins, None) if letter.isalpha() else None

    # Qt

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # while it is open, every key is the wheel's
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves: Mapping[int, Callable[[], int]] = {
            Qt.Key.Key_Right: lambda: self.sectors.step(self.pointed, 1),
            Qt.Key.Key_Left: lambda: self.sectors.step(self.pointed, -1),
            Qt.Key.Key_Tab: lambda: self.sectors.step(self.pointed, 1),
            Qt.Key.Key_Up: lambda: self.sectors.across(self.pointed, outwards=True),
            Qt.Key.Key_Down: lambda: self.sectors.across(self.pointed, outwards=False),
        }
        key = event.key()
        if key in moves:
            self._step(moves[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not event.modifiers():
            self._choose(self.pointed)
        elif key == Qt.Key.Key_Escape or (key == Qt.Key.Key_Space and event.modifiers()):
            self.close_ring()
        else:
            self._choose(self._named(event))

    def _step(self, move: Callable[[], int]) -> None:
        """Past what can't be done now."""
        for _ in range(self.sectors.count):
            before = self.pointed
            self.pointed = move()
            if self._actions[self.pointed].isEnabled() or self.pointed == before:
                break
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.point(event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.point(event.position())
        if self.pointed is None:
            self.close_ring()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.point(event.position())
        self._choose(self.pointed)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.close_ring()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: N802 - Qt's name
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self._middle)
        for number in range(self.sectors.count):
            self._paint_sector(painter, number)
        if self.pointed is not None:  # its edge lies over the neighbours'
            self._paint_sector(painter, self.pointed)
        for number, action in enumerate(self._actions):
            self._paint_entry(painter, number, action)
        self._paint_hub(painter)
        painter.end()

    def _paint_sector(self, painter: QPainter, number: int) -> None:
        palette = theme.palette_of()
        least, most, first, width = self.sectors.span(number)
        path = QPainterPath()
        outer, inner = (QRectF(-r, -r, 2 * r, 2 * r) for r in (most, least))
        start = 90 - first
        path.arcMoveTo(outer, start)
        path.arcTo(outer, start, -width)
        path.arcTo(inner, start - width, width)
        path.closeSubpath()
        fill = palette.color("selection" if number == self.pointed else "raised")
        painter.setBrush(_glass(fill))
        painter.setPen(palette.color("line"))
        painter.drawPath(path)
        if number == self.pointed:  # not by colour alone
            pen = painter.pen()
            pen.setColor(palette.color("accent"))
            pen.setWidthF(2 * theme.STROKE)
            painter.setPen(pen)
            painter.drawPath(path)

    def _paint_entry(self, painter: QPainter, number: int, action: QAction) -> None:
        palette = theme.palette_of()
        middle = QPointF(*self.sectors.middle(number))
        worded = number < self.sectors.inner
        enabled = action.isEnabled()
        name = action.objectName()
        picture = icon(name) if name in GLYPHS or name in DRAWN else action.icon()
        box = QRectF(0, 0, ICON, ICON)
        box.moveCenter(middle - QPointF(0, 14 if worded else 0))
        mode = picture.Mode.Normal if enabled else picture.Mode.Disabled
        painter.setPen(palette.color("text" if enabled else "text_disabled"))
        if not picture.isNull():
            picture.paint(painter, box.toRect(), mode=mode)
        elif not worded:
            painter.setFont(theme.font(theme.SECONDARY))
            painter.drawText(box.adjusted(-8, 0, 8, 0), Qt.AlignmentFlag.AlignCenter, action.text()[:5])
        if worded:
            painter.setFont(theme.font(theme.SECONDARY))
            place = QRectF(-WORDS / 2, -2, WORDS, 32).translated(middle)
            if picture.isNull():
                place.translate(0, -15)
            painter.drawText(
                place, _MIDDLE | Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextDontClip, _short(action.text())
            )

    def _paint_hub(self, painter: QPainter) -> None:
        """What is pointed at, in full, with its key."""
        palette = theme.palette_of()
        painter.setBrush(_glass(palette.color("panel")))
        painter.setPen(palette.color("line"))
        painter.drawEllipse(QPointF(0, 0), HUB, HUB)
        words = self.tr("Esc closes")
        if self.pointed is not None:
            action = self._actions[self.pointed]
            key = action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)
            words = f"{_short(action.text())}\n{key}" if key else _short(action.text())
        painter.setPen(palette.color("text" if self.pointed is not None else "text_dim"))
        painter.setFont(theme.font(theme.SECONDARY))
        side = HUB * 1.5
        painter.drawText(QRectF(-side / 2, -side / 2, side, side), _CENTER, words)


_DIGITS = tuple(str(n) for n in range(1, INNER + 1))
_MIDDLE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
_CENTER = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap


def _between(value: float, room: float, size: float) -> float:
    """As near to `value` as a wheel of this room fits; in the middle where it does not."""
    return size / 2 if size < 2 * room else min(max(value, room), size - room)


def _glass(color: QColor) -> QColor:
    color.setAlpha(GLASS)
    return color


def _short(words: str) -> str:
    """Without what explains: "Guides: veterinary measurements" is "Guides"."""
    return words.split(":")[0].removesuffix("...")
