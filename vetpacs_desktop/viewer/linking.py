"""What the other viewports wish when one of them changes: scroll, zoom and pan, window, turns.

Pure functions of wishes and of what must be known of each picture. Never decides which viewports there are,
and never invents a relation: what can't be said of two pictures is left as it was.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vetpacs_desktop.viewer import state
from vetpacs_desktop.viewer.geometry.planes import Vector, along, angle_between
from vetpacs_desktop.viewer.links import Links
from vetpacs_desktop.viewer.spot import nearest
from vetpacs_desktop.viewer.state import LARGEST_FACTOR, SMALLEST_FACTOR, Point, ViewState, ZoomMode

PARALLEL = 2.0
"""Degrees between the normals of two stacks that still count as the same way of cutting."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A viewport's wish, and what linking must know of what it shows."""

    view: ViewState
    count: int = 0
    """Images in the stack."""
    is_cine: bool = False
    space: str = ""
    """The frame of reference; empty where there is none."""
    normal: Vector | None = None
    positions: Sequence[float | None] = ()
    """Of the images along `normal`, mm."""
    grey: str = ""
    """What its values mean (modality and units); empty for colour: no window."""
    mm: float | None = None
    """Of a square image pixel."""
    fit: float = 1.0
    """Device pixels of a square image pixel when the whole picture is seen."""
    ratio: float = 1.0
    """Device pixels of a logical one."""
    pictured: bool = True
    """Its picture is at hand: without it, nothing is known of sizes and values."""


def followed(
    links: Links, lead: Sight, wanted: ViewState, others: Mapping[int, Sight]
) -> dict[int, ViewState]:
    """The wishes of `others` once the viewport of `lead` wants `wanted`; only those that change."""
    if not links.any or (wanted.series, wanted.stack) != (lead.view.series, lead.view.stack):
        return {}
    new = {number: _follow(links, lead, wanted, other) for number, other in others.items()}
    return {number: view for number, view in new.items() if view != others[number].view}


def _follow(links: Links, lead: Sight, wanted: ViewState, other: Sight) -> ViewState:
    view = other.view
    if links.scroll:
        view = _scrolled(lead, wanted, other, view)
    if links.turn:
        view = _turned(lead.view, wanted, view)
    if links.place:
        view = _placed(lead, wanted, other, view)
    if links.window:
        view = _windowed(lead, wanted, other, view)
    return view


# --- scroll ---------------------------------------------------------------------------------------


def _scrolled(lead: Sight, wanted: ViewState, other: Sight, view: ViewState) -> ViewState:
    """The slice nearest to the leader's new place; without a common space as many images on."""
    steps = wanted.index - lead.view.index
    if steps == 0 or other.count == 0:
        return view
    if shares_space(lead, other):
        place = place_along(lead, wanted.index, other)
        # Stacks cut another way have no slice that belongs to this one: they keep theirs.
        index = nearest(place, other.positions) if place is not None else None
        return view if index is None else replace(view, index=index)
    return state.scroll(view, steps, other.count, wrap=lead.is_cine and other.is_cine)


def shares_space(one: Sight, other: Sight) -> bool:
    """Whether millimetres of one mean places of the other."""
    return bool(one.space) and one.space == other.space and None not in (one.normal, other.normal)


def place_along(lead: Sight, index: int, other: Sight) -> float | None:
    """The leader's position in mm along the other's normal; None where the planes are not parallel."""
    if lead.normal is None or other.normal is None or index >= len(lead.positions):
        return None
    angle, position = angle_between(lead.normal, other.normal), lead.positions[index]
    if position is None or min(angle, 180 - angle) > PARALLEL:
        return None
    return position if angle < 90 else -position


def along_stack(place: Vector, normal: Vector, positions: Sequence[float | None], index: int) -> float:
    """How far in mm a place lies from one slice; infinitely far where the slice has no position."""
    position = positions[index]
    return math.inf if position is None else along(place, normal) - position


# --- zoom and pan ---------------------------------------------------------------------------------


def _placed(lead: Sight, wanted: ViewState, other: Sight, view: ViewState) -> ViewState:
    """As large in the animal where both have a scale, else as large against the whole picture.

    The way from the picture's middle is the same on the screen, in the same measure, whatever is flipped or
    turned. Fitting and real pixels are wishes of their own: every picture fits its own viewport.
    """
    before = lead.view
    if _place(wanted) == _place(before) or not (lead.pictured and other.pictured):
        return view
    return replace(
        view,
        zoom=wanted.zoom,
        factor=_factor(lead, wanted, other) if wanted.zoom is ZoomMode.FACTOR else view.factor,
        pan=_pan(lead, wanted, other, view),
    )


def _place(view: ViewState) -> tuple[object, ...]:
    return view.zoom, view.factor if view.zoom is ZoomMode.FACTOR else None, view.pan


def larger(lead: Sight, other: Sight) -> float:
    """How many times larger the other's square pixels are to be drawn than the leader's."""
    if lead.mm is not None and other.mm is not None:
        return other.mm / lead.mm * other.ratio / lead.ratio
    return other.fit / lead.fit


def _factor(lead: Sight, wanted: ViewState, other: Sight) -> float:
    return min(max(wanted.factor * larger(lead, other), SMALLEST_FACTOR), LARGEST_FACTOR)


def _pan(lead: Sight, wanted: ViewState, other: Sight, view: ViewState) -> Point:
    """The same way on the screen, from image directions of the one to those of the other."""
    share = lead.mm / other.mm if lead.mm and other.mm else lead.fit / other.fit
    right, down = state.axes(wanted)
    x = (wanted.pan[0] * right[0] + wanted.pan[1] * right[1]) * share
    y = (wanted.pan[0] * down[0] + wanted.pan[1] * down[1]) * share
    right, down = state.axes(view)
    return x * right[0] + y * down[0], x * right[1] + y * down[1]


# --- window ---------------------------------------------------------------------------------------


def _windowed(lead: Sight, wanted: ViewState, other: Sight, view: ViewState) -> ViewState:
    """The same window and inversion, where the values mean the same."""
    if not lead.grey or lead.grey != other.grey:
        return view
    if wanted.window != lead.view.window:
        view = replace(view, window=wanted.window)
    if wanted.invert != lead.view.invert:
        view = replace(view, invert=not view.invert)
    return view


# --- turns and flips ------------------------------------------------------------------------------


def _turned(before: ViewState, after: ViewState, view: ViewState) -> ViewState:
    """The same turn or flip as it looked on the leader's screen."""
    flips = before.flip_h != after.flip_h, before.flip_v != after.flip_v
    if flips == (False, False):
        angle = after.rotation - before.rotation
    elif flips == (True, True):
        angle = after.rotation - before.rotation + 180
    else:
        # A mirror image: swap left and right on the screen, then turn what is missing.
        angle = after.rotation + before.rotation + (180 if flips[1] else 0)
        view = state.flip_horizontal(view)
    return state.rotate(view, angle) if not math.isclose(angle % 360, 0, abs_tol=1e-9) else view


# --- playing --------------------------------------------------------------------------------------


def plays_along(links: Links, lead: Sight, other: Sight) -> bool:
    """Whether a film runs beside the leader's by its own clock: both in time, scrolling linked."""
    return links.scroll and lead.is_cine and other.is_cine and other.count > 1


# --- words ----------------------------------------------------------------------------------------


def links_at(links: Links, own: str, others: Sequence[str]) -> Links:
    """What is true for one viewport: linked to some other; `own` and `others` are modalities, "" is empty."""
    filled = [other for other in others if other]
    if not own or not filled:
        return Links()
    return replace(links, window=links.window and own in filled)
