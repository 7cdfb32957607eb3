"""Measurements as a Comprehensive SR by the template of measurement reports (PS3.16 TID 1500).

Each annotation is one measurement group: what it is, who tracks it, its values with unit, basis and place. A
figure with an inside is a planar region (TID 1410), any other one's values point at its coordinates (TID
1501). Works out no value itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import numpy as np
from highdicom import sr
from highdicom.coding_schemes import CodingSchemeIdentificationItem
from pydicom.dataset import Dataset
from pydicom.valuerep import DT

from vetpacs_desktop.viewer.annotations import CALIBRATIONS, Annotation
from vetpacs_desktop.viewer.measure.measured import Measured
from vetpacs_desktop.viewer.measuring import words_of
from vetpacs_desktop.viewer.mouth import Mouth
from vetpacs_desktop.viewer.standard import codes, shapes
from vetpacs_desktop.viewer.standard.codes import Concept, private
from vetpacs_desktop.viewer.standard.own import MODEL, tracking_uid
from vetpacs_desktop.viewer.standard.place import Place, as_text, new_uid, person_name
from vetpacs_desktop.viewer.standard.shapes import Shape
from vetpacs_desktop.viewer.standard.sources import Source
from vetpacs_desktop.viewer.standard.sr_teeth import teeth_groups
from vetpacs_desktop.viewer.standard.subject import carry

_TITLE = Concept("126000", "DCM", "Imaging Measurement Report")
_PROCEDURE = Concept("363679005", "SCT", "Imaging procedure")
_COMMENT = Concept("121106", "DCM", "Comment")
_REGION = Concept("111030", "DCM", "Image Region")
_WITHDRAWN = private("withdrawn", "All measurements were withdrawn")
_STATE = private("state", "State of the measurements")


class _Report(sr.ComprehensiveSR):  # type: ignore[misc]  # highdicom is not typed for us
    """Takes patient and study from `subject.carry`: highdicom would log names and balk at unusual images."""

    def copy_patient_and_study_information(self, dataset: Dataset) -> None:
        return None


def report(
    annotations: Sequence[Annotation],
    source_of: Callable[[str], Source],
    measured: Callable[[Annotation], Measured],
    place: Place,
    previous: Sequence[Dataset],
    images: Sequence[str],
    mouth: Mouth | None = None,
) -> Dataset:
    """A new report of one author's annotations, in place of his `previous` one.

    Without annotations it says that they were withdrawn. `images` are all it speaks of, at least one. The
    findings of a `mouth` are a group for each tooth.
    """
    groups = [_group(one, source_of(one.image.sop_uid), measured(one)) for one in annotations]
    groups += teeth_groups(mouth or Mouth(), source_of)
    return whole(_Report, groups or [withdrawn()], [source_of(uid) for uid in images], place, previous)


def whole(
    kind: type[Dataset],
    groups: Sequence[Dataset],
    sources: Sequence[Source],
    place: Place,
    previous: Sequence[Dataset],
) -> Dataset:
    """A report of a `kind` that holds these measurement groups; `sources` are the images it speaks of."""
    content = sr.MeasurementReport(
        observation_context=sr.ObservationContext(observer_person_context=_person(place.author)),
        procedure_reported=coded(_PROCEDURE),
        imaging_measurements=list(groups),
        title=coded(_TITLE),
        language_of_content_item_and_descendants=sr.LanguageOfContentItemAndDescendants(
            sr.CodedConcept("en", "RFC5646", "English")
        ),
    )
    about_it: Mapping[str, object] = {
        "evidence": [source.evidence() for source in sources],
        "content": content,
        "is_complete": True,
        "previous_versions": list(previous) or None,
        "coding_schemes": [scheme()],
        **place.of_object(),
    }
    made = kind(**about_it)
    carry(sources[0].header, made)
    return made


def coded(concept: Concept) -> sr.CodedConcept:
    """highdicom's form of a concept."""
    return sr.CodedConcept(concept.value, concept.scheme, concept.meaning)


def scheme() -> CodingSchemeIdentificationItem:
    """What 99VETPACS is (PS3.3 C.12.1)."""
    return CodingSchemeIdentificationItem(
        codes.SCHEME, name=codes.SCHEME_NAME, responsible_organization=MODEL
    )


def observer(author: str) -> sr.ObserverContext:
    """The person who drew and marked."""
    return sr.ObserverContext(
        observer_type=sr.CodedConcept("121006", "DCM", "Person"),
        observer_identifying_attributes=sr.PersonObserverIdentifyingAttributes(name=person_name(author)),
    )


_person = observer


