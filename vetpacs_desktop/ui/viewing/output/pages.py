"""Pages of pictures on paper: how many, where, how large, with a header that says whose they are.

Pure geometry in millimetres, and painting with Qt on anything that has a resolution: screen, PDF, printer.
Must never scale a true-size picture by a hair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPageLayout, QPageSize, QPainter, QPen

from vetpacs_desktop.ui.viewing.output.choice import tr
from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.labels import PictureLabel

LAYOUTS = (1, 2, 4, 6, 9, 12)
_UPRIGHT = {1: (1, 1), 2: (2, 1), 4: (2, 2), 6: (3, 2), 9: (3, 3), 12: (4, 3)}
"""Pictures a page to (rows, columns); on a page that lies the two change places."""
MARGIN_MM = 10.0
HEADER_MM = 14.0
CAPTION_MM = 8.5
GAP_MM = 4.0
PRINT_DPI = 300
TRUE = frozenset((Basis.PHYSICAL, Basis.CALIBRATED, Basis.MAGNIFIED, Basis.USER, Basis.REGION))
"""Where a millimetre is one in the animal, so that true size means something."""
_HEADER_POINT, _SMALL_POINT = 12.0, 8.0
_RULER_MM = 10.0
_RULER_WORDS_MM = 7.0
_MM_PER_POINT = 25.4 / 72


@dataclass(frozen=True, slots=True)
class PageWish:
    """How the paper is to look."""

    a_page: int = 1
    landscape: bool = False
    paper: QPageSize.PageSizeId = QPageSize.PageSizeId.A4
    true_size: bool = False
    overlay: bool = False

    def layout(self) -> QPageLayout:
        """For a printer or a PDF."""
        way = QPageLayout.Orientation.Landscape if self.landscape else QPageLayout.Orientation.Portrait
        margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
        return QPageLayout(QPageSize(self.paper), way, margins, QPageLayout.Unit.Millimeter)

    def page_count(self, pictures: int) -> int:
        """Pages for so many pictures."""
        return max(1, -(-pictures // self.a_page))


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture ready for the page."""

    image: QImage | None
    caption: str
    extent_mm: tuple[float, float] | None = None
    """Width and height in the animal; None where nobody knows."""
    true: bool = False
    """The millimetres are those of the animal, not of a detector behind it."""


def cells(area: QSizeF, wish: PageWish) -> list[QRectF]:
    """The places of the pictures on a printable `area` in mm, below the header, without their captions."""
    rows, columns = _UPRIGHT[wish.a_page]
    if wish.landscape:
        rows, columns = columns, rows
    width = (area.width() - GAP_MM * (columns - 1)) / columns
    height = (area.height() - HEADER_MM - (GAP_MM + CAPTION_MM) * rows + GAP_MM) / rows
    return [
        QRectF(column * (width + GAP_MM), HEADER_MM + row * (height + CAPTION_MM + GAP_MM), width, height)
        for row in range(rows)
        for column in range(columns)
    ]


def place_of(picture: Placed, cell: QRectF, wish: PageWish) -> tuple[QRectF, str]:
    """Where a picture lies in its cell, in mm, and what is said of its size."""
    image = picture.image
    if image is None or image.isNull():
        return cell, ""
    width, height = (
        picture.extent_mm if picture.extent_mm is not None else (float(image.width()), float(image.height()))
    )
    fits = min(cell.width() / width, cell.height() / height)
    said = ""
    if wish.true_size and not picture.true:
        said = tr("not in true size: it is not known")
    elif wish.true_size and fits < 1:
        said = tr("too large for true size: 1 : {n}").format(n=f"{1 / fits:.2f}")
    elif wish.true_size:
        fits, said = 1.0, tr("true size, 1 : 1")
    elif picture.true:
        said = f"1 : {1 / fits:.2f}" if fits < 1 else f"{fits:.2f} : 1"
    size = QSizeF(width * fits, height * fits)
    left = cell.left() + (cell.width() - size.width()) / 2
    top = cell.top() + (cell.height() - size.height()) / 2
    return QRectF(left, top, size.width(), size.height()), said


