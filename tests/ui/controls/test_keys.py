"""Other keys, by the real dialog in the real window: pressed, in force at once, kept, taken back."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Opened
from vetpacs_desktop import paths, settings
from vetpacs_desktop.ui import keymap, mouse_map
from vetpacs_desktop.ui.actions import Action, make_action
from vetpacs_desktop.ui.controls import finding
from vetpacs_desktop.ui.controls.desk import ControlsDesk
from vetpacs_desktop.ui.controls.dialog import ControlsDialog
from vetpacs_desktop.ui.main_window import MainWindow
from vetpacs_desktop.ui.mouse_map import Slot

ALT_SHIFT = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def usual(qapp: QApplication) -> Iterator[None]:
    yield
    keymap.use(qapp, keymap.KeyMap())
    mouse_map.use(qapp, mouse_map.MouseMap())
    mouse_map.use_wheel(qapp, ())


@pytest.fixture
def dialog(opened: Opened, qtbot: QtBot) -> Iterator[ControlsDialog]:
    desk: ControlsDesk = opened.window.controls
    made = desk.dialog()
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()
    made.deleteLater()


def action(window: MainWindow, name: str) -> QAction:
    return next(one for one in finding.actions_of(window) if one.objectName() == name)


def press(
    dialog: ControlsDialog,
    name: str,
    key: Qt.Key,
    held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Choose a line and press its new key, as a person does; the field waits a moment for more."""
    dialog.keys.choose(name)
    QTest.keyClick(dialog.keys.table, Qt.Key.Key_Return)
    dialog.keys.press.setFocus()
    QTest.keyClick(dialog.keys.press, key, held)


def saved(opened: Opened) -> settings.Settings:
    return settings.load(opened.app.home.settings)


def test_a_new_key_counts_at_once_everywhere_and_is_kept(
    opened: Opened, dialog: ControlsDialog, qtbot: QtBot
) -> None:
    fit = action(opened.window, "fit")
    press(dialog, "fit", Qt.Key.Key_Y, ALT_SHIFT)
    qtbot.waitUntil(lambda: fit.shortcut() == QKeySequence("Alt+Shift+Y"))
    assert fit.toolTip().endswith("(Alt+Shift+Y)")
    assert saved(opened).names("controls.keys") == ("fit=Alt+Shift+Y",)
    page = opened.window.reading.page
    button = next(
        one for one in page.tools.findChildren(type(page.tools._speed)) if one.defaultAction() is fit
    )
    assert button.toolTip().endswith("(Alt+Shift+Y)")


def test_a_taken_key_is_said_in_words_and_can_be_left_or_taken(
    opened: Opened, dialog: ControlsDialog, qtbot: QtBot
) -> None:
    fit, flip = action(opened.window, "fit"), action(opened.window, "flip_horizontal")
    press(dialog, "fit", Qt.Key.Key_H)
    qtbot.waitUntil(dialog.keys.take.isVisible)
    assert "Flip left and right" in dialog.keys.state.text()
    dialog.keys.leave.click()
    assert fit.shortcut() == QKeySequence("F")
    assert not dialog.keys.take.isVisible()
    press(dialog, "fit", Qt.Key.Key_H)
    qtbot.waitUntil(dialog.keys.take.isVisible)
    dialog.keys.take.click()
    assert (fit.shortcut(), flip.shortcut()) == (QKeySequence("H"), QKeySequence())


def test_the_same_key_in_another_place_is_no_conflict(
    opened: Opened, dialog: ControlsDialog, qtbot: QtBot
) -> None:
    correct = action(opened.window, "correct")
    press(dialog, "correct", Qt.Key.Key_Y, ALT_SHIFT)
    qtbot.waitUntil(lambda: correct.shortcut() == QKeySequence("Alt+Shift+Y"))
    press(dialog, "invert", Qt.Key.Key_Y, ALT_SHIFT)
    qtbot.waitUntil(lambda: action(opened.window, "invert").shortcut() == QKeySequence("Alt+Shift+Y"))
    assert not dialog.keys.take.isVisible()


def test_fixed_keys_are_listed_and_stay(opened: Opened, dialog: ControlsDialog, qtbot: QtBot) -> None:
    press(dialog, "fit", Qt.Key.Key_3)
    qtbot.waitUntil(lambda: "fixed" in dialog.keys.state.text())
    assert action(opened.window, "fit").shortcut() == QKeySequence("F")
    dialog.keys.choose("presets")
    assert not dialog.keys.press.isEnabled()


def test_one_key_and_all_keys_go_back_to_the_usual(
    opened: Opened, dialog: ControlsDialog, qtbot: QtBot
) -> None:
    fit = action(opened.window, "fit")
    press(dialog, "fit", Qt.Key.Key_Y, ALT_SHIFT)
    qtbot.waitUntil(lambda: fit.shortcut() == QKeySequence("Alt+Shift+Y"))
    dialog.keys.usual.click()
    assert fit.shortcut() == QKeySequence("F")
    dialog.keys.none.click()
    assert fit.shortcut().isEmpty()
    dialog.keys.all_usual.click()
    assert fit.shortcut() == QKeySequence("F")
    assert saved(opened).names("controls.keys") == ()


