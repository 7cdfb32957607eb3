"""Exams hang right when they are opened in the real window, and a person hangs them otherwise."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.viewing.screen import on_screen
from tests.viewer.hanging.films import exam_of, film, films, series_of
from vetpacs_desktop.paths import Home
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.hanging.desk import HangingPart
from vetpacs_desktop.ui.viewing.hanging.hanger import AS_CAME, Hanger
from vetpacs_desktop.ui.viewing.hanging.letters import Letters
from vetpacs_desktop.ui.viewing.hanging.own_dialog import OwnDialog
from vetpacs_desktop.ui.viewing.hanging.save_dialog import SaveDialog
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.hanging.shelf import Shelf

VD = {"BodyPartExamined": "CHEST", "ViewPosition": "VD", "PatientOrientation": ["LE", "CD"]}
RIGHT = {"BodyPartExamined": "CHEST", "ViewPosition": "RL", "PatientOrientation": ["CD", "V"]}
LEFT_AS_STORED = {"BodyPartExamined": "CHEST", "ViewPosition": "LL", "PatientOrientation": ["CR", "V"]}
"""As the detector saw it: cranial at the viewer's right."""


@pytest.fixture
def hung(page: ReadingPage, qtbot: QtBot) -> Callable[[Exam], Controller]:
    """Open an exam and wait until every viewport in use has its picture and no header is still to come."""

    def opened(exam: Exam) -> Controller:
        page.open_exam(exam)
        qtbot.waitUntil(lambda: known(page) and painted(page), timeout=15_000)
        assert page.controller is not None
        return page.controller

    return opened


def known(page: ReadingPage) -> bool:
    """Whatever comes later may hang the pictures anew."""
    controller = page.controller
    assert controller is not None
    stacks = [controller.stacks(number) for number in range(len(controller.exam.all_series))]
    return all(found and all(stack.final for stack in found) for found in stacks)


def painted(page: ReadingPage) -> bool:
    controller, grid = page.controller, page.grid
    assert controller is not None
    assert grid is not None
    used = [n for n in controller.grid.visible if controller.grid.views[n].series is not None]
    return bool(used) and all(grid.viewports[n].view.has_painted_picture for n in used)


def shown(controller: Controller) -> list[int | None]:
    return [view.series for view in controller.grid.views]


def letters(controller: Controller, number: int) -> tuple[str, str]:
    found = controller.resolved(number).letters
    return found.left, found.top


def corners_of(page: ReadingPage, number: int) -> list[int]:
    """Greys on the screen in the picture's quarters: upper left, upper right, lower left, lower right."""
    controller, grid = page.controller, page.grid
    assert controller is not None
    assert grid is not None
    resolved = controller.resolved(number)
    assert resolved.picture is not None
    seen = on_screen(grid.viewports[number].view)
    factor, (width, height) = resolved.camera.factor, resolved.picture.size
    middle = seen.shape[1] / 2, seen.shape[0] / 2
    greys = []
    for down in (-1, 1):
        for right in (-1, 1):
            x, y = middle[0] + right * width * factor * 0.18, middle[1] + down * height * factor * 0.18
            greys.append(int(seen[int(y), int(x)].mean()))
    return greys


def test_three_views_of_a_thorax(
    page: ReadingPage, hung: Callable[[Exam], Controller], tmp_path: Path, qtbot: QtBot
) -> None:
    controller = hung(exam_of(*films(tmp_path, VD, LEFT_AS_STORED, RIGHT)))
    assert (controller.grid.rows, controller.grid.columns) == (1, 3)
    assert shown(controller) == [2, 1, 0]
    assert [letters(controller, n) for n in range(3)] == [("CR", "D"), ("CR", "D"), ("RT", "CR")]
    assert controller.resolved(1).corners.bottom_left[0] == "Mirrored for hanging"
    assert "Mirrored for hanging" not in controller.resolved(0).corners.bottom_left
    qtbot.wait(60)
    plain, mirrored = corners_of(page, 0), corners_of(page, 1)
    assert plain == sorted(plain)
    assert mirrored == [plain[1], plain[0], plain[3], plain[2]], "what the eye sees is mirrored, too"


