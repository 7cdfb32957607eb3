"""What a presentation state has no place for is written as the nearest it has, and said in words."""

from pathlib import Path

import pytest

from tests.viewer.standard.drawn import LIBRARY, VET, dcmtk_faults, faults, pydicom_file, saved
from vetpacs_desktop.viewer.annotations import Sheet
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.pixels.treatment import Treatment
from vetpacs_desktop.viewer.standard.looks import Look
from vetpacs_desktop.viewer.standard.writing import written
from vetpacs_desktop.viewer.state import ViewState


@pytest.mark.parametrize(("degrees", "quarter"), [(12.5, 0), (80.0, 90), (181.0, 180), (350.0, 0)])
def test_a_free_turn_becomes_the_nearest_quarter(degrees: float, quarter: int) -> None:
    look = Look.of_view(ViewState(rotation=degrees), None)
    assert look.rotation == quarter
    assert look.left_out == f"turned by {degrees:g} degrees"
    assert Look.from_json(look.to_json()) == look


def test_what_can_be_said_leaves_nothing_out() -> None:
    view = ViewState(rotation=270, flip_h=True, invert=True)
    assert Look.of_view(view, None).left_out == ""
    former = {name: value for name, value in Look().to_json().items() if name != "left_out"}
    assert Look.from_json(former) == Look()


def test_the_document_says_what_it_does_not_show(tmp_path: Path) -> None:
    path = pydicom_file("CT_small.dcm")
    uid = read_description(path).sop_uid
    view = ViewState(rotation=95, treatment=Treatment(sharpen=1), colours="hot_iron", shutter=False)
    (state,) = written(Sheet(), {uid: path}, VET, looks={uid: Look.of_view(view, None)}, library=LIBRARY)
    assert state.ImageRotation == 90
    said = str(state.ContentDescription)
    assert said.startswith("Annotated images; seen turned by 95 degrees, sharpened")
    assert len(said) <= 64
    file = saved(state, tmp_path)
    assert faults(file) == []
    assert dcmtk_faults(file, state) == []
