"""Every header can be described: what devices get wrong is absent, what they say is there."""

from __future__ import annotations

import math
import pickle
from pathlib import Path
from typing import Any

import data_store
import numpy as np
import pydicom.data
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from tests.helpers.corpus import images
from tests.helpers.headers import ANYWHERE, CAPTURE, CT, DX, MR, US, file_of, garbled, header, image, item
from vetpacs_desktop.errors import NotAnImage
from vetpacs_desktop.viewer.describe import describe, read_description
from vetpacs_desktop.viewer.description import ImageDescription, Medium, VoiFunction, Window

PYDICOM = [Path(module.__file__).parent for module in (pydicom.data, data_store)]
SAMPLES = sorted(
    path
    for folder in PYDICOM
    for path in folder.rglob("*")
    if path.is_file() and path.suffix not in {".py", ".pyc", ".json"}
)
SERIES = (
    "ct-thin",
    "ct-tilted",
    "ct-variable-gap",
    "mr-classic",
    "mr-jpeg-lossless",
    "mr-jpeg2000",
    "mr-prone",
)


def sample(name: str) -> Path:
    return next(path for path in SAMPLES if path.name == name)


def outcome(path: Path) -> ImageDescription | NotAnImage:
    try:
        return read_description(path)
    except NotAnImage as problem:
        return problem


# ---------------------------------------------------------------- real files


@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_sample_of_pydicom_is_described_or_said_to_be_no_image(path: Path) -> None:
    found = outcome(path)
    if isinstance(found, NotAnImage):
        assert str(path) in found.sentence
        assert path.read_bytes()[128:132] != b"DICM"
        return
    assert found.has_pixels == (found.why_not == "")
    assert len(found.frames) == found.number_of_frames >= 1
    for frame in found.frames:
        for number in (*(frame.pixel_spacing or ()), *(frame.position or ()), frame.slope, frame.intercept):
            assert math.isfinite(number)
        assert all(part > 0 for part in frame.pixel_spacing or ())


@pytest.mark.parametrize("series", SERIES)
def test_real_slices_are_described_as_pydicom_reads_them(series: str) -> None:
    for path in images(series):
        oracle, found = dcmread(path, stop_before_pixels=True), read_description(path)
        frame = found.frames[0]
        assert (found.rows, found.columns, found.sop_uid) == (
            oracle.Rows,
            oracle.Columns,
            oracle.SOPInstanceUID,
        )
        assert found.series_uid == oracle.SeriesInstanceUID
        assert found.instance_number == oracle.InstanceNumber
        assert frame.position == tuple(oracle.ImagePositionPatient)
        assert frame.pixel_spacing == tuple(oracle.PixelSpacing)
        assert np.allclose(frame.orientation, oracle.ImageOrientationPatient, atol=1e-5)
        assert frame.slope == oracle.get("RescaleSlope", 1)
        assert frame.intercept == oracle.get("RescaleIntercept", 0)
        assert found.transfer_syntax_uid == oracle.file_meta.TransferSyntaxUID
        assert found.has_pixels
        assert found.signed == bool(oracle.PixelRepresentation)


def test_an_enhanced_file_holds_the_geometry_of_its_classic_twin() -> None:
    enhanced = next(read_description(p) for p in images("mr-enhanced") if p.name == "0126.dcm")
    classic = [read_description(path) for path in images("mr-classic")]
    assert enhanced.number_of_frames == len(classic) == 63
    twins = {one.frames[0].position: one.frames[0] for one in classic}
    for frame in enhanced.frames:
        assert frame.position is not None
        nearest = min(twins, key=lambda place: math.dist(place or (0, 0, 0), frame.position or (0, 0, 0)))
        twin = twins[nearest]
        assert math.dist(nearest or (0, 0, 0), frame.position) < 1e-3
        assert frame.orientation == twin.orientation
        assert frame.pixel_spacing == twin.pixel_spacing
        assert frame.echo == twin.echo == "30"
        assert frame.slice_thickness == twin.slice_thickness


def test_frames_of_an_enhanced_file_carry_their_own_windows() -> None:
    enhanced = next(read_description(p) for p in images("mr-enhanced") if p.name == "0126.dcm")
    oracle = dcmread(enhanced.path, stop_before_pixels=True).PerFrameFunctionalGroupsSequence
    for frame, group in zip(enhanced.frames, oracle, strict=True):
        voi = group.FrameVOILUTSequence[0]
        assert frame.windows == (Window(voi.WindowCenter, voi.WindowWidth),)
    assert len({frame.windows for frame in enhanced.frames}) > 1


