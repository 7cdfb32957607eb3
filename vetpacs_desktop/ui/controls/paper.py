"""The sheet on paper: a page of HTML from its groups, printed or written as a PDF. Asks nobody where to."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from vetpacs_desktop.ui.controls.sheet import Group

MARGIN_MM = 15.0
RESOLUTION = 300


def html(title: str, groups: Sequence[Group]) -> str:
    """All lines, also those that can't be done just now: paper outlives the moment."""
    parts = [f"<h2>{escape(title)}</h2>"]
    for group in groups:
        rows = "".join(
            f"<tr><td width='35%'><b>{escape(line.key)}</b></td><td>{escape(line.words)}</td></tr>"
            for line in group.lines
        )
        parts.append(f"<h3>{escape(group.title)}</h3><table width='100%' cellpadding='2'>{rows}</table>")
    return "".join(parts)


def put(text: str, device: QPagedPaintDevice) -> None:
    """Onto the pages of `device`."""
    document = QTextDocument()
    document.setHtml(text)
    document.print_(device)


def write_pdf(text: str, path: Path) -> None:
    """As a PDF of A4 pages. Raises OSError."""
    path.write_bytes(b"")  # the writer itself is silent about a folder that can't be written
    writer = QPdfWriter(str(path))
    writer.setResolution(RESOLUTION)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    put(text, writer)
