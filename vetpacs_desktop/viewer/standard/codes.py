"""The words of measurements as codes: DCM, SCT and LN where they have one, else 99VETPACS, and units in UCUM.

Owns which concept a tool, a part of its value, a unit and a basis are. The scheme 99VETPACS is described in
docs/documents.md: its code values are the names that the command line uses, so they never change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.measure.measured import COUNT, DEGREES, MM2, PX, PX2, RATIO, RAW, Measured
from vetpacs_desktop.viewer.measure.saying import BASIS_WORDS
from vetpacs_desktop.viewer.measure.tools import TOOLS

SCHEME = "99VETPACS"
SCHEME_NAME = "VetPACS Desktop measurements"


@dataclass(frozen=True, slots=True)
class Concept:
    """A coded concept (PS3.3 8.8): value, scheme and meaning."""

    value: str
    scheme: str
    meaning: str


def private(value: str, meaning: str) -> Concept:
    """A concept of the program's own scheme; its meaning fits a VR LO."""
    return Concept(value, SCHEME, meaning[:64])


_LENGTH = Concept("410668003", "SCT", "Length")
_ANGLE = Concept("1483009", "SCT", "Angle")
_AREA = Concept("42798000", "SCT", "Area")
_VOLUME = Concept("118565006", "SCT", "Volume")

_TOOL_VALUES: Mapping[str, Concept] = MappingProxyType(
    {
        "length": _LENGTH,
        "polyline": Concept("121211", "DCM", "Path length"),
        "angle": _ANGLE,
        "cobb": Concept("285285000", "SCT", "Cobb angle"),
        "rectangle": _AREA,
        "ellipse": _AREA,
        "circle": _AREA,
        "polygon": _AREA,
        "freehand": _AREA,
        "bidirectional": Concept("103339001", "SCT", "Long axis"),
        "perpendicular": Concept("121206", "DCM", "Distance"),
        "parallel": Concept("121206", "DCM", "Distance"),
        "ratio": Concept("118586006", "SCT", "Ratio"),
        "ellipsoid": _VOLUME,
        "volume": _VOLUME,
        "grow": _VOLUME,
        "calibrate_line": Concept("122423", "DCM", "Calibration Object Size"),
        "calibrate_ball": Concept("122423", "DCM", "Calibration Object Size"),
    }
)
_PARTS: Mapping[str, Concept] = MappingProxyType(
    {
        "area": _AREA,
        "perimeter": Concept("131191004", "SCT", "Perimeter"),
        "width": Concept("103355008", "SCT", "Width"),
        "height": Concept("121207", "DCM", "Height"),
        "diameter": Concept("81827009", "SCT", "Diameter"),
        "radius": Concept("131190003", "SCT", "Radius"),
        "long": Concept("103339001", "SCT", "Long axis"),
        "short": Concept("103340004", "SCT", "Short axis"),
        "angle": _ANGLE,
        "time": Concept("110858", "DCM", "Time"),
        "velocity": Concept("110828", "DCM", "Flow Velocity"),
        "depth": Concept("131197000", "SCT", "Depth"),
        "rate": Concept("8867-4", "LN", "Heart rate"),
    }
)
_STATISTICS: Mapping[str, Concept] = MappingProxyType(
    {
        "mean": Concept("373098007", "SCT", "Mean"),
        "sd": Concept("386136009", "SCT", "Standard Deviation"),
        "min": Concept("255605001", "SCT", "Minimum"),
        "max": Concept("56851009", "SCT", "Maximum"),
    }
)
_ATTENUATION = Concept("112031", "DCM", "Attenuation Coefficient")
_VTI = Concept("20354-7", "LN", "Velocity Time Integral")

