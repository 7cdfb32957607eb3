"""Key images as a Key Object Selection document (PS3.16 TID 2010): "Of Interest", frame by frame.

A selection from which all were taken rejects the one before it, as archives expect it (IHE IOCM). Marks
nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from highdicom import ko
from pydicom.dataset import Dataset

from vetpacs_desktop.viewer.annotations import KeyImage
from vetpacs_desktop.viewer.standard.codes import Concept
from vetpacs_desktop.viewer.standard.place import Place
from vetpacs_desktop.viewer.standard.sources import Source
from vetpacs_desktop.viewer.standard.sr import coded, observer
from vetpacs_desktop.viewer.standard.subject import carry

OF_INTEREST = Concept("113000", "DCM", "Of Interest")
REJECTED = Concept("113001", "DCM", "Rejected for Quality Reasons")
_WORDS = "Marked as key images"


def selection(keys: Sequence[KeyImage], source_of: Callable[[str], Source], place: Place) -> Dataset:
    """The key images of one author, at least one."""
    ordered = [key.image for key in keys]
    chosen = [source_of(image.sop_uid) for image in ordered]
    content = ko.KeyObjectSelection(
        document_title=coded(OF_INTEREST),
        referenced_objects=[source.evidence() for source in chosen],
        observer_person_context=observer(place.author),
        description=_WORDS,
    )
    pointing = [item for item in content[0].ContentSequence if item.ValueType == "IMAGE"]
    for item, image, source in zip(pointing, ordered, chosen, strict=True):
        if (number := source.frame_number(image.frame)) is not None:
            item.ReferencedSOPSequence[0].ReferencedFrameNumber = number
    return _document(content, [source.evidence() for source in chosen], chosen[0], place)


def rejection(previous: Sequence[Dataset], about: Source, place: Place) -> Dataset:
    """Says that former selections no longer hold."""
    gone = [_reference(one) for one in previous]
    content = ko.KeyObjectSelection(
        document_title=coded(REJECTED),
        referenced_objects=gone,
        observer_person_context=observer(place.author),
        description="No image is a key image any more",
    )
    return _document(content, [*gone], about, place)


def _document(
    content: ko.KeyObjectSelection, evidence: list[Dataset], about: Source, place: Place
) -> Dataset:
    made = ko.KeyObjectSelectionDocument(evidence=evidence, content=content, **place.of_object())
    carry(about.header, made)
    return made


def _reference(document: Dataset) -> Dataset:
    """A document without a picture: highdicom points at it as a composite object."""
    made = Dataset()
    for keyword in ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        setattr(made, keyword, document[keyword].value)
    for keyword in ("PatientID", "PatientName", "PatientBirthDate", "PatientSex", "AccessionNumber"):
        setattr(made, keyword, "")
    for keyword in ("StudyID", "StudyDate", "StudyTime"):
        setattr(made, keyword, "")
    return made
