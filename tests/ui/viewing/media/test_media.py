"""Videos, documents and what can't be shown, in the real window: seen, played, leafed through and saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import ct_series, exam_of, series_of
from tests.ui.viewing.screen import on_screen
from tests.ui.viewing.test_page import viewport, wheel
from tests.viewer.documents import papers
from tests.viewer.documents.papers import A4, pdf
from tests.viewer.video import objects
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.media.bar import MediaBar
from vetpacs_desktop.ui.viewing.media.media import LOOPED
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.state import ZoomMode

Open = Callable[[Exam], Controller]
FRAMES = 75


@pytest.fixture
def opened(page: ReadingPage, qtbot: QtBot) -> Open:
    """Open an exam and wait for its first picture."""

    def open_it(exam: Exam) -> Controller:
        page.open_exam(exam)
        assert page.controller is not None
        qtbot.waitUntil(lambda: page.first_image_shown, timeout=15_000)
        return page.controller

    return open_it


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return objects.stream(tmp_path_factory.mktemp("clip") / "clip", "mp4", FRAMES, rate=25)


@pytest.fixture
def video(clip: Path, tmp_path: Path, opened: Open, page: ReadingPage, qtbot: QtBot) -> Controller:
    path = objects.carrier(tmp_path / "v.dcm", clip.read_bytes(), frames=FRAMES, FrameTime="40")
    controller = opened(exam_of(series_of([path], "Nose")))
    qtbot.waitUntil(lambda: final(controller))
    return controller


@pytest.fixture
def report(tmp_path: Path, opened: Open, qtbot: QtBot) -> Controller:
    path = papers.carrier(tmp_path / "report.dcm", pdf([A4] * 5))
    controller = opened(exam_of(series_of([path], "Laboratory")))
    qtbot.waitUntil(lambda: final(controller) and sharp(controller), timeout=15_000)
    return controller


def final(controller: Controller) -> bool:
    stack = controller.stack(controller.grid.active)
    return stack is not None and stack.final


def sharp(controller: Controller) -> bool:
    detail = controller.resolved(0).detail
    return detail is not None and detail.exact


def index(controller: Controller) -> int:
    return controller.grid.views[controller.grid.active].index


def press(qtbot: QtBot, page: ReadingPage, words: str) -> None:
    """Click the button of the bar that has this accessible name."""
    bar = page.findChild(MediaBar)
    assert bar is not None
    buttons = bar.findChildren(QToolButton)
    button = next(one for one in buttons if one.accessibleName() == words and one.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def seek_to(qtbot: QtBot, page: ReadingPage, share: float) -> None:
    slider: QWidget = page.media_bar.seek
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(slider.width() * share), 8))


# --- videos ---------------------------------------------------------------------------------------


def test_the_bar_belongs_to_media_alone(page: ReadingPage, opened: Open, tmp_path: Path) -> None:
    opened(exam_of(ct_series(tmp_path / "ct")))
    assert not page.media_bar.isVisible()


def test_frame_steps_are_exact_on_the_screen(
    page: ReadingPage, video: Controller, clip: Path, qtbot: QtBot
) -> None:
    wanted = objects.truth(clip)
    for number in (1, 2, 3):
        press(qtbot, page, "One frame on")
        assert index(video) == number
    press(qtbot, page, "One frame back")
    qtbot.keyClick(page, Qt.Key.Key_Period)
    qtbot.keyClick(page, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: video.has_wished(0))
    assert index(video) == 4
    frame = video.frame(0)
    assert frame is not None
    assert np.array_equal(frame.values, wanted[4])


def test_seeking_shows_exactly_the_frame_under_the_handle(
    page: ReadingPage, video: Controller, clip: Path, qtbot: QtBot
) -> None:
    wanted = objects.truth(clip)
    for share in (0.9, 0.35, 0.5):
        seek_to(qtbot, page, share)
        qtbot.waitUntil(lambda: video.has_wished(0), timeout=10_000)
        assert abs(index(video) - share * FRAMES) < 3
        frame = video.frame(0)
        assert frame is not None
        assert np.array_equal(frame.values, wanted[index(video)])
        assert page.media_bar.time.text().endswith("/ 0:03.0")


def test_a_video_plays_at_its_pace_and_ends(page: ReadingPage, video: Controller, qtbot: QtBot) -> None:
    press(qtbot, page, "Play")
    qtbot.wait(1200)
    assert 15 <= index(video) <= 40
    qtbot.waitUntil(lambda: index(video) == FRAMES - 1, timeout=15_000)
    qtbot.waitUntil(lambda: not page._cine.running)
    press(qtbot, page, "Play")
    qtbot.waitUntil(lambda: 0 < index(video) < FRAMES - 20)
    qtbot.keyClick(page, Qt.Key.Key_C)
    assert not page._cine.running


def test_again_and_again_begins_anew(page: ReadingPage, video: Controller, qtbot: QtBot) -> None:
    press(qtbot, page, "Again and again")
    assert page._settings.value(LOOPED, False, bool) is True, "remembered for the next video"
    video.go_to(0, FRAMES - 5)
    press(qtbot, page, "Play")
    qtbot.waitUntil(lambda: index(video) < 30, timeout=10_000)
    assert page._cine.running


def test_slower_and_faster(page: ReadingPage, video: Controller, qtbot: QtBot) -> None:
    page.media_bar.speed_menu.actions()[0].trigger()
    assert page._cine.rate == pytest.approx(2.5)
    page.media_bar.speed_menu.actions()[-1].trigger()
    assert page._cine.rate == pytest.approx(100)
    press(qtbot, page, "Play")
    qtbot.waitUntil(lambda: index(video) == FRAMES - 1, timeout=8_000)


def test_the_window_answers_while_a_video_plays(page: ReadingPage, video: Controller, qtbot: QtBot) -> None:
    press(qtbot, page, "Play")
    qtbot.wait(200)
    before = video.resolved(0).camera.factor
    wheel(viewport(page), 2, control=True)
    assert video.resolved(0).camera.factor > before


def test_a_damaged_video_says_so_in_its_place(
    page: ReadingPage, opened: Open, clip: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    data = clip.read_bytes()
    path = objects.carrier(tmp_path / "v.dcm", data[: len(data) // 2], frames=FRAMES)
    page.open_exam(exam_of(series_of([path], "Nose")))
    assert page.controller is not None
    controller = page.controller
    qtbot.waitUntil(lambda: "damaged" in controller.resolved(0).message, timeout=10_000)


# --- documents ------------------------------------------------------------------------------------


def test_a_page_is_on_the_screen_as_pdfium_draws_it(
    page: ReadingPage, report: Controller, qtbot: QtBot
) -> None:
    """Pixel for pixel: nothing between the document and the screen makes print less sharp."""
    resolved = report.resolved(0)
    assert resolved.detail is not None
    x, y = resolved.camera.screen_point(resolved.detail.corner, resolved.viewport)
    left, top = round(x - 0.5), round(y - 0.5)
    qtbot.wait(200)
    seen = on_screen(viewport(page).view)
    rows, columns = resolved.detail.values.shape[:2]
    place = seen[top + 40 : top + rows - 40, left : left + columns].astype(int)
    drawn = resolved.detail.values[40 : rows - 40].astype(int)
    assert place.shape == drawn.shape
    assert np.abs(place - drawn).max() <= 1


def test_zoomed_print_is_drawn_anew(page: ReadingPage, report: Controller, qtbot: QtBot) -> None:
    for _ in range(18):
        wheel(viewport(page), 1, control=True)
    qtbot.waitUntil(lambda: sharp(report), timeout=10_000)
    resolved = report.resolved(0)
    assert resolved.camera.factor > 1.5
    qtbot.wait(200)
    seen = on_screen(viewport(page).view)[..., 0].astype(int)
    assert np.abs(np.diff(seen, axis=1)).max() > 150


def test_pages_forward_back_and_by_number(page: ReadingPage, report: Controller, qtbot: QtBot) -> None:
    press(qtbot, page, "Next page")
    assert index(report) == 1
    press(qtbot, page, "Previous page")
    wheel(viewport(page), -1)
    wheel(viewport(page), -1)
    assert index(report) == 2
    field = page.media_bar.page
    assert field.text() == "3"
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert index(report) == 4
    qtbot.keyClick(page.focusWidget() or page, Qt.Key.Key_Home)
    assert index(report) == 0
    assert page.media_bar.page_count.text() == "of 5"


def test_the_wheel_rolls_through_a_wide_page_and_on(
    page: ReadingPage, report: Controller, qtbot: QtBot
) -> None:
    press(qtbot, page, "Fit to the width")
    now = report.resolved(0)
    assert now.picture is not None
    assert report.grid.views[0].zoom is ZoomMode.WIDTH
    assert now.picture.size[0] * now.camera.factor == pytest.approx(now.viewport.width)
    clicks = 0
    while index(report) == 0:
        wheel(viewport(page), -1)
        clicks += 1
        assert clicks < 40
    assert clicks > 3
    top = report.resolved(0).camera.screen_point((-0.5, -0.5), now.viewport)[1]
    assert top == pytest.approx(0, abs=1)
    wheel(viewport(page), 1)
    bottom = report.resolved(0).camera.screen_point((0, now.picture.size[1] - 0.5), now.viewport)[1]
    assert index(report) == 0
    assert bottom == pytest.approx(now.viewport.height, abs=1)


def test_a_document_is_not_played(page: ReadingPage, report: Controller, qtbot: QtBot) -> None:
    qtbot.keyClick(page, Qt.Key.Key_C)
    assert not page._cine.running


# --- what can't be shown ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sop_class", "mime", "data", "word", "ending"),
    [
        (papers_class, mime, data, word, ending)
        for papers_class, mime, data, word, ending in (
            ("1.2.840.10008.5.1.4.1.1.104.1", "application/pdf", pdf(locked=True), "password", ".pdf"),
            ("1.2.840.10008.5.1.4.1.1.104.3", "model/stl", b"solid bone", "3D printer", ".stl"),
            ("1.2.840.10008.5.1.4.1.1.104.2", "text/XML", b"<ClinicalDocument/>", "CDA", ".xml"),
        )
    ],
)
def test_what_has_no_picture_says_what_it_is_and_can_be_saved(
    page: ReadingPage,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sop_class: str,
    mime: str,
    data: bytes,
    word: str,
    ending: str,
) -> None:
    path = papers.carrier(tmp_path / "d.dcm", data, sop_class=sop_class, mime=mime)
    target = tmp_path / f"saved{ending}"
    offered: list[str] = []

    def answer(_parent: object, _title: str, name: str) -> tuple[str, str]:
        offered.append(name)
        return str(target), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    page.open_exam(exam_of(series_of([path], "Attachment")))
    assert page.controller is not None
    controller = page.controller
    qtbot.waitUntil(lambda: word in controller.resolved(0).message, timeout=10_000)
    press(qtbot, page, "Save as a file...")
    qtbot.waitUntil(target.exists)
    qtbot.waitUntil(lambda: target.read_bytes() == data)
    assert offered[0].endswith(ending)