_UNITS: Mapping[str, Concept] = MappingProxyType(
    {
        "": Concept("1", "UCUM", "no units"),
        RAW: Concept("1", "UCUM", "no units"),
        "mm": Concept("mm", "UCUM", "mm"),
        MM2: Concept("mm2", "UCUM", "mm2"),
        PX: Concept("{pixels}", "UCUM", "pixels"),
        PX2: Concept("{pixels2}", "UCUM", "square pixels"),
        DEGREES: Concept("deg", "UCUM", "degrees"),
        RATIO: Concept("{ratio}", "UCUM", "ratio"),
        COUNT: Concept("{pixels}", "UCUM", "pixels"),
        "HU": Concept("[hnsf'U]", "UCUM", "Hounsfield unit"),
        "BQML": Concept("Bq/ml", "UCUM", "Bq/ml"),
        "s": Concept("s", "UCUM", "s"),
        "cm": Concept("cm", "UCUM", "cm"),
        "cm/s": Concept("cm/s", "UCUM", "cm/s"),
        "cm/s2": Concept("cm/s2", "UCUM", "cm/s2"),
        "mm/s": Concept("mm/s", "UCUM", "mm/s"),
        "1/min": Concept("/min", "UCUM", "per minute"),
        "mmHg": Concept("mm[Hg]", "UCUM", "mmHg"),
        "%": Concept("%", "UCUM", "percent"),
        "dB": Concept("dB", "UCUM", "dB"),
        "dB/s": Concept("dB/s", "UCUM", "dB/s"),
        "Hz": Concept("Hz", "UCUM", "Hz"),
        "cm2": Concept("cm2", "UCUM", "cm2"),
        "cm2/s": Concept("cm2/s", "UCUM", "cm2/s"),
        "ml": Concept("ml", "UCUM", "ml"),
        "cm3": Concept("cm3", "UCUM", "cm3"),
        "cm3/s": Concept("cm3/s", "UCUM", "cm3/s"),
    }
)


_COUNTED = frozenset(("outlines", "voxels"))


def unit_for(concept: Concept, unit: str) -> Concept:
    """The unit of a value; of what is counted and is no pixel, its own name."""
    counted = concept.value.rpartition(".")[2]
    if unit == COUNT and counted in _COUNTED:
        return Concept(f"{{{counted}}}", "UCUM", counted)
    return unit_of(unit)


def unit_of(unit: str) -> Concept:
    """A unit of `Measured` in UCUM; one that UCUM does not have is an annotation in braces there."""
    found = _UNITS.get(unit)
    if found is not None:
        return found
    words = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in unit)[:12] or "unit"
    return Concept(f"{{{words}}}", "UCUM", unit[:64])


def tool_of(tool: str) -> Concept:
    """The tool that an annotation was drawn with: what other programs show as the finding."""
    known = TOOLS.get(tool)
    return private(tool, known.words if known is not None else tool.replace("_", " "))


def value_of(tool: str, measured: Measured) -> Concept:
    """What the value of a tool is; in curves over time and at single points that depends on its unit."""
    if measured.unit == "cm" and tool in ("polygon", "freehand"):
        return _VTI
    if tool in ("point", "length") and measured.unit in ("s", "cm/s"):
        return _PARTS["time"] if measured.unit == "s" else _PARTS["velocity"]
    if tool == "point":
        return _ATTENUATION if measured.unit == "HU" else private("value", "Value of the picture")
    return _TOOL_VALUES.get(tool) or tool_of(tool)


def part_of(tool: str, name: str, measured: Measured) -> tuple[Concept, Concept | None]:
    """What a part of a value is, and how it was derived ("mean" of the values inside)."""
    channel, _, statistic = name.rpartition("_")
    if statistic in _STATISTICS and channel in ("", "red", "green", "blue"):
        base = _ATTENUATION if measured.unit == "HU" else private("value", "Value of the picture")
        if channel:
            base = private(f"{channel}-value", f"Value of the {channel} channel")
        return base, _STATISTICS[statistic]
    if name in _PARTS:
        return _PARTS[name], None
    return private(f"{tool}.{name}", name.replace("_", " ")), None


def basis_of(basis: Basis) -> Concept | None:
    """Where the millimetres come from, as the method of a measurement; None where there are none."""
    if basis is Basis.NONE:
        return None
    return private(f"basis-{basis.value}", f"Scale: {BASIS_WORDS[basis]}")
