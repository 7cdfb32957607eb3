"""Reads the documents of an exam: those of others as layers, the own ones as the sheet that they hold.

Never raises for what a document says: what is garbled or of an unknown kind is left out. The own documents of
this library are no layer, for its sheet knows better.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset

from vetpacs_desktop.viewer import elements as read_element
from vetpacs_desktop.viewer.annotations import Sheet
from vetpacs_desktop.viewer.elements import UNREADABLE
from vetpacs_desktop.viewer.standard.layers import KeyMarks, Layers, OnImage, Presentation, Report, frames_of
from vetpacs_desktop.viewer.standard.own import Own, Paper, merged, own_of
from vetpacs_desktop.viewer.standard.reading_presentation import presentation_of
from vetpacs_desktop.viewer.standard.reading_report import LONGEST, report_of, title_of

_PRESENTATIONS = frozenset(("1.2.840.10008.5.1.4.1.1.11.1", "1.2.840.10008.5.1.4.1.1.11.2"))
"""Grey and colour presentation states (PS3.4 B.5)."""
_KEYS = "1.2.840.10008.5.1.4.1.1.88.59"
_REPORTS = "1.2.840.10008.5.1.4.1.1.88."
_REJECTED = frozenset(("113001", "113037", "113038", "113039"))
"""Titles of selections that take objects back instead of pointing at them (PS3.16 CID 7011, IHE IOCM)."""
_LARGEST = 64 << 20


def read(paths: Iterable[Path], *, library: str = "") -> Layers:
    """The layers of an exam from its documents' files; other files are left out."""
    return layers_of([one for path in paths if (one := document(path)) is not None], library=library)


def document(path: Path) -> Dataset | None:
    """A document as pydicom reads it; None for what can't be read or is none of ours to read."""
    try:
        if path.stat().st_size > _LARGEST:
            return None
        found = dcmread(path, stop_before_pixels=True, force=True)
    except (OSError, *UNREADABLE):
        return None
    kind = read_element.text(found, "SOPClassUID")
    return found if kind in _PRESENTATIONS or kind.startswith(_REPORTS) else None


def layers_of(documents: Sequence[Dataset], *, library: str = "") -> Layers:
    """The layers that documents make, the newest version of each."""
    own = {id(one): found for one in documents if (found := own_of(one)) is not None}
    others = [one for one in documents if (mine := own.get(id(one))) is None or mine.library != library]
    old = _replaced(others) | _older(others, own)
    current = [one for one in others if read_element.text(one, "SOPInstanceUID") not in old]
    presentations: list[Presentation] = []
    keys: list[KeyMarks] = []
    reports: list[Report] = []
    for one in current:
        kind = read_element.text(one, "SOPClassUID")
        if kind in _PRESENTATIONS:
            presentations.append(presentation_of(one))
        elif kind == _KEYS:
            keys += _keys(one)
        else:
            reports.append(report_of(one))
    return Layers(tuple(one for one in presentations if one.drawn or one.looks), tuple(keys), tuple(reports))


def sheet_of(documents: Sequence[Dataset], *, library: str | None = None) -> Sheet:
    """The sheet that own documents hold together, each author's last save; of one `library` or of all."""
    found = [(one, own) for one in documents if (own := own_of(one)) is not None]
    known = [(one, own) for one, own in found if library is None or own.library == library]
    newest: dict[tuple[str, Paper, str], tuple[int, Own]] = {}
    for one, own in known:
        number, place = read_element.integer(one, "InstanceNumber") or 0, (own.library, own.paper, own.author)
        if place not in newest or newest[place][0] <= number:
            newest[place] = number, own
    papers = [own for _, own in newest.values() if own.paper is not Paper.PRESENTATION]
    return merged(papers)


def _replaced(documents: Sequence[Dataset]) -> set[str]:
    """Documents that a newer one says it replaces, and those that a selection takes back."""
    gone: set[str] = set()
    for one in documents:
        for study in read_element.items(one, "PredecessorDocumentsSequence"):
            gone |= {uid for uid, _ in _references(study)}
        if _title_code(one) in _REJECTED:
            for item in read_element.items(one, "ContentSequence"):
                for found in read_element.items(item, "ReferencedSOPSequence"):
                    gone.add(read_element.text(found, "ReferencedSOPInstanceUID"))
    return gone


def _older(documents: Sequence[Dataset], own: dict[int, Own]) -> set[str]:
    """Former versions of what another library with this program wrote."""
    newest: dict[tuple[str, Paper, str], tuple[int, str]] = {}
    versions: list[tuple[tuple[str, Paper, str], str, str]] = []
    for one in documents:
        if (mine := own.get(id(one))) is None:
            continue
        place = mine.library, mine.paper, mine.author
        number = read_element.integer(one, "InstanceNumber") or 0
        versions.append((place, mine.digest, read_element.text(one, "SOPInstanceUID")))
        if number >= newest.get(place, (0, ""))[0]:
            newest[place] = number, mine.digest
    return {uid for place, digest, uid in versions if digest != newest[place][1]}


def _references(study: read_element.Header) -> Iterable[tuple[str, str]]:
    for series in read_element.items(study, "ReferencedSeriesSequence"):
        for item in read_element.items(series, "ReferencedSOPSequence"):
            uid = read_element.text(item, "ReferencedSOPInstanceUID")
            yield uid, read_element.text(item, "ReferencedSOPClassUID")


def _title_code(document: Dataset) -> str:
    code = read_element.item(document, "ConceptNameCodeSequence")
    return "" if code is None else read_element.text(code, "CodeValue")


def _keys(document: Dataset) -> list[KeyMarks]:
    if _title_code(document) in _REJECTED:
        return []
    images: list[OnImage] = []
    text = ""
    for item in read_element.items(document, "ContentSequence"):
        if read_element.text(item, "ValueType") == "TEXT":
            text = read_element.text(item, "TextValue")[:LONGEST]
        for found in read_element.items(item, "ReferencedSOPSequence"):
            frames = frames_of(read_element.numbers(found, "ReferencedFrameNumber"))
            images.append(OnImage(read_element.text(found, "ReferencedSOPInstanceUID"), frames))
    title, author, created = title_of(document)
    uid = read_element.text(document, "SOPInstanceUID")
    return [KeyMarks(uid, title, author, created, tuple(images), text)] if images else []
