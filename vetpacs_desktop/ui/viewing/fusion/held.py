"""The second series of an open exam: what lies over what, how it is seen, how the two lie against each other.

Owns the volumes that lie over pictures, and the alignments that the reader saw and accepted. A series of
another frame of reference is never shown over one without an alignment. Knows no widget.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.ui.viewing.volumes.held import HeldVolumes, plane_name
from vetpacs_desktop.viewer.colour_maps import colour_maps
from vetpacs_desktop.viewer.corner_texts import Translate
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.geometry.planes import Vector
from vetpacs_desktop.viewer.left_looks import Overlay
from vetpacs_desktop.viewer.loading import LoadedFrame
from vetpacs_desktop.viewer.pixels.present import inverted
from vetpacs_desktop.viewer.render.reslicer import Reslicer
from vetpacs_desktop.viewer.resolve import colour_bar
from vetpacs_desktop.viewer.snapshot import FusedPicture, Picture, Resolved
from vetpacs_desktop.viewer.state import ViewState
from vetpacs_desktop.viewer.transfer import Transfer, transfer_of
from vetpacs_desktop.viewer.volume.fusion import FusionWish, Pattern, cut_of, reached
from vetpacs_desktop.viewer.volume.rigid import STILL, Rigid, way_between
from vetpacs_desktop.viewer.volume.section import Cut
from vetpacs_desktop.viewer.volume.volume import Volume

REMEMBERED = 8
Unit = tuple[str, int]
"""A series' UID and the number of its stack."""


@dataclass(frozen=True, slots=True)
class Lie:
    """How the second series lies against the first."""

    rigid: Rigid
    accepted: bool = True
    """The reader saw it and agreed, or the machine says it itself."""
    own: bool = False
    """Worked out or moved here; else both share a frame of reference."""


class Fused:
    """One series over another."""

    def __init__(self, unit: Unit, words: str, volume: Volume) -> None:
        self.unit, self.words, self.volume = unit, words, volume
        self.wish = FusionWish()
        self.lies: tuple[Lie, ...] = ()
        """The alignments so far, the newest last: each can be taken back."""
        self.nudged = False
        """The newest one is being moved by hand."""
        self._reslicer = Reslicer(volume)
        self._cuts: OrderedDict[tuple[Cut, Rigid], tuple[NDArray[Any], NDArray[np.bool_]]] = OrderedDict()

    def copy(self) -> Fused:
        """As it is now; later changes don't reach it, and it may be used in another thread."""
        made = Fused(self.unit, self.words, self.volume)
        made.wish, made.lies = self.wish, self.lies
        return made

    def as_left(self, over: Overlay, space: str) -> None:
        """Seen as it was left over pictures of `space`. An alignment between two frames of reference that was
        accepted is known from its registration, or the reader has to see it again."""
        self.wish = over.wish
        shared = bool(space) and space == self.volume.frame_of_reference
        if over.rigid is not None and (shared or self.lie is None):
            self.lies = (*self.lies, Lie(over.rigid, accepted=over.accepted and shared, own=True))

    @property
    def lie(self) -> Lie | None:
        """How it lies now; None while nobody knows."""
        return self.lies[-1] if self.lies else None

    @property
    def window(self) -> Window:
        """As the reader wants it, else as the series began, else from black to white."""
        chosen = self.wish.window or self.volume.window
        if chosen is not None:
            return chosen
        low, high = self.volume.range
        return Window((low + high) / 2, max(high - low, 1.0))

    @property
    def transfer(self) -> Transfer:
        """From its values to its colours."""
        colours = colour_maps().get(self.wish.colours)
        turned = inverted(self.volume.description)
        return transfer_of(self.window, inverted=turned, colours=None if colours is None else colours.colours)

    def picture(self, cut: Cut) -> FusedPicture | None:
        """What lies over a picture; None while it is off, or while nobody knows how it lies."""
        lie, wish = self.lie, self.wish
        if lie is None or not wish.shown:
            return None
        key = cut, lie.rigid
        if key not in self._cuts:
            while len(self._cuts) >= REMEMBERED:
                self._cuts.popitem(last=False)
            moved = lie.rigid.cut(cut)
            self._cuts[key] = self._reslicer.cut(moved), reached(self.volume.grid, moved)
        self._cuts.move_to_end(key)
        values, inside = self._cuts[key]
        squares = wish.pattern is Pattern.CHECKER
        return FusedPicture(values, inside, self.transfer, wish.opacity, wish.clear, squares)

    def value_at(self, place: Vector) -> float | None:
        """Its value at a place of the first series, mm; None where it does not reach."""
        return self.volume.value_at(self.lie.rigid.place(place)) if self.lie is not None else None


