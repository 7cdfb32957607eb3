"""A veterinary measurement is led step by step with the mouse, gives its known value, is kept and undone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from tests.ui.viewing.conftest import exam_of, series_of
from tests.ui.viewing.drawing import A, B, hint_of, marking, only, take, value
from tests.ui.viewing.mouse import LEFT, Mouse, Place
from vetpacs_desktop.examples.landmarks import landmarks
from vetpacs_desktop.ui.viewing.controller import Controller
from vetpacs_desktop.ui.viewing.guides.desk import GuideDesk
from vetpacs_desktop.ui.viewing.guides.fitting import grouped, suiting
from vetpacs_desktop.ui.viewing.guides.result import GuideResult
from vetpacs_desktop.ui.viewing.page import ReadingPage
from vetpacs_desktop.viewer.annotations import Annotation, ImageRef
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.measure.measured import Measured
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES
from vetpacs_desktop.viewer.measure.veterinary.vertebral import EDGES

Read = Callable[[Exam], Controller]
K = Qt.Key


@pytest.fixture
def thorax(page: ReadingPage, read: Read, animals: Path) -> Controller:
    """The example dog, lying on its right side."""
    return read(exam_of(series_of([animals / "dog-thorax" / "right-lateral.dcm"])))


def places(controller: Controller) -> list[Place]:
    """The landmarks of the heart's size, as far as any guide could ask for them."""
    frame = controller.frame(0)
    assert frame is not None
    assert frame.description.imager_pixel_spacing is not None
    at = landmarks("dog-thorax", "right-lateral", frame.description.imager_pixel_spacing[0])
    names = ["carina", "apex", "heart cranial", "heart caudal", *(f"{edge} cranial" for edge in EDGES)]
    return [at[name] for name in names]


def finish(page: ReadingPage, mouse: Mouse, places: list[Place]) -> int:
    """Click on until nothing more is asked for; the number of clicks."""
    desk: GuideDesk = page.guides
    for n, place in enumerate(places):
        if desk.card.isHidden():
            return n
        mouse.click(place)
    assert desk.card.isHidden()
    return len(places)


def test_vhs_is_clicked_step_by_step(page: ReadingPage, thorax: Controller, mouse: Mouse) -> None:
    page.guides.start("vhs")
    card = page.guides.card
    assert card.isVisible()
    assert card.count.text() == "Step 1 of 6 or more"
    assert "carina" in card.sentence.text()
    assert card.schematic.marked == GUIDES["vhs"].steps[0].at
    at = places(thorax)
    mouse.click(at[0])
    (mark,) = thorax.resolved(0).marks
    assert mark.handles, "the first landmark is seen before there is a line"
    assert card.label.text() == "Apex of the heart"
    mouse.click(at[1], at[2], at[3])
    assert card.count.text() == "Step 5 of 6 or more"
    assert "T4" in hint_of(page)
    count = 4 + finish(page, mouse, at[4:])
    one = only(mouse)
    assert len(one.points) == count < len(GUIDES["vhs"].steps)
    assert marking(mouse).chosen_one == one
    assert marking(mouse).tool is None
    assert value(mouse, one).value == pytest.approx(10.6, abs=0.1)


