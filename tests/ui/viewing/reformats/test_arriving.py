"""New series on the page: exams beside move on, with their places on the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.ui.viewing.conftest import ct_series, exam_of
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.reformats.arriving import take_in
from vetpacs_desktop.viewer.exam import Exam


def test_the_series_of_an_exam_beside_keep_their_place_on_the_screen(
    read: Callable[[Exam], Controller], tmp_path: Path
) -> None:
    own, new = ct_series(tmp_path / "a", 1), ct_series(tmp_path / "b", 2)
    other = replace(
        exam_of(ct_series(tmp_path / "c", 3)), study_uid="1.2.9", study_date="20250101", animal_id="7"
    )
    controller = read(replace(exam_of(own), animal_id="7"))
    controller.put_beside(other)
    controller.lay_out(1, 2)
    controller.show(1, 1)
    assert controller.exam_of(1).study_uid == "1.2.9"
    moved: list[int] = []
    found = take_in(controller, replace(exam_of(own, new), animal_id="7"), moved.append)
    assert (found, moved) == ((1,), [1])
    assert [one.series_uid for one in controller.exam.all_series] == ["1.2.3.1", "1.2.3.2", "1.2.3.3"]
    assert controller.grid.views[1].series == 2
    assert controller.exam_of(1).study_uid == "1.2.9"
    assert take_in(controller, replace(exam_of(own, new), animal_id="7"), moved.append) == ()


def test_a_series_with_more_images_stays_where_it_is(
    read: Callable[[Exam], Controller], tmp_path: Path
) -> None:
    series = ct_series(tmp_path / "a", 1)
    fewer = replace(series, paths=series.paths[:6], sop_uids=series.sop_uids[:6], frame_count=6)
    controller = read(exam_of(fewer))
    assert take_in(controller, exam_of(series), lambda _: None) == (0,)
    assert len(controller.exam.series[0].paths) == 12
    assert take_in(controller, replace(exam_of(series), study_uid="9"), lambda _: None) == ()
