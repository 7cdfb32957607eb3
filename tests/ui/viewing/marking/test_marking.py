"""Key images and the panel: what is drawn on an exam is listed, marked and led to."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import SLICES
from tests.ui.viewing.drawing import A, C, marking
from tests.ui.viewing.mouse import LEFT, Mouse
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.marking.deeds import BIG_STEP
from vetpacs_desktop.ui.viewing.marking.desk import size_of
from vetpacs_desktop.ui.viewing.marking.marking import Marking
from vetpacs_desktop.ui.viewing.marking.panel import MarkingPanel
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.annotations import Annotation, Sheet
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.marks import Grip
from vetpacs_desktop.viewer.measure.veterinary.dental import Tooth
from vetpacs_desktop.viewer.mouth import found

Read = Callable[[Exam], Controller]
A_THOUSANDTH = 1e-3
K = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_a_key_image_is_marked_in_its_corner_and_on_its_card(
    page: ReadingPage, ct: Controller, mouse: Mouse
) -> None:
    mouse.key(K.Key_Down)
    mouse.key(K.Key_K)
    assert "Key image" in ct.resolved(0).corners.bottom_left
    assert page.strip._cards[0].keys == 1
    mouse.key(K.Key_Up)
    assert "Key image" not in ct.resolved(0).corners.bottom_left
    mouse.key(K.Key_Down)
    mouse.key(K.Key_K)
    assert page.strip._cards[0].keys == 0
    mouse.key(K.Key_Z, CONTROL)
    assert page.strip._cards[0].keys == 1


def test_shift_and_an_arrow_moves_what_is_chosen_by_ten_pixels(
    ct: Controller, mouse: Mouse, drawn: Annotation
) -> None:
    mouse.key(K.Key_Tab)
    mouse.key(K.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    moved = marking(mouse).sheet.find(drawn.id)
    assert moved is not None
    assert [x for x, _ in moved.points] == pytest.approx([x + BIG_STEP for x, _ in drawn.points])


def test_the_panel_lists_everything_with_its_value_and_leads_there(
    page: ReadingPage, ct: Controller, mouse: Mouse, drawn: Annotation, qtbot: QtBot
) -> None:
    panel = page.findChild(MarkingPanel)
    assert panel is not None
    assert panel.isHidden()
    mouse.key(K.Key_M)
    assert page.panel.isVisible()
    items = page.panel.list
    assert items.item(0).text().startswith("Length: 31 mm (in the animal)")
    mouse.viewport.setFocus()
    mouse.key(K.Key_End)
    mouse.key(K.Key_K)
    assert items.count() == 2
    assert ct.grid.views[0].index == SLICES - 1
    QTest.mouseClick(items.viewport(), LEFT, pos=items.visualItemRect(items.item(0)).center())
    assert ct.grid.views[0].index == 0
    assert marking(mouse).chosen == Grip(drawn.id)
    QTest.mouseClick(items.viewport(), LEFT, pos=items.visualItemRect(items.item(1)).center())
    assert ct.grid.views[0].index == SLICES - 1
    mouse.viewport.setFocus()
    mouse.key(K.Key_M)
    assert page.panel.isHidden()


def test_an_empty_panel_says_how_to_begin(page: ReadingPage, ct: Controller, mouse: Mouse) -> None:
    mouse.key(K.Key_M)
    shown = [label.text() for label in page.panel.findChildren(QLabel) if label.isVisible()]
    assert any("D measures a length" in text for text in shown)


@pytest.mark.parametrize(
    ("typed", "size"),
    [
        ("25", 25.0),
        (" 25,4 mm", 25.4),
        ("2.5 cm", 25.0),
        ("", None),
        ("x", None),
        ("-3", None),
        ("nan", None),
    ],
)
def test_sizes_as_people_type_them(typed: str, size: float | None) -> None:
    assert size_of(typed) == (None if size is None else pytest.approx(size))


def test_the_chosen_area_is_told_in_full_with_its_histogram(
    page: ReadingPage, ct: Controller, mouse: Mouse
) -> None:
    mouse.key(K.Key_M)
    mouse.viewport.setFocus()
    assert page.panel.details.isHidden()
    mouse.key(K.Key_E)
    mouse.drag((2.0, 22.0), (14.0, 42.0))
    details = page.panel.details
    assert details.isVisible()
    assert details.histogram.isVisible()
    assert "mean" in details.text
    assert "HU" in details.text
    mouse.key(K.Key_D)
    mouse.click(A, C)
    assert not details.histogram.isVisible()
    mouse.key(K.Key_Escape)
    mouse.key(K.Key_Escape)
    assert details.isHidden()


def test_the_dental_chart_is_part_of_the_history_with_author_and_time() -> None:
    kept: list[Sheet] = []
    marking = Marking(author="Anna", clock=lambda: "2026-07-04T12:00:00+00:00")
    marking.edited.subscribe(kept.append)
    marking.chart(lambda mouth, author, at: found(mouth, Tooth(108), "mobility", 2, author, at, "a"))
    (one,) = kept[-1].mouth.findings
    assert (one.author, one.created) == ("Anna", "2026-07-04T12:00:00+00:00")
    marking.chart(lambda mouth, *_: mouth)
    assert len(kept) == 1, "nothing changed"
    marking.undo()
    assert kept[-1].mouth.empty
    marking.redo()
    assert kept[-1].mouth.findings == (one,)
