"""Keys that a person chose: what is understood, what is left out, and that actions follow."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from vetpacs_desktop.ui import keymap
from vetpacs_desktop.ui.actions import Action, make_action, tell_key
from vetpacs_desktop.ui.keymap import KeyMap

FIT = Action("fit", "Fit to the window", "F", tip="The whole picture")


@pytest.fixture(autouse=True)
def usual_keys(qapp: QApplication) -> Iterator[None]:
    yield
    keymap.use(qapp, KeyMap())


def test_what_cannot_be_understood_is_left_out() -> None:
    read = KeyMap.read(["fit=ctrl+m", "reset=", "odd", "=X", "of_a_later_version=F9", "bad=Blub"])
    assert read.chosen == {"fit": "Ctrl+M", "reset": "", "of_a_later_version": "F9"}


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,12}", fullmatch=True), st.sampled_from(("", "A", "Ctrl+Shift+F5", "=", "+"))
    )
)
def test_what_is_written_is_read_again(chosen: dict[str, str]) -> None:
    assert KeyMap.read(KeyMap(chosen).lines()).chosen == chosen


def test_an_action_made_later_has_the_chosen_key_and_says_so(qapp: QApplication, qtbot: QtBot) -> None:
    keymap.use(qapp, KeyMap({"fit": "Ctrl+M"}))
    widget = QWidget()
    qtbot.addWidget(widget)
    action = make_action(widget, FIT, lambda: None)
    assert action.shortcut() == QKeySequence("Ctrl+M")
    assert action.toolTip() == "The whole picture (Ctrl+M)"
    assert keymap.default_of(action) == "F"


def test_an_action_that_is_there_follows_and_goes_back(qapp: QApplication, qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    action = make_action(widget, FIT, lambda: None)
    for chosen, key, tip in (
        ({"fit": "Y"}, "Y", "The whole picture (Y)"),
        ({"fit": ""}, "", "The whole picture"),
        ({}, "F", "The whole picture (F)"),
    ):
        keymap.use(qapp, KeyMap(chosen))
        keymap.rekey(action)
        assert (action.shortcut().toString(), action.toolTip()) == (key, tip)


def test_an_action_that_only_tells_of_a_key_keeps_it(qapp: QApplication, qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    action = tell_key(widget, Action("presets", "By number", "0 ... 9"))
    keymap.use(qapp, KeyMap({"presets": "F"}))
    keymap.rekey(action)
    assert action.shortcut().isEmpty()
    assert keymap.is_fixed(action)
