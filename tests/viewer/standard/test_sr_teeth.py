"""A dental chart goes out as a report that strict judges accept, and comes back exactly."""

from pathlib import Path
from uuid import UUID

from highdicom import sr
from pydicom import dcmread
from pydicom.dataset import Dataset

from tests.viewer.standard.drawn import LIBRARY, VET, WHEN, dcmtk_faults, faults, pydicom_file, saved
from vetpacs_desktop.viewer.annotations import ImageRef, Sheet
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.measure.veterinary.dental import Tooth
from vetpacs_desktop.viewer.mouth import Mouth, cleared, found, of_animal, shows
from vetpacs_desktop.viewer.standard.reading import sheet_of
from vetpacs_desktop.viewer.standard.writing import written

FILE = "CT_small.dcm"


def charted() -> tuple[Sheet, dict[str, Path]]:
    """Marks, a grade and a depth at two teeth, one of them on a picture."""
    path = pydicom_file(FILE)
    uid = read_description(path).sop_uid
    mouth = Mouth()
    for number, (tooth, name, value) in enumerate(
        ((108, "fracture_open", True), (108, "mobility", 2), (307, "probing_depth", 5.5))
    ):
        id = str(UUID(int=number + 70, version=4))
        mouth = found(mouth, Tooth(tooth), name, value, VET, WHEN, id)
    mouth = shows(mouth, ImageRef(uid), [Tooth(307), Tooth(308)], VET, WHEN, str(UUID(int=90, version=4)))
    mouth = of_animal(mouth, "cat", VET, WHEN, str(UUID(int=91, version=4)))
    return Sheet(mouth=mouth), {uid: path}


def report_of(sheet: Sheet, images: dict[str, Path], earlier: list[Dataset] | None = None) -> Dataset:
    (made,) = written(sheet, images, VET, earlier or [], library=LIBRARY)
    return made


def test_the_chart_is_a_report_that_judges_accept(tmp_path: Path) -> None:
    made = report_of(*charted())
    path = saved(made, tmp_path)
    assert faults(path) == []
    assert dcmtk_faults(path, made) == []
    content = sr.ComprehensiveSR.from_dataset(dcmread(path)).content
    fracture, depth = content.get_image_measurement_groups()
    assert fracture.finding_sites[0].value == sr.CodedConcept("38199008", "SCT", "Tooth")
    number = fracture.finding_sites[0].topographical_modifier
    assert (number.value, number.meaning) == (
        "triadan-108",
        "108 upper right fourth premolar (Triadan)",
    )
    (mark,) = fracture.get_qualitative_evaluations()
    assert (mark.name.meaning, mark.value.meaning) == ("Fracture with pulp exposure", "Yes")
    (grade,) = fracture.get_measurements()
    assert (grade.name.value, grade.value, grade.unit.value) == ("dental.mobility", 2.0, "{grade}")
    (millimetres,) = depth.get_measurements()
    assert (millimetres.value, millimetres.unit.value) == (5.5, "mm")
    assert [one.referenced_sop_instance_uid for one in depth.source_images] == [
        read_description(pydicom_file(FILE)).sop_uid
    ]


def test_the_chart_comes_back_exactly_and_is_not_written_twice(tmp_path: Path) -> None:
    sheet, images = charted()
    made = dcmread(saved(report_of(sheet, images), tmp_path))
    assert sheet_of([made], library=LIBRARY).mouth == sheet.mouth
    assert written(sheet, images, VET, [made], library=LIBRARY) == []


def test_a_chart_without_assigned_images_still_has_evidence() -> None:
    sheet, images = charted()
    bare = Sheet(mouth=Mouth(findings=sheet.mouth.findings))
    made = report_of(bare, images)
    evidence = made.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0]
    assert [item.ReferencedSOPInstanceUID for item in evidence.ReferencedSOPSequence] == list(images)


def test_a_chart_that_was_emptied_is_withdrawn(tmp_path: Path) -> None:
    sheet, images = charted()
    first = dcmread(saved(report_of(sheet, images), tmp_path))
    mouth = cleared(sheet.mouth, Tooth(108), ("fracture_open", "mobility"))
    mouth = cleared(mouth, Tooth(307), ("probing_depth",))
    again = report_of(Sheet(mouth=mouth), images, [first])
    assert "withdrawn" in str(again)
    assert sheet_of([first, again], library=LIBRARY).mouth.findings == ()
