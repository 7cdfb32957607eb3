"""Where a viewport looks: zoom, pan, turn and flips of a wish become the camera of a snapshot."""

from __future__ import annotations

from vetpacs_desktop.viewer.geometry.scale import Scale
from vetpacs_desktop.viewer.snapshot import Camera, Picture, Viewport
from vetpacs_desktop.viewer.state import Point, ViewState, ZoomMode, axes, quarter

SQUARE = 2e-3
"""Pixels whose sides differ by less than this share are drawn square: the spacings are rounded numbers."""


def pixel_shape(scale: Scale) -> Point:
    """Width and height of a pixel, the smaller one 1."""
    aspect = scale.aspect
    if not 0.05 < aspect < 20 or abs(aspect - 1) < SQUARE:
        return 1.0, 1.0
    return (1.0, aspect) if aspect > 1 else (1 / aspect, 1.0)


def camera_of(state: ViewState, picture: Picture, viewport: Viewport, *, sharp: bool = False) -> Camera:
    """The camera for a wish; whole zoom factors put image pixels exactly on screen pixels.

    `sharp` puts the picture's corner on the screen's grid at every factor and takes quarter turns only.
    """
    state = quarter(state) if sharp else state
    right, down = axes(state)
    factor = zoom_factor(state, picture, viewport)
    middle = picture.middle
    center = middle[0] + state.pan[0], middle[1] + state.pan[1]
    camera = Camera(center, right, down, factor)
    crisp = factor == round(factor) and state.rotation % 90 == 0
    return _on_the_grid(camera, picture, viewport) if sharp or crisp else camera


def zoom_factor(state: ViewState, picture: Picture, viewport: Viewport) -> float:
    """Screen pixels per square image pixel."""
    if state.zoom is ZoomMode.ONE_TO_ONE:
        return 1.0
    if state.zoom is ZoomMode.FACTOR:
        return state.factor
    width, height = turned_size(state, picture.size)
    if state.zoom is ZoomMode.WIDTH:
        return max(viewport.width / width, 1e-6)
    return max(min(viewport.width / width, viewport.height / height), 1e-6)


def turned_size(state: ViewState, size: Point) -> Point:
    """Width and height on the screen of what is `size` in it; of the box around it at free angles."""
    right, down = axes(state)
    return (
        size[0] * abs(right[0]) + size[1] * abs(right[1]),
        size[0] * abs(down[0]) + size[1] * abs(down[1]),
    )


def _on_the_grid(camera: Camera, picture: Picture, viewport: Viewport) -> Camera:
    """Move by less than a screen pixel so that the picture's corner meets a corner of the screen's grid."""
    corner = -picture.pixel[0] / 2, -picture.pixel[1] / 2
    x, y = camera.screen_point(corner, viewport)
    shift = (x - round(x)) / camera.factor, (y - round(y)) / camera.factor
    center = (
        camera.center[0] + shift[0] * camera.right[0] + shift[1] * camera.down[0],
        camera.center[1] + shift[0] * camera.right[1] + shift[1] * camera.down[1],
    )
    return Camera(center, camera.right, camera.down, camera.factor)