def test_an_action_that_nobody_names_is_found_and_keyed(opened: Opened, qtbot: QtBot) -> None:
    page = opened.window.reading.page
    done: list[int] = []
    make_action(page, Action("of_tomorrow", "Something new", "Ctrl+Alt+N"), lambda: done.append(1))
    made = opened.window.controls.dialog()
    qtbot.addWidget(made)
    made.keys.choose("of_tomorrow")
    opened.window.controls.use_keys(keymap.KeyMap({"of_tomorrow": "Ctrl+Alt+M"}))
    assert action(opened.window, "of_tomorrow").shortcut() == QKeySequence("Ctrl+Alt+M")


def test_search_finds_by_words_and_by_key(dialog: ControlsDialog) -> None:
    def shown() -> list[str]:
        return [item.text(0) for item in dialog.keys._items() if not item.isHidden()]

    QTest.keyClicks(dialog.keys.search, "flip top")
    assert shown() == ["Flip top and bottom"]
    dialog.keys.search.setText("ctrl+f")
    assert "Find an exam" in shown()


def test_kept_keys_are_there_in_the_next_window_and_unknown_ones_do_no_harm(
    opened: Opened, qtbot: QtBot
) -> None:
    lines = ("find=Ctrl+G", "of_another_version=F", "quit=Nonsense")
    opened.app.settings = opened.app.settings.with_values({"controls.keys": lines})
    second = MainWindow(opened.app, lambda error: pytest.fail(str(error)))
    qtbot.addWidget(second)
    try:
        assert action(second, "find").shortcut() == QKeySequence("Ctrl+G")
        assert action(second, "quit").shortcut() == QKeySequence("Ctrl+Q")
        second.controls.use_mouse(mouse_map.MouseMap({Slot.BACK: "invert"}))
        assert "find=Ctrl+G" in saved(opened).names("controls.keys")
    finally:
        second.shut()


def test_the_mouse_is_chosen_from_lists_and_in_sets(
    opened: Opened, dialog: ControlsDialog, qapp: QApplication
) -> None:
    dialog.tabs.setCurrentIndex(1)
    box = dialog.mouse.boxes[Slot.RIGHT]
    box.setCurrentIndex(box.findData("window"))
    assert mouse_map.mouse_of(qapp).what(Slot.RIGHT) == "window"
    assert saved(opened).names("controls.mouse") == ("right=window",)
    dialog.mouse.horos.click()
    assert mouse_map.mouse_of(qapp).whole() == dict(mouse_map.LIKE_HOROS)
    dialog.mouse.usual.click()
    assert saved(opened).names("controls.mouse") == ()
    back = dialog.mouse.boxes[Slot.BACK]
    assert back.findData("next_series") >= 0
    assert back.findText("Next series") >= 0


def test_the_tool_wheel_is_put_together_from_all_actions(
    opened: Opened, dialog: ControlsDialog, qapp: QApplication
) -> None:
    dialog.tabs.setCurrentIndex(2)
    form = dialog.wheel
    form.on_wheel.setCurrentRow(0)
    form.remove.click()
    form.search.setText("cobb angle (measure")
    item = next(
        form.offered.item(n) for n in range(form.offered.count()) if not form.offered.item(n).isHidden()
    )
    form.offered.setCurrentItem(item)
    form.on_wheel.setCurrentRow(0)
    form.add.click()
    assert mouse_map.wheel_of(qapp)[:3] == ("pan", "measure_cobb", "zoom")
    form.up.click()
    assert saved(opened).names("controls.wheel")[:2] == ("measure_cobb", "pan")
    form.usual.click()
    assert mouse_map.wheel_of(qapp) == mouse_map.USUAL_WHEEL


def test_the_page_of_keys_tells_every_key_there_is(opened: Opened) -> None:
    assert opened.window.reading.page is not None
    page = (paths.resources().parent / "docs" / "keys.md").read_text(encoding="utf-8")
    found = finding.entries(opened.window)
    usual = [(one.name, "Esc" if one.usual == "Escape" else one.usual) for one in found if one.usual]
    assert [(name, key) for name, key in usual if f"| {key} |" not in page] == []


def test_no_two_actions_have_the_same_usual_key_where_both_are_meant(opened: Opened) -> None:
    assert opened.window.reading.page is not None
    found = finding.entries(opened.window)
    twice = [
        (one.name, other.name, one.usual)
        for one in found
        if one.usual and (other := finding.taken_by(one.usual, one, found)) is not None
    ]
    assert twice == []


def test_a_guide_can_have_a_key_of_its_own(opened: Opened) -> None:
    assert opened.window.reading.page is not None
    guides = [one for one in finding.entries(opened.window) if one.group == "guides"]
    assert len(guides) > 15
    assert all(one.words and one.tip for one in guides)
