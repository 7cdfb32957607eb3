"""The cards and the rules in words."""

from __future__ import annotations

import pytest

from vetpacs_desktop.store.kept.retention import BY, Policy
from vetpacs_desktop.store.reading.mending import Remedy
from vetpacs_desktop.ui.kept import saying
from vetpacs_desktop.ui.kept.cards import KeptNow, SetAsideCard, TrashCard
from vetpacs_desktop.ui.receiver import Light

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_card_says_what_waits(qtbot) -> None:  # type: ignore[no-untyped-def]
    card = SetAsideCard()
    qtbot.addWidget(card)
    assert (card.light, card.text) == (
        Light.GREEN,
        "Everything that came could be filed; nothing waits for you.",
    )
    assert not card.files.isEnabled()
    card.show_now(KeptNow(repaired=2))
    assert card.light is Light.GREEN
    assert card.files.isEnabled()
    card.show_now(KeptNow(waiting=1, versions=2, exams_with_versions=1))
    assert card.light is Light.AMBER
    assert card.text == (
        "1 file could not be filed and waits for you; nothing of it is lost. "
        "2 images came twice with different content; all are kept until you decide."
    )


def test_the_trash_card_says_how_much_and_what_happens_by_itself(qtbot) -> None:  # type: ignore[no-untyped-def]
    card = TrashCard()
    qtbot.addWidget(card)
    card.show_now(KeptNow(trash=3, trash_bytes=2_000_000))
    assert card.text == "3 entries, 2 MB. Nothing is emptied by itself."
    card.show_policy(Policy(30, True))
    assert card.text.endswith("What has been in the trash for 30 days is deleted for good, backed up or not.")
    assert card.light is Light.AMBER


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        (Policy(), "Nothing is emptied by itself."),
        (
            Policy(1),
            "What has been in the trash for 1 day is deleted for good once a backup holds it.",
        ),
        (
            Policy(exam_years=10),
            "Exams older than 10 years are moved to the trash. Nothing is emptied by itself.",
        ),
    ],
)
def test_rules_in_words(policy: Policy, text: str) -> None:
    assert saying.rules(policy) == text


def test_moments_people_and_remedies() -> None:
    assert saying.moment("no moment") == ""
    assert saying.person(BY) == "the rules"
    assert saying.person("vet") == "vet"
    assert saying.remedy(()) == ""
    assert "behind the image are cut off and the missing identifiers" in saying.remedy(
        (Remedy.TRAILING, Remedy.IDENTITY)
    )
