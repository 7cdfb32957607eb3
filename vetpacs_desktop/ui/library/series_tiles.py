"""The chosen exam's series as tiles: picture, what it is, how many images.

Only shows what it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QGridLayout, QMenu, QSizePolicy, QWidget

from vetpacs_desktop.store.records import SeriesRow
from vetpacs_desktop.ui import theme, words
from vetpacs_desktop.ui.actions import SERIES
from vetpacs_desktop.ui.actions import words as words_of
from vetpacs_desktop.ui.icons import icon
from vetpacs_desktop.ui.library.thumbnails import Thumbnail

PICTURE = 96
TEXT = 36
NARROWEST = 120
_DOCUMENT = "DOC"
"""The modality of PDF and other documents."""


class SeriesTiles(QWidget):
    """A grid of tiles, as many columns as fit."""

    opened = Signal()
    deed_requested = Signal(str, object)
    """The name of an action and the SeriesRow it is about"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.GRID)
        self._tiles: dict[int, SeriesTile] = {}
        self._columns = 0
        self._shown: Sequence[SeriesTile] = ()

    def show_waiting(self, count: int) -> None:
        """Grey tiles until the series are known."""
        self._fill([SeriesTile(None, self) for _ in range(min(count, 6))])

    def show_series(self, series: Sequence[SeriesRow]) -> None:
        """Tiles with words; the pictures come later. Pictures already shown for the same series stay."""
        old = {number: tile.thumbnail for number, tile in self._tiles.items()}
        tiles = [SeriesTile(one, self) for one in series]
        self._fill(tiles)
        self._tiles = {one.series_id: tile for one, tile in zip(series, tiles, strict=True)}
        for number, tile in self._tiles.items():
            before = old.get(number)
            if before is not None:
                tile.set_thumbnail(before)

    def show_picture(self, thumbnail: Thumbnail) -> None:
        """The picture of one series has come."""
        tile = self._tiles.get(thumbnail.series_id)
        if tile is not None:
            tile.set_thumbnail(thumbnail)

    def pictures(self) -> list[QImage]:
        """The pictures shown."""
        found = [tile.thumbnail.image for tile in self._tiles.values() if tile.thumbnail is not None]
        return [image for image in found if image is not None]

    def _fill(self, tiles: Sequence[SeriesTile]) -> None:
        self._tiles = {}
        for old in self._shown:
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._shown = tiles
        for tile in tiles:
            tile.opened.connect(self.opened)
            tile.deed_requested.connect(self.deed_requested)
        self._place(tiles)

    def _place(self, tiles: Sequence[QWidget]) -> None:
        self._columns = self._fitting()
        for number, tile in enumerate(tiles):
            self._grid.addWidget(tile, number // self._columns, number % self._columns)

    def _fitting(self) -> int:
        return max(1, (self.width() + theme.GRID) // (NARROWEST + theme.GRID))

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._columns and self._fitting() != self._columns:
            tiles = self._shown
            for tile in tiles:
                self._grid.removeWidget(tile)
            self._place(tiles)


class SeriesTile(QWidget):
    """One series; without one a grey skeleton."""

    opened = Signal()
    deed_requested = Signal(str, object)

    def __init__(self, series: SeriesRow | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._series = series
        self.thumbnail: Thumbnail | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if series is not None:
            self.setAccessibleName(" ".join(_captions(series)))
            self.setToolTip("\n".join(line for line in _captions(series) if line))

    def set_thumbnail(self, thumbnail: Thumbnail) -> None:
        """Show the picture, or that there is none."""
        self.thumbnail = thumbnail
        if thumbnail.why_not:
            self.setToolTip(thumbnail.why_not)
        self.update()

    def _paint_image(self, painter: QPainter, box: QRect, image: QImage) -> None:
        path = QPainterPath()
        path.addRoundedRect(QRectF(box), theme.RADIUS, theme.RADIUS)
        painter.fillPath(path, theme.palette_of().color("image_black"))
        painter.setClipPath(path)
        side = min(box.width(), box.height())
        square = QRect(0, 0, side, side)
        square.moveCenter(box.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(square, image)
        painter.setClipping(False)

    def _paint_words(self, painter: QPainter, box: QRect, series: SeriesRow) -> None:
        colors = theme.palette_of()
        font = theme.font(theme.SECONDARY)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        for number, (text, color) in enumerate(zip(_captions(series), ("text", "text_dim"), strict=True)):
            line = QRect(box.left(), box.top() + 2 + number * 16, box.width(), 16)
            painter.setPen(colors.color(color))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(NARROWEST, PICTURE + TEXT)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.opened.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._series is not None:
            menu = QMenu(self)
            for row in SERIES:
                act = partial(self.deed_requested.emit, row.name, self._series)
                menu.addAction(icon(row.icon), words_of(row)).triggered.connect(
                    lambda _=False, act=act: act()
                )
            menu.exec(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = theme.palette_of()
        box = QRect(0, 0, self.width(), PICTURE)
        if self.thumbnail is not None and self.thumbnail.image is not None:
            self._paint_image(painter, box, self.thumbnail.image)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("skeleton"))
            painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
            if self.thumbnail is not None:
                spot = QRect(0, 0, 32, 32)
                spot.moveCenter(box.center())
                icon("no_picture", "text_dim").paint(painter, spot)
        if self._series is not None:
            self._paint_words(painter, QRect(0, PICTURE, self.width(), TEXT), self._series)


def _captions(series: SeriesRow) -> tuple[str, str]:
    """What it is, and how much of it."""
    view = " ".join(part for part in (series.laterality, series.view_position) if part)
    name = series.description or " ".join(part for part in (series.body_part, view) if part)
    number = series.frame_count if series.instance_count == 1 else series.instance_count
    amount = words.images(number) if number else QCoreApplication.translate("SeriesTile", "no images")
    if series.modality == _DOCUMENT:
        amount = QCoreApplication.translate("SeriesTile", "document")
    return name or series.modality, f"{series.modality} · {amount}" if series.modality else amount
