"""A volume in 3D in the real window: opened by a key, turned, cut, boxed, undone, let go of at the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import psutil
import pytest
from PySide6.QtCore import QEvent, QPointF, QSettings, Qt
from PySide6.QtGui import QAction, QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QColorDialog, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import exam_of, series_of
from tests.ui.viewing.mouse import LEFT, NONE, RIGHT, Mouse
from tests.ui.viewing.screen import on_screen
from tests.viewer.render.files import image_file
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.ui.viewing.body.curve_dialog import CurveDialog
from vetpacs_desktop.ui.viewing.body.hand import BodyHand
from vetpacs_desktop.ui.viewing.body.looked import LookedAt
from vetpacs_desktop.ui.viewing.body.own import OwnPresets
from vetpacs_desktop.ui.viewing.body.part import BodyPart
from vetpacs_desktop.ui.viewing.body.saving import around, film_size, surface_to
from vetpacs_desktop.ui.viewing.body.surface_dialog import SurfaceDialog
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.marks import to_screen
from vetpacs_desktop.viewer.volume.body import BODY, ClipBox, Kind, Side
from vetpacs_desktop.viewer.volume.surface_wish import SurfaceWish

K = Qt.Key
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
MIDDLE = Qt.MouseButton.MiddleButton
NUMBER = 3
"""The viewport of the body."""
SLICES, SIDE = 24, 64
WAIT = 15_000


@pytest.fixture
def bony(read: Callable[[Exam], Controller], tmp_path: Path) -> Controller:
    """A CT with a dense block at the animal's left and one at its right, a wide table below."""
    paths = []
    for n in range(SLICES):
        values = np.full((SIDE, SIDE), -1000, np.int16)
        values[12:44, 8:56] = 40
        values[20:36, 12:20] = 1200
        values[20:36, 44:52] = 1200
        values[58:60, :] = 500
        position = [0, 0, 2.0 * n]
        paths.append(
            image_file(
                tmp_path,
                values,
                Modality="CT",
                SOPClassUID="1.2.840.10008.5.1.4.1.1.2",
                SeriesInstanceUID="1.2.3.9",
                ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
                ImagePositionPatient=position,
                PixelSpacing=[1, 1],
                InstanceNumber=n + 1,
                RescaleType="HU",
                AnatomicalOrientationType="QUADRUPED",
            )
        )
    return read(exam_of(series_of(paths, "Bones")))


@pytest.fixture
def body(bony: Controller, page: ReadingPage, mouse: Mouse, qtbot: QtBot) -> LookedAt:
    """Opened by its key, with its first picture."""
    mouse.key(K.Key_B, SHIFT)
    part = part_of(page)
    qtbot.waitUntil(lambda: part.body is not None and part.body.shown is not None, timeout=WAIT)
    assert part.body is not None
    return part.body


@pytest.fixture
def still(body: LookedAt, qtbot: QtBot) -> LookedAt:
    """Seen from the left, at rest."""
    body.from_side(Side.LEFT)
    follow(body, qtbot)
    return body


def part_of(page: ReadingPage) -> BodyPart:
    part = page.findChild(BodyPart)
    assert isinstance(part, BodyPart)
    return part


def action(page: ReadingPage, name: str) -> QAction:
    found = page.findChild(QAction, name)
    assert isinstance(found, QAction)
    return found


def follow(body: LookedAt, qtbot: QtBot) -> None:
    """Until the picture shows what is wished."""

    def there() -> bool:
        wish = body.wish
        return (
            wish is not None
            and body.shown is not None
            and replace(body.shown[0], quality=wish.quality) == wish
        )

    qtbot.waitUntil(there, timeout=WAIT)


def drag(page: ReadingPage, way: list[tuple[float, float]], button: Qt.MouseButton = LEFT) -> None:
    """Along pixels of the body's picture."""
    assert page.controller is not None
    mouse = Mouse(page, NUMBER)
    mouse._send(QEvent.Type.MouseMove, mouse.at(way[0]), NONE, NONE)
    mouse._send(QEvent.Type.MouseButtonPress, mouse.at(way[0]), button, button)
    for place in way[1:]:
        mouse._send(QEvent.Type.MouseMove, mouse.at(place), NONE, button)
    mouse._send(QEvent.Type.MouseButtonRelease, mouse.at(way[-1]), button, NONE)


def bright(page: ReadingPage) -> int:
    """Pixels of the body on the screen, words and the lines of the box left out."""
    assert page.grid is not None
    seen = on_screen(page.grid.viewports[NUMBER].view).astype(int)
    middle = seen[40:-40, 60:-60]
    return int(((middle[..., 0] - middle[..., 2] > 15) & (middle[..., 0] > 60)).sum())


