"""The key sheet on paper or as a PDF: the words, the key in groups, and a code for cameras (QR).

It draws; the key is nowhere else than on that page.
"""

from __future__ import annotations

from functools import partial
from html import escape
from pathlib import Path

import segno
from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QImage, QPagedPaintDevice, QTextDocument

from vetpacs_desktop.store.backup.sealing.key_sheet import KeySheet
from vetpacs_desktop.ui import paper

CODE = "key-code"
QUIET = 4
"""Modules of white around the code (ISO/IEC 18004)."""
CODE_PX = 150
SMALLEST_POINT = 6


def code_image(text: str) -> QImage:
    """The QR code of a text, one pixel for each module, black on white."""
    made = segno.make(text, error="m", micro=False)
    rows = [list(row) for row in made.matrix]
    side = len(rows) + 2 * QUIET
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                image.setPixel(x + QUIET, y + QUIET, 0xFF000000)
    return image


def document_of(sheet: KeySheet, point: int = paper.BASE_POINT) -> QTextDocument:
    """The page, in letters of `point` points."""
    document = paper.document_of("", point)
    code = code_image(sheet.secret)
    document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(CODE), code.scaled(code.size() * 8))
    document.setHtml(_html(sheet))
    return document


def print_on(sheet: KeySheet, device: QPagedPaintDevice) -> None:
    """Put the page on paper; long texts make the letters smaller, for it is one page."""
    paper.print_fitting(partial(document_of, sheet), device, SMALLEST_POINT)


def write_pdf(sheet: KeySheet, path: Path) -> None:
    """Write the page, for this account alone. Raises `OSError`."""
    path.touch(mode=0o600)
    writer = paper.pdf(path, sheet.title)
    print_on(sheet, writer)


def _html(sheet: KeySheet) -> str:
    groups = [escape(group) for group in sheet.groups]
    lines = ["&nbsp;&nbsp;".join(groups[start : start + 4]) for start in range(0, len(groups), 4)]
    key = "<br>".join(lines)
    ways = "".join(f"<li>{escape(one)}</li>" for one in sheet.without_program)
    commands = "".join(
        f"<p><b>{escape(name)}</b><br><code>{escape(line)}</code></p>" for name, line in sheet.commands
    )
    return "".join(
        (
            f"<h1>{escape(sheet.title)}</h1>",
            f"<p>{escape(sheet.what_for)}</p>",
            *(f"<p><b>{escape(one)}</b></p>" for one in sheet.warning),
            '<table width="100%" cellpadding="10" cellspacing="0" border="1" '
            'style="border-collapse: collapse"><tr>',
            f'<td width="70%" valign="middle"><p style="font-size:130%"><b><code>{key}</code></b></p></td>',
            f'<td width="30%" align="center"><img src="{CODE}" width="{CODE_PX}" height="{CODE_PX}"></td>',
            "</tr></table>",
            f"<p>{escape(sheet.check)}</p>",
            f"<h3>{escape(_tr('On the worst day, with VetPACS'))}</h3><p>{escape(sheet.with_program)}</p>",
            f"<h3>{escape(_tr('Without VetPACS'))}</h3><ol>{ways}</ol>{commands}",
            f"<p>{escape(_tr('Public half of the key:'))} <code>{escape(sheet.public)}</code></p>",
        )
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("key_paper", text)
