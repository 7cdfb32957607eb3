"""PDF documents made for the tests, with text and lines, and DICOM objects that carry them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

A4 = (595.0, 842.0)
Size = tuple[float, float]


def pdf(sizes: Sequence[Size] = (A4,), *, locked: bool = False, rotate: int = 0) -> bytes:
    """A document of one page for each size: its number in large letters, a frame and forty lines of print."""
    count = len(sizes)
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b" ".join(b"%d 0 R" % (5 + 2 * page) for page in range(count)), count),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"11" * 32, b"22" * 32),
    ]
    for number, size in enumerate(sizes):
        bodies.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Rotate %d /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (*size, rotate, 6 + 2 * number)
        )
        content = _page(number + 1, size)
        bodies.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _file(bodies, b" /Encrypt 4 0 R /ID [<00> <00>]" if locked else b"")


def _page(number: int, size: Size) -> bytes:
    width, height = size
    lines = [b"0.5 w 20 20 %d %d re S" % (width - 40, height - 40)]
    lines.append(b"BT /F1 24 Tf 40 %d Td (Laboratory report, page %d) Tj ET" % (height - 60, number))
    for row in range(40):
        y = height - 100 - 16 * row
        if y > 40:
            words = b"%02d  Haematocrit 0.4%d   reference 0.37 - 0.55   the quick brown fox" % (row, row % 10)
            lines.append(b"BT /F1 9 Tf 40 %d Td (%s) Tj ET" % (y, words))
    return b"\n".join(lines)


def _file(bodies: Sequence[bytes], locked: bytes) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R%s >>\n" % (len(bodies) + 1, locked)
    return out + b"startxref\n%d\n%%%%EOF\n" % start


def carrier(
    path: Path,
    data: bytes,
    *,
    sop_class: str = "1.2.840.10008.5.1.4.1.1.104.1",
    mime: str = "application/pdf",
    say_length: bool = True,
    syntax: str = ExplicitVRLittleEndian,
) -> Path:
    """A DICOM object around a document, as another maker might write it."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = UID(sop_class)
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = UID(f"1.2.3.{len(data)}.1")
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2.3", f"1.2.3.{len(data)}"
    dataset.PatientName, dataset.Modality = "Smith^Bella", "DOC"
    dataset.DocumentTitle = "Laboratory report"
    dataset.MIMETypeOfEncapsulatedDocument = mime
    dataset.EncapsulatedDocument = data + b"\0" * (len(data) % 2)
    if say_length:
        dataset.EncapsulatedDocumentLength = len(data)
    dataset.save_as(path, enforce_file_format=True)
    return path
