"""Where the papers of backups go: a PDF of the person's choice, or a printer."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMarginsF, QSettings
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPdfWriter
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from vetpacs_desktop.ui import ask

MARGIN_MM = 18
RESOLUTION = 300
_LAST = "backup/paper_folder"
_UNSAFE = re.compile(r"[^\w .()-]+")
Draw = Callable[[QPagedPaintDevice], object]


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


def save(parent: QWidget, state: QSettings, suggested: str, write: Callable[[Path], object]) -> Path | None:
    """Ask where, write it; None when the person thought better of it or it could not be written."""
    folder = Path(str(state.value(_LAST, str(Path.home()))))
    name = _UNSAFE.sub(" ", suggested).strip() or "VetPACS"
    chosen, _ = QFileDialog.getSaveFileName(
        parent, _tr("Save as PDF"), str(folder / f"{name}.pdf"), _tr("PDF document (*.pdf)")
    )
    if not chosen:
        return None
    path = Path(chosen) if chosen.lower().endswith(".pdf") else Path(f"{chosen}.pdf")
    state.setValue(_LAST, str(path.parent))
    try:
        write(path)
    except OSError as error:
        sentence = _tr("The page could not be written to {folder}.").format(folder=path.parent)
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
    return QCoreApplication.translate("backup", text)