def _group(one: Annotation, source: Source, value: Measured) -> Dataset:
    """One annotation; a template of highdicom, which is a sequence of one item."""
    figure = shapes.shapes_of(one, source.description)
    drawn = [shape for shape in figure if not shape.helping] or [shapes.bare(one.points)]
    place = _place_of(one, source)
    inside = len(drawn) == 1 and drawn[0].closed
    if inside or not _values(one, value):
        region = _region(drawn[0], place)
        group = sr.PlanarROIMeasurementsAndQualitativeEvaluations(
            referenced_region=region, measurements=measurements(one, value, ()) or None, **about(one)
        )
    else:
        places = [_coordinates(shape, place) for shape in drawn]
        group = sr.MeasurementsAndQualitativeEvaluations(
            measurements=measurements(one, value, places), **about(one)
        )
    return signed(group, one, value)


def about(one: Annotation) -> dict[str, object]:
    """Who tracks an annotation, and what it is."""
    return {
        "tracking_identifier": sr.TrackingIdentifier(tracking_uid(one.id), _named(one)),
        "finding_type": coded(codes.tool_of(one.tool)),
    }


def signed(group: Dataset, one: Annotation, value: Measured) -> Dataset:
    """A group with the moment it was drawn and the words that stand beside it."""
    item = group[0]
    if moment := _moment(one.changed or one.created):
        item.ObservationDateTime = moment
    if words := as_text(words_of(one, value)):
        comment = sr.TextContentItem(coded(_COMMENT), words, sr.RelationshipTypeValues.CONTAINS)
        item.ContentSequence.append(comment)
    return group


def withdrawn() -> Dataset:
    """The group of a report whose measurements were all taken back."""
    return sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(new_uid(), "withdrawn"),
        qualitative_evaluations=[sr.QualitativeEvaluation(coded(_STATE), coded(_WITHDRAWN))],
    )


def _named(one: Annotation) -> str:
    """What other programs list it as."""
    return as_text([" ".join(one.text.split())], 60) or codes.tool_of(one.tool).meaning


def _values(one: Annotation, value: Measured) -> list[tuple[Concept, Concept | None, Measured]]:
    """Every figure with what it is and how it was derived."""
    if one.tool in CALIBRATIONS and one.known_mm is not None:
        known = Measured(one.known_mm, "mm")
        return [(codes.value_of(one.tool, known), None, known)]
    found: list[tuple[Concept, Concept | None, Measured]] = []
    if value.value is not None:
        found.append((codes.value_of(one.tool, value), None, value))
    for name, part in value.parts.items():
        if part.value is not None and not _said(part, name, value):
            found.append((*codes.part_of(one.tool, name, part), part))
    return found


def _said(part: Measured, name: str, whole: Measured) -> bool:
    """Whether a part only repeats the value itself."""
    return name in ("area", "long") and part.value == whole.value and part.unit == whole.unit


def measurements(
    one: Annotation,
    value: Measured,
    places: Sequence[sr.CoordinatesForMeasurement | sr.CoordinatesForMeasurement3D],
) -> list[sr.Measurement]:
    """Every figure of an annotation, each pointing at its `places`."""
    made = []
    for concept, derivation, figure in _values(one, value):
        basis = codes.basis_of(figure.basis)
        assert figure.value is not None
        made.append(
            sr.Measurement(
                name=coded(concept),
                value=float(figure.value),
                unit=coded(codes.unit_for(concept, figure.unit)),
                derivation=None if derivation is None else coded(derivation),
                method=None if basis is None else coded(basis),
                referenced_coordinates=list(places) or None,
            )
        )
    return made


def _place_of(one: Annotation, source: Source) -> sr.SourceImageForRegion:
    number = source.frame_number(one.image.frame)
    return sr.SourceImageForRegion(
        source.description.sop_class_uid, one.image.sop_uid, None if number is None else [number]
    )


def _region(shape: Shape, place: sr.SourceImageForRegion) -> sr.ImageRegion:
    """An image region; through the plain item, as the class asks what images of unknown kinds may hold."""
    graphic = shape.kind.value if shape.kind is not shapes.Kind.MULTIPOINT else shapes.Kind.POLYLINE.value
    item = sr.ScoordContentItem(
        coded(_REGION), graphic, _numbers(shape), relationship_type=sr.RelationshipTypeValues.CONTAINS
    )
    item.ContentSequence = [place]
    return sr.ImageRegion.from_dataset(item)


def _coordinates(shape: Shape, place: sr.SourceImageForRegion) -> sr.CoordinatesForMeasurement:
    return sr.CoordinatesForMeasurement(shape.kind.value, _numbers(shape), place)


def _numbers(shape: Shape) -> np.ndarray:
    return np.asarray(shapes.to_file(shape.points), np.float32).astype(np.float64)


def _moment(iso: str) -> DT | None:
    """An ISO moment as a DT (PS3.5 6.2); at an offset of 0 without it, which DCMTK takes for a fault."""
    try:
        return DT(datetime.fromisoformat(iso).strftime("%Y%m%d%H%M%S%z").removesuffix("+0000"))
    except ValueError:
        return None
