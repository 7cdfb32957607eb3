"""Pages for people: how a sheet is laid out, and where it goes, a PDF of the person's choice or a printer.

It knows no sheet; the panels make the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMarginsF, QSettings, QSizeF
from PySide6.QtGui import QFont, QPagedPaintDevice, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from vetpacs_desktop.ui import ask

MARGIN_MM = 18
RESOLUTION = 300
BASE_POINT = 10
_UNSAFE = re.compile(r"[^\w .()-]+")
Draw = Callable[[QPagedPaintDevice], object]


def document_of(html: str, point: int = BASE_POINT) -> QTextDocument:
    """A sheet as a document, in letters of `point` points."""
    document = QTextDocument()
    font = QFont()
    font.setPointSize(point)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    document.setHtml(html)
    return document


def print_fitting(make: Callable[[int], QTextDocument], device: QPagedPaintDevice, smallest: int) -> None:
    """Put a sheet on `device`, a file or a printer: on one page where letters down to `smallest` points make
    that possible. `make(point)` is the sheet in letters of that size."""
    points = device.pageLayout().paintRectPoints()
    for point in range(BASE_POINT, smallest - 1, -1):
        document = make(point)
        document.setPageSize(QSizeF(points.width(), points.height()))
        if document.pageCount() == 1:
            break
    document.print_(device)


def lay_out(device: QPagedPaintDevice) -> None:
    """A4 upright with margins."""
    device.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM),
            QPageLayout.Unit.Millimeter,
        )
    )


def pdf(path: Path, title: str) -> QPdfWriter:
    """A PDF to draw on. Raises `OSError` when it can't be written."""
    with path.open("wb"):  # Qt says nothing of a folder that can't be written to
        pass
    writer = QPdfWriter(str(path))
    writer.setTitle(title)
    writer.setCreator("VetPACS")
    writer.setResolution(RESOLUTION)
    lay_out(writer)
    return writer


def safe_name(name: str) -> str:
    """As a part of a file's name on any system."""
    return _UNSAFE.sub(" ", name).strip() or "VetPACS"


def save(
    parent: QWidget,
    state: QSettings,
    folder_key: str,
    suggested: str,
    write: Callable[[Path], object],
    title: str = "",
    trouble: str = "",
) -> Path | None:
    """Ask where, write it; None when the person thought better of it or it could not be written. The folder
    is remembered under `folder_key`; `trouble` is what is said, with {folder}, where it can't be written."""
    folder = Path(str(state.value(folder_key, str(Path.home()))))
    chosen, _ = QFileDialog.getSaveFileName(
        parent, title or _tr("Save as PDF"), str(folder / f"{suggested}.pdf"), _tr("PDF document (*.pdf)")
    )
    if not chosen:
        return None
    path = Path(chosen) if chosen.lower().endswith(".pdf") else Path(f"{chosen}.pdf")
    state.setValue(folder_key, str(path.parent))
    try:
        write(path)
    except OSError as error:
        sentence = (trouble or _tr("The page could not be written to {folder}.")).format(folder=path.parent)
        ask.tell_problem(parent, sentence, means=_tr("Choose another folder."), details=str(error))
        return None
    return path


def print_page(parent: QWidget, draw: Draw) -> bool:
    """Ask for a printer and print; False when the person thought better of it."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # it looks for printers when it is loaded

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    lay_out(printer)
    if QPrintDialog(printer, parent).exec() != QDialog.DialogCode.Accepted:
        return False
    draw(printer)
    return True


def _tr(text: str) -> str:
    return QCoreApplication.translate("paper", text)
