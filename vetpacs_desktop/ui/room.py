"""How large a dialog opens: as it would like to, but never larger than the screen it is on."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

FRAME = 48
"""Logical pixels for a title bar and the frame, which Qt learns only later."""


def give_room(dialog: QWidget, width: int, height: int) -> None:
    """Resize `dialog` to `width` x `height`, or to what the screen has."""
    above = dialog.parentWidget()
    there = (above.window() if above is not None else dialog).screen().availableGeometry()
    dialog.resize(min(width, there.width() - FRAME), min(height, there.height() - FRAME))
