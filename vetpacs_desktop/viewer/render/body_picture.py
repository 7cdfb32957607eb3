"""A body without a screen, as the window first shows it: for the `render` command, tours and tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.viewer.choosing import stacks_of_files
from vetpacs_desktop.viewer.render.body import Body
from vetpacs_desktop.viewer.render.offscreen import USUAL_SIZE
from vetpacs_desktop.viewer.render.planes import volume_of
from vetpacs_desktop.viewer.render.quiet import mute
from vetpacs_desktop.viewer.volume.body import Side, first_state
from vetpacs_desktop.viewer.volume.curve import presets_for
from vetpacs_desktop.viewer.volume.section import natural_axes
from vetpacs_desktop.viewer.volume.wish import Quality, wish_of


@dataclass(frozen=True, slots=True)
class BodyLook:
    """How a body is to be seen; nothing said is as the window begins."""

    preset: str = ""
    side: Side | None = None


def render_body(
    paths: Sequence[Path], look: BodyLook, size: tuple[int, int] | None = None, *, quadruped: bool = True
) -> NDArray[np.uint8]:
    """(height, width, 3) uint8 RGB; `size` is (width, height).

    Raises `NoVolume` with the reason, `UsageError` for a preset that the series has not, `NotAnImage`,
    `CannotDecode`.
    """
    mute()
    volume = volume_of(stacks_of_files(paths))
    axes = natural_axes(volume)
    state = first_state(volume, axes, quadruped)
    if look.preset:
        offers = presets_for(volume.description.modality)
        found = next((one for one in offers if one.name == look.preset), None)
        if found is None:
            names = ", ".join(one.name for one in offers)
            raise UsageError(reason=f"these images have no preset {look.preset}; there are {names}")
        state = replace(state, curve=found.curve_for(*volume.tissue), preset=found.name)
    if look.side is not None:
        state = replace(state, camera=state.camera.from_side(look.side, axes, quadruped))
    body = Body(volume.values, volume.grid)
    try:
        rgb = body.picture(wish_of(state, *(size or USUAL_SIZE), quality=Quality.FINEST))
    finally:
        body.close()
    assert rgb is not None, "nobody asks for another picture"
    return rgb