def test_a_real_colour_ultrasound_has_its_region_and_frame_time() -> None:
    found = read_description(sample("examples_ybr_color.dcm"))
    assert found.number_of_frames == 30
    (region,) = found.frames[29].regions
    assert (region.units_x, region.units_y) == (3, 3)
    assert region.delta_x == pytest.approx(0.0510497)
    assert found.frame_time_ms is not None


def test_a_description_survives_the_way_to_another_process() -> None:
    found = read_description(images("mr-enhanced")[0])
    assert pickle.loads(pickle.dumps(found)) == found


# ------------------------------------------------------------ no image at all


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"", "empty"), (b"just text", "not a DICOM"), (b"%PDF-1.7" + b"x" * 400, "not a DICOM")],
)
def test_other_files_are_refused_in_a_sentence(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(NotAnImage, match=word):
        read_description(path)


def test_a_missing_file_and_a_folder_are_refused_in_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "gone", tmp_path):
        with pytest.raises(NotAnImage, match="can't be read"):
            read_description(path)


def test_an_image_without_the_dicom_preamble_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bare"
    header().save_as(path, implicit_vr=True, little_endian=True, enforce_file_format=False)
    assert path.read_bytes()[:2] == b"\x08\x00"
    assert read_description(path).rows == 4
    assert read_description(path).transfer_syntax_uid == ImplicitVRLittleEndian


# ------------------------------------------------- pixels, or why there are none


def test_a_header_alone_says_that_the_pixels_are_missing(tmp_path: Path) -> None:
    path = tmp_path / "header.dcm"
    path.write_bytes(file_of(header()))
    found = read_description(path)
    assert not found.has_pixels
    assert "no pixels" in found.why_not


@pytest.mark.parametrize(
    "syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]
)
def test_pixels_are_seen_in_every_encoding(tmp_path: Path, syntax: str) -> None:
    path = tmp_path / "image.dcm"
    dataset = header(PixelData=bytes(48), PixelSpacing=[0.25, 0.5], PixelPaddingValue=7)
    dataset["PixelData"].VR = "OW"
    path.write_bytes(file_of(dataset, syntax=syntax))
    found = read_description(path)
    assert found.has_pixels
    assert (found.rows, found.columns, found.padding) == (4, 6, (7, 7))
    assert found.frames[0].pixel_spacing == (0.25, 0.5)
    assert found.transfer_syntax_uid == syntax


def test_an_empty_pixel_element_is_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "image.dcm"
    dataset = header(PixelData=b"")
    dataset["PixelData"].VR = "OW"
    path.write_bytes(file_of(dataset))
    assert not read_description(path).has_pixels


@pytest.mark.parametrize(
    ("sop_class", "word"),
    [
        ("1.2.840.10008.5.1.4.1.1.104.1", "PDF"),
        ("1.2.840.10008.5.1.4.1.1.88.33", "report"),
        ("1.2.840.10008.5.1.4.1.1.88.59", "chosen images"),
        ("1.2.840.10008.5.1.4.1.1.11.1", "presentation state"),
        ("1.2.840.10008.5.1.4.1.1.9.1.1", "curve"),
        ("1.2.840.10008.5.1.4.1.1.66", "raw data"),
        ("1.2.840.10008.1.3.10", "contents of a disc"),
    ],
)
def test_objects_without_pictures_say_what_they_are(sop_class: str, word: str) -> None:
    found = image("OT", sop_class, Rows=None, Columns=None, BitsAllocated=None)
    assert not found.has_pixels
    assert word in found.why_not
    assert found.why_not.endswith(".")


def test_an_unknown_class_with_pixels_is_shown() -> None:
    assert image("OT", "1.2.3.4.5.6", PixelData=bytes(48)).has_pixels


def test_a_video_says_that_it_is_one() -> None:
    dataset = header("ES", "1.2.840.10008.5.1.4.1.1.77.1.1.1", PixelData=bytes(48))
    file_of(dataset)
    dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.102"
    found = describe(dataset, ANYWHERE)
    assert found.has_pixels
    assert found.medium is Medium.FILM


