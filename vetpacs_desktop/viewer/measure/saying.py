"""How a measurement is written for people: rounded to what it is worth, with its unit and its basis.

Owns rounding and the words. Nothing is computed from what is written here, and no digit is written that half
a pixel would change.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.measure.measured import COUNT, DEGREES, MM2, RAW, Measured

DIGITS = 3
"""Significant digits at the most, whole numbers apart."""
LARGE_MM2 = 100.0
"""Areas from here on are said in square centimetres."""

BASIS_WORDS: Mapping[Basis, str] = MappingProxyType(
    {
        Basis.PHYSICAL: "in the animal",
        Basis.CALIBRATED: "calibrated by the device",
        Basis.MAGNIFIED: "magnification corrected",
        Basis.DETECTOR: "at the detector",
        Basis.UNKNOWN: "scale uncertain",
        Basis.USER: "calibrated here",
        Basis.REGION: "ultrasound scale",
        Basis.NONE: "",
    }
)
"""Said behind every value that rests on a scale."""

PART_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "area": "area",
        "perimeter": "perimeter",
        "width": "width",
        "height": "height",
        "diameter": "diameter",
        "radius": "radius",
        "long": "long",
        "short": "short",
        "angle": "between them",
        "supplement": "the other angle",
        "first": "first",
        "second": "second",
        "third": "third",
        "from": "from",
        "to": "to",
        "voxels": "voxels",
        "outlines": "outlines",
        "x": "x",
        "y": "y",
        "z": "z",
        "mean": "mean",
        "sd": "SD",
        "min": "min",
        "max": "max",
        "pixels": "pixels",
        "time": "time",
        "velocity": "velocity",
        "depth": "depth",
        "frequency": "frequency",
        "slope": "slope",
        "rate": "rate",
        "gradient": "gradient",
        "by_t4_alone": "by T4 alone",
        "t4_body": "T4",
        "l2_body": "L2",
        "l2_height": "height of L2",
        "l5_height": "height of L5",
        "cora_column": "CORA, column",
        "cora_row": "CORA, row",
        "red": "red",
        "green": "green",
        "blue": "blue",
    }
)
"""What people call the parts; a part that is not here is called by its own name."""

_SIGNS = {DEGREES: "°", "mm2": " mm²", "cm2": " cm²", "px2": " px²", "cm/s2": " cm/s²", "1/min": "/min"}
_TOGETHER = (
    *(("width", "height"), ("mean", "sd"), ("min", "max"), ("long", "short")),
    *(("x", "y", "z"), ("from", "to")),
)
_SUBORDINATE = frozenset(
    (
        "supplement",
        "radius",
        "voxels",
        "outlines",
        "x",
        "y",
        "z",
        COUNT,
        "long_axis",
        "short_axis",
        "by_t4_alone",
        "right_radius",
        "left_radius",
        "head_radius",
        "acetabular_radius",
        "caudal_proximal_tibial_angle",
        "saw_radius",
        "cora_column",
        "cora_row",
        *(f"chord_{radius}_mm_blade" for radius in range(12, 31, 3)),
    )
)
"""Parts that a label on the picture can do without."""

Translate = Callable[[str], str]


def say(measured: Measured, translate: Translate = str) -> str:
    """``12.3 mm (at the detector)``; empty where nothing was measured."""
    if measured.value is None:
        return ""
    basis = translate(BASIS_WORDS[measured.basis])
    return f"{figure(measured)} ({basis})" if basis else figure(measured)


def figure(measured: Measured) -> str:
    """The value with its unit, without the basis."""
    if measured.value is None:
        return ""
    value, unit, grain = measured.value, measured.unit, measured.grain
    if unit == MM2 and abs(value) >= LARGE_MM2:
        value, unit, grain = value / 100, "cm2", grain / 100
    number = f"{value:.0f}" if unit == COUNT else rounded(value, grain)
    if unit in ("", "ratio", COUNT, RAW):
        return number
    return f"{number}{_SIGNS.get(unit, f' {unit}')}"


def rounded(value: float, grain: float = 0.0) -> str:
    """Three significant digits, whole numbers in full, and no decimal place smaller than `grain`."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else ""
    places = max(DIGITS - 1 - math.floor(math.log10(abs(value))), 0)
    if grain > 0:
        places = max(min(places, math.floor(-math.log10(grain) + 1e-9)), 0)
    text = f"{value:.{places}f}"
    return text.lstrip("-") if float(text) == 0 else text


def lines(measured: Measured, translate: Translate = str, *, brief: bool = False) -> tuple[str, ...]:
    """The value and its parts as the lines of a label; `brief` leaves out what a label can do without."""
    found = [say(measured, translate)]
    parts = dict(measured.parts)
    if (same := parts.get("area")) is not None and same.value == measured.value:
        del parts["area"]
    if brief:
        parts = {name: part for name, part in parts.items() if name not in _SUBORDINATE}
    while parts:
        names = _beside(next(iter(parts)), parts)
        said = [_part(name, parts.pop(name), translate, measured.basis) for name in names]
        found.append(", ".join(one for one in said if one))
    return tuple(line for line in found if line)


def _beside(first: str, parts: Mapping[str, Measured]) -> tuple[str, ...]:
    """The parts that share a line with `first`."""
    for names in _TOGETHER:
        if first in names:
            return tuple(name for name in names if name in parts)
    return (first,)


def _part(name: str, part: Measured, translate: Translate, said: Basis) -> str:
    """With its basis, unless that is `said` with the value already."""
    text = figure(part) if part.basis is said else say(part, translate)
    return f"{translate(PART_WORDS.get(name, name.replace('_', ' ')))} {text}" if text else ""
