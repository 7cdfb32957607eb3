"""The parts of a presentation state that say through what an image is seen: area, shutter, overlays.

Owns these modules of PS3.3 (C.10.4, C.7.6.11, C.11.7) as they are written. Draws nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydicom.dataset import Dataset

from vetpacs_desktop.viewer.pixels.shutters import shutter_of
from vetpacs_desktop.viewer.standard.sources import Source

_OVERLAY_GROUPS = range(0x6000, 0x6020, 2)
_ROWS, _ACTIVE = 0x0010, 0x1001
Value = str | int | tuple[int | str, ...]


def displayed_area(source: Source, rotation: int, flipped: bool, aspect: tuple[int, int]) -> Dataset:
    """All of the image, fitted to the screen; its corners are those that lie top left and bottom right after
    the turns."""
    made = Dataset()
    corners = (1, 1), (source.description.columns, source.description.rows)
    (left, top), (right, bottom) = corners
    at = {0: (left, top), 90: (left, bottom), 180: (right, bottom), 270: (right, top)}[rotation]
    if flipped:
        at = {0: (right, top), 90: (left, top), 180: (left, bottom), 270: (right, bottom)}[rotation]
    made.DisplayedAreaTopLeftHandCorner = list(at)
    made.DisplayedAreaBottomRightHandCorner = [left + right - at[0], top + bottom - at[1]]
    made.PresentationSizeMode = "SCALE TO FIT"
    made.PresentationPixelAspectRatio = list(aspect)
    return made


def shutter_elements(source: Source) -> Mapping[str, Value]:
    """The image's own shutter as elements: a presentation state without one would lift it."""
    shutter = shutter_of(source.header)
    if shutter is None:
        return {}
    found: dict[str, Value] = {}
    kinds: list[str] = []
    if shutter.rectangle is not None:
        kinds.append("RECTANGULAR")
        top, bottom, left, right = (round(edge) + 1 for edge in shutter.rectangle)
        found |= {"ShutterLeftVerticalEdge": left, "ShutterRightVerticalEdge": right}
        found |= {"ShutterUpperHorizontalEdge": top, "ShutterLowerHorizontalEdge": bottom}
    if shutter.circle is not None:
        kinds.append("CIRCULAR")
        row, column, radius = shutter.circle
        found |= {"CenterOfCircularShutter": (round(row) + 1, round(column) + 1)}
        found |= {"RadiusOfCircularShutter": max(round(radius), 1)}
    if shutter.polygon:
        kinds.append("POLYGONAL")
        corners = tuple(round(number) + 1 for corner in shutter.polygon for number in corner)
        found["VerticesOfThePolygonalShutter"] = corners
    found["ShutterShape"] = tuple(kinds)
    found["ShutterPresentationValue"] = 0
    if source.colour:
        found["ShutterPresentationColorCIELabValue"] = (0, 0x8080, 0x8080)
    return found


def overlay_groups(source: Source) -> tuple[int, ...]:
    """The groups of the image's overlays (60xx)."""
    return tuple(group for group in _OVERLAY_GROUPS if (group, _ROWS) in source.header)


def activate_overlays(made: Dataset, groups: Sequence[int], layer: str) -> None:
    """Keep the image's drawings visible: without this a presentation state hides them."""
    for group in groups:
        made.add_new((group, _ACTIVE), "CS", layer)
