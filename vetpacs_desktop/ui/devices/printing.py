"""Where the connection sheet goes: a PDF of the person's choice, or a printer."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSettings, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from vetpacs_desktop.ui import ask
from vetpacs_desktop.ui.devices.sheet import Sheet, lay_out, print_on, write_pdf

_LAST = "devices/sheet_folder"
_UNSAFE = re.compile(r"[^\w .()-]+")


def save_pdf(parent: QWidget, sheet: Sheet, state: QSettings) -> Path | None:
    """Ask where, write it, show it; None when the person thought better of it."""
    folder = Path(str(state.value(_LAST, str(Path.home()))))
    name = _UNSAFE.sub(" ", sheet.machine).strip() or "VetPACS"
    suggested = folder / _tr("Connection {machine}.pdf").format(machine=name)
    chosen, _ = QFileDialog.getSaveFileName(
        parent, _tr("Save the connection sheet"), str(suggested), _tr("PDF document (*.pdf)")
    )
    if not chosen:
        return None
    path = Path(chosen) if chosen.lower().endswith(".pdf") else Path(f"{chosen}.pdf")
    state.setValue(_LAST, str(path.parent))
    try:
        write_pdf(sheet, path)
    except OSError as error:
        ask.tell_problem(
            parent,
            _tr("The sheet could not be written to {folder}.").format(folder=path.parent),
            means=_tr("Choose another folder."),
            details=str(error),
        )
        return None
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
    return path


def print_sheet(parent: QWidget, sheet: Sheet) -> None:
    """Ask for a printer and print."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # it looks for printers when it is loaded

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    lay_out(printer)
    dialog = QPrintDialog(printer, parent)
    if dialog.exec() == QDialog.DialogCode.Accepted:
        print_on(sheet, printer)


def _tr(text: str) -> str:
    return QCoreApplication.translate("sheet", text)
