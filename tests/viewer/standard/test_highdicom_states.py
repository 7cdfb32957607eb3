"""highdicom reads reports and key objects but no presentation states: it must at least accept every part of
ours as what it would write itself."""

from pathlib import Path

import numpy as np
import pytest
from highdicom import pr
from pydicom import dcmread
from pydicom.dataset import Dataset

from tests.viewer.standard.drawn import LIBRARY, VET, pydicom_file, saved, sheet_on
from vetpacs_desktop.viewer.standard.writing import written


def state(name: str, frame: int, folder: Path) -> Dataset:
    """Every tool's annotation on a picture, written and read again."""
    sheet, images = sheet_on(pydicom_file(name), frame)
    (made,) = [one for one in written(sheet, images, VET, library=LIBRARY) if one.Modality == "PR"]
    return dcmread(saved(made, folder))


@pytest.mark.parametrize(("name", "frame"), [("CT_small.dcm", 0), ("examples_ybr_color.dcm", 3)])
def test_graphics_texts_and_layers_are_such_as_highdicom_makes(name: str, frame: int, tmp_path: Path) -> None:
    made = state(name, frame, tmp_path)
    layers = [
        pr.GraphicLayer(item.GraphicLayer, item.GraphicLayerOrder, item.get("GraphicLayerDescription"))
        for item in made.GraphicLayerSequence
    ]
    counts = {"graphics": 0, "texts": 0}
    for item in made.GraphicAnnotationSequence:
        assert item.GraphicLayer in [layer.GraphicLayer for layer in layers]
        for drawn in item.get("GraphicObjectSequence", ()):
            points = np.array(drawn.GraphicData, float).reshape(-1, 2)
            again = pr.GraphicObject(
                pr.GraphicTypeValues(drawn.GraphicType),
                points,
                units=pr.AnnotationUnitsValues(drawn.GraphicAnnotationUnits),
                is_filled=drawn.get("GraphicFilled", "N") == "Y",
            )
            assert np.allclose(again.graphic_data, points)
            assert drawn.NumberOfGraphicPoints == len(points)
            counts["graphics"] += 1
        for text in item.get("TextObjectSequence", ()):
            corner = text.get("BoundingBoxTopLeftHandCorner")
            box = None if corner is None else (*corner, *text.BoundingBoxBottomRightHandCorner)
            again = pr.TextObject(
                text.UnformattedTextValue,
                units=pr.AnnotationUnitsValues(
                    text.get("BoundingBoxAnnotationUnits") or text.AnchorPointAnnotationUnits
                ),
                bounding_box=box,
                anchor_point=text.get("AnchorPoint") if box is None else None,
            )
            assert again.text_value == text.UnformattedTextValue
            counts["texts"] += 1
    assert min(counts.values()) > 10
