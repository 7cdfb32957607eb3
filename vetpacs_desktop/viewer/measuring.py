"""What the annotations of a sheet say: their measured values, and the words that stand beside them.

Values are worked out anew from the points and kept for as long as points, calibration and frame are the
same, so that redrawing costs nothing. Must never keep a value under points it was not made from.
"""

from __future__ import annotations

import math
import textwrap
from collections import OrderedDict
from dataclasses import replace

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.viewer.annotations import CALIBRATIONS, Annotation, ImageRef, Sheet
from vetpacs_desktop.viewer.corner_texts import Translate, as_written
from vetpacs_desktop.viewer.figures import ROUND, Line
from vetpacs_desktop.viewer.loading import LoadedFrame
from vetpacs_desktop.viewer.marks import Entry
from vetpacs_desktop.viewer.measure.calibrating import calibrate
from vetpacs_desktop.viewer.measure.calibration import Calibration
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.measured import PX, Measured
from vetpacs_desktop.viewer.measure.saying import lines
from vetpacs_desktop.viewer.measure.tools import TOOLS
from vetpacs_desktop.viewer.measure.veterinary.construction import Mark, Ring, Role, Stroke
from vetpacs_desktop.viewer.measure.veterinary.guide import Guide
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES

KEPT = 2000
"""Values in memory."""
WIDTH = 44
"""Letters of a line beside a figure."""


class Measurements:
    """The values of one exam's annotations."""

    def __init__(self) -> None:
        self._values: OrderedDict[tuple[object, ...], Measured] = OrderedDict()
        self._calibrations: dict[Annotation, Calibration | None] = {}
        self._entries: dict[tuple[Annotation, Calibration | None], Entry] = {}

    def entries(
        self, sheet: Sheet, frame: LoadedFrame, translate: Translate = as_written
    ) -> tuple[Entry, ...]:
        """The annotations of a frame that can be drawn, with the words beside them."""
        calibration = self.calibration(sheet, MeasuredImage.of_loaded(frame))
        found = [one for one in sheet.on(image_of(frame)) if one.tool in TOOLS]
        return tuple(self.entry(one, frame, calibration, translate) for one in found)

    def entry(
        self, one: Annotation, frame: LoadedFrame, calibration: Calibration | None, translate: Translate
    ) -> Entry:
        """An annotation with its words and, for a guide, its constructed lines."""
        key = (one, calibration)
        if (known := self._entries.get(key)) is None:
            if len(self._entries) > KEPT:
                self._entries.clear()
            known = self._entries[key] = self._entry(one, frame, calibration, translate)
        return known

    def _entry(
        self, one: Annotation, frame: LoadedFrame, calibration: Calibration | None, translate: Translate
    ) -> Entry:
        tool = TOOLS[one.tool]
        words: tuple[str, ...] = ()
        if len(one.points) >= tool.least:
            words = words_of(one, self.value(one, frame, calibration), translate)
        guide = GUIDES.get(one.tool)
        lines = () if guide is None else self._constructed(guide, one, frame, calibration)
        return Entry(one, tool, words, lines)

    def value(self, one: Annotation, frame: LoadedFrame, calibration: Calibration | None) -> Measured:
        """What an annotation measures on its frame, which is at hand."""
        key = (one.image, one.tool, one.points, calibration)
        if (known := self._values.get(key)) is None:
            known = measure(one, MeasuredImage.of_loaded(frame, calibration))
            self.learn(one, calibration, known)
        return known

    def known(self, one: Annotation, calibration: Calibration | None) -> Measured | None:
        """The value, if it was worked out before: for lists of what is not on the screen."""
        return self._values.get((one.image, one.tool, one.points, calibration))

    def learn(self, one: Annotation, calibration: Calibration | None, value: Measured) -> None:
        """A value that was worked out elsewhere, on the same image under the same calibration."""
        self._values[one.image, one.tool, one.points, calibration] = value
        while len(self._values) > KEPT:
            self._values.popitem(last=False)

    def calibration(self, sheet: Sheet, image: MeasuredImage) -> Calibration | None:
        """The reader's own scale of an image."""
        drawn = sheet.calibration(image.description.sop_uid)
        if drawn is None:
            return None
        drawn = replace(drawn, changed="")
        if drawn not in self._calibrations:
            if len(self._calibrations) > KEPT:
                self._calibrations.clear()
            self._calibrations[drawn] = calibration_of(drawn, image)
        return self._calibrations[drawn]

    def _constructed(
        self, guide: Guide, one: Annotation, frame: LoadedFrame, calibration: Calibration | None
    ) -> tuple[Line, ...]:
        sketch = guide.sketch(one.points, MeasuredImage.of_loaded(frame, calibration))
        return tuple(line_of(mark) for mark in sketch.marks)


def line_of(mark: Mark) -> Line:
    """What a guide constructs, as a line in (column, row)."""
    helping = mark.role is Role.HELPER
    if isinstance(mark, Ring):
        (column, row), (across, down) = mark.center, mark.radii
        turns = [2 * math.pi * n / ROUND for n in range(ROUND)]
        edge = tuple((column + across * math.cos(t), row + down * math.sin(t)) for t in turns)
        return Line(edge, closed=True, helping=helping)
    if isinstance(mark, Stroke):
        return Line(mark.points, helping=helping)
    return Line((mark.point,), helping=helping)


def image_of(frame: LoadedFrame) -> ImageRef:
    """Which picture a frame is."""
    return ImageRef(frame.description.sop_uid, frame.key.frame)


def measure(one: Annotation, image: MeasuredImage) -> Measured:
    """The value of an annotation; what can't be measured has none, and a note."""
    tool = TOOLS.get(one.tool)
    return Measured(None) if tool is None else tool.preview(one.points, image)


def calibration_of(drawn: Annotation, image: MeasuredImage) -> Calibration | None:
    """The scale that a drawn object of known size gives; None where it gives none."""
    if drawn.known_mm is None:
        return None
    bare = MeasuredImage(image.description, drawn.image.frame, image.read)
    try:
        return calibrate(drawn.points, drawn.known_mm, bare)
    except KnownError:
        return None


def words_of(one: Annotation, value: Measured, translate: Translate = as_written) -> tuple[str, ...]:
    """A person's own words, then the value with unit and basis; the reason where there is no value, or no
    scale."""
    own = tuple(line for line in one.text.splitlines() if line.strip())
    if one.tool in CALIBRATIONS and one.known_mm is not None:
        said: tuple[str, ...] = (translate("Known size: {mm} mm").format(mm=f"{one.known_mm:g}"),)
    else:
        said = lines(value, translate, brief=True)
    if value.note and (value.value is None or value.unit == PX) and not said[1:]:
        said = (*said, *textwrap.wrap(value.note, WIDTH))
    return own + said