def test_a_film_of_a_million_frames_costs_no_more_than_one() -> None:
    dataset = header("ES", "1.2.840.10008.5.1.4.1.1.77.1.1.1", PixelData=bytes(48), NumberOfFrames=1_000_000)
    file_of(dataset)
    dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.106.1"
    found = describe(dataset, ANYWHERE)
    assert found.number_of_frames == len(found.frames) == 1_000_000
    assert found.frames[999_999].index == 999_999


def test_an_image_without_size_says_so() -> None:
    found = image(Rows=None, PixelData=bytes(48))
    assert "how large" in found.why_not
    assert found.rows == 0


# ------------------------------------------------------------------ bad numbers


@pytest.mark.parametrize(
    ("stored", "spacing"),
    [
        (b"0.5\\0.25", (0.5, 0.25)),
        (b" 0.5 \\ 0.25\0", (0.5, 0.25)),
        (b"0,5\\0,25", (0.5, 0.25)),
        (b"5e-1\\2.5E-1", (0.5, 0.25)),
        (b"", None),
        (b"0.5", None),
        (b"0\\0", None),
        (b"-0.5\\0.5", None),
        (b"0.5\\", None),
        (b"half\\0.5", None),
        (b"nan\\0.5", None),
        (b"inf\\0.5", None),
        (b"1e999\\1", None),
        (b"1_0\\1", None),
        (b"1.2.3\\1", None),
        (b"\xff\xfe\\1", None),
    ],
)
def test_pixel_spacing_is_two_sound_numbers_or_absent(stored: bytes, spacing: object) -> None:
    dataset = garbled(header(PixelSpacing=[1, 1]), "PixelSpacing", stored)
    assert describe(dataset, ANYWHERE).frames[0].pixel_spacing == spacing


@pytest.mark.parametrize(
    ("value", "vr"), [(b"\x00\x02", "OW"), (b"\x00\x02", "UN"), (b"512 ", "IS"), (b"512.0", "DS")]
)
def test_rows_in_a_wrong_value_representation_are_read(value: bytes, vr: str) -> None:
    assert describe(garbled(header(), "Rows", value, vr), ANYWHERE).rows == 512


def test_an_oversized_or_odd_binary_number_is_absent_or_its_first_value() -> None:
    assert describe(garbled(header(), "Rows", b"\x01"), ANYWHERE).rows == 0
    assert describe(garbled(header(), "Rows", b"\x05\x00\x06\x00\x07"), ANYWHERE).rows == 5


@pytest.mark.parametrize(
    "values", [[1, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 1], [9, 0, 0, 0, 9, 0]]
)
def test_directions_that_span_no_plane_are_absent(values: list[float]) -> None:
    assert image(ImageOrientationPatient=values).frames[0].orientation is None


def test_directions_that_are_rounded_become_unit_vectors() -> None:
    found = image(ImageOrientationPatient=[0.9, 0.43, 0, -0.43, 0.9, 0]).frames[0].orientation
    assert found is not None
    assert math.hypot(*found[:3]) == pytest.approx(1)
    assert math.hypot(*found[3:]) == pytest.approx(1)


def test_a_promise_of_a_billion_frames_does_not_fill_the_memory() -> None:
    assert image(NumberOfFrames=1_000_000_000).number_of_frames <= 65_536
    assert image(NumberOfFrames=0).number_of_frames == 1
    assert image(NumberOfFrames=-3).number_of_frames == 1


def test_a_slope_of_zero_is_damage() -> None:
    assert image(RescaleSlope=0, RescaleIntercept=5).frames[0].slope == 1.0


# -------------------------------------------------------------------- grey values


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ()),
        ({"WindowCenter": 40, "WindowWidth": 80}, (Window(40, 80),)),
        ({"WindowCenter": [40, 40], "WindowWidth": [80, 80]}, (Window(40, 80),)),
        ({"WindowCenter": 40, "WindowWidth": 0}, ()),
        ({"WindowCenter": 40}, ()),
        (
            {
                "WindowCenter": [40, -600],
                "WindowWidth": [400, 1500],
                "WindowCenterWidthExplanation": ["SOFT", "LUNG"],
                "VOILUTFunction": "SIGMOID",
            },
            (
                Window(40, 400, VoiFunction.SIGMOID, "SOFT"),
                Window(-600, 1500, VoiFunction.SIGMOID, "LUNG"),
            ),
        ),
        (
            {"WindowCenter": 1, "WindowWidth": 2, "VOILUTFunction": "WRONG"},
            (Window(1, 2, VoiFunction.LINEAR),),
        ),
    ],
)
def test_windows(values: dict[str, Any], expected: tuple[Window, ...]) -> None:
    assert image(**values).frames[0].windows == expected


