"""Which surface of a volume is wanted for a printer. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vetpacs_desktop.viewer.volume.body import ClipBox, Edit
from vetpacs_desktop.viewer.volume.wish import edit_document

SMOOTH = 20
"""Rounds of smoothing that take the steps of voxels away and leave the form."""


@dataclass(frozen=True, slots=True)
class SurfaceWish:
    """All that is denser than a threshold."""

    threshold: float
    """In modality units."""
    smoothing: int = SMOOTH
    """Rounds; 0 leaves the steps."""
    largest: bool = False
    """Only the largest piece."""

    def document(self, clip: ClipBox, edits: tuple[Edit, ...], path: Path) -> dict[str, Any]:
        """As JSON has it, of what is left after cutting."""
        return {
            "threshold": self.threshold,
            "smoothing": self.smoothing,
            "largest": self.largest,
            "clip": [list(clip.low), list(clip.high)],
            "edits": [edit_document(edit) for edit in edits],
            "path": str(path),
        }
