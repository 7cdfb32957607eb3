"""A picture with a mark to know its places by, shown at three screen pixels for each of its own."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QAction

from tests.ui.viewing.conftest import exam_of, series_of
from tests.ui.viewing.mouse import Mouse
from tests.ui.viewing.screen import on_screen
from tests.viewer.render.files import image_file
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer import state
from vetpacs_desktop.viewer.exam import Exam

SIDE = 128
BRIGHT = np.s_[40:44, 60:110]
"""A level bar right of the middle."""


def values() -> NDArray[np.uint16]:
    """A dark ground, a bright bar, and a square of middle values below."""
    made = np.full((SIDE, SIDE), 200, np.uint16)
    made[BRIGHT] = 3000
    made[80:100, 20:40] = np.arange(1000, 1020, dtype=np.uint16)[:, np.newaxis]
    return made


@pytest.fixture
def radiograph(read: Callable[[Exam], Controller], tmp_path: Path) -> Controller:
    path = image_file(tmp_path, values(), Modality="DX", WindowCenter=1600, WindowWidth=3200)
    controller = read(exam_of(series_of([path])))
    controller.set_texts(False)
    controller.change(0, partial(state.zoom_about, ratio=1.0, anchor=(0, 0), factor=3.0))
    return controller


class Eye:
    """Reads the screen at places of the image."""

    def __init__(self, mouse: Mouse) -> None:
        self._mouse = mouse

    def at(self, column: float, row: float) -> NDArray[np.uint8]:
        """RGB of the screen there."""
        view = self._mouse.viewport.view
        place = self._mouse.at((column, row)) - self._mouse.viewport.view.pos()
        seen = on_screen(view)
        return seen[round(place.y()), round(place.x())]


@pytest.fixture
def eye(mouse: Mouse) -> Eye:
    return Eye(mouse)


def action(page: ReadingPage, name: str) -> QAction:
    found = page.findChild(QAction, name)
    assert isinstance(found, QAction)
    return found