@pytest.mark.parametrize(
    ("modality", "sop_class", "values", "units"),
    [
        ("CT", CT, {}, "HU"),
        ("CT", CT, {"RescaleType": "HU"}, "HU"),
        ("CT", CT, {"RescaleType": "US"}, "HU"),
        ("CT", CT, {"RescaleType": "Z_EFF"}, "Z_EFF"),
        ("CT", CAPTURE, {}, ""),
        ("CT", CT, {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}, ""),
        ("MR", MR, {"RescaleType": "US"}, ""),
        ("PT", "1.2.840.10008.5.1.4.1.1.128", {"Units": "BQML"}, "BQML"),
        ("CR", "1.2.840.10008.5.1.4.1.1.1", {"RescaleType": "OD"}, "OD"),
    ],
)
def test_units(modality: str, sop_class: str, values: dict[str, Any], units: str) -> None:
    assert image(modality, sop_class, **values).units == units


@pytest.mark.parametrize(
    ("signed", "value", "limit", "padding"),
    [
        (0, b"\x00\x00", None, (0, 0)),
        (0, b"\x30\xf8", None, (63536, 63536)),
        (1, b"\x30\xf8", None, (-2000, -2000)),
        (1, b"\x30\xf8", b"\x18\xfc", (-2000, -1000)),
        (1, b"\x18\xfc", b"\x30\xf8", (-2000, -1000)),
    ],
)
def test_padding_has_the_sign_of_the_pixels(
    signed: int, value: bytes, limit: bytes | None, padding: tuple[int, int]
) -> None:
    for vr in ("US", "SS"):
        dataset = garbled(header(PixelRepresentation=signed), "PixelPaddingValue", value, vr)
        if limit is not None:
            garbled(dataset, "PixelPaddingRangeLimit", limit, vr)
        assert describe(dataset, ANYWHERE).padding == padding


def test_look_up_tables_are_read_and_broken_ones_left_out() -> None:
    good = item(LUTDescriptor=[4, 10, 16], LUTData=[0, 1, 2, 65535], LUTExplanation="BONE")
    short = item(LUTDescriptor=[9, 0, 16], LUTData=[0, 1])
    empty = item()
    (table,) = image(VOILUTSequence=[good, short, empty]).frames[0].voi_luts
    assert (table.first_mapped, table.bits, table.label) == (10, 16, "BONE")
    assert table.values.tolist() == [0, 1, 2, 65535]


def test_a_table_that_starts_below_zero_is_signed_where_values_are() -> None:
    table = item(LUTDescriptor=[2, 0xFC00, 16], LUTData=[1, 2])
    assert image(VOILUTSequence=[table], RescaleIntercept=-1024).frames[0].voi_luts[0].first_mapped == -1024
    assert image(VOILUTSequence=[table]).frames[0].voi_luts[0].first_mapped == 0xFC00


def test_real_tables_of_the_samples() -> None:
    found = read_description(sample("mlut_18.dcm"))
    assert found.frames[0].modality_lut is not None
    oracle = dcmread(found.path).ModalityLUTSequence[0]
    assert found.frames[0].modality_lut.values.tolist() == list(np.asarray(oracle.LUTData))
    voi = read_description(sample("vlut_04.dcm"))
    assert len(voi.frames[0].voi_luts) == len(dcmread(voi.path).VOILUTSequence)


# ------------------------------------------------------------------ several frames


def groups(**sequences: dict[str, Any]) -> Any:
    return item(**{name: [item(**values)] for name, values in sequences.items()})


