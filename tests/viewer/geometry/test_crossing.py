"""Where one slice cuts another."""

import math

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from vetpacs_desktop.viewer.description import FrameDescription
from vetpacs_desktop.viewer.geometry.crossing import Slice, crossing
from vetpacs_desktop.viewer.geometry.planes import index_to_patient, patient_to_index

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)

angles = st.floats(0, 2 * math.pi)


@st.composite
def slices(draw: st.DrawFn) -> Slice:
    """Any plane with square corners, whose middle lies near the origin."""
    turn = np.eye(3)
    for a, b in ((0, 1), (1, 2), (0, 1)):
        angle, step = draw(angles), np.eye(3)
        step[[a, a, b, b], [a, b, a, b]] = math.cos(angle), -math.sin(angle), math.sin(angle), math.cos(angle)
        turn = step @ turn
    spacing = draw(st.tuples(st.floats(0.2, 3), st.floats(0.2, 3)))
    columns, rows = draw(st.integers(40, 300)), draw(st.integers(40, 300))
    middle = np.array(draw(st.tuples(*[st.floats(-8, 8)] * 3)))
    corner = middle - turn[0] * spacing[1] * columns / 2 - turn[1] * spacing[0] * rows / 2
    facts = FrameDescription(
        0,
        position=tuple(map(float, corner)),
        orientation=(*map(float, turn[0]), *map(float, turn[1])),
        pixel_spacing=spacing,
    )
    return Slice(facts, columns, rows)


@given(slices(), slices())
def test_both_ends_lie_on_both_pictures(own: Slice, other: Slice) -> None:
    line = crossing(own, other)
    assume(line is not None)
    for end in line or ():
        assert -0.501 <= end[0] <= own.columns - 0.499
        assert -0.501 <= end[1] <= own.rows - 0.499
        place = index_to_patient(own.facts, *end)
        assert place is not None
        there = patient_to_index(other.facts, place)
        assert there is not None
        assert math.isclose(there[2], 0, abs_tol=1e-6)
        assert -0.501 <= there[0] <= other.columns - 0.499
        assert -0.501 <= there[1] <= other.rows - 0.499


@given(slices())
def test_a_slice_does_not_cut_its_neighbours(one: Slice) -> None:
    assert crossing(one, one) is None


def test_a_sagittal_slice_is_an_upright_line_in_an_axial_one() -> None:
    axial = Slice(
        FrameDescription(0, position=(-50, -50, 0), orientation=AXIAL, pixel_spacing=(1, 1)), 101, 101
    )
    facts = FrameDescription(0, position=(10, -30, 40), orientation=SAGITTAL, pixel_spacing=(2, 2))
    line = crossing(axial, Slice(facts, 31, 41))
    assert line is not None
    (x0, top), (x1, bottom) = sorted(line, key=lambda end: end[1])
    assert (x0, x1) == (60, 60)
    assert (top, bottom) == (19, 81)  # its own edges: 2 mm pixels from -31 to 31 mm


def test_slices_that_do_not_reach_each_other_have_no_line() -> None:
    axial = Slice(FrameDescription(0, position=(0, 0, 0), orientation=AXIAL, pixel_spacing=(1, 1)), 50, 50)
    facts = FrameDescription(0, position=(10, 0, 300), orientation=SAGITTAL, pixel_spacing=(1, 1))
    assert crossing(axial, Slice(facts, 50, 50)) is None
    assert crossing(axial, Slice(FrameDescription(0, orientation=SAGITTAL), 50, 50)) is None
