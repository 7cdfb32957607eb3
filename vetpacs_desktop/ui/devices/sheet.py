"""The connection sheet: one page with everything that was typed into a machine, for wall and technician.

Makes a document; who prints it or writes it to a file asks for that. It holds no animal and no owner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QPagedPaintDevice

from vetpacs_desktop.ui import paper

SMALLEST_POINT = 6
"""It is one page: long texts make the letters smaller."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page says; empty texts are left out."""

    clinic: str
    machine: str
    kind: str
    own_name: str
    addresses: tuple[str, ...]
    port: int
    computer: str = ""
    tls_port: int = 0
    machine_name: str = ""
    machine_address: str = ""
    machine_port: int = 0
    tested: tuple[str, ...] = ()
    """What was tried, in sentences."""
    day: str = ""


def write_pdf(sheet: Sheet, path: Path) -> None:
    """Write the page. Raises `OSError` when it can't be written."""
    print_on(sheet, paper.pdf(path, _tr("Connection of {machine}").format(machine=sheet.machine)))


def print_on(sheet: Sheet, device: QPagedPaintDevice) -> None:
    """Put the page on a file or a printer."""
    html = _html(sheet)
    paper.print_fitting(lambda point: paper.document_of(html, point), device, SMALLEST_POINT)


def _html(sheet: Sheet) -> str:
    addresses = " &nbsp; ".join(escape(address) for address in sheet.addresses)
    here = [
        (_tr("Name (called AE title)"), _code(sheet.own_name)),
        (_tr("Address (IP)"), f"<b>{addresses}</b>"),
        (_tr("Port"), _code(str(sheet.port))),
        (_tr("Port for encrypted connections"), _code(str(sheet.tls_port)) if sheet.tls_port else ""),
        (_tr("Computer's name"), escape(sheet.computer)),
    ]
    there = [
        (_tr("Kind"), escape(sheet.kind)),
        (_tr("Its own name (calling AE title)"), _code(sheet.machine_name)),
        (_tr("Its address"), _code(sheet.machine_address)),
        (_tr("Its port, where it answers"), _code(str(sheet.machine_port)) if sheet.machine_port else ""),
    ]
    rest = [
        (_tr("Kind of destination"), _tr("DICOM store (Storage, PACS)")),
        (_tr("Compression"), _tr("any; lossless or none is best")),
        (_tr("Encryption (TLS)"), _tr("possible, on the port above") if sheet.tls_port else _tr("off")),
        (_tr("Timeout"), _tr("30 seconds or more")),
    ]
    tested = "".join(f"<li>{escape(line)}</li>" for line in sheet.tested)
    clinic = f"<p>{escape(sheet.clinic)}</p>" if sheet.clinic else ""
    return "".join(
        (
            clinic,
            f"<h1>{escape(sheet.machine)}</h1>",
            f"<p>{_tr('How this machine is connected to VetPACS.')} {escape(sheet.day)}</p>",
            f"<h3>{_tr('To type into the machine')}</h3>",
            _table(here, "140%"),
            f"<h3>{_tr('The machine')}</h3>",
            _table(there),
            f"<h3>{_tr('What else it may ask for')}</h3>",
            _table(rest),
            f"<h3>{_tr('Tried')}</h3><ul>{tested}</ul>" if tested else "",
            f"<h3>{_tr('When nothing arrives')}</h3>",
            f"<p>{_tr('Is the computer above on? Does VetPACS say “Receiving” at the bottom left?')} ",
            f"{_tr('Machines keep what they could not send: send it again when the connection works.')}</p>",
        )
    )


def _table(rows: Sequence[tuple[str, str]], size: str = "110%") -> str:
    lines = "".join(
        f'<tr><td width="38%">{escape(name)}</td>'
        f'<td width="62%"><span style="font-size:{size}">{value}</span></td></tr>'
        for name, value in rows
        if value
    )
    look = 'width="100%" cellpadding="5" cellspacing="0" border="1" style="border-collapse: collapse"'
    return f"<table {look}>{lines}</table>"


def _code(text: str) -> str:
    return f"<b>{escape(text)}</b>" if text else ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("sheet", text)
