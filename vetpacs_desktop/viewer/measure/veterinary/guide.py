"""What a guided measurement is: its steps in words and pictures, its formula, and its construction.

Frozen data for the window, the command line and the documentation. It holds no state, draws nothing itself
and never says what a value means for the animal (reference.py compares, and leaves the judgement to people).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeAlias

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.viewer.measure.calibration import Point
from vetpacs_desktop.viewer.measure.image import MeasuredImage
from vetpacs_desktop.viewer.measure.measured import Measured, NotMeasurable, joined
from vetpacs_desktop.viewer.measure.tool import Figure, MeasureTool
from vetpacs_desktop.viewer.measure.veterinary.construction import Construction, Mark, PointsEnd
from vetpacs_desktop.viewer.measure.veterinary.drawing import Drawing, Spot, on_circle

Build: TypeAlias = Callable[[Construction], None]
"""A guide's arithmetic, from the first point to the last."""


@dataclass(frozen=True, slots=True)
class Step:
    """One click."""

    label: str
    """What the point is: "ventral edge of the carina"."""
    sentence: str
    """What to do, in one sentence."""
    at: Spot
    """Where to click, in the guide's drawing."""
    optional: bool = False
    """The value is known without it; it adds a figure."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """What the first points yield already."""

    measured: Measured
    """Its value is None until it is known; the parts known so far; the note says what hinders."""
    marks: tuple[Mark, ...] = ()
    complete: bool = False
    """Whether the value is known."""


@dataclass(frozen=True, slots=True)
class Guide:
    """One guided measurement."""

    name: str
    """The name on the command line and in the references."""
    words: str
    """What vets call it."""
    region: str
    """Where it belongs in a menu: thorax, hips ..."""
    species: tuple[str, ...]
    """Animals that it is made for; empty for all."""
    views: tuple[str, ...]
    """Pictures that it is made for."""
    formula: str
    """How the value comes about, in words."""
    drawing: Drawing
    steps: tuple[Step, ...]
    build: Build
    least: int
    """Points that can be enough; further steps are asked for until the value is known."""
    unfinished: str = "more points are needed"
    """Why there is no value although `least` points are there."""

    def compute(self, points: Sequence[Point], image: MeasuredImage) -> Measured:
        """The finished measurement with every figure on the way as parts. Raises `NotMeasurable`."""
        work = Construction.on(points, image)
        with suppress(PointsEnd):
            self.build(work)
        if work.value is None:
            raise NotMeasurable(reason=self.unfinished)
        return _found(work)

    def sketch(self, points: Sequence[Point], image: MeasuredImage) -> Sketch:
        """The preview of the first points: never raises, also where they make no sense."""
        work = Construction.on((), image)
        try:
            work = Construction.on(points, image)
            with suppress(PointsEnd):
                self.build(work)
        except KnownError as error:
            found = replace(_found(work), value=None, note=joined(work.notes, error.sentence))
            return Sketch(found, tuple(work.marks))
        return Sketch(_found(work), tuple(work.marks), work.value is not None)

    def step_after(self, points: Sequence[Point], image: MeasuredImage) -> Step | None:
        """What to click next; None when nothing is left to click."""
        if len(points) >= len(self.steps):
            return None
        step = self.steps[len(points)]
        if len(points) >= self.least and not step.optional and self.sketch(points, image).complete:
            return None
        return step

    def tool(self) -> MeasureTool:
        """The row of the table of tools."""
        labels = tuple(step.label for step in self.steps)
        return MeasureTool(
            self.name,
            self.words,
            Figure.GUIDE,
            self.least,
            len(self.steps),
            labels,
            self.compute,
            live=lambda points, image: self.sketch(points, image).measured,
        )


def circle_steps(what: str, center: Spot, radius: float, hours: tuple[int, int, int]) -> tuple[Step, ...]:
    """Three clicks on an edge that is round, drawn at these hours of the clock."""
    counts = ("a first point", "a second point", "a third point")
    return tuple(
        Step(
            f"{what}, {count}",
            f"Click {count} on the edge of {what}, far from the others.",
            on_circle(center, radius, hour),
        )
        for count, hour in zip(counts, hours, strict=True)
    )


def _found(work: Construction) -> Measured:
    if work.value is None:
        return Measured(None, parts=dict(work.parts), note=work.notes)
    note = joined(work.value.note, work.notes)
    return replace(work.value, parts=dict(work.parts), note=note)
