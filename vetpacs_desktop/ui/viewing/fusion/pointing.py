"""Where a viewport looks in the animal, and what a small step on its screen is there, mm."""

from __future__ import annotations

import numpy as np

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.fusion.rows import NUDGE_DEGREES, NUDGE_MM
from vetpacs_desktop.ui.viewing.volumes.held import plane_name
from vetpacs_desktop.ui.viewing.volumes.moving import crossing_of, middle_of
from vetpacs_desktop.viewer.geometry.planes import Vector, index_to_patient
from vetpacs_desktop.viewer.volume.rigid import Rigid, turn_about


def looked_at(controller: Controller, number: int) -> Vector | None:
    """Where the planes meet, else the place in the middle of a viewport; None where it has none."""
    view = controller.grid.views[number]
    held = controller.volumes.of(view)
    if held is not None and plane_name(view) is not None:
        return crossing_of(controller, held)
    found = middle_of(controller, number)
    if found is None:
        return None
    frame, pixel = found
    return index_to_patient(frame.description.frames[frame.key.frame], *pixel)


def nudged(controller: Controller, number: int, steps: tuple[float, float, float]) -> Rigid | None:
    """What comes before the alignment so that the second series moves by `steps` on the screen.

    `steps` to the right, down and clockwise, in steps of a nudge.
    """
    frame, placed, place = controller.frame(number), controller.placed(number), looked_at(controller, number)
    if frame is None or placed.picture is None or place is None:
        return None
    orientation = frame.description.frames[frame.key.frame].orientation
    if orientation is None:
        return None
    across, below = np.asarray(orientation[:3]), np.asarray(orientation[3:])
    right = placed.camera.right[0] * across + placed.camera.right[1] * below
    down = placed.camera.down[0] * across + placed.camera.down[1] * below
    x, y, z = (float(part) for part in -(right * steps[0] + down * steps[1]) * NUDGE_MM)
    back = turn_about(np.cross(right, down), -steps[2] * NUDGE_DEGREES, place)
    return Rigid(move=(x, y, z)).then(back)
