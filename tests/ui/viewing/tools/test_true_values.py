"""What is measured in the window on the example animals is what they were made from, in any view."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.ui.viewing.conftest import exam_of, series_of
from tests.ui.viewing.drawing import hint_of, marking, only, take, value
from tests.ui.viewing.mouse import Mouse, Place
from vetpacs_desktop.examples import ANATOMY
from vetpacs_desktop.examples.landmarks import Pixel, landmarks
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer import state as s
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.geometry.scale import Basis

Read = Callable[[Exam], Controller]
A_THOUSANDTH = 1e-3
K = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def hips(read: Read, animals: Path) -> tuple[Controller, dict[str, Pixel]]:
    path = animals / "dog-hips" / "ventrodorsal.dcm"
    controller = read(exam_of(series_of([path])))
    frame = controller.frame(0)
    assert frame is not None
    assert frame.description.imager_pixel_spacing is not None
    return controller, landmarks("dog-hips", "ventrodorsal", frame.description.imager_pixel_spacing[0])


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("flip", ["none", "horizontal", "vertical"])
@pytest.mark.parametrize("zoom", [1.0, 7.3])
def test_the_dogs_hips_are_as_far_apart_as_they_are_in_any_view(
    page: ReadingPage, read: Read, animals: Path, mouse: Mouse, turn: int, flip: str, zoom: float
) -> None:
    controller, at = hips(read, animals)
    change = {"none": lambda v: v, "horizontal": s.flip_horizontal, "vertical": s.flip_vertical}[flip]
    controller.change(0, lambda view: s.rotate(change(view), turn))
    controller.zoom(0, zoom)
    mouse.key(K.Key_D)
    for name in ("left head", "right head"):
        bring_to_the_middle(controller, at[name])
        mouse.click(at[name])
    found = value(mouse, only(mouse))
    assert found.value == pytest.approx(ANATOMY.hip_distance_mm, rel=A_THOUSANDTH)
    assert found.basis is Basis.MAGNIFIED


def bring_to_the_middle(controller: Controller, place: Place) -> None:
    """As a person does with the middle button."""
    shown = controller.resolved(0)
    assert shown.picture is not None
    x, y = shown.camera.screen_point(place, shown.viewport)
    controller.pan(0, (shown.viewport.width / 2 - x, shown.viewport.height / 2 - y))


def test_calibrating_on_the_ball_changes_every_length_and_can_be_undone(
    page: ReadingPage, read: Read, animals: Path, mouse: Mouse
) -> None:
    controller, at = hips(read, animals)
    (x0, y0), (x1, y1) = at["ball left"], at["ball right"]
    center, radius = ((x0 + x1) / 2, (y0 + y1) / 2), math.hypot(x1 - x0, y1 - y0) / 2
    mouse.key(K.Key_D)
    mouse.click(at["left head"], at["right head"])
    take(page, "calibrate_ball")
    mouse.click(
        *((center[0] + radius * math.cos(t), center[1] + radius * math.sin(t)) for t in (0.3, 2, 4.4))
    )
    assert "true size" in hint_of(page)
    mouse.type("5,0 cm")
    mouse.key(K.Key_Return)
    length = marking(mouse).sheet.annotations[0]
    ratio = 50.0 / ANATOMY.marker_ball_mm
    found = value(mouse, length)
    assert found.value == pytest.approx(ANATOMY.hip_distance_mm * ratio, rel=A_THOUSANDTH)
    assert found.basis is Basis.USER
    assert "Scale: calibrated here, 50 mm" in controller.resolved(0).corners.bottom_right
    mouse.key(K.Key_Z, CONTROL)
    assert value(mouse, length).basis is Basis.MAGNIFIED
    assert "Scale: corrected for magnification" in controller.resolved(0).corners.bottom_right
    mouse.key(K.Key_Z, CONTROL | SHIFT)
    assert value(mouse, length).basis is Basis.USER


def test_points_stay_in_their_ultrasound_region_and_the_reason_is_said(
    page: ReadingPage, read: Read, animals: Path, mouse: Mouse
) -> None:
    controller = read(exam_of(series_of([animals / "cat-bladder" / "bladder.dcm"])))
    frame = controller.frame(0)
    assert frame is not None
    region = next(one for one in frame.description.frames[0].regions if one.units_x == one.units_y == 3)
    inside = ((region.x0 + region.x1) / 2, (region.y0 + region.y1) / 2)
    mouse.key(K.Key_D)
    mouse.click(inside)
    mouse.move((inside[0], frame.description.rows + 40.0))
    assert "ultrasound" in hint_of(page)
    mouse.click((inside[0], frame.description.rows + 40.0))
    one = only(mouse)
    assert one.points[1][1] <= region.y1
    assert (value(mouse, one).unit, value(mouse, one).basis) == ("mm", Basis.REGION)
    assert "ultrasound" not in hint_of(page)
