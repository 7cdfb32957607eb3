"""PDF documents as DICOM: the file's own bytes inside an Encapsulated PDF object (PS3.3 A.45.1).

pdfium opens every document once, so that what can't be read later is refused now. Draws nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydicom import uid
from pydicom.sequence import Sequence as Items

from vetpacs_desktop.pdfium import LOCK, forget_last_error
from vetpacs_desktop.store.intake.foreign import original
from vetpacs_desktop.store.intake.foreign.header import Device, Spot, digits, header, number_in
from vetpacs_desktop.store.intake.foreign.original import Place
from vetpacs_desktop.store.intake.foreign.pictures import Job, Made
from vetpacs_desktop.store.intake.foreign.recognise import Refused
from vetpacs_desktop.store.intake.foreign.writing import write

LOCKED = (
    "The document is protected by a password; open it in a PDF program, save it without one and take that."
)
BROKEN = "The document is damaged or cut off and can't be opened; send or copy it again."
_PASSWORD = 4
"""pdfium's FPDF_ERR_PASSWORD."""
_SECURITY = 5
MIME = "application/pdf"


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What a document says of itself."""

    pages: int
    title: str


def convert_document(job: Job) -> list[Made]:
    """One object. Raises `Refused`, `OSError`."""
    facts = look_into(job.source.path)
    title = facts.title or job.source.path.stem
    spot = Spot(
        sop_class=str(uid.EncapsulatedPDFStorage),
        modality="DOC",
        form="document",
        number=number_in(job.source.name, job.number),
        own_series=True,
        secondary=True,
        words=title,
    )
    dataset = header(job.subject, job.source, Device(), spot)
    dataset.AcquisitionDateTime = digits(job.subject.date)
    dataset.ConversionType = "WSD"
    dataset.BurnedInAnnotation = "YES"  # a page names its animal and owner more often than not
    dataset.DocumentTitle = " ".join(title.replace("\\", "/").split())[:1024]
    dataset.ConceptNameCodeSequence = Items([])
    dataset.MIMETypeOfEncapsulatedDocument = MIME
    data = job.source.path.read_bytes()
    dataset.EncapsulatedDocument = data + b"\0" * (len(data) % 2)
    dataset.EncapsulatedDocumentLength = len(data)
    original.describe(dataset, job.source, Place.ITSELF, pages=facts.pages)
    path = job.folder / f"{dataset.SOPInstanceUID}.dcm"
    write(dataset, path, str(uid.ExplicitVRLittleEndian))
    return [Made(path, str(dataset.SOPInstanceUID))]


def look_into(path: Path) -> PdfFacts:
    """Pages and title of a PDF file. Raises `Refused` for one that is locked, broken or empty."""
    with LOCK:
        return _looked_into(path)


def _looked_into(path: Path) -> PdfFacts:
    import pypdfium2

    forget_last_error()
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) in (_PASSWORD, _SECURITY)
        raise Refused(reason=LOCKED if locked else BROKEN) from error
    try:
        pages = len(document)
        if not pages:
            raise Refused(reason=BROKEN)
        _check_pages(document, pages)
        return PdfFacts(pages, " ".join(document.get_metadata_value("Title").split()))
    finally:
        document.close()


def _check_pages(document: object, pages: int) -> None:
    """The first and the last page must open: a document that is cut off may still show its table of pages."""
    import pypdfium2

    try:
        for page in {0, pages - 1}:
            document[page].close()  # type: ignore[index]
    except pypdfium2.PdfiumError as error:
        raise Refused(reason=BROKEN) from error
