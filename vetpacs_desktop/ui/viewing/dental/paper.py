"""The chart as it leaves: a labelled picture, a PDF or printed pages, in ink for white paper.

Owns what stands on a page: whose mouth, the chart, what the signs mean, the findings in words. Asks nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QMarginsF, QRectF, QSaveFile, Qt
from PySide6.QtGui import (
    QFontMetricsF,
    QImage,
    QImageWriter,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.viewing.dental.painting import ChartPicture, Ink, paint
from vetpacs_desktop.ui.viewing.dental.words import side_words, tr
from vetpacs_desktop.viewer.labels import PictureLabel

WIDE = 1000.0
"""Units of a page's width; its height follows the paper."""
_CHART, _SECOND = 400.0, 330.0
_MARGIN, _STEP, _HEAD = 24.0, 16.0, 56.0
PNG_SCALE = 2


class ChartNotSaved(KnownError):
    """The chart could not be saved as {path} ({reason}). It is still in the exam: choose another place."""


@dataclass(frozen=True, slots=True)
class ChartSheet:
    """All that is on paper."""

    label: PictureLabel
    pictures: tuple[ChartPicture, ...]
    """The adult teeth, the milk teeth, or both."""
    legend: tuple[str, ...]
    summary: tuple[str, ...]


def as_picture(sheet: ChartSheet) -> QImage:
    """As high as its words need; with the label in its texts, too."""
    height = _draw(None, sheet, WIDE, 0.0)
    image = QImage(int(WIDE) * PNG_SCALE, int(height + 1) * PNG_SCALE, QImage.Format.Format_RGB32)
    image.fill(theme.LIGHT.color("raised"))
    painter = QPainter(image)
    painter.scale(PNG_SCALE, PNG_SCALE)
    _draw(painter, sheet, WIDE, height)
    painter.end()
    for name, text in sheet.label.texts().items():
        image.setText(name, text)
    return image


def save_picture(sheet: ChartSheet, path: Path) -> None:
    """A PNG, whole or not at all. Raises `ChartNotSaved`."""
    file = QSaveFile(str(path))
    written = file.open(QSaveFile.OpenModeFlag.WriteOnly)
    written = written and QImageWriter(file, QByteArray(b"png")).write(as_picture(sheet))
    if not (written and file.commit()):
        raise ChartNotSaved(path=path, reason=file.errorString())


def save_pdf(sheet: ChartSheet, path: Path) -> None:
    """A PDF, whole or not at all. Raises `ChartNotSaved`."""
    file = QSaveFile(str(path))
    if not file.open(QSaveFile.OpenModeFlag.WriteOnly):
        raise ChartNotSaved(path=path, reason=file.errorString())
    writer = QPdfWriter(file)
    writer.setPageLayout(page_layout())
    writer.setTitle(" ".join(word for word in (sheet.label.animal, sheet.label.date) if word))
    print_on(sheet, writer)
    if not file.commit():
        raise ChartNotSaved(path=path, reason=file.errorString())


def page_layout() -> QPageLayout:
    """A4, standing: chart and words have room on one page."""
    margins = QMarginsF(10, 10, 10, 10)
    return QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins,
        QPageLayout.Unit.Millimeter,
    )  # fmt: skip


def print_on(sheet: ChartSheet, device: QPagedPaintDevice) -> None:
    """On a printer or a PDF; words that have no room go on the next page."""
    painter = QPainter(device)
    scale = device.width() / WIDE
    painter.scale(scale, scale)
    _draw(painter, sheet, WIDE, device.height() / scale, device)
    painter.end()


def _draw(
    painter: QPainter | None,
    sheet: ChartSheet,
    width: float,
    height: float,
    pages: QPagedPaintDevice | None = None,
) -> float:
    """Paint, or only measure; the height that was used."""
    ink = Ink.of(theme.LIGHT)
    top = _heading(painter, sheet.label, width, ink)
    room = _CHART if len(sheet.pictures) == 1 else _SECOND
    for picture in sheet.pictures:
        if pages is not None and top + room > height:
            pages.newPage()
            top = _heading(painter, sheet.label, width, ink)
        if painter is not None:
            paint(painter, picture, QRectF(_MARGIN, top, width - 2 * _MARGIN, room), ink, side_words())
        top += room + _STEP / 2
    font = theme.font(theme.SECONDARY)
    metrics = QFontMetricsF(font)
    for text in (*_wrapped("   ".join(sheet.legend), metrics, width), "", *sheet.summary):
        for line in _wrapped(text, metrics, width) or ("",):
            if pages is not None and top + _STEP > height:
                pages.newPage()
                top = _heading(painter, sheet.label, width, ink)
            if painter is not None:
                painter.setFont(font)
                painter.setPen(ink.text)
                painter.drawText(QRectF(_MARGIN, top, width, _STEP), Qt.AlignmentFlag.AlignVCenter, line)
            top += _STEP
    return top + _MARGIN / 2


def _heading(painter: QPainter | None, label: PictureLabel, width: float, ink: Ink) -> float:
    if painter is not None:
        painter.setFont(theme.font(theme.TITLE, bold=True))
        painter.setPen(ink.text)
        box = QRectF(_MARGIN, 8, width - 2 * _MARGIN, 30)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, tr("Dental chart"))
        painter.setFont(theme.font(theme.BASE))
        words = "   ".join(label.words(tr))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)
    return _HEAD - 10


def _wrapped(text: str, metrics: QFontMetricsF, width: float) -> Sequence[str]:
    """Lines that fit between the margins."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and metrics.horizontalAdvance(longer) > width - 2 * _MARGIN:
            lines.append(word)
        elif lines:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
