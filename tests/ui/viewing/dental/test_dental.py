"""The dental chart in its window: teeth by mouse and key; findings seen, kept and undone; their images."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QMessageBox, QToolButton
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import exam_of, series_of
from tests.ui.viewing.mouse import Mouse
from tests.ui.viewing.screen import on_screen
from tests.viewer.render.files import image_file
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.dental.desk import DentalPart
from vetpacs_desktop.ui.viewing.dental.painting import lay_out, signs_of
from vetpacs_desktop.ui.viewing.dental.rows import KEYS, SIGNS
from vetpacs_desktop.ui.viewing.dental.shapes import outline, roots_of
from vetpacs_desktop.ui.viewing.dental.window import DentalWindow
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.annotations import Sheet
from vetpacs_desktop.viewer.exam import Exam, ExamSeries
from vetpacs_desktop.viewer.measure.veterinary.charting import FINDINGS
from vetpacs_desktop.viewer.measure.veterinary.dental import FORMULAS, Tooth
from vetpacs_desktop.viewer.mouth import Mouth
from vetpacs_desktop.viewer.mouth import found as found_at

Read = Callable[[Exam], Controller]
K = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def film(folder: Path, number: int, words: str) -> ExamSeries:
    """An intra-oral film."""
    folder.mkdir(exist_ok=True)
    path = image_file(
        folder,
        np.full((40, 60), 100 * number, np.uint16),
        Modality="IO",
        SOPClassUID="1.2.840.10008.5.1.4.1.1.1.3",
        SeriesInstanceUID=f"1.2.3.{number}",
        SeriesDescription=words,
    )
    return series_of([path], words)


@pytest.fixture
def films(read: Read, tmp_path: Path) -> Controller:
    """A dog with two films, one of which says its teeth."""
    exam = exam_of(film(tmp_path / "a", 1, "Left mandible"), film(tmp_path / "b", 2, "Maxilla 107-109"))
    return read(exam)


@pytest.fixture
def part(page: ReadingPage) -> DentalPart:
    (found,) = [one for one in page._parts if isinstance(one, DentalPart)]
    return found


@pytest.fixture
def window(films: Controller, part: DentalPart, mouse: Mouse, qtbot: QtBot) -> DentalWindow:
    mouse.key(K.Key_F9)
    assert part.window is not None
    qtbot.waitUntil(part.window.isActiveWindow)
    qtbot.waitUntil(lambda: bool(part.window and part.window._images.images_of(Mouth(), Tooth(108))))
    return part.window


def type_at(window: DentalWindow, text: str) -> None:
    QTest.keyClicks(window.view, text)


def click(window: DentalWindow, number: int) -> None:
    at = window.view.place_of(Tooth(number))
    assert at is not None
    QTest.mouseClick(window.view, Qt.MouseButton.LeftButton, pos=at.toPoint())


def found(window: DentalWindow, number: int) -> dict[str, object]:
    return dict(window.mouth.chart("dog").at(Tooth(number)))


def title(window: DentalWindow) -> str:
    return window.title.text()


def test_f9_opens_the_animals_own_teeth_and_closes_them_again(window: DentalWindow) -> None:
    assert window.species == "dog"
    assert title(window) == "No tooth is chosen"
    picture = window.view.picture
    assert picture is not None
    cells = lay_out(picture, window.view._area())
    assert [cell.tooth.number for cell in cells[:3]] == [110, 109, 108], "its right is at the viewer's left"
    assert len(cells) == 42
    QTest.keyClick(window.view, K.Key_F9)
    assert not window.isVisible()


def test_a_click_chooses_and_keys_go_on(window: DentalWindow) -> None:
    click(window, 108)
    assert title(window) == "108 upper right fourth premolar (carnassial)"
    QTest.keyClick(window.view, K.Key_Right)
    assert window.tooth == Tooth(107)
    QTest.keyClick(window.view, K.Key_End)
    assert window.tooth == Tooth(210)
    QTest.keyClick(window.view, K.Key_Down)
    assert window.tooth in (Tooth(310), Tooth(311))
    QTest.keyClick(window.view, K.Key_Home)
    assert window.tooth == Tooth(411)
    QTest.keyClick(window.view, K.Key_Left)
    assert window.tooth == Tooth(411)
    type_at(window, "204")
    assert window.tooth == Tooth(204)
    type_at(window, "999")
    assert window.tooth == Tooth(204)
    assert window.hint.text() == "999 is no tooth"
    type_at(window, "504")
    assert window.milk.isChecked(), "the milk teeth come to the screen"


def test_a_finding_is_one_click_and_is_seen(window: DentalWindow) -> None:
    click(window, 301)
    before = on_screen(window.view)
    box = window.findings.findChild(QCheckBox, "finding_fracture_open")
    assert box is not None
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center() * 0.2)
    assert found(window, 301) == {"fracture_open": True}
    grade = window.findings.findChild(QToolButton, "finding_mobility_2")
    assert grade is not None
    QTest.mouseClick(grade, Qt.MouseButton.LeftButton)
    assert found(window, 301) == {"fracture_open": True, "mobility": 2}
    QTest.qWait(50)
    assert (on_screen(window.view) != before).any()
    assert "CCF" in window.legend.text()
    assert "Mobility" in window.legend.text()
    QTest.mouseClick(grade, Qt.MouseButton.LeftButton)
    assert found(window, 301) == {"fracture_open": True}, "a second click takes the grade away"
    assert window.adult.text() == "Adult teeth (1)"


def test_a_finding_is_one_key(window: DentalWindow) -> None:
    type_at(window, "307")
    type_at(window, "XKKKB")
    assert found(window, 307) == {"extracted": True, "calculus": 2, "mobility": 0}
    QTest.keyClick(window.view, K.Key_K, SHIFT)
    type_at(window, "X")
    assert found(window, 307) == {"calculus": 1, "mobility": 0}
    QTest.keyClick(window.view, K.Key_B, SHIFT)
    assert found(window, 307) == {"calculus": 1}
    type_at(window, "I")
    depth = window.findings.findChild(QLineEdit, "finding_probing_depth")
    assert depth is not None
    assert depth.hasFocus()
    QTest.keyClicks(depth, "5,5")
    QTest.keyClick(depth, K.Key_Return)
    assert found(window, 307) == {"calculus": 1, "probing_depth": 5.5}
    assert window.view.hasFocus()
    type_at(window, "I")
    QTest.keyClicks(depth, "77")
    QTest.keyClick(depth, K.Key_Return)
    assert found(window, 307)["probing_depth"] == 5.5, "no tooth has a pocket of 77 mm"
    QTest.keyClick(window.view, K.Key_Delete)
    assert found(window, 307) == {}


def test_undo_and_redo_are_the_exams_own(window: DentalWindow, films: Controller) -> None:
    type_at(window, "108")
    type_at(window, "F")
    type_at(window, "C")
    QTest.keyClick(window.view, K.Key_Z, CONTROL)
    assert found(window, 108) == {"fracture_closed": True}
    QTest.keyClick(window.view, K.Key_Z, CONTROL)
    assert films.marking.kept.mouth.empty
    QTest.keyClick(window.view, K.Key_Z, CONTROL | SHIFT)
    assert found(window, 108) == {"fracture_closed": True}


def test_the_tooth_leads_to_its_image_and_the_image_to_its_teeth(
    window: DentalWindow, films: Controller
) -> None:
    first = films.exam.series[0].sop_uids[0]
    films.lay_out(1, 1)
    films.show(0, 0)
    assert window.image is not None
    assert window.image.sop_uid == first
    type_at(window, "108")
    assert films.grid.views[0].series == 1, "its file says that it shows 107-109"
    QTest.qWait(50)
    assert window.image_line.edit.text() == "107-109"
    films.show(0, 0)
    line = window.image_line.edit
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "307-309")
    QTest.keyClick(line, K.Key_Return)
    (said,) = window.mouth.shown
    assert said.image.sop_uid == first
    assert [tooth.number for tooth in said.teeth] == [307, 308, 309]
    assert window.view.hasFocus()
    films.show(0, 1)
    QTest.qWait(50)
    assert window.tooth == Tooth(107) or window.tooth == Tooth(108)
    films.show(0, 0)
    QTest.qWait(50)
    assert window.tooth == Tooth(307)
    type_at(window, "109")
    assert films.grid.views[0].series == 1


def test_the_chart_is_there_again_and_in_words(
    window: DentalWindow, films: Controller, part: DentalPart, read: Read
) -> None:
    type_at(window, "404")
    type_at(window, "L")
    QTest.mouseClick(window.leaving[0], Qt.MouseButton.LeftButton)
    words = QGuiApplication.clipboard().text()
    assert "404 lower right canine: Lucency around the root's tip" in words
    sheet = films.marking.kept
    read(replace(films.exam, sheet=sheet))
    assert part.window is None, "it goes with its exam"
    part.action.trigger()
    assert part.window is not None
    assert found(part.window, 404) == {"periapical": True}


def test_pictures_and_pdfs_carry_the_label(
    window: DentalWindow, part: DentalPart, tmp_path: Path, qtbot: QtBot
) -> None:
    type_at(window, "108")
    type_at(window, "X")
    type_at(window, "508")
    type_at(window, "T")
    part.save_as(tmp_path / "chart")
    qtbot.waitUntil(lambda: window.hint.text().endswith("chart.png"))
    image = QImage(str(tmp_path / "chart.png"))
    assert image.text("Title") == "Bella"
    assert "Smith" in image.text("Description")
    assert len(window.sheet().pictures) == 2, "milk teeth are on it, too"
    part.save_as(tmp_path / "chart.pdf")
    qtbot.waitUntil(lambda: window.hint.text().endswith("chart.pdf"))
    assert (tmp_path / "chart.pdf").read_bytes().startswith(b"%PDF")


def test_an_animal_of_unknown_kind_is_asked_for(
    films: Controller, part: DentalPart, read: Read, mouse: Mouse
) -> None:
    read(replace(films.exam, species="Wombat"))
    mouse.key(K.Key_F9)
    window = part.window
    assert window is not None
    assert not window.view.isVisible()
    assert "Whose teeth" in window.unknown.text()
    assert not window.leaving[0].isEnabled()
    window.animal.setCurrentIndex(window.animal.findData("rabbit"))
    window.animal.activated.emit(window.animal.currentIndex())
    assert window.view.isVisible()
    assert window.mouth.species("Wombat") == "rabbit"
    assert not window.milk.isEnabled(), "rabbits shed theirs before birth"


def test_a_tooth_that_the_animal_has_not_can_only_be_supernumerary(window: DentalWindow) -> None:
    type_at(window, "111")
    type_at(window, "C")
    assert window.mouth.findings == ()
    assert "supernumerary (S)" in window.hint.text()
    type_at(window, "SC")
    assert found(window, 111) == {"supernumerary": True, "caries": True}
    picture = window.view.picture
    assert picture is not None
    assert Tooth(111) in [cell.tooth for cell in lay_out(picture, window.view._area())]


def test_every_finding_has_a_key_and_a_sign_of_its_own() -> None:
    assert KEYS.keys() == SIGNS.keys() == FINDINGS.keys()
    assert len(set(KEYS.values())) == len(set(SIGNS.values())) == len(FINDINGS)
    assert signs_of({"mobility": 2, "missing": True, "probing_depth": 5.5}) == ("MIS", "MO2", "PP5.5")


@pytest.mark.parametrize("species", FORMULAS)
def test_every_tooth_has_an_outline_with_its_roots(species: str) -> None:
    formula = FORMULAS[species]
    for tooth in (*formula.adult, *formula.deciduous):
        shape = outline(tooth, species)
        assert len(shape.roots) == len(shape.tips) == roots_of(tooth, species)
        assert not shape.crown.isEmpty()
    if species == "dog":
        assert [roots_of(Tooth(number), "dog") for number in (104, 105, 107, 108, 309, 411)] == [
            1,
            1,
            2,
            3,
            2,
            1,
        ]


def test_an_exam_beside_tells_what_was_charted_there(
    films: Controller, part: DentalPart, read: Read, tmp_path: Path
) -> None:
    mouth = found_at(Mouth(), Tooth(108), "mobility", 1, "Anna", "2025-01-02T10:00:00+00:00", "a")
    other = exam_of(film(tmp_path / "c", 3, "Maxilla"))
    other = replace(other, study_uid="1.2.9", animal_id="7", study_date="20250102", sheet=Sheet(mouth=mouth))
    read(replace(films.exam, animal_id="7", beside=(other,)))
    part.action.trigger()
    assert part.window is not None
    type_at(part.window, "108")
    assert part.window.before.text() == "2025-01-02: Mobility 1"
    type_at(part.window, "109")
    assert part.window.before.text() == "2025-01-02: nothing charted"
    assert found(part.window, 108) == {}


def test_a_chart_that_can_not_be_saved_says_why(
    window: DentalWindow, part: DentalPart, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "taken.png").mkdir()
    said: list[str] = []

    def close() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            said.append(box.text())
            box.accept()

    closing = QTimer(interval=50)
    closing.timeout.connect(close)
    closing.start()
    part.save_as(tmp_path / "taken.png")
    qtbot.waitUntil(lambda: bool(said))
    closing.stop()
    assert "could not be saved" in said[0]
    assert "still in the exam" in said[0]
