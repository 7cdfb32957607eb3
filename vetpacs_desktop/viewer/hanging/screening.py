"""An exam hung by a protocol as a grid state; how one picture is turned; and a screen as a protocol to keep.

Pure functions between plans (`placing`) and wishes (`state`). Flips are presentation only: nothing here
touches a value of a picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vetpacs_desktop.viewer.description import ImageDescription, Window
from vetpacs_desktop.viewer.geometry.letters import edge_letters
from vetpacs_desktop.viewer.hanging.orientation import turn_for
from vetpacs_desktop.viewer.hanging.placing import Plan
from vetpacs_desktop.viewer.hanging.protocol import LETTERS, Edges, Layout, Protocol, Slot
from vetpacs_desktop.viewer.hanging.seen import Seen
from vetpacs_desktop.viewer.state import GridState, Hung, ViewState, lay_out, show_series


@dataclass(frozen=True, slots=True)
class OnScreen:
    """One viewport to be kept: what it shows and how."""

    view: ViewState
    seen: Seen | None = None
    """None for an empty viewport."""
    description: ImageDescription | None = None
    frame: int = 0


def grid_of(plan: Plan, now: GridState) -> GridState:
    """The first screen hung as planned; what is shown already stays as it is, at its new place."""
    shown = {(view.series, view.stack): view for view in now.views if view.series is not None}
    views = []
    for cell in plan.cells:
        if cell is None:
            views.append(ViewState(hole=True))
        else:
            views.append(shown.get((cell.series, cell.stack)) or ViewState(cell.series, cell.stack))
    grid = lay_out(replace(now, active=0), plan.rows, plan.columns)
    first = next((n for n, view in enumerate(views) if view.series is not None), 0)
    return replace(grid, views=(*views, *grid.views[grid.on_first :]), active=first)


def is_untouched(view: ViewState) -> bool:
    """Whether a picture stands as it came, so that hanging may still turn it."""
    return view == replace(show_series(view, view.series, view.stack), index=view.index, played=view.played)


def hung_by(
    slot: Slot | None, description: ImageDescription, frame: int = 0, quadruped: bool | None = None
) -> Hung:
    """How a place wants an image to be seen; as it came where its orientation is not known."""
    if slot is None:
        return Hung()
    turn = turn_for(description, slot.edges, frame, quadruped) if slot.edges else None
    flip, rotation = (slot.flip, slot.rotate) if turn is None else (turn.flip_h, turn.rotation)
    return Hung(flip_h=flip, rotation=float(rotation), window=slot.window, invert=slot.invert)


def protocol_of(
    name: str,
    grid: GridState,
    screen: Sequence[OnScreen],
    *,
    species: tuple[str, ...] = (),
    modalities: tuple[str, ...] = (),
    regions: tuple[str, ...] = (),
) -> Protocol:
    """The first screen as a protocol: what each viewport shows becomes a condition, how it stands a wish."""
    return Protocol(
        name=name,
        species=species,
        modalities=modalities,
        regions=regions,
        layout=Layout.GRID,
        rows=grid.rows,
        columns=grid.columns,
        slots=tuple(_slot(one) for one in screen[: grid.on_first]),
        own=True,
    )


def _slot(one: OnScreen) -> Slot:
    if one.seen is None:
        return Slot(empty=True)
    edges, view = _edges(one), one.view
    # Top to bottom is left to right and half a turn.
    turned = (view.rotation + (180 if view.flip_v else 0)) % 360
    quarter = round(turned / 90) * 90 % 360
    window = None if isinstance(view.window, Window) and one.seen.modality != "CT" else view.window
    if isinstance(window, Window):
        window = Window(window.center, window.width)
    return Slot(
        views=(one.seen.view,) if one.seen.view else (),
        side=one.seen.side,
        regions=_finest(one.seen.regions),
        words=() if one.seen.view else tuple(sorted(one.seen.words)),
        edges=() if edges is None else (edges,),
        flip=view.flip_h != view.flip_v and edges is None,
        rotate=quarter if edges is None else 0,
        window=window,
        invert=view.invert,
    )


def _finest(regions: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(regions - {"limb"} or regions))


def _edges(one: OnScreen) -> Edges | None:
    """The letters at the left and the top as the picture stands; None where either is not known."""
    if one.description is None:
        return None
    view = one.view
    letters = edge_letters(
        one.description,
        one.frame,
        quadruped=True,
        flip_h=view.flip_h,
        flip_v=view.flip_v,
        rotation_degrees=round(view.rotation / 90) * 90,
    )
    left, top = (word.split("-")[0] for word in (letters.left, letters.top))
    known = left in LETTERS and top in LETTERS
    if not known or turn_for(one.description, (Edges((left,), (top,)),), one.frame) is None:
        return None
    return Edges((left,), (top,))
