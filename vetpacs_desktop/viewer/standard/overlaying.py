"""The layers of others as marks on the screen: dashed lines and words that nobody can take hold of.

Pure, as `viewer.marks`: the same layers under the same camera give the same marks.
"""

from __future__ import annotations

from dataclasses import replace

from vetpacs_desktop.viewer.annotations import ImageRef
from vetpacs_desktop.viewer.mark import Look, Mark, Stroke, Tag
from vetpacs_desktop.viewer.marks import to_screen
from vetpacs_desktop.viewer.snapshot import Camera, Cover, Picture, Resolved, Viewport
from vetpacs_desktop.viewer.standard.layers import Layers, OnImage
from vetpacs_desktop.viewer.state import ViewState

CROSS = 6.0
"""Logical pixels from the middle of a point to the ends of its cross."""


def marks_of_others(
    drawn: tuple[OnImage, ...], picture: Picture, camera: Camera, viewport: Viewport
) -> tuple[Mark, ...]:
    """What presentation states draw on one picture."""
    marks: list[Mark] = []
    for number, one in enumerate(drawn):
        strokes: list[Stroke] = []
        for graphic in one.graphics:
            places = tuple(to_screen(point, picture, camera, viewport) for point in graphic.points)
            if len(places) > 1:
                strokes.append(Stroke(places, graphic.closed, dashed=True))
            else:
                strokes += _cross(places[0], CROSS * viewport.ratio)
        marks.append(Mark(f"others-{number}", tuple(strokes), (), None, Look.PLAIN, viewport.ratio))
        for place, words in enumerate(one.words):
            tag = Tag(to_screen(words.at, picture, camera, viewport), words.lines)
            marks.append(Mark(f"others-{number}-{place}", (), (), tag, Look.PLAIN, viewport.ratio))
    return tuple(mark for mark in marks if mark.strokes or mark.tag is not None)


def _cross(at: tuple[float, float], size: float) -> list[Stroke]:
    x, y = at
    return [Stroke(((x - size, y), (x + size, y))), Stroke(((x, y - size), (x, y + size)))]


def with_others(found: Resolved, layers: Layers | None, image: ImageRef) -> Resolved:
    """A snapshot with what others drew on its picture, under the reader's own marks."""
    drawn = layers.on(image) if layers is not None else ()
    if not drawn or found.picture is None:
        return found
    others = marks_of_others(drawn, found.picture, found.camera, found.viewport)
    return replace(found, marks=(*others, *found.marks))


def with_shield(found: Resolved, layers: Layers | None, image: ImageRef, view: ViewState) -> Resolved:
    """A snapshot under the shutter of the presentation that the view names, instead of the image's own (PS3.4
    N.2): black, whatever grey it asks for."""
    if layers is None or not (view.shield and view.shutter):
        return found
    shield = layers.shield(view.shield, image)
    if shield is None or found.picture is None:
        return found
    columns, rows = (
        round(side / wide) for side, wide in zip(found.picture.size, found.picture.pixel, strict=True)
    )
    cover = found.cover or Cover(None, ())
    return replace(found, cover=replace(cover, shutter=shield.mask(rows, columns)))