def at(body: LookedAt, place: tuple[float, float, float]) -> tuple[float, float]:
    """The pixel of a place in mm."""
    frame = body.frame3d
    assert frame is not None
    x, y = frame.pixel(np.array(place))
    return float(x), float(y)


def test_one_key_opens_planes_and_the_body_and_closes_it_again(
    body: LookedAt, bony: Controller, page: ReadingPage, mouse: Mouse, qtbot: QtBot
) -> None:
    assert [view.plane for view in bony.grid.views] == ["axial", "sagittal", "coronal", BODY]
    assert bony.grid.active == NUMBER
    assert bony.resolved(NUMBER).corners.bottom_right[0] == "Bone"
    qtbot.waitUntil(lambda: bright(page) > 500)
    (pid,) = part_of(page).pids
    mouse.key(K.Key_B, SHIFT)
    assert bony.grid.views[NUMBER].plane == ""
    assert part_of(page).pids == ()
    assert ended(pid)


def test_the_mouse_turns_moves_and_sizes_it(still: LookedAt, page: ReadingPage, qtbot: QtBot) -> None:
    first = still.state.camera
    width, height = still.size
    drag(page, [(width / 2, height / 2), (width / 2 + 40, height / 2), (width / 2 + 80, height / 2)])
    turned = still.state.camera
    degrees = np.degrees(np.arccos(np.dot(first.away, turned.away)))
    assert degrees == pytest.approx(180 * 80 / min(width, height), rel=0.02)
    assert turned.down == pytest.approx(first.down)
    drag(page, [(100, 100), (120, 90)], MIDDLE)
    assert still.state.camera.pan == pytest.approx(
        (20 / min(width, height), -10 / min(width, height)), rel=0.05
    )
    drag(page, [(100, 150), (100, 100)], RIGHT)
    assert still.state.camera.zoom == pytest.approx(2 ** (50 / 200), rel=0.02)
    follow(still, qtbot)


def test_keys_turn_it_and_choose_sides_and_letters_are_true(
    still: LookedAt, bony: Controller, page: ReadingPage, mouse: Mouse, qtbot: QtBot
) -> None:
    letters = bony.resolved(NUMBER).letters
    assert (letters.left, letters.right, letters.top, letters.bottom) == ("CR", "CD", "D", "V")
    mouse.key(K.Key_V, SHIFT)
    follow(still, qtbot)
    letters = bony.resolved(NUMBER).letters
    assert (letters.left, letters.right, letters.top) == ("CD", "CR", "D"), "from the right"
    before = still.state.camera
    mouse.key(K.Key_Right)
    assert np.dot(before.away, still.state.camera.away) == pytest.approx(np.cos(np.radians(10)))
    mouse.key(K.Key_Left)
    assert still.state.camera.away == pytest.approx(before.away)
    mouse.key(K.Key_R)
    qtbot.waitUntil(lambda: bony.grid.views[NUMBER].rotation == 0)
    assert still.state.camera.down == pytest.approx(tuple(-x for x in before.right)) or (
        still.state.camera.down == pytest.approx(before.right)
    )
    mouse.key(K.Key_H)
    assert not bony.grid.views[NUMBER].flip_h, "a body is never mirrored"
    mouse.key(K.Key_Plus)
    assert still.state.camera.zoom > 1.1
    mouse.key(K.Key_Escape)
    assert page.controller is bony, "escape resets before it leaves"
    assert still.state.camera.zoom == 1


def test_digits_and_the_menu_choose_presets(
    still: LookedAt, bony: Controller, page: ReadingPage, mouse: Mouse, qtbot: QtBot
) -> None:
    follow(still, qtbot)
    before = bright(page)
    mouse.key(K.Key_2)
    assert still.state.preset == "soft_tissue"
    follow(still, qtbot)
    qtbot.waitUntil(lambda: bright(page) > before + 500)
    menu = page.tools.preset_menu
    menu.aboutToShow.emit()
    words = [one.text().partition("\t")[0] for one in menu.actions()]
    assert words[:3] == ["Bone", "Soft tissue", "Lung"]
    assert "Opacity and colours..." in words
    assert next(one for one in menu.actions() if one.isChecked()).text().startswith("Soft tissue")
    mouse.key(K.Key_0)
    assert still.state.preset == "bone"


