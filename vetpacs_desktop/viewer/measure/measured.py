"""What a measurement yields: a value that never travels without its unit and the basis of its millimetres.

Values only. It must never round (saying.py does, for people) and never guess a unit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.viewer.geometry.scale import Basis

MM, PX, MM2, PX2 = "mm", "px", "mm2", "px2"
DEGREES, RATIO, COUNT, RAW = "deg", "ratio", "pixels", "raw"
"""Words for units; RAW is the unit of pixel values to which the image gives none."""

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"


class NotMeasurable(KnownError):
    """This can't be measured here: {reason}."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many pixels have which value: bin n holds values from `low` + n * `step` up to the next one."""

    low: float
    step: float
    counts: tuple[int, ...]
    unit: str

    def to_json(self) -> dict[str, JsonValue]:
        """Its own fields."""
        return {
            "low": plain(self.low),
            "step": plain(self.step),
            "counts": list(self.counts),
            "unit": self.unit,
        }


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure, and the further ones that belong to it under `parts`."""

    value: float | None
    """None where there is nothing to measure (an arrow) or nothing to be said; `note` gives the reason."""
    unit: str = ""
    basis: Basis = Basis.NONE
    """Where a millimetre comes from; NONE for values that need none (pixels, angles, ratios, HU)."""
    parts: Mapping[str, Measured] = field(default_factory=dict)
    note: str = ""
    """What a reader has to know about the value: one or more half sentences, joined by "; "."""
    histogram: Histogram | None = None
    grain: float = 0.0
    """What half a pixel more or less changes, in `unit`: digits below it are not worth saying (saying.py)."""

    def with_note(self, note: str) -> Measured:
        """The same with one more remark, unless it is made already."""
        return replace(self, note=joined(self.note, note))

    def to_json(self) -> dict[str, JsonValue]:
        """`value`, `unit`, `basis`, `parts` and `note` as the command line's contract has them."""
        parts: dict[str, JsonValue] = {name: part._as_part() for name, part in self.parts.items()}
        if self.histogram is not None:
            parts["histogram"] = self.histogram.to_json()
        return {
            "value": plain(self.value),
            "unit": self.unit,
            "basis": self.basis.value,
            "parts": parts,
            "note": self.note,
        }

    def _as_part(self) -> JsonValue:
        """Without the fields that are empty, as nobody looks for them in a part."""
        return {key: value for key, value in self.to_json().items() if value or key not in ("parts", "note")}


def joined(*notes: str) -> str:
    """Several remarks as one, each once."""
    single = dict.fromkeys(part for note in notes for part in note.split("; ") if part)
    return "; ".join(single)


def plain(value: float | None) -> float | None:
    """A finite number without the noise of the last digits of a double; None for anything else."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.12g}")
