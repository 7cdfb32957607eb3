"""Typing an animal's words, and room for the assistant on a small screen."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Opened
from vetpacs_desktop.store.animals.corrections import Words
from vetpacs_desktop.ui.intake.animal_form import AnimalForm, day_of

pytestmark = pytest.mark.usefixtures("service_elsewhere")

REX = Words(
    "Rex", "Smith", "Canis lupus familiaris", "Boxer", "M", "ALTERED", "2019-03-02", "4711", "2760", "N"
)
LOW = (853, 500)
"""A screen of 1280x800 at 150 %, without its task bar."""


def test_words_that_nobody_touched_come_back_as_they_were(qtbot: QtBot) -> None:
    form = AnimalForm()
    qtbot.addWidget(form)
    for words in (REX, Words(species="Lynx lynx", sex="O", animal_name="")):
        form.show_words(words)
        back = form.words()
        assert {name: value or "" for name, value in back.stated().items()} | {"sex": back.sex} == {
            name: getattr(words, name) or "" for name in back.stated()
        } | {"sex": words.sex}
    form.show_words(REX)
    assert form.species.currentText() == "Dog"
    assert form.words() == REX


def test_an_everyday_word_becomes_the_standards(qtbot: QtBot) -> None:
    form = AnimalForm()
    qtbot.addWidget(form)
    form.show_words(Words())
    form.species.setCurrentText("cat")
    assert form.words().species == "Felis catus"
    form.species.setCurrentText("Red panda")
    assert form.words().species == "Red panda"
    form.sex.setCurrentIndex(2)
    assert (form.words().sex, form.words().neutered) == ("F", "ALTERED")


@given(st.dates(min_value=date(1900, 1, 2)))
def test_days_are_understood_as_people_write_them(day: date) -> None:
    assert day_of(day.isoformat()) == day.isoformat()
    assert day_of(f"{day.day}.{day.month}.{day.year:04}") == day.isoformat()
    assert day_of(f"{day:%Y%m%d}") == day.isoformat()


@given(st.text(max_size=12))
def test_what_is_no_day_is_never_taken_for_one(text: str) -> None:
    found = day_of(text)
    assert found == "" or date.fromisoformat(found)


def test_every_page_fits_a_small_screen(opened: Opened) -> None:
    opened.window.intake.open_assistant()
    one = opened.window.intake.assistant
    assert one is not None
    least = one.minimumSizeHint()
    assert least.width() <= LOW[0]
    assert least.height() <= LOW[1]
