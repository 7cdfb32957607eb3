"""What one of the tools of the "Picture" menu shows over the picture while it is dragged."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF


@dataclass(frozen=True, slots=True)
class Shape:
    """In logical pixels of the picture's widget; `words` stand beside `at`."""

    at: QPointF
    words: str = ""
    rectangle: QRectF | None = None
    line: tuple[QPointF, QPointF] | None = None
    middle: QPointF | None = None
    """What is turned around."""