def test_the_result_tells_figures_formula_and_sources_and_follows_a_landmark(
    page: ReadingPage, thorax: Controller, mouse: Mouse
) -> None:
    page.guides.start("vhs")
    finish(page, mouse, places(thorax))
    before = value(mouse, only(mouse)).value
    shown = page.panel.details.text
    assert "10." in shown
    assert "Kraetschmer et al. 2008" in page.panel.result.text
    assert GUIDES["vhs"].formula in page.panel.result.text
    apex = only(mouse).points[1]
    mouse.drag(apex, (apex[0] - 30, apex[1] - 30))
    after = value(mouse, only(mouse)).value
    assert before is not None
    assert after is not None
    assert after < before - 0.3
    assert page.panel.details.text != shown
    mouse.key(K.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.panel.details.text == shown
    assert "magnification corrected" in shown, "millimetres among the parts tell where they come from"
    mouse.key(K.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert marking(mouse).sheet.annotations == ()
    assert page.panel.result.isHidden()
    mouse.key(K.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert value(mouse, only(mouse)).value == pytest.approx(before)


def test_a_heart_that_grew_beyond_the_vertebrae_gets_further_ones(
    page: ReadingPage, thorax: Controller, mouse: Mouse
) -> None:
    page.guides.start("vhs")
    at = places(thorax)
    count = finish(page, mouse, at)
    assert page.panel.result.more.isHidden()
    first, apex = only(mouse), at[1]
    mouse.drag(apex, (apex[0] + 30, apex[1] + 30))
    assert value(mouse, only(mouse)).value is None
    assert "further vertebrae" in page.panel.result.text
    assert "Kraetschmer" not in page.panel.result.text, "nothing is compared"
    assert "not complete" in page.panel.list.item(0).text()
    page.panel.result.more.click()
    assert page.guides.card.isVisible()
    finish(page, mouse, at[count:])
    grown = only(mouse)
    assert grown.id == first.id
    assert (value(mouse, grown).value or 0) > 11
    mouse.key(K.Key_Z, Qt.KeyboardModifier.ControlModifier)
    mouse.key(K.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert only(mouse).points == first.points


def test_backspace_goes_one_step_back_and_esc_ends(
    page: ReadingPage, thorax: Controller, mouse: Mouse
) -> None:
    page.guides.start("vhs")
    card = page.guides.card
    mouse.click(*places(thorax)[:3])
    assert card.count.text().startswith("Step 4 ")
    mouse.key(K.Key_Backspace)
    assert card.count.text().startswith("Step 3 ")
    assert "cranial border" in card.sentence.text()
    card.back.click()
    assert card.count.text().startswith("Step 2 ")
    mouse.key(K.Key_Escape)
    assert card.isHidden()
    assert marking(mouse).tool is None
    assert marking(mouse).draft is None
    assert marking(mouse).sheet.annotations == ()


def test_what_was_measured_is_there_again_with_its_value(
    page: ReadingPage, read: Read, thorax: Controller, mouse: Mouse
) -> None:
    page.guides.start("vhs")
    finish(page, mouse, places(thorax))
    before, sheet = value(mouse, only(mouse)), marking(mouse).kept
    again = read(replace(thorax.exam, sheet=sheet))
    assert again is not thorax
    assert value(mouse, only(mouse)) == before


def test_holding_the_button_down_corrects_the_landmark(
    page: ReadingPage, thorax: Controller, mouse: Mouse
) -> None:
    page.guides.start("tracheal_ratio")
    first, second = places(thorax)[0], places(thorax)[1]
    mouse.drag(first, second)
    draft = marking(mouse).draft
    assert draft is not None
    assert len(draft.points) == 1
    assert draft.points[0] == pytest.approx(second, abs=0.5)


def test_enter_ends_before_the_optional_steps_and_not_sooner(
    page: ReadingPage, ct: Controller, mouse: Mouse
) -> None:
    guide = GUIDES["tta"]
    page.guides.start("tta")
    card = page.guides.card
    for n, step in enumerate(guide.steps):
        if step.optional:
            break
        assert card.finish.isHidden(), n
        mouse.key(K.Key_Return)
        assert not ct.grid.alone
        mouse.click((64 * step.at[0], 64 * step.at[1]))
    assert card.finish.isVisible()
    assert card.count.text().endswith("optional")
    mouse.key(K.Key_Return)
    assert len(only(mouse).points) == guide.least
    assert card.isHidden()
    page.panel.result.more.click()
    assert card.isVisible()
    mouse.key(K.Key_Escape)
    assert len(only(mouse).points) == guide.least


def test_another_tool_ends_the_guide_and_a_guide_the_other_tool(
    page: ReadingPage, ct: Controller, mouse: Mouse
) -> None:
    take(page, "length")
    page.guides.start("vhs")
    assert page.guides.card.isVisible()
    mouse.click(A)
    assert marking(mouse).draft is not None
    take(page, "length")
    assert page.guides.card.isHidden()
    mouse.click(A, B)
    assert only(mouse).tool == "length"


def test_a_click_on_another_picture_loses_nothing(page: ReadingPage, ct: Controller, mouse: Mouse) -> None:
    page.guides.start("vhs")
    mouse.click(A, B)
    ct.go_to(0, 5)
    mouse.press((30.0, 30.0), LEFT)
    mouse.release((30.0, 30.0), LEFT)
    draft = marking(mouse).draft
    assert draft is not None
    assert len(draft.points) == 2
    assert "another picture" in hint_of(page)


def test_the_key_opens_a_menu_with_what_suits_on_top(
    page: ReadingPage, thorax: Controller, mouse: Mouse, qtbot: QtBot
) -> None:
    mouse.key(K.Key_G)
    menu = page.guides.menu
    qtbot.waitUntil(menu.isVisible)
    names = [action.objectName() for action in menu.actions() if action.objectName()]
    assert names == ["guide_vhs", "guide_vlas", "guide_m_vlas", "guide_rlad", "guide_tracheal_ratio"]
    below = menu.findChildren(QMenu)
    assert sorted(action.objectName() for one in below for action in one.actions()) == sorted(
        f"guide_{name}" for name in GUIDES
    )
    QTest.keyClick(menu, K.Key_Return)
    assert page.guides.card.isVisible()
    assert page.guides.card.title.text() == GUIDES["vhs"].words


@pytest.mark.parametrize(
    ("file", "species", "names"),
    [
        ("dog-thorax/ventrodorsal", "Canis lupus familiaris", {"cardiothoracic"}),
        ("cat-thorax/right-lateral", "Felis catus", {"vhs", "tracheal_ratio"}),
        ("dog-hips/ventrodorsal", "Dog", {"norberg", "distraction_index"}),
        ("dog-abdomen/right-lateral", "Dog", {"small_intestine_l5"}),
        (
            "horse-foot/lateromedial",
            "Equus caballus",
            {"founder_distance", "palmar_angle", "sole_depth", "hoof_wall"},
        ),
        ("rabbit-skull/skull-lateral", "Rabbit", set()),
    ],
)
def test_guides_suit_the_animal_and_the_view(animals: Path, file: str, species: str, names: set[str]) -> None:
    found = suiting(species, read_description(animals / f"{file}.dcm"))
    assert {guide.name for guide in found} == names


def test_every_guide_has_its_place_in_the_menu() -> None:
    assert sorted(guide.name for _, guides in grouped() for guide in guides) == sorted(GUIDES)


def test_an_unknown_animal_is_compared_with_none(page: ReadingPage) -> None:
    result = GuideResult(page)
    one = Annotation("1", "vhs", ImageRef("1.2"), (A, B))
    result.show_result(one, Measured(10.6, "v"), "", "")
    assert "The species is not known" in result.text
    assert "published mean" not in result.text
    result.show_result(None, None)
    assert result.isHidden()


def test_the_small_picture_lies_like_the_animal_on_the_screen(
    page: ReadingPage, thorax: Controller, mouse: Mouse
) -> None:
    thorax.change(0, lambda view: replace(view, flip_h=False, flip_v=False, rotation=0))
    page.guides.start("vhs")
    drawn = page.guides.card.schematic.lies
    assert drawn is not None
    mouse.key(K.Key_H)
    mirrored = page.guides.card.schematic.lies
    assert mirrored == pytest.approx((1 - drawn[0], drawn[1]))
    mouse.key(K.Key_R)
    assert page.guides.card.schematic.lies == pytest.approx((1 - drawn[1], 1 - drawn[0]))
    mouse.click((30.0, 30.0))
    assert page.guides.card.schematic.marked == GUIDES["vhs"].steps[1].at
