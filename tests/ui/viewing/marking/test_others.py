"""What other programs said of an exam: shown, hidden, read; and handing on what is drawn here."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import ct_series, exam_of
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.marking.autosave import Autosave
from vetpacs_desktop.ui.viewing.marking.others import OthersBox, PaperDialog
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer import state
from vetpacs_desktop.viewer.annotations import ImageRef, KeyImage, with_key
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.loading import FrameLoader
from vetpacs_desktop.viewer.measuring import image_of
from vetpacs_desktop.viewer.pixels.shutters import Shutter
from vetpacs_desktop.viewer.standard.layers import (
    Graphic,
    KeyMarks,
    Layers,
    OnImage,
    Presentation,
    Report,
    Shield,
    Words,
)
from vetpacs_desktop.viewer.standard.looks import Look

Read = Callable[[Exam], Controller]


def layered(controller: Controller) -> Layers:
    """On the frame in the first viewport: a line with words, a look, a key mark; and a report."""
    frame = controller.frame(0)
    assert frame is not None
    uid = image_of(frame).sop_uid
    line = OnImage(uid, (), (Graphic(((5.0, 5.0), (40.0, 30.0))),), (Words((40.0, 30.0), ("left lung",)),))
    look = Look(Window(100, 50), flip_h=True, rotation=90)
    about = (OnImage(uid, ()), look)
    shield = Shield(Shutter(rectangle=(10, 50, 10, 50)))
    seen = Presentation("1", "Marked", "Ben Kay", "2026-01-02 03:04", (line,), (about,), shield)
    keys = KeyMarks("2", "Of Interest", "Ben Kay", "", (OnImage(uid, ()),))
    report = Report("3", "Cardiac report", "Ben Kay", "2026-01-02", ((0, "Heart rate: 90 /min"),))
    return Layers((seen,), (keys,), (report,))


def shown(page: ReadingPage, read: Read, folder: Path) -> Controller:
    exam = exam_of(ct_series(folder))
    layers = layered(read(exam))
    page._marking.actions["marks_panel"].setChecked(True)
    return read(replace(exam, layers=layers))


def test_drawings_and_key_marks_of_others_are_shown_and_can_be_taken_away(
    page: ReadingPage, read: Read, tmp_path: Path, qtbot: QtBot
) -> None:
    controller = shown(page, read, tmp_path)
    resolved = controller.resolved(0)
    assert [mark.tag.lines for mark in resolved.marks if mark.tag is not None] == [("left lung",)]
    assert all(stroke.dashed for mark in resolved.marks for stroke in mark.strokes)
    assert "Key image" in "\n".join(resolved.corners.bottom_left)
    qtbot.mouseClick(page.others.shown, Qt.MouseButton.LeftButton, pos=QPoint(8, 10))
    assert not page.others.shown.isChecked()
    assert controller.resolved(0).marks == ()
    assert "Key image" not in "\n".join(controller.resolved(0).corners.bottom_left)


def test_a_click_shows_the_image_as_it_was_left_elsewhere(
    page: ReadingPage, read: Read, tmp_path: Path
) -> None:
    controller = shown(page, read, tmp_path)
    page.others.list.itemClicked.emit(page.others.list.item(0))
    view = controller.grid.views[0]
    assert view.window == Window(100, 50)
    assert (view.flip_h, view.flip_v, view.rotation, view.invert) == (True, False, 90, False)
    cover = controller.resolved(0).cover
    assert cover is not None
    assert cover.shutter is not None
    assert cover.shutter[0, 0], "hidden, as its shutter says"
    assert not cover.shutter[30, 30]
    assert controller.resolved(0).cover == cover, "made once"
    controller.change(0, state.reset)
    assert controller.resolved(0).cover is None


def test_a_report_of_others_can_be_read(page: ReadingPage, read: Read, tmp_path: Path, qtbot: QtBot) -> None:
    shown(page, read, tmp_path)
    item = page.others.list.item(2)
    assert item.text() == "Ben Kay: Cardiac report"
    page.others.list.itemClicked.emit(item)
    (dialog,) = page.others.findChildren(PaperDialog)
    assert dialog.findChild(QPlainTextEdit).toPlainText() == "Heart rate: 90 /min"  # type: ignore[union-attr]
    dialog.close()


def test_where_nobody_said_anything_there_is_no_list(page: ReadingPage, ct: Controller) -> None:
    assert page.others.list.isHidden()
    assert page.others.hand_on.isHidden()  # nobody is there to write


class Written:
    """Remembers what it was asked to write."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, Look]]] = []

    def left(self, study_uid: str, looks: dict[str, Look]) -> None:
        self.asked.append(("left", study_uid, dict(looks)))

    def write(self, study_uid: str, looks: dict[str, Look]) -> int:
        self.asked.append(("write", study_uid, dict(looks)))
        return 1


def test_leaving_an_exam_and_the_button_hand_on_how_marked_images_were_left(
    qtbot: QtBot, tmp_path: Path
) -> None:
    jobs, hands = Jobs(), Written()
    saving = Autosave(lambda *_: None, "vet", hands)  # type: ignore[arg-type]
    settings = QSettings(str(tmp_path / "state.ini"), QSettings.Format.IniFormat)
    page = ReadingPage(Bridge(jobs), lambda: FrameLoader(2, 256 << 20), settings, saving)
    qtbot.addWidget(page)
    page.resize(900, 600)
    with qtbot.waitExposed(page):
        page.show()
    exam = exam_of(ct_series(tmp_path / "ct"))
    page.open_exam(exam)
    controller = page.controller
    assert controller is not None
    qtbot.waitUntil(lambda: page.first_image_shown and controller.complete(0), timeout=15_000)
    frame = controller.frame(0)
    assert frame is not None
    page._deeds.actions["invert"].trigger()
    with qtbot.waitSignal(page.others.said):
        page.others.hand_on.click()
    assert hands.asked == [("write", exam.study_uid, {})]  # nothing is marked yet
    image = image_of(frame)
    controller.marking.toggle_key(image)
    page.close_exam()
    assert hands.asked[-1] == ("left", exam.study_uid, {image.sop_uid: Look(invert=True)})
    saving.close()
    jobs.close()


def test_the_box_knows_no_exam_at_first(qtbot: QtBot) -> None:
    jobs = Jobs()
    box = OthersBox(Bridge(jobs), lambda: None, None)
    qtbot.addWidget(box)
    assert not box.hand_on.isEnabled()
    assert with_key(exam_of().sheet, KeyImage("k", ImageRef("1"))).is_key(ImageRef("1"))
    jobs.close()
