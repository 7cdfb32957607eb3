"""Planes saved from the real window: a dialog, a job, a series that is there at once: the same volume."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from pydicom import dcmread
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.ui.viewing.mouse import Mouse
from tests.ui.viewing.reformats.conftest import Reading
from tests.viewer.standard.drawn import faults
from tests.viewer.volume.volumes import built
from vetpacs_desktop.ui.notices import GOOD
from vetpacs_desktop.ui.viewing.reformats.dialog import PlanesDialog
from vetpacs_desktop.ui.viewing.reformats.part import ReformatsPart
from vetpacs_desktop.viewer.annotations import Annotation
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.series.arrange import arrange
from vetpacs_desktop.viewer.spatial.paths import paths_in
from vetpacs_desktop.viewer.volume.plan import plan
from vetpacs_desktop.viewer.volume.section import PlaneName

K = Qt.Key
SAVE = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
SAGITTAL = 1


def answer(do: Callable[[PlanesDialog], object]) -> None:
    """What the reader does in the dialog that comes next."""

    def act() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, PlanesDialog):
            do(dialog)
        else:
            QTimer.singleShot(20, act)

    QTimer.singleShot(20, act)


def saved(
    reading: Reading, qtbot: QtBot, do: Callable[[PlanesDialog], object], plane: int = SAGITTAL
) -> None:
    reading.controller.activate(plane)
    answer(do)
    Mouse(reading.page, plane).key(K.Key_S, SAVE)
    qtbot.waitUntil(lambda: bool(reading.notices), timeout=15_000)


def test_planes_become_a_series_that_is_there_at_once_and_the_same_volume(
    reading: Reading, qtbot: QtBot
) -> None:
    controller = reading.controller
    held = controller.volumes.of(controller.grid.views[SAGITTAL])
    assert held is not None
    section = held.section(PlaneName.SAGITTAL)
    seen: list[str] = []

    def do(dialog: PlanesDialog) -> None:
        label = dialog.findChild(QLabel, "planes_count")
        assert isinstance(label, QLabel)
        seen.append(label.text())
        dialog.save.click()

    saved(reading, qtbot, do)
    assert seen[0].startswith("64 images of 29 x 64")
    assert reading.notices[0].tone == GOOD
    qtbot.waitUntil(lambda: len(controller.stacks(1)) == 1 and controller.stacks(1)[0].final, timeout=10_000)
    series = controller.exam.series[1]
    assert series.description.startswith("Sagittal")
    assert series.number == 1, "the images themselves have none"
    assert reading.page.strip.count() == 2
    (stack,) = arrange([read_description(path) for path in series.paths])
    again = built(plan(stack))
    assert stack.geometry.slice_mm == pytest.approx(section.step, abs=1e-4)
    for number in (0, 20, 63):
        cut = held.frame(PlaneName.SAGITTAL, number).values
        place = section.place(number, 3, 30)
        index = np.rint(again.grid.to_index(place)).astype(int)
        assert again.grid.to_patient(index) == pytest.approx(np.asarray(place), abs=0.01)
        assert again.value_at(place) == cut[30, 3]
    first, last = section.place(2, 1, 1), section.place(60, 20, 50)
    length = np.linalg.norm(np.asarray(first) - np.asarray(last))
    back = again.grid.to_patient(np.rint(again.grid.to_index([first, last])))
    assert np.linalg.norm(back[0] - back[1]) == pytest.approx(length, abs=0.1)


def test_what_is_written_is_sound_and_says_where_it_comes_from(reading: Reading, qtbot: QtBot) -> None:
    def do(dialog: PlanesDialog) -> None:
        dialog.whole.setChecked(False)
        dialog.low.setValue(dialog.low.minimum() + 10)
        dialog.high.setValue(dialog.low.minimum() + 30)
        dialog.space.setValue(4)
        dialog.thick.setValue(3)
        dialog.name.setText("Nasal cavity")
        dialog.save.click()

    saved(reading, qtbot, do)
    paths = reading.controller.exam.series[1].paths
    assert len(paths) == 6
    assert [fault for path in paths[:2] for fault in faults(path)] == []
    made = dcmread(paths[0])
    assert made.SeriesDescription == "Nasal cavity"
    assert list(made.ImageType)[:2] == ["DERIVED", "SECONDARY"]
    assert "3 mm thick, brightest values" in made.DerivationDescription
    assert made.SliceThickness == 3
    original = dcmread(reading.controller.exam.series[0].paths[0])
    assert made.StudyInstanceUID == original.StudyInstanceUID
    assert made.PatientName == original.PatientName
    assert made.SOPClassUID == original.SOPClassUID
    uids = {one.ReferencedSOPInstanceUID for one in made.SourceImageSequence}
    assert uids == set(reading.controller.exam.series[0].sop_uids), "a sagittal plane goes through all"


def test_nothing_is_saved_when_the_dialog_is_left(reading: Reading, qtbot: QtBot) -> None:
    reading.controller.activate(SAGITTAL)
    answer(lambda dialog: dialog.reject())
    Mouse(reading.page, SAGITTAL).key(K.Key_S, SAVE)
    qtbot.wait(100)
    assert len(reading.app.library.series(reading.study)) == 1


def test_a_range_that_ends_before_it_begins_can_not_be_saved(reading: Reading, qtbot: QtBot) -> None:
    said: list[tuple[bool, str]] = []

    def do(dialog: PlanesDialog) -> None:
        dialog.whole.setChecked(False)
        dialog.low.setValue(dialog.low.minimum() + 30)
        dialog.high.setValue(dialog.low.minimum() + 10)
        said.append((dialog.save.isEnabled(), dialog.words.text()))
        dialog.reject()

    reading.controller.activate(SAGITTAL)
    answer(do)
    Mouse(reading.page, SAGITTAL).key(K.Key_S, SAVE)
    assert said == [(False, "The range ends before it begins.")]


def in_library(reading: Reading) -> int:
    return len(reading.app.library.instances(study_uid=reading.study))


def test_a_plane_becomes_a_key_image_in_one_go_and_undo_takes_all_of_it_back(
    reading: Reading, qtbot: QtBot
) -> None:
    controller, mouse = reading.controller, Mouse(reading.page, SAGITTAL)
    controller.activate(SAGITTAL)
    mouse.key(K.Key_K)
    qtbot.waitUntil(lambda: len(controller.marking.sheet.keys) == 1, timeout=10_000)
    (key,) = controller.marking.sheet.keys
    series = controller.exam.series[1]
    assert series.description == "Key images of reformats"
    assert series.sop_uids == (key.image.sop_uid,)
    assert faults(series.paths[0]) == []
    mouse.key(K.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert controller.marking.sheet.keys == ()
    qtbot.waitUntil(lambda: not controller.exam.series[1].paths, timeout=10_000)
    assert in_library(reading) == 12
    assert [entry.name for entry in reading.app.library.trash.entries()] == ["Key images of reformats"]
    assert reading.page.strip.count() == 1
    mouse.key(K.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert controller.marking.sheet.keys == (key,)
    qtbot.waitUntil(lambda: len(controller.exam.series[1].paths) == 1, timeout=10_000)
    assert in_library(reading) == 13
    assert reading.app.library.trash.entries() == []
    qtbot.waitUntil(lambda: reading.page.strip.count() == 2)
    mouse.key(K.Key_K)
    qtbot.waitUntil(lambda: not controller.exam.series[1].paths, timeout=10_000)
    mouse.key(K.Key_K)
    assert len(controller.marking.sheet.keys) == 1
    qtbot.waitUntil(lambda: len(controller.exam.series[1].paths) == 1, timeout=10_000)
    assert in_library(reading) == 13, "the same plane is not saved twice"
    mouse.key(K.Key_Down)
    qtbot.waitUntil(lambda: bool(controller.stacks(1)), timeout=10_000)
    mouse.key(K.Key_K)
    qtbot.waitUntil(lambda: len(controller.marking.sheet.keys) == 2, timeout=10_000)
    assert len(controller.exam.series) == 2
    assert len(controller.exam.series[1].paths) == 2
    numbers = [int(dcmread(path).InstanceNumber) for path in controller.exam.series[1].paths]
    assert sorted(numbers) == [1, 2]


def test_undo_and_redo_one_after_the_other_end_where_they_should(reading: Reading, qtbot: QtBot) -> None:
    """Faster than the library can follow."""
    controller, mouse = reading.controller, Mouse(reading.page, SAGITTAL)
    controller.activate(SAGITTAL)
    mouse.key(K.Key_K)
    qtbot.waitUntil(lambda: len(controller.marking.sheet.keys) == 1, timeout=10_000)
    for _ in range(3):
        controller.marking.undo()
        controller.marking.redo()
    controller.marking.undo()
    qtbot.waitUntil(lambda: in_library(reading) == 12, timeout=10_000)
    qtbot.waitUntil(lambda: not controller.exam.series[1].paths, timeout=10_000)


def test_a_picture_that_was_drawn_on_stays_without_its_mark(reading: Reading, qtbot: QtBot) -> None:
    controller, mouse = reading.controller, Mouse(reading.page, SAGITTAL)
    controller.activate(SAGITTAL)
    mouse.key(K.Key_K)
    qtbot.waitUntil(lambda: len(controller.marking.sheet.keys) == 1, timeout=10_000)
    image = controller.marking.sheet.keys[0].image
    controller.marking.add(Annotation("a", "length", image, ((1.0, 1.0), (5.0, 5.0))))
    controller.marking.toggle_key(image)
    qtbot.wait(400)
    assert in_library(reading) == 13
    controller.marking.delete("a")
    qtbot.waitUntil(lambda: in_library(reading) == 12, timeout=10_000)


def test_images_themselves_are_no_planes_to_be_saved(reading: Reading) -> None:
    reading.controller.activate(3)
    part = reading.page.findChild(ReformatsPart)
    assert isinstance(part, ReformatsPart)
    assert not any(action.isEnabled() for action in part.actions.values())
    reading.controller.activate(SAGITTAL)
    assert all(action.isEnabled() for action in part.actions.values())


def test_pictures_of_a_path_become_key_images_and_undo_takes_each_back(
    reading: Reading, qtbot: QtBot
) -> None:
    controller = reading.controller
    controller.activate(0)
    Mouse(reading.page, 0).key(K.Key_C, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: len(controller.grid.views) == 6)
    qtbot.wait(50)
    Mouse(reading.page, 0).click((15.0, 20.0), (30.0, 30.0), (50.0, 25.0))
    Mouse(reading.page, 0).key(K.Key_Return)
    qtbot.wait(250)
    for count, number in enumerate((3, 4), 1):
        controller.activate(number)
        Mouse(reading.page, number).key(K.Key_K)
        qtbot.waitUntil(lambda n=count: len(controller.marking.sheet.keys) == n, timeout=10_000)  # type: ignore[misc]
    assert in_library(reading) == 14
    made = [
        dcmread(path)
        for series in controller.exam.series
        if series.description == "Key images of reformats"
        for path in series.paths
    ]
    assert ["ImagePositionPatient" in one for one in made].count(True) == 1, "along a path lies nowhere"
    controller.marking.undo()
    qtbot.waitUntil(lambda: in_library(reading) == 13, timeout=10_000)
    controller.marking.undo()
    qtbot.waitUntil(lambda: in_library(reading) == 12, timeout=10_000)
    assert len(paths_in(controller.marking.kept)) == 1, "the path itself stays"
