"""Words beside figures: a value never without unit and basis, the reader's scale where there is one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.viewer.render.files import image_file
from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, Sheet, added
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame, loaded
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.measuring import Measurements, image_of
from vetpacs_desktop.viewer.pixels.files import open_file


@pytest.fixture
def frame(tmp_path: Path) -> LoadedFrame:
    """A radiograph of 100 x 200 pixels that does not say where its 0.5 mm are measured."""
    path = image_file(
        tmp_path, np.full((100, 200), 7, np.int16), Modality="DX", ImagerPixelSpacing=["0.5", "0.5"]
    )
    return loaded(FrameKey(path), open_file(path))


def drawn(frame: LoadedFrame, tool: str, *points: tuple[float, float], **more: object) -> Annotation:
    return replace(Annotation(tool, tool, image_of(frame), points), **more)  # type: ignore[arg-type]


def words(frame: LoadedFrame, *annotations: Annotation) -> list[tuple[str, ...]]:
    return [entry.words for entry in Measurements().entries(Sheet(annotations), frame)]


def test_a_value_has_its_unit_and_its_basis(frame: LoadedFrame) -> None:
    length = drawn(frame, "length", (10, 10), (70, 90), text="Femur")
    assert words(frame, length) == [("Femur", "50 mm (at the detector)")]


def test_a_calibration_changes_every_length_of_its_image(frame: LoadedFrame) -> None:
    length = drawn(frame, "length", (10, 10), (70, 90))
    ball = drawn(frame, "calibrate_line", (0, 0), (0, 50), known_mm=20.0)
    assert words(frame, length, ball) == [("40 mm (calibrated here)",), ("Known size: 20 mm",)]


def test_a_calibration_that_makes_no_sense_changes_nothing(frame: LoadedFrame) -> None:
    length = drawn(frame, "length", (10, 10), (70, 90))
    point = drawn(frame, "calibrate_line", (5, 5), (5, 5.5), known_mm=20.0)
    assert words(frame, length, point)[0] == ("50 mm (at the detector)",)


def test_what_belongs_to_another_frame_or_an_unknown_tool_is_not_drawn(frame: LoadedFrame) -> None:
    other = replace(drawn(frame, "length", (1, 1), (2, 2)), image=ImageRef("9.9"))
    unknown = drawn(frame, "tool-of-tomorrow", (1, 1))
    assert words(frame, other, unknown) == []


def test_what_can_not_be_measured_says_why(frame: LoadedFrame) -> None:
    (line,) = words(frame, drawn(frame, "circle", (0, 0), (10, 10), (20, 20)))
    assert "on one line" in " ".join(line)


def test_a_value_is_kept_until_its_points_or_its_scale_change(frame: LoadedFrame) -> None:
    measurements = Measurements()
    one = drawn(frame, "length", (10, 10), (70, 90))
    first = measurements.value(one, frame, None)
    assert measurements.value(one, frame, None) is first
    assert measurements.value(replace(one, points=((0, 0), (0, 1))), frame, None) is not first


def test_a_guide_draws_what_it_constructs(frame: LoadedFrame) -> None:
    assert TOOLS["vhs"].figure.value == "guide"
    points = ((60.0, 60.0), (90.0, 80.0), (65.0, 80.0), (85.0, 60.0), (20.0, 20.0))
    (entry,) = Measurements().entries(added(Sheet(), drawn(frame, "vhs", *points)), frame)
    assert len(entry.lines) >= 2
    assert entry.words == ()
