"""The exam before beside the current one: what stands over each picture, whose sheet keeps what is drawn."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from tests.ui.viewing.compare.conftest import BEFORE, HIPS, NOW, OLDEST, OTHER
from tests.ui.viewing.mouse import Mouse
from tests.ui.viewing.screen import on_screen
from tests.viewer.test_exam import exam
from vetpacs_desktop.app import App
from vetpacs_desktop.store.records import StudyUID
from vetpacs_desktop.ui.viewing.compare import hanging
from vetpacs_desktop.ui.viewing.compare.desk import LOOK_AFTER_MS
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.output.choice import Which, scene_of
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.corner_texts import day
from vetpacs_desktop.viewer.render.lettering import ATTENTION_COLOR
from vetpacs_desktop.viewer.state import GridState, ViewState

Read = Callable[[str], Controller]
A, B = (6.0, 10.0), (24.0, 10.0)


def action(page: ReadingPage, name: str) -> QAction:
    return next(one for one in page.actions() if one.objectName() == name)


def compare(page: ReadingPage, qtbot: QtBot) -> Mouse:
    """F4, and wait for the picture at the right."""
    Mouse(page).key(Qt.Key.Key_F4)
    wait_for_right(page, qtbot)
    return Mouse(page, 1)


def wait_for_right(page: ReadingPage, qtbot: QtBot) -> None:
    controller = page.controller
    assert controller is not None
    qtbot.waitUntil(
        lambda: (
            bool(controller.exam.beside)
            and len(controller.grid.views) > 1
            and controller.frame(1) is not None
            and page.grid is not None
            and page.grid.viewports[1].view.has_painted_picture
        ),
        timeout=15_000,
    )


def said(page: ReadingPage) -> str:
    return page._hint.text()


def length(mouse: Mouse, number: int) -> None:
    mouse.controller.activate(number)
    mouse.key(Qt.Key.Key_D)
    mouse.click(A, B)
    mouse.key(Qt.Key.Key_Escape)
    mouse.key(Qt.Key.Key_Escape)


def test_f4_puts_the_same_view_of_the_exam_before_at_the_right(
    page: ReadingPage, read: Read, qtbot: QtBot
) -> None:
    controller = read(NOW)
    controller.lay_out(1, 1)
    page._on_card(1, 0)  # the ventrodorsal view
    compare(page, qtbot)
    left, right = controller.resolved(0).corners, controller.resolved(1).corners
    assert (controller.grid.rows, controller.grid.columns) == (1, 2)
    assert left.mark is not None
    assert (left.mark.text, left.mark.other) == ("Current: 2026-03-09", False)
    assert right.mark is not None
    assert (right.mark.text, right.mark.other) == ("Earlier: 2025-09-09", True)
    assert "Rex" in right.top_left
    assert "2025-09-09 10:30" in right.top_left
    assert "6 months before" in right.top_left
    assert any("Thorax VD" in line for line in right.top_right)


def test_the_mark_of_an_earlier_exam_is_on_the_screen_and_stays_without_words(
    page: ReadingPage, read: Read, qtbot: QtBot
) -> None:
    read(NOW)
    mouse = compare(page, qtbot)

    def amber() -> int:
        pixels = on_screen(mouse.viewport).astype(int)
        return int((np.abs(pixels - np.array(ATTENTION_COLOR)).sum(axis=2) < 60).sum())

    qtbot.waitUntil(lambda: amber() > 40, timeout=5000)
    mouse.key(Qt.Key.Key_Space)
    assert not mouse.controller.grid.texts
    assert mouse.controller.resolved(1).corners.top_left == ()
    qtbot.wait(100)
    assert amber() > 40
    assert mouse.controller.resolved(0).corners.mark is None


def test_f4_again_shows_the_exam_alone_as_it_was(page: ReadingPage, read: Read, qtbot: QtBot) -> None:
    controller = read(NOW)
    shape = controller.grid.rows, controller.grid.columns
    mouse = compare(page, qtbot)
    page_paths = {series.paths[0] for series in controller.exam.beside[0].series}
    controller.activate(0)
    mouse.key(Qt.Key.Key_I)
    mouse.key(Qt.Key.Key_F4)
    assert controller.exam.beside == ()
    assert (controller.grid.rows, controller.grid.columns) == shape
    assert controller.grid.views[controller.grid.active].invert, "what was done to the current picture stays"
    assert controller.resolved(0).corners.mark is None
    assert page.strip.count() == 2
    loader = page._loader
    assert loader is not None
    kept = {key.path for key in loader._wishes._kept}
    assert not kept & page_paths, "its memory is given back"


def test_what_is_measured_on_the_earlier_exam_is_kept_in_its_own_sheet(
    page: ReadingPage, read: Read, app: App, qtbot: QtBot
) -> None:
    controller = read(NOW)
    right = compare(page, qtbot)
    length(right, 1)
    length(Mouse(page, 0), 0)
    right.key(Qt.Key.Key_K)
    assert len(controller.marking.sheet.annotations) == 2
    assert page._autosave is not None
    assert page._autosave.settle()
    now, before = app.sheet(NOW), app.sheet(BEFORE)
    assert [one.image.sop_uid for one in before.annotations] == [f"{BEFORE}.1.1"]
    assert [one.image.sop_uid for one in now.annotations] == [f"{NOW}.1.1"]
    assert [key.image.sop_uid for key in now.keys] == [f"{NOW}.1.1"]
    assert before.keys == ()
    controller = read(BEFORE)
    assert len(controller.marking.sheet.annotations) == 1, "seen when the exam itself is opened"


def test_undo_goes_over_both_exams_and_each_sheet_follows(
    page: ReadingPage, read: Read, app: App, qtbot: QtBot
) -> None:
    controller = read(NOW)
    length(Mouse(page, 0), 0)  # before the other one came
    right = compare(page, qtbot)
    length(right, 1)
    right.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page._autosave is not None
    assert page._autosave.settle()
    assert (len(app.sheet(NOW).annotations), len(app.sheet(BEFORE).annotations)) == (1, 0)
    right.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page._autosave.settle()
    assert len(app.sheet(NOW).annotations) == 0
    shifted = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    right.key(Qt.Key.Key_Z, shifted)
    right.key(Qt.Key.Key_Z, shifted)
    assert page._autosave.settle()
    assert (len(app.sheet(NOW).annotations), len(app.sheet(BEFORE).annotations)) == (1, 1)
    right.key(Qt.Key.Key_F4)
    assert [one.image.sop_uid for one in controller.marking.sheet.annotations] == [f"{NOW}.1.1"]
    right_gone = Mouse(page, 0)
    right_gone.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page._autosave.settle()
    assert (len(app.sheet(NOW).annotations), len(app.sheet(BEFORE).annotations)) == (0, 1)


def test_the_right_picture_follows_the_view_at_the_left(page: ReadingPage, read: Read, qtbot: QtBot) -> None:
    controller = read(NOW)
    mouse = compare(page, qtbot)
    controller.activate(0)
    assert (
        "Thorax right lateral" in controller.exam.series_at(controller.grid.views[1].series or 0).description
    )
    mouse.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    view = controller.grid.views[1]
    assert view.series is not None
    assert controller.exam.series_at(view.series).description == "Thorax VD"
    assert controller.exam.exam_at(view.series).study_uid == BEFORE
    mouse.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    shown = controller.grid.views[0].series
    assert shown == 1, "the last series of this exam, not the first of another"


def test_older_exams_take_the_place_of_the_one_at_the_right(
    page: ReadingPage, read: Read, qtbot: QtBot
) -> None:
    controller = read(NOW)
    mouse = compare(page, qtbot)
    mouse.key(Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: [one.study_uid for one in controller.exam.beside] == [OLDEST], timeout=5000)
    wait_for_right(page, qtbot)
    mark = controller.resolved(1).corners.mark
    assert mark is not None
    assert mark.text == "Earlier: 2024-03-09"
    mouse.key(Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    assert "no older exam" in said(page)


def test_the_menu_lists_the_animals_other_exams_and_no_other_animals(
    page: ReadingPage, read: Read, qtbot: QtBot
) -> None:
    controller = read(BEFORE)
    qtbot.waitUntil(lambda: page.compare._others is not None, timeout=5000)
    page.compare.menu.aboutToShow.emit()
    names = [one.objectName() for one in page.compare.menu.actions() if one.objectName()]
    assert names == [f"exam_{OLDEST}", f"exam_{NOW}", f"exam_{HIPS}"]
    assert f"exam_{OTHER}" not in names
    lines = {one.objectName(): one.text() for one in page.compare.menu.actions()}
    assert lines[f"exam_{OLDEST}"].startswith("2024-03-09   Thorax   DX, 2 images   18 months before")
    for name in (f"exam_{OLDEST}", f"exam_{NOW}"):
        next(one for one in page.compare.menu.actions() if one.objectName() == name).trigger()
    qtbot.waitUntil(lambda: len(controller.exam.beside) == 2, timeout=5000)
    assert controller.grid.columns == 3
    marks = {mark.text for n in range(3) if (mark := controller.resolved(n).corners.mark) is not None}
    assert marks == {"Current: 2025-09-09", "Earlier: 2024-03-09", "Later: 2026-03-09"}


def test_where_there_is_no_exam_before_a_sentence_says_so(
    page: ReadingPage, read: Read, qtbot: QtBot
) -> None:
    controller = read(OLDEST)
    Mouse(page).key(Qt.Key.Key_F4)
    qtbot.waitUntil(lambda: said(page) == "There is no earlier exam of Rex here.", timeout=5000)
    controller = read(HIPS)
    Mouse(page).key(Qt.Key.Key_F4)
    qtbot.waitUntil(lambda: said(page).startswith("No earlier exam of Rex shows the same"), timeout=5000)
    assert controller.exam.beside == ()


def test_an_exam_of_another_animal_is_never_shown_beside(page: ReadingPage, read: Read, qtbot: QtBot) -> None:
    controller = read(NOW)
    page.compare.bring([OTHER])
    qtbot.waitUntil(lambda: "not known to be of one animal" in said(page), timeout=5000)
    assert controller.exam.beside == ()


def test_what_leaves_carries_the_day_of_its_own_exam(page: ReadingPage, read: Read, qtbot: QtBot) -> None:
    controller = read(NOW)
    right = compare(page, qtbot)
    right.controller.activate(1)
    scene = scene_of(controller, "")
    assert scene.album.label.date == "2025-09-09"
    assert scene.shot is not None
    assert "2025-09-09" in scene.shot.name
    assert scene.shot.subject.date.startswith("2025-09-09")
    assert scene.counts()[Which.EXAM] == 2, "the pictures of one exam alone"
    controller.activate(0)
    scene = scene_of(controller, "")
    assert scene.album.label.date == "2026-03-09"
    assert scene.shot is not None
    assert scene.shot.sop_uid == f"{NOW}.1.1"


def test_the_cards_of_an_earlier_exam_say_so(page: ReadingPage, read: Read, qtbot: QtBot) -> None:
    read(NOW)
    compare(page, qtbot)
    texts = [page.strip.item(n).data(Qt.ItemDataRole.AccessibleTextRole) for n in range(page.strip.count())]
    assert len(texts) == 4
    assert [text.startswith("Earlier: 2025-09-09") for text in texts] == [False, False, True, True]


def test_exams_that_were_chosen_together_open_side_by_side(page: ReadingPage, app: App, qtbot: QtBot) -> None:
    page.open_exam(app.exams_together([StudyUID(BEFORE), StudyUID(NOW)]))
    wait_for_right(page, qtbot)
    controller = page.controller
    assert controller is not None
    assert controller.exam.study_uid == NOW
    assert [one.study_uid for one in controller.exam.beside] == [BEFORE]
    assert controller.resolved(0).corners.mark is not None


def test_the_action_says_what_it_would_do_now(page: ReadingPage, read: Read, qtbot: QtBot) -> None:
    read(NOW)
    one = action(page, "compare_before")
    assert one.text() == "Compare with the exam before"
    compare(page, qtbot)
    assert one.text() == "This exam alone"


def test_all_views_stand_above_those_of_the_exam_before(page: ReadingPage, read: Read, qtbot: QtBot) -> None:
    controller = read(NOW)
    controller.lay_out(1, 2)
    before = controller.grid
    action(page, "compare_all").trigger()
    qtbot.waitUntil(lambda: len(controller.grid.views) == 4, timeout=5000)
    found = [controller.exam.series_at(view.series or 0).description for view in controller.grid.views]
    assert found[:2] == found[2:]
    assert set(found) == {"Thorax right lateral", "Thorax VD"}
    owners = [controller.exam_of(n).study_uid for n in range(4)]
    assert owners == [NOW, NOW, BEFORE, BEFORE]
    action(page, "compare_all").trigger()
    assert (controller.grid.rows, controller.grid.columns) == (1, 2)
    assert controller.exam_of(1).study_uid == BEFORE
    action(page, "compare_before").trigger()
    assert [view.series for view in controller.grid.views] == [view.series for view in before.views]


def test_a_second_screen_stays_as_it_is_while_exams_are_compared() -> None:
    now = exam("1")
    page = now.with_beside(exam("2", "20250909"))
    views = (ViewState(series=0), ViewState(series=1), ViewState(series=0, invert=True))
    grid = GridState(1, 2, views, active=1, second=(1, 1), resting=2)
    found = hanging.beside(page, grid)
    assert [view.series for view in found.views] == [1, 3, 0]
    assert (found.on_first, found.active, found.resting) == (2, 0, 2)
    assert found.views[2].invert
    alone = hanging.back(grid, found, now)
    assert [view.series for view in alone.views] == [0, 1, 0]
    assert (alone.active, alone.resting, alone.second) == (1, 2, (1, 1))
    wide = hanging.below(page, grid, found)
    assert [view.series for view in wide.views] == [0, 1, 2, 3, 0]
    assert (wide.rows, wide.columns, wide.resting) == (2, 2, 4)


def test_the_list_of_measurements_stands_exam_by_exam_and_says_what_changed(
    page: ReadingPage, read: Read, qtbot: QtBot
) -> None:
    controller = read(NOW)
    right = compare(page, qtbot)
    right.key(Qt.Key.Key_M)
    for number, end in ((1, (16.0, 10.0)), (0, (26.0, 10.0))):
        controller.activate(number)
        mouse = Mouse(page, number)
        mouse.key(Qt.Key.Key_A)
        mouse.click((6.0, 10.0), (16.0, 10.0), (end[0], 10.0 + (end[0] - 6.0)))
        mouse.key(Qt.Key.Key_Escape)
        mouse.key(Qt.Key.Key_Escape)
    for one in controller.marking.sheet.annotations:
        controller.marking.change(replace(one, text="Tilt"))
    lines = [page.panel.list.item(n).text() for n in range(page.panel.list.count())]
    assert lines[0] == "Current: 2026-03-09"
    assert "change" in lines[1]
    assert "in 6 months" in lines[1]
    assert lines[2] == "Earlier: 2025-09-09"
    assert "change" not in lines[3]
    page.panel.list.itemClicked.emit(page.panel.list.item(3))
    assert controller.grid.active == 1, "a click leads to the earlier picture"
    page.panel._go(page.panel.list.item(0))
    page.panel._delete(NOW)
    assert len(controller.marking.sheet.annotations) == 2, "a heading is nothing to delete"


def test_what_is_read_is_loaded_before_what_lies_beside_it(
    page: ReadingPage, read: Read, qtbot: QtBot
) -> None:
    controller = read(NOW)
    compare(page, qtbot)
    controller.activate(1)
    loader = page._loader
    assert loader is not None
    own = {path for series in controller.exam.series for path in series.paths}
    assert loader._wishes._order[0].path in own


def test_documents_for_other_programs_go_to_the_exam_that_was_drawn_on(
    page: ReadingPage, read: Read, app: App, qtbot: QtBot
) -> None:
    read(NOW)
    right = compare(page, qtbot)
    length(right, 1)
    assert page._autosave is not None
    assert page._autosave.settle()
    right.key(Qt.Key.Key_F4)

    def kinds(study: str) -> set[str]:
        return {one.modality for one in app.library.series(study)}

    qtbot.waitUntil(lambda: "SR" in kinds(BEFORE), timeout=15_000)
    assert kinds(NOW) == {"DX"}


def test_no_picture_is_ever_shown_under_another_exams_day(
    page: ReadingPage, read: Read, qtbot: QtBot
) -> None:
    """Also not for the moment in which exams come, change places and go."""
    controller = read(NOW)
    wrong: list[str] = []
    seen = [0]

    def look(_: object) -> None:
        for number in controller.grid.visible:
            if controller.grid.views[number].series is None:
                continue
            seen[0] += 1
            iso, shown = day(controller.exam_of(number).study_date), controller.resolved(number).corners
            frame = controller.frame(number)
            own = frame is None or controller.exam_of(number).path_of(frame.description.sop_uid) is not None
            dated = shown.mark is None or shown.mark.text.endswith(iso)
            if not (own and dated and any(line.startswith(iso) for line in shown.top_left)):
                wrong.append(f"{number}: {shown}")

    controller.changed.subscribe(look)
    controller.rearranged.subscribe(look)
    page.compare.bring([OLDEST, BEFORE, HIPS])
    qtbot.waitUntil(lambda: len(controller.exam.beside) == 3, timeout=5000)
    page.compare.menu.aboutToShow.emit()
    first = controller.exam.beside[0].study_uid
    qtbot.waitUntil(lambda: page.compare._others is not None, timeout=5000)
    page.compare.menu.aboutToShow.emit()
    next(one for one in page.compare.menu.actions() if one.objectName() == f"exam_{first}").trigger()
    assert len(controller.exam.beside) == 2
    action(page, "compare_all").trigger()
    action(page, "compare_older").trigger()
    qtbot.wait(200)
    action(page, "compare_before").trigger()
    assert page.strip.count() == 2, "this exam alone"
    assert seen[0] > 50
    assert wrong == []


def test_an_exam_that_has_one_before_says_so_once_its_images_are_there(
    page: ReadingPage, read: Read, qtbot: QtBot
) -> None:
    read(NOW)
    assert LOOK_AFTER_MS > 0, "first the images"
    qtbot.waitUntil(
        lambda: said(page) == "An earlier exam is here: Thorax, 2025-09-09 (6 months before)   F4: compare",
        timeout=LOOK_AFTER_MS + 5000,
    )
    read(OLDEST)
    qtbot.waitUntil(lambda: page.compare._others is not None, timeout=LOOK_AFTER_MS + 5000)
    assert "earlier exam" not in said(page)


def test_one_scale_draws_a_millimetre_as_large_in_both_pictures(
    page: ReadingPage, read: Read, qtbot: QtBot
) -> None:
    controller = read(NOW)
    mouse = compare(page, qtbot)

    def factors() -> list[float]:
        return [controller.resolved(number).camera.factor for number in controller.grid.visible]

    assert factors()[0] == pytest.approx(factors()[1]), "both fit, though one shows twice as much animal"
    mouse.key(Qt.Key.Key_O, Qt.KeyboardModifier.ShiftModifier)
    now, before = factors()
    assert now / 0.2 == pytest.approx(before / 0.1)
    assert now == pytest.approx(2 * before)
    assert "in one scale" in said(page)
    mouse.key(Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: [one.study_uid for one in controller.exam.beside] == [OLDEST], timeout=5000)
    wait_for_right(page, qtbot)
    kept = factors()
    mouse.key(Qt.Key.Key_O, Qt.KeyboardModifier.ShiftModifier)
    assert "they stay as they are" in said(page)
    assert factors() == kept