def test_a_frame_group_wins_over_the_shared_group() -> None:
    found = image(
        "MR",
        NumberOfFrames=3,
        SharedFunctionalGroupsSequence=[
            groups(
                PixelMeasuresSequence={
                    "PixelSpacing": [2, 3],
                    "SliceThickness": 4,
                    "SpacingBetweenSlices": -5,
                },
                PlaneOrientationSequence={"ImageOrientationPatient": [1, 0, 0, 0, 1, 0]},
                FrameVOILUTSequence={"WindowCenter": 10, "WindowWidth": 20},
                PixelValueTransformationSequence={
                    "RescaleSlope": 2,
                    "RescaleIntercept": 1,
                    "RescaleType": "US",
                },
            )
        ],
        PerFrameFunctionalGroupsSequence=[
            groups(
                PlanePositionSequence={"ImagePositionPatient": [0, 0, 7]},
                FrameContentSequence={"StackID": "A", "TemporalPositionIndex": 2},
                MREchoSequence={"EffectiveEchoTime": 12.5},
                MRDiffusionSequence={"DiffusionBValue": 1000.0},
            ),
            groups(
                PixelMeasuresSequence={"PixelSpacing": [8, 9]},
                FrameVOILUTSequence={"WindowCenter": 1, "WindowWidth": 2},
                PixelValueTransformationSequence={"RescaleSlope": 3, "RescaleIntercept": 0},
                CardiacSynchronizationSequence={"NominalCardiacTriggerDelayTime": 55.0},
            ),
        ],
    )
    first, second, third = found.frames
    assert (first.position, first.pixel_spacing, first.slope, first.windows) == (
        (0, 0, 7),
        (2, 3),
        2,
        (Window(10, 20),),
    )
    assert (first.stack_id, first.time_ms, first.echo, first.b_value) == ("A", 2, "12.5", 1000)
    assert (second.pixel_spacing, second.slope, second.intercept) == ((8, 9), 3, 0)
    assert (second.windows, second.time_ms, second.position) == ((Window(1, 2),), 55, None)
    assert second.slice_thickness == 4
    assert third.pixel_spacing == (2, 3)  # the header promises a frame without a group of its own
    assert found.spacing_between_slices == -5


def test_a_dose_grid_places_its_frames_along_the_normal() -> None:
    found = image(
        "RTDOSE",
        "1.2.840.10008.5.1.4.1.1.481.2",
        NumberOfFrames=3,
        ImagePositionPatient=[1, 2, 3],
        ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
        GridFrameOffsetVector=[0, 2.5, 7],
        DoseGridScaling=0.5,
        DoseUnits="GY",
    )
    assert [frame.position for frame in found.frames] == [(1, 2, 3), (1, 2, 5.5), (1, 2, 10)]
    assert found.frames[0].slope == 0.5
    assert found.units == "GY"


def test_a_nuclear_medicine_reconstruction_follows_its_slice_vector() -> None:
    found = image(
        "NM",
        "1.2.840.10008.5.1.4.1.1.20",
        NumberOfFrames=3,
        SliceVector=[3, 2, 1],
        SpacingBetweenSlices=4,
        PhaseVector=[1, 1, 2],
        DetectorInformationSequence=[
            item(ImagePositionPatient=[0, 0, 100], ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
        ],
    )
    assert [frame.position for frame in found.frames] == [(0, 0, 108), (0, 0, 104), (0, 0, 100)]
    assert [frame.stack_id for frame in found.frames] == ["1", "1", "2"]


@pytest.mark.parametrize(
    ("values", "milliseconds"),
    [
        ({"FrameTime": 40}, 40),
        ({"FrameTime": 0, "CineRate": 25}, 40),
        ({"FrameTimeVector": [0, 30, 30, 50]}, 30),
        ({"RecommendedDisplayFrameRate": 20, "CineRate": 25}, 50),
        ({"CineRate": -1}, None),
        ({}, None),
    ],
)
def test_frame_time(values: dict[str, Any], milliseconds: float | None) -> None:
    assert image("US", US, NumberOfFrames=4, **values).frame_time_ms == milliseconds


def test_frames_know_their_time_from_the_vector() -> None:
    found = image("XA", NumberOfFrames=4, FrameTimeVector=[0, 30, 30, 50])
    assert [frame.time_ms for frame in found.frames] == [0, 30, 60, 110]


# ---------------------------------------------------------------------- ultrasound

REGION = {
    "RegionLocationMinX0": 10,
    "RegionLocationMinY0": 20,
    "RegionLocationMaxX1": 110,
    "RegionLocationMaxY1": 220,
    "RegionSpatialFormat": 1,
    "RegionDataType": 1,
    "RegionFlags": 0,
    "PhysicalUnitsXDirection": 3,
    "PhysicalUnitsYDirection": 3,
    "PhysicalDeltaX": -0.01,
    "PhysicalDeltaY": 0.02,
    "ReferencePixelX0": -5,
    "ReferencePixelY0": 7,
}


def test_regions_are_read_and_those_without_a_place_left_out() -> None:
    lost = {name: value for name, value in REGION.items() if name != "RegionLocationMaxX1"}
    found = image("US", US, NumberOfFrames=2, SequenceOfUltrasoundRegions=[item(**REGION), item(**lost)])
    for frame in found.frames:
        (region,) = frame.regions
        assert (region.x0, region.y0, region.x1, region.y1) == (10, 20, 110, 220)
        assert (region.delta_x, region.delta_y, region.reference_x) == (-0.01, 0.02, -5)


def test_regions_can_differ_between_frames() -> None:
    other = {**REGION, "PhysicalDeltaX": 0.5}
    found = image(
        "US",
        US,
        NumberOfFrames=2,
        SequenceOfUltrasoundRegions=[item(**REGION)],
        PerFrameFunctionalGroupsSequence=[item(), item(SequenceOfUltrasoundRegions=[item(**other)])],
    )
    assert [frame.regions[0].delta_x for frame in found.frames] == [-0.01, 0.5]


# --------------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"PatientName": "Smith^Fluffy"}, {"animal": "Fluffy", "owner": "Smith"}),
        (
            {"PatientName": "ABC Farms^Running on Water", "PatientSpeciesDescription": "Horse"},
            {"animal": "Running on Water", "owner": "ABC Farms", "species": "Horse"},
        ),
        (
            {"PatientName": "Smith^Rex", "ResponsiblePerson": "Smith^Anna"},
            {"animal": "Rex", "owner": "Anna Smith"},
        ),
        ({"PatientName": "Rex"}, {"animal": "Rex"}),
        ({"PatientName": "=山田^ポチ"}, {"animal": "ポチ", "owner": "山田"}),
        ({"PatientName": "", "StudyDate": "20260131"}, {"date": "2026-01-31"}),
        ({"PatientSpeciesCodeSequence": [item(CodeMeaning="Feline species")]}, {"species": "Feline species"}),
    ],
)
def test_words_of_the_animal(values: dict[str, Any], words: dict[str, str]) -> None:
    assert dict(image(**values).animal) == words


