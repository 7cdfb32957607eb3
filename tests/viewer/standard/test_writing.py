"""Sheets become documents that strict judges accept, DCMTK reads and highdicom re-reads with equal values."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from highdicom import ko, sr
from pydicom import dcmread
from pydicom.dataset import Dataset

from tests.helpers.small_files import picture, write
from tests.viewer.standard.drawn import (
    LIBRARY,
    VET,
    annotation,
    dcmtk_faults,
    faults,
    one_of_each,
    pydicom_file,
    saved,
    sheet_on,
)
from vetpacs_desktop.viewer.annotations import ImageRef, KeyImage, Sheet, added, removed
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measuring import measure
from vetpacs_desktop.viewer.standard.looks import Look
from vetpacs_desktop.viewer.standard.writing import written

GREY = "1.2.840.10008.5.1.4.1.1.11.1"
COLOUR = "1.2.840.10008.5.1.4.1.1.11.2"
FILES = {
    "CT_small.dcm": 0,
    "MR_small.dcm": 0,
    "examples_ybr_color.dcm": 3,  # ultrasound of many frames, in colour
    "emri_small.dcm": 2,  # an enhanced object: its windows stand in functional groups
    "examples_palette.dcm": 0,
    "SC_rgb.dcm": 0,
}


@pytest.mark.parametrize("name", FILES)
def test_every_document_is_accepted_and_read_by_others(name: str, tmp_path: Path) -> None:
    sheet, images = sheet_on(pydicom_file(name), FILES[name])
    made = written(sheet, images, VET, library=LIBRARY)
    assert sorted(one.Modality for one in made) == ["KO", "PR", "SR"]
    for one in made:
        path = saved(one, tmp_path)
        assert faults(path) == []
        if one.SOPClassUID != COLOUR:  # DCMTK knows none of colour
            assert dcmtk_faults(path, one) == []


def groups_of(made: Dataset) -> list[Dataset]:
    report = sr.ComprehensiveSR.from_dataset(made).content
    return [
        *report.get_planar_roi_measurement_groups(),
        *report.get_image_measurement_groups(),
    ]


@pytest.mark.parametrize("name", FILES)
def test_highdicom_reads_the_same_values_units_and_places(name: str, tmp_path: Path) -> None:
    path, frame = pydicom_file(name), FILES[name]
    sheet, images = sheet_on(path, frame)
    (made,) = [one for one in written(sheet, images, VET, library=LIBRARY) if one.Modality == "SR"]
    groups = {group.tracking_uid: group for group in groups_of(dcmread(saved(made, tmp_path)))}
    assert len(groups) == len(sheet.annotations)
    image = MeasuredImage.of_file(path, frame)
    for one in sheet.annotations:
        group = groups[f"2.25.{int(one.id.replace('-', ''), 16)}"]
        value = measure(one, image)
        expected = [value.value] if value.value is not None else []
        found = [item.value for item in group.get_measurements()]
        assert found[: len(expected)] == expected
        assert all(part.value in found for part in value.parts.values() if part.value is not None)


def test_a_length_points_at_its_ends_and_says_its_unit_and_basis(tmp_path: Path) -> None:
    path = pydicom_file("CT_small.dcm")
    description = read_description(path)
    ends = ((10.25, 20.5), (90.75, 100.125))
    sheet = Sheet((annotation(0, "length", ImageRef(description.sop_uid), ends),))
    (made,) = [one for one in written(sheet, {description.sop_uid: path}, VET) if one.Modality == "SR"]
    (group,) = groups_of(dcmread(saved(made, tmp_path)))
    (item,) = group.get_measurements()
    assert item.name == sr.CodedConcept("410668003", "SCT", "Length")
    assert item.unit == sr.CodedConcept("mm", "UCUM", "mm")
    assert item.method.meaning == "Scale: in the animal"
    (place,) = item.referenced_coordinates
    assert np.allclose(place.value, np.asarray(ends) + 0.5, atol=1e-4)  # counted from the pixel's corner
    spacing = description.frames[0].pixel_spacing
    assert spacing is not None
    assert item.value == pytest.approx(np.hypot(80.5 * spacing[1], 79.625 * spacing[0]))


def test_the_reader_the_animal_and_the_exam_are_named(tmp_path: Path) -> None:
    path = write(picture(PatientName="Иванова^Рекс", PatientSex="M"), tmp_path / "image.dcm")
    uid = read_description(path).sop_uid
    sheet = Sheet((annotation(0, "length", ImageRef(uid), ((0.0, 0.0), (3.0, 3.0))),), keys_of(uid))
    for one in written(sheet, {uid: path}, VET):
        again = dcmread(saved(one, tmp_path))
        assert str(again.PatientName) == "Иванова^Рекс"
        assert (again.PatientID, again.PatientSex, again.StudyDate) == ("4711", "M", "20260312")
        assert again.PatientSpeciesDescription == "Canine"
        assert again.PatientBreedDescription == "German Shepherd"
        assert again.StudyInstanceUID == read_description(path).study_uid
        assert again.SeriesInstanceUID != read_description(path).series_uid
        if one.Modality == "PR":
            assert str(again.ContentCreatorName) == "Meier^Anna"
        else:
            names = [str(item.PersonName) for item in again.ContentSequence if item.ValueType == "PNAME"]
            assert names == ["Meier^Anna"]


def test_no_name_of_a_patient_reaches_a_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    path = write(picture(PatientName="Verysecret", PatientID="Secretid"), tmp_path / "image.dcm")
    uid = read_description(path).sop_uid
    assert len(written(Sheet(keys=keys_of(uid)), {uid: path}, "Secretvet")) == 1
    assert "ecret" not in caplog.text


def test_key_images_name_their_frames(tmp_path: Path) -> None:
    path = pydicom_file("examples_ybr_color.dcm")
    uid = read_description(path).sop_uid
    keys = tuple(KeyImage(f"key-{n}", ImageRef(uid, n), VET) for n in (0, 4))
    (made,) = written(Sheet(keys=keys), {uid: path}, VET)
    again = ko.KeyObjectSelectionDocument.from_dataset(dcmread(saved(made, tmp_path)))
    items = again.content[0].ContentSequence
    frames = [
        item.ReferencedSOPSequence[0].ReferencedFrameNumber for item in items if item.ValueType == "IMAGE"
    ]
    assert frames == [1, 5]
    assert again.ConceptNameCodeSequence[0].CodeMeaning == "Of Interest"


def keys_of(uid: str, author: str = VET) -> tuple[KeyImage, ...]:
    return (KeyImage("key", ImageRef(uid), author),)


# --- what is new ----------------------------------------------------------------------------------


def kinds(made: Sequence[Dataset]) -> list[str]:
    return sorted(one.Modality for one in made)


def test_only_what_is_new_is_written_and_it_names_what_it_replaces() -> None:
    path = pydicom_file("CT_small.dcm")
    sheet, images = sheet_on(path)
    first = written(sheet, images, VET, library=LIBRARY)
    assert written(sheet, images, VET, first, library=LIBRARY) == []
    more = added(sheet, annotation(500, "length", sheet.annotations[0].image, ((1.0, 1.0), (5.0, 9.0))))
    second = written(more, images, VET, first, library=LIBRARY)
    assert kinds(second) == ["PR", "SR"]
    old, new = ({one.Modality: one for one in made} for made in (first, second))
    (study,) = new["SR"].PredecessorDocumentsSequence
    (item,) = study.ReferencedSeriesSequence[0].ReferencedSOPSequence
    assert item.ReferencedSOPInstanceUID == old["SR"].SOPInstanceUID
    for kind in ("SR", "PR"):
        assert new[kind].SeriesInstanceUID == old[kind].SeriesInstanceUID
        assert new[kind].InstanceNumber == old[kind].InstanceNumber + 1
    assert written(more, images, VET, [*first, *second], library=LIBRARY) == []


def test_what_was_deleted_is_taken_back_for_others_too(tmp_path: Path) -> None:
    sheet, images = sheet_on(pydicom_file("CT_small.dcm"))
    first = written(sheet, images, VET, library=LIBRARY)
    gone = written(Sheet(), images, VET, first, library=LIBRARY)
    assert kinds(gone) == ["KO", "PR", "SR"]
    for one in gone:
        path = saved(one, tmp_path)
        assert faults(path) == []
        assert dcmtk_faults(path, one) == []
    state = {one.Modality: one for one in gone}
    assert state["KO"].ConceptNameCodeSequence[0].CodeValue == "113001"
    assert "GraphicAnnotationSequence" not in state["PR"]
    assert written(Sheet(), images, VET, [*first, *gone], library=LIBRARY) == []
    back = written(sheet, images, VET, [*first, *gone], library=LIBRARY)
    assert kinds(back) == ["KO", "PR", "SR"]


def test_each_author_has_documents_of_his_own() -> None:
    path = pydicom_file("CT_small.dcm")
    description = read_description(path)
    hers, his = one_of_each(description), one_of_each(description, author="Ben Kay")
    both = Sheet((*hers.annotations, *(replace(one, id=f"b-{one.id}") for one in his.annotations)))
    first = written(both, {description.sop_uid: path}, VET, library=LIBRARY)
    assert kinds(first) == ["PR", "PR", "SR", "SR"]
    assert len({one.SeriesInstanceUID for one in first}) == 2
    less = removed(both, f"b-{his.annotations[0].id}")
    assert kinds(written(less, {description.sop_uid: path}, VET, first, library=LIBRARY)) == ["PR", "SR"]


def test_half_made_things_and_missing_images_stay_out() -> None:
    path = pydicom_file("CT_small.dcm")
    uid = read_description(path).sop_uid
    image = ImageRef(uid)
    halves = (
        annotation(0, "length", image, ((1.0, 1.0),)),
        annotation(1, "text", image, ((1.0, 1.0),), text=" "),
        annotation(2, "calibrate_line", image, ((1.0, 1.0), (9.0, 9.0))),
        annotation(3, "of_the_future", image, ((1.0, 1.0),)),
        annotation(4, "length", ImageRef("1.2.3"), ((1.0, 1.0), (5.0, 5.0))),
    )
    assert written(Sheet(halves), {uid: path}, VET, library=LIBRARY) == []


def test_values_rest_on_the_readers_calibration() -> None:
    path = pydicom_file("CT_small.dcm")
    uid = read_description(path).sop_uid
    length = annotation(0, "length", ImageRef(uid), ((10.0, 10.0), (10.0, 30.0)))
    scale = annotation(1, "calibrate_line", ImageRef(uid), ((0.0, 0.0), (0.0, 10.0)), known_mm=25.0)
    bare = written(Sheet((length,)), {uid: path}, VET, library=LIBRARY)
    made = written(Sheet((length, scale)), {uid: path}, VET, bare, library=LIBRARY)
    (report,) = [one for one in made if one.Modality == "SR"]
    found = {item.name.meaning: item for group in groups_of(report) for item in group.get_measurements()}
    assert found["Length"].value == pytest.approx(50.0)
    assert found["Length"].method.meaning == "Scale: calibrated here"
    assert found["Calibration Object Size"].value == 25.0


def test_what_reaches_beyond_the_picture_is_written_as_it_was_drawn(tmp_path: Path) -> None:
    path = pydicom_file("CT_small.dcm")
    uid = read_description(path).sop_uid
    sheet = Sheet((annotation(0, "length", ImageRef(uid), ((-20.0, 5.0), (300.0, 9.0))),))
    (state,) = [one for one in written(sheet, {uid: path}, VET) if one.Modality == "PR"]
    (graphic,) = state.GraphicAnnotationSequence[0].GraphicObjectSequence
    assert list(graphic.GraphicData) == [-19.5, 5.5, 300.5, 9.5]
    assert faults(saved(state, tmp_path)) == []


def test_a_look_is_kept_until_another_one_comes() -> None:
    path = pydicom_file("CT_small.dcm")
    uid = read_description(path).sop_uid
    look = Look(Window(40, 400), invert=True, flip_h=True, rotation=90)
    first = written(Sheet(), {uid: path}, VET, looks={uid: look}, library=LIBRARY)
    (state,) = first
    assert state.SOPClassUID == GREY
    assert (state.ImageRotation, state.ImageHorizontalFlip) == (270, "Y")
    assert state.PresentationLUTShape == "INVERSE"
    item = state.SoftcopyVOILUTSequence[0]
    assert (item.WindowCenter, item.WindowWidth) == (40, 400)
    assert written(Sheet(), {uid: path}, VET, first, library=LIBRARY) == []
    assert written(Sheet(), {uid: path}, VET, first, looks={uid: look}, library=LIBRARY) == []
    other = written(Sheet(), {uid: path}, VET, first, looks={uid: replace(look, rotation=0)}, library=LIBRARY)
    assert [one.ImageRotation for one in other] == [0]


def test_pixels_that_are_not_square_keep_their_shape(tmp_path: Path) -> None:
    path = write(picture(PixelSpacing=["2", "1"], Rows=8, Columns=8, pixels=b"\1\2" * 64), tmp_path / "i.dcm")
    uid = read_description(path).sop_uid
    sheet = Sheet((annotation(0, "circle", ImageRef(uid), ((1.0, 4.0), (4.0, 5.5), (7.0, 4.0))),))
    made = {one.Modality: one for one in written(sheet, {uid: path}, VET)}
    assert list(made["PR"].DisplayedAreaSelectionSequence[0].PresentationPixelAspectRatio) == [2, 1]
    (graphic,) = made["PR"].GraphicAnnotationSequence[0].GraphicObjectSequence
    assert graphic.GraphicType == "ELLIPSE"  # round in the animal, not in pixels
    a, b, c, d = np.asarray(graphic.GraphicData).reshape(4, 2)
    assert np.hypot(*(b - a)) == pytest.approx(2 * np.hypot(*(d - c)))
    for one in made.values():
        assert faults(saved(one, tmp_path)) == []