def test_a_picture_is_never_seen_before_it_is_turned(page: ReadingPage, qtbot: QtBot, tmp_path: Path) -> None:
    seen: set[tuple[bool, str]] = set()
    page.open_exam(exam_of(*films(tmp_path, LEFT_AS_STORED)))
    controller = page.controller
    assert controller is not None

    def look(number: int) -> None:
        resolved = controller.resolved(number)
        if resolved.picture is not None:
            seen.add((controller.grid.views[number].flip_h, resolved.letters.left))

    controller.changed.subscribe(look)
    qtbot.waitUntil(lambda: painted(page), timeout=10_000)
    assert seen == {(True, "CR")}


def test_where_nothing_is_known_nothing_is_turned(hung: Callable[[Exam], Controller], tmp_path: Path) -> None:
    silent = {"BodyPartExamined": "CHEST", "ViewPosition": "LL"}
    controller = hung(exam_of(*films(tmp_path, silent)))
    view = controller.grid.views[0]
    assert (view.flip_h, view.flip_v, view.rotation) == (False, False, 0)
    assert not controller.resolved(0).letters


def test_reset_comes_back_to_the_hung_picture_and_h_says_mirrored(
    page: ReadingPage, hung: Callable[[Exam], Controller], qtbot: QtBot, tmp_path: Path
) -> None:
    controller = hung(exam_of(*films(tmp_path, LEFT_AS_STORED, RIGHT)))
    assert page.grid is not None
    assert shown(controller) == [1, 0]
    right = page.grid.viewports[0]
    right.setFocus()
    qtbot.keyClick(right, Qt.Key.Key_H)
    assert controller.resolved(0).corners.bottom_left[0] == "Mirrored"
    qtbot.keyClick(right, Qt.Key.Key_Escape)
    assert letters(controller, 0) == ("CR", "D")
    left = page.grid.viewports[1]
    left.setFocus()
    qtbot.keyClick(left, Qt.Key.Key_H)
    assert letters(controller, 1) == ("CD", "D")
    assert "irrored" not in " ".join(controller.resolved(1).corners.bottom_left)
    qtbot.keyClick(left, Qt.Key.Key_Escape)
    assert letters(controller, 1) == ("CR", "D")


def test_views_that_only_the_headers_code_are_sorted_once_they_are_read(
    page: ReadingPage, hung: Callable[[Exam], Controller], qtbot: QtBot, tmp_path: Path
) -> None:
    """The index knows no codes, and one series holds all three views."""
    from pydicom.dataset import Dataset

    def code(value: str) -> list[Dataset]:
        item = Dataset()
        item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "SCT", "x"
        return [item]

    paths = [
        film(tmp_path, InstanceNumber=n, BodyPartExamined="CHEST", ViewCodeSequence=code(value))
        for n, value in enumerate(("442441009", "399173006", "399198007"), 1)
    ]
    controller = hung(exam_of(series_of(*paths)))
    assert (controller.grid.rows, controller.grid.columns) == (1, 3), "room for three from the first moment"
    qtbot.waitUntil(lambda: [view.stack for view in controller.grid.views] == [2, 1, 0], timeout=5_000)
    qtbot.waitUntil(lambda: painted(page), timeout=5_000)
    assert controller.grid.active == 0


def test_nothing_moves_once_the_reader_touched_something(
    page: ReadingPage, tmp_path: Path, qtbot: QtBot
) -> None:
    paths = [film(tmp_path, InstanceNumber=n, BodyPartExamined="CHEST") for n in (1, 2)]
    page.open_exam(exam_of(series_of(*paths)))
    controller = page.controller
    assert controller is not None
    controller.change(0, lambda view: view.__class__(series=view.series, invert=True))
    qtbot.waitUntil(
        lambda: all(stack.final for stack in controller.stacks(0)) and painted(page), timeout=10_000
    )
    qtbot.wait(200)
    assert [view.invert for view in controller.grid.views] == [True, False]
    assert shown(controller) == [0, None]


def test_limb_pairs_hang_as_mirror_images(hung: Callable[[Exam], Controller], tmp_path: Path) -> None:
    def knee(side: str, view: str, *letters: str) -> dict[str, Any]:
        return {
            "BodyPartExamined": "STIFLE",
            "ImageLaterality": side,
            "ViewPosition": view,
            "PatientOrientation": list(letters),
        }

    rows = [knee("L", "ML", "CD", "DI"), knee("L", "CRCD", "L", "DI"), knee("R", "ML", "CD", "DI")]
    controller = hung(exam_of(*films(tmp_path, *rows, knee("R", "CRCD", "M", "PR"))))
    assert (controller.grid.rows, controller.grid.columns) == (2, 2)
    assert shown(controller) == [2, 0, 3, 1]
    wanted = [("CR", "PR"), ("CD", "PR"), ("L", "PR"), ("M", "PR")]
    assert [letters(controller, n) for n in range(4)] == wanted