def test_the_scalpel_cuts_undo_brings_it_back(
    still: LookedAt, page: ReadingPage, mouse: Mouse, qtbot: QtBot
) -> None:
    still.from_side(Side.DORSAL)
    follow(still, qtbot)
    qtbot.waitUntil(lambda: bright(page) > 500)
    whole = bright(page)
    corners = [(38, 28, -2), (58, 28, -2), (58, 28, 50), (38, 28, 50), (38, 28, -2)]
    way = [at(still, (float(x), float(y), float(z))) for x, y, z in corners]
    mouse.key(K.Key_K, CONTROL)
    assert still.scalpel is Kind.SCALPEL
    drag(page, way)
    assert [edit.kind for edit in still.state.edits] == [Kind.SCALPEL]
    assert still.scalpel is None, "the scalpel is put away"
    follow(still, qtbot)
    qtbot.waitUntil(lambda: bright(page) < 0.9 * whole)
    assert "Parts cut away" in bony_note(page)
    mouse.key(K.Key_Z, CONTROL)
    assert still.state.edits == ()
    follow(still, qtbot)
    qtbot.waitUntil(lambda: abs(bright(page) - whole) < 0.05 * whole)
    mouse.key(K.Key_Z, CONTROL | SHIFT)
    assert len(still.state.edits) == 1


def bony_note(page: ReadingPage) -> str:
    assert page.controller is not None
    return " ".join(page.controller.resolved(NUMBER).corners.bottom_left)


def test_faces_of_the_box_are_dragged(
    still: LookedAt, bony: Controller, page: ReadingPage, mouse: Mouse, qtbot: QtBot
) -> None:
    still.from_side(Side.VENTRAL)
    follow(still, qtbot)
    mouse.key(K.Key_B, ALT)
    assert still.state.box
    found = bony.resolved(NUMBER)
    box = next(mark for mark in found.marks if mark.id == "clip-box")
    assert len(box.handles) == 4, "those at the front and the back are seen end on"
    left = at(still, tuple(still.state.clip.face(still.volume.grid, 0, 1)))  # type: ignore[arg-type]
    assert found.picture is not None
    shown = to_screen(left, found.picture, found.camera, found.viewport)
    assert min(np.hypot(h.at[0] - shown[0], h.at[1] - shown[1]) for h in box.handles) < 1
    qtbot.waitUntil(lambda: bright(page) > 500)
    whole = bright(page)
    target = at(still, (31.5, 31.5, 23.0))
    drag(page, [left, ((left[0] + target[0]) / 2, left[1]), (target[0], left[1])])
    assert still.state.clip.high[0] == pytest.approx(0.5, abs=0.02)
    assert still.state.camera.from_side(Side.VENTRAL, still.axes, True) == still.state.camera, "not turned"
    follow(still, qtbot)
    # One block is gone, the one at the other side is still there.
    qtbot.waitUntil(lambda: 0.2 * whole < bright(page) < 0.8 * whole)
    action(page, "solid_whole").trigger()
    assert still.state.clip == ClipBox()
    follow(still, qtbot)
    qtbot.waitUntil(lambda: bright(page) > 0.95 * whole)
    action(page, "solid_undo").trigger()
    assert still.state.clip.high[0] == pytest.approx(0.5, abs=0.02)


def test_table_and_bone_go_and_come_back(still: LookedAt, page: ReadingPage, qtbot: QtBot) -> None:
    still.look(still.state.camera.from_side(Side.CRANIAL, still.axes, True).turned(35, 35))
    follow(still, qtbot)
    qtbot.waitUntil(lambda: bright(page) > 200)
    whole = bright(page)
    action(page, "solid_no_table").trigger()
    follow(still, qtbot)
    qtbot.waitUntil(lambda: 0 < bright(page) < whole - 50)
    action(page, "solid_no_bone").trigger()
    follow(still, qtbot)
    qtbot.waitUntil(lambda: bright(page) < 50)
    assert action(page, "solid_no_bone").isChecked()
    action(page, "solid_no_bone").trigger()
    action(page, "solid_no_table").trigger()
    follow(still, qtbot)
    assert still.state.edits == ()
    qtbot.waitUntil(lambda: abs(bright(page) - whole) < 0.05 * whole)


def test_the_window_never_waits_and_gets_the_fine_picture_at_rest(
    still: LookedAt, page: ReadingPage, qtbot: QtBot
) -> None:
    longest, last = 0.0, time.monotonic()
    for _ in range(30):
        still.look(still.state.camera.turned(4, 1))
        QApplication.processEvents()
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    assert longest < 0.25
    qtbot.waitUntil(lambda: still.shown is not None and still.shown[0].quality > 0, timeout=WAIT)


def test_a_process_that_dies_is_said_and_the_images_are_back(
    still: LookedAt, bony: Controller, page: ReadingPage, qtbot: QtBot
) -> None:
    (pid,) = part_of(page).pids
    psutil.Process(pid).kill()
    still.look(still.state.camera.turned(5, 0))
    qtbot.waitUntil(lambda: bony.grid.views[NUMBER].plane == "", timeout=WAIT)
    action(page, "solid").trigger()
    qtbot.waitUntil(lambda: bool(part_of(page).pids) and part_of(page).pids != (pid,), timeout=WAIT)


