"""Looks go through a document unchanged, and what can't be drawn is as new."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from tests.viewer.spatial.phantoms import volume_of
from tests.viewer.test_reading_state import TWO
from vetpacs_desktop.viewer import reading_state
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.left_looks import UNSEEN, Overlay, PathLook, Place, VolumeLook, sound
from vetpacs_desktop.viewer.state import GridState
from vetpacs_desktop.viewer.volume.body import BodyCamera, BodyState, ClipBox, Edit, Kind, first_state
from vetpacs_desktop.viewer.volume.curve import Curve, Knot
from vetpacs_desktop.viewer.volume.fusion import FusionWish, Pattern
from vetpacs_desktop.viewer.volume.rigid import Rigid, shift
from vetpacs_desktop.viewer.volume.section import BodyAxes, PlaneName, Slab, Thickness, natural_axes
from vetpacs_desktop.viewer.volume.turn import Turn

PLACE = Place("1.1", "1.1.2", 0)
TURN = replace(
    Turn(BodyAxes(), (10.0, -20.0, 30.5), thickness=Thickness(12.5, Slab.MINIP)).turned(
        PlaneName.SAGITTAL, (0.0, 1.0, 0.2), 23.5, (1.0, 2.0, 3.0)
    ),
    quadruped=False,
)
CURVE = Curve((Knot(-100.0, 0.0, (0.1, 0.2, 0.3)), Knot(300.5, 0.9, (1.0, 1.0, 0.5))))
BODY = BodyState(
    BodyCamera().turned(30, 12).zoomed(2.5).panned(0.1, -0.2),
    CURVE,
    "own:mine",
    ClipBox((0.1, 0.2, 0.3), (0.9, 0.8, 0.7)),
    (Edit(Kind.BONE), Edit(Kind.SCALPEL, ((1.0, 2.0), (3.0, 4.5), (0.0, 9.0)))),
    box=True,
)
OVER = Overlay(
    Place("1.2", "1.2.0"),
    FusionWish(Window(40.0, 80.0), "hot_iron", 0.35, clear=False, pattern=Pattern.CHECKER),
    shift((0.0, 0.0, 0.0), (4.0, -3.0, 2.0)),
    accepted=True,
)
LOOK = VolumeLook(TURN, (1.0, 2.0, 3.0), BODY, PathLook("abc", 1.5), OVER)


def through_document(look: VolumeLook) -> VolumeLook:
    text = reading_state.document(GridState(), TWO, [None], {PLACE: look})
    return reading_state.looks(text, TWO).get(PLACE, UNSEEN)


def test_everything_comes_back_exactly() -> None:
    assert through_document(LOOK) == LOOK
    assert through_document(UNSEEN) == UNSEEN


def test_the_first_look_of_a_volume_is_sound() -> None:
    volume = volume_of(np.zeros((4, 5, 6), np.int16))
    first = first_state(volume, natural_axes(volume), quadruped=True)
    assert sound(VolumeLook(body=first)).body == first


@pytest.mark.parametrize(
    "unsound",
    [
        VolumeLook(turn=replace(TURN, axes=BodyAxes(left=(1.0, 1.0, 0.0)))),
        VolumeLook(turn=replace(TURN, through=(1e9, 0.0, 0.0))),
        VolumeLook(turn=replace(TURN, thickness=Thickness(-4.0))),
        VolumeLook(cross=(0.0, 1e12, 0.0)),
        VolumeLook(body=replace(BODY, camera=BodyCamera(right=(0.0, 0.0, 0.0)))),
        VolumeLook(body=replace(BODY, camera=replace(BODY.camera, zoom=0.0))),
        VolumeLook(body=replace(BODY, camera=replace(BODY.camera, pan=(1e9, 0.0)))),
        VolumeLook(body=replace(BODY, clip=ClipBox((0.5, 0.0, 0.0), (0.5, 1.0, 1.0)))),
        VolumeLook(body=replace(BODY, curve=Curve((CURVE.knots[1], CURVE.knots[0])))),
        VolumeLook(over=replace(OVER, wish=FusionWish(opacity=7.0))),
        VolumeLook(over=replace(OVER, rigid=Rigid(((2.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))))),
    ],
)
def test_what_cannot_be_drawn_is_as_new(unsound: VolumeLook) -> None:
    assert sound(unsound) == UNSEEN
    assert through_document(unsound) == UNSEEN


def test_how_much_is_seen_beside_a_path_is_bounded() -> None:
    assert sound(VolumeLook(path=PathLook("a", 1e9))).path == PathLook("a", 8.0)


def test_what_is_seen_counts_before_what_was_left() -> None:
    assert VolumeLook(cross=(9.0, 9.0, 9.0)).before(LOOK) == replace(LOOK, cross=(9.0, 9.0, 9.0))


def test_a_document_of_any_content_says_something_or_nothing() -> None:
    text = json.loads(reading_state.document(GridState(), TWO, [None], {PLACE: LOOK}))
    text["looks"][0]["look"]["body"]["curve"]["knots"] = 7
    text["looks"][0]["look"]["turn"]["rolls"] = ["a"]
    found = reading_state.looks(json.dumps(text), TWO)[PLACE]
    assert found.over == OVER