def paint_page(
    painter: QPainter,
    dots_per_mm: float,
    area: QSizeF,
    wish: PageWish,
    pictures: Sequence[Placed],
    label: PictureLabel,
    numbers: tuple[int, int],
) -> None:
    """One page; `area` is the printable one in mm, the painter's origin its upper left corner.

    `numbers` are the page's, from 1, and how many there are.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    painter.scale(dots_per_mm, dots_per_mm)
    _header(painter, area, label, numbers)
    for picture, cell in zip(pictures, cells(area, wish), strict=False):
        _picture(painter, picture, cell, wish)
    painter.restore()


def _header(painter: QPainter, area: QSizeF, label: PictureLabel, numbers: tuple[int, int]) -> None:
    owner = tr("Owner: {name}").format(name=label.owner) if label.owner else ""
    left = "   ".join(word for word in (label.animal or tr("Unnamed animal"), owner) if word)
    right = label.clinic
    line = QRectF(0, 0, area.width(), 6.5)
    taken = _text(painter, line, right, _HEADER_POINT * 0.85, Qt.AlignmentFlag.AlignRight)
    _text(painter, line.adjusted(0, 0, -taken - 4, 0), left, _HEADER_POINT, bold=True)
    below = QRectF(0, 6.5, area.width(), 4.5)
    pages = tr("Page {n} of {count}").format(n=numbers[0], count=numbers[1])
    last = "   ".join(word for word in (label.contact, pages) if word)
    taken = _text(painter, below, last, _SMALL_POINT * 1.1, Qt.AlignmentFlag.AlignRight)
    _text(painter, below.adjusted(0, 0, -taken - 4, 0), label.date, _SMALL_POINT * 1.1)
    painter.setPen(QPen(QColor(Qt.GlobalColor.black), 0.2))
    painter.drawLine(QRectF(0, 12, area.width(), 0).topLeft(), QRectF(0, 12, area.width(), 0).topRight())


def _picture(painter: QPainter, picture: Placed, cell: QRectF, wish: PageWish) -> None:
    place, size = place_of(picture, cell, wish)
    if picture.image is None or picture.image.isNull():
        painter.setPen(QPen(QColor(Qt.GlobalColor.gray), 0.2))
        painter.drawRect(place)
        _text(painter, place, picture.caption, _SMALL_POINT, Qt.AlignmentFlag.AlignHCenter)
        return
    painter.drawImage(place, picture.image)
    line = QRectF(cell.left(), place.bottom() + 0.8, cell.width(), (CAPTION_MM - 0.8) / 2)
    _text(painter, line, picture.caption, _SMALL_POINT)
    below = line.translated(0, line.height())
    taken = _text(painter, below, size, _SMALL_POINT)
    if picture.true:
        _ruler(painter, below.adjusted(taken + 1, 0, 0, 0), place, picture)


def _ruler(painter: QPainter, line: QRectF, place: QRectF, picture: Placed) -> None:
    """One centimetre of the animal at the picture's scale, to be checked with a ruler."""
    if picture.extent_mm is None:
        return
    length = _RULER_MM * place.width() / picture.extent_mm[0]
    if line.width() < length + _RULER_WORDS_MM:
        return
    right, y = line.right(), line.top() + 1.8
    painter.setPen(QPen(QColor(Qt.GlobalColor.black), 0.25))
    for x, up in ((right - length, 1.0), (right, 1.0)):
        painter.drawLine(QRectF(x, y - up, 0, 2 * up).topLeft(), QRectF(x, y - up, 0, 2 * up).bottomLeft())
    painter.drawLine(QRectF(right - length, y, length, 0).topLeft(), QRectF(right, y, 0, 0).topLeft())
    words = QRectF(line.left(), line.top(), line.width() - length - 1, line.height())
    _text(painter, words, tr("1 cm"), _SMALL_POINT, Qt.AlignmentFlag.AlignRight)


def _text(
    painter: QPainter,
    place: QRectF,
    words: str,
    point: float,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    *,
    bold: bool = False,
) -> float:
    """Words in a place in mm, shortened to it; returns the width they take in mm.

    Written in a finer grid than the page's millimetres: fonts know whole sizes only.
    """
    if not words:
        return 0.0
    fine = 100.0
    font = QFont(painter.font())
    font.setPixelSize(max(1, round(point * _MM_PER_POINT * fine)))
    font.setBold(bold)
    painter.save()
    painter.scale(1 / fine, 1 / fine)
    painter.setFont(font)
    painter.setPen(QColor(Qt.GlobalColor.black))
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, place.width() * fine)
    box = QRectF(place.left() * fine, place.top() * fine, place.width() * fine, place.height() * fine)
    painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, shown)
    painter.restore()
    return metrics.horizontalAdvance(shown) / fine
