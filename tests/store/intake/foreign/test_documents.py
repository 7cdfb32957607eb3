"""PDF documents are kept as they are; those that nobody could open later are refused now."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from pydicom import dcmread
from pydicom.uid import EncapsulatedPDFStorage

from tests.store.intake.foreign.files import faults, one, reason
from vetpacs_desktop.store.intake.foreign.original import original_of, restore
from vetpacs_desktop.viewer.describe import read_description


def pdf(pages: int = 2, title: str = "", encrypted: bool = False) -> bytes:
    """A small PDF document; the encrypted one has a password nobody knows."""
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b" ".join(b"%d 0 R" % (5 + page) for page in range(pages)), pages),
        b"<< /Title (%s) >>" % title.encode("latin-1"),
        b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"11" * 32, b"22" * 32),
        *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 300] >>"] * pages,
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    locked = b" /Encrypt 4 0 R /ID [<00> <00>]" if encrypted else b""
    out += b"trailer << /Size %d /Root 1 0 R /Info 3 0 R%s >>\n" % (len(bodies) + 1, locked)
    return out + b"startxref\n%d\n%%%%EOF\n" % start


@pytest.mark.parametrize("odd", [b"", b"%"])
def test_a_document_is_kept_byte_for_byte(tmp_path: Path, odd: bytes) -> None:
    file = tmp_path / "blood results 7.pdf"
    file.write_bytes(pdf(pages=3, title="Blood results") + odd)
    made = one(file, tmp_path / "out")
    dataset = dcmread(made)
    assert dataset.SOPClassUID == EncapsulatedPDFStorage
    assert dataset.DocumentTitle == "Blood results"
    assert dataset.MIMETypeOfEncapsulatedDocument == "application/pdf"
    assert dataset.EncapsulatedDocument[: dataset.EncapsulatedDocumentLength] == file.read_bytes()
    found = original_of(made)
    assert found is not None
    assert found.pages == 3
    restore(made, tmp_path / "back.pdf")
    assert (tmp_path / "back.pdf").read_bytes() == file.read_bytes()
    assert not faults(made)
    shown = read_description(made)
    assert shown.has_pixels
    assert shown.number_of_frames == 3


def test_without_a_title_the_file_name_is_it(tmp_path: Path) -> None:
    (tmp_path / "Überweisung.pdf").write_bytes(pdf())
    assert dcmread(one(tmp_path / "Überweisung.pdf", tmp_path / "out")).DocumentTitle == "Überweisung"


def test_documents_of_another_program_are_taken(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 300)
    document.save(tmp_path / "new.pdf")
    document.close()
    assert not faults(one(tmp_path / "new.pdf", tmp_path / "out"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (pdf(encrypted=True), "password"),
        (pdf()[:200], "damaged"),
        (b"%PDF-1.7\n" + b"junk" * 200, "damaged"),
        (pdf(pages=0), "damaged"),
    ],
)
def test_locked_broken_and_empty_documents_are_refused(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "a.pdf").write_bytes(content)
    assert words in reason(tmp_path / "a.pdf", tmp_path / "out")
