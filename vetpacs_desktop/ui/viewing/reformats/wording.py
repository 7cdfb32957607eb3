"""What saved planes are called, and how they were made, in words that go into the image."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP
from vetpacs_desktop.viewer.render.straightener import Strip
from vetpacs_desktop.viewer.volume.section import Cut, Slab

KEYS = QT_TRANSLATE_NOOP("viewing", "Key images of reformats")
"""The series of single planes that were kept."""
LONGEST = 64
_SLABS = {
    Slab.MIP: QT_TRANSLATE_NOOP("viewing", "brightest values"),
    Slab.MINIP: QT_TRANSLATE_NOOP("viewing", "darkest values"),
    Slab.MEAN: QT_TRANSLATE_NOOP("viewing", "mean"),
}

tr = partial(QCoreApplication.translate, "viewing")


def named(words: str, series: str) -> str:
    """Of the new series: what it is, and of what."""
    return (f"{words}, {series}" if series else words)[:LONGEST]


def derivation(words: str, cut: Cut | Strip, number: int | None, space: float | None) -> str:
    """How the images were made, in a sentence."""
    parts = [words]
    if space is not None:
        parts.append(tr("{mm:.3g} mm apart").format(mm=space))
    if cut.thickness_mm:
        parts.append(tr("{mm:.3g} mm thick, {what}").format(mm=cut.thickness_mm, what=tr(_SLABS[cut.slab])))
    made = ", ".join(parts)
    if number is None:
        return tr("{made}; cut from the original images").format(made=made)
    return tr("{made}; cut from series {number}").format(made=made, number=number)
