"""A dental chart in a measurement report: a group for each tooth (PS3.16 TID 1501), its findings as answers.

The finding site is the tooth (SNOMED CT 38199008) with its Triadan number as modifier. DICOM has no code
scheme for teeth of animals: ISO 3950 counts human ones, so the number is a code of the program's own. Marks
are answered with "Yes"; grades and depths are numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from highdicom import sr
from pydicom.dataset import Dataset
from pydicom.valuerep import DT

from vetpacs_desktop.viewer.measure.veterinary.charting import FINDINGS
from vetpacs_desktop.viewer.measure.veterinary.dental import Tooth
from vetpacs_desktop.viewer.mouth import Charted, Mouth
from vetpacs_desktop.viewer.standard.codes import Concept, private, unit_of
from vetpacs_desktop.viewer.standard.own import tracking_uid
from vetpacs_desktop.viewer.standard.sources import Source

_TOOTH = Concept("38199008", "SCT", "Tooth")
_YES = Concept("373066001", "SCT", "Yes")
_CHART = private("dental-chart", "Dental chart")
_GRADE = Concept("{grade}", "UCUM", "grade")


def teeth_groups(mouth: Mouth, source_of: Callable[[str], Source]) -> list[Dataset]:
    """A group for each tooth with findings, in the order of their numbers; unknown findings stay out."""
    by_tooth: dict[Tooth, list[Charted]] = {}
    for one in mouth.findings:
        if one.name in FINDINGS:
            by_tooth.setdefault(one.tooth, []).append(one)
    return [_group(tooth, by_tooth[tooth], _pictures(mouth, tooth, source_of)) for tooth in sorted(by_tooth)]


def triadan(tooth: Tooth) -> Concept:
    """A tooth by its number in the modified Triadan system."""
    return private(f"triadan-{tooth}", f"{tooth} {tooth.words} (Triadan)")


def _group(tooth: Tooth, found: Sequence[Charted], pictures: Sequence[object]) -> Dataset:
    order = {name: number for number, name in enumerate(FINDINGS)}
    found = sorted(found, key=lambda one: order[one.name])
    marks = [one for one in found if FINDINGS[one.name].is_mark]
    numbers = [one for one in found if not FINDINGS[one.name].is_mark]
    group = sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(tracking_uid(found[0].id), f"Tooth {tooth}"),
        finding_type=_coded(_CHART),
        finding_sites=[sr.FindingSite(_coded(_TOOTH), topographical_modifier=_coded(triadan(tooth)))],
        measurements=[
            sr.Measurement(name=_named(one), value=float(one.value), unit=_unit(one)) for one in numbers
        ]
        or None,
        qualitative_evaluations=[sr.QualitativeEvaluation(_named(one), _coded(_YES)) for one in marks]
        or None,
        source_images=list(pictures) or None,
    )
    if moment := _latest(found):
        group[0].ObservationDateTime = moment
    return group


def _pictures(mouth: Mouth, tooth: Tooth, source_of: Callable[[str], Source]) -> list[object]:
    made = []
    for one in mouth.shown:
        if tooth in one.teeth:
            source = source_of(one.image.sop_uid)
            number = source.frame_number(one.image.frame)
            made.append(
                sr.SourceImageForMeasurementGroup(
                    source.description.sop_class_uid,
                    one.image.sop_uid,
                    None if number is None else [number],
                )
            )
    return made


def _named(one: Charted) -> sr.CodedConcept:
    return _coded(private(f"dental.{one.name}", FINDINGS[one.name].words))


def _unit(one: Charted) -> sr.CodedConcept:
    unit = FINDINGS[one.name].unit
    return _coded(unit_of(unit) if unit else _GRADE)


def _coded(concept: Concept) -> sr.CodedConcept:
    return sr.CodedConcept(concept.value, concept.scheme, concept.meaning)


def _latest(found: Sequence[Charted]) -> DT | None:
    """When the last word was said, as a DT (PS3.5 6.2)."""
    try:
        moments = [datetime.fromisoformat(one.changed or one.created) for one in found]
        return DT(max(moments).strftime("%Y%m%d%H%M%S%z").removesuffix("+0000"))
    except (ValueError, TypeError):
        return None
