"""What leaves the reading page, with keys and clicks: clipboard, files, film, PDF, details of a file."""

import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage, QPageSize
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import SLICES, ct_series, exam_of, film, series_of
from tests.viewer.render.files import image_file, ramp
from vetpacs_desktop.ui.transfers import Transfers
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.output import drawing, rows
from vetpacs_desktop.ui.viewing.output.choice import Which
from vetpacs_desktop.ui.viewing.output.desk import OutputDesk
from vetpacs_desktop.ui.viewing.output.print_dialog import PrintDialog
from vetpacs_desktop.ui.viewing.output.save_dialog import SaveDialog
from vetpacs_desktop.ui.viewing.output.tags_dialog import TagsDialog
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.output.files import Format
from vetpacs_desktop.viewer.pixels.present import picture

Read = Callable[[Exam], Controller]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
A4_MM = (210.0, 297.0)
POINT_MM = 25.4 / 72


def press(qtbot: QtBot, page: ReadingPage, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    assert page.grid is not None
    qtbot.keyClick(page.grid.active, key, modifiers)


def answer(qtbot: QtBot, act: Callable[[QDialog], object]) -> list[QDialog]:
    """Do something with the next modal dialog, once it is there."""
    seen: list[QDialog] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, SaveDialog | PrintDialog):
            QTimer.singleShot(20, look)
            return
        seen.append(dialog)
        act(dialog)

    QTimer.singleShot(20, look)
    return seen


def choose_place(monkeypatch: pytest.MonkeyPatch, place: Path) -> list[str]:
    """Answer the system's own file dialogs, which a test can't reach; what names they propose."""
    proposed: list[str] = []

    def file(_parent: object, _title: str, name: str, *_: object) -> tuple[str, str]:
        proposed.append(Path(name).name)
        return str(place), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", file)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(place))
    return proposed


def array(image: QImage) -> NDArray[np.uint8]:
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return lines[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).copy()


@pytest.fixture
def ct(read: Read, tmp_path: Path) -> Controller:
    return read(exam_of(ct_series(tmp_path / "ct")))


# --- clipboard ------------------------------------------------------------------------------------


def test_the_picture_is_copied_as_it_is_on_the_screen_with_its_label(
    page: ReadingPage, ct: Controller, qtbot: QtBot
) -> None:
    now = ct.resolved(0).viewport
    press(qtbot, page, Qt.Key.Key_C, CTRL)
    copied = array(QGuiApplication.clipboard().image())
    assert copied.shape[1] == now.width
    assert now.height + 15 < copied.shape[0] < now.height + 80
    assert page.grid is not None
    shown = page.grid.active.view.picture()
    assert np.abs(array(shown).astype(int) - copied[: now.height]).max() <= 1
    assert copied[now.height + 2 :].max() > 200