def test_a_full_mouth_with_holes_that_invite_nobody(
    page: ReadingPage, hung: Callable[[Exam], Controller], qtbot: QtBot, tmp_path: Path
) -> None:
    rows = [
        {"Modality": "IO", "SeriesDescription": name}
        for name in ("108", "101-203", "Upper left 4th premolar", "409", "309", "404", "304")
    ]
    controller = hung(exam_of(*films(tmp_path, *rows), species="Cat"))
    assert (controller.grid.rows, controller.grid.columns) == (2, 5)
    assert shown(controller) == [0, None, 1, None, 2, 3, 5, None, 6, 4]
    assert controller.resolved(1).message == ""
    qtbot.wait(60)
    assert page.grid is not None
    assert on_screen(page.grid.viewports[1].view).max() == 0
    controller.show(1, 0)
    assert controller.grid.views[1].series == 0, "a series can be dropped there all the same"


def test_teeth_that_a_person_named_decide(hung: Callable[[Exam], Controller], tmp_path: Path) -> None:
    from dataclasses import replace

    from vetpacs_desktop.viewer.annotations import ImageRef
    from vetpacs_desktop.viewer.mouth import shows, teeth_in

    series = films(tmp_path, *({"Modality": "IO", "SeriesDescription": one} for one in ("a", "b")))
    exam = exam_of(*series)
    mouth = exam.sheet.mouth
    for one, teeth in zip(series, ("208", "108"), strict=True):
        mouth = shows(mouth, ImageRef(one.sop_uids[0], 0), teeth_in(teeth), "me", "now", teeth)
    controller = hung(replace(exam, sheet=replace(exam.sheet, mouth=mouth)))
    assert shown(controller) == [1, 0]


@pytest.mark.parametrize(("said", "hung_so"), [("QUADRUPED", ("RT", "D")), ("BIPED", ("R", "A"))])
def test_slices_hang_with_dorsal_above_where_they_are_of_an_animal(
    hung: Callable[[Exam], Controller], tmp_path: Path, said: str, hung_so: tuple[str, str]
) -> None:
    tags = {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "AnatomicalOrientationType": said}
    path = film(tmp_path, Modality="CT", ImagePositionPatient=[0, 0, 0], PixelSpacing=[1, 1], **tags)
    controller = hung(exam_of(series_of(path)))
    assert letters(controller, 0) == hung_so
    mirrored = controller.resolved(0).corners.bottom_left[0] == "Mirrored for hanging"
    assert mirrored == (said == "QUADRUPED")


# --- by hand --------------------------------------------------------------------------------------


def menu(page: ReadingPage) -> QMenu:
    part = page.hanging
    assert isinstance(part, HangingPart)
    return part.menu


def words(menu: QMenu) -> list[str]:
    return [one.text() for one in menu.actions() if not one.isSeparator()]


def key(widget: QWidget, *keys: Qt.Key) -> None:
    for one in keys:
        QTest.keyClick(widget, one)


def test_f7_offers_what_fits_and_the_keyboard_chooses(
    page: ReadingPage, hung: Callable[[Exam], Controller], qtbot: QtBot, tmp_path: Path
) -> None:
    controller = hung(exam_of(*films(tmp_path, VD, LEFT_AS_STORED)))
    assert page.grid is not None
    key(page.grid.active, Qt.Key.Key_F7)
    qtbot.waitUntil(menu(page).isVisible)
    assert words(menu(page))[:2] == ["Thorax", "Thorax and abdomen"]
    assert [one.isChecked() for one in menu(page).actions()][:2] == [True, False]
    came = words(menu(page)).index("As the images came")
    key(menu(page), *[Qt.Key.Key_Down] * came, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not menu(page).isVisible())
    assert shown(controller) == [0, 1]
    assert letters(controller, 1) == ("CD", "D"), "as it was stored"
    hanger = page.hanging.hanger
    assert isinstance(hanger, Hanger)
    assert hanger.protocol is AS_CAME
    key(page.grid.active, Qt.Key.Key_F7)
    qtbot.waitUntil(menu(page).isVisible)
    qtbot.mouseClick(menu(page), Qt.MouseButton.LeftButton, pos=_middle(menu(page), 0))
    assert shown(controller) == [1, 0]
    assert letters(controller, 0) == ("CR", "D")


