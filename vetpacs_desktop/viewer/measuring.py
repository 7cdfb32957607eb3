"""What the annotations of a sheet say: their measured values, and the words that stand beside them.

Values are worked out anew from the points and kept for as long as points, calibration and frame are the
same, so that redrawing costs nothing. Must never keep a value under points it was not made from.
"""

from __future__ import annotations

import math
import textwrap
from collections import OrderedDict
from collections.abc import Callable
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
from vetpacs_desktop.viewer.spatial.crossing import crossing, flat_crossing
from vetpacs_desktop.viewer.spatial.pane import Pane, image_of, pane_of, shown_in
from vetpacs_desktop.viewer.spatial.valuing import SLOW, measure_placed
from vetpacs_desktop.viewer.volume.volume import Volume

__all__ = ["Measurements", "calibration_of", "image_of", "line_of", "measure", "words_of"]
PENDING = Measured(None, note="being worked out")
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
        self._placed: dict[tuple[object, ...], tuple[Measured, tuple[Line, ...], Entry | None]] = {}
        self.volume_of: Callable[[str, str], Volume | None] = lambda _space, _series: None
        """The voxels in a frame of reference, of this series if there are several; None where none are."""
        self.later: Callable[[Annotation], None] | None = None
        """Who works out slow values in a thread and lets them be learnt; None: at once, here."""
        self.edges: Callable[[Annotation, Pane], tuple[Line, ...]] = lambda _one, _pane: ()
        """What bodies look like where a picture cuts them."""
        self.pane_of: Callable[[ImageRef], Pane | None] = lambda _image: None
        """Where in the animal an image of the exam lies; None where nobody knows."""
        self._crossed: dict[tuple[Annotation, ImageRef], Entry | None] = {}

    def entries(
        self, sheet: Sheet, frame: LoadedFrame, translate: Translate = as_written
    ) -> tuple[Entry, ...]:
        """The annotations of a frame that can be drawn, with the words beside them."""
        calibration = self.calibration(sheet, MeasuredImage.of_loaded(frame))
        image, pane = image_of(frame), pane_of(frame)
        found: list[Entry | None] = []
        for one in sheet.annotations:
            if one.tool not in TOOLS:
                continue
            if one.space is not None:
                found.append(None if pane is None else self._placed_entry(one, pane, frame, translate))
            elif one.image == image:
                found.append(self.entry(one, frame, calibration, translate))
            elif image.plane and pane is not None:
                found.append(self._crossing_entry(one, pane, translate))
        return tuple(entry for entry in found if entry is not None)

    def entry(
        self, one: Annotation, frame: LoadedFrame, calibration: Calibration | None, translate: Translate
    ) -> Entry:
        """An annotation with its words and, for a guide, its constructed lines."""
        if one.space is not None:
            return self._entry(one, frame, calibration, translate)
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

    def _placed_entry(
        self, one: Annotation, pane: Pane, frame: LoadedFrame, translate: Translate
    ) -> Entry | None:
        """Of what lies in the animal: whole where a picture shows all of it, else where it is crossed."""
        value, edges = self.placed_value(one), self.edges(one, pane)
        key = (one, pane.image)
        known = self._placed.get(key)
        if known is not None and known[0] is value and known[1] is edges:
            return known[2]
        if len(self._placed) > KEPT:
            self._placed.clear()
        seen = shown_in(one, pane)
        if seen is not None:
            entry: Entry | None = self._entry(seen, frame, None, translate)
        else:
            crossed = crossing(one, pane)
            whole = any(len(line.points) > 2 for line in crossed)  # an outline lies in this very picture
            lines = edges if edges and not whole else crossed
            name = next(iter(one.text.splitlines()), "") or translate(TOOLS[one.tool].words)
            words = words_of(one, value, translate) if TOOLS[one.tool].body else (name,)
            entry = Entry(replace(one, image=pane.image), TOOLS[one.tool], words, lines) if lines else None
        self._placed[key] = value, edges, entry
        return entry

    def _crossing_entry(self, one: Annotation, pane: Pane, translate: Translate) -> Entry | None:
        """Of what is kept on an image, where a plane of a volume cuts it: to be seen, not to be changed."""
        key = (one, pane.image)
        if key not in self._crossed:
            own = self.pane_of(one.image)
            if own is None:  # its header is still being read
                return None
            if len(self._crossed) > KEPT:
                self._crossed.clear()
            lines, tool = flat_crossing(one, own, pane), TOOLS[one.tool]
            name = next(iter(one.text.splitlines()), "") or translate(tool.words)
            here = replace(one, image=pane.image, points=())
            self._crossed[key] = Entry(here, tool, (name,), lines) if lines else None
        return self._crossed[key]

    def placed_value(self, one: Annotation) -> Measured:
        """What an annotation with places measures, whatever picture it is seen on."""
        placed = one.space
        assert placed is not None
        volume = self.volume_of(placed.frame_of_reference_uid, placed.series_uid)
        key = (one.tool, placed, volume)
        if (known := self._values.get(key)) is not None:
            return known
        if one.tool in SLOW and self.later is not None:
            self.later(one)
            return PENDING
        self._values[key] = value = measure_placed(one, volume)
        self._bound()
        return value

    def learn_placed(self, one: Annotation, volume: Volume | None, value: Measured) -> None:
        """A value that was worked out elsewhere with these voxels."""
        self._values[one.tool, one.space, volume] = value
        self._bound()

    def value(self, one: Annotation, frame: LoadedFrame, calibration: Calibration | None) -> Measured:
        """What an annotation measures on its frame, which is at hand."""
        if one.space is not None:
            return self.placed_value(one)
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
        self._bound()

    def _bound(self) -> None:
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
