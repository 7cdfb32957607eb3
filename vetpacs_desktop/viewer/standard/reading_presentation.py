"""Presentation states of any maker as layers: what is drawn, and how images are to be seen.

Knows both ways of DICOM to say where something is: pixels of the image, and shares of the displayed area
(PS3.3 C.10.5). Circles, ellipses and smooth curves become corners. Applies nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from pydicom.dataset import Dataset

from vetpacs_desktop.viewer import elements as read
from vetpacs_desktop.viewer.annotations import Point
from vetpacs_desktop.viewer.description import VoiFunction, Window
from vetpacs_desktop.viewer.frames import lookup_table
from vetpacs_desktop.viewer.pixels.overlays import overlay_planes
from vetpacs_desktop.viewer.pixels.shutters import shutter_of
from vetpacs_desktop.viewer.pixels.voi import lut_window
from vetpacs_desktop.viewer.standard.layers import Graphic, OnImage, Presentation, Shield, Words, frames_of
from vetpacs_desktop.viewer.standard.looks import Look
from vetpacs_desktop.viewer.standard.reading_report import spoken, when
from vetpacs_desktop.viewer.standard.shapes import HALF, from_file

ROUND = 72
SMOOTH = 8
"""Corners of a circle, and of a piece of an interpolated curve."""
MOST_POINTS = 100_000

Area = tuple[float, float, float, float]


def presentation_of(document: Dataset) -> Presentation:
    """What a presentation state says of its images."""
    images = _images(document)
    drawn = [
        one
        for item in read.items(document, "GraphicAnnotationSequence")
        for one in _drawn(document, item, images)
    ]
    return Presentation(
        sop_uid=read.text(document, "SOPInstanceUID"),
        title=read.text(document, "ContentDescription") or read.text(document, "ContentLabel"),
        author=spoken(read.person(document, "ContentCreatorName")),
        created=when(document, "PresentationCreation"),
        drawn=tuple(one for one in drawn if one.graphics or one.words),
        looks=_looks(document, images),
        shield=_shield(document),
    )


def _shield(document: Dataset) -> Shield | None:
    """Shapes, and the overlay that serves as a bitmap of what is hidden."""
    group = read.integer(document, "ShutterOverlayGroup")
    planes = {plane.group: plane for plane in overlay_planes(document)} if group is not None else {}
    plane = planes.get(group or 0)
    bitmap = plane.for_frame(0) if plane is not None else None
    shutter = shutter_of(document)
    return None if shutter is None and bitmap is None else Shield(shutter, bitmap)


def _images(document: Dataset) -> tuple[OnImage, ...]:
    """All images that the document speaks of."""
    found: list[OnImage] = []
    for series in read.items(document, "ReferencedSeriesSequence"):
        found += _references(series)
    return tuple(found)


def _references(item: read.Header) -> list[OnImage]:
    return [
        OnImage(
            read.text(one, "ReferencedSOPInstanceUID"),
            frames_of(read.numbers(one, "ReferencedFrameNumber")),
        )
        for one in read.items(item, "ReferencedImageSequence")
    ]


# --- looks ----------------------------------------------------------------------------------------


def _looks(document: Dataset, images: Sequence[OnImage]) -> tuple[tuple[OnImage, Look], ...]:
    rotation = read.integer(document, "ImageRotation") or 0
    flipped = read.text(document, "ImageHorizontalFlip").upper() == "Y"
    inverse = read.text(document, "PresentationLUTShape").upper() == "INVERSE"
    turned = rotation if rotation % 90 == 0 else 0
    found: list[tuple[OnImage, Look]] = []
    for item in read.items(document, "SoftcopyVOILUTSequence"):
        window = _window(item)
        for about in _references(item) or images:
            found.append((about, Look.of_dicom(turned, flipped, window=window, invert=inverse)))
    for about in images:  # what no window is said of may still be turned
        found.append((about, Look.of_dicom(turned, flipped, window=None, invert=inverse)))
    return tuple(found)


def _window(item: read.Header) -> Window | None:
    """Its curve where it has one, else its window (PS3.3 C.11.8)."""
    for table in read.items(item, "VOILUTSequence")[:1]:
        curve = lookup_table(table, False)
        if curve is not None and len(curve.values) > 1:
            return lut_window(curve)
    center, width = read.number(item, "WindowCenter"), read.positive(item, "WindowWidth")
    if center is None or width is None:
        return None
    said = read.text(item, "VOILUTFunction").upper()
    function = VoiFunction(said) if said in {one.value for one in VoiFunction} else VoiFunction.LINEAR
    return Window(center, width, function, read.text(item, "WindowCenterWidthExplanation"))


# --- drawings -------------------------------------------------------------------------------------


def _drawn(document: Dataset, item: read.Header, images: Sequence[OnImage]) -> list[OnImage]:
    about = _references(item) or list(images)
    found = []
    for image in about:
        place = _Place(document, image.sop_uid)
        graphics = [_graphic(one, place) for one in read.items(item, "GraphicObjectSequence")]
        words = [_words(one, place) for one in read.items(item, "TextObjectSequence")]
        found.append(
            OnImage(
                image.sop_uid,
                image.frames,
                tuple(one for one in graphics if one is not None),
                tuple(one for one in words if one is not None),
            )
        )
    return found


class _Place:
    """Where the numbers of a presentation state lie on one image."""

    def __init__(self, document: Dataset, sop_uid: str) -> None:
        items = read.items(document, "DisplayedAreaSelectionSequence")
        area = [one for one in items if sop_uid in {ref.sop_uid for ref in _references(one)}] or [
            one for one in items if not read.items(one, "ReferencedImageSequence")
        ]
        self._area = _area_of(area[0]) if area else None
        rotation = read.integer(document, "ImageRotation") or 0
        self._swapped = rotation % 180 == 90

    def points(self, numbers: Sequence[float], units: str) -> tuple[Point, ...]:
        """(column, row) of pixel centres; () where the place can't be known."""
        if units != "DISPLAY":
            return from_file(numbers)
        if self._area is None:
            return ()
        left, top, right, bottom = self._area
        found = []
        for across, down in zip(numbers[0::2], numbers[1::2], strict=False):
            u, v = (down, across) if self._swapped else (across, down)
            found.append((_along(left, right, u), _along(top, bottom, v)))
        return tuple(found)


