"""The words over pictures: short, in everyday language, nothing invented."""

import pytest

from tests.helpers.headers import image
from tests.ui.viewing.conftest import exam_of
from vetpacs_desktop.viewer import corner_texts as words
from vetpacs_desktop.viewer.description import VoiFunction, Window
from vetpacs_desktop.viewer.exam import ExamSeries


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("009Y", "9 years"),
        ("001M", "1 month"),
        ("6W", "6 weeks"),
        ("3 years", "3 years"),
        ("", ""),
        ("Y", "Y"),
    ],
)
def test_ages(said: str, shown: str) -> None:
    assert words.age(said) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Canis lupus familiaris", "Dog"),
        ("FELIS CATUS", "Cat"),
        ("Iguana iguana", "Iguana iguana"),
        ("Hund", "Hund"),
    ],
)
def test_species(said: str, shown: str) -> None:
    assert words.species(said) == shown


@pytest.mark.parametrize(
    ("date", "time", "shown"),
    [
        ("20260704", "142530.12", "2026-07-04 14:25"),
        ("2026-07-04", "14:25:30", "2026-07-04 14:25"),
        ("2026", "", "2026"),
    ],
)
def test_dates(date: str, time: str, shown: str) -> None:
    assert " ".join(part for part in (words.day(date), words.clock(time)) if part) == shown


def test_the_subject_of_a_series() -> None:
    series = ExamSeries("1", "DX", 2, "Thorax left lateral", (), 1, "CHEST", "U", "LL")
    subject = words.subject_of(exam_of(series), series)
    assert subject.animal == "Bella"
    assert subject.species == "Dog, Beagle"
    assert subject.signalment == "female, spayed, 7 years"
    assert subject.series == "DX 2: Thorax left lateral"
    assert subject.view == "Chest LL", "unpaired is no side"


@pytest.mark.parametrize(
    ("window", "units", "shown"),
    [
        (Window(40, 400), "HU", "C 40  W 400 HU"),
        (Window(40, 400, label="Soft tissue"), "HU", "Soft tissue  C 40  W 400 HU"),
        (Window(0.0123, 0.5), "", "C 0.0123  W 0.5"),
        (Window(1234.56, 99.5), "", "C 1235  W 99.5"),
        (Window(1, 2, VoiFunction.SIGMOID), "", "C 1  W 2 sigmoid"),
    ],
)
def test_windows(window: Window, units: str, shown: str) -> None:
    assert words.window_text(window, units) == shown


def test_words_can_be_translated() -> None:
    german = {"Zoom {percent} %": "Vergrößerung {percent} %"}
    lines = words.numbers_of(None, 1.5, "", translate=lambda text: german.get(text, text))
    assert lines == ("Vergrößerung 150 %",)


@pytest.mark.parametrize(
    ("mm", "shown"), [(-5.7e-14, "0"), (-0.451, "-0.451"), (102.84, "102.8"), (-694, "-694")]
)
def test_places_of_planes_are_plain_numbers(mm: float, shown: str) -> None:
    plane = words.Place(3, 40, mm, plane=("Transverse, turned by 8°",))
    description = image()
    found = words.corner_texts(words.Subject(), plane, None, (), description, description.frames[0])
    assert found.bottom_left[:2] == ("Plane 4 of 40", f"Position {shown} mm")
    assert found.top_right == ("Transverse, turned by 8°",)
