"""The picture the viewer shows, without a screen: for the `render` command, tours and tests.

With `plain` and the image's own size it is the exact reference of `pixels.present`, which needs no VTK.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.viewer.annotations import Sheet
from vetpacs_desktop.viewer.choosing import stack_and_place, stacks_of_files
from vetpacs_desktop.viewer.corner_texts import Place, subject_of_file
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.loading import LoadedFrame, loaded
from vetpacs_desktop.viewer.marks import with_marks
from vetpacs_desktop.viewer.measuring import Measurements
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.present import inverted, shown
from vetpacs_desktop.viewer.presets import WindowMemory, actual_window
from vetpacs_desktop.viewer.render.png import write_png
from vetpacs_desktop.viewer.resolve import Facts, is_page, resolve, wished_part
from vetpacs_desktop.viewer.snapshot import Resolved, Viewport
from vetpacs_desktop.viewer.state import ViewState

__all__ = ["render_picture", "write_png"]

USUAL_SIZE = (1200, 900)


def render_picture(
    paths: Sequence[Path],
    *,
    frame: int | None = None,
    size: tuple[int, int] | None = None,
    window: Window | None = None,
    plain: bool = False,
    state: ViewState | None = None,
    sheet: Sheet | None = None,
) -> tuple[NDArray[np.uint8], Window | None]:
    """(height, width, 3) uint8 RGB of one frame of what `paths` hold, and the window used.

    `frame` counts from 0: the frames of a single file as the file counts them, else all images in reading
    order, stack after stack; None is the middle of the first stack. `size` is (width, height), None 1200x900
    or, when `plain`, the image's own. What `sheet` holds of the frame is drawn over it. The window is None
    for colour. Raises `NotAnImage`, `CannotDecode`, `UsageError` (no such frame).
    """
    stack, index = stack_and_place(stacks_of_files(paths), frame)
    key = stack.keys[index]
    file = open_file(key.path)
    picture = loaded(key, file)
    wish = state or ViewState(index=index, window=window)
    own = picture.values.shape[1], picture.values.shape[0]
    if plain and (size is None or size == own) and state is None and sheet is None:
        used = window if window is not None and picture.values.ndim == 2 else picture.default_window
        return _exact(picture, used), used
    width, height = size or (own if plain else USUAL_SIZE)
    place = Place(index, len(stack.keys), stack.position(index), stack.note)
    facts = Facts(picture, place, subject_of_file(picture.description))
    windows = WindowMemory()
    resolved = resolve(wish, facts, Viewport(width, height), windows, texts=not plain)
    part = wished_part(resolved) if is_page(picture.description) else None
    if part is not None:
        sharp = loaded(replace(key, part=part), file)
        resolved = resolve(wish, replace(facts, part=sharp), resolved.viewport, windows, texts=not plain)
    if sheet is not None:
        resolved = with_marks(resolved, Measurements().entries(sheet, picture))
    return draw(resolved), actual_window(wish, picture, windows)


def draw(resolved: Resolved) -> NDArray[np.uint8]:
    """A snapshot as (height, width, 3) uint8 RGB, top row first."""
    # VTK takes a moment to load: not before it is needed.
    from vetpacs_desktop.viewer.render.quiet import mute
    from vetpacs_desktop.viewer.render.scene import SliceScene

    mute()
    scene = SliceScene()
    scene.apply(resolved)
    pixels = scene.draw()[::-1, :, :3].copy()
    scene.close()
    return pixels


def _exact(picture: LoadedFrame, window: Window | None) -> NDArray[np.uint8]:
    inverse = inverted(picture.description)
    grey = shown(picture.values, picture.padding_mask, window, inverse=inverse)
    return grey if grey.ndim == 3 else np.repeat(grey[..., np.newaxis], 3, axis=2)
