"""What the chosen annotation measures, in full: all its figures, its histogram, who drew it and when."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.viewing.marking.words import tool_words, tr_measure
from vetpacs_desktop.viewer.annotations import Annotation
from vetpacs_desktop.viewer.measure.measured import RAW, Histogram, Measured
from vetpacs_desktop.viewer.measure.saying import lines
from vetpacs_desktop.viewer.measure.tools import TOOLS

HEIGHT = 88


class HistogramView(QWidget):
    """How many pixels have which value, as bars with the range below."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("histogram")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._histogram: Histogram | None = None
        self.hide()

    def show_histogram(self, histogram: Histogram | None) -> None:
        """Another one, or none."""
        self._histogram = histogram if histogram is not None and any(histogram.counts) else None
        self.setVisible(self._histogram is not None)
        if self._histogram is not None:
            low, high, unit = self._ends()
            self.setAccessibleName(
                self.tr("Histogram of the values, {low} to {high} {unit}").format(
                    low=low, high=high, unit=unit
                )
            )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        histogram = self._histogram
        if histogram is None:
            return
        palette = theme.palette_of()
        painter = QPainter(self)
        font = theme.font(theme.SECONDARY)
        painter.setFont(font)
        words = painter.fontMetrics().height() + 2
        room = QRectF(0, 0, self.width(), self.height() - words)
        painter.fillRect(room, palette.color("field"))
        wide, most = room.width() / len(histogram.counts), max(histogram.counts)
        for n, count in enumerate(histogram.counts):
            if count:
                tall = max(room.height() * count / most, 1.0)
                painter.fillRect(
                    QRectF(n * wide, room.bottom() - tall, max(wide, 1.0), tall), palette.color("accent")
                )
        painter.setPen(palette.color("text_dim"))
        below = QRectF(0, room.bottom() + 1, room.width(), words)
        low, high, unit = self._ends()
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, low)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"{high} {unit}".strip())
        painter.end()

    def _ends(self) -> tuple[str, str, str]:
        histogram = self._histogram
        assert histogram is not None
        high = histogram.low + histogram.step * len(histogram.counts)
        return f"{histogram.low:.5g}", f"{high:.5g}", "" if histogram.unit == RAW else histogram.unit


class MarkingDetails(QWidget):
    """Under the list; nothing while nothing is chosen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("marking_details")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID // 2)
        self._title, self._text, self._who = QLabel(), QLabel(), QLabel()
        self._title.setProperty("role", "heading")
        self._who.setProperty("role", "secondary")
        for label in (self._title, self._text, self._who):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.histogram = HistogramView(self)
        for widget in (self._title, self._text, self.histogram, self._who):
            column.addWidget(widget)
        self.hide()

    @property
    def text(self) -> str:
        """The figures that are shown."""
        return self._text.text()

    def show_details(self, one: Annotation | None, value: Measured | None, who: str) -> None:
        """Another annotation, another value of it, or none."""
        self.setVisible(one is not None and value is not None)
        if one is None or value is None:
            return
        self._title.setText(one.text or tool_words(TOOLS[one.tool]))
        said = lines(value, tr_measure)
        notes = tuple(note for note in value.note.split("; ") if note)
        self._text.setText("\n".join((*said, *notes)))
        self._text.setVisible(bool(said or notes))
        self.histogram.show_histogram(value.histogram)
        self._who.setText(who)
