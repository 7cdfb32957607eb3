"""Short questions about what is drawn, for tests of measuring."""

import numpy as np

from tests.ui.viewing.mouse import Mouse, Place
from vetpacs_desktop.ui.viewing import commands
from vetpacs_desktop.ui.viewing.marking.marking import Marking
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.annotations import Annotation
from vetpacs_desktop.viewer.measure.measured import Measured

A, B, C, D = (10.0, 12.0), (40.0, 20.0), (50.0, 45.0), (15.0, 50.0)
"""Places in an image of 64 x 64 pixels."""


def marking(mouse: Mouse) -> Marking:
    return mouse.controller.marking


def only(mouse: Mouse) -> Annotation:
    (one,) = marking(mouse).sheet.annotations
    return one


def value(mouse: Mouse, one: Annotation) -> Measured:
    frame = mouse.controller.frame(0)
    assert frame is not None
    return marking(mouse).values.value(one, frame, marking(mouse).calibration(frame))


def same(points: tuple[Place, ...], *places: Place) -> bool:
    """Whether points are where these places are."""
    return len(points) == len(places) and bool(np.allclose(points, places, atol=1e-6))


def hint_of(page: ReadingPage) -> str:
    return page._hint.text()


def take(page: ReadingPage, tool: str) -> None:
    """By the tool's own entry in the menu."""
    name = next(row.name for row, wanted in commands.MEASURE if wanted == tool)
    page._marking.actions[name].trigger()
