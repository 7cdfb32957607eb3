"""Transfer functions: which value is how solid and of which colour in a rendered volume, and the presets.

Owns the knots, their order and the presets of `resources/volume_presets`. Must never look at voxels.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from itertools import pairwise

from vetpacs_desktop.paths import resources

Colour = tuple[float, float, float]
"""Red, green, blue, 0 to 1."""
MOST_KNOTS = 24
APART = 1e-3
"""Knots keep this share of the curve's reach from each other."""


class Mode(Enum):
    """What becomes of the values along a line of sight."""

    SOLID = "solid"
    """Light and opacity, front to back."""
    MIP = "mip"
    """The brightest one."""


@dataclass(frozen=True, slots=True)
class Knot:
    """One point of a curve."""

    value: float
    """In modality units (HU)."""
    opacity: float
    """0 to 1 for each millimetre of tissue; with `Mode.MIP`, how much of the colour is seen."""
    colour: Colour


@dataclass(frozen=True, slots=True)
class Light:
    """How surfaces answer to a lamp beside the viewer's head."""

    on: bool = True
    ambient: float = 0.25
    diffuse: float = 0.75
    specular: float = 0.25
    power: float = 16.0


@dataclass(frozen=True, slots=True)
class Curve:
    """Knots in rising order of values; flat beyond its ends. At least two."""

    knots: tuple[Knot, ...]
    mode: Mode = Mode.SOLID
    light: Light = Light()

    def at(self, value: float) -> Knot:
        """Opacity and colour of a value, blended between knots."""
        knots = self.knots
        if value <= knots[0].value:
            return replace(knots[0], value=value)
        for low, high in pairwise(knots):
            if value <= high.value:
                share = (value - low.value) / (high.value - low.value)
                mixed = [a + share * (b - a) for a, b in zip(low.colour, high.colour, strict=True)]
                opacity = low.opacity + share * (high.opacity - low.opacity)
                return Knot(value, opacity, (mixed[0], mixed[1], mixed[2]))
        return replace(knots[-1], value=value)

    def moved(self, number: int, value: float, opacity: float) -> Curve:
        """Knot `number` elsewhere, kept between its neighbours."""
        gap = APART * (self.knots[-1].value - self.knots[0].value)
        low = self.knots[number - 1].value + gap if number > 0 else -math.inf
        high = self.knots[number + 1].value - gap if number + 1 < len(self.knots) else math.inf
        value = min(max(value, low), max(low, high))
        return self._with(number, replace(self.knots[number], value=value, opacity=min(max(opacity, 0), 1)))

    def coloured(self, number: int, colour: Colour) -> Curve:
        """Knot `number` in another colour."""
        return self._with(number, replace(self.knots[number], colour=colour))

    def added(self, value: float, opacity: float) -> tuple[Curve, int]:
        """One more knot, in the colour that was there, and its number; unchanged where there is no room."""
        for number, knot in enumerate(self.knots):
            if knot.value == value:
                return self, number
        if len(self.knots) >= MOST_KNOTS:
            return self, min(range(len(self.knots)), key=lambda n: abs(self.knots[n].value - value))
        knot = Knot(value, min(max(opacity, 0), 1), self.at(value).colour)
        knots = tuple(sorted((*self.knots, knot), key=lambda one: one.value))
        return replace(self, knots=knots), knots.index(knot)

    def removed(self, number: int) -> Curve:
        """Without a knot; two always stay."""
        if len(self.knots) <= 2:
            return self
        return replace(self, knots=(*self.knots[:number], *self.knots[number + 1 :]))

    def shifted(self, by: float) -> Curve:
        """All knots at higher values by this much."""
        return replace(self, knots=tuple(replace(k, value=k.value + by) for k in self.knots))

    def _with(self, number: int, knot: Knot) -> Curve:
        return replace(self, knots=(*self.knots[:number], knot, *self.knots[number + 1 :]))


@dataclass(frozen=True, slots=True)
class VolumePreset:
    """A named curve; of CT in HU, of anything else in shares of the volume's own range of values."""

    name: str
    words: str
    """In English; translated where it is shown."""
    source: str
    ct: bool
    curve: Curve

    def curve_for(self, low: float, high: float) -> Curve:
        """In modality units; `low` and `high` are the volume's darkest and brightest tissue."""
        if self.ct:
            return self.curve
        span = max(high - low, 1e-6)
        knots = tuple(replace(knot, value=low + knot.value * span) for knot in self.curve.knots)
        return replace(self.curve, knots=knots)


@cache
def volume_presets() -> tuple[VolumePreset, ...]:
    """All of the program's own, in their order."""
    folder = resources() / "volume_presets"
    return tuple(read_preset(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml")))


def presets_for(modality: str) -> tuple[VolumePreset, ...]:
    """Those that mean something for a modality; the first one is the one to begin with."""
    return tuple(one for one in volume_presets() if one.ct == (modality == "CT"))


def read_preset(text: str) -> VolumePreset:
    """A preset from TOML. Raises `ValueError` for knots that are no curve."""
    said = tomllib.loads(text)
    light = Light(**said["light"]) if "light" in said else Light(on=False)
    curve = Curve(knots_of(said["knots"]), Mode(said.get("mode", "solid")), light)
    return VolumePreset(said["name"], said["words"], said["source"], said["unit"] == "HU", curve)


def knots_of(rows: Sequence[Sequence[float]]) -> tuple[Knot, ...]:
    """From rows of value, opacity, red, green, blue. Raises `ValueError` where they are no curve."""
    knots = tuple(Knot(float(v), float(a), (float(r), float(g), float(b))) for v, a, r, g, b in rows)
    values = [knot.value for knot in knots]
    if len(knots) < 2 or any(b <= a for a, b in pairwise(values)):
        raise ValueError("a curve needs two knots or more, in rising order")
    if not all(0 <= part <= 1 for knot in knots for part in (knot.opacity, *knot.colour)):
        raise ValueError("opacity and colours go from 0 to 1")
    return knots


def curve_document(curve: Curve) -> dict[str, object]:
    """A curve as plain values, for settings and for the process that draws."""
    light = curve.light
    return {
        "knots": [[k.value, k.opacity, *k.colour] for k in curve.knots],
        "mode": curve.mode.value,
        "light": [light.on, light.ambient, light.diffuse, light.specular, light.power],
    }


def curve_from(document: object) -> Curve:
    """The other way round. Raises `ValueError` for anything else."""
    try:
        said = dict(document)  # type: ignore[call-overload]
        return Curve(knots_of(said["knots"]), Mode(said["mode"]), Light(*said["light"]))
    except (TypeError, KeyError) as error:
        raise ValueError("no curve") from error
