"""Edits of a sheet are pure, its history has no end, and what is written is read back the same."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer import annotations
from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, KeyImage, Sheet, annotation_from
from vetpacs_desktop.viewer.history import History
from vetpacs_desktop.viewer.measure.tools import CALIBRATION_TOOLS

IMAGE = ImageRef("1.2.3.4", 0)


def drawn(number: int = 0, tool: str = "length", known: float | None = None) -> Annotation:
    return Annotation(
        f"id-{number}", tool, IMAGE, ((1.0, 2.0), (number + 3.5, 4.0)), known_mm=known, author="vet"
    )


def test_edits_make_new_sheets_and_leave_the_old_one_alone() -> None:
    empty = Sheet()
    one = annotations.added(empty, drawn(1))
    two = annotations.added(one, drawn(2))
    moved = annotations.replaced(two, annotations.moved(drawn(1), (10, -1)))
    assert empty.annotations == ()
    assert two.on(IMAGE) == (drawn(1), drawn(2))
    assert two.on(ImageRef("1.2.3.4", 1)) == ()
    assert moved.annotations[0].points == ((11.0, 1.0), (14.5, 3.0))
    assert annotations.removed(moved, "id-1").annotations == (drawn(2),)
    assert annotations.with_point(drawn(1), 1, (9.0, 9.0)).points == ((1.0, 2.0), (9.0, 9.0))


def test_an_image_has_one_calibration_and_it_counts_for_all_its_frames() -> None:
    sheet = annotations.added(Sheet(), drawn(1, "calibrate_line", 25.0))
    sheet = annotations.added(sheet, drawn(2))
    sheet = annotations.added(sheet, drawn(3, "calibrate_ball", 30.0))
    found = sheet.calibration("1.2.3.4")
    assert found is not None
    assert found.known_mm == 30.0
    assert [one.id for one in sheet.annotations] == ["id-2", "id-3"]
    assert sheet.calibration("another") is None


def test_the_tools_that_calibrate_are_those_of_the_table() -> None:
    assert annotations.CALIBRATIONS == CALIBRATION_TOOLS


def test_a_picture_is_a_key_image_once() -> None:
    key = KeyImage("a", IMAGE, "vet")
    sheet = annotations.with_key(annotations.with_key(Sheet(), key), replace(key, id="b"))
    assert sheet.keys == (key,)
    assert sheet.is_key(IMAGE)
    assert annotations.without_key(sheet, IMAGE) == Sheet()


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=9), st.text())
def test_what_is_written_is_read_back(points: list[tuple[float, float]], text: str) -> None:
    one = replace(drawn(), points=tuple(points), text=text, created="2026-07-04T12:00:00+00:00")
    body = json.loads(json.dumps(one.to_json()))
    assert annotation_from(one.id, one.image, body, one.author, one.created, one.changed) == one


def test_what_is_no_annotation_is_none() -> None:
    for body in (
        {},
        {"tool": "length"},
        {"tool": 5, "points": [[1, 2]]},
        {"tool": "x", "points": [[1, "2"]]},
    ):
        assert annotation_from("id", IMAGE, body, "", "", "") is None


@given(st.lists(st.integers(0, 5), max_size=60))
def test_history_goes_all_the_way_back_and_forth(values: list[int]) -> None:
    history = History(0)
    states = [0]
    for value in values:
        if history.do(value):
            states.append(value)
    back = [history.now]
    while history.undo():
        back.append(history.now)
    assert back == states[::-1]
    forth = [history.now]
    while history.redo():
        forth.append(history.now)
    assert forth == states


def test_a_new_edit_ends_what_was_undone() -> None:
    history = History("a")
    history.do("b")
    history.undo()
    history.do("c")
    assert not history.can_redo
    assert history.undo()
    assert history.now == "a"
