"""What is measured in the animal becomes a 3D report that strict judges accept and others read in mm."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from highdicom import sr
from pydicom import dcmread
from pydicom.dataset import Dataset

from tests.helpers.dcmtk import run
from tests.viewer.standard.drawn import LIBRARY, VET, annotation, dcmtk_faults, faults, saved
from tests.viewer.standard.in_space import FLAT, Space, one_of_each, slices
from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, Sheet, removed
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.standard.own import tracking_uid
from vetpacs_desktop.viewer.standard.reading import read, sheet_of
from vetpacs_desktop.viewer.standard.space_shapes import Kind3d, space_shapes
from vetpacs_desktop.viewer.standard.spaces import Spaces
from vetpacs_desktop.viewer.standard.writing import written

CLASS = "1.2.840.10008.5.1.4.1.1.88.34"


@pytest.fixture(scope="module")
def files() -> dict[str, Path]:
    return slices()


@pytest.fixture(scope="module")
def space(files: dict[str, Path]) -> Space:
    return Space(files)


def space_document(sheet: Sheet, files: dict[str, Path], earlier: list[Dataset] | None = None) -> Dataset:
    series = {Space(files).series: list(files)}
    made = written(sheet, files, VET, earlier or [], series=series, library=LIBRARY)
    (one,) = [document for document in made if document.Modality == "SR"]
    return one


@pytest.fixture(scope="module")
def made(files: dict[str, Path], space: Space) -> Dataset:
    return space_document(one_of_each(space), files)


def groups_of(made: Dataset) -> dict[str, Dataset]:
    report = sr.Comprehensive3DSR.from_dataset(made).content
    every = (
        *report.get_planar_roi_measurement_groups(),
        *report.get_volumetric_roi_measurement_groups(),
        *report.get_image_measurement_groups(),
    )
    return {group.tracking_uid: group for group in every}


def group_of(made: Dataset, one: Annotation) -> Dataset:
    return groups_of(made)[tracking_uid(one.id)]


def test_every_tool_is_written_and_accepted_by_others(made: Dataset, tmp_path: Path, space: Space) -> None:
    path = saved(made, tmp_path)
    assert made.SOPClassUID == CLASS
    assert faults(path) == []
    assert dcmtk_faults(path, made) == []
    assert len(groups_of(dcmread(path))) == len(one_of_each(space).annotations)
    assert {item.Modality for item in (made,)} == {"SR"}


def test_dcmtk_reads_the_places_and_the_frame_of_reference(
    made: Dataset, tmp_path: Path, space: Space
) -> None:
    said = run("dsrdump", "+Pu", saved(made, tmp_path)).stdout
    assert said.count("SCOORD3D") >= len(FLAT)
    assert space.space in said
    assert "POLYGON" in said
    assert "ELLIPSE" in said


def test_highdicom_reads_the_same_values(made: Dataset, files: dict[str, Path], space: Space) -> None:
    spaces, groups = Spaces({space.series: list(files)}, files), groups_of(made)
    for one in one_of_each(space).annotations:
        value = spaces.measured(one)
        found = [item.value for item in groups[tracking_uid(one.id)].get_measurements()]
        assert value.value is None or found[0] == value.value, one.tool
        assert all(part.value in found for part in value.parts.values() if part.value is not None)


def test_a_length_points_at_its_ends_in_millimetres(
    files: dict[str, Path], space: Space, tmp_path: Path
) -> None:
    one = annotation(0, "length", ImageRef(""), (), space=space.placed([(0, 0), (30, 40)]))
    again = dcmread(saved(space_document(Sheet((one,)), files), tmp_path))
    (item,) = group_of(again, one).get_measurements()
    assert item.name == sr.CodedConcept("410668003", "SCT", "Length")
    assert item.value == pytest.approx(50.0)
    assert item.unit.value == "mm"
    (place,) = item.referenced_coordinates
    assert place.graphic_type is sr.GraphicTypeValues3D.POLYLINE
    assert place.frame_of_reference_uid == space.space
    assert one.space is not None
    assert np.allclose(place.value, one.space.places, atol=1e-3)


def test_a_region_holds_the_voxels_inside(made: Dataset, space: Space) -> None:
    one = next(one for one in one_of_each(space).annotations if one.tool == "ellipse")
    group = group_of(made, one)
    assert group.roi.graphic_type is sr.GraphicTypeValues3D.ELLIPSE
    longer, shorter = group.roi.value[:2], group.roi.value[2:]
    assert np.linalg.norm(np.diff(longer, axis=0)) == pytest.approx(12, abs=1e-3)
    assert np.linalg.norm(np.diff(shorter, axis=0)) == pytest.approx(4, abs=1e-3)
    means = [
        item for item in group.get_measurements() if item.derivation and item.derivation.meaning == "Mean"
    ]
    assert [item.unit.value for item in means] == ["[hnsf'U]"]


def test_outlines_are_the_surface_of_a_body(made: Dataset, space: Space) -> None:
    one = next(one for one in one_of_each(space).annotations if one.tool == "volume")
    group = group_of(made, one)
    surface = group.roi
    assert surface.graphic_type is sr.GraphicTypeValues3D.POLYGON
    assert [len(ring) for ring in surface.graphic_data] == [4, 5, 4]  # each closed
    volume = next(iter(group.get_measurements()))
    assert volume.name.meaning == "Volume"
    assert volume.unit.value == "ml"
    counted = {item.name.meaning: item.unit.value for item in group.get_measurements()}
    assert counted["outlines"] == "{outlines}"


def test_what_grew_points_at_its_seed(made: Dataset, space: Space) -> None:
    one = next(one for one in one_of_each(space).annotations if one.tool == "grow")
    items = group_of(made, one).get_measurements()
    assert items[0].value == pytest.approx(1.2345)
    (seed,) = items[0].referenced_coordinates
    assert seed.graphic_type is sr.GraphicTypeValues3D.POINT
    assert np.allclose(seed.value, space.middle, atol=1e-3)


def test_it_comes_back_exactly_and_is_written_once(
    made: Dataset, files: dict[str, Path], space: Space, tmp_path: Path
) -> None:
    again = dcmread(saved(made, tmp_path))
    sheet = one_of_each(space)
    back = sheet_of([again], library=LIBRARY)
    assert {one.id: one for one in back.annotations} == {one.id: one for one in sheet.annotations}
    series = {space.series: list(files)}
    assert written(sheet, files, VET, [again], series=series, library=LIBRARY) == []


def test_what_was_deleted_is_taken_back(made: Dataset, files: dict[str, Path], space: Space) -> None:
    sheet = one_of_each(space)
    less = removed(sheet, sheet.annotations[0].id)
    second = space_document(less, files, [made])
    assert second.PredecessorDocumentsSequence
    assert second.SeriesInstanceUID == made.SeriesInstanceUID
    assert len(groups_of(second)) == len(sheet.annotations) - 1
    last = space_document(Sheet(), files, [made, second])
    assert "withdrawn" in str(last)
    series = {space.series: list(files)}
    assert written(Sheet(), files, VET, [made, second, last], series=series, library=LIBRARY) == []


def test_another_library_reads_it_as_text(made: Dataset, tmp_path: Path) -> None:
    (report,) = read([saved(made, tmp_path)], library="another").reports
    assert any(line.startswith("Volume: ") and "ml" in line for _, line in report.lines)


def test_a_series_that_is_not_at_hand_stays_out(files: dict[str, Path], space: Space) -> None:
    elsewhere = replace(space.placed([(0, 0), (3, 4)]), series_uid="1.2.3")
    one = annotation(0, "length", ImageRef(""), (), space=elsewhere)
    assert written(Sheet((one,)), files, VET, series={space.series: list(files)}) == []


def test_images_without_a_common_space_say_values_alone(files: dict[str, Path], space: Space) -> None:
    placed = replace(space.placed([(0, 0), (3, 4)]), frame_of_reference_uid=space.series)
    one = annotation(0, "length", ImageRef(""), (), space=placed)
    document = space_document(Sheet((one,)), files)
    (item,) = group_of(document, one).get_measurements()
    assert item.value == pytest.approx(5.0)
    assert not item.referenced_coordinates


@pytest.mark.parametrize("tool", sorted(set(TOOLS) - {"grow", "volume"}))
def test_any_tool_has_shapes_of_the_right_kinds(tool: str, space: Space) -> None:
    flat = [(float(3 * n % 11), float(n * n % 7)) for n in range(TOOLS[tool].least)]
    shapes = space_shapes(annotation(0, tool, ImageRef(""), (), space=space.placed(flat)))
    assert shapes
    for shape in shapes:
        assert shape.places.shape[1] == 3
        if shape.kind is Kind3d.POLYGON:
            assert np.array_equal(shape.places[0], shape.places[-1])
