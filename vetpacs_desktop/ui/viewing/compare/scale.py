"""All pictures in one scale: a heart that looks larger is larger, whatever the plates' sizes.

Only where every picture says how large the animal is, and in the same way.
"""

from __future__ import annotations

from dataclasses import replace

from vetpacs_desktop.ui.viewing.compare.words import tr
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.viewer.framing import camera_of
from vetpacs_desktop.viewer.geometry.scale import Basis, scale_of, user_scale
from vetpacs_desktop.viewer.state import LARGEST_FACTOR, SMALLEST_FACTOR, ZoomMode, fit

_IN_ANIMAL = frozenset((Basis.PHYSICAL, Basis.CALIBRATED, Basis.MAGNIFIED, Basis.USER, Basis.REGION))
"""Millimetres of the animal itself: these go together."""


def in_one_scale(controller: Controller) -> str:
    """Draw every picture in sight with as many screen pixels a millimetre as fit them all; a sentence."""
    sizes: dict[int, tuple[float, float]] = {}
    kinds = set()
    for number in controller.grid.visible:
        now, size = controller.resolved(number), _size(controller, number)
        if now.picture is None or controller.grid.views[number].series is None:
            continue
        if size is None:
            return _refusal()
        mm, basis = size
        kinds.add(Basis.PHYSICAL if basis in _IN_ANIMAL else basis)
        fitting = camera_of(fit(controller.grid.views[number]), now.picture, now.viewport).factor
        sizes[number] = mm * now.viewport.ratio, fitting
    if len(sizes) < 2:
        return tr("One scale needs two pictures side by side.")
    if len(kinds) != 1 or kinds == {Basis.UNKNOWN}:
        return _refusal()
    per_mm = min(fitting / mm for mm, fitting in sizes.values())
    wished = {}
    for number, (mm, _) in sizes.items():
        factor = min(max(per_mm * mm, SMALLEST_FACTOR), LARGEST_FACTOR)
        wished[number] = replace(fit(controller.grid.views[number]), zoom=ZoomMode.FACTOR, factor=factor)
    controller.put(wished)
    return tr("All pictures are drawn in one scale now   F: fit to the window again")


def _size(controller: Controller, number: int) -> tuple[float, Basis] | None:
    """Millimetres of one square pixel of a viewport's picture, and where they come from."""
    frame = controller.frame(number)
    if frame is None:
        return None
    own = controller.marking.calibration(frame)
    scale = scale_of(frame.description, frame.key.frame)
    if own is not None:
        scale = user_scale(own.row_mm, own.column_mm)
    if scale.row_mm is None or scale.column_mm is None:
        return None
    return min(scale.row_mm, scale.column_mm), scale.basis


def _refusal() -> str:
    return tr(
        "Not every picture says how large the animal is, or not in the same way: they stay as they are."
    )