class Fusions:
    """All of one exam, by what they lie over. `series_uid` names a series by its number on the page."""

    def __init__(self, series_uid: Callable[[int], str], volumes: HeldVolumes) -> None:
        self._series_uid = series_uid
        self._volumes = volumes
        self._over: dict[Unit, Fused] = {}
        self.alignments: dict[tuple[str, str], Rigid] = {}
        """Accepted ones between two frames of reference."""

    def unit(self, view: ViewState) -> Unit | None:
        """What a viewport shows, whatever plane of it."""
        return None if view.series is None else (self._series_uid(view.series), view.stack)

    def of(self, view: ViewState) -> Fused | None:
        """What lies over the pictures of a viewport."""
        unit = self.unit(view)
        return None if unit is None else self._over.get(unit)

    def by_unit(self) -> tuple[tuple[Unit, Fused], ...]:
        """Everything with what it lies over."""
        return tuple(self._over.items())

    def lay(self, view: ViewState, fused: Fused, space: str) -> None:
        """A series over what a viewport shows, whose frame of reference is `space`."""
        unit = self.unit(view)
        if unit is None:
            return
        self._over[unit] = fused
        theirs = fused.volume.frame_of_reference
        if space and space == theirs:
            fused.lies = (Lie(STILL),)
        elif (known := self.between(space, theirs)) is not None:
            fused.lies = (Lie(known, own=True),)

    def take(self, view: ViewState) -> None:
        """Nothing lies over it any more."""
        unit = self.unit(view)
        if unit is not None:
            self._over.pop(unit, None)

    def holds(self, fused: Fused) -> bool:
        """Whether it still lies over something."""
        return any(one is fused for one in self._over.values())

    def forget(self) -> None:
        """Give everything back."""
        self._over.clear()
        self.alignments.clear()

    def between(self, start: str, end: str) -> Rigid | None:
        """From places of one frame of reference to another; None where nobody accepted an alignment."""
        if not start or not end:
            return None
        return STILL if start == end else way_between(self.alignments, start, end)

    def copy(self, series_uid: Callable[[int], str]) -> Fusions:
        """As they are now, for another thread, and by other numbers of the series."""
        made = Fusions(series_uid, self._volumes)
        made._over = {unit: fused.copy() for unit, fused in self._over.items()}
        return made

    def accept(self, start: str, end: str, rigid: Rigid) -> None:
        """From now on places go from one frame of reference to the other."""
        self.part(start, end)
        self.alignments[start, end] = rigid

    def part(self, start: str, end: str) -> None:
        """Nobody knows any more how the two lie."""
        self.alignments.pop((start, end), None)
        self.alignments.pop((end, start), None)

    # --- what is seen -------------------------------------------------------------------------------

    def over(self, view: ViewState, frame: LoadedFrame | None, found: Resolved, tr: Translate) -> Resolved:
        """A snapshot with the second series, its legend and the state of the alignment in words."""
        fused = self.of(view)
        if fused is None or frame is None or found.picture is None:
            return found
        cut = self.cut(view, frame, found.picture)
        picture = fused.picture(cut) if cut is not None else None
        if picture is None:
            return found
        notes = _notes(fused, tr)
        corners = found.corners
        if corners.bottom_right:
            lines = corners.bottom_right
            corners = replace(corners, bottom_right=(*lines[:1], *notes, *lines[1:]))
        bar = found.bar
        if bar is None and corners.bottom_right:
            units = fused.volume.description.units
            bar = colour_bar(picture.transfer, units, fused.words)
        return replace(found, fused=picture, corners=corners, notes=(*found.notes, *notes), bar=bar)

    def cut(self, view: ViewState, frame: LoadedFrame, picture: Picture) -> Cut | None:
        """Where a picture's pixels lie in the animal; None where it has no place."""
        held, name = self._volumes.of(view), plane_name(view)
        own = bool(frame.description.sop_uid)  # an image itself, whatever its viewport shows beside it
        if name is not None and held is not None and not own:
            return held.section(name).cut(view.index)
        rows, columns = picture.values.shape[:2]
        facts = frame.description.frames[frame.key.frame]
        return cut_of(facts, columns, rows, picture.pixel)

    def said(self, view: ViewState, place: Vector) -> str:
        """The second series' value at a place, with its name; empty where nothing lies over."""
        fused = self.of(view)
        if fused is None or fused.lie is None or not fused.wish.shown:
            return ""
        value, units = fused.value_at(place), fused.volume.description.units
        said = "\N{EN DASH}" if value is None else f"{value:.4g}" + (" HU" if units == "HU" else "")
        return f"{fused.words}: {said}"


def _notes(fused: Fused, tr: Translate) -> tuple[str, ...]:
    colours = colour_maps().get(fused.wish.colours)
    words = tr("Over it: {series} ({colours}, {percent} %)").format(
        series=fused.words,
        colours=tr("grey") if colours is None else tr(colours.words),
        percent=round(100 * fused.wish.opacity),
    )
    lie = fused.lie
    if lie is None or not lie.own:
        return (words,)
    brief = tr("{degrees:.1f}\N{DEGREE SIGN}, {mm:.0f} mm").format(**_figures(fused, lie))
    said = tr("Aligned here: {how}") if lie.accepted else tr("Not accepted yet: {how}")
    return words, said.format(how=brief)


def _figures(fused: Fused, lie: Lie) -> dict[str, float]:
    """By how much it is turned, and moved in its middle."""
    middle = lie.rigid.inverse.place(fused.volume.grid.middle)
    return {"degrees": lie.rigid.degrees, "mm": lie.rigid.moved_mm(middle)}


def how_words(fused: Fused, tr: Translate) -> str:
    """Turned and moved by how much."""
    lie = fused.lie
    assert lie is not None
    said = tr("turned {degrees:.1f}\N{DEGREE SIGN}, moved {mm:.0f} mm; check the edges")
    return said.format(**_figures(fused, lie))


def lie_words(fused: Fused, tr: Translate) -> str:
    """The same, and whether the reader agreed."""
    accepted = fused.lie is not None and fused.lie.accepted
    said = tr("Aligned here: {how}") if accepted else tr("Not accepted yet: {how}")
    return said.format(how=how_words(fused, tr))
