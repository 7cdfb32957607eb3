"""The tour's mouse: clicks at places of an image, and where the example dog's heart is to be clicked.

Uses the window's own events, so that what the tour shows is what a person can do.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from vetpacs_desktop.errors import NotFound
from vetpacs_desktop.examples.landmarks import landmarks
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.marks import to_screen
from vetpacs_desktop.viewer.measure.veterinary.vertebral import EDGES

Place = tuple[float, float]
"""(column, row) of the image."""
HALF_WAY = 7
"""Both axes of the heart and the first vertebrae."""


class Clicker:
    """Clicks in one viewport of the reading page."""

    def __init__(self, page: ReadingPage, number: int) -> None:
        self.page, self.number = page, number

    def click(self, places: Sequence[Place]) -> None:
        """One click at each place, with the left button."""
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        for place in places:
            at = self._at(place)
            self._send(QEvent.Type.MouseMove, at, none, none)
            self._send(QEvent.Type.MouseButtonPress, at, left, left)
            self._send(QEvent.Type.MouseButtonRelease, at, left, none)

    def pitch(self) -> float:
        """The size of the picture's pixels at the detector (mm). Raises `NotFound`."""
        controller = self.page.controller
        frame = controller.frame(self.number) if controller is not None else None
        if frame is None or frame.description.imager_pixel_spacing is None:
            raise NotFound(uid="the radiograph")
        return frame.description.imager_pixel_spacing[0]

    def _at(self, place: Place) -> QPointF:
        grid, controller = self.page.grid, self.page.controller
        shown = controller.resolved(self.number) if controller is not None else None
        if grid is None or shown is None or shown.picture is None:
            raise NotFound(uid="the picture")
        x, y = to_screen(place, shown.picture, shown.camera, shown.viewport)
        viewport = grid.viewports[self.number]
        return QPointF(
            viewport.view.mapTo(viewport, QPointF(x / shown.viewport.ratio, y / shown.viewport.ratio))
        )

    def _send(self, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        assert self.page.grid is not None
        viewport = self.page.grid.viewports[self.number]
        event = QMouseEvent(kind, at, viewport.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(viewport, event)


def heart_places(clicker: Clicker, exam: str = "dog-thorax") -> list[Place]:
    """The clicks of the vertebral heart size on the example dog, lying on its right side."""
    at = landmarks(exam, "right-lateral", clicker.pitch())
    names = ["carina", "apex", "heart cranial", "heart caudal", *(f"{edge} cranial" for edge in EDGES)]
    return [at[name] for name in names]
