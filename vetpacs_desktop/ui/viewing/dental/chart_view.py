"""The chart to click: teeth as seen looking into the mouth, one of them chosen. Keys go tooth to tooth.

Announces what a person wishes; what is charted is the window's matter.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.viewing.dental.painting import Cell, ChartPicture, Ink, lay_out, paint
from vetpacs_desktop.ui.viewing.dental.rows import KEYS
from vetpacs_desktop.ui.viewing.dental.words import side_words, tr, tr_measure
from vetpacs_desktop.ui.viewing.keys import keeps
from vetpacs_desktop.viewer.measure.veterinary.charting import Chart
from vetpacs_desktop.viewer.measure.veterinary.dental import Tooth
from vetpacs_desktop.viewer.mouth_words import finding_words, tooth_words

TYPING_MS = 1500
"""A number that is not finished after this time is forgotten."""
EDGE = 8.0
_LETTERS = {key: name for name, key in KEYS.items()}
_OWN_KEYS = (
    *(Qt.Key(number) for number in range(Qt.Key.Key_0.value, Qt.Key.Key_9.value + 1)),
    *(Qt.Key(number) for number in range(Qt.Key.Key_A.value, Qt.Key.Key_Z.value + 1)),
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End),
    *(Qt.Key.Key_Delete, Qt.Key.Key_Backspace),
)


class ChartView(QWidget):
    """One dentition of one mouth."""

    chosen = Signal(int)
    """The number of a tooth."""
    finding_wished = Signal(str, int)
    """A finding's name and the way: 1 on or up, -1 down."""
    clear_wished = Signal()
    typed = Signal(str)
    """The beginning of a tooth's number; empty when it is done or forgotten."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("dental_chart_view")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(560, 330)
        self.setMouseTracking(True)
        self._picture: ChartPicture | None = None
        self._digits = ""
        self._forget = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._forget.timeout.connect(lambda: self._type(""))

    @property
    def picture(self) -> ChartPicture | None:
        """What is painted."""
        return self._picture

    def show_picture(self, picture: ChartPicture | None) -> None:
        """Another state of the chart."""
        if picture != self._picture:
            self._picture = picture
            self.setAccessibleName(self._spoken())
            self.update()

    def place_of(self, tooth: Tooth) -> QPointF | None:
        """The middle of a tooth in the widget; None for one that is not on this chart."""
        cell = next((one for one in self._cells() if one.tooth == tooth), None)
        return None if cell is None else cell.box.center()

    def tooth_at(self, at: QPointF) -> Tooth | None:
        """The tooth under a point."""
        return next((cell.tooth for cell in self._cells() if cell.box.contains(at)), None)

    # --- inside -----------------------------------------------------------------------------------

    def _cells(self) -> tuple[Cell, ...]:
        return () if self._picture is None else lay_out(self._picture, self._area())

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(EDGE, EDGE, -EDGE, -EDGE)

    def _spoken(self) -> str:
        picture = self._picture
        if picture is None or picture.chosen is None:
            return tr("Dental chart")
        found = self._found(picture.chart, picture.chosen)
        return f"{tooth_words(picture.chosen, picture.chart.species, tr_measure)}: {found}"

    @staticmethod
    def _found(chart: Chart, tooth: Tooth) -> str:
        words = [finding_words(name, value, tr_measure) for name, value in chart.at(tooth).items()]
        return ", ".join(words) or tr("nothing charted")

    def _step(self, key: Qt.Key) -> None:
        cells, picture = self._cells(), self._picture
        if picture is None or not cells:
            return
        here = next((cell for cell in cells if cell.tooth == picture.chosen), None)
        if here is None:
            self.chosen.emit(cells[0].tooth.number)
            return
        row = [cell for cell in cells if cell.tooth.upper is here.tooth.upper]
        at = row.index(here)
        target = {
            Qt.Key.Key_Left: row[max(0, at - 1)],
            Qt.Key.Key_Right: row[min(len(row) - 1, at + 1)],
            Qt.Key.Key_Home: row[0],
            Qt.Key.Key_End: row[-1],
        }.get(key)
        if target is None:
            wanted = key == Qt.Key.Key_Up
            others = [cell for cell in cells if cell.tooth.upper is wanted]
            target = min(others, key=lambda cell: abs(cell.middle - here.middle), default=here)
        self.chosen.emit(target.tooth.number)

    def _type(self, digits: str) -> None:
        self._digits = digits
        self._forget.stop()
        if len(digits) == 3:
            self._digits = ""
            try:
                self.chosen.emit(Tooth.parse(digits).number)
            except UsageError:
                self.typed.emit(tr("{number} is no tooth").format(number=digits))
                return
        elif digits:
            self._forget.start()
        self.typed.emit(self._digits and f"{self._digits}{'_' * (3 - len(self._digits))}")

    # Qt's own names from here on.

    def sizeHint(self) -> QSize:
        return QSize(780, 430)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is not None:
            painter = QPainter(self)
            paint(painter, self._picture, self._area(), Ink.of(theme.palette_of()), side_words())
            painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        tooth = self.tooth_at(event.position())
        if tooth is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(tooth.number)

    def event(self, event: QEvent) -> bool:
        if keeps(event, _OWN_KEYS) and isinstance(event, QKeyEvent):
            plain = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
            if not event.modifiers() & ~plain:
                event.accept()
                return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tooth = self.tooth_at(QPointF(event.pos()))
            if tooth is not None and self._picture is not None:
                chart = self._picture.chart
                words = f"{tooth_words(tooth, chart.species, tr_measure)}\n{self._found(chart, tooth)}"
                QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = Qt.Key(event.key()), event.text().upper()
        if key in _OWN_KEYS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        elif text.isdigit() and text.isascii():
            self._type(self._digits + text)
        elif key == Qt.Key.Key_Backspace:
            self._type(self._digits[:-1])
        elif key == Qt.Key.Key_Delete:
            self.clear_wished.emit()
        elif text in _LETTERS:
            down = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.finding_wished.emit(_LETTERS[text], -1 if down else 1)
        elif key in _OWN_KEYS:
            self._step(key)
        else:
            super().keyPressEvent(event)
