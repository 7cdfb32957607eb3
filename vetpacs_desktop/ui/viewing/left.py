"""How volumes and overlays of an open exam were left, until each is there again; and how they are seen now.

Parts take out of it what is theirs once it can be shown. Must never show anything itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal, Protocol, runtime_checkable

from vetpacs_desktop.ui.viewing.fusion.held import Fused, Fusions
from vetpacs_desktop.ui.viewing.volumes.held import HeldVolume
from vetpacs_desktop.ui.viewing.volumes.moving import Views, crossing_of
from vetpacs_desktop.ui.viewing.volumes.path_moving import path_of
from vetpacs_desktop.viewer.left_looks import UNSEEN, Overlay, PathLook, Place, VolumeLook
from vetpacs_desktop.viewer.loading import FrameKey
from vetpacs_desktop.viewer.reading_state import key_at
from vetpacs_desktop.viewer.session import FrameStack
from vetpacs_desktop.viewer.state import ViewState
from vetpacs_desktop.viewer.volume.body import BODY, BodyState

Unit = tuple[str, int]
"""A series' UID and the number of its stack."""
DIGITS = 4
"""Of millimetres: a place that went through the planes is the same place again."""


class Page(Views, Protocol):
    """What is needed of the controller."""

    fusions: Fusions

    def stacks(self, series: int) -> tuple[FrameStack, ...]: ...


@runtime_checkable
class Seen(Protocol):
    """A volume as a solid body."""

    state: BodyState


class Left:
    """Of one open exam."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._looks: dict[Place, VolumeLook] = {}
        self._names: dict[tuple[str, FrameKey], Place | None] = {}
        """What was looked up in series of a thousand files."""

    def bring(self, looks: Mapping[Place, VolumeLook]) -> None:
        """What was kept; of stacks that are known already nothing changes."""
        self._looks = {**looks, **self._looks}

    def of(self, view: ViewState) -> VolumeLook:
        """How the stack of a viewport was left, as far as it was not taken up since."""
        place = self._place(self._unit(view))
        return UNSEEN if place is None else self._looks.get(place, UNSEEN)

    def of_held(self, held: HeldVolume) -> VolumeLook:
        """The same of a volume."""
        unit = next((unit for unit, one in self._page.volumes.by_unit() if one is held), None)
        place = self._place(unit)
        return UNSEEN if place is None else self._looks.get(place, UNSEEN)

    def drop(self, view: ViewState, name: Literal["path", "over"]) -> None:
        """It is there again, or the reader took it away: from now on what is seen counts."""
        place = self._place(self._unit(view))
        if place is not None and place in self._looks:
            look = self._looks[place]
            self._looks[place] = replace(look, path=None) if name == "path" else replace(look, over=None)

    def unit_at(self, place: Place) -> tuple[int, int] | None:
        """(series, stack) whose pictures a place is among; None while that is not known."""
        series = self._series(place.series_uid)
        key = key_at(place, self._page.exam)
        for number, stack in enumerate(self._page.stacks(series) if series is not None else ()):
            if key in stack.keys and stack.final and series is not None:
                return series, number
        return None

    def now(self) -> dict[Place, VolumeLook]:
        """How everything is seen, and what is not there yet as it was left."""
        found = dict(self._looks)
        for unit, look in (*self._volumes(), *self._overlays()):
            place = self._place(unit) or self._named(unit)
            if place is not None:
                found[place] = look.before(found.get(place, UNSEEN))
        return found

    # --- inside -------------------------------------------------------------------------------------

    def _volumes(self) -> Sequence[tuple[Unit, VolumeLook]]:
        found = []
        for unit, held in self._page.volumes.by_unit():
            body, path = held.extras.get(BODY), path_of(held)
            x, y, z = (round(part, DIGITS) for part in crossing_of(self._page, held))
            look = VolumeLook(
                turn=held.turn,
                cross=(x, y, z),
                body=body.state if isinstance(body, Seen) else None,
                path=PathLook(path.id, path.drawn.wider) if path is not None and path.id else None,
            )
            found.append((unit, look))
        return found

    def _overlays(self) -> Sequence[tuple[Unit, VolumeLook]]:
        found = []
        for unit, fused in self._page.fusions.by_unit():
            place = self._place(fused.unit) or self._named(fused.unit)
            if place is not None:
                found.append((unit, VolumeLook(over=_overlay(place, fused))))
        return found

    def _unit(self, view: ViewState) -> Unit | None:
        if view.series is None:
            return None
        return self._page.exam.all_series[view.series].series_uid, view.stack

    def _place(self, unit: Unit | None) -> Place | None:
        """By which a unit is called in what was kept."""
        if unit is None:
            return None
        for place in self._looks:
            if place.series_uid == unit[0] and key_at(place, self._page.exam) in self._keys(unit):
                return place
        return None

    def _named(self, unit: Unit) -> Place | None:
        """By its first picture."""
        keys, series = self._keys(unit), self._series(unit[0])
        if not keys or series is None:
            return None
        asked = unit[0], keys[0]
        if asked not in self._names:
            one = self._page.exam.all_series[series]
            known = dict(zip(one.paths, one.sop_uids, strict=False)).get(keys[0].path, "")
            self._names[asked] = Place(unit[0], known, keys[0].frame) if known else None
        return self._names[asked]

    def _keys(self, unit: Unit) -> Sequence[FrameKey]:
        series = self._series(unit[0])
        stacks = self._page.stacks(series) if series is not None else ()
        return stacks[unit[1]].keys if unit[1] < len(stacks) else ()

    def _series(self, uid: str) -> int | None:
        return next((n for n, one in enumerate(self._page.exam.all_series) if one.series_uid == uid), None)


def _overlay(place: Place, fused: Fused) -> Overlay:
    lie = fused.lie
    if lie is None or not lie.own:
        return Overlay(place, fused.wish)
    return Overlay(place, fused.wish, lie.rigid, lie.accepted)