def test_a_date_that_is_none_is_absent() -> None:
    dataset = garbled(header(StudyDate="20260131"), "StudyDate", b"yesterday")
    assert describe(dataset, ANYWHERE).animal == ()


def test_names_in_another_character_set_are_read() -> None:
    found = read_description(sample("chrGerm.dcm"))
    assert dict(found.animal)["animal"] == "Äneas" or "Äneas" in str(found.animal)


def test_an_empty_first_letter_does_not_move_the_second() -> None:
    assert image("DX", DX, PatientOrientation=["", "F"]).patient_orientation == ("", "F")
    assert image("DX", DX, PatientOrientation=["", ""]).patient_orientation == ()


@pytest.mark.parametrize(
    ("values", "moment"),
    [
        ({"AcquisitionDateTime": "20260131102030.5+0100"}, "2026-01-31T10:20:30"),
        ({"AcquisitionDate": "20260131", "AcquisitionTime": "1020"}, "2026-01-31T10:20:00"),
        ({"StudyDate": "20260131"}, "2026-01-31"),
        ({}, ""),
    ],
)
def test_the_moment_of_the_image(values: dict[str, str], moment: str) -> None:
    assert image(**values).acquired_at == moment


# ------------------------------------------------------------------------- damage

WHOLE = {
    name: sample(name).read_bytes()[:20_000]
    for name in ("CT_small.dcm", "rtdose.dcm", "examples_palette.dcm")
}


@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
@settings(max_examples=300, deadline=None)
@given(
    name=st.sampled_from(sorted(WHOLE)),
    hits=st.lists(st.tuples(st.integers(128, 4000), st.binary(min_size=1, max_size=6)), max_size=8),
    length=st.integers(0, 20_000),
)
def test_a_damaged_file_is_described_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, hits: list[tuple[int, bytes]], length: int
) -> None:
    content = bytearray(WHOLE[name])
    for place, put in hits:
        content[place : place + len(put)] = put
    path = tmp_path_factory.getbasetemp() / "damaged.dcm"
    path.write_bytes(content[:length])
    found = outcome(path)
    if isinstance(found, NotAnImage):
        assert found.sentence.endswith(".")
        return
    assert found.has_pixels == (found.why_not == "")


def test_sequences_nested_a_thousand_deep_are_survived(tmp_path: Path) -> None:
    start = b"\x40\x00\x30\xa7SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    whole = file_of(header())
    path = tmp_path / "deep.dcm"
    path.write_bytes(whole + start * 5000)
    found = outcome(path)
    assert "damaged" in found.sentence if isinstance(found, NotAnImage) else found.rows == 4
