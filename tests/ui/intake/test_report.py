"""What the last page says of an import, for reading and for paper."""

from datetime import datetime

import pytest

from vetpacs_desktop.store.records import AnimalID, ImportSummary, StudyRow, StudyUID
from vetpacs_desktop.ui.intake.report import End, Outcome, headline, page

LUNA = StudyRow(
    StudyUID("1.2.3"), AnimalID("a"), "Luna & <Bär>", "García", "", "", "", "2026-05-04", (), "", 1, 3
)


@pytest.mark.parametrize(
    ("outcome", "title", "meaning"),
    [
        (Outcome(End.DONE, "XYZ", ImportSummary(stored=3)), "3 images came in", "Nothing was left behind."),
        (
            Outcome(End.DONE, "XYZ", ImportSummary(stored=1, duplicates=2, rejected=(("a", "b"),))),
            "1 image came in",
            "2 images were here already. 1 file did not come in; it stayed where it is.",
        ),
        (Outcome(End.DONE, "XYZ", ImportSummary(duplicates=2)), "Everything was here already", ""),
        (
            Outcome(End.DONE, "XYZ", ImportSummary(conflicts=2)),
            "2 images came in",
            "came a second time with different content; both were kept.",
        ),
        (Outcome(End.DONE, "XYZ", refused=(("a", "b"),)), "Nothing came in", "1 file did not come in"),
        (Outcome(End.PULLED, "XYZ"), "“XYZ” was taken out", "Nothing was copied yet"),
        (Outcome(End.PULLED, "XYZ", done=5, total=9), "“XYZ” was taken out", "5 of 9 files were copied"),
        (Outcome(End.STOPPED, "XYZ", done=5, total=9), "Stopped as you asked", "You can go on"),
        (
            Outcome(End.FAILED, "XYZ", sentence="The disk is full."),
            "could not be finished",
            "The disk is full.",
        ),
    ],
)
def test_first_what_happened_then_what_it_means(outcome: Outcome, title: str, meaning: str) -> None:
    said = headline(outcome)
    assert title in said[0]
    assert meaning in said[1]


def test_names_and_paths_are_shown_as_they_are() -> None:
    outcome = Outcome(
        End.DONE, "XYZ", ImportSummary(rejected=(("E:/<b>.dcm", "It's broken & cut."),)), studies=(LUNA,)
    )
    text = page(outcome)
    assert "Luna &amp; &lt;Bär&gt;" in text
    assert "E:/&lt;b&gt;.dcm" in text
    assert 'href="1.2.3"' in text


def test_on_paper_stand_the_clinic_the_source_and_the_time_and_no_links() -> None:
    text = page(
        Outcome(End.DONE, "XYZ", ImportSummary(stored=3), studies=(LUNA,)),
        clinic="Tierklinik am See",
        now=datetime(2026, 11, 24, 14, 5),  # noqa: DTZ001 - the clinic's own clock
    )
    assert "Tierklinik am See" in text
    assert "From XYZ" in text
    assert "24 Nov 2026" in text
    assert "14:05" in text
    assert "href" not in text


def test_of_a_pulled_stick_the_rest_is_still_to_come() -> None:
    gone = tuple((f"E:/{number}", "The stick was taken out.") for number in range(700))
    assert Outcome(End.PULLED, "XYZ", ImportSummary(rejected=gone)).missed == ()
