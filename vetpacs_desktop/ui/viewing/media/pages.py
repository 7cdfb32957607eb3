"""Leafing through documents: a page that is larger than the viewport is rolled through before the next one.

Works on the controller's wishes alone. Must never draw.
"""

from __future__ import annotations

from dataclasses import dataclass

from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.viewer import state
from vetpacs_desktop.viewer.description import Medium
from vetpacs_desktop.viewer.snapshot import Resolved

ROLL = 0.2
"""The share of the viewport's height that one click of the wheel moves a page."""
SCREENFUL = 0.9
"""And that the key for a page moves it: some lines stay in sight."""


@dataclass(frozen=True, slots=True)
class _Edges:
    """Device pixels from the viewport's top edge."""

    top: float
    bottom: float


def is_document(controller: Controller, number: int) -> bool:
    """Whether a viewport shows pages."""
    stack = controller.stack(number)
    return stack is not None and stack.medium is Medium.DOCUMENT


def roll(controller: Controller, number: int, steps: int, share: float = ROLL) -> None:
    """Images: leaf through. Pages: down (`steps` above 0) or up, and over to the next one at the end."""
    now = controller.resolved(number)
    if not is_document(controller, number) or now.picture is None:
        controller.scroll(number, steps)
        return
    edges, height = _edges(now), now.viewport.height
    room = edges.bottom - height if steps > 0 else -edges.top
    if room > 1:
        way = min(room, abs(steps) * share * height)
        controller.pan(number, (0.0, -way if steps > 0 else way))
    else:
        turn(controller, number, 1 if steps > 0 else -1)


def screenful(controller: Controller, number: int, steps: int) -> None:
    """Pages: by what is in sight. Images: by as many as the key says."""
    if is_document(controller, number):
        roll(controller, number, 1 if steps > 0 else -1, SCREENFUL)
    else:
        controller.scroll(number, steps)


def turn(controller: Controller, number: int, steps: int) -> None:
    """Another page; a large one from its top, and on the way back from its bottom."""
    view, now = controller.grid.views[number], controller.resolved(number)
    controller.scroll(number, steps)
    moved = controller.grid.views[number].index != view.index
    if not moved or now.picture is None:
        return
    edges, height = _edges(now), now.viewport.height
    if edges.bottom - edges.top > height + 1:
        shift = -edges.top if steps > 0 else height - edges.bottom
        controller.pan(number, (0.0, shift))


def fit_width(controller: Controller, number: int) -> None:
    """As wide as the viewport, from the top."""
    controller.change(number, state.fit_width)
    now = controller.resolved(number)
    if now.picture is not None and (edges := _edges(now)).top < 0:
        controller.pan(number, (0.0, -edges.top))


def _edges(now: Resolved) -> _Edges:
    """Where the page's upper and lower edge are on the screen, however it is turned."""
    assert now.picture is not None
    width, height = now.picture.size
    left, top = (-side / 2 for side in now.picture.pixel)
    corners = ((left, top), (left + width, top + height))
    ys = [now.camera.screen_point(corner, now.viewport)[1] for corner in corners]
    return _Edges(min(ys), max(ys))