def test_closing_the_exam_ends_everything(still: LookedAt, page: ReadingPage) -> None:
    (pid,) = part_of(page).pids
    page.close_exam()
    assert part_of(page).pids == ()
    assert ended(pid)


def ended(pid: int) -> bool:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if not psutil.pid_exists(pid):
            return True
        time.sleep(0.02)
    return False


# --- opacity and colours ------------------------------------------------------------------------------


def test_a_point_is_dragged_over_the_histogram_and_kept_as_a_preset(
    still: LookedAt, page: ReadingPage, mouse: Mouse, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    mouse.key(K.Key_B, CONTROL)
    dialog = page.findChild(CurveDialog)
    assert isinstance(dialog, CurveDialog)
    view = dialog.view
    qtbot.waitUntil(dialog.isActiveWindow)
    before = still.state.curve
    start, end = view.place(1), QPointF(view.place(1).x() + 4, view.place(1).y() - 30)
    QTest.mousePress(view, LEFT, pos=start.toPoint())
    QTest.mouseMove(view, end.toPoint())
    QTest.mouseRelease(view, LEFT, pos=end.toPoint())
    knot = still.state.curve.knots[1]
    assert knot.opacity > before.knots[1].opacity + 0.05
    assert still.state.preset == "", "it is the reader's own now"
    free = QPointF((view.place(2).x() + view.place(3).x()) / 2, view.place(3).y() + 60)
    QTest.mouseClick(view, LEFT, pos=free.toPoint())
    assert len(still.state.curve.knots) == len(before.knots) + 1
    QTest.keyClick(view, K.Key_Delete)
    assert len(still.state.curve.knots) == len(before.knots)
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor.fromRgbF(0.0, 1.0, 0.0))
    QTest.keyClick(view, K.Key_Return)
    assert still.state.curve.knots[view.chosen].colour == pytest.approx((0, 1, 0), abs=0.01)
    dialog.keep("Green bones")
    menu = QMenu()
    assert part_of(page).fill(menu)
    assert any(one.text().startswith("Green bones") and one.isChecked() for one in menu.actions())
    follow(still, qtbot)
    dialog.close()


def test_own_presets_survive_and_damaged_ones_are_passed_over(still: LookedAt, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "own.ini"), QSettings.Format.IniFormat)
    own = OwnPresets(settings)
    name = own.save("Mine", still.state.curve, ct=True)
    assert [one.curve for one in OwnPresets(settings).presets(ct=True)] == [still.state.curve]
    assert OwnPresets(settings).presets(ct=False) == ()
    own.remove(name)
    assert own.presets(ct=True) == ()
    settings.setValue("viewing/volume_presets", '{"a": {"ct": true, "curve": 3}, "b": 4}')
    assert own.presets(ct=True) == ()
    settings.setValue("viewing/volume_presets", "[")
    assert own.presets(ct=True) == ()


# --- what leaves --------------------------------------------------------------------------------------


def test_the_picture_is_saved(
    still: LookedAt, page: ReadingPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bella.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    action(page, "solid_still").trigger()
    qtbot.waitUntil(path.is_file, timeout=WAIT)


def test_a_film_goes_once_around(still: LookedAt, page: ReadingPage, tmp_path: Path) -> None:
    frames = list(around(still.volume, still.state, (64, 48), CancelToken(), 8))
    assert len(frames) == 8
    assert not np.array_equal(frames[0], frames[2])
    assert film_size(3000, 1501) == (1920, 960)
    assert av is not None


def test_the_surface_is_saved_with_its_volume(still: LookedAt, page: ReadingPage, tmp_path: Path) -> None:
    dialog = SurfaceDialog(still, page)
    assert dialog.wish == SurfaceWish(250.0, largest=True)
    path = tmp_path / "bone.stl"
    said = surface_to(still.volume, still.state, SurfaceWish(620.0, 0, True), path, CancelToken())
    assert path.is_file()
    assert not list(tmp_path.glob("*.part"))
    assert said["closed"]
    assert said["cm3"] == pytest.approx(16 * 8 * 2 * SLICES / 1000, rel=0.03)
    dialog.deleteLater()


def test_a_hand_lets_go_of_other_pictures(still: LookedAt, bony: Controller) -> None:
    hand = BodyHand(bony, 0)
    assert not hand.press(LEFT, (5, 5), 1.0)
    assert not hand.move((6, 6), 1.0)
    assert not hand.wheel(120)
    assert hand.shape is None
