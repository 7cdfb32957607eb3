"""Where the connection sheet goes: a PDF of the person's choice, or a printer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSettings, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from vetpacs_desktop.ui import paper
from vetpacs_desktop.ui.devices.sheet import Sheet, print_on, write_pdf

_LAST = "devices/sheet_folder"


def save_pdf(parent: QWidget, sheet: Sheet, state: QSettings) -> Path | None:
    """Ask where, write it, show it; None when the person thought better of it."""
    suggested = _tr("Connection {machine}").format(machine=paper.safe_name(sheet.machine))
    title = _tr("Save the connection sheet")
    trouble = _tr("The sheet could not be written to {folder}.")
    path = paper.save(
        parent, state, _LAST, suggested, lambda chosen: write_pdf(sheet, chosen), title, trouble
    )
    if path is not None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
    return path


def print_sheet(parent: QWidget, sheet: Sheet) -> None:
    """Ask for a printer and print."""
    paper.print_page(parent, lambda device: print_on(sheet, device))


def _tr(text: str) -> str:
    return QCoreApplication.translate("sheet", text)
