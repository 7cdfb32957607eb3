"""How a reader left an image: window, inversion, flips, quarter turns. As a value, and in DICOM's terms.

The viewer flips first and turns then; a presentation state turns first and flips then (PS3.3 C.10.6). Only
this module knows both.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from vetpacs_desktop.viewer.description import VoiFunction, Window
from vetpacs_desktop.viewer.notes import treatment_words
from vetpacs_desktop.viewer.state import ViewState, quarter


@dataclass(frozen=True, slots=True)
class Look:
    """One image's presentation; what is not said stays as the viewer shows images at first."""

    window: Window | None = None
    invert: bool = False
    flip_h: bool = False
    """Flips come first, then the rotation."""
    flip_v: bool = False
    rotation: int = 0
    """Clockwise: 0, 90, 180 or 270."""
    left_out: str = ""
    """What of the view a presentation state has no place for, in plain words."""

    @classmethod
    def of_view(cls, view: ViewState, window: Window | None) -> Look:
        """What of a viewport belongs to its image; `window` is the one in use, None where the reader left the
        image's own. A presentation state knows quarter turns only: others become the nearest.
        """
        plain = None if window is None else replace(window, curve=None, label="")
        rotation = int(quarter(view).rotation)
        return cls(plain, view.invert, view.flip_h, view.flip_v, rotation, _left_out(view))

    @classmethod
    def of_dicom(cls, rotation: int, flipped: bool, *, window: Window | None, invert: bool) -> Look:
        """From ImageRotation (before the flip) and ImageHorizontalFlip (after it)."""
        turned = rotation % 360
        return cls(window, invert, flipped, False, (-turned if flipped else turned) % 360)

    @property
    def in_dicom(self) -> tuple[int, bool]:
        """ImageRotation and ImageHorizontalFlip: a flip upside down is a flip sideways and half a turn."""
        turned = self.rotation + (180 if self.flip_v else 0)
        flipped = self.flip_h != self.flip_v
        return (-turned if flipped else turned) % 360, flipped

    def to_json(self) -> dict[str, object]:
        """Everything but a curve, which is the image's own."""
        window = self.window
        return {
            "window": None
            if window is None
            else [float(window.center), float(window.width), window.function.value],
            "invert": self.invert,
            "flips": [self.flip_h, self.flip_v],
            "rotation": self.rotation,
            "left_out": self.left_out,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, object]) -> Look:
        """What `to_json` wrote. Raises `ValueError`, `TypeError`, `KeyError` for anything else."""
        flips, rotation = body["flips"], body["rotation"]
        if not isinstance(flips, list) or len(flips) != 2 or rotation not in (0, 90, 180, 270):
            raise ValueError("not a look")
        window = _window(body["window"])
        left_out = str(body.get("left_out", ""))
        return cls(window, bool(body["invert"]), bool(flips[0]), bool(flips[1]), int(str(rotation)), left_out)


def _left_out(view: ViewState) -> str:
    turn = "" if view.rotation % 90 == 0 else f"turned by {view.rotation:.4g} degrees"
    colours = f"in colours ({view.colours})" if view.colours else ""
    words = (
        turn,
        treatment_words(view.treatment).lower(),
        colours,
        "" if view.shutter else "without shutter",
    )
    return ", ".join(word for word in words if word)


def _window(found: object) -> Window | None:
    if not isinstance(found, list) or len(found) != 3:
        return None
    center, width = float(found[0]), float(found[1])
    if not (math.isfinite(center) and math.isfinite(width) and width > 0):
        return None
    return Window(center, width, VoiFunction(found[2]))
