"""An exam of sound and bad images in the real window: the bad ones say why, the others are read as ever."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import exam_of
from tests.ui.viewing.mouse import Mouse
from tests.ui.viewing.screen import on_screen
from tests.viewer.bad_images import CASES, Bad, good
from tests.viewer.pixels.samples import write
from vetpacs_desktop.ui.viewing.card_delegate import Role
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.ui.viewing.strip import SeriesStrip
from vetpacs_desktop.viewer.exam import Exam, ExamSeries

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
Read = Callable[[Exam], Controller]
K = Qt.Key
NAMES = (
    "an empty file",
    "no Rows",
    "pixels too short",
    "unknown colours",
    "window 1e30/1e30",
    "one pixel",
    "one bit, 7 x 5",
    "NumberOfFrames '2.5'",
    "private elements only",
    "a palette without tables",
    "truncated JPEG-LL.dcm",
    "PixelSpacing '0\\\\0'",
)


def mixed(folder: Path, modality: str) -> ExamSeries:
    """One series, sound and bad in turn: of radiographs each is by itself, others are scrolled through."""
    cases: dict[str, Bad] = {case.name: case for case in CASES}
    paths = []
    for number, name in enumerate(NAMES):
        made = good(InstanceNumber=2 * number + 1, SeriesDescription="Thorax")
        paths.append(write(folder / f"{number:02}a.dcm", made))
        paths.append(cases[name].make(folder / f"{number:02}b.dcm"))
    return ExamSeries("1.2.3.50", modality, 1, "Thorax", tuple(paths), len(paths))


def settled(controller: Controller, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: controller.complete(0), timeout=15_000)


def is_honest(controller: Controller) -> str:
    """The image in sight is a picture or a sentence, as its file deserves; answers the file's name."""
    path = controller.path(0)
    assert path is not None
    shown = controller.resolved(0)
    number, kind = int(path.stem[:2]), path.stem[2]
    case = next(case for case in CASES if case.name == NAMES[number])
    if kind == "b" and case.says:
        assert shown.picture is None
        assert case.says in shown.message
        assert shown.message.endswith(".")
        assert str(path.parent) not in shown.message
    else:
        assert shown.picture is not None
        assert not shown.message
    return path.stem


def test_each_radiograph_of_a_mixed_exam_is_shown_or_says_why_not(
    page: ReadingPage, tmp_path: Path, mouse: Mouse, qtbot: QtBot
) -> None:
    page.open_exam(exam_of(mixed(tmp_path, "CR")))
    controller = page.controller
    assert controller is not None
    qtbot.waitUntil(lambda: len(controller.units()) == 2 * len(NAMES), timeout=15_000)
    seen = set()
    for _ in controller.units():
        mouse.viewport.setFocus()
        settled(controller, qtbot)
        seen.add(is_honest(controller))
        mouse.key(K.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert len(seen) == 2 * len(NAMES)


def test_scrolling_goes_over_bad_images(
    page: ReadingPage, tmp_path: Path, mouse: Mouse, qtbot: QtBot
) -> None:
    page.open_exam(exam_of(mixed(tmp_path, "OT")))
    controller = page.controller
    assert controller is not None
    qtbot.waitUntil(lambda: any(stack.final for stack in controller.stacks(0)), timeout=15_000)
    longest = max(controller.units(), key=lambda unit: len(controller.stacks(0)[unit[1]].keys))
    controller.show(0, *longest)
    settled(controller, qtbot)
    stack = controller.stack(0)
    assert stack is not None
    assert len(stack.keys) > len(NAMES)
    mouse.viewport.setFocus()
    mouse.key(K.Key_Home)
    seen = set()
    for _ in stack.keys:
        seen.add(is_honest(controller))
        mouse.key(K.Key_Down)
    assert len(seen) == len(stack.keys)
    assert {name[2] for name in seen} == {"a", "b"}


def test_a_broken_image_in_the_middle_does_not_cost_the_thumbnail(
    page: ReadingPage, tmp_path: Path, qtbot: QtBot
) -> None:
    cases = {case.name: case for case in CASES}
    paths = [write(tmp_path / f"{n}.dcm", good(InstanceNumber=n)) for n in (1, 3)]
    paths.insert(1, cases["pixels too short"].make(tmp_path / "2.dcm"))
    page.open_exam(exam_of(ExamSeries("1.2.3.50", "OT", 1, "Thorax", tuple(paths), len(paths))))
    strip = page.findChild(SeriesStrip)
    assert strip is not None
    qtbot.waitUntil(
        lambda: strip.count() == 1 and strip.item(0).data(Role.PICTURE) is not None, timeout=15_000
    )


def test_a_reason_is_read_on_the_screen_and_tools_do_no_harm_there(
    page: ReadingPage, tmp_path: Path, mouse: Mouse, qtbot: QtBot
) -> None:
    page.open_exam(exam_of(mixed(tmp_path, "CR")))
    controller = page.controller
    assert controller is not None
    qtbot.waitUntil(lambda: len(controller.units()) == 2 * len(NAMES), timeout=15_000)
    bad = next(n for n, stack in enumerate(controller.stacks(0)) if stack.keys[0].path.stem == "02b")
    controller.show(0, 0, bad)
    settled(controller, qtbot)
    assert is_honest(controller) == "02b"
    qtbot.wait(50)
    picture = on_screen(mouse.viewport.view)
    middle = picture[picture.shape[0] // 3 : picture.shape[0] * 2 // 3]
    assert (middle > 120).any(), "the sentence is drawn"
    mouse.viewport.setFocus()
    place = mouse.viewport.rect().center()
    for key in (K.Key_D, K.Key_I, K.Key_H, K.Key_R, K.Key_Plus, K.Key_0, K.Key_K, K.Key_Space, K.Key_Escape):
        mouse.key(key)
        qtbot.mouseClick(mouse.viewport, Qt.MouseButton.LeftButton, pos=place)
    assert is_honest(controller) == "02b"
    good_one = next(n for n, stack in enumerate(controller.stacks(0)) if stack.keys[0].path.stem == "02a")
    controller.show(0, 0, good_one)
    settled(controller, qtbot)
    assert is_honest(controller) == "02a"
