"""The certificate of the backups: a page for inspections, that says what is proved and by what.

It says no more than the ledger does, names no animal and no owner, and leaves a line to sign.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from html import escape
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication, QPagedPaintDevice

from vetpacs_desktop import settings
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.ui import paper, words
from vetpacs_desktop.ui.backup import saying
from vetpacs_desktop.ui.backup.draft import address_words
from vetpacs_desktop.ui.operations.backup_certificate import Certificate, Certified, gather

SMALLEST_POINT = 8
"""One place fits on a page; several take more, and no smaller letters."""
DRILLS = 3


def print_on(certificate: Certificate, device: QPagedPaintDevice) -> None:
    """Put the pages on paper."""
    html = html_of(certificate)
    paper.print_fitting(lambda point: paper.document_of(html, point), device, SMALLEST_POINT)


def write_pdf(certificate: Certificate, path: Path) -> None:
    """Write the pages, from a window or from the command line. Raises `OSError`."""
    without_window = None
    if QGuiApplication.instance() is None:  # letters need it
        without_window = QGuiApplication(["vetpacs-desktop", "-platform", "offscreen"])
    print_on(certificate, paper.pdf(path, _tr("Certificate of the backups")))
    if without_window is not None:
        without_window.shutdown()


def write_certificate(home: Home, path: Path) -> None:
    """The same for the command line: all places of a home. Raises `NothingToCertify`, `LibraryDamaged` and
    what reading settings and places raises, `OSError`.
    """
    library = Library.open(home)
    try:
        counts = library.counts()
    finally:
        library.close()
    clinic = settings.load(home.settings).text("clinic.name")
    write_pdf(gather(home, clinic, counts, datetime.now().astimezone()), path)


def html_of(certificate: Certificate) -> str:
    """The pages as Qt's documents read them."""
    made = _moment(certificate.made.isoformat())
    library = _tr("The library here holds {exams} with {images}.").format(
        exams=words.exams(certificate.exams), images=words.images(certificate.images)
    )
    how = _tr(
        "Every file is copied under the name of its SHA-256 digest, read back from the place and compared "
        "before a generation counts; all of them are read back again within the days that are stated. A "
        "rehearsal brings a generation back into an empty folder, opens the library there and compares it."
    )
    clinic = f"<p><b>{escape(certificate.clinic)}</b></p>" if certificate.clinic else ""
    return "".join(
        (
            clinic,
            f"<h1>{escape(_tr('Certificate of the backups'))}</h1>",
            f"<p>{escape(_tr('State of {moment}').format(moment=made))}. {escape(library)}</p>",
            *(_place(one) for one in certificate.places),
            f"<h3>{escape(_tr('What “proved” means'))}</h3><p>{escape(how)}</p>",
            _signature(),
        )
    )


def _place(one: Certified) -> str:
    health, place = one.known.health, one.known.place
    last = one.last
    rows = [
        (_tr("Where"), address_words(place.url)),
        (_tr("Files"), _tr("sealed (encrypted, age format)") if place.recipient else _tr("plain files")),
        (_tr("Runs"), saying.schedule(place)),
        (_tr("Kept"), saying.policy_text(place.keep)),
        (_tr("State"), "\n".join(fault.sentence for fault in health.faults) or _tr("in order")),
    ]
    if last is not None:
        objects = _tr("{files}, {size}").format(
            files=words.counted(last.objects, _tr("{n} file"), _tr("{n} files")), size=words.size(last.bytes)
        )
        rows += [
            (_tr("Last good generation"), f"{_moment(last.made)}  ({last.id})"),
            (_tr("It holds"), objects),
            (_tr("Digest of its manifest (SHA-256)"), one.digest or one.trouble or "–"),
            (_tr("Digest of its database (SHA-256)"), last.database or "–"),
        ]
    if health.objects:
        proved = _tr(
            "{n} of {all} files within the last {days} days; the oldest proof is of {oldest}"
        ).format(
            n=words.grouped(health.proved),
            all=words.grouped(health.objects),
            days=place.prove_days,
            oldest=_moment(health.oldest_proof.isoformat()) if health.oldest_proof else "–",
        )
        rows.append((_tr("Read back"), proved))
    drills = [drill for drill in one.known.drills if drill.kind == "drill"][:DRILLS]
    rows.append((_tr("Rehearsals"), "\n".join(_drill(drill.at, drill.sentence) for drill in drills)))
    return f"<h2>{escape(place.name)}</h2>{_table(rows)}"


def _drill(at: int, sentence: str) -> str:
    return f"{_moment(datetime.fromtimestamp(at, UTC).isoformat())}: {sentence}"


def _moment(iso: str) -> str:
    """With its date, for paper is read later."""
    moment = datetime.fromisoformat(iso).astimezone()
    return f"{words.day(moment.date().isoformat(), date.min)}, {moment:%H:%M}"


def _table(rows: list[tuple[str, str]]) -> str:
    lines = "".join(
        f'<tr><td width="30%">{escape(name)}</td>'
        f'<td width="70%">{escape(value or "–").replace(chr(10), "<br>")}</td></tr>'
        for name, value in rows
    )
    look = 'width="100%" cellpadding="4" cellspacing="0" border="1" style="border-collapse: collapse"'
    return f"<table {look}>{lines}</table>"


def _signature() -> str:
    cells = "".join(
        f'<td width="45%"><br><br><hr>{escape(text)}</td>'
        for text in (_tr("Place and day"), _tr("Name and signature"))
    )
    return f'<p>&nbsp;</p><table width="100%" cellspacing="20"><tr>{cells}</tr></table>'


def _tr(text: str) -> str:
    return QCoreApplication.translate("certificate", text)