def _along(first: float, last: float, share: float) -> float:
    """From the outer edge of the first pixel to the outer edge of the last, both counted from 1."""
    way = 1 if last >= first else -1
    return first - 1 - way * HALF + share * (last - first + way)


def _area_of(item: read.Header) -> Area | None:
    first = read.vector(item, "DisplayedAreaTopLeftHandCorner", 2)
    last = read.vector(item, "DisplayedAreaBottomRightHandCorner", 2)
    return None if first is None or last is None else (first[0], first[1], last[0], last[1])


def _graphic(item: read.Header, place: _Place) -> Graphic | None:
    numbers = read.numbers(item, "GraphicData")[: 2 * MOST_POINTS]
    known = [number for number in numbers if number is not None]
    if len(known) != len(numbers) or len(known) < 2:
        return None
    points = place.points(known, read.text(item, "GraphicAnnotationUnits").upper())
    kind = read.text(item, "GraphicType").upper()
    if kind == "CIRCLE" and len(points) == 2:
        (x, y), edge = points
        radius = math.hypot(edge[0] - x, edge[1] - y)
        return _ellipse((x, y), (radius, 0.0), (0.0, radius))
    if kind == "ELLIPSE" and len(points) == 4:
        a, b, c, _ = points
        center = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
        return _ellipse(center, (a[0] - center[0], a[1] - center[1]), (c[0] - center[0], c[1] - center[1]))
    if kind == "INTERPOLATED" and len(points) > 2:
        points = _smooth(points)
    if not points:
        return None
    closed = len(points) > 3 and points[0] == points[-1]
    return Graphic(points[:-1] if closed else points, closed)


def _ellipse(center: Point, one: Point, other: Point) -> Graphic:
    angles = [2 * math.pi * n / ROUND for n in range(ROUND)]
    return Graphic(
        tuple(
            (
                center[0] + one[0] * math.cos(t) + other[0] * math.sin(t),
                center[1] + one[1] * math.cos(t) + other[1] * math.sin(t),
            )
            for t in angles
        ),
        closed=True,
    )


def _smooth(points: Sequence[Point]) -> tuple[Point, ...]:
    """A curve through the points (Catmull-Rom): the standard leaves its kind open."""
    closed = points[0] == points[-1]
    ring = points[:-1] if closed else points
    count = len(ring)
    found: list[Point] = []
    for n in range(count if closed else count - 1):
        if closed:
            a, b, c, d = (ring[(n + step) % count] for step in (-1, 0, 1, 2))
        else:
            a, b, c, d = (ring[min(max(n + step, 0), count - 1)] for step in (-1, 0, 1, 2))
        found += [_between(a, b, c, d, step / SMOOTH) for step in range(SMOOTH)]
    found.append(points[-1])
    return tuple(found)


def _between(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    x, y = (
        0.5
        * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t + (3 * q - p - 3 * r + s) * t * t * t)
        for p, q, r, s in zip(a, b, c, d, strict=True)
    )
    return x, y


def _words(item: read.Header, place: _Place) -> Words | None:
    lines = tuple(line.strip() for line in _all_text(item).splitlines() if line.strip())
    anchor = read.vector(item, "AnchorPoint", 2)
    units = read.text(item, "AnchorPointAnnotationUnits").upper()
    if anchor is None:
        anchor = read.vector(item, "BoundingBoxTopLeftHandCorner", 2)
        units = read.text(item, "BoundingBoxAnnotationUnits").upper()
    points = place.points(anchor, units) if anchor is not None else ()
    return Words(points[0], lines) if lines and points else None


def _all_text(item: read.Header) -> str:
    """The text with its backslashes: an ST holds one value."""
    return "\\".join(read.texts(item, "UnformattedTextValue"))[:4000]
