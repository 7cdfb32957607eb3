"""Real CT and MR, against what pydicom alone makes of the same files."""

import numpy as np
import pydicom
import pytest

from tests.helpers.corpus import images
from tests.viewer.measure.pictures import measure, part
from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.measure.image import MeasuredImage

pytestmark = pytest.mark.corpus


@pytest.mark.parametrize("series", ["ct-thin", "ct-tilted", "mr-jpeg-lossless", "mr-jpeg2000"])
def test_lengths_and_statistics_of_real_slices_are_those_of_the_file(series: str) -> None:
    path = images(series)[20]
    ds = pydicom.dcmread(path)
    row, column = (float(one) for one in ds.PixelSpacing)
    values = ds.pixel_array * float(ds.get("RescaleSlope", 1)) + float(ds.get("RescaleIntercept", 0))
    image = MeasuredImage.of_file(path)
    found = measure("rectangle", [(30.2, 40.1), (90.9, 70.0)], image)
    inside = values[41:71, 31:91]
    assert part(found, "width") == pytest.approx(60.7 * column)
    assert part(found, "height") == pytest.approx(29.9 * row)
    assert part(found, "mean") == pytest.approx(inside.mean())
    assert part(found, "sd") == pytest.approx(inside.std())
    assert found.basis is Basis.PHYSICAL
    assert found.parts["mean"].unit == ("HU" if series.startswith("ct") else "raw")


def test_an_enhanced_frame_measures_like_its_classic_twin() -> None:
    whole = images("mr-enhanced")
    enhanced = next(path for path in whole if path.name == "0126.dcm")
    frames = pydicom.dcmread(enhanced, stop_before_pixels=True).PerFrameFunctionalGroupsSequence
    place = [float(one) for one in frames[20].PlanePositionSequence[0].ImagePositionPatient]
    classic = next(
        path
        for path in images("mr-classic")
        if np.allclose(pydicom.dcmread(path, stop_before_pixels=True).ImagePositionPatient, place, atol=1e-3)
    )
    points = [(20.0, 30.0), (60.0, 35.0), (45.0, 70.0)]
    one = measure("circle", points, MeasuredImage.of_file(enhanced, 20))
    other = measure("circle", points, MeasuredImage.of_file(classic))
    assert one.value == pytest.approx(other.value)
    for name in ("mean", "sd", "min", "max", "pixels", "diameter"):
        assert part(one, name) == pytest.approx(part(other, name)), name
