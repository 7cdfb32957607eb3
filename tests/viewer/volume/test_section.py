"""Planes lie where they say, pass through the point they are asked to, and keep their letters right."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.headers import CORONAL, SAGITTAL, slice_at
from tests.viewer.series.stacks import regular
from tests.viewer.volume.volumes import made_up, main_stack, ramp, volume_of
from vetpacs_desktop.viewer.description import ImageDescription
from vetpacs_desktop.viewer.geometry.letters import edge_letters
from vetpacs_desktop.viewer.render.reslicer import Reslicer
from vetpacs_desktop.viewer.volume.build import Builder
from vetpacs_desktop.viewer.volume.section import (
    BodyAxes,
    PlaneName,
    Section,
    keys_of,
    natural_axes,
    section,
)
from vetpacs_desktop.viewer.volume.volume import Volume

turns = st.tuples(st.tuples(*[st.floats(0.1, 1)] * 3), st.floats(-180, 180))


def volume(descriptions: list[ImageDescription]) -> Volume:
    made, frames = made_up(descriptions, ramp, np.float32)
    builder = Builder(made)
    for frame in frames:
        builder.put(frame)
    return builder.volume()


BLOCK = volume(regular(12))


@settings(max_examples=60, deadline=None)
@given(turns, st.sampled_from(list(PlaneName)), st.booleans(), st.tuples(*[st.floats(0, 1)] * 3))
def test_places_and_pixels_lead_to_each_other(
    turn: tuple[tuple[float, float, float], float],
    name: PlaneName,
    quadruped: bool,
    share: tuple[float, float, float],
) -> None:
    through = BLOCK.grid.to_patient(np.array(share) * (np.array(BLOCK.values.shape[::-1]) - 1))
    axes = BodyAxes().turned(*turn)
    one = section(BLOCK, axes, tuple(through), name, quadruped=quadruped)
    number = one.number_at(through)
    assert number == pytest.approx(round(number), abs=1e-5), "one plane passes exactly through the point"
    column, row = one.pixel(through)
    assert one.place(round(number), column, row) == pytest.approx(tuple(through), abs=1e-5)
    assert -1 <= column <= one.width
    assert -1 <= row <= one.height
    assert one.position(one.nearest(through)) == pytest.approx(
        float(through @ np.array(one.normal)), abs=1e-4
    )


@settings(max_examples=40, deadline=None)
@given(turns, st.sampled_from(list(PlaneName)), st.booleans())
def test_what_a_plane_shows_is_what_lies_there(
    turn: tuple[tuple[float, float, float], float], name: PlaneName, quadruped: bool
) -> None:
    axes = BodyAxes().turned(*turn)
    one = section(BLOCK, axes, BLOCK.grid.middle, name, quadruped=quadruped)
    number = one.nearest(BLOCK.grid.middle)
    values = Reslicer(BLOCK).cut(one.cut(number))
    column, row = (round(part) for part in one.pixel(BLOCK.grid.middle))
    place = one.place(number, column, row)
    index = BLOCK.grid.to_index(place)
    if np.all(index >= 0) and np.all(index <= np.array(BLOCK.values.shape[::-1]) - 1):
        assert values[row, column] == pytest.approx(float(ramp(np.array(place))), abs=0.5)


@pytest.mark.parametrize("name", ["ct-thin", "mr-prone"])
def test_the_plane_of_the_scan_itself_is_the_scan(name: str) -> None:
    """Every pixel, in one of the three planes, perhaps hung the other way round."""
    whole = volume_of(name)
    reslicer = Reslicer(whole)
    seen = []
    for plane in PlaneName:
        one = section(whole, natural_axes(whole), whole.grid.middle_voxel, plane, quadruped=True)
        cut = reslicer.cut(one.cut(one.nearest(whole.grid.to_patient((0, 0, 9)))))
        seen += [cut[::y, ::x] for x in (1, -1) for y in (1, -1)]
    own = whole.values[9]
    turned = [own, own.T]
    assert any(a.shape == b.shape and np.array_equal(a, b) for a in seen for b in turned)


@pytest.mark.parametrize(
    ("name", "animal", "human"),
    [
        (PlaneName.AXIAL, ("RT", "LE", "D", "V"), ("R", "L", "A", "P")),
        (PlaneName.SAGITTAL, ("CR", "CD", "D", "V"), ("A", "P", "H", "F")),
        (PlaneName.CORONAL, ("RT", "LE", "CR", "CD"), ("R", "L", "H", "F")),
    ],
)
@pytest.mark.parametrize("orientation", [(1, 0, 0, 0, 1, 0), SAGITTAL, CORONAL, (-1, 0, 0, 0, -1, 0)])
def test_planes_hang_as_animals_and_people_are_read(
    name: PlaneName, animal: tuple[str, ...], human: tuple[str, ...], orientation: tuple[float, ...]
) -> None:
    """However the stack was taken: prone, left-handed, sagittal."""
    normal = np.cross(orientation[:3], orientation[3:])
    taken = [
        slice_at(tuple(normal * 2.0 * n), 20 - n, orientation=orientation, Rows=8, Columns=8)
        for n in range(9)
    ]
    whole = volume(taken)
    for quadruped, wanted in ((True, animal), (False, human)):
        one = section(whole, natural_axes(whole), whole.grid.middle, name, quadruped=quadruped)
        found = edge_letters(one.described(whole, 0), 0, quadruped=quadruped)
        assert (found.left, found.right, found.top, found.bottom) == wanted


def test_an_angled_scan_keeps_its_own_planes_and_a_tilted_one_gets_the_body_s() -> None:
    lean = np.radians(12)
    orientation = (1, 0, 0, 0, np.cos(lean), np.sin(lean))
    normal = np.cross(orientation[:3], orientation[3:])
    angled = volume([slice_at(tuple(normal * 2.0 * n), n, orientation=orientation) for n in range(9)])
    assert natural_axes(angled).cranial == pytest.approx(tuple(normal))
    assert natural_axes(volume_of("ct-tilted")) == BodyAxes()


@given(turns)
def test_turned_axes_stay_right_angled(turn: tuple[tuple[float, float, float], float]) -> None:
    axes = BodyAxes()
    for _ in range(50):
        axes = axes.turned(*turn)
    box = np.array([axes.left, axes.dorsal, axes.cranial])
    assert box @ box.T == pytest.approx(np.eye(3), abs=1e-12)
    assert np.linalg.det(box) == pytest.approx(1)


def test_a_plane_describes_itself_without_an_identifier() -> None:
    one = section(BLOCK, BodyAxes(), BLOCK.grid.middle, PlaneName.CORONAL, quadruped=True)
    said = one.described(BLOCK, 2)
    assert said.sop_uid == ""
    assert (said.rows, said.columns) == (one.height, one.width)
    assert said.frames[0].pixel_spacing == (one.mm, one.mm)
    assert len(set(keys_of(one, "a"))) == one.count
    assert not set(keys_of(one, "a")) & set(keys_of(one, "b"))
    assert isinstance(one, Section)
    assert main_stack("ct-thin").kind.value == "volume"
