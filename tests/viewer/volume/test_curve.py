"""Transfer functions: the presets are sound, knots keep their order, curves survive being kept."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer.volume.curve import (
    Curve,
    Knot,
    Mode,
    curve_document,
    curve_from,
    knots_of,
    presets_for,
    volume_presets,
)

GREY = (0.5, 0.5, 0.5)
CURVE = Curve((Knot(0, 0, GREY), Knot(100, 0.5, GREY), Knot(300, 1, (1, 1, 1))))
anywhere = st.floats(-5000, 5000)
share = st.floats(-1, 2)


def test_the_presets_of_the_trade_are_there_for_ct_and_others_for_the_rest() -> None:
    ct = [preset.name for preset in presets_for("CT")]
    assert ct[:5] == ["bone", "soft_tissue", "lung", "angio", "airway"]
    assert any(preset.curve.mode is Mode.MIP for preset in presets_for("CT"))
    assert presets_for("MR")
    assert not {preset.name for preset in presets_for("MR")} & set(ct)
    assert all(preset.words and preset.source for preset in volume_presets())


def test_bone_hides_muscle_and_shows_bone_and_lung_hides_both_ends() -> None:
    bone, _, lung = (preset.curve for preset in presets_for("CT")[:3])
    assert bone.at(60).opacity == 0
    assert bone.at(800).opacity > 0.7
    assert lung.at(60).opacity == lung.at(-1000).opacity == 0
    assert lung.at(-500).opacity > 0.05


def test_shares_become_values_of_the_volume() -> None:
    preset = presets_for("MR")[0]
    curve = preset.curve_for(200, 1200)
    assert curve.knots[0].value == pytest.approx(200 + 1000 * preset.curve.knots[0].value)
    assert presets_for("CT")[0].curve_for(0, 1) == presets_for("CT")[0].curve


def test_values_between_knots_are_blended() -> None:
    assert CURVE.at(50).opacity == pytest.approx(0.25)
    assert CURVE.at(200).colour == pytest.approx((0.75, 0.75, 0.75))
    assert CURVE.at(-50).opacity == 0
    assert CURVE.at(900).opacity == 1


@given(st.lists(st.tuples(st.integers(0, 2), anywhere, share), max_size=8))
def test_knots_stay_in_order_however_they_are_dragged(drags: list[tuple[int, float, float]]) -> None:
    curve = CURVE
    for number, value, opacity in drags:
        curve = curve.moved(number, value, opacity)
    values = [knot.value for knot in curve.knots]
    assert values == sorted(set(values))
    assert all(0 <= knot.opacity <= 1 for knot in curve.knots)


@given(anywhere, share)
def test_an_added_knot_is_where_it_was_put(value: float, opacity: float) -> None:
    curve, number = CURVE.added(value, opacity)
    assert curve.knots[number].value == value
    assert curve.removed(number) == CURVE or value in (0, 100, 300)


def test_two_knots_always_stay() -> None:
    curve = CURVE.removed(0).removed(0).removed(0)
    assert len(curve.knots) == 2


def test_a_curve_comes_back_from_json_and_nonsense_does_not() -> None:
    curve = replace(CURVE, mode=Mode.MIP)
    assert curve_from(json.loads(json.dumps(curve_document(curve)))) == curve
    for nonsense in (3, {}, {"knots": [], "mode": "mip", "light": []}):
        with pytest.raises(ValueError, match="curve"):
            curve_from(nonsense)
    with pytest.raises(ValueError, match="rising"):
        knots_of([[5, 0, 0, 0, 0], [5, 1, 1, 1, 1]])
    with pytest.raises(ValueError, match="from 0 to 1"):
        knots_of([[5, 0, 0, 0, 0], [6, 2, 1, 1, 1]])
