"""The image that is measured: what it says of itself, one frame's values, the reader's own calibration.

Owns where values come from: the stored pixels in modality units, never anything resampled, windowed or
drawn. They are read when somebody asks for them first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.viewer.description import FrameDescription, ImageDescription, Medium
from vetpacs_desktop.viewer.loading import LoadedFrame
from vetpacs_desktop.viewer.measure.calibration import Calibration
from vetpacs_desktop.viewer.measure.measured import RAW
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.grey import frame_facts, modality_values, padding_mask
from vetpacs_desktop.viewer.video.film import Film

_WORDS = {"GML": "SUV", "UNSPECIFIED": "", "NONE": ""}


@dataclass(frozen=True, eq=False, slots=True)
class PixelValues:
    """One frame: `values` (rows, cols) in modality units or (rows, cols, 3) colour; True in `left_out` for
    background and for what is no number."""

    values: NDArray[Any]
    left_out: NDArray[np.bool_] | None = None


@dataclass(frozen=True, eq=False)
class MeasuredImage:
    """One frame to measure on; `read` is called at most once, by the first question for values."""

    description: ImageDescription
    frame: int
    read: Callable[[], PixelValues]
    calibration: Calibration | None = None

    @classmethod
    def of_file(cls, path: Path, frame: int = 0, calibration: Calibration | None = None) -> MeasuredImage:
        """A frame of a file, counted from 0. Raises `PathMissing`, `NotAnImage`, `UsageError` (no such
        frame); reading values raises `CannotDecode`."""
        file = open_file(path)
        # A video's header may promise another number of frames than there are.
        description = file.exact_description() if isinstance(file, Film) else file.description
        count = description.number_of_frames
        if not 0 <= frame < count:
            last = f"the last one is {count - 1}" if count > 1 else "it has a single one, number 0"
            raise UsageError(reason=f"This image has no frame {frame}; {last}.")
        return cls(description, frame, lambda: _values(file.stored(frame), description, frame), calibration)

    @classmethod
    def of_loaded(cls, loaded: LoadedFrame, calibration: Calibration | None = None) -> MeasuredImage:
        """A frame that the viewer has in memory already."""
        mask = loaded.padding_mask
        return cls(
            loaded.description, loaded.key.frame, lambda: PixelValues(loaded.values, mask), calibration
        )

    def calibrated(self, calibration: Calibration | None) -> MeasuredImage:
        """The same frame under another calibration."""
        return replace(self, calibration=calibration)

    @cached_property
    def pixels(self) -> PixelValues:
        """The frame's values. Raises `CannotDecode`, `NotAnImage`."""
        return self.read()

    @property
    def facts(self) -> FrameDescription:
        """What the header says of this frame."""
        return frame_facts(self.description, self.frame)

    @property
    def size(self) -> tuple[int, int]:
        """(columns, rows)."""
        return self.description.columns, self.description.rows

    @property
    def is_document(self) -> bool:
        """A page: its pixels are drawn at any resolution and mean nothing."""
        return self.description.medium is Medium.DOCUMENT

    @property
    def value_unit(self) -> str:
        """The unit of grey values."""
        return unit_of(self.description)


def unit_of(description: ImageDescription) -> str:
    """The unit of grey values; PET's g/ml are standardized uptake values (PS3.3 C.8.9.1.1.3)."""
    return _WORDS.get(description.units.upper(), description.units) or RAW


def _values(stored: NDArray[Any], description: ImageDescription, frame: int) -> PixelValues:
    return PixelValues(modality_values(stored, description, frame), padding_mask(stored, description))
