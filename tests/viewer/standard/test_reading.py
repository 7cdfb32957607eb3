"""Documents of other makers: drawings in both kinds of units, looks, key marks, reports; and damaged ones."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from tests.helpers.peers import package_files
from tests.viewer.standard.drawn import pydicom_file
from vetpacs_desktop.viewer.annotations import ImageRef
from vetpacs_desktop.viewer.description import VoiFunction
from vetpacs_desktop.viewer.pixels.voi import levels
from vetpacs_desktop.viewer.standard.reading import layers_of, read

IMAGE = "1.2.3.4"
GREY = "1.2.840.10008.5.1.4.1.1.11.1"
KEYS = "1.2.840.10008.5.1.4.1.1.88.59"


def item(**values: Any) -> Dataset:
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def reference(frame: int | None = None) -> Dataset:
    made = item(ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.2", ReferencedSOPInstanceUID=IMAGE)
    if frame is not None:
        made.ReferencedFrameNumber = frame
    return made


def state(graphics: list[Dataset], texts: list[Dataset] | None = None, **values: Any) -> Dataset:
    """A presentation state of another maker on an image of 200 columns and 100 rows."""
    area = {
        "DisplayedAreaTopLeftHandCorner": [1, 1],
        "DisplayedAreaBottomRightHandCorner": [200, 100],
        **{key: values.pop(key) for key in list(values) if key.startswith("DisplayedArea")},
    }
    return item(
        SOPClassUID=GREY,
        SOPInstanceUID="1.2.3.5",
        Manufacturer="Somebody",
        ContentLabel="MARKED",
        ContentCreatorName="Kay^Ben",
        PresentationCreationDate="20260102",
        PresentationCreationTime="030405",
        ReferencedSeriesSequence=[item(SeriesInstanceUID="1.2.3", ReferencedImageSequence=[reference()])],
        DisplayedAreaSelectionSequence=[item(**area)],
        GraphicAnnotationSequence=[
            item(
                ReferencedImageSequence=[reference()],
                GraphicLayer="ONE",
                GraphicObjectSequence=graphics,
                TextObjectSequence=texts or [],
            )
        ],
        **values,
    )


def graphic(kind: str, *numbers: float, units: str = "PIXEL") -> Dataset:
    return item(
        GraphicAnnotationUnits=units,
        GraphicDimensions=2,
        NumberOfGraphicPoints=len(numbers) // 2,
        GraphicData=list(numbers),
        GraphicType=kind,
    )


def drawn(made: Dataset) -> Any:
    (found,) = layers_of([made]).on(ImageRef(IMAGE))
    return found


def test_lines_are_where_they_were_drawn() -> None:
    found = drawn(state([graphic("POLYLINE", 0.5, 0.5, 10.5, 20.5), graphic("POINT", 7.0, 8.0)]))
    assert found.graphics[0].points == ((0.0, 0.0), (10.0, 20.0))
    assert not found.graphics[0].closed
    assert found.graphics[1].points == ((6.5, 7.5),)


def test_circles_ellipses_and_curves_become_corners() -> None:
    found = drawn(
        state(
            [
                graphic("CIRCLE", 50.5, 50.5, 60.5, 50.5),
                graphic("ELLIPSE", 30.5, 50.5, 70.5, 50.5, 50.5, 40.5, 50.5, 60.5),
                graphic("INTERPOLATED", 10.5, 10.5, 20.5, 20.5, 30.5, 10.5),
            ]
        )
    )
    round_, oval, curve = (np.asarray(one.points) for one in found.graphics)
    assert np.allclose(np.hypot(*(round_ - 50).T), 10)
    assert np.allclose(((oval - 50) / (20, 10)) ** 2 @ (1, 1), 1)
    for corner in ((10, 10), (20, 20), (30, 10)):
        assert np.hypot(*(curve - corner).T).min() < 1e-9


@pytest.mark.parametrize(
    ("rotation", "flip", "corners", "place"),
    [
        (0, "N", ([1, 1], [200, 100]), (49.5, 9.5)),
        (0, "Y", ([200, 1], [1, 100]), (149.5, 9.5)),
        (180, "N", ([200, 100], [1, 1]), (149.5, 89.5)),
        (90, "N", ([1, 100], [200, 1]), (19.5, 74.5)),
    ],
)
def test_shares_of_the_displayed_area_follow_the_turns(
    rotation: int, flip: str, corners: tuple[list[int], list[int]], place: tuple[float, float]
) -> None:
    """A quarter across and a tenth down the screen."""
    made = state(
        [graphic("POINT", 0.25, 0.1, units="DISPLAY")],
        DisplayedAreaTopLeftHandCorner=corners[0],
        DisplayedAreaBottomRightHandCorner=corners[1],
        ImageRotation=rotation,
        ImageHorizontalFlip=flip,
    )
    assert np.allclose(drawn(made).graphics[0].points, [place])


def test_words_windows_turns_author_and_time_are_read() -> None:
    words = item(
        UnformattedTextValue="left\r\nlung",
        BoundingBoxAnnotationUnits="PIXEL",
        BoundingBoxTopLeftHandCorner=[5.0, 6.0],
        BoundingBoxBottomRightHandCorner=[50.0, 16.0],
    )
    voi = item(
        WindowCenter=40, WindowWidth=400, VOILUTFunction="SIGMOID", ReferencedImageSequence=[reference()]
    )
    made = state(
        [],
        [words],
        SoftcopyVOILUTSequence=[voi],
        ImageRotation=90,
        ImageHorizontalFlip="N",
        PresentationLUTShape="INVERSE",
    )
    assert drawn(made).words[0].at == (4.5, 5.5)
    assert drawn(made).words[0].lines == ("left", "lung")
    (one,) = layers_of([made]).presentations
    assert (one.title, one.author, one.created) == ("MARKED", "Ben Kay", "2026-01-02 03:04")
    look = one.look_of(ImageRef(IMAGE))
    assert look is not None
    assert look.window is not None
    assert (look.window.center, look.window.width, look.window.function) == (40, 400, VoiFunction.SIGMOID)
    assert (look.rotation, look.flip_h, look.invert) == (90, False, True)
    assert one.look_of(ImageRef("9.9")) is None


def test_key_marks_of_others_count_unless_they_reject() -> None:
    def selection(code: str) -> Dataset:
        title = item(CodeValue=code, CodingSchemeDesignator="DCM", CodeMeaning="Title")
        pointing = item(ValueType="IMAGE", RelationshipType="CONTAINS", ReferencedSOPSequence=[reference(3)])
        return item(
            SOPClassUID=KEYS,
            SOPInstanceUID=f"1.2.{code}",
            ConceptNameCodeSequence=[title],
            ContentSequence=[pointing],
        )

    found = layers_of([selection("113000")])
    assert found.is_key(ImageRef(IMAGE, 2))
    assert not found.is_key(ImageRef(IMAGE, 0))
    assert layers_of([selection("113001")]).empty


def test_reports_of_others_can_be_read_as_text() -> None:
    found = read([pydicom_file("reportsi.dcm")])
    (report,) = found.reports
    assert report.title
    assert len(report.lines) > 3
    assert not any("Person Observer" in line for _, line in report.lines)


def test_no_file_is_a_stumbling_block(tmp_path: Path) -> None:
    found = read([*package_files()[:60], tmp_path / "missing.dcm"])
    assert all(one.sop_uid for one in found.reports)


@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")  # as the program does: see log.py
@given(st.binary(max_size=400), st.integers(0, 1500), st.integers(0, 60))
def test_damaged_documents_are_left_out_or_read_in_part(noise: bytes, at: int, cut: int) -> None:
    made = state([graphic("POLYLINE", 0.5, 0.5, 10.5, 20.5)])
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    from pydicom import dcmread
    from pydicom.filebase import DicomBytesIO

    stream = DicomBytesIO()
    made.save_as(stream, enforce_file_format=False)
    whole = stream.getvalue()
    broken = whole[:at] + noise + whole[at + len(noise) : len(whole) - cut]
    try:
        damaged = dcmread(DicomBytesIO(broken), force=True)
    except Exception:  # noqa: BLE001 - pydicom refuses it, as `document` then says
        return
    layers_of([damaged])


def test_a_curve_of_others_is_their_window() -> None:
    table = item(LUTDescriptor=[4, 100, 8], LUTExplanation="Bone", LUTData=[0, 10, 200, 255])
    made = state([graphic("POINT", 1, 1)], SoftcopyVOILUTSequence=[item(VOILUTSequence=[table])])
    (one,) = layers_of([made]).presentations
    look = one.look_of(ImageRef(IMAGE))
    assert look is not None
    assert look.window is not None
    assert look.window.curve is not None
    assert look.window.label == "Bone"
    assert levels(np.array([99, 100, 101, 102, 103, 104]), look.window).tolist() == [0, 0, 10, 200, 255, 255]


def test_shutters_of_others_hide_shapes_and_bitmaps() -> None:
    made = state([graphic("POINT", 1, 1)])
    made.ShutterShape, made.ShutterOverlayGroup = ["RECTANGULAR", "BITMAP"], 0x6002
    for name, edge in (("UpperHorizontal", 3), ("LowerHorizontal", 90), ("LeftVertical", 5)):
        setattr(made, f"Shutter{name}Edge", edge)
    made.ShutterRightVerticalEdge = 190
    bitmap = np.zeros((4, 8), bool)
    bitmap[1, 2] = True
    packed = np.packbits(bitmap, bitorder="little").tobytes()
    for element, vr, value in (
        (0x0010, "US", 4), (0x0011, "US", 8), (0x0040, "CS", "G"), (0x0050, "SS", [11, 21]),
        (0x0100, "US", 1), (0x0102, "US", 0), (0x3000, "OB", packed),
    ):  # fmt: skip
        made.add_new(0x60020000 | element, vr, value)
    (one,) = layers_of([made]).presentations
    assert one.shield is not None
    mask = one.shield.mask(100, 200)
    assert mask[1, 100]
    assert not mask[2, 100]
    assert mask[11, 22], "the bitmap's pixel, on row 11 and column 21 counted from 1"
    assert not mask[11, 23]
    assert mask is one.shield.mask(100, 200)
    assert layers_of([made]).shield("1.2.3.5", ImageRef("another image")) is None