def _middle(menu: QMenu, number: int) -> QPoint:
    return menu.actionGeometry(menu.actions()[number]).center()


def test_an_image_put_there_by_hand_hangs_by_its_convention(
    page: ReadingPage, hung: Callable[[Exam], Controller], qtbot: QtBot, tmp_path: Path
) -> None:
    controller = hung(exam_of(*films(tmp_path, RIGHT, LEFT_AS_STORED)))
    qtbot.waitUntil(lambda: page.strip.count() == 2)
    controller.activate(0)
    page.strip.itemClicked.emit(page.strip.item(1))
    qtbot.waitUntil(lambda: painted(page))
    assert shown(controller) == [1, 1]
    assert letters(controller, 0) == ("CR", "D")


def answer(kind: type[QDialog], act: Callable[[Any], object]) -> None:
    """Do something with the next dialog of a kind."""

    def look() -> None:
        found = QApplication.activeModalWidget()
        if isinstance(found, kind) and found.isActiveWindow():
            try:
                act(found)
                assert not found.isVisible()
            except BaseException:
                found.reject()
                raise
        else:
            if found is not None:
                found.activateWindow()
            QTimer.singleShot(20, look)

    QTimer.singleShot(20, look)


def test_a_layout_saved_from_the_screen_hangs_the_next_exam(
    page: ReadingPage, hung: Callable[[Exam], Controller], qtbot: QtBot, tmp_path: Path
) -> None:
    controller = hung(exam_of(*films(tmp_path / "1", VD, LEFT_AS_STORED, RIGHT)))
    assert page.grid is not None
    QTest.keyClick(page.grid.active, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    controller.show(0, 0)
    controller.show(1, 1)
    qtbot.waitUntil(lambda: painted(page))
    for number, pressed in ((0, Qt.Key.Key_I), (1, Qt.Key.Key_H)):
        page.grid.viewports[number].setFocus()
        key(page.grid.viewports[number], pressed)
    assert letters(controller, 1) == ("CD", "D"), "this reader likes cranial at the right"

    def fill(dialog: SaveDialog) -> None:
        assert dialog.name.text() == "Dog Thorax"
        dialog.name.clear()
        QTest.keyClicks(dialog.name, "Mine")
        key(dialog.name, Qt.Key.Key_Return)

    answer(SaveDialog, fill)
    page.hanging.actions["hanging_save"].trigger()
    folder = Home(Path(page.hanging.shelf.folder).parent).hanging
    assert [path.name for path in folder.iterdir()] == ["mine.toml"]
    again = hung(exam_of(*films(tmp_path / "2", RIGHT, LEFT_AS_STORED, VD), uid="1.2.4"))
    assert shown(again) == [2, 1]
    assert letters(again, 1) == ("CD", "D")
    assert again.grid.views[0].invert
    assert "irrored" not in " ".join(again.resolved(1).corners.bottom_left), "it was stored like this"
    cat = hung(exam_of(*films(tmp_path / "3", RIGHT, VD), species="Cat", uid="1.2.5"))
    assert shown(cat) == [0, 1]
    assert letters(cat, 0) == ("CR", "D"), "the layout is for dogs"


def test_without_known_orientation_a_saved_layout_turns_as_it_was_told_to(
    page: ReadingPage, hung: Callable[[Exam], Controller], tmp_path: Path
) -> None:
    silent = {"BodyPartExamined": "CHEST", "ViewPosition": "LL"}
    hung(exam_of(*films(tmp_path / "1", silent)))
    assert page.grid is not None
    key(page.grid.active, Qt.Key.Key_V)
    answer(SaveDialog, lambda dialog: key(dialog.name, Qt.Key.Key_Return))
    page.hanging.actions["hanging_save"].trigger()
    again = hung(exam_of(*films(tmp_path / "2", silent), uid="1.2.4"))
    view = again.grid.views[0]
    assert (view.flip_h, view.rotation) == (True, 180), "top to bottom"
    assert again.resolved(0).corners.bottom_left[0] == "Mirrored for hanging"


def test_own_layouts_are_renamed_deleted_and_brought_back(page: ReadingPage, qtbot: QtBot) -> None:
    from vetpacs_desktop.viewer.hanging.protocol import Protocol

    shelf = page.hanging.shelf
    for name in ("Bones", "Chest"):
        shelf.keep(Protocol(name=name, own=True))
    (shelf.folder / "broken.toml").write_text("[[protocol")

    def act(dialog: OwnDialog) -> None:
        assert [dialog.list.item(n).text() for n in range(2)] == ["Bones", "Chest"]
        dialog.list.setFocus()
        key(dialog.list, Qt.Key.Key_F2)
        editor = dialog.list.findChild(QLineEdit)
        assert editor is not None
        QTest.keyClicks(editor, "Limbs")
        key(editor, Qt.Key.Key_Return)
        QTest.qWait(50)
        assert [one.name for one in shelf.own] == ["Chest", "Limbs"]
        dialog.list.setCurrentRow(0)
        key(dialog.list, Qt.Key.Key_Delete)
        assert [one.name for one in shelf.own] == ["Limbs"]
        qtbot.mouseClick(dialog.undo_button, Qt.MouseButton.LeftButton)
        assert [one.name for one in Shelf(shelf.folder).own] == ["Chest", "Limbs"]
        dialog.close()

    answer(OwnDialog, act)
    page.hanging.actions["hanging_own"].trigger()
    assert "broken.toml" in shelf.problems[0].sentence


# --- letters --------------------------------------------------------------------------------------


def test_the_kind_of_letters_is_remembered_for_each_exam(
    page: ReadingPage, hung: Callable[[Exam], Controller], tmp_path: Path
) -> None:
    mine = exam_of(*films(tmp_path / "1", RIGHT))
    controller = hung(mine)
    assert page.grid is not None
    QTest.keyClick(page.grid.active, Qt.Key.Key_L, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(page.grid.active, Qt.Key.Key_L, Qt.KeyboardModifier.AltModifier)
    assert controller.grid.quadruped is False
    assert letters(controller, 0) == ("H", "P")
    other = hung(exam_of(*films(tmp_path / "2", RIGHT), uid="1.2.4"))
    assert other.grid.quadruped is None
    assert letters(hung(mine), 0) == ("H", "P")
    QTest.keyClick(page.grid.active, Qt.Key.Key_L, Qt.KeyboardModifier.AltModifier)
    assert hung(mine).grid.quadruped is None


def test_letters_for_people_turn_nothing_unless_they_are_meant_for_an_animal(
    page: ReadingPage, hung: Callable[[Exam], Controller], tmp_path: Path
) -> None:
    human = {**LEFT_AS_STORED, "PatientOrientation": ["H", "A"]}
    mine = exam_of(*films(tmp_path, human))
    controller = hung(mine)
    assert not controller.grid.views[0].flip_h
    controller.set_letters(True)
    assert not controller.grid.views[0].flip_h, "the switch changes labels only"
    assert letters(hung(mine), 0) == ("CR", "D"), "opened again, the exam hangs by what was said of it"


def test_memory_of_letters_is_bounded_and_forgives(tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    settings.setValue("viewing/letters", ["nonsense", "1.2=animal", "1.3=purple"])
    assert Letters(settings).kinds() == {"1.2": True}


def test_the_example_animals(page: ReadingPage, hung: Callable[[Exam], Controller], animals: Path) -> None:
    wanted = {
        "dog-thorax": ["right-lateral", "left-lateral", "ventrodorsal"],
        "dog-hips": ["ventrodorsal"],
        "horse-foot": ["lateromedial"],
        "cat-teeth": ["left-mandible"],
    }
    looks = {
        "dog-thorax": [("CR", "D"), ("CR", "D"), ("RT", "CR")],
        "dog-hips": [("RT", "CR")],
        "horse-foot": [("D", "PR")],
        "cat-teeth": [("CR", "D")],
    }
    species = {"dog": "Canis lupus familiaris", "cat": "Felis catus", "horse": "Equus caballus"}
    for name, files in wanted.items():
        paths = sorted((animals / name).glob("*.dcm"), reverse=True)
        exam = exam_of(*(series_of(path) for path in paths), species=species[name.split("-")[0]], uid=name)
        controller = hung(exam)
        found = [controller.exam.series[view.series or 0].paths[0].stem for view in controller.grid.views]
        assert found == files
        assert [letters(controller, n) for n in range(len(files))] == looks[name]
        for n in range(len(files)):
            assert not controller.resolved(n).corners.bottom_left[0].startswith("Mirrored")


def test_flips_never_touch_the_values(hung: Callable[[Exam], Controller], tmp_path: Path) -> None:
    controller = hung(exam_of(*films(tmp_path, LEFT_AS_STORED)))
    frame = controller.frame(0)
    assert frame is not None
    assert np.array_equal(np.unique(frame.values), [100, 200, 300, 400])
    assert frame.values[0, 0] == 100