def test_without_texts_the_picture_alone_is_copied(page: ReadingPage, ct: Controller, qtbot: QtBot) -> None:
    press(qtbot, page, Qt.Key.Key_C, CTRL | SHIFT)
    copied = array(QGuiApplication.clipboard().image())
    side = min(ct.resolved(0).viewport.width, ct.resolved(0).viewport.height)
    assert abs(copied.shape[1] - side) <= 1
    grey = copied[: side - 1]
    assert (grey[..., 0] == grey[..., 2]).all()
    corner = grey[: side // 4, : side // 3]
    assert corner.max() == corner.min(), "no name in the corner"


def test_where_there_is_no_picture_nothing_is_copied(
    page: ReadingPage, read: Read, qtbot: QtBot, tmp_path: Path
) -> None:
    path = image_file(tmp_path, ramp())
    path.write_bytes(path.read_bytes()[:-3000])
    QGuiApplication.clipboard().setText("before")
    page.open_exam(exam_of(series_of([path])))
    controller = page.controller
    assert controller is not None
    qtbot.waitUntil(lambda: controller.resolved(0).message != "", timeout=15_000)
    press(qtbot, page, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "before"


# --- files ----------------------------------------------------------------------------------------


def test_this_image_is_saved_with_the_window_somebody_chose(
    page: ReadingPage, ct: Controller, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ct.go_to(0, 4)
    ct.choose(0, Window(160, 1))
    qtbot.waitUntil(lambda: ct.has_wished(0))
    proposed = choose_place(monkeypatch, tmp_path / "saved")

    def save(dialog: QDialog) -> None:
        assert isinstance(dialog, SaveDialog)
        assert dialog.chosen().which is Which.IMAGE
        dialog.overlay.setChecked(False)
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)

    answer(qtbot, save)
    press(qtbot, page, Qt.Key.Key_S, CTRL | SHIFT)
    out = tmp_path / "saved.png"
    qtbot.waitUntil(out.exists, timeout=15_000)
    assert proposed == ["Bella 2026-07-04 Series 1 005.png"]
    with Image.open(out) as image:
        rgb = np.asarray(image)
        assert image.text["Title"] == "Bella"
    left = (rgb.shape[1] - 64) // 2
    assert rgb[:64, left : left + 64].min() == 255, "160 and more is white in this window"


def test_a_whole_series_goes_into_a_folder_as_jpeg(
    page: ReadingPage, ct: Controller, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    choose_place(monkeypatch, folder)

    def save(dialog: QDialog) -> None:
        assert isinstance(dialog, SaveDialog)
        dialog.which.button(list(Which).index(Which.SERIES)).setChecked(True)
        dialog.format.setCurrentIndex(dialog.format.findData(Format.JPEG.value))
        dialog.size_box.setCurrentIndex(3)
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)

    answer(qtbot, save)
    press(qtbot, page, Qt.Key.Key_S, CTRL | SHIFT)
    qtbot.waitUntil(lambda: folder.is_dir() and len(list(folder.glob("B*.jpg"))) == SLICES, timeout=20_000)
    with Image.open(sorted(folder.glob("*.jpg"))[0]) as image:
        assert image.width == 800


def test_a_cine_is_offered_as_a_film_at_its_own_pace(
    page: ReadingPage, read: Read, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller = read(exam_of(film(tmp_path)))
    qtbot.waitUntil(lambda: controller.complete(0))
    proposed = choose_place(monkeypatch, tmp_path / "loop.mp4")

    def save(dialog: QDialog) -> None:
        assert isinstance(dialog, SaveDialog)
        assert dialog.chosen().format is Format.MP4
        assert not dialog.rate.isVisible()
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)

    answer(qtbot, save)
    press(qtbot, page, Qt.Key.Key_S, CTRL | SHIFT)
    qtbot.waitUntil((tmp_path / "loop.mp4").exists, timeout=20_000)
    assert proposed == ["Bella 2026-07-04 Loop.mp4"]
    with av.open(str(tmp_path / "loop.mp4")) as made:
        stream = made.streams.video[0]
        assert (stream.average_rate, len(list(made.decode(stream)))) == (25, 20)


def test_choices_follow_the_format(page: ReadingPage, ct: Controller, qtbot: QtBot) -> None:
    looked: list[tuple[bool, ...]] = []

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, SaveDialog)
        keys = dialog.which.button(list(Which).index(Which.KEYS))
        looked.append((keys.isEnabled(), dialog.quality.isVisible()))
        dialog.format.setCurrentIndex(dialog.format.findData(Format.JPEG.value))
        looked.append((keys.isEnabled(), dialog.quality.isVisible()))
        dialog.format.setCurrentIndex(dialog.format.findData(Format.MP4.value))
        looked.append((dialog.chosen().which is Which.SERIES, dialog.rate.isVisible()))
        dialog.reject()

    answer(qtbot, look)
    press(qtbot, page, Qt.Key.Key_S, CTRL | SHIFT)
    assert looked == [(False, False), (False, True), (True, True)]


# --- paper ----------------------------------------------------------------------------------------


def pdf_of(
    page: ReadingPage, qtbot: QtBot, choose: Callable[[PrintDialog], object], out: Path
) -> pypdfium2.PdfDocument:
    def save(dialog: QDialog) -> None:
        assert isinstance(dialog, PrintDialog)
        choose(dialog)
        qtbot.waitUntil(lambda: bool(dialog.shots), timeout=15_000)
        qtbot.waitUntil(dialog.pdf.isEnabled)
        qtbot.mouseClick(dialog.pdf, Qt.MouseButton.LeftButton)

    answer(qtbot, save)
    press(qtbot, page, Qt.Key.Key_P, CTRL)
    qtbot.waitUntil(out.exists, timeout=30_000)
    return pypdfium2.PdfDocument(out.read_bytes())


def pictures_of(page: pypdfium2.PdfPage) -> list[tuple[float, float]]:
    """Width and height of the page's pictures in mm."""
    found = page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
    sides = [one.get_bounds() for one in found]
    return [((right - left) * POINT_MM, (top - bottom) * POINT_MM) for left, bottom, right, top in sides]


def test_true_size_is_true_on_the_paper(
    page: ReadingPage, ct: Controller, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """64 pixels of 1 mm."""
    choose_place(monkeypatch, tmp_path / "one.pdf")
    document = pdf_of(page, qtbot, lambda dialog: dialog.true_size.setChecked(True), tmp_path / "one.pdf")
    [side] = pictures_of(document[0])
    assert side == pytest.approx((64.0, 64.0), rel=0.005)
    size = [points * POINT_MM for points in document[0].get_size()]
    assert size == pytest.approx(A4_MM, abs=0.3)
    words = document[0].get_textpage().get_text_range()
    assert all(word in words for word in ("Bella", "Smith", "2026-07-04", "true size", "1 cm"))


@pytest.mark.parametrize(("a_page", "pages"), [(1, 12), (2, 6), (4, 3), (6, 2), (9, 2), (12, 1)])
def test_so_many_pictures_a_page(
    page: ReadingPage,
    ct: Controller,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    a_page: int,
    pages: int,
) -> None:
    choose_place(monkeypatch, tmp_path / "all.pdf")

    def choose(dialog: PrintDialog) -> None:
        dialog.which.setCurrentIndex(dialog.which.findData(Which.SERIES.value))
        dialog.layout_box.setCurrentIndex((1, 2, 4, 6, 9, 12).index(a_page))
        dialog.overlay.setChecked(False)

    document = pdf_of(page, qtbot, choose, tmp_path / "all.pdf")
    assert len(document) == pages
    assert sum(len(pictures_of(one)) for one in document) == SLICES
    assert all("Bella" in one.get_textpage().get_text_range() for one in document)
    assert f"Page {pages} of {pages}" in document[pages - 1].get_textpage().get_text_range()


def test_a_page_that_lies_on_letter_paper(
    page: ReadingPage, ct: Controller, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_place(monkeypatch, tmp_path / "letter")

    def choose(dialog: PrintDialog) -> None:
        dialog.way.setCurrentIndex(1)
        dialog.paper.setCurrentIndex(1)
        assert dialog.wish().paper == QPageSize.PageSizeId.Letter

    document = pdf_of(page, qtbot, choose, tmp_path / "letter.pdf")
    assert document[0].get_size() == pytest.approx((792, 612), abs=1)


def test_the_preview_shows_the_page(page: ReadingPage, ct: Controller, qtbot: QtBot) -> None:
    grabbed: list[NDArray[np.uint8]] = []

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, PrintDialog)
        dialog.which.setCurrentIndex(dialog.which.findData(Which.SERIES.value))
        dialog.layout_box.setCurrentIndex(2)
        qtbot.waitUntil(lambda: bool(dialog.shots), timeout=15_000)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            seen = array(dialog.preview.grab().toImage())
            height, width = seen.shape[:2]
            middle = seen[height // 3 : 2 * height // 3, width // 3 : 2 * width // 3]
            if middle.min() < 60 and middle.max() == 255:
                grabbed.append(seen)
                break
            qtbot.wait(50)
        qtbot.mouseClick(dialog.on, Qt.MouseButton.LeftButton)
        assert dialog.back.isEnabled()
        dialog.reject()

    answer(qtbot, look)
    press(qtbot, page, Qt.Key.Key_P, CTRL)
    assert grabbed, "pictures on white paper"


def test_a_place_that_can_not_be_written_is_told(
    page: ReadingPage, ct: Controller, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    transfers = desk_of(page)._house.transfers
    monkeypatch.setattr(transfers, "start", _told(transfers, heard))
    choose_place(monkeypatch, tmp_path / "absent" / "below" / "one.pdf")

    def save(dialog: QDialog) -> None:
        assert isinstance(dialog, PrintDialog)
        qtbot.waitUntil(dialog.pdf.isEnabled, timeout=15_000)
        qtbot.mouseClick(dialog.pdf, Qt.MouseButton.LeftButton)

    answer(qtbot, save)
    press(qtbot, page, Qt.Key.Key_P, CTRL)
    qtbot.waitUntil(lambda: bool(heard), timeout=15_000)
    assert "one.pdf" in heard[0]


def _told(transfers: Transfers, heard: list[str]) -> Callable[..., object]:
    """The real start, whose failure is heard as well."""
    start = transfers.start

    def started(title: str, work: object, done: object, failed: Callable[[BaseException], object]) -> object:
        def hear(error: BaseException) -> None:
            heard.append(str(error))
            failed(error)

        return start(title, work, done, hear)  # type: ignore[arg-type]

    return started


# --- what the file says ---------------------------------------------------------------------------


def desk_of(page: ReadingPage) -> OutputDesk:
    return page._output


def details(page: ReadingPage, qtbot: QtBot) -> TagsDialog:
    press(qtbot, page, Qt.Key.Key_I, CTRL | SHIFT)
    found = page.findChild(TagsDialog)
    assert isinstance(found, TagsDialog)
    qtbot.waitUntil(lambda: found.model.rowCount() > 0, timeout=10_000)
    return found


def test_every_detail_is_listed_searched_and_copied(page: ReadingPage, ct: Controller, qtbot: QtBot) -> None:
    dialog = details(page, qtbot)
    everything = dialog.filter.rowCount()
    assert everything > 25
    qtbot.keyClicks(dialog.search, "patient name")
    assert dialog.filter.rowCount() == 1
    dialog.tree.setCurrentIndex(dialog.filter.index(0, 0))
    dialog.tree.setFocus()
    dialog.copy_value()
    assert QGuiApplication.clipboard().text() == "Smith^Fluffy"
    dialog.copy_line()
    assert QGuiApplication.clipboard().text() == "(0010,0010) PN Patient's Name Smith^Fluffy"
    dialog.search.setText("0010,0010")
    assert dialog.filter.rowCount() == 1
    dialog.search.setText("nowhere to be found")
    assert dialog.filter.rowCount() == 0
    dialog.search.clear()
    assert dialog.filter.rowCount() == everything
    dialog.close()


def test_the_list_follows_the_picture(page: ReadingPage, ct: Controller, qtbot: QtBot) -> None:
    dialog = details(page, qtbot)
    dialog.search.setText("0020,0013")

    def number() -> object:
        return dialog.filter.index(0, 4).data()

    assert number() == "1"
    ct.go_to(0, 6)
    qtbot.waitUntil(lambda: number() == "7", timeout=10_000)
    dialog.close()


def test_a_broken_image_has_details_too(page: ReadingPage, read: Read, qtbot: QtBot, tmp_path: Path) -> None:
    path = image_file(tmp_path, ramp())
    path.write_bytes(path.read_bytes()[:-3000])
    page.open_exam(exam_of(series_of([path])))
    controller = page.controller
    assert controller is not None
    qtbot.waitUntil(lambda: controller.path(0) is not None, timeout=10_000)
    dialog = details(page, qtbot)
    assert "cut off" in dialog._note.text()
    dialog.close()


def test_each_row_has_a_key_of_its_own_and_something_to_do(page: ReadingPage, ct: Controller) -> None:
    keys = [row.shortcut for row in rows.OUT]
    assert len(set(keys)) == len(keys) == 5
    actions = desk_of(page).actions
    assert list(actions) == [row.name for row in rows.OUT]
    assert all(action.isEnabled() for action in actions.values())


def test_a_large_picture_is_drawn_in_turns_and_comes_out_the_same(
    page: ReadingPage, read: Read, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = image_file(tmp_path, ramp(150, 200), WindowCenter=0, WindowWidth=60_000)
    read(exam_of(series_of([path])))
    turns: list[int] = []
    canvas = desk_of(page)._canvas
    rows_of = canvas._draw_rows
    monkeypatch.setattr(drawing, "PIXELS_A_TURN", 10_000)
    monkeypatch.setattr(
        canvas, "_draw_rows", lambda now, top, height: (turns.append(top), rows_of(now, top, height))[1]
    )
    choose_place(monkeypatch, tmp_path / "p.png")

    def save(dialog: QDialog) -> None:
        assert isinstance(dialog, SaveDialog)
        dialog.overlay.setChecked(False)
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)

    answer(qtbot, save)
    press(qtbot, page, Qt.Key.Key_S, CTRL | SHIFT)
    qtbot.waitUntil((tmp_path / "p.png").exists, timeout=15_000)
    assert turns == [0, 50, 100]
    with Image.open(tmp_path / "p.png") as image:
        rgb = np.asarray(image)
    exact = picture(path, read_description(path), 0, Window(0, 60_000))
    left = (rgb.shape[1] - 200) // 2
    assert np.array_equal(rgb[:150, left : left + 200, 0], exact)
