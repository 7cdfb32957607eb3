"""What is not one volume is kept apart, and what is one volume is not torn."""

from __future__ import annotations

from typing import Any

import pytest

from tests.helpers.headers import AXIAL, slice_at
from tests.viewer.series.stacks import one, regular
from vetpacs_desktop.viewer.series.arrange import arrange
from vetpacs_desktop.viewer.series.splitting import split_placed
from vetpacs_desktop.viewer.series.stack import StackFrame, StackKind


@pytest.mark.parametrize(
    ("values", "label"),
    [
        (({"EchoTime": 10}, {"EchoTime": 90}), "echo 10 ms"),
        (({"DiffusionBValue": 0.0}, {"DiffusionBValue": 800.0}), "b 0"),
        (({"TriggerTime": 0}, {"TriggerTime": 400}), "time 0"),
        (({"AcquisitionNumber": 1}, {"AcquisitionNumber": 2}), "acquisition 1"),
        (
            ({"ImageType": ["ORIGINAL", "PRIMARY", "M"]}, {"ImageType": ["ORIGINAL", "PRIMARY", "P"]}),
            "m",
        ),
        (({"Rows": 4}, {"Rows": 8}), "6x4"),
        (
            ({"FrameOfReferenceUID": "1.2.7"}, {"FrameOfReferenceUID": "1.2.8"}),
            "other position of the animal",
        ),
        (({}, {}), "repeat 1"),
    ],
)
def test_the_same_places_twice_are_two_volumes(
    values: tuple[dict[str, Any], dict[str, Any]], label: str
) -> None:
    slices = [slice_at(2.0 * i, 2 * i + 1 + part, **values[part]) for i in range(6) for part in (0, 1)]
    first, second = arrange(slices)
    assert [len(first.frames), len(second.frames)] == [6, 6]
    assert first.geometry.regular
    assert second.geometry.regular
    assert first.label == label
    assert [frame.description.instance_number for frame in first.frames] == [1, 3, 5, 7, 9, 11]


def test_times_and_acquisitions_that_differ_in_every_slice_split_nothing() -> None:
    slices = [slice_at(2.0 * i, i + 1, TriggerTime=13 * i, AcquisitionNumber=i) for i in range(8)]
    assert len(one(slices).frames) == 8


def test_phases_with_times_of_their_own_at_each_place_become_volumes_in_order() -> None:
    slices = [
        slice_at(5.0 * place, 4 * place + phase + 1, TriggerTime=100 * phase + place)
        for place in range(6)
        for phase in range(4)
    ]
    stacks = arrange(slices)
    assert [len(stack.frames) for stack in stacks] == [6] * 4
    for phase, stack in enumerate(stacks):
        assert [frame.facts.time_ms for frame in stack.frames] == [100 * phase + place for place in range(6)]


def test_one_slice_sent_twice_is_kept_beside_the_volume() -> None:
    again = slice_at(6.0, 77)
    main, extra = arrange([*regular(), again])
    assert len(main.frames) == 10
    assert main.geometry.regular
    assert (extra.kind, len(extra.frames)) == (StackKind.SINGLE, 1)


def test_copies_of_an_image_are_kept_apart() -> None:
    slices = regular()
    main, copies = arrange([*slices, *slices[:3]])
    assert (len(main.frames), len(copies.frames), copies.label) == (10, 3, "copy 1")


def test_many_frames_at_one_place_are_a_film_in_time() -> None:
    stack = one([slice_at(0.0, i + 1, TriggerTime=50 * (7 - i)) for i in range(8)])
    assert stack.kind is StackKind.CINE
    assert [frame.facts.time_ms for frame in stack.frames] == [50 * i for i in range(8)]


def test_the_most_frequent_orientation_leads_its_neighbours() -> None:
    frames = [StackFrame(one, 0) for one in regular(5)]
    rounded = [
        StackFrame(slice_at(20.0 + i, 50 + i, orientation=(1, 1e-4, 0, -1e-4, 1, 0)), 0) for i in range(2)
    ]
    (group,) = split_placed(rounded + frames)
    assert group.orientation == AXIAL
    assert len(group.frames) == 7
